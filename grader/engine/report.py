"""How a run went."""

from __future__ import annotations

from dataclasses import dataclass, field

from grader.engine.task import Result
from grader.engine.watch import Watch

__all__ = ["Log", "Report"]


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


class Log:
    """Writes the report and tells the watch."""

    def __init__(self, watch: Watch) -> None:
        self.watch, self.report = watch, Report()

    def note(self, student: str, line: str) -> None:
        """Worth a line; the submission has its verdict (or, without a student, the run goes on)."""
        self.report.trouble.append((student, line))
        self.watch.note(student, line)

    def fail(self, student: str, line: str) -> None:
        """This submission is not graded."""
        self.report.failed.append((student, line))
        self.watch.note(student, line)

    def done(self, student: str, result: Result) -> None:
        """This submission has its verdict."""
        (self.report.graded if result.ran else self.report.reused).append(student)
        self.watch.done(student, result)
