"""Judges on this machine: one process each, forked warm, driven by a thread that only waits."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

from grader.course import ROOT
from grader.engine.frames import Gone, receive, send
from grader.engine.task import Result, Task
from grader.errors import WorkerError

__all__ = ["Answer", "Pool"]

START_SECONDS = 180.0
CLOSE_SECONDS = 20.0
TRIES = 2
"""How often a task is begun when the process that judges it ends."""

Answer = tuple[int, Result | str]
"""The ticket of a task, and its result or why there is none."""


class Pool:
    """`submit(ticket, task)` as often as you like, `wait(seconds)` for answers, `close()`.

    raises WorkerError when the judges cannot be started
    """

    def __init__(self, jobs: int, lesson: str, device: str, course: Path, scratch: Path) -> None:
        self.capacity = jobs
        self._tasks: queue.Queue[tuple[int, Task] | None] = queue.Queue()
        self._answers: queue.Queue[Answer] = queue.Queue()
        self._closed = threading.Event()
        self._lock = threading.Lock()
        mine, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "grader.engine.warm", str(theirs.fileno()), lesson, device],
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
        self._control = mine
        self._judges: dict[int, tuple[socket.socket, int]] = {}
        self._threads: list[threading.Thread] = []
        try:
            self._hear(mine)
            for number in range(jobs):
                self._judges[number] = self._fork(number)
            for channel, _ in self._judges.values():
                self._greet(channel)
        except BaseException:
            self.close(hurry=True)
            raise
        self._threads = [
            threading.Thread(target=self._drive, args=(number,), daemon=True)
            for number in range(jobs)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pids(self) -> list[int]:
        """The processes that judge, the one they are forked from first."""
        return [self._process.pid, *(pid for _, pid in self._judges.values())]

    def submit(self, ticket: int, task: Task) -> None:
        """Have `task` judged."""
        self._tasks.put((ticket, task))

    def wait(self, seconds: float) -> list[Answer]:
        """The answers that are there; without any, those of the next `seconds`."""
        found: list[Answer] = []
        with contextlib.suppress(queue.Empty):
            found.append(self._answers.get(timeout=seconds))
            while True:
                found.append(self._answers.get_nowait())
        return found

    def close(self, *, hurry: bool = False) -> None:
        """End all judges: when they are idle, or in a `hurry` whatever they are doing."""
        self._closed.set()
        for _ in self._judges:
            self._tasks.put(None)
        if hurry:
            self._process.kill()  # its judges die with it, and their workers with them
        for channel, _ in self._judges.values():
            with contextlib.suppress(OSError):
                channel.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._control.close()
        for channel, _ in self._judges.values():
            channel.close()
        try:
            self._process.wait(CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _hear(self, channel: socket.socket) -> None:
        channel.settimeout(START_SECONDS)
        try:
            said = channel.recv(1)
        except OSError as error:
            raise WorkerError(f"the judge did not start within {START_SECONDS:g} s") from error
        if said != b"R":
            raise WorkerError("the judge ended while starting; its own message stands above")

    def _fork(self, number: int) -> tuple[socket.socket, int]:
        mine, theirs = socket.socketpair()
        with theirs, self._lock:
            try:
                socket.send_fds(self._control, [bytes([number % 256])], [theirs.fileno()])
                pid = int.from_bytes(self._control.recv(8), "big")
            except OSError as error:
                raise WorkerError(f"the judge stopped: {error}") from error
        if not pid:
            raise WorkerError("the judge stopped while forking; its own message stands above")
        return mine, pid

    def _greet(self, channel: socket.socket) -> None:
        channel.settimeout(START_SECONDS)
        try:
            receive(channel)
        except (Gone, OSError) as error:
            raise WorkerError("the worker did not start; its own message stands above") from error

    def _drive(self, number: int) -> None:
        while (item := self._tasks.get()) is not None and not self._closed.is_set():
            ticket, task = item
            self._answers.put((ticket, self._judge(number, task)))

    def _judge(self, number: int, task: Task) -> Result | str:
        for _ in range(TRIES):
            channel, pid = self._judges[number]
            channel.settimeout(4 * task.terms.limits.whole + 60)
            try:
                send(channel, task.blobs())
                kind, *blobs = receive(channel)
            except (Gone, OSError) as error:
                channel.close()
                if isinstance(error, TimeoutError):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                if self._closed.is_set():
                    break
                try:
                    self._judges[number] = self._fork(number)
                    self._greet(self._judges[number][0])
                except WorkerError as error:
                    return str(error)
                continue
            return Result.of_blobs(blobs) if kind == b"result" else str(json.loads(blobs[0]))
        return f"the process that judges ended {TRIES} times while at it"
