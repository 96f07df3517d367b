"""Cells -> a notebook in nbgrader's source form, answers still in it, in one language. Same bytes every time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import nbformat
from nbformat import NotebookNode

from grader.course.lessons import Lesson
from grader.course.source import Cell, read_source
from grader.errors import BuildError
from hocsau import __version__

__all__ = ["KERNEL", "WRITTEN_STUB", "check_name", "source_notebook", "write"]

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
WRITTEN_STUB = "YOUR ANSWER HERE / VIẾT CÂU TRẢ LỜI Ở ĐÂY"


def check_name(exercise: str) -> str:
    """The grade_id of the locked cell that checks `exercise`."""
    return f"check-{exercise}"


def source_notebook(lesson: Lesson, language: str, cells: Sequence[Cell] | None = None) -> NotebookNode:
    """The nbgrader source of `lesson` in `language`.

    raises BuildError when exercises of the lesson and of its source differ
    """
    source = cells or read_source(lesson.name)
    translated = {cell.key for cell in source if cell.language == language}
    chosen = [
        cell
        for cell in source
        if cell.language in (None, language) or (cell.language == "en" and cell.key not in translated)
    ]
    points = {exercise.name: exercise.points for exercise in lesson.exercises}
    graded = [cell.key for cell in chosen if cell.role in ("exercise", "written")]
    checked = [cell.key.removeprefix("check-") for cell in chosen if cell.role == "check"]
    written = [exercise.name for exercise in lesson.exercises if exercise.kind == "written"]
    if sorted(graded) != sorted(points) or sorted(checked + written) != sorted(points):
        raise BuildError(
            f"{lesson.name}: exercises.py has {sorted(points)}, the source has the exercises {sorted(graded)} "
            f"and the checks {sorted(checked)}"
        )
    notebook = NotebookNode(cells=[], metadata={}, nbformat=4, nbformat_minor=5)
    notebook.metadata = NotebookNode(
        hocsau={"language": language, "lesson": lesson.name, "version": __version__},
        kernelspec=dict(KERNEL),
        language_info={"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
    )
    notebook.cells = [_cell(lesson, cell, points) for cell in chosen]
    return notebook


def _cell(lesson: Lesson, cell: Cell, points: dict[str, float]) -> Any:
    markdown = cell.role in ("prose", "written")
    make = nbformat.v4.new_markdown_cell if markdown else nbformat.v4.new_code_cell
    made = make(  # type: ignore[no-untyped-call]
        source=cell.source, metadata=_metadata(cell, points)
    )
    identity = f"{lesson.name}/{cell.role}/{cell.key}/{cell.language or ''}"
    made["id"] = hashlib.blake2b(identity.encode(), digest_size=6).hexdigest()
    return made


def _metadata(cell: Cell, points: dict[str, float]) -> dict[str, Any]:
    marks: dict[str, Any] = {
        "grade": False,
        "locked": False,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    if cell.role == "exercise":
        return {"nbgrader": marks | {"grade_id": cell.key, "solution": True}}
    if cell.role == "check":
        exercise = cell.key.removeprefix("check-")
        return {"nbgrader": marks | {"grade": True, "grade_id": cell.key, "locked": True, "points": points[exercise]}}
    if cell.role == "written":
        return {"nbgrader": marks | {"grade": True, "grade_id": cell.key, "points": points[cell.key], "solution": True}}
    return {"hocsau": {"explore": True}} if cell.role == "explore" else {}


def write(notebook: NotebookNode) -> str:
    """The notebook as text; always the same bytes for the same cells."""
    return str(nbformat.writes(notebook, version=nbformat.NO_CONVERT)).rstrip("\n") + "\n"
