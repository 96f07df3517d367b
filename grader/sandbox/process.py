"""The judge's side of the sandbox: start the warm worker, fork children from it, restart it when it is gone."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection
from pathlib import Path

from grader.errors import WorkerError
from grader.sandbox import box, policy
from grader.sandbox.child import MAX_RESIDENT, Child, ChildDied, ChildTimeout
from grader.sandbox.inside.cage import LAYERS as WALLS
from grader.sandbox.inside.folders import remove
from grader.sandbox.site import GRADER, PACKAGE, copy_inside, copy_site

__all__ = ["Child", "ChildDied", "ChildTimeout", "Worker"]

START_SECONDS = 120.0
GPU_RESIDENT = 24 << 30
"""Bytes that a child may have in memory where the driver of a GPU maps its own."""
_CREDENTIALS = struct.Struct("3i")  # struct ucred: pid, uid, gid
_NUMBER = struct.Struct("!q")


class Worker:
    """The warm process. `with Worker() as worker: child = worker.fork()`.

    layers  the layers of isolation to use, out of `policy.layers()`, which is also what is used by default
    gpu     children may use the machine's NVIDIA GPU
    fresh   start a new process for each child instead of forking one; so it is where there is no fork

    raises WorkerError when one of `layers` does not hold here
    """

    def __init__(self, layers: Collection[str] | None = None, *, gpu: bool = False, fresh: bool | None = None) -> None:
        held = policy.layers()
        wanted = {*policy.ALWAYS, *(held if layers is None else layers)}
        if not wanted <= set(held):
            lacking = ", ".join(sorted(wanted - set(held)))
            raise WorkerError(f"these layers of isolation do not hold on this machine: {lacking}")
        self.layers = tuple(name for name in policy.KNOWN if name in wanted)
        self._devices = nvidia_devices() if gpu else []
        self.gpu = "cuda" if self._devices else ""
        self._fresh = not hasattr(os, "fork") if fresh is None else fresh
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def fork(self) -> Child:
        """A fresh child.

        raises WorkerError when the worker cannot be started
        """
        if self._fresh:
            return self._begin_one()
        self._be_warm()
        try:
            return self._fork()
        except WorkerError:  # it may have been killed just now: one new start, no more
            self._start()
            return self._fork()

    def split(self, core: int | None = None) -> Worker:
        """Another worker for another process of ours: a fork of this one, so that both share what they imported.

        It ends with this one, or when it is closed, and is not started again.
        core   the processor that it and its children stay on; None leaves that to the system
        raises WorkerError when this one cannot be started
        """
        if self._fresh:
            return Worker(self.layers, gpu=bool(self._devices), fresh=True)
        self._be_warm()
        mine, theirs = socket.socketpair()
        mine.settimeout(START_SECONDS)
        with theirs:
            self._ask(b"W" + _NUMBER.pack(-1 if core is None else core), theirs)
        return _Part(self, mine)

    def _be_warm(self) -> None:
        """Start, where it has not been or has ended."""
        if self._process is None or self._process.poll() is not None:
            self._start()

    def _ask(self, word: bytes, theirs: socket.socket) -> int:
        """Send a word and a descriptor; the number of the process that was forked for it.

        raises WorkerError when the worker is gone
        """
        assert self._control is not None
        try:
            socket.send_fds(self._control, [word], [theirs.fileno()])
            number: int = _NUMBER.unpack(self._control.recv(_NUMBER.size, socket.MSG_WAITALL))[0]
        except (OSError, struct.error) as error:
            raise WorkerError(f"the worker stopped: {error}") from error
        return number

    def _fork(self) -> Child:
        assert self._control is not None
        mine, theirs = _channel()
        with theirs:
            try:
                inner = self._ask(b"F", theirs)
            except WorkerError:
                mine.close()
                raise
        control = self._control

        def forget() -> None:
            with contextlib.suppress(OSError):  # then the worker is gone, and the folder with it
                control.sendall(b"E" + _NUMBER.pack(inner))

        return self._child(mine, str(inner), forget)

    def _child(self, channel: socket.socket, number: str, on_end: Callable[[], None]) -> Child:
        pid = _sender(channel)
        if not pid:
            channel.close()
            on_end()
            raise WorkerError("the child ended before it was ready; its own message stands above")
        seen = None if box.LAYER in self.layers else self._home() / number
        resident = MAX_RESIDENT if not self._devices else GPU_RESIDENT
        return Child(channel, pid, seen, on_end, self.layers, resident)

    def _begin_one(self) -> Child:
        """A child in a process of its own, from nothing."""
        mine, theirs = _channel()
        with theirs:
            process = self._run("once", theirs)

        number = str(process.pid)

        def end() -> None:
            process.kill()
            process.wait()
            remove(self._home() / number)

        return self._child(mine, number, end)

    def _start(self) -> None:
        self.close()
        mine, theirs = socket.socketpair()
        with theirs:
            self._process = self._run("fork", theirs)
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

    def _home(self) -> Path:
        """The folder that the children's own are made in; beside it lie hocsau as they see it, and the program."""
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="hocsau-worker-")
            copy_site(Path(self._folder.name) / "site")
            copy_inside(Path(self._folder.name) / "inside")
            (Path(self._folder.name) / "home").mkdir()
        return Path(self._folder.name) / "home"

    def _run(self, mode: str, channel: socket.socket) -> subprocess.Popen[bytes]:
        home = self._home()
        site, inside = home.parent / "site", home.parent / "inside"
        walls = ",".join(name for name in WALLS if name in self.layers)
        readable = [inside, PACKAGE, *self._devices]
        environment = {
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "MPLBACKEND": "module://matplotlib_inline.backend_inline",
            "MPLCONFIGDIR": str(home),
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "PATH": "/usr/bin:/bin",
            "TMPDIR": str(home),
        }
        boxed = box.LAYER in self.layers
        if not boxed:
            readable[1] = site
            environment["PYTHONPATH"] = str(site)
        program = [sys.executable, "-P", str(inside), mode, str(channel.fileno()), walls, str(home)]
        program += map(str, [GRADER, *readable])
        if boxed:
            program = box.boxed(program, inside, site / PACKAGE.name, home, self._devices)
        return subprocess.Popen(
            program,
            pass_fds=[channel.fileno()],
            env=environment,
            cwd=home,
            stdin=subprocess.DEVNULL,
        )

    def close(self) -> None:
        """Stop the worker."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        if self._folder is not None:
            remove(Path(self._folder.name))
            self._folder.cleanup()
            self._folder = None


def nvidia_devices() -> list[Path]:
    """What a program needs to see of the machine's NVIDIA GPUs; nothing where there is none."""
    devices = [path for path in Path("/dev").glob("nvidia*") if path.is_char_device()]
    told = [Path("/sys"), Path("/proc/driver"), Path("/proc/devices")]
    return [*sorted(devices), *(path for path in told if path.exists())] if devices else []


class _Part(Worker):
    """What `Worker.split` gives."""

    def __init__(self, whole: Worker, control: socket.socket) -> None:
        super().__init__(whole.layers, gpu=bool(whole._devices), fresh=False)
        self._control, self._folder = control, whole._folder

    def fork(self) -> Child:
        """A fresh child.

        raises WorkerError when the worker that this is a part of is gone
        """
        return self._fork()

    def _be_warm(self) -> None:
        """It is, as long as the whole is."""

    def close(self) -> None:
        """Stop this part; its folder is the whole's."""
        if self._control is not None:
            self._control.close()
            self._control = None


def _channel() -> tuple[socket.socket, socket.socket]:
    """A pair of sockets; the kernel tells at the first who sends."""
    mine, theirs = socket.socketpair()
    if hasattr(socket, "SO_PASSCRED"):
        mine.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    return mine, theirs


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
