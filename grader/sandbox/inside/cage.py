"""The walls that a child raises around itself after the fork, before any code of a learner's runs.

    rlimits   memory, file size, no core file; as root without a box also: no capabilities
    landlock  files (read: the interpreter, hocsau, the data; write: the child's own folder), TCP, signals, abstract sockets
    seccomp   no new process or program, no socket but a local pair, no look at another process, no change of a file's owner

Each only adds; none can be taken down again. `prepare` does before the fork what need not be done in every child.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import resource
import socket
import sys
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

__all__ = ["LAYERS", "Cage", "die_with_parent", "hide_memory"]

LAYERS = ("rlimits", "landlock", "seccomp")
"""In the order in which they are raised."""

MIB = 1 << 20
MEMORY = {resource.RLIMIT_DATA: 2048 * MIB, resource.RLIMIT_AS: 8192 * MIB}
LIMITS = {
    resource.RLIMIT_FSIZE: 64 * MIB,
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_MEMLOCK: 0,
    resource.RLIMIT_NOFILE: 1024,
}
SYSTEM = (
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/usr/share",
    "/lib",
    "/lib64",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/fonts",
    "/proc/cpuinfo",
    "/proc/meminfo",
)
DEVICES = [Path("/dev") / name for name in ("null", "zero", "full", "random", "urandom")]

_LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP = 1, 4, 24
CAPABILITY_VERSION = 0x20080522
CLONE_THREAD = 0x10000
SOCKET_KINDS = 0xF
NOT_STREAMS = (0, 2, 3, 4, 5, 6, 10)
IOCTLS = {"TIOCSTI": 0x5412, "TIOCLINUX": 0x541C, "FIOSETOWN": 0x8901, "SIOCSPGRP": 0x8902}
FCNTLS = {"F_SETOWN": 8, "F_SETSIG": 10, "F_SETOWN_EX": 15}
"""Typing for another, and having the kernel send another a signal of one's choice."""

NEVER = """
    fork vfork execve execveat
    ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd pidfd_open process_madvise
    alarm setitimer timer_create tkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal setpriority ioprio_set
    mount umount2 pivot_root chroot move_mount open_tree fsopen fsconfig fsmount fspick mount_setattr unshare setns
    keyctl add_key request_key bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register
    kexec_load kexec_file_load init_module finit_module delete_module open_by_handle_at name_to_handle_at
    swapon swapoff reboot settimeofday clock_settime clock_adjtime adjtimex sethostname setdomainname acct quotactl
    personality memfd_create memfd_secret shmget shmat shmctl semget semop semctl msgget msgsnd msgrcv msgctl mq_open
    vmsplice fanotify_init inotify_init inotify_init1 mlock mlock2 mlockall ioperm iopl modify_ldt lookup_dcookie
    syslog uselib vhangup nfsservctl mbind migrate_pages move_pages set_mempolicy
    connect chown fchown lchown fchownat setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr
""".split()
_OF_A_PROCESS = """
    prlimit64 sched_setaffinity sched_setscheduler sched_setparam sched_setattr
""".split()
PRETENDED = "chmod fchmod fchmodat fchmodat2 utime utimes futimesat utimensat".split()
"""Landlock does not see these, so they do nothing; they say they did, because shutil.copy calls them."""


def hide_memory(hidden: bool) -> None:
    """Whether a process of the same user may look into this one's memory and environment."""
    _LIBC.prctl(PR_SET_DUMPABLE, 0 if hidden else 1, 0, 0, 0)


def die_with_parent(signal_number: int) -> None:
    """Be sent `signal_number` when the process that forked this one ends."""
    _LIBC.prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)


class Cage:
    """The walls chosen for a worker's children.

    layers    names out of LAYERS
    readable  folders to read from, beside the interpreter's and the system's own; a device among them (a GPU) may be
              used, and the limits on memory, which its driver's reservations would exceed, are not set
    hidden    a folder not to read from, though it may lie in one of those: the names in it can be listed, no more
    """

    def __init__(self, layers: Collection[str], readable: Collection[str], hidden: str) -> None:
        self._layers = layers
        known = map(Path, (*SYSTEM, sys.prefix, sys.base_prefix, *readable))
        found = {path.resolve() for path in known if path.exists()}
        outermost = sorted(path for path in found if found.isdisjoint(path.parents))
        self._devices = [path for path in outermost if path.is_char_device()]
        shown = [path for root in outermost for path in _without(Path(hidden).resolve(), root)]
        self._listed = [path for path in outermost if path.is_dir()]
        self._folders = [path for path in shown if path.is_dir()]
        self._files = [path for path in shown if path not in (*self._devices, *self._folders)]
        if "landlock" in layers:
            import landlockpy

            landlockpy.abi_version()  # finds the C library now, once, not in every child
        self._filter = _seccomp() if "seccomp" in layers else None

    def close(self, folder: Path) -> None:
        """Raise the walls around this process, which may write in `folder`."""
        if "rlimits" in self._layers:
            _drop_capabilities()
            _limit({} if self._devices else MEMORY)
            _limit(LIMITS)
        if "landlock" in self._layers:
            self._landlock(folder)
        if self._filter is not None:
            _only_itself(self._filter)
            self._filter.load()

    def _landlock(self, folder: Path) -> None:
        from landlockpy import AccessFS, Ruleset, Scope

        file = AccessFS.READ_FILE
        device = file | AccessFS.WRITE_FILE
        special = AccessFS.EXECUTE | AccessFS.MAKE_CHAR | AccessFS.MAKE_BLOCK | AccessFS.IOCTL_DEV
        allowed: list[tuple[Collection[Path], AccessFS]] = [
            (self._listed, AccessFS.READ_DIR),
            ([*self._folders, *self._files], file),
            (self._devices, device | AccessFS.IOCTL_DEV),
            (DEVICES, device),
            ([Path("/proc/self").resolve()], file | AccessFS.READ_DIR),  # each child's own
            ([folder], ~AccessFS.NONE & ~special),
        ]
        with Ruleset(scoped=Scope.ABSTRACT_UNIX_SOCKET | Scope.SIGNAL) as rules:
            for paths, use in allowed:
                for path in paths:
                    rules.allow_path(path, use)
            rules.restrict()


def _without(hidden: Path, path: Path) -> Iterator[Path]:
    """`path`; where `hidden` lies in it, all that lies beside that and beside the folders on the way to it.

    A link there gives no right of its own: it may lead back to what is hidden (an environment's lib64 is its lib).
    """
    if path not in (hidden, *hidden.parents):
        yield path
    elif path != hidden:
        for child in path.iterdir():
            if not child.is_symlink():
                yield from _without(hidden, child)


def _drop_capabilities() -> None:
    """What root may do beyond others; in bubblewrap nothing is left to drop."""
    if os.geteuid():
        return
    for capability in range(64):
        _LIBC.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    _LIBC.capset(header, (ctypes.c_uint32 * 6)())


def _limit(limits: Mapping[int, int]) -> None:
    for limit, value in limits.items():
        hard = resource.getrlimit(limit)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (value, value))


def _seccomp() -> Any:
    """A list of refusals: what NumPy and PyTorch need changes with every release, what they never need does not."""
    import pyseccomp as seccomp

    rules = seccomp.SyscallFilter(defaction=seccomp.ALLOW)
    refuse, absent = seccomp.ERRNO(errno.EPERM), seccomp.ERRNO(errno.ENOSYS)

    def add(action: int, name: str, *arguments: Any) -> None:
        with contextlib.suppress(ValueError, RuntimeError, OSError):  # this kernel has no such call
            rules.add_rule(action, name, *arguments)

    for name in NEVER:
        add(refuse, name)
    for name in PRETENDED:
        add(seccomp.ERRNO(0), name)
    add(absent, "clone3")  # its flags lie behind a pointer; the C library falls back to clone
    add(refuse, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, CLONE_THREAD, 0))
    no_family = seccomp.ERRNO(errno.EAFNOSUPPORT)
    for name in ("socket", "socketpair"):
        add(no_family, name, seccomp.Arg(0, seccomp.NE, socket.AF_UNIX))
        for kind in NOT_STREAMS:  # each message of a datagram socket could name another address
            add(no_family, name, seccomp.Arg(1, seccomp.MASKED_EQ, SOCKET_KINDS, kind))
    for name, numbers in (("ioctl", IOCTLS), ("fcntl", FCNTLS)):
        for number in numbers.values():
            add(refuse, name, seccomp.Arg(1, seccomp.MASKED_EQ, 0xFFFFFFFF, number))
    add(refuse, "prctl", seccomp.Arg(0, seccomp.EQ, PR_SET_PDEATHSIG))
    for name in _OF_A_PROCESS:
        add(refuse, name, seccomp.Arg(0, seccomp.NE, 0))  # 0 is the caller
    return rules


def _only_itself(rules: Any) -> None:
    """Signals reach this process alone."""
    import pyseccomp as seccomp

    for name in ("kill", "tgkill"):
        rules.add_rule(seccomp.ERRNO(errno.EPERM), name, seccomp.Arg(0, seccomp.NE, os.getpid()))
