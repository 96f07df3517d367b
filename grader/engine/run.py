"""A run: what is new, who judges, who writes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from grader.course.lessons import Lesson
from grader.course.places import course_secret
from grader.engine import Settings
from grader.engine.batch import Batch, Judges
from grader.engine.configuration import Autograded, read_configuration
from grader.engine.gradebook import Entry, Grades, Patience, first_line
from grader.engine.pool import JudgePool
from grader.engine.report import Report, Watch
from grader.engine.store import Store, locked
from grader.engine.submitted import Submitted, parse_submitted, read_submitted, refused, students_of
from grader.engine.task import Result, terms_here
from grader.engine.version import Terms, digest
from grader.engine.writer import Judged, Writer
from grader.errors import CourseError
from grader.judge.devices import chosen
from grader.judge.submission import Submission
from grader.nbgrader.answers import KnownAnswers
from grader.sandbox.isolation import danger, demand

__all__ = ["Run"]


class Run:
    """One run over the course in a folder; see `grader.engine.grade`."""

    def __init__(self, lesson: Lesson, course: Path, settings: Settings, watch: Watch) -> None:
        self._lesson, self._course, self._settings, self._watch = lesson, course, settings, watch
        self._report = Report()
        self._patience = Patience(settings.lock_seconds, self._say)

    def grade(self) -> Report:
        """How it went.

        raises GraderError when it cannot go on, KeyboardInterrupt when it was stopped
        """
        students = students_of(self._course, self._lesson)
        try:
            with locked(self._course) as scratch:
                self._grade(students, scratch)
        except OSError as error:
            raise CourseError(
                f"a file could not be written or read ({error.filename or self._course}): {error.strerror or error}. "
                "Nothing is lost: make room or mend it, then run the same command again"
            ) from error
        return self._report

    def _grade(self, students: list[str], scratch: Path) -> None:
        """Grade what is new of them."""
        lesson, settings = self._lesson, self._settings
        self._configuration = read_configuration(self._course)
        sources = self._configuration.sources(lesson)
        self._autograded = Autograded(self._course, lesson.assignment, self._configuration.converter, sources)
        device = chosen(settings.device, lesson)
        judges: Judges | None = None
        finished = False
        try:
            terms = terms_here(lesson.name, self._configuration.limits, device, course_secret(self._course))
            if settings.scheduler is not None:
                from grader.engine.cluster import Cluster  # a third of a second that a run on one machine is spared

                judges = cluster = Cluster(settings.scheduler, terms, self._say)
                terms = cluster.terms
            demand(terms.layers, unsandboxed=settings.unsandboxed)
            unsafe = danger(terms.layers)
            if unsafe is not None:
                self._watch.unsafe(unsafe)
            self._terms = terms.digest()
            self._store = Store(self._course, lesson.assignment, terms.judging())
            new = self._new(students)
            self._watch.begun(len(new), len(self._report.skipped))
            if new:
                judges = judges or JudgePool(settings.jobs, lesson.name, device, self._course, scratch)
                self._judge(new, judges, terms)
            finished = True
        finally:
            if judges is not None:
                judges.shutdown(wait=finished)

    def _note(self, student: str, line: str) -> None:
        """Worth a line; the submission has its verdict (or, without a student, the run goes on)."""
        self._report.trouble.append((student, line))
        self._watch.note(student, line)

    def _say(self, line: str) -> None:
        self._note("", line)

    def _fail(self, student: str, line: str) -> None:
        """This submission is not graded."""
        self._report.failed.append((student, line))
        self._watch.note(student, line)

    def _judge(self, students: list[str], judges: Judges, terms: Terms) -> None:
        self._watch.ready(judges.pids)
        began, finished = time.monotonic(), False
        chunk, batch = self._settings.chunk, Batch(terms, judges, self._store, again=self._settings.again)
        writer = Writer(self._grades, self._autograded, self._store, self._note, chunk, self._patience)
        try:
            for submitted, result in batch.run(self._submissions(students)):
                if isinstance(result, str):
                    self._fail(submitted.student, result)
                else:
                    writer.put(self._judged(submitted, result))
                    (self._report.graded if result.ran else self._report.reused).append(submitted.student)
                    self._watch.done(submitted.student, result)
            finished = True
        finally:
            writer.close(hurry=not finished)
            self._report.seconds = time.monotonic() - began

    def _submissions(self, students: list[str]) -> Iterator[tuple[Submitted, Submission]]:
        """What they handed in, as files and as the judge uses it; a line for what cannot be judged or is left out."""
        for submitted in filter(None, map(self._read, students)):
            submitted, submission = parse_submitted(submitted, self._lesson)
            reason = [] if submitted.reason is None else [submitted.reason.say("en")]
            for line in [*reason, *submitted.notes]:
                self._note(submitted.student, line)
            yield submitted, submission

    def _judged(self, submitted: Submitted, result: Result) -> Judged:
        """What is written of it."""
        timestamp, fault = self._configuration.timestamp(submitted.files.get("timestamp.txt"))
        if fault is not None:
            self._note(submitted.student, fault)
        entry = Entry(submitted.student, timestamp, result.marks)
        return Judged(entry, self._fingerprint(submitted), result.notebook, submitted.files)

    def _grades(self) -> Grades:
        configuration, name = self._configuration, self._lesson.assignment
        known = KnownAnswers(self._course, name)
        course_id = configuration.converter.coursedir.course_id
        return Grades(configuration.url, course_id, name, configuration.penalties, known)

    def _in_gradebook(self) -> tuple[set[str], str]:
        """The students who have a graded submission in the gradebook, and the points that it gives."""
        grades = self._grades()
        try:
            grades.check([exercise.name for exercise in self._lesson.exercises])
            return grades.students(), grades.listed
        finally:
            grades.close()

    def _new(self, students: list[str]) -> list[str]:
        """Those of `students` with something to grade."""
        try:
            graded, self._listed = self._patience(self._in_gradebook)
        except SQLAlchemyError as error:
            raise CourseError(f"the gradebook cannot be read: {first_line(error)}") from error
        excluded = set(self._configuration.converter.coursedir.student_id_exclude.split(","))
        new = []
        for student in students:
            why = refused(student)
            if why is not None:
                self._fail(student, why)
            elif student not in excluded:
                if student in graded and not self._settings.again and self._is_done(student):
                    self._report.skipped.append(student)
                else:
                    new.append(student)
        return new

    def _is_done(self, student: str) -> bool:
        """Is what was handed in graded already, under the same terms, and its notebook in its place?"""
        noted = self._store.graded.get(student)
        try:
            if noted is None or self._autograded.notebook(student).stat().st_size != noted.size:
                return False
        except OSError:
            return False
        submitted = self._read(student, quietly=True)
        return submitted is not None and self._fingerprint(submitted) == noted.fingerprint

    def _fingerprint(self, submitted: Submitted) -> str:
        """What was handed in, the terms and the points to be had as one hash: when it is the same, nothing is new."""
        return digest(self._terms.encode(), self._listed.encode(), submitted.content.encode())

    def _read(self, student: str, *, quietly: bool = False) -> Submitted | None:
        try:
            ignore = self._configuration.converter.coursedir.ignore
            return read_submitted(self._course, student, self._lesson, ignore)
        except CourseError as error:
            if not quietly:
                self._fail(student, str(error))
            return None
