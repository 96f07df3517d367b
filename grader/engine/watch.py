"""What the engine tells whoever looks on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.engine.task import Result

__all__ = ["Watch"]


class Watch:
    """Override what you want to hear. Called from the thread that called `grade`, save `note` (any thread)."""

    def begun(self, total: int, skipped: int) -> None:
        """`total` submissions are to be graded, `skipped` have nothing new."""

    def ready(self, pids: Sequence[int]) -> None:
        """All judges are warm; `pids` are those on this machine."""

    def done(self, student: str, result: Result) -> None:
        """One submission has its verdict (the gradebook may follow a moment later)."""

    def unsafe(self, line: str) -> None:
        """Too few layers of isolation hold, and the instructor said to go on."""

    def note(self, student: str, line: str) -> None:
        """One line about one submission, or about the run when `student` is empty."""
