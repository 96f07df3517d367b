"""Wait for a gradebook that another program holds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import OperationalError, SQLAlchemyError

from grader.errors import CourseError

__all__ = ["Patience", "first_line"]

_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_HELD = ("database is locked", "table is locked", "lock timeout", "deadlock detected")

T = TypeVar("T")


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
        end, pause, said = time.monotonic() + self._seconds, _FIRST_PAUSE, False
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
            if not said:
                said = True
                self._say(f"another program holds the gradebook; waiting up to {self._seconds:g} s")
            self._ended.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)


def first_line(error: SQLAlchemyError) -> str:
    """What the database itself said."""
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]
