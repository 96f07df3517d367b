"""Turn a student of the class into a submission on disk: the released notebook, filled in, perhaps tampered with."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grader.course.lessons import of_name
from grader.course.places import NOTEBOOKS
from grader.course.planted import Student
from grader.publish.notebook import check_name

__all__ = ["hand_in", "notebook_of"]


def notebook_of(student: Student) -> NotebookNode:
    """The notebook that `student` hands in."""
    lesson = of_name(student.lesson)
    path = NOTEBOOKS / student.language / lesson.assignment / f"{lesson.assignment}.ipynb"
    notebook: NotebookNode = nbformat.read(path, as_version=4)
    cells = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}
    for exercise, planted in student.answers.items():
        if planted.code:
            cells[exercise].source = planted.code.rstrip("\n")
    for tampering in student.tampering:
        _TAMPERINGS[tampering](notebook, cells[check_name(next(iter(student.answers)))])
    return notebook


def hand_in(student: Student, course: Path) -> Path:
    """Write the submission where nbgrader expects it. The file written."""
    name = of_name(student.lesson).assignment
    path = course / "submitted" / student.id / name / f"{name}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook_of(student), path)
    return path


def _delete(notebook: NotebookNode, check: NotebookNode) -> None:
    notebook.cells = [cell for cell in notebook.cells if cell is not check]


def _double(notebook: NotebookNode, check: NotebookNode) -> None:
    second = copy.deepcopy(check)
    second["id"] = "a-second-check"
    notebook.cells.append(second)


def _edit(notebook: NotebookNode, check: NotebookNode) -> None:
    check.source = "print('all right')"


def _strip(notebook: NotebookNode, check: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata.pop("nbgrader", None)


def _raise_points(notebook: NotebookNode, check: NotebookNode) -> None:
    check.metadata.nbgrader.points = 1000


_TAMPERINGS: dict[str, Callable[[NotebookNode, NotebookNode], None]] = {
    "check_deleted": _delete,
    "check_doubled": _double,
    "check_edited": _edit,
    "metadata_removed": _strip,
    "points_raised": _raise_points,
}
