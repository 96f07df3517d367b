"""Our engine as a contestant: one run over the whole class, held at the end of each turn.

usage: python -m tools.bench.ours COURSE LESSON [--jobs N]

The engine grades ahead by one submission; the other side waits until that is done too. All that the engine's processes do
from `ready` on counts: reading, judging, results, the gradebook, files. Ending the processes does not, as with stock.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from grader.course.lessons import of_name
from grader.engine import Result, Settings, Watch, grade
from grader.errors import WorkerError
from tools.bench.turns import Turns

__all__: list[str] = []


class Held(Watch):
    """Holds the run while it is others' turn."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._left, self._began, self._ahead = 0, 0.0, False
        self.over = False

    def ready(self, pids: Sequence[int]) -> None:  # noqa: ARG002
        """Warm: wait for the first turn."""
        self._turns.say(ready=True)
        self._wait()

    def done(self, student: str, result: Result) -> None:
        """One more; at the end of the turn say how long it took, and wait.

        raises WorkerError for a result that was not made now: the comparison would not be one
        """
        if not result.ran:
            raise WorkerError(f"{student} is the same submission as another's; the class must differ")
        if self._ahead:  # it was judged while others had their turn
            self._began -= result.seconds
            self._ahead = False
        self._left -= 1
        if not self._left:
            self._turns.say(wall=time.monotonic() - self._began)
            self._ahead = True
            self._wait()

    def _wait(self) -> None:
        students = self._turns.next()
        self.over = students is None
        self._left, self._began = len(students or ()), time.monotonic()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("course", type=Path)
    parser.add_argument("lesson")
    parser.add_argument("--jobs", type=int, default=1)
    chosen = parser.parse_args()
    turns = Turns()
    held = Held(turns)
    settings = Settings(jobs=chosen.jobs, again=True)
    report = grade(of_name(chosen.lesson), chosen.course, settings, held)
    if report.failed or not held.over:
        raise WorkerError(f"not graded: {report.failed or 'the class ended before the turns'}")
    turns.say(ended=True)
    sys.stdin.readline()


if __name__ == "__main__":
    main()
