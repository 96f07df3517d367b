"""Run a command as an ordinary user, on a machine where the tests run as root."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from grader.sandbox.box import bubblewrap

__all__ = ["NOBODY", "as_ordinary_user", "whoami"]

NOBODY = 65534


def as_ordinary_user(command: list[str]) -> list[str] | None:
    """`command` with the rights of nobody; None where that cannot be had.

    An interpreter that lies in root's own home (pyenv does that) is shown to nobody through bubblewrap.
    """
    if os.geteuid():
        return command
    if shutil.which("setpriv") is None:
        return None
    number = str(NOBODY)
    become = ["setpriv", "--reuid", number, "--regid", number, "--clear-groups", "--", *command]
    interpreter = Path(sys.base_prefix)
    above = [path for path in reversed(interpreter.parents) if path != Path("/")]
    closed = [index for index, path in enumerate(above) if not path.stat().st_mode & 0o001]
    if not closed:
        return become
    if bubblewrap() is None:
        return None
    shown = ["--tmpfs", str(above[closed[0]])]
    for path in above[closed[0] + 1 :]:
        shown += ["--perms", "0755", "--dir", str(path)]
    shown += ["--ro-bind", str(interpreter), str(interpreter)]
    return [str(bubblewrap()), "--dev-bind", "/", "/", *shown, "--", *become]


def whoami() -> str | None:
    """Who the ordinary user is, "65534 ..."; None where there is none."""
    look = "import os; print(os.geteuid(), *open('/proc/self/status').read().split('CapEff:')[1].split()[:1])"
    command = as_ordinary_user([sys.executable, "-c", look])
    if command is None:
        return None
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
