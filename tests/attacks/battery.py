"""What the battery (submissions/00_battery.py) tries, and which of it comes through when one layer is missing."""

from __future__ import annotations

import re

from tests.attacks.classroom import SUBMISSIONS

__all__ = ["ATTEMPTS", "IN_A_BOX_OF_ITS_OWN", "LETS_THROUGH", "NEVER"]

ATTEMPTS = re.findall(r'^@attempt\("(.+)"\)$', (SUBMISSIONS / "00_battery.py").read_text(), re.MULTILINE)

LETS_THROUGH = {
    "bubblewrap": {"see that a file of the course exists"},
    "landlock": {
        "write beside its own folder",
        "see the descriptors of the worker",
        "change how soon the worker is killed for memory",
    },
    "seccomp": {
        "UDP to this machine",
        "ask for the network cards of the machine (netlink)",
        "change the limits of the worker",
        "change the priority of the worker",
        "change the processors of the worker",
        "change the scheduling of the worker",
        "change the scheduling of the worker in the newer way",
        "start a process",
        "keep a key in the kernel",
        "keep a piece of shared memory in the kernel",
        "watch files that others use",
        "answer page faults of its own (userfaultfd)",
        "become root of a new user namespace",
    },
    "rlimits": {
        "write a file of 100 MB",
        "3 GB of memory",
        "20 GB of addresses",
        "2000 open files",
        "leave a picture of the memory on the disk (core)",
    },
}
"""Without this layer, the three others in place. docs/security.md says the same; a test compares."""

IN_A_BOX_OF_ITS_OWN = {
    "UDP to this machine",  # nobody listens there
    "calls that nobody filters (io_uring)",
    "answer page faults of its own (userfaultfd)",
    "become root of a new user namespace",
    "see the descriptors of the worker",
    "change how soon the worker is killed for memory",
}
"""What comes through bare and may be refused inside bubblewrap, by the kernel's own rules for a namespace."""

NEVER = {"find the secret in the environment", "find descriptors of somebody else"}
"""Without any layer: a process of its own with an environment of its own is enough."""
