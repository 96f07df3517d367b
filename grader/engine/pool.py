"""Judges on this machine: one process each, forked warm, driven by a thread that only waits."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from grader.course.places import ROOT
from grader.engine.task import Result, Task
from grader.errors import GraderError, WorkerError
from grader.sandbox.inside.wire import Closed, receive, send

__all__ = ["MAX_MESSAGE", "JudgePool"]

START_SECONDS = 180.0
CLOSE_SECONDS = 20.0
TRIES = 2
"""How often a task is begun when the process that judges it ends."""
MAX_MESSAGE = 1 << 30
"""Bytes of a task or a result, between processes of our own."""


class JudgePool(ThreadPoolExecutor):
    """An executor that judges: each of its threads has a process at hand, and another one when that ends.

    raises WorkerError when the processes cannot be started
    """

    def __init__(self, jobs: int, lesson: str, device: str, course: Path, scratch: Path) -> None:
        super().__init__(jobs, thread_name_prefix="judge")
        self._closing = threading.Event()
        self._server = _ForkServer(lesson, device, course, scratch)
        self._judges: list[_Judge] = []
        self._idle: queue.SimpleQueue[int] = queue.SimpleQueue()
        try:
            self._server.wait_until_warm()
            for number in range(jobs):
                self._judges.append(self._server.fork(number))
                self._idle.put(number)
            for judge in self._judges:
                judge.wait_until_ready()
        except BaseException:
            self.shutdown(wait=False)
            raise

    @property
    def pids(self) -> list[int]:
        """The processes that judge, the one they are forked from first."""
        return [self._server.process.pid, *(judge.pid for judge in self._judges)]

    def capacity(self) -> int:
        """Tasks that are judged at a time."""
        return self._max_workers

    def judge(self, task: Task) -> Future[Result]:
        """Have `task` judged. A GraderError in the future says why there is no result."""
        return self.submit(self._judge, task)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End all judges when they are idle; without `wait`, or to cancel, whatever they are doing."""
        hurry = cancel_futures or not wait
        if hurry:
            self._closing.set()
            self._server.process.kill()  # its judges die with it, and their workers with them
            for judge in self._judges:
                with contextlib.suppress(OSError):
                    judge.channel.shutdown(socket.SHUT_RDWR)
        super().shutdown(cancel_futures=hurry)
        for judge in self._judges:
            judge.channel.close()
        self._server.close()

    def _judge(self, task: Task) -> Result:
        number = self._idle.get()
        try:
            for _ in range(TRIES):
                try:
                    return self._judges[number].judge(task)
                except (Closed, OSError):
                    self._judges[number].channel.close()
                    if self._closing.is_set():
                        break
                    self._judges[number] = self._server.fork(number)
                    self._judges[number].wait_until_ready()
            raise WorkerError(f"the process that judges ended {TRIES} times while at it")
        finally:
            self._idle.put(number)


@dataclass(frozen=True)
class _Judge:
    """A process that judges, seen from here."""

    channel: socket.socket
    pid: int

    def wait_until_ready(self) -> None:
        """raises WorkerError when the process ends, or takes too long"""
        try:
            receive(self.channel, time.monotonic() + START_SECONDS)
        except (Closed, OSError) as error:
            raise WorkerError("the worker did not start; its own message stands above") from error

    def judge(self, task: Task) -> Result:
        """The result.

        raises GraderError when the judge says why there is none; Closed or OSError when its process has ended, or was
        ended because it took too long
        """
        seconds = 4 * task.terms.limits.whole + 60
        self.channel.settimeout(seconds)
        try:
            send(self.channel, {"task": task}, MAX_MESSAGE)
            answer = receive(self.channel, time.monotonic() + seconds, limit=MAX_MESSAGE)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            raise
        if "failure" in answer:
            raise GraderError(answer["failure"])
        result: Result = answer["result"]
        return result


class _ForkServer:
    """The program that is warm (grader.engine.forkserver), seen from here."""

    def __init__(self, lesson: str, device: str, course: Path, scratch: Path) -> None:
        self._lock = threading.Lock()
        self._control, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "grader.engine.forkserver", str(theirs.fileno()), lesson, device],
                pass_fds=[theirs.fileno()],
                cwd=ROOT,
                env={
                    **os.environ,
                    "HOCSAU_COURSE": str(course),
                    "OMP_NUM_THREADS": "1",
                    "OPENBLAS_NUM_THREADS": "1",
                    "TMPDIR": str(scratch),
                },
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def wait_until_warm(self) -> None:
        """raises WorkerError when it ends, or takes too long"""
        self._control.settimeout(START_SECONDS)
        try:
            ready = self._control.recv(1)
        except OSError as error:
            raise WorkerError(f"the judge did not start within {START_SECONDS:g} s") from error
        if ready != b"R":
            raise WorkerError("the judge ended while starting; its own message stands above")

    def fork(self, number: int) -> _Judge:
        """A new judge, which may not be ready yet.

        raises WorkerError
        """
        mine, theirs = socket.socketpair()
        with theirs, self._lock:
            try:
                socket.send_fds(self._control, [bytes([number % 256])], [theirs.fileno()])
                pid = int.from_bytes(self._control.recv(8), "big")
            except OSError as error:
                raise WorkerError(f"the judge stopped: {error}") from error
        if not pid:
            raise WorkerError("the judge stopped while forking; its own message stands above")
        return _Judge(mine, pid)

    def close(self) -> None:
        """Wait for its end, once no judge has work any more."""
        self._control.close()
        try:
            self.process.wait(CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
