"""The ordered list of lessons: the one place where their order lives."""

from __future__ import annotations

import difflib
from functools import cache
from importlib import import_module

from grader.errors import CourseError
from grader.lessons.definition import CaseKind, ExerciseDefinition, Lesson

__all__ = [
    "LESSON_NAMES",
    "CaseKind",
    "ExerciseDefinition",
    "Lesson",
    "all_lessons",
    "of_assignment",
    "of_name",
]

LESSON_NAMES = (
    "gradient_descent",
    "momentum",
    "adaptive_optimizers",
    "neural_networks",
    "convolutional_networks",
    "recurrent_networks",
    "transformer",
)
"""In the order of the course."""


@cache
def of_name(name: str) -> Lesson:
    """The lesson called `name`, "momentum" or "02_momentum".

    raises CourseError for an unknown name
    """
    bare = name[3:] if name[:2].isdigit() and name[2:3] == "_" else name
    if bare not in LESSON_NAMES:
        near = difflib.get_close_matches(bare, LESSON_NAMES, 1, 0)
        raise CourseError(
            f"there is no lesson {name!r}; the lessons are {', '.join(LESSON_NAMES)} (nearest: {near[0]})"
        )
    lesson = import_module(f"grader.lessons.{bare}").LESSON
    if not isinstance(lesson, Lesson) or lesson.number != LESSON_NAMES.index(bare) + 1:
        raise CourseError(
            f"grader.lessons.{bare} must define LESSON with number {LESSON_NAMES.index(bare) + 1}"
        )
    return lesson


def all_lessons() -> tuple[Lesson, ...]:
    """All lessons in order."""
    return tuple(of_name(name) for name in LESSON_NAMES)


def of_assignment(assignment: str) -> Lesson:
    """The lesson that nbgrader calls `assignment` ("02_momentum")."""
    lesson = of_name(assignment)
    if lesson.assignment != assignment:
        raise CourseError(f"the assignment {assignment!r} should be called {lesson.assignment!r}")
    return lesson
