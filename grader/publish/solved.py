"""Solved notebooks for instructors: answers in, executed, in both languages. Not committed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from grader.course.lessons import Lesson
from grader.course.source import BEGIN, END
from grader.errors import BuildError
from grader.publish.notebook import source_notebook, write

__all__ = ["execute", "solved_notebook", "write_solved"]

SECONDS = 600


def solved_notebook(lesson: Lesson, language: str) -> NotebookNode:
    """The lesson with its answers and without the markers, not yet executed."""
    notebook = source_notebook(lesson, language)
    for cell in notebook.cells:
        cell.source = "\n".join(line for line in cell.source.splitlines() if line.strip() not in (BEGIN, END))
    return notebook


def execute(
    notebook: NotebookNode, folder: Path, language: str, on_cell: Callable[[], None] | None = None
) -> NotebookNode:
    """Run every cell from top to bottom in a fresh kernel whose folder is `folder`.

    raises BuildError with the cell and its error when one fails
    """
    # the kernel gets a copy of the environment: the learner's language, quiet threads
    environment = {**os.environ, "HOCSAU_LANGUAGE": language}
    client = NotebookClient(
        notebook,
        timeout=SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        store_widget_state=False,
    )
    if on_cell is not None:
        client.on_cell_complete = lambda **_: on_cell()
    try:
        client.execute(env=environment)
    except CellExecutionError as error:
        raise BuildError(f"a cell of the {language} notebook fails: {error}") from error
    return notebook


def write_solved(lesson: Lesson, language: str, folder: Path, on_cell: Callable[[], None] | None = None) -> Path:
    """Execute the solved lesson and write it to folder/<language>/<assignment>/."""
    place = folder / language / lesson.assignment
    place.mkdir(parents=True, exist_ok=True)
    notebook = execute(solved_notebook(lesson, language), place, language, on_cell)
    notebook.metadata.pop("widgets", None)
    path = place / f"{lesson.assignment}.ipynb"
    path.write_text(write(nbformat.from_dict(notebook)), encoding="utf-8")
    return path
