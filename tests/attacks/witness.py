"""Witnesses of an attack, outside the box: files that must stay as they are, ears that must hear nothing, a bystander."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from grader.course.places import ROOT, SOLUTIONS
from grader.sandbox.process import Worker

__all__ = ["Witness", "at_rest", "kill", "processes_with", "program", "soon"]

PATIENCE = 20.0


class Witness:
    """Everything an attacker would like to reach, and the memory of what was done to it.

    known  what the attacker is told: paths, ports, names, numbers of processes
    """

    def __init__(self, folder: Path) -> None:
        self.token = secrets.token_hex(8)
        self._stack = contextlib.ExitStack()
        self.course = folder / "course"
        self._make_course()
        self.mark = mark = f"hocsau-attack-{secrets.token_hex(4)}"
        self.temporary = Path(tempfile.gettempdir()) / mark
        self.temporary.mkdir(mode=0o777)
        self.shared_memory = Path("/dev/shm") / mark
        self._listen(folder)
        self.bystander = self._stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-S", "-c", "input()", mark],
                stdin=subprocess.PIPE,
                env={"BYSTANDER": self.token},
            )
        )
        self.before = self.snapshot()
        self.known: dict[str, Any] = {
            "course": str(self.course),
            "secret": str(self.course / ".course-secret"),
            "gradebook": str(self.course / "gradebook.db"),
            "submission": str(self.course / "submitted" / "other" / "answer.txt"),
            "solutions": str(SOLUTIONS / "momentum.py"),
            "grader": str(ROOT / "grader" / "lessons" / "momentum.py"),
            "temporary": str(self.temporary),
            "shared memory": str(self.shared_memory),
            "tcp": self._tcp.getsockname()[1],
            "udp": self._udp.getsockname()[1],
            "unix": str(folder / "stream.socket"),
            "unix datagram": str(folder / "datagram.socket"),
            "abstract": mark,
            "bystander": self.bystander.pid,
            "key": mark,
            "mark": mark,
            "number": int(self.mark[-7:], 16),
        }

    def _make_course(self) -> None:
        """Readable and writable for everybody, so that only the walls can hold."""
        (self.course / "submitted" / "other").mkdir(parents=True)
        files = {
            ".course-secret": f"secret {self.token}",
            "gradebook.db": f"gradebook {self.token}",
            "notes.txt": f"notes {self.token}",
            "submitted/other/answer.txt": f"another answer {self.token}",
        }
        for name, text in files.items():
            (self.course / name).write_text(text, encoding="ascii")
        for path in (self.course, *self.course.rglob("*")):
            path.chmod(0o777 if path.is_dir() else 0o666)

    def _listen(self, folder: Path) -> None:
        self._tcp = self._stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        self._udp = self._stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        self._udp.bind(("127.0.0.1", 0))
        self._unix = self._stack.enter_context(socket.socket(socket.AF_UNIX))
        self._datagram = self._stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        for ear, name in ((self._unix, "stream.socket"), (self._datagram, "datagram.socket")):
            ear.bind(str(folder / name))
            (folder / name).chmod(0o777)
        self._abstract = self._stack.enter_context(socket.socket(socket.AF_UNIX))
        self._abstract.bind(f"\0{self.mark}")
        for ear in (self._unix, self._abstract):
            ear.listen()
        for ear in (self._tcp, self._udp, self._unix, self._datagram, self._abstract):
            ear.setblocking(False)

    def heard(self) -> set[str]:
        """The ears that heard something since they were last asked."""
        found = set()
        for name, ear in {"tcp": self._tcp, "unix": self._unix, "abstract": self._abstract}.items():
            with contextlib.suppress(BlockingIOError):
                ear.accept()[0].close()
                found.add(name)
        for name, ear in {"udp": self._udp, "unix datagram": self._datagram}.items():
            with contextlib.suppress(BlockingIOError):
                while ear.recv(1000):
                    found.add(name)
        return found

    def snapshot(self) -> dict[str, object]:
        """The course, file by file with content, mode and time; and what lies where nothing should."""
        found: dict[str, object] = {}
        for path in sorted(self.course.rglob("*")):
            status = path.lstat()
            text = str(path.readlink()) if path.is_symlink() else ""
            if path.is_file():
                text = hashlib.sha256(path.read_bytes()).hexdigest()
            when = 0 if path.is_dir() else status.st_mtime_ns
            found[str(path.relative_to(self.course))] = (text, status.st_mode, when)
        found["temporary"] = sorted(path.name for path in self.temporary.iterdir())
        found["shared memory"] = self.shared_memory.exists()
        found["bystander"] = self.bystander.poll()
        return found

    def is_untouched(self) -> bool:
        """Was nothing written, deleted, changed, reached or ended?"""
        return self.snapshot() == self.before and not self.heard()

    def close(self) -> None:
        """Take everything away again."""
        self.bystander.kill()
        self.bystander.communicate()
        self._stack.close()
        for path in self.temporary.iterdir():
            path.unlink()
        self.temporary.rmdir()
        self.shared_memory.unlink(missing_ok=True)


def processes_with(mark: str) -> list[psutil.Process]:
    """The living processes that carry `mark` in their command line or their name."""
    found = []
    for process in psutil.process_iter(["cmdline", "name", "status"]):
        words = [process.info["name"] or "", *(process.info["cmdline"] or [])]
        if process.info["status"] != psutil.STATUS_ZOMBIE and any(mark in word for word in words):
            found.append(process)
    return found


def kill(process: psutil.Process) -> None:
    """End a process that should not have been there."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(signal.SIGKILL)


def soon(true: Callable[[], bool]) -> bool:
    """Does it become true before our patience ends?"""
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def program(worker: Worker) -> psutil.Process:
    """The warm Python itself; in a box it is a grandchild of what was started."""
    assert worker._process is not None
    top = psutil.Process(worker._process.pid)
    tree = [top, *top.children(recursive=True)]
    return next(each for each in tree if each.cmdline()[:1] == [sys.executable])


def at_rest(worker: Worker) -> bool:
    """Has the worker no child any more, soon after the last was ended?"""
    return soon(lambda: not program(worker).children())
