"""Which layers of isolation there are, which hold on this machine, and which are enough to grade with."""

from __future__ import annotations

import importlib
from collections.abc import Collection
from functools import cache

from grader.sandbox import box
from grader.sandbox.inside.cage import LAYERS as WALLS

__all__ = ["ALWAYS", "KNOWN", "enough", "layers", "missing"]

ALWAYS = ("process", "environment")
"""Learners' code runs in a process of its own, with none of our environment, on every system."""

KNOWN = (*ALWAYS, box.LAYER, *WALLS)
"""Every layer there is, the outermost first."""

_HOW = {
    box.LAYER: "install bubblewrap (Debian: apt install bubblewrap) and allow user namespaces",
    "rlimits": "use Linux or macOS",
    "landlock": "use Linux 5.13 or newer with Landlock switched on, and the package landlockpy",
    "seccomp": "use Linux, the library libseccomp2 and the package pyseccomp",
}


@cache
def layers() -> tuple[str, ...]:
    """The layers that hold on this machine, each tried."""
    holds = {
        box.LAYER: box.bubblewrap() is not None,
        "rlimits": _imports("resource"),
        "landlock": _imports("landlockpy") and _landlock_version() > 0,
        "seccomp": _imports("pyseccomp"),
    }
    return tuple(name for name in KNOWN if holds.get(name, True))


def _imports(module: str) -> bool:
    try:
        importlib.import_module(module)
    except (ImportError, OSError, RuntimeError):  # pyseccomp's word for a missing library
        return False
    return True


def _landlock_version() -> int:
    import landlockpy

    try:
        return int(landlockpy.abi_version())
    except (OSError, landlockpy.LandlockError):
        return 0


def enough(held: Collection[str]) -> bool:
    """Is a grade made with these layers to be trusted?

    No new process (seccomp), and neither the course's files nor the network within reach (bubblewrap, or Landlock with
    seccomp).
    """
    return "rlimits" in held and "seccomp" in held and (box.LAYER in held or "landlock" in held)


def missing(held: Collection[str]) -> dict[str, str]:
    """The layers that `held` lacks, each with what to do to have it."""
    return {name: how for name, how in _HOW.items() if name not in held}
