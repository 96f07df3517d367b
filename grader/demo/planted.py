"""The demonstration class: 24 submissions, 12 to each of the first two lessons, with the truth about every answer."""

from __future__ import annotations

from grader.demo import gradient_descent, momentum
from grader.demo.bug_hunts import with_bug_hunt
from grader.demo.student import BLANK, Kind, Planted, Points, Student, Tampering

__all__ = ["BLANK", "CLASS", "Kind", "Planted", "Points", "Student", "Tampering"]

CLASS: tuple[Student, ...] = tuple(
    with_bug_hunt(student) for student in gradient_descent.STUDENTS + momentum.STUDENTS
)
"""Every student hands in one lesson; ids are unique."""
