"""The judge's side of the sandbox: start the warm worker, fork children, ask, and kill by our own clock."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from grader.errors import WorkerError
from grader.sandbox.box import LAYER, boxed, bubblewrap
from grader.sandbox.inside.wire import Closed, receive, send
from hocsau.judging.values import Malformed

__all__ = ["Child", "ChildDied", "ChildTimeout", "Worker", "layers"]

INSIDE = Path(__file__).parent / "inside"
START_SECONDS = 120.0
MAX_CALLS = 100_000
_CREDENTIALS = struct.Struct("3i")  # struct ucred: pid, uid, gid


class ChildDied(Exception):
    """The child ended, or what it sent is not a reply of ours."""


class ChildTimeout(Exception):
    """The child did not answer in time."""


class Child:
    """A forked process with one submission in it."""

    def __init__(self, channel: socket.socket, pid: int, folder: Path) -> None:
        self._channel, self.pid, self._folder = channel, pid, folder
        self._pidfd: int | None = None
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
        nonce = secrets.token_hex(8)
        end = time.monotonic() + seconds
        try:
            self._send({**message, "nonce": nonce}, end)
            for _ in range(MAX_CALLS):
                reply = receive(self._channel, end)
                if reply.pop("nonce", None) != nonce:
                    raise Malformed("a reply to no question")
                if "function" not in reply:
                    return reply
                self._send(_call(function, reply), end)
            raise TimeoutError
        except TimeoutError:
            self.kill()
            raise ChildTimeout from None
        except (Closed, Malformed, OSError) as error:
            self.kill()
            raise ChildDied(str(error)) from error

    def _send(self, message: dict[str, Any], end: float) -> None:
        self._channel.settimeout(max(end - time.monotonic(), 1e-6))
        send(self._channel, message)

    def kill(self) -> None:
        """End the child and what it started, whatever they are doing, and remove its folder."""
        self._channel.close()
        if self._pidfd is None:
            return
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        os.close(self._pidfd)
        self._pidfd = None
        shutil.rmtree(self._folder, ignore_errors=True)


def _call(function: Callable[[int, Any], Any] | None, reply: dict[str, Any]) -> dict[str, Any]:
    """Answer one call of a function handed to the learner."""
    if function is None:
        raise Malformed("a call of a function that was not handed over")
    try:
        return {"value": function(reply["function"], reply.get("w"))}
    except Exception as error:  # our own function, but an argument of the learner's
        return {"error": type(error).__name__, "text": str(error)[:500]}


def _sender(channel: socket.socket) -> int:
    """The number of the process that sends the first byte, as the kernel sees it from here: in a box it has another."""
    channel.settimeout(START_SECONDS)
    try:
        _, ancillary, _, _ = channel.recvmsg(1, socket.CMSG_SPACE(_CREDENTIALS.size))
    except OSError:
        return 0
    finally:
        channel.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
    for level, kind, blob in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS):
            return int(_CREDENTIALS.unpack(blob)[0])
    return 0


def layers() -> tuple[str, ...]:
    """The layers of isolation that hold for every submission judged on this machine."""
    return ("process", "environment", "rlimits", *([LAYER] if bubblewrap() else []))


class Worker:
    """The warm process. `with Worker() as worker: child = worker.fork()`."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._home: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def fork(self) -> Child:
        """A fresh child.

        raises WorkerError when the worker cannot be started
        """
        if self._process is None or self._process.poll() is not None:
            self._start()
        try:
            return self._fork()
        except WorkerError:  # it may have been killed just now: one new start, no more
            self._start()
            return self._fork()

    def _fork(self) -> Child:
        assert self._control is not None
        assert self._home is not None
        mine, theirs = socket.socketpair()
        mine.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        with theirs:
            try:
                socket.send_fds(self._control, [b"F"], [theirs.fileno()])
                inner = int.from_bytes(self._control.recv(8), "big")
            except OSError as error:
                mine.close()
                raise WorkerError(f"the worker stopped: {error}") from error
        pid = _sender(mine) if inner else 0
        if not pid:
            mine.close()
            raise WorkerError("the worker stopped while forking; its own message stands above")
        return Child(mine, pid, Path(self._home.name) / str(inner))

    def _start(self) -> None:
        self.close()
        mine, theirs = socket.socketpair()
        self._home = tempfile.TemporaryDirectory(prefix="hocsau-worker-")
        environment = {
            "HOME": self._home.name,
            "LANG": "C.UTF-8",
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
            "MPLCONFIGDIR": self._home.name,
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "PATH": "/usr/bin:/bin",
            "TMPDIR": self._home.name,
        }
        self._process = subprocess.Popen(
            boxed(
                [sys.executable, "-P", str(INSIDE), str(theirs.fileno())],
                INSIDE,
                Path(self._home.name),
            ),
            pass_fds=[theirs.fileno()],
            env=environment,
            cwd=self._home.name,
            stdin=subprocess.DEVNULL,
        )
        theirs.close()
        self._control = mine
        mine.settimeout(START_SECONDS)
        try:
            ready = mine.recv(1)
        except OSError as error:
            self.close()
            raise WorkerError(f"the worker did not start within {START_SECONDS:g} s") from error
        if ready != b"R":
            self.close()
            raise WorkerError("the worker ended while starting; its own message stands above")

    def close(self) -> None:
        """Stop the worker."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        if self._home is not None:
            self._home.cleanup()
            self._home = None
