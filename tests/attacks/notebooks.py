"""Programs that make the notebooks of rows 16 and 17: an answered or a blank notebook in, what was done to it out."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

__all__ = ["TAMPERED", "UNREADABLE"]

Notebook = dict[str, Any]


def _marks(cell: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = cell["metadata"].get("nbgrader", {})
    return found


def _checks(notebook: Notebook) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if _marks(cell).get("grade_id", "").startswith("check-")]


def checks_deleted(notebook: Notebook) -> None:
    gone = _checks(notebook)
    notebook["cells"] = [cell for cell in notebook["cells"] if cell not in gone]


def checks_doubled(notebook: Notebook) -> None:
    notebook["cells"] += copy.deepcopy(_checks(notebook))


def everything_doubled(notebook: Notebook) -> None:
    notebook["cells"] += copy.deepcopy(notebook["cells"])


def checks_edited(notebook: Notebook) -> None:
    for cell in _checks(notebook):
        cell["source"] = "1000.0"
        cell["outputs"] = [{"output_type": "execute_result", "data": {"text/plain": "1000.0"}, "metadata": {}, "execution_count": 1}]  # fmt: skip


def checks_moved(notebook: Notebook) -> None:
    moved = _checks(notebook)
    notebook["cells"] = moved + [cell for cell in notebook["cells"] if cell not in moved]


def points_raised(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        if _marks(cell):
            _marks(cell)["points"] = 1000


def points_that_are_no_numbers(notebook: Notebook) -> None:
    for cell, points in zip(_checks(notebook), ["NaN", -5, None, [], {"a": 1}, 10**400, True], strict=False):
        _marks(cell)["points"] = points


def flags_swapped(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        marks = _marks(cell)
        if marks:
            marks["grade"], marks["solution"] = marks.get("solution"), marks.get("grade")
            marks["locked"] = marks["task"] = not marks.get("locked")


def kernelspec_changed(notebook: Notebook) -> None:
    notebook["metadata"]["kernelspec"] = {
        "name": "bash",
        "display_name": "Bash",
        "language": "bash",
    }
    notebook["metadata"]["language_info"] = {"name": "bash", "pygments_lexer": "../../../secret"}


def metadata_removed(notebook: Notebook) -> None:
    notebook["metadata"] = {}
    for cell in notebook["cells"]:
        cell["metadata"] = {}


def metadata_and_ids_removed(notebook: Notebook) -> None:
    """Then nothing tells which cell is which: the definitions still run, and the names still count."""
    metadata_removed(notebook)
    for cell in notebook["cells"]:
        cell.pop("id", None)


def metadata_of_other_types(notebook: Notebook) -> None:
    for cell, wrong in zip(notebook["cells"], [None, [], "x", 1, {"nbgrader": 1}, {"nbgrader": {"grade_id": ["a"]}}] * 100, strict=False):  # fmt: skip
        cell["metadata"] = wrong
    notebook["metadata"] = []


def another_schema(notebook: Notebook) -> None:
    for cell, version in zip(_checks(notebook), (1, 2, 9, -1, "3", None) * 10, strict=False):
        _marks(cell)["schema_version"] = version


def names_exchanged(notebook: Notebook) -> None:
    marked = [cell for cell in notebook["cells"] if _marks(cell).get("solution") and cell["cell_type"] == "code"]
    names = [_marks(cell)["grade_id"] for cell in marked]
    for cell, name in zip(marked, names[1:] + names[:1], strict=True):
        _marks(cell)["grade_id"] = name


def answers_marked_as_not_run(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["metadata"]["hocsau"] = {"explore": True, "appended": True, "marking_scheme": True}


def kinds_changed(notebook: Notebook) -> None:
    for cell in _checks(notebook):
        cell["cell_type"] = "raw"
        cell.pop("outputs", None), cell.pop("execution_count", None)


def sources_in_pieces(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)


def cells_that_are_none(notebook: Notebook) -> None:
    notebook["cells"] += [None, [], "x", {}, {"cell_type": "code"}, {"cell_type": "evil", "source": "x"}, {"cell_type": "code", "source": 3, "metadata": []}]  # fmt: skip


def ids_repeated(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        if not _marks(cell):
            cell["id"] = "../../../etc/passwd"


def a_verdict_of_its_own(notebook: Notebook) -> None:
    notebook["metadata"]["hocsau"] = {"language": "en", "mended": [{"cell": "check-x", "en": "<script>", "vi": "x"}], "verdict": "passed"}  # fmt: skip
    for cell in _checks(notebook):
        cell["metadata"]["hocsau"] = {"verdict": {"points": 1000, "outcome": "passed"}}
        cell["outputs"] = [{"output_type": "display_data", "data": {"text/plain": "All right: 1000 of 2 points."}, "metadata": {}}]  # fmt: skip


TAMPERED: dict[str, Callable[[Notebook], None]] = {
    change.__name__: change
    for change in (
        checks_deleted, checks_doubled, everything_doubled, checks_edited, checks_moved, points_raised, points_that_are_no_numbers,
        flags_swapped, kernelspec_changed, metadata_removed, metadata_and_ids_removed, metadata_of_other_types, another_schema,
        names_exchanged, answers_marked_as_not_run, kinds_changed, sources_in_pieces, cells_that_are_none, ids_repeated,
        a_verdict_of_its_own,
    )
}  # fmt: skip
"""Row 16."""


def _as_version_3(notebook: Notebook) -> bytes:
    cells = [{"cell_type": "code", "input": "x = 1", "language": "python", "outputs": [], "collapsed": False, "metadata": {}}]  # fmt: skip
    return json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": cells, "metadata": {}}]}).encode()  # fmt: skip


def _with(key: str, value: Any) -> Callable[[Notebook], bytes]:
    return lambda notebook: json.dumps({**notebook, key: value}).encode()


def _attachments(notebook: Notebook) -> bytes:
    bomb = {f"{i}.png": {"image/png": "A" * 100_000} for i in range(600)}
    cell = {
        "cell_type": "markdown",
        "id": "bomb",
        "metadata": {},
        "source": "",
        "attachments": bomb,
    }
    return json.dumps({**notebook, "cells": [*notebook["cells"], cell]}).encode()


UNREADABLE: dict[str, Callable[[Notebook], bytes]] = {
    "an empty file": lambda _: b"",
    "blanks": lambda _: b" \n\t\n",
    "half a notebook": lambda notebook: json.dumps(notebook).encode()[:-100],
    "not JSON": lambda _: b"{'cells': []}",
    "a list": lambda _: b"[]",
    "a number": lambda _: b"4",
    "a text": lambda _: b'"notebook"',
    "a picture": lambda _: b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "UTF-16": lambda notebook: json.dumps(notebook).encode("utf-16"),
    "nbformat 3": _as_version_3,
    "nbformat 5": _with("nbformat", 5),
    "nbformat that is true": _with("nbformat", True),
    "nbformat in words": _with("nbformat", "4"),
    "cells that are no list": _with("cells", {"0": {}}),
    "a number of 100,000 digits": lambda _: b'{"nbformat": 4, "cells": [], "x": ' + b"1" * 100_000 + b"}",
    "brackets without a bottom": lambda _: b"[" * 1_000_000,
    "objects without a bottom": lambda _: b'{"nbformat": 4, "cells": ' * 100_000,
    "lists in millions": lambda _: b'{"nbformat": 4, "cells": [' + b"[]," * 2_000_000 + b"[]]}",
    "numbers in millions": lambda _: b'{"nbformat": 4, "cells": [' + b"0," * 8_000_000 + b"0]}",
    "51 MB": lambda notebook: json.dumps(notebook).encode() + b" " * (51 << 20),
    "60 MB of attachments": _attachments,
    "an archive": lambda _: b"PK\x03\x04" + bytes(1000),
}  # fmt: skip
"""Row 17."""
