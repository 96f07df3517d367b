"""Judges without their start: a process that has imported everything, once for all tests, is forked for each run.

`subprocess.Popen` of grader/engine/pool.py asks it instead of starting `python -m grader.engine.forkserver`; what the fork runs is
that program's own `main`, with the environment that it would have been given, on a part of one warm worker.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from grader.course.places import ROOT
from grader.sandbox.process import Worker

__all__ = ["Prewarmed", "prewarmed"]


class Prewarmed:
    """Stands in for the module `subprocess` of the pool."""

    TimeoutExpired, DEVNULL = subprocess.TimeoutExpired, subprocess.DEVNULL

    def __init__(self, control: socket.socket) -> None:
        self._control = control

    def Popen(  # noqa: N802 (the name of what it stands in for)
        self, command: Sequence[str], *, pass_fds: Sequence[int], env: Mapping[str, str], **_: Any
    ) -> _Forked:
        """The process that `command` would be."""
        _, descriptor, *arguments = command[2:]
        assert pass_fds == [int(descriptor)]
        blob = json.dumps([arguments, dict(env)]).encode()
        socket.send_fds(self._control, [len(blob).to_bytes(4, "big")], list(pass_fds))
        self._control.sendall(blob)
        return _Forked(int.from_bytes(self._control.recv(8, socket.MSG_WAITALL), "big"))


class _Forked:
    """A process that is not our child, with as much of Popen as the pool uses."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._pidfd = os.pidfd_open(pid)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)

    def wait(self, seconds: float | None = None) -> None:
        if not select.select([self._pidfd], [], [], seconds)[0]:
            raise subprocess.TimeoutExpired("a judge", seconds or 0)

    def __del__(self) -> None:
        os.close(self._pidfd)


@contextlib.contextmanager
def prewarmed() -> Iterator[Prewarmed]:
    """Start it; it ends with us."""
    mine, theirs = socket.socketpair()
    with mine:
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.grader.engine.prewarmed", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                cwd=ROOT,
                env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            )
        try:
            yield Prewarmed(mine)
        finally:
            mine.close()
            process.wait()


def _given(part: Worker, _: str) -> Worker:
    return part


def _serve(control: socket.socket) -> None:
    from grader.engine import forkserver

    with Worker() as worker:
        worker.fork().kill()
        # Nobody waits for the forks. (Not before: what is started now would inherit it.)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        while True:
            size, descriptors, _, _ = socket.recv_fds(control, 4, 1)
            if not size:
                return
            blob = control.recv(int.from_bytes(size, "big"), socket.MSG_WAITALL)
            (lesson, device), environment = json.loads(blob)
            part = worker.split()
            pid = os.fork()
            if not pid:
                try:
                    control.close()
                    os.setsid()
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    os.environ.clear()
                    os.environ.update(environment)
                    forkserver.new_worker = partial(_given, part)
                    with socket.socket(fileno=descriptors[0]) as inherited:
                        forkserver.main(inherited, lesson, device)
                finally:
                    os._exit(0)
            part.close()
            os.close(descriptors[0])
            control.sendall(pid.to_bytes(8, "big"))


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as inherited:
        _serve(inherited)
