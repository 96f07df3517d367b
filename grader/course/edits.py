"""An edit of a program, written as one shows it to a colleague: lines with - go, lines with + come, others say where.

    - return np.mean(error**2)
    + return np.sum(error**2)

Lines are compared without the indentation that they share. An empty line begins the next place.
"""

from __future__ import annotations

from itertools import groupby

from grader.errors import BuildError

__all__ = ["edited"]


def edited(source: str, edit: str) -> str:
    """`source` after `edit`.

    >>> print(edited("def f(x):\\n    y = 2 * x\\n    return y", "- y = 2 * x\\n+ y = x"))
    def f(x):
        y = x
        return y

    raises BuildError where a place is not there, or is there twice, or an edit changes nothing
    """
    lines = source.split("\n")
    for empty, group in groupby(edit.strip("\n").split("\n"), lambda line: not line.strip()):
        if not empty:
            lines = _at_one_place(lines, [_marked(line) for line in group])
    changed = "\n".join(lines)
    if changed == source:
        raise BuildError(f"an edit that changes nothing:\n{edit}")
    return changed


def _marked(line: str) -> tuple[str, str]:
    """A line's mark and text."""
    mark, text = line[:1], line[2:].rstrip()
    if mark not in "-+ " or (line[1:2] not in ("", " ")):
        raise BuildError(f"an edit's line begins with '- ', '+ ' or two spaces; this does not: {line!r}")
    return mark, text


def _at_one_place(lines: list[str], hunk: list[tuple[str, str]]) -> list[str]:
    wanted = [text for mark, text in hunk if mark != "+"]
    if not wanted:
        raise BuildError("an edit that only adds needs a line that says where: " + "; ".join(text for _, text in hunk))
    places = []
    for start in range(len(lines) - len(wanted) + 1):
        indent = _indent(lines[start], wanted[0])
        if indent is not None and lines[start : start + len(wanted)] == [_in(indent, text) for text in wanted]:
            places.append((start, indent))
    if len(places) != 1:
        how = "is not in the answer" if not places else f"is there {len(places)} times; add the line before or after"
        raise BuildError(f"what an edit takes out {how}:\n" + "\n".join(wanted))
    ((start, indent),) = places
    new = [_in(indent, text) for mark, text in hunk if mark != "-"]
    return [*lines[:start], *new, *lines[start + len(wanted) :]]


def _indent(line: str, text: str) -> str | None:
    """What stands before `text` in a line that has nothing else but spaces; None where it is another line."""
    if line == text:
        return ""
    indent = line[: len(line) - len(text)]
    return indent if line.endswith(text) and not indent.strip() else None


def _in(indent: str, text: str) -> str:
    return indent + text if text else ""
