"""nbgrader's gradebook, many submissions in one session: the rows that `nbgrader autograde` would write, no more.

nbgrader's own methods commit after every step, some twenty times a submission. Here a chunk is one transaction: it is in
the gradebook as a whole or not at all, and writing it twice gives the same rows. While another program holds the gradebook,
it is waited for.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from nbgrader.api import (
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import selectinload

from grader.engine.task import Mark
from grader.errors import CourseError
from grader.nbgrader.answers import KnownAnswers
from grader.nbgrader.scores import by_cell, demand_verdicts, save_marks

__all__ = ["Entry", "Grades", "Patience", "first_line"]

_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_HELD = ("database is locked", "table is locked", "lock timeout", "deadlock detected")

T = TypeVar("T")


@dataclass(frozen=True)
class Entry:
    """What the gradebook is told of one submission. Without a `timestamp` the one it has stays."""

    student: str
    timestamp: datetime | None
    marks: tuple[Mark, ...]

    @property
    def answers(self) -> dict[str, str]:
        """What a person marks, by exercise, as a hash each."""
        return {mark.exercise: mark.answer for mark in self.marks}


class Grades:
    """One assignment in the gradebook at `url`.

    raises CourseError when the assignment was not released, or lists cells that the lesson does not have
    """

    def __init__(
        self,
        url: str,
        course: str,
        assignment: str,
        penalties: AssignLatePenalties,
        answers: KnownAnswers,
    ) -> None:
        self._name, self._penalties, self._answers = assignment, penalties, answers
        self._gradebook = Gradebook(url, course)
        try:
            self._load()
        except BaseException:
            self._gradebook.close()
            raise

    def _load(self) -> None:
        try:
            assignment = self._gradebook.find_assignment(self._name)
            notebook = self._gradebook.find_notebook(self._name, self._name)
        except MissingEntry as error:
            raise CourseError(f"{self._name} is not in the gradebook: register it first (`grader release`)") from error
        graded = [*notebook.grade_cells, *notebook.task_cells]
        answered = [*notebook.solution_cells, *notebook.task_cells]
        self._assignment, self._notebook = str(assignment.id), str(notebook.id)
        self._cells = {str(cell.id): (str(cell.name), 0.0) for cell in answered}
        self._cells |= {str(cell.id): (str(cell.name), float(cell.max_score)) for cell in graded}
        self._graded = [str(cell.id) for cell in graded]
        self._answered = [str(cell.id) for cell in answered]
        self._gradebook.db.rollback()

    @property
    def listed(self) -> str:
        """The cells and the points that the gradebook gives for them, as text."""
        return json.dumps(sorted(self._cells.values()))

    def check(self, exercises: Sequence[str]) -> None:
        """Every cell that the gradebook lists is one of the lesson's exercises.

        raises CourseError
        """
        graded = [self._cells[cell][0] for cell in self._graded]
        demand_verdicts(self._name, graded, by_cell([Mark(name, 0.0, "", "") for name in exercises]))

    def students(self) -> set[str]:
        """The ids of those who have a graded submission in the gradebook."""
        session = self._gradebook.db
        rows = (
            session.query(SubmittedAssignment.student_id)
            .filter(SubmittedAssignment.assignment_id == self._assignment)
            .all()
        )
        session.rollback()
        return {str(row[0]) for row in rows}

    def write(self, entries: Sequence[Entry]) -> list[tuple[str, str]]:
        """Write the entries in one transaction. (student, line) about each late submission.

        raises sqlalchemy's errors, with nothing written
        """
        session = self._gradebook.db
        try:
            with session.begin():
                lines = self._write(session, entries)
        finally:
            session.expunge_all()
        for entry in entries:
            self._answers.note(entry.student, entry.answers)
        return lines

    def _write(self, session: Any, entries: Sequence[Entry]) -> list[tuple[str, str]]:
        ids = [entry.student for entry in entries]
        known = {row[0] for row in session.query(Student.id).filter(Student.id.in_(ids))}
        session.add_all(Student(id=name) for name in ids if name not in known)
        submitted = self._submissions(session, ids)
        for entry in entries:
            submission = submitted.get(entry.student)
            if submission is None:
                submission = submitted[entry.student] = self._new(session, entry.student)
            if entry.timestamp is not None:
                submission.timestamp = entry.timestamp
            (notebook,) = (n for n in submission.notebooks if n.notebook_id == self._notebook)
            unchanged = self._answers.unchanged(entry.student, entry.answers)
            save_marks(notebook, by_cell(entry.marks), self._cells, unchanged)
            notebook.late_submission_penalty = None
        session.flush()
        return [line for entry in entries for line in self._penalise(session, submitted[entry.student])]

    def _submissions(self, session: Any, students: Sequence[str]) -> dict[str, Any]:
        """The submissions that are there already, with all their rows."""
        notebooks = selectinload(SubmittedAssignment.notebooks)
        rows = (
            session.query(SubmittedAssignment)
            .filter(SubmittedAssignment.assignment_id == self._assignment)
            .filter(SubmittedAssignment.student_id.in_(students))
            .options(
                notebooks.selectinload(SubmittedNotebook.grades),
                notebooks.selectinload(SubmittedNotebook.comments),
            )
        )
        return {str(row.student_id): row for row in rows}

    def _new(self, session: Any, student: str) -> Any:
        """A submission with the assignment's whole structure, as nbgrader's `add_submission` makes it."""
        made = SubmittedAssignment(assignment_id=self._assignment, student_id=student)
        submitted = SubmittedNotebook(notebook_id=self._notebook, assignment=made)
        submitted.grades = [Grade(cell_id=cell) for cell in self._graded]
        submitted.comments = [Comment(cell_id=cell) for cell in self._answered]
        session.add(made)
        return made

    def _penalise(self, session: Any, submission: Any) -> Iterator[tuple[str, str]]:
        """nbgrader's late penalty, by the plugin that the course has configured."""
        late = submission.total_seconds_late
        if late <= 0:
            return
        (notebook,) = (n for n in submission.notebooks if n.notebook_id == self._notebook)
        session.refresh(notebook, ["score"])
        student = str(submission.student_id)
        penalty = self._penalties.plugin_inst.late_submission_penalty(student, notebook.score, late)
        line = f"handed in {late:.0f} s late"
        if penalty is not None:
            penalty = self._penalties._check_late_penalty(notebook, penalty)
            notebook.late_submission_penalty = penalty
            line += f", penalty {penalty:g}"
        yield student, line

    def close(self) -> None:
        """Let the gradebook go."""
        self._gradebook.close()


class Patience:
    """Does something again while the gradebook is held, for `seconds` at most; `say` gets a line when that begins."""

    def __init__(self, seconds: float, say: Callable[[str], None]) -> None:
        self._seconds, self._say = seconds, say
        self._ended = threading.Event()

    def end(self) -> None:
        """Wait no longer."""
        self._ended.set()

    def __call__(self, action: Callable[[], T]) -> T:
        """What `action` gives.

        raises CourseError when the gradebook is still held at the end
        """
        end, pause = time.monotonic() + self._seconds, _FIRST_PAUSE
        while True:
            try:
                return action()
            except OperationalError as error:
                if not any(words in str(error.orig).lower() for words in _HELD):
                    raise
                if time.monotonic() > end or self._ended.is_set():
                    raise CourseError(
                        f"another program has held the gradebook for {self._seconds:g} s. Nothing is lost: what was judged "
                        "is stored. Close what holds it (a formgrader, a copy, a backup) and run the same command again"
                    ) from error
            if pause == _FIRST_PAUSE:
                self._say(f"another program holds the gradebook; waiting up to {self._seconds:g} s")
            self._ended.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)


def first_line(error: SQLAlchemyError) -> str:
    """What the database itself said."""
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]
