"""Grades in nbgrader's own columns, Moodle's or Canvas's.

Moodle's are those of its own grade export (import: map "Email address" or "ID number", then each grade item); Canvas's
are those that lib/gradebook_importer.rb of canvas-lms reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nbgrader.api import Gradebook, MissingEntry

from grader.platforms.collect.roster import Roster
from grader.platforms.export.cells import Cell

__all__ = ["FORMATS", "Grade", "Layout", "grades"]


@dataclass(frozen=True)
class Grade:
    """What one student has for one assignment; `score` is None where nothing was handed in."""

    assignment: str
    student: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""
    duedate: datetime | None = None
    timestamp: datetime | None = None
    raw_score: float | None = None
    penalty: float = 0.0
    max_score: float = 0.0
    waits: bool = False

    @property
    def score(self) -> float | None:
        return None if self.raw_score is None else max(0.0, self.raw_score - self.penalty)


def grades(gradebook: Gradebook, assignments: Sequence[str] = (), students: Sequence[str] = ()) -> list[Grade]:  # fmt: skip
    """Everybody's grades in every assignment, or in those named alone."""
    found = []
    for assignment in gradebook.assignments:
        for student in gradebook.students:
            if (assignments and assignment.name not in assignments) or (students and student.id not in students):
                continue
            found.append(_grade(gradebook, assignment, student))
    return found


def _grade(gradebook: Gradebook, assignment: Any, student: Any) -> Grade:
    known: dict[str, Any] = {
        "assignment": assignment.name,
        "student": student.id,
        "first_name": student.first_name or "",
        "last_name": student.last_name or "",
        "email": student.email or "",
        "lms_user_id": student.lms_user_id or "",
        "duedate": assignment.duedate,
        "max_score": float(assignment.max_score),
    }
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        return Grade(**known)
    return Grade(
        **known,
        timestamp=submission.timestamp,
        raw_score=float(submission.score),
        penalty=float(submission.late_submission_penalty or 0.0),
        waits=bool(submission.needs_manual_grade),
    )


@dataclass(frozen=True)
class Layout:
    """What a format needs besides the grades."""

    roster: Roster | None = None
    columns: Mapping[str, str] = field(default_factory=dict)

    def of(self, grade: Grade, column: str) -> str:
        """A cell of the roster's; "" where there is none."""
        person = self.roster.by_id(grade.student) if self.roster else None
        return person.cells.get(column, "") if person else ""


Rows = Iterator[Sequence[Cell]]


def _nbgrader(found: Sequence[Grade], _: Layout) -> Rows:
    yield "assignment duedate timestamp student_id last_name first_name email raw_score late_submission_penalty score max_score".split()  # fmt: skip
    for grade in found:
        yield [
            grade.assignment,
            "" if grade.duedate is None else str(grade.duedate),
            "" if grade.timestamp is None else str(grade.timestamp),
            grade.student,
            grade.last_name,
            grade.first_name,
            grade.email,
            grade.raw_score or 0.0,
            grade.penalty,
            grade.score or 0.0,
            grade.max_score,
        ]


def _by_student(found: Sequence[Grade]) -> tuple[list[str], dict[str, dict[str, Grade]]]:
    names = list(dict.fromkeys(grade.assignment for grade in found))
    people: dict[str, dict[str, Grade]] = {}
    for grade in found:
        people.setdefault(grade.student, {})[grade.assignment] = grade
    return names, people


def _moodle(found: Sequence[Grade], layout: Layout) -> Rows:
    names, people = _by_student(found)
    titles = [layout.columns.get(name, f"Assignment: {name} (Real)") for name in names]
    yield ["First name", "Last name", "Username", "ID number", "Email address", *titles]
    for student, by_name in people.items():
        one = next(iter(by_name.values()))
        yield [
            one.first_name or layout.of(one, "first_name"),
            one.last_name or layout.of(one, "last_name") or layout.of(one, "name"),
            layout.of(one, "login") or student,
            layout.of(one, "idnumber") or student,
            layout.of(one, "email") or one.email,
            *(_score(by_name.get(name)) for name in names),
        ]


def _canvas(found: Sequence[Grade], layout: Layout) -> Rows:
    names, people = _by_student(found)
    most = {grade.assignment: grade.max_score for grade in found}
    titles = [layout.columns.get(name, name) for name in names]
    yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *titles]
    yield ["    Points Possible", "", "", "", "", *(most[name] for name in names)]
    for student, by_name in people.items():
        one = next(iter(by_name.values()))
        name = ", ".join(part for part in (one.last_name, one.first_name) if part)
        number = layout.of(one, "number") or one.lms_user_id
        yield [
            layout.of(one, "name") or name or student,
            number or (student if student.isascii() and student.isdigit() else ""),
            layout.of(one, "sis"),
            layout.of(one, "login") or student,
            layout.of(one, "section"),
            *(_score(by_name.get(name)) for name in names),
        ]


def _score(grade: Grade | None) -> Cell:
    return None if grade is None else grade.score


FORMATS: dict[str, Callable[[Sequence[Grade], Layout], Rows]] = {
    "nbgrader": _nbgrader,
    "moodle": _moodle,
    "canvas": _canvas,
}
