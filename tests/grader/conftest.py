"""A course in a temporary folder, with submissions made from the released notebooks."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from grader.course.lessons import Lesson
from grader.course.places import NOTEBOOKS
from grader.publish.solved import solved_notebook
from grader.sandbox.process import Worker

SECRET = bytes(range(32))


def released(lesson: Lesson, language: str = "en") -> NotebookNode:
    """A fresh copy of what students open."""
    path = NOTEBOOKS / language / lesson.assignment / f"{lesson.assignment}.ipynb"
    return nbformat.read(path, as_version=4)


def answered(lesson: Lesson, language: str = "en") -> NotebookNode:
    """The released notebook with every reference answer in it."""
    notebook = released(lesson, language)
    sources = {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in solved_notebook(lesson, language).cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = sources[cell.metadata.nbgrader.grade_id]
    return notebook


def cell_of(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    """The cell that nbgrader knows as `grade_id`."""
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def without(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    """A copy in which that cell was deleted."""
    made = copy.deepcopy(notebook)
    made.cells = [c for c in made.cells if c.metadata.get("nbgrader", {}).get("grade_id") != grade_id]
    return made


def hand_in(course: Path, student: str, lesson: Lesson, notebook: NotebookNode | str) -> Path:
    """Put a notebook (or any text) where nbgrader expects a submission."""
    path = course / "submitted" / student / lesson.assignment / f"{lesson.assignment}.ipynb"
    path.parent.mkdir(parents=True)
    text = notebook if isinstance(notebook, str) else json.dumps(notebook)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty course with a fixed secret."""
    root = tmp_path_factory.mktemp("course")
    (root / ".course-secret").write_text(SECRET.hex() + "\n", encoding="ascii")
    return root


@pytest.fixture(scope="session")
def whole_worker() -> Iterator[Worker]:
    """The one warm worker behind every layer that all these tests share; it imports PyTorch once."""
    with Worker() as made:
        yield made


@pytest.fixture(scope="module")
def worker(whole_worker: Worker) -> Iterator[Worker]:
    """A worker of the module's own: a fork of the shared one."""
    with whole_worker.split() as made:
        yield made
