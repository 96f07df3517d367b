"""CPU seconds of a whole family of processes: those alive, those that have ended, and those that ran away from their parent.

The root of the family calls `adopt_orphans`; then every process below it, however it was started or detached, is waited
for inside the family, and the system adds its time to whoever waited. So the sum over the living (own time and that of
waited-for children, both in /proc) misses nothing, with one exception: when the first process of a box is killed, the
system drops the time of all that ran in it. So read the time while a box still stands; ours stands for the whole run.
The system counts in steps of 10 ms per process.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import time
from pathlib import Path

__all__ = ["adopt_orphans", "die_with_parent", "family_cpu", "quiet"]

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
TICKS = os.sysconf("SC_CLK_TCK")


def adopt_orphans() -> None:
    """A process below this one whose parent ends becomes a child of this one, not of the system's first process.

    raises OSError where the system cannot do that
    """
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "this system does not let a process adopt orphans")


def die_with_parent() -> None:
    """End when the process that started this one ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def family_cpu(root: int) -> float:
    """CPU seconds, in user and system mode, of `root` and all below it, those that have ended included."""
    parent: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            with contextlib.suppress(OSError):  # it may have ended just now
                fields = (path / "stat").read_text(errors="replace").rpartition(")")[2].split()
                # state, parent, ...; then utime, stime, and the same of children that were waited for
                parent[int(path.name)], ticks[int(path.name)] = (
                    int(fields[1]),
                    sum(map(int, fields[11:15])),
                )
    children: dict[int, list[int]] = {}
    for pid, above in parent.items():
        children.setdefault(above, []).append(pid)
    total, waiting = 0, [root]
    while waiting:
        pid = waiting.pop()
        total += ticks.get(pid, 0)
        waiting += children.get(pid, [])
    return total / TICKS


def quiet(root: int, seconds: float, at_most: float = 30.0) -> None:
    """Wait until the family has used no CPU time for `seconds`."""
    end = time.monotonic() + at_most
    last, since = family_cpu(root), time.monotonic()
    while time.monotonic() < min(end, since + seconds):
        time.sleep(0.05)
        now = family_cpu(root)
        if now != last:
            last, since = now, time.monotonic()
