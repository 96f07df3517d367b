"""The loop: submissions in order to the judges, the same code once, results to the store and to the writer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Protocol

from grader.engine.report import Log
from grader.engine.store import Store
from grader.engine.submitted import Handed, understand
from grader.engine.task import Result, Task
from grader.engine.version import Terms
from grader.lessons import Lesson

__all__ = ["Batch", "Executor"]

_PAUSE = 0.5
_HELD = 64
"""Submissions that may wait for a twin of theirs to be judged."""


class Executor(Protocol):
    """Judges tasks: the pool of this machine, or a cluster."""

    @property
    def capacity(self) -> int:
        """Tasks that are judged at a time."""

    @property
    def pids(self) -> list[int]:
        """The processes on this machine."""

    def submit(self, ticket: int, task: Task) -> None:
        """Have `task` judged."""

    def wait(self, seconds: float) -> list[tuple[int, Result | str]]:
        """Answers by ticket: a result, or why there is none."""

    def close(self, *, hurry: bool = False) -> None:
        """End; in a hurry, whatever is being judged."""


@dataclass(frozen=True)
class _Job:
    handed: Handed
    key: str


class Batch:
    """One pass over a list of submissions.

    read     what a student handed in; None when it cannot be read (and was reported)
    deliver  hands a judged submission to the writer
    again    results of earlier runs don't count
    """

    def __init__(
        self,
        lesson: Lesson,
        terms: Terms,
        executor: Executor,
        store: Store,
        log: Log,
        *,
        read: Callable[[str], Handed | None],
        deliver: Callable[[Handed, Result], None],
        again: bool,
    ) -> None:
        self._lesson, self._terms, self._executor = lesson, terms, executor
        self._store, self._log, self._again = store, log, again
        self._read, self._deliver = read, deliver
        self._tickets = count()
        self._judged: dict[int, _Job] = {}
        self._twins: dict[str, list[_Job]] = defaultdict(list)
        self._running: set[str] = set()
        self._fresh: set[str] = set()

    def run(self, students: list[str], check: Callable[[], None]) -> None:
        """Judge all of them; `check` is called often, and may raise."""
        waiting = iter(students)
        self._fill(waiting)
        while self._judged:
            check()
            for ticket, answer in self._executor.wait(_PAUSE):
                self._answered(self._judged.pop(ticket), answer)
            self._fill(waiting)

    def _fill(self, waiting: Iterator[str]) -> None:
        """Keep the judges busy, with a little in hand."""
        while (
            len(self._judged) < 2 * self._executor.capacity
            and sum(map(len, self._twins.values())) < _HELD
        ):
            student = next(waiting, None)
            if student is None:
                return
            handed = self._read(student)
            if handed is not None:
                self._begin(handed)

    def _begin(self, handed: Handed) -> None:
        handed, submission = understand(handed, self._lesson)
        job = _Job(handed, self._terms.key(submission))
        if handed.reason is not None:
            self._log.note(handed.student, handed.reason.say("en"))
        for line in handed.notes:
            self._log.note(handed.student, line)
        if job.key in self._running:
            self._twins[job.key].append(job)
        else:
            self._submit(job)

    def _submit(self, job: _Job) -> None:
        known = b""
        if not self._again or job.key in self._fresh:
            known = self._store.get(job.key) or b""
        if not known:
            self._running.add(job.key)
        reason = job.handed.reason
        if reason is None:
            task = Task(self._terms, job.handed.notebook, None, known)
        else:
            task = Task(self._terms, b"", (reason.en, reason.vi), known)
        ticket = next(self._tickets)
        self._judged[ticket] = job
        self._executor.submit(ticket, task)

    def _answered(self, job: _Job, answer: Result | str) -> None:
        twins = self._twins.pop(job.key, [])
        self._running.discard(job.key)
        if isinstance(answer, str):
            self._log.fail(job.handed.student, answer)
        else:
            if answer.ran:
                self._store.put(job.key, answer.judgement)
                self._fresh.add(job.key)
            self._deliver(job.handed, answer)
            self._log.done(job.handed.student, answer)
        for number, twin in enumerate(twins):
            if (
                job.key in self._running
            ):  # the first of them runs in the place of the one that failed
                self._twins[job.key] = twins[number:]
                return
            self._submit(twin)
