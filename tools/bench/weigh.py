"""Memory of one submission more at the same time: what a child alone holds beside the worker it was forked from."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from grader.course.lessons import Lesson
from grader.judge.judge import judge_submission
from grader.judge.submission import read
from grader.sandbox.child import Child
from grader.sandbox.process import Worker
from tools.bench.processes import private_bytes

__all__ = ["private_megabytes"]

MB = 1e6


class _OnScales(Child):
    """Weighed before it is ended, when its cells have run and every case was put to it."""

    weights: list[int]

    def kill(self) -> None:
        found = 0 if self._ended else private_bytes([self.pid])
        if found:
            self.weights.append(found)
        super().kill()


class _Scales(Worker):
    """Its children are weighed."""

    def __init__(self) -> None:
        super().__init__()
        self.weights: list[int] = []

    def fork(self) -> Child:
        child = super().fork()
        child.__class__ = _OnScales
        assert isinstance(child, _OnScales)
        child.weights = self.weights
        return child


def private_megabytes(lesson: Lesson, submissions: Iterable[Path], secret: bytes) -> list[float]:
    """Private memory, in 10^6 bytes, of every child that judging these submissions takes, at its end."""
    worker = _Scales()
    with worker:
        for path in submissions:
            judge_submission(lesson, read(path, lesson), worker, secret)
        return [found / MB for found in worker.weights]
