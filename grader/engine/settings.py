"""What may be chosen for one run of the engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from grader.errors import CourseError

__all__ = ["Settings"]


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
