"""The programs that are compared take turns: each is a process of its own, warm before the clock starts.

A program says "ready", then answers every turn (a list of students) with the wall seconds it took. Its CPU time is read
from outside, for it and all processes below it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.course.places import ROOT
from grader.errors import WorkerError
from tools.bench.cpu import adopt_orphans, die_with_parent, family_cpu, quiet

__all__ = ["Contestant", "Spent", "Turns", "take_turns"]

QUIET_SECONDS = 1.3
"""Longer than the engine's writer waits for more to write."""


@dataclass(frozen=True)
class Spent:
    """CPU and wall seconds of some submissions."""

    cpu: float
    wall: float

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.cpu + other.cpu, self.wall + other.wall)


class Contestant:
    """A program of `tools.bench`, seen from outside. `log` gets all that it prints.

    environment   what is set for it beside our own
    raises WorkerError when it ends early
    """

    def __init__(self, program: str, *arguments: str, cwd: Path, log: Path, environment: Mapping[str, str]) -> None:
        self.program, self._log = program, log
        with log.open("ab") as file:
            self._process = subprocess.Popen(
                [sys.executable, "-m", f"tools.bench.{program}", *arguments],
                cwd=cwd,
                env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=file,
                text=True,
            )
        self._hear()

    def turn(self, students: Sequence[str]) -> Spent:
        """Let it grade these students; what that took."""
        before = family_cpu(self._process.pid)
        wall = float(self._ask(list(students))["wall"])
        quiet(self._process.pid, QUIET_SECONDS if self.program == "ours" else 0.1)
        return Spent(family_cpu(self._process.pid) - before, wall)

    def close(self) -> None:
        """No more turns: it ends its work, and then itself.

        raises WorkerError when it does not come to its end
        """
        self._ask(None)
        self.kill()

    def kill(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def _ask(self, message: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(message) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # the line that does not come says so
        return self._hear()

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self.kill()
            said = self._log.read_text(encoding="utf-8", errors="replace")[-2000:]
            raise WorkerError(f"{self.program} ended early:\n{said}")
        found: dict[str, Any] = json.loads(line)
        return found


class Turns:
    """A contestant's own end of the pipe; whatever else the program prints goes to its log."""

    def __init__(self) -> None:
        die_with_parent()
        adopt_orphans()
        self._pipe = os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)

    def say(self, **message: Any) -> None:
        """Answer."""
        print(json.dumps(message), file=self._pipe, flush=True)

    def next(self) -> list[str] | None:
        """The students of the next turn; None at the end."""
        students: list[str] | None = json.loads(sys.stdin.readline() or "null")
        return students

    def __iter__(self) -> Iterator[list[str]]:
        while (students := self.next()) is not None:
            yield students


def take_turns(grade: Callable[[str], None], turns: Turns) -> None:
    """Be ready, `grade` each student of each turn, and stay until the other side has read the last figures."""
    turns.say(ready=True)
    for students in turns:
        began = time.monotonic()
        for student in students:
            grade(student)
        turns.say(wall=time.monotonic() - began)
    turns.say(ended=True)
    sys.stdin.readline()
