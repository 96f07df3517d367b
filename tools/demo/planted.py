"""The demonstration class: the students of every lesson that has some, with the truth about each of their answers."""

from __future__ import annotations

from grader.course.lessons import lesson_names, module_names, part
from grader.course.planted import Planted, Student

__all__ = ["CLASS", "IDS", "expected_diagnoses"]

_SEEN = {name: part(name, "seen.students") for name in lesson_names() if "seen.students" in module_names(name, "seen")}
CLASS: tuple[Student, ...] = tuple(student for seen in _SEEN.values() for student in seen.STUDENTS)
"""Every student hands in one lesson; ids are unique."""
IDS: dict[str, dict[tuple[str, str], tuple[str, ...]]] = {name: seen.IDS for name, seen in _SEEN.items()}
"""By lesson: the ids that are right for a mistake, by exercise and by what the course's list calls it."""


def expected_diagnoses(lesson: str, exercise: str, planted: Planted) -> tuple[str | None, ...]:
    """The ids that are right for what was planted; only None where no known mistake was.

    raises KeyError for a planted mistake that has no id in the lesson's table
    """
    return IDS[lesson][exercise, planted.mistake] if planted.kind == "mistake" else (None,)
