"""A class of any size: the demonstration's students over and over, each a little different from all others."""

from __future__ import annotations

import json
import shutil
from itertools import cycle, islice
from pathlib import Path

from grader.course.lessons import Lesson
from grader.course.planted import Student
from grader.nbgrader import grading
from tools.demo.handin import notebook_of
from tools.demo.planted import CLASS

__all__ = ["SECRET", "make_class", "make_course", "planted"]

SECRET = bytes(range(32))


def make_course(course: Path, lesson: Lesson) -> None:
    """An empty course, `lesson` released in it, in the place of whatever was at `course`."""
    shutil.rmtree(course, ignore_errors=True)
    course.mkdir(parents=True)
    (course / ".course-secret").write_text(SECRET.hex() + "\n", encoding="ascii")
    grading.release(lesson, course)


def planted(lesson: Lesson) -> list[Student]:
    """The demonstration's students of `lesson`."""
    return [student for student in CLASS if student.lesson == lesson.name]


def make_class(course: Path, lesson: Lesson, size: int, kinds: list[Student] | None = None) -> dict[str, Student]:
    """Hand in `size` submissions. Whose variation each student's is.

    Every one has a line of its own in a cell of code, so that none is the same work as another.
    """
    notebooks = [(student, notebook_of(student)) for student in kinds or planted(lesson)]
    made = {}
    for number, (student, notebook) in enumerate(islice(cycle(notebooks), size)):
        name = f"s{number:05d}"
        code = next(cell for cell in notebook.cells if cell.cell_type == "code")
        kept = code.source
        code.source = f"{kept}\n# variation {number}"
        path = course / "submitted" / name / lesson.assignment / f"{lesson.assignment}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook), encoding="utf-8")
        code.source = kept
        made[name] = student
    return made
