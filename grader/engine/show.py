"""A run on the terminal: a bar, the time left, one line per trouble."""

from __future__ import annotations

from collections.abc import Sequence
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
from grader.engine.watch import Watch

__all__ = ["Bar"]


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
        self._task = self._progress.add_task("reading what was handed in", total=None)
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
        self._progress.update(self._task, total=total, description="starting the judges")

    def ready(self, pids: Sequence[int]) -> None:  # noqa: ARG002 (the bar does not show them)
        """The bar begins to move."""
        self._progress.update(self._task, description="grading")
        self._progress.reset(self._task, total=self._total, description="grading")

    def done(self, student: str, result: Result) -> None:
        """One more."""
        self._done += 1
        self._reused += not result.ran
        self._progress.update(self._task, advance=1, description=f"grading {student}")

    def unsafe(self, line: str) -> None:
        """In red, above the bar."""
        self._progress.console.print(Text(line, style="bold red"), soft_wrap=True, highlight=False)

    def note(self, student: str, line: str) -> None:
        """One line above the bar."""
        said = " ".join(f"{student}: {line}".split() if student else line.split())
        with self._lock:
            self._progress.console.print(
                Text(said, style="yellow"), soft_wrap=True, highlight=False
            )

    def said(self) -> str:
        """How far it came, in words."""
        words = [f"{self._done} of {self._total} graded"]
        if self._reused:
            words.append(f"{self._reused} of them from stored results")
        if self._skipped:
            words.append(f"{self._skipped} unchanged")
        return ", ".join(words)
