"""A run: what is new, who judges, who writes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from grader.course import course_secret
from grader.devices import chosen
from grader.engine.batch import Batch, Executor
from grader.engine.report import Log, Report
from grader.engine.settings import Settings
from grader.engine.store import Store, locked
from grader.engine.submitted import Handed, handed_in, read_handed, refused
from grader.engine.task import Result
from grader.engine.version import (
    Terms,
    digest,
    lesson_version,
    page_version,
    secret_fingerprint,
)
from grader.engine.watch import Watch
from grader.errors import CourseError
from grader.isolation import danger, demand
from grader.lessons import Lesson
from grader.sandbox import policy

if TYPE_CHECKING:
    from grader.engine.gradebook import Grades
    from grader.engine.writer import Writer

__all__ = ["grade"]


def grade(
    lesson: Lesson, course: Path, settings: Settings | None = None, watch: Watch | None = None
) -> Report:
    """Grade all that was handed in for `lesson` and is new. One that cannot be graded stops no other.

    raises GraderError when the run cannot go on, KeyboardInterrupt when it was stopped: both after writing what was
    judged. The same call afterwards goes on where it stopped.
    """
    course = course.resolve()
    students = handed_in(course, lesson)
    log = Log(watch or Watch())
    try:
        with locked(course) as scratch:
            _Run(lesson, course, settings or Settings(), log, scratch).run(students)
    except OSError as error:
        raise CourseError(
            f"a file could not be written or read ({error.filename or course}): {error.strerror or error}. Nothing is "
            "lost: make room or mend it, then run the same command again"
        ) from error
    return log.report


class _Run:
    """One run, with the course locked."""

    def __init__(
        self, lesson: Lesson, course: Path, settings: Settings, log: Log, scratch: Path
    ) -> None:
        from grader.engine.patience import Patience
        from grader.engine.place import Place
        from grader.engine.setup import read_setup

        self._lesson, self._course, self._settings, self._log = lesson, course, settings, log
        self._scratch = scratch
        self._setup = read_setup(course)
        self._place = Place(
            course, lesson.assignment, self._setup.converter, self._setup.sources(lesson)
        )
        self._patience = Patience(settings.lock_seconds, lambda line: log.note("", line))

    def run(self, students: list[str]) -> None:
        """Grade what is new of them."""
        executor: Executor | None = None
        hurry = True
        try:
            if self._settings.scheduler is not None:
                from grader.engine.cluster import Cluster

                cluster = Cluster(
                    self._settings.scheduler, self._here(), lambda line: self._log.note("", line)
                )
                executor, terms = cluster, cluster.terms
            else:
                terms = self._here()
            demand(terms.layers, unsandboxed=self._settings.unsandboxed)
            unsafe = danger(terms.layers)
            if unsafe is not None:
                self._log.watch.unsafe(unsafe)
            self._terms = terms.digest()
            self._store = Store(self._course, self._lesson.assignment, terms.judging())
            new = self._new(students)
            self._log.watch.begun(len(new), len(self._log.report.skipped))
            if new:
                executor = executor or self._pool()
                self._judge(new, executor, terms)
            hurry = False
        finally:
            if executor is not None:
                executor.close(hurry=hurry)

    def _judge(self, students: list[str], executor: Executor, terms: Terms) -> None:
        self._log.watch.ready(executor.pids)
        began = time.monotonic()
        writer = self._writer()
        hurry = True
        try:
            Batch(
                self._lesson,
                terms,
                executor,
                self._store,
                self._log,
                read=self._read,
                deliver=lambda handed, result: self._deliver(writer, handed, result),
                again=self._settings.again,
            ).run(students, writer.check)
            hurry = False
        finally:
            writer.close(hurry=hurry)
            self._log.report.seconds = time.monotonic() - began

    def _here(self) -> Terms:
        lesson = self._lesson
        return Terms(
            lesson.name,
            lesson_version(lesson),
            page_version(lesson),
            secret_fingerprint(course_secret(self._course)),
            policy.layers(),
            self._setup.limits,
            chosen(self._settings.device, lesson),
        )

    def _pool(self) -> Executor:
        from grader.engine.pool import Pool

        settings = self._settings
        return Pool(
            settings.jobs,
            self._lesson.name,
            chosen(settings.device, self._lesson),
            self._course,
            self._scratch,
        )

    def _writer(self) -> Writer:
        from grader.engine.writer import Writer

        return Writer(
            self._grades,
            self._place,
            self._store,
            self._log.note,
            chunk=self._settings.chunk,
            patience=self._patience,
        )

    def _grades(self) -> Grades:
        from grader.engine.gradebook import Grades
        from grader.nbgrader_plugins.answers import KnownAnswers

        setup, name = self._setup, self._lesson.assignment
        known = KnownAnswers(self._course, name)
        return Grades(setup.url, setup.converter.coursedir.course_id, name, setup.penalties, known)

    def _new(self, students: list[str]) -> list[str]:
        """Those of `students` with something to grade."""
        from sqlalchemy.exc import SQLAlchemyError

        from grader.engine.patience import first_line

        def in_gradebook() -> tuple[set[str], str]:
            grades = self._grades()
            try:
                grades.check([exercise.name for exercise in self._lesson.exercises])
                return grades.students(), grades.listed
            finally:
                grades.close()

        try:
            known, self._listed = self._patience(in_gradebook)
        except SQLAlchemyError as error:
            raise CourseError(f"the gradebook cannot be read: {first_line(error)}") from error
        excluded = set(self._setup.converter.coursedir.student_id_exclude.split(","))
        found = []
        for student in students:
            why = refused(student)
            if why is not None:
                self._log.fail(student, why)
            elif student not in excluded:
                if student in known and not self._settings.again and self._is_done(student):
                    self._log.report.skipped.append(student)
                else:
                    found.append(student)
        return found

    def _is_done(self, student: str) -> bool:
        """Is what was handed in graded already, under the same terms, and its notebook in its place?"""
        noted = self._store.graded.get(student)
        try:
            if noted is None or self._place.notebook(student).stat().st_size != noted.size:
                return False
        except OSError:
            return False
        handed = self._read(student, quietly=True)
        return handed is not None and self._fingerprint(handed) == noted.fingerprint

    def _fingerprint(self, handed: Handed) -> str:
        """What was handed in, the terms and the points to be had as one hash: when it is the same, nothing is new."""
        return digest(self._terms.encode(), self._listed.encode(), handed.content.encode())

    def _read(self, student: str, *, quietly: bool = False) -> Handed | None:
        try:
            ignore = self._setup.converter.coursedir.ignore
            return read_handed(self._course, student, self._lesson, ignore)
        except CourseError as error:
            if not quietly:
                self._log.fail(student, str(error))
            return None

    def _deliver(self, writer: Writer, handed: Handed, result: Result) -> None:
        from grader.engine.gradebook import Entry
        from grader.engine.writer import Judged

        timestamp, fault = self._setup.timestamp(handed.files.get("timestamp.txt"))
        if fault is not None:
            self._log.note(handed.student, fault)
        writer.put(
            Judged(
                Entry(handed.student, timestamp, result.marks),
                self._fingerprint(handed),
                result.notebook,
                handed.files,
            )
        )
