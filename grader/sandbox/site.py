"""The copy of hocsau that learners' code sees: all of it but what the check packs hold."""

from __future__ import annotations

import shutil
from pathlib import Path

import hocsau
from grader.course import ROOT
from hocsau.judging.exercise import Pack
from hocsau.judging.values import dumps, loads

__all__ = ["DATA", "PACKAGE", "copy_site"]

PACKAGE = Path(hocsau.__file__).parent
DATA = ROOT / "data"


def copy_site(site: Path) -> Path:
    """Write the package into the folder `site`, with the data beside it; `begin` works there, nothing can be replayed."""
    package = site / PACKAGE.name
    shutil.copytree(PACKAGE, package)
    (site / DATA.name).symlink_to(DATA)
    for path in (package / "packs").glob("*.pack"):
        pack = loads(path.read_bytes())
        path.write_bytes(dumps(Pack(pack.lesson, pack.number, pack.title, ())))
    return package
