"""The loop: submissions in order to the judges, the same code once, each result stored as soon as it is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Protocol

from grader.engine.store import Store
from grader.engine.submitted import Submitted
from grader.engine.task import Result, Task
from grader.engine.version import Terms
from grader.errors import GraderError
from grader.judge.submission import Submission

__all__ = ["Batch", "Judges"]

POLL_SECONDS = 0.5
MAX_TWINS = 64
"""Submissions that may wait for the same code of another to be judged."""


class Judges(Protocol):
    """Who judges: processes of this machine, or a cluster."""

    @property
    def pids(self) -> Sequence[int]:
        """The processes on this machine."""

    def capacity(self) -> int:
        """How many tasks are judged at a time.

        raises CourseError when there has been nobody to judge for long
        """

    def judge(self, task: Task) -> Future[Result]:
        """Have `task` judged. A GraderError in the future says why there is no result."""

    def shutdown(self, wait: bool = True) -> None:
        """End, when all is judged; without `wait` whatever is being judged."""


class Batch:
    """One pass over some submissions. `again`: results of earlier runs don't count."""

    def __init__(self, terms: Terms, judges: Judges, store: Store, *, again: bool) -> None:
        self._terms, self._judges, self._store, self._again = terms, judges, store, again
        self._pending: dict[Future[Result], tuple[Submitted, str]] = {}
        self._twins: dict[str, list[Submitted]] = {}  # by the key of the code that runs: who waits for its result
        self._fresh: set[str] = set()

    def run(self, submissions: Iterator[tuple[Submitted, Submission]]) -> Iterator[tuple[Submitted, Result | str]]:
        """Each with its result, or with a line on why there is none, in the order in which they are done."""
        self._fill(submissions)
        while self._pending:
            wait(self._pending, POLL_SECONDS, FIRST_COMPLETED)
            for future in [future for future in self._pending if future.done()]:
                submitted, key = self._pending.pop(future)
                result = _result(future)
                if isinstance(result, Result) and result.ran:
                    self._store.put(key, result.judgement)
                    self._fresh.add(key)
                yield submitted, result
                for twin in self._twins.pop(key, []):
                    self._judge(twin, key)
            self._fill(submissions)

    def _fill(self, submissions: Iterator[tuple[Submitted, Submission]]) -> None:
        """Keep the judges busy, with a little in hand."""
        most = 2 * self._judges.capacity()
        while len(self._pending) < most and sum(map(len, self._twins.values())) < MAX_TWINS:
            submitted, submission = next(submissions, (None, None))
            if submitted is None or submission is None:
                return
            self._judge(submitted, self._terms.key(submission))

    def _judge(self, submitted: Submitted, key: str) -> None:
        """Have it judged, or let it wait where the same code is being run."""
        if key in self._twins:
            self._twins[key].append(submitted)
            return
        stored = b""
        if not self._again or key in self._fresh:
            stored = self._store.get(key) or b""
        if not stored:
            self._twins[key] = []
        notebook = submitted.notebook if submitted.reason is None else b""
        future = self._judges.judge(Task(self._terms, notebook, submitted.reason, stored))
        self._pending[future] = submitted, key


def _result(future: Future[Result]) -> Result | str:
    try:
        return future.result()
    except GraderError as error:
        return str(error)
    except Exception as error:  # Dask gave up: the workers that had it have died
        return f"no worker could judge it: {str(error) or repr(error)}"
