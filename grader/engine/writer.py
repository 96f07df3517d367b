"""The only writer: takes judged submissions from a queue and puts each chunk into the gradebook, then into autograded/.

The order is what makes a kill harmless: result stored, gradebook, notebook, note. A submission without its note is done
again from the stored result, and every step may be done twice.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from grader.engine.gradebook import Entry, Grades
from grader.engine.patience import Patience, first_line
from grader.engine.place import Place
from grader.engine.store import Graded, Store
from grader.errors import CourseError, GraderError

__all__ = ["Judged", "Writer"]

WAITING = 200
"""Judged submissions that may wait for the gradebook before judging waits too."""


@dataclass(frozen=True)
class Judged:
    """One submission on its way to the gradebook."""

    entry: Entry
    fingerprint: str
    notebook: bytes
    files: Mapping[str, bytes]


class Writer:
    """A thread that owns the gradebook. `put` blocks when too much waits; a failure comes out of `put` and `close`."""

    def __init__(
        self,
        open_grades: Callable[[], Grades],
        place: Place,
        store: Store,
        note: Callable[[str, str], None],
        *,
        chunk: int,
        patience: Patience,
    ) -> None:
        self._open, self._place, self._store, self._note = open_grades, place, store, note
        self._chunk, self._patience = chunk, patience
        self._queue: queue.Queue[Judged | None] = queue.Queue(WAITING)
        self._failure: GraderError | None = None
        self.written = 0
        self._thread = threading.Thread(target=self._run, name="gradebook writer", daemon=True)
        self._thread.start()

    def put(self, judged: Judged) -> None:
        """Hand over one submission.

        raises GraderError when the writer has failed
        """
        while True:
            self.check()
            try:
                return self._queue.put(judged, timeout=0.5)
            except queue.Full:
                continue

    def check(self) -> None:
        """raises GraderError when the writer has failed"""
        if self._failure is not None:
            raise self._failure

    def close(self, *, hurry: bool = False) -> None:
        """Write what waits, and stop. With `hurry` a gradebook that is locked is not waited for.

        raises GraderError when something could not be written
        """
        if hurry:
            self._patience.end()
        while self._thread.is_alive():
            try:
                self._queue.put(None, timeout=0.5)
                break
            except queue.Full:
                continue
        self._thread.join()
        self.check()

    def _run(self) -> None:
        try:
            grades = self._patience(self._open)
            try:
                while (batch := self._next()) is not None:
                    if batch:
                        self._write(grades, batch)
            finally:
                grades.close()
        except GraderError as error:
            self._failure = error
        except OSError as error:
            self._failure = CourseError(_full(error))
        except SQLAlchemyError as error:
            self._failure = CourseError(_database(error))
        except Exception as error:
            self._failure = CourseError(f"the gradebook could not be written: {error!r}")

    def _next(self) -> list[Judged] | None:
        """What waits, up to a chunk; at least one, and after one a moment for more. None at the end."""
        first = self._queue.get()
        if first is None:
            return None
        batch, end = [first], time.monotonic() + 1.0
        while len(batch) < self._chunk and (left := end - time.monotonic()) > 0:
            try:
                more = self._queue.get(timeout=left)
            except queue.Empty:
                break
            if more is None:
                self._queue.put(None)
                break
            batch.append(more)
        return batch

    def _write(self, grades: Grades, batch: Sequence[Judged]) -> None:
        for line in self._patience(lambda: grades.write([judged.entry for judged in batch])):
            student, _, said = line.partition(": ")
            self._note(student, said)
        done = {}
        for judged in batch:
            student = judged.entry.student
            self._place.put(student, judged.notebook, judged.files)
            done[student] = Graded(judged.fingerprint, len(judged.notebook))
        self._store.note(done)
        self.written += len(batch)


def _full(error: OSError) -> str:
    where = f" ({error.filename})" if error.filename else ""
    return (
        f"a file could not be written{where}: {error.strerror or error}. Nothing is lost: what was judged is stored as far as "
        "it could be. Make room, then run the same command again"
    )


def _database(error: SQLAlchemyError) -> str:
    return (
        f"the gradebook could not be written: {first_line(error)}. Nothing is lost: what was judged is stored. "
        "Mend that, then run the same command again"
    )
