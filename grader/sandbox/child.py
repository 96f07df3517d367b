"""One child of a worker, seen from the judge: ask it, watch what it takes, end it by our own clock."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import stat
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.sandbox.inside.wire import MAX_FRAME, Closed, receive, send
from hocsau.judging.values import Malformed

__all__ = ["Child", "ChildDied", "ChildTimeout", "Question"]

MAX_CALLS = 100_000
MAX_TOGETHER = 1 << 20
"""Bytes of questions that go over together."""
MAX_THREADS = 256
MAX_RESIDENT = 3 << 30
"""Bytes of memory in use: shared memory too, which no limit of the system's bounds well."""
MAX_DISK = 512 << 20
MAX_FILES = 20_000
MAX_DEPTH = 100
"""Folders in folders."""
_STATUS = {"VmRSS": 1024, "VmSwap": 1024, "Threads": 1}


class ChildDied(Exception):
    """The child ended, took more than it may, or what it sent is not a reply of ours."""


class ChildTimeout(Exception):
    """The child did not answer in time."""


@dataclass(frozen=True)
class Question:
    """Something to ask: the message, the seconds that the answer may take, and what answers the learner's calls."""

    message: Mapping[str, Any]
    seconds: float
    function: Callable[[int, Any], Any] | None = None


class Child:
    """A process with one submission in it.

    folder    its folder where that lies on this machine's disk; None when it is in a box
    on_end    called once, after the process was killed
    layers    the walls that stand around it
    resident  the most bytes of memory it may have in use
    """

    def __init__(
        self,
        channel: socket.socket,
        pid: int,
        folder: Path | None = None,
        on_end: Callable[[], None] = lambda: None,
        layers: tuple[str, ...] = (),
        resident: int = MAX_RESIDENT,
    ) -> None:
        self._channel, self.pid, self._folder = channel, pid, folder
        self._on_end, self.layers, self._resident = on_end, layers, resident
        self._ended = False
        self._pidfd: int | None = None
        if hasattr(os, "pidfd_open"):
            with contextlib.suppress(ProcessLookupError):  # it may be gone; then the channel says so
                self._pidfd = os.pidfd_open(pid)

    def ask(
        self,
        message: Mapping[str, Any],
        seconds: float,
        function: Callable[[int, Any], Any] | None = None,
    ) -> dict[str, Any]:
        """Send `message`, answer the calls the learner makes with `function(index, w)`, return the reply.

        raises ChildTimeout after `seconds`, ChildDied when there is no reply or a wrong one; the child is then dead
        """
        return next(self.ask_each([Question(message, seconds, function)]))

    def ask_each(self, questions: Sequence[Question]) -> Iterator[dict[str, Any]]:
        """The replies to several questions, in order. They go over together: the two processes change turns less often.

        Each has its own time, which begins when the reply before it has come. Questions that are large together go one
        by one.
        raises ChildTimeout, ChildDied as `ask`, at the question that led to it
        """
        nonces = [secrets.token_hex(8) for _ in questions]
        asked = [{**question.message, "nonce": nonce} for question, nonce in zip(questions, nonces, strict=True)]
        together = len(questions) > 1
        if together:
            with self._killed_for_faults():
                end = time.monotonic() + questions[0].seconds
                try:
                    self._send({"questions": asked}, end, MAX_TOGETHER)
                except ValueError:
                    together = False
        for question, message, nonce in zip(questions, asked, nonces, strict=True):
            with self._killed_for_faults():
                end = time.monotonic() + question.seconds
                if not together:
                    self._send(message, end)
                reply = self._reply(nonce, end, question.function)
            yield reply

    def _reply(self, nonce: str, end: float, function: Callable[[int, Any], Any] | None) -> dict[str, Any]:
        for _ in range(MAX_CALLS):
            reply = receive(self._channel, end, self._watch)
            if reply.pop("nonce", None) != nonce:
                raise Malformed("a reply to no question")
            if "function" not in reply:
                return reply
            self._send(_call(function, reply), end)
        raise TimeoutError

    @contextlib.contextmanager
    def _killed_for_faults(self) -> Iterator[None]:
        """raises ChildTimeout, ChildDied; then it is dead"""
        try:
            yield
        except TimeoutError:
            self.kill()
            raise ChildTimeout from None
        except (Closed, Malformed, OSError, ChildDied) as error:
            self.kill()
            raise ChildDied(str(error)) from error

    def _send(self, message: dict[str, Any], end: float, limit: int = MAX_FRAME) -> None:
        self._channel.settimeout(max(end - time.monotonic(), 1e-6))
        send(self._channel, message, limit)

    def _watch(self) -> None:
        """Does it take more memory, threads or disk than any honest answer needs?

        raises ChildDied
        """
        used = _status(self.pid)
        if used.get("VmRSS", 0) + used.get("VmSwap", 0) > self._resident:
            raise ChildDied(f"more than {self._resident >> 30} GiB of memory")
        if used.get("Threads", 0) > MAX_THREADS:
            raise ChildDied(f"more than {MAX_THREADS} threads")
        if self._folder is not None and _too_large(self._folder, _unlinked(self.pid)):
            raise ChildDied(f"more than {MAX_DISK >> 20} MiB, {MAX_FILES} files or {MAX_DEPTH} levels on the disk")

    def threads(self) -> int:
        """How many threads it has; 1 where the system does not say."""
        return _status(self.pid).get("Threads", 1)

    def kill(self) -> None:
        """End the child and what it started, whatever they are doing."""
        self._channel.close()
        if self._ended:
            return
        self._ended = True
        if self._pidfd is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
            os.close(self._pidfd)
            self._pidfd = None
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._on_end()


def _status(pid: int) -> dict[str, int]:
    """What the system says of the process, in bytes or numbers; nothing where it does not say."""
    found: dict[str, int] = {}
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name in _STATUS:
                found[name] = int(value.split()[0]) * _STATUS[name]
    return found


def _unlinked(pid: int) -> int:
    """Bytes of the files that the process holds open though they have no name any more."""
    size = 0
    with contextlib.suppress(OSError):
        for path in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                status = path.stat()
                if stat.S_ISREG(status.st_mode) and status.st_nlink == 0:
                    size += status.st_blocks * 512
    return size


def _too_large(folder: Path, size: int) -> bool:
    """More than allowed below `folder`, with `size` bytes elsewhere? Links are not followed."""
    count, waiting = 0, [(str(folder), 0)]
    while waiting:
        if size > MAX_DISK:  # an empty folder has no entry to be asked at
            return True
        path, depth = waiting.pop()
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    count += 1
                    status = entry.stat(follow_symlinks=False)
                    size += status.st_blocks * 512
                    if size > MAX_DISK or count > MAX_FILES or depth > MAX_DEPTH:
                        return True
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append((entry.path, depth + 1))
        except FileNotFoundError:
            continue  # it went away
        except OSError:  # nobody needs a folder that its maker cannot read
            return True
    return False


def _call(function: Callable[[int, Any], Any] | None, reply: dict[str, Any]) -> dict[str, Any]:
    """Answer one call of a function handed to the learner."""
    if function is None:
        raise Malformed("a call of a function that was not handed over")
    try:
        return {"value": function(reply["function"], reply.get("w"))}
    except Exception as error:  # our own function, but an argument of the learner's
        return {"error": type(error).__name__, "text": str(error)[:500]}
