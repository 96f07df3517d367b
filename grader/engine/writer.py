"""The only writer: takes judged submissions from a queue and puts each chunk into the gradebook, then into autograded/.

The order is what makes a kill harmless: result stored, gradebook, notebook, note. A submission without its note is done
again from the stored result, and every step may be done twice.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from grader.engine.configuration import Autograded
from grader.engine.gradebook import Entry, Grades, Patience, first_line
from grader.engine.store import Graded, Store
from grader.errors import CourseError, GraderError

__all__ = ["Judged", "Writer"]

WAITING = 200
"""Judged submissions that may wait for the gradebook before judging waits too."""
MOMENT = 1.0
"""Seconds that one waits for more to be written with it."""


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
        autograded: Autograded,
        store: Store,
        note: Callable[[str, str], None],
        chunk: int,
        patience: Patience,
    ) -> None:
        self._open, self._autograded, self._store, self._note = open_grades, autograded, store, note
        self._chunk, self._patience = chunk, patience
        self._queue: queue.Queue[Judged | None] = queue.Queue(WAITING)
        self._failure: GraderError | None = None
        self._thread = threading.Thread(target=self._run, name="gradebook writer", daemon=True)
        self._thread.start()

    def put(self, judged: Judged) -> None:
        """Hand over one submission.

        raises GraderError when the writer has failed
        """
        self._put(judged)
        self._check()

    def close(self, *, hurry: bool = False) -> None:
        """Write what waits, and stop. With `hurry` a gradebook that is locked is not waited for.

        raises GraderError when something could not be written
        """
        if hurry:
            self._patience.end()
        self._put(None)
        self._thread.join()
        self._check()

    def _put(self, judged: Judged | None) -> None:
        while self._thread.is_alive():
            with contextlib.suppress(queue.Full):
                self._queue.put(judged, timeout=0.5)
                return

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            grades = self._patience(self._open)
            try:
                while chunk := self._next():
                    self._write(grades, chunk)
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

    def _next(self) -> list[Judged]:
        """What waits, up to a chunk; at least one, and after one a moment for more. Nothing at the end."""
        chunk: list[Judged] = []
        judged, end = self._queue.get(), time.monotonic() + MOMENT
        with contextlib.suppress(queue.Empty):
            while judged is not None:
                chunk.append(judged)
                if len(chunk) == self._chunk:
                    return chunk
                judged = self._queue.get(timeout=max(0.0, end - time.monotonic()))
            if chunk:  # the end comes again, after this chunk
                self._queue.put(None)
        return chunk

    def _write(self, grades: Grades, chunk: Sequence[Judged]) -> None:
        for student, line in self._patience(lambda: grades.write([judged.entry for judged in chunk])):
            self._note(student, line)
        graded = {}
        for judged in chunk:
            student = judged.entry.student
            self._autograded.put(student, judged.notebook, judged.files)
            graded[student] = Graded(judged.fingerprint, len(judged.notebook))
        self._store.note(graded)


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
