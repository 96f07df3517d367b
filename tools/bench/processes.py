"""What processes take, as Linux says in /proc."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

__all__ = ["descendants", "open_files", "private_bytes"]

_PROC = Path("/proc")


def descendants(pid: int) -> list[int]:
    """All processes that `pid` has started, and theirs."""
    found: list[int] = []
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        with contextlib.suppress(OSError):
            for task in (_PROC / str(one) / "task").iterdir():
                children = (task / "children").read_text(encoding="ascii").split()
                found += map(int, children)
                waiting += map(int, children)
    return found


def private_bytes(pids: Iterable[int]) -> int:
    """Memory that only these processes use, each by itself; one that has just ended counts nothing."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            for line in (_PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii").splitlines():
                if line.startswith("Private_"):
                    total += int(line.split()[1]) << 10
    return total


def open_files(pids: Iterable[int]) -> int:
    """Open descriptors of these processes."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            total += len(os.listdir(_PROC / str(pid) / "fd"))
    return total
