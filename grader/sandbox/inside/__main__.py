"""The warm worker: imports what learners need once, then forks a child for each submission.

usage: python -P <this folder> CONTROL_DESCRIPTOR

Each byte on the control socket brings a descriptor: fork, and let the child serve that one. A child runs cells and
answers probes; expected values never come here.
"""

from __future__ import annotations

import ctypes
import gc
import os
import resource
import signal
import socket
import sys
import tempfile
from pathlib import Path

import matplotlib.pyplot  # noqa: F401  (learners need it at once)
import numpy as np
import numpy.random
from serve import serve
from shell import make_shell

CHILD_DESCRIPTOR = 200
PR_SET_PDEATHSIG = 1
MIB = 1 << 20
LIMITS = {
    resource.RLIMIT_DATA: 2048 * MIB,
    resource.RLIMIT_AS: 8192 * MIB,
    resource.RLIMIT_FSIZE: 64 * MIB,
    resource.RLIMIT_CORE: 0,
}


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    shell = make_shell()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.collect()
    gc.freeze()
    control.sendall(b"R")
    while True:
        byte, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not byte:
            return
        pid = os.fork()
        if pid == 0:
            try:
                _become_child(descriptors[0], control)
                serve(socket.socket(fileno=CHILD_DESCRIPTOR), shell)
            finally:
                os._exit(0)
        os.close(descriptors[0])
        control.sendall(pid.to_bytes(8, "big"))


def _become_child(descriptor: int, control: socket.socket) -> None:
    """Own session, socket and folder, nobody else's descriptors, fresh randomness, limits; dies with the worker."""
    os.setsid()  # no terminal to read from, and one signal reaches all that a learner starts
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.dup2(descriptor, CHILD_DESCRIPTOR, inheritable=False)
    control.close()
    silence = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(silence, standard)
    os.closerange(3, CHILD_DESCRIPTOR)
    folder = Path(os.environ["HOME"]) / str(os.getpid())
    folder.mkdir(mode=0o700)
    os.chdir(folder)
    os.environ["HOME"] = os.environ["TMPDIR"] = str(folder)
    tempfile.tempdir = None  # asked before the fork, it would be the folder of all
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    np.random.seed(int.from_bytes(os.urandom(4), "big"))  # noqa: NPY002 (what learners' code may use)
    for limit, value in LIMITS.items():
        hard = resource.getrlimit(limit)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (value, value))
    os.write(CHILD_DESCRIPTOR, b"C")  # the kernel tells the judge who sent it


main()
