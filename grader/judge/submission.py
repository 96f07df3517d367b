"""A submission: a notebook or a plain .py file, read into the cells that run.

`rebuild` makes a notebook ours again: the course's own list of graded cells decides, never the submission's metadata.
"""

from __future__ import annotations

import copy
import itertools
import json
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from grader.course.lessons import Lesson
from grader.course.places import NOTEBOOKS, REBUILD
from grader.errors import CourseError, SubmissionError
from hocsau.language import LANGUAGES, Text

__all__ = [
    "MAX_BYTES",
    "CellSource",
    "Mended",
    "Submission",
    "parse",
    "read",
    "rebuild",
    "release",
    "submission_of",
]

MAX_BYTES = 50 << 20
"""Of a submission's file; a larger one is not read."""
MAX_CONTAINERS = 1_000_000
MAX_COMMAS = 4_000_000
"""A few megabytes of brackets would become gigabytes of lists."""


_NOTES = {
    "doubled": Text("stands twice; the first is marked, the other runs as an ordinary cell"),
    "deleted": Text("was deleted, put back"),
    "edited": Text("the check was edited, restored"),
    "retyped": Text("was a {was} cell, is a {now} cell again"),
}


@dataclass(frozen=True)
class Mended:
    """What was put right in one marked cell of a submission."""

    cell: str
    note: Text


@dataclass(frozen=True)
class CellSource:
    """One code cell: its place in the notebook, its source, and whether it runs while grading."""

    index: int
    source: str
    runs: bool


@dataclass(frozen=True)
class Submission:
    """What is judged. `written` holds the exercises with a written answer that was changed."""

    cells: tuple[CellSource, ...]
    language: str = "en"
    contract_only: bool = False
    written: frozenset[str] = frozenset()


@cache
def release(lesson: Lesson) -> NotebookNode:
    """The notebook as released (English; marked cells are the same in both languages).

    raises CourseError when it was not built
    """
    path = NOTEBOOKS / "en" / lesson.assignment / f"{lesson.assignment}.ipynb"
    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)
    except (OSError, ValueError) as error:
        raise CourseError(f"{path} cannot be read ({error}); {REBUILD}") from error
    return notebook


def read(path: Path, lesson: Lesson) -> Submission:
    """The submission in `path`: .ipynb or .py.

    raises SubmissionError when it cannot be read as that
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise SubmissionError(f"{path}: cannot be read as text (a folder, a pipe or a device)")
        with path.open("rb") as file:
            blob = file.read(MAX_BYTES + 1)
        if len(blob) > MAX_BYTES:
            raise SubmissionError(
                f"{path}: larger than {MAX_BYTES >> 20} MiB; hand in the notebook without its outputs"
            )
        text = blob.decode("utf-8-sig") if path.suffix == ".py" else ""
    except (OSError, UnicodeDecodeError) as error:
        raise SubmissionError(f"{path}: cannot be read as text ({error})") from error
    if path.suffix == ".py":
        return Submission((CellSource(0, text, runs=True),), contract_only=True)
    if path.suffix != ".ipynb":
        raise SubmissionError(
            f"{path}: expected a notebook (.ipynb) or a Python file (.py), got {path.suffix or 'no suffix'}"
        )
    try:
        notebook = parse(blob)
    except SubmissionError as error:
        raise SubmissionError(
            f"{path}: not a readable notebook ({error}). Save it from JupyterLab and hand it in again"
        ) from error
    return submission_of(rebuild(notebook, release(lesson))[0], lesson)


def parse(blob: bytes) -> dict[str, Any]:
    """The notebook as it stands in the file, as plain data for `rebuild`, which mends in silence.

    (nbformat's own reader warns, mends and logs, and takes ten times as long.)
    raises SubmissionError with the reason when it is not one
    """
    try:
        text = blob.decode("utf-8-sig")
        if not text.strip():
            raise SubmissionError("the file is empty")
        if text.count("{") + text.count("[") > MAX_CONTAINERS or text.count(",") > MAX_COMMAS:
            raise SubmissionError("too many values; hand it in without its outputs")
        raw = json.loads(text)
    except UnicodeDecodeError as error:
        raise SubmissionError(f"it cannot be read as text: {error.reason}") from error
    except (ValueError, RecursionError) as error:
        raise SubmissionError(str(error).splitlines()[0]) from error
    if not isinstance(raw, dict) or not isinstance(raw.get("nbformat"), int):
        raise SubmissionError("there is no nbformat in it")
    if raw["nbformat"] != 4:
        raise SubmissionError(f"nbformat {raw['nbformat']}, expected 4")
    if not isinstance(raw.get("cells"), list):
        raise SubmissionError("it has no cells")
    return raw


def rebuild(notebook: Mapping[str, Any], master: NotebookNode) -> tuple[NotebookNode, list[Mended]]:
    """`notebook` with the course's own marks on its cells, and what had to be mended.

    All nbgrader metadata of the submission is dropped and stamped anew by grade_id, where that is gone by the cell's
    own id; the first of doubles wins; locked sources are restored; missing cells are appended (marked, so that an
    appended stub does not run over an answer). Nothing in the submission is trusted to have the right type.
    """
    marked = [cell for cell in master.cells if "nbgrader" in cell.metadata]
    wanted = {cell.metadata.nbgrader.grade_id: cell for cell in marked}
    by_id = {cell.id: cell.metadata.nbgrader.grade_id for cell in marked}
    explored = {(cell.id, cell.source) for cell in master.cells if _is_explore(cell)}
    mended: list[Mended] = []
    seen: set[str] = set()
    result = _tidy(notebook)
    for cell in result.cells:
        name = _grade_id(cell)
        if name not in wanted:
            name = by_id.get(str(cell.get("id")))
        cell.metadata = NotebookNode()
        if any(cell.get("id") == key or cell.source == source for key, source in explored):
            cell.metadata["hocsau"] = NotebookNode(explore=True)
        if name is None:
            continue
        if name in seen:
            mended.append(Mended(name, _NOTES["doubled"]))
            continue
        seen.add(name)
        mended += _stamp(cell, wanted[name], name)
    for name, cell in wanted.items():
        if name not in seen:
            mended.append(Mended(name, _NOTES["deleted"]))
            added = copy.deepcopy(cell)
            added.metadata["hocsau"] = NotebookNode(appended=True)
            result.cells.append(added)
    language = _language(result)
    result.metadata = copy.deepcopy(master.metadata)
    result.metadata["hocsau"] = NotebookNode(result.metadata.get("hocsau", {}), language=language)
    _give_ids(result)
    return result, mended


def _tidy(notebook: Mapping[str, Any]) -> NotebookNode:
    """A copy with cells of the three kinds alone: their text, id, attachments and grade_id; nothing else of it is used."""
    result = NotebookNode(metadata={}, cells=[], nbformat=4, nbformat_minor=5)
    result.metadata = NotebookNode(hocsau={"language": _language(notebook)})
    for found in notebook.get("cells", []):
        if not isinstance(found, dict) or found.get("cell_type") not in ("code", "markdown", "raw"):
            continue
        source = found.get("source")
        if isinstance(source, list):
            source = "".join(line for line in source if isinstance(line, str))
        cell = NotebookNode(cell_type=found["cell_type"], metadata=NotebookNode())
        cell.source = source if isinstance(source, str) else ""
        if isinstance(found.get("id"), str):
            cell.id = found["id"]
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        elif _are_attachments(found.get("attachments")):
            cell.attachments = {name: dict(bundle) for name, bundle in found["attachments"].items()}
        grade_id = _grade_id(found)
        if grade_id is not None:
            cell.metadata["nbgrader"] = NotebookNode(grade_id=grade_id)
        result.cells.append(cell)
    return result


def _are_attachments(found: Any) -> bool:
    """{name: {media type: data}}: a picture put into a written answer."""
    return isinstance(found, dict) and all(
        isinstance(bundle, dict) and all(isinstance(data, str) for data in bundle.values()) for bundle in found.values()
    )


def _inner(found: Any, *path: str) -> Any:
    """The value at `path` in nested mappings; None where there is none."""
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _language(notebook: Mapping[str, Any]) -> str:
    said = _inner(notebook, "metadata", "hocsau", "language")
    return said if isinstance(said, str) and said in LANGUAGES else "en"


def _grade_id(cell: Any) -> str | None:
    name = _inner(cell, "metadata", "nbgrader", "grade_id")
    return name if isinstance(name, str) else None


def _stamp(cell: NotebookNode, original: NotebookNode, name: str) -> list[Mended]:
    mended = []
    cell.metadata["nbgrader"] = copy.deepcopy(original.metadata.nbgrader)
    if cell.cell_type != original.cell_type:
        note = _NOTES["retyped"].format(was=cell.cell_type, now=original.cell_type)
        mended.append(Mended(name, note))
        cell.cell_type = original.cell_type
        for field in ("outputs", "execution_count", "attachments"):
            cell.pop(field, None)
        if original.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    if not original.metadata.nbgrader.solution and cell.source != original.source:
        mended.append(Mended(name, _NOTES["edited"]))
        cell.source = original.source
    return mended


def _give_ids(notebook: NotebookNode) -> None:
    """Every cell a well-formed id, none twice: stock tools stop at a repeated one."""
    taken = {str(cell.get("id")) for cell in notebook.cells}
    fresh = (f"cell-{number}" for number in itertools.count())
    seen: set[str] = set()
    for cell in notebook.cells:
        name = str(cell.get("id", ""))
        if name in seen or not _ID.fullmatch(name):
            name = next(other for other in fresh if other not in taken)
        seen.add(name)
        cell["id"] = name


_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")  # nbformat's own rule


def _is_explore(cell: NotebookNode) -> bool:
    return bool(_inner(cell, "metadata", "hocsau", "explore"))


def submission_of(notebook: NotebookNode, lesson: Lesson) -> Submission:
    """The submission in a notebook that `rebuild` has made ours."""
    stubs = {
        cell.metadata.nbgrader.grade_id: cell.source for cell in release(lesson).cells if "nbgrader" in cell.metadata
    }
    cells, written = [], set()
    for index, cell in enumerate(notebook.cells):
        marks: dict[str, Any] = cell.metadata.get("nbgrader", {})
        ours = cell.metadata.get("hocsau", {})
        if cell.cell_type == "code":
            locked = bool(marks) and not marks.get("solution")
            skipped = locked or _is_explore(cell) or bool(ours.get("appended"))
            cells.append(CellSource(index, cell.source, runs=not skipped))
        elif marks.get("solution") and cell.source.strip() != stubs[marks["grade_id"]].strip():
            written.add(marks["grade_id"])
    return Submission(tuple(cells), _language(notebook), written=frozenset(written))
