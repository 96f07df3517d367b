"""Remove a folder whatever a learner made of it. Both sides use this file."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from pathlib import Path

__all__ = ["remove"]


def remove(folder: Path) -> None:
    """Remove `folder`; thousands of levels, which end Python's own way by recursion or descriptors, need a program.

    So do folders that their maker may not read or write in: they are opened first (links are left alone).
    """
    with contextlib.suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    for command in (["chmod", "-R", "u+rwX", "--"], ["rm", "-rf", "--"]):
        if folder.exists():
            subprocess.run([*command, str(folder)], check=False, capture_output=True)
