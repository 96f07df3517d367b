"""The same lessons and the same class as a course of stock nbgrader: its own configuration, hidden tests, nothing of ours.

kept        every cell that our judge runs, and in each check's place the asserts
explorers   with `explore`, also the sliders and long demonstrations, and the lesson's own check before the asserts: the
            notebook as it is released. Our judge skips these cells, so the main comparison leaves them out of both
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grader.course.lessons import Lesson
from grader.course.source import BEGIN, END
from grader.errors import CourseError
from grader.judge.draw import draw_lesson
from grader.nbgrader import find_alembic
from grader.publish.notebook import source_notebook, write
from tools.bench.asserts import cell_of_tests
from tools.bench.classroom import Learner, fill

__all__ = ["add_lesson", "hand_in"]


def add_lesson(lesson: Lesson, course: Path, secret: bytes, *, explore: bool = False) -> None:
    """Register and release `lesson` in the course at `course` with nbgrader's own command.

    raises CourseError when it refuses
    """
    place = course / "source" / lesson.assignment
    place.mkdir(parents=True)
    source = _source(lesson, secret, explore=explore)
    (place / f"{lesson.assignment}.ipynb").write_text(write(source), encoding="utf-8")
    find_alembic()
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", lesson.assignment]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CourseError(f"nbgrader generate_assignment failed:\n{done.stderr[-2000:]}")


def _source(lesson: Lesson, secret: bytes, *, explore: bool) -> NotebookNode:
    tests = {
        exercise.name: cell_of_tests(exercise)
        for exercise in draw_lesson(lesson, secret, hidden=True, mistakes=False)
        if exercise.kind != "written"
    }
    quizzes = {exercise.name for exercise in lesson.exercises if exercise.kind == "quiz"}
    notebook = source_notebook(lesson, "en")
    notebook.cells = [cell for cell in notebook.cells if explore or not cell.metadata.get("hocsau", {})]
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if name in quizzes:  # nbgrader puts a stub in the place of whole lines
            lines = [line for line in cell.source.splitlines() if line.strip() not in (BEGIN, END)]
            cell.source = "\n".join([BEGIN, *lines, END])
        elif name.startswith("check-"):
            own = f"{cell.source}\n" if explore else ""
            cell.source = own + tests[name.removeprefix("check-")]
    return notebook


def hand_in(lesson: Lesson, course: Path, learners: Sequence[Learner]) -> None:
    """Write the class's notebooks, made from what nbgrader released, into submitted/."""
    name = lesson.assignment
    released = nbformat.read(course / "release" / name / f"{name}.ipynb", as_version=4)
    exercises = [exercise.name for exercise in lesson.exercises]
    for learner in learners:
        path = course / "submitted" / learner.id / name / f"{name}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(write(fill(released, learner, exercises)), encoding="utf-8")
