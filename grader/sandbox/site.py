"""What learners' code gets from us: a copy of hocsau, all of it but what the check packs hold, and the worker's program.

Both are copies, so that nothing of this package need be within a learner's reach, wherever it was installed.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import hocsau
from grader.course.places import PACKAGE as GRADER
from hocsau._data_files import shipped
from hocsau.judging.exercise import Pack
from hocsau.judging.values import dumps, loads

__all__ = ["GRADER", "INSIDE", "PACKAGE", "copy_inside", "copy_site"]

PACKAGE = Path(hocsau.__file__).parent
INSIDE = Path(__file__).parent / "inside"


def copy_site(site: Path) -> Path:
    """Write the package into the folder `site`, with the data in it; `begin` works there, nothing can be replayed."""
    package = site / PACKAGE.name
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("data"))
    shutil.copytree(shipped(), package / "data")
    for path in (package / "packs").glob("*.pack"):
        pack = loads(path.read_bytes())
        path.write_bytes(dumps(Pack(pack.lesson, pack.number, pack.title, ())))
    return package


def copy_inside(folder: Path) -> Path:
    """Write the worker's program to `folder`."""
    return Path(shutil.copytree(INSIDE, folder))
