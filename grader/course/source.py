"""A lesson's source: solutions/<lesson>/lesson.py in the percent format, read into cells with a role each.

prose      two markdown cells, lang="en" and lang="vi", one key
exercise   the learner's cell; the answer stands between the solution markers
check      the locked cell check("...") behind it
written    a markdown answer, graded by hand
explore    sliders and long demonstrations, not run while grading
code       everything else that runs
facts      behind the prose or the written answer whose numbers it computes; read by `read_facts` alone, so that no release holds it
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from grader.course.places import SOLUTIONS
from grader.errors import BuildError
from hocsau.language import LANGUAGES

__all__ = ["BEGIN", "END", "Cell", "answer_lines", "read_facts", "read_source", "solution_cells"]

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
Role = Literal["prose", "exercise", "check", "written", "explore", "code", "facts"]
_MARKS = {"key", "lang", "exercise", "check", "written", "explore", "facts"}


@dataclass(frozen=True)
class Cell:
    """One cell of a source. `key` names it within the lesson; prose twins share it."""

    role: Role
    key: str
    source: str
    language: str | None = None


@cache
def read_source(lesson: str, folder: Path = SOLUTIONS) -> tuple[Cell, ...]:
    """The cells of solutions/<lesson>/lesson.py that a learner gets.

    raises BuildError for a cell with no key, an unknown mark, a repeated key, markers that do not pair, or facts in a wrong place
    """
    return tuple(cell for cell in _read(lesson, folder) if cell.role != "facts")


def read_facts(lesson: str, folder: Path = SOLUTIONS) -> dict[str, str]:
    """The source of each facts cell of solutions/<lesson>/lesson.py, by the key of its prose."""
    return {cell.key: cell.source for cell in _read(lesson, folder) if cell.role == "facts"}


@cache
def _read(lesson: str, folder: Path) -> tuple[Cell, ...]:
    import jupytext

    path = folder / lesson / "lesson.py"
    try:
        notebook = jupytext.read(path, fmt="py:percent")
    except OSError as error:
        raise BuildError(f"{path}: cannot be read ({error})") from error
    cells = tuple(_cell(path, cell.cell_type, dict(cell.metadata), cell.source) for cell in notebook.cells)
    seen: set[tuple[str, str | None, bool]] = set()
    for before, cell in zip((None, *cells), cells, strict=False):
        identity = (cell.key, cell.language, cell.role == "facts")
        if identity in seen:
            raise BuildError(f"{path}: the key {cell.key!r} stands twice; each cell needs its own")
        seen.add(identity)
        if cell.role == "facts":
            _follow_prose(path, cell, before)
    return cells


def _follow_prose(path: Path, facts: Cell, before: Cell | None) -> None:
    if before is None or before.role not in ("prose", "written") or before.key != facts.key:
        found = "nothing" if before is None else f"{before.role} {before.key!r}"
        raise BuildError(
            f"{path}: the facts of {facts.key!r} must stand directly behind both twins of that prose; before them stands {found}"
        )


def _cell(path: Path, kind: str, metadata: dict[str, object], source: str) -> Cell:
    first = source.strip().splitlines()[0] if source.strip() else "(empty)"
    unknown = set(metadata) - _MARKS - {"lines_to_next_cell"}
    if unknown:
        raise BuildError(f"{path}: the cell {first!r} has unknown marks {sorted(unknown)}; known are {sorted(_MARKS)}")
    for role in ("exercise", "check", "written"):
        if role in metadata:
            name = str(metadata[role])
            if role in ("exercise", "written"):
                _pair_markers(path, name, source)
            return Cell(role, name if role != "check" else f"check-{name}", source)
    if "facts" in metadata:
        return Cell("facts", str(metadata["facts"]), source)
    key = str(metadata.get("key", ""))
    if not key:
        raise BuildError(f"{path}: the cell {first!r} has no key")
    if kind == "markdown":
        language = str(metadata.get("lang", ""))
        if language not in LANGUAGES:
            known = " or ".join(f'lang="{name}"' for name in LANGUAGES)
            raise BuildError(f"{path}: the prose {key!r} needs {known}, has {language!r}")
        return Cell("prose", key, source, language)
    return Cell("explore" if metadata.get("explore") else "code", key, source)


def _pair_markers(path: Path, name: str, source: str) -> None:
    marks = [line.strip() for line in source.splitlines() if line.strip() in (BEGIN, END)]
    if not marks or marks != [BEGIN, END] * (len(marks) // 2):
        raise BuildError(
            f"{path}: {name!r} must hold one {BEGIN} and then one {END}, for each method of a class; "
            f"found {marks or 'none'}"
        )


def solution_cells(lesson: str, folder: Path = SOLUTIONS) -> dict[str, str]:
    """The source of each exercise cell with its answer, by exercise."""
    return {cell.key: cell.source for cell in read_source(lesson, folder) if cell.role == "exercise"}


def answer_lines(source: str) -> list[str]:
    """The lines between the solution markers, of all regions."""
    found: list[str] = []
    inside = False
    for line in source.splitlines():
        if line.strip() in (BEGIN, END):
            inside = line.strip() == BEGIN
        elif inside:
            found.append(line)
    return found
