"""How a run went: as a report, to whoever looks on, and on a terminal as a bar with a line per trouble."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from grader.engine.task import Result

__all__ = ["Bar", "Report", "Watch"]


@dataclass
class Report:
    """How a run went.

    graded   students whose code ran        reused  those whose code had run before (theirs, or the same of another)
    skipped  nothing new since they were graded
    trouble  (student, line) about submissions that got a verdict all the same
    failed   (student, line) about submissions that were not graded
    seconds  from when the judges were warm to the last row written
    """

    graded: list[str] = field(default_factory=list)
    reused: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    trouble: list[tuple[str, str]] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    seconds: float = 0.0


class Watch:
    """Override what you want to hear. Called from the thread that called `grade`, save `note` (any thread)."""

    def begun(self, total: int, skipped: int) -> None:
        """`total` submissions are to be graded, `skipped` have nothing new."""

    def ready(self, pids: Sequence[int]) -> None:
        """All judges are warm (start the clock here); `pids` are the processes on this machine."""

    def done(self, student: str, result: Result) -> None:
        """One submission has its verdict (the gradebook may follow a moment later)."""

    def unsafe(self, line: str) -> None:
        """Too few layers of isolation hold, and the instructor said to go on."""

    def note(self, student: str, line: str) -> None:
        """One line about one submission, or about the run when `student` is empty."""


class Bar(Watch):
    """`with Bar(console) as bar: grade(..., watch=bar)`."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
        )
        self._bar = self._progress.add_task("reading what was handed in", total=None)
        self._lock = Lock()
        self._total, self._skipped, self._done, self._reused = 0, 0, 0, 0

    def __enter__(self) -> Bar:
        self._progress.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._progress.stop()

    def begun(self, total: int, skipped: int) -> None:
        """The bar gets its length."""
        self._total, self._skipped = total, skipped
        self._progress.update(self._bar, total=total, description="starting the judges")

    def ready(self, pids: Sequence[int]) -> None:  # noqa: ARG002 (the bar does not show them)
        """The bar begins to move."""
        self._progress.reset(self._bar, total=self._total, description="grading")

    def done(self, student: str, result: Result) -> None:
        """One more."""
        self._done += 1
        self._reused += not result.ran
        self._progress.update(self._bar, advance=1, description=f"grading {student}")

    def unsafe(self, line: str) -> None:
        """In red, above the bar."""
        self._progress.console.print(Text(line, style="bold red"), soft_wrap=True, highlight=False)

    def note(self, student: str, line: str) -> None:
        """One line above the bar."""
        line = " ".join(f"{student}: {line}".split() if student else line.split())
        with self._lock:
            self._progress.console.print(Text(line, style="yellow"), soft_wrap=True, highlight=False)

    def summary(self) -> str:
        """How far it came, in words."""
        words = [f"{self._done} of {self._total} graded"]
        if self._reused:
            words.append(f"{self._reused} of them from stored results")
        if self._skipped:
            words.append(f"{self._skipped} unchanged")
        return ", ".join(words)
