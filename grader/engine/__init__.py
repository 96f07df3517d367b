"""A whole class: results stored by content, a killed run goes on, judges in a pool of processes or on Dask, one gradebook.

    from grader.engine import Settings, grade
    report = grade(lesson, course, Settings(jobs=2))           # a Lesson, the course's folder
    report.graded, report.reused, report.skipped               # students whose code ran, ran before, had nothing new
    report.trouble                                             # (student, line): each has a recorded verdict
    report.failed                                              # (student, line): not graded, the machine's fault
    report.seconds                                             # from warm judges to the last row

run            one run: what is new, who judges, who writes      batch       the loop: submissions out, results in
submitted      what lies in submitted/, regular files only       task        a submission in, its result out
pool           judges on this machine, one process each          forkserver  the program that they are forked from
cluster        judges on the workers of a Dask scheduler         store       results by content, what was graded, the lock
writer         the only writer: gradebook, then autograded/      gradebook   nbgrader's tables, a chunk a transaction
configuration  nbgrader's for the course; autograded/            report      how a run went, and who looks on
version        what a result depends on, as hashes               reach       what a module can come to run, by its imports
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grader.course.lessons import Lesson
from grader.engine.report import Report, Watch
from grader.engine.task import Result
from grader.errors import CourseError

__all__ = ["Report", "Result", "Settings", "Watch", "grade"]


@dataclass(frozen=True)
class Settings:
    """How to grade, never what is right.

    jobs          submissions judged at a time on this machine
    scheduler     the address of a Dask scheduler, "tcp://host:port"; None judges here
    device        "auto", "cpu" or "cuda" for lessons that use torch; NumPy lessons don't look at it
    again         grade also what has not changed since it was graded, and run its code again
    unsandboxed   grade even where too few layers of isolation hold
    lock_seconds  how long to wait for a gradebook that another program holds
    chunk         submissions in one session of the gradebook
    """

    jobs: int = 1
    scheduler: str | None = None
    device: Literal["auto", "cpu", "cuda"] = "auto"
    again: bool = False
    unsandboxed: bool = False
    lock_seconds: float = 300.0
    chunk: int = 20

    def __post_init__(self) -> None:
        if self.jobs < 1:
            raise CourseError(f"--jobs must be at least 1, got {self.jobs}")
        if self.device not in ("auto", "cpu", "cuda"):
            raise CourseError(f"--device must be auto, cpu or cuda, got {self.device!r}")


def grade(lesson: Lesson, course: Path, settings: Settings | None = None, watch: Watch | None = None) -> Report:
    """Grade all that was handed in for `lesson` and is new. One that cannot be graded stops no other.

    `watch` is told what happens. Results are not kept: a run of thousands must not grow.
    raises GraderError when the run cannot go on, KeyboardInterrupt when it was stopped: both after writing what was
    judged. The same call afterwards goes on where it stopped.
    """
    # Not at the top: each judge and each of Dask's workers imports this package, and would load nbgrader's gradebook,
    # some 500 modules, for nothing.
    from grader.engine.run import Run

    return Run(lesson, course.resolve(), settings or Settings(), watch or Watch()).grade()
