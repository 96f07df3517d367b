"""Large pages for what a worker has imported, so that a fork of it is cheap.

A fork copies the table of pages, and its end takes the table apart: with small pages some 14 ms for PyTorch and all that
it brings, about as long as most learners' code runs; with large ones 4. Joining them takes about 0.6 s, once: worth it from
some fifty submissions on. A child that writes to a large page gets a small one of its own, as before.
"""

from __future__ import annotations

import ctypes
from pathlib import Path

__all__ = ["join_pages"]

LARGE = 2 << 20
MADV_COLLAPSE = 25


def join_pages() -> None:
    """Join the pages of this process's own memory, where the system can (Linux 6.1); else nothing changes."""
    try:
        maps = Path("/proc/self/maps").read_text(encoding="ascii", errors="replace")
    except OSError:
        return
    madvise = ctypes.CDLL(None).madvise
    madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    for line in maps.splitlines():
        place, rights, _, _, _, *name = line.split()
        if rights != "rw-p" or name not in ([], ["[heap]"]):
            continue
        first, last = (int(end, 16) for end in place.split("-"))
        first, last = -(-first // LARGE) * LARGE, last // LARGE * LARGE
        if last > first:
            madvise(first, last - first, MADV_COLLAPSE)
