"""The warm worker: imports what learners need once, then forks a child for each submission.

usage: python -P <this folder> fork|once DESCRIPTOR LAYERS FOLDER HIDDEN [READABLE ...]

FOLDER is where the children's own folders are made; LAYERS names the walls around each child, READABLE the folders
they may read, HIDDEN one that they may not, wherever it lies. With `fork`, the socket DESCRIPTOR brings words: "F" and a descriptor, fork, let the child serve that
one, and send its number back; "E" and a number, that child has been ended, forget it and its folder; "W", a number
and a descriptor, fork another worker that shares this one's memory, stays on that processor (-1: on any) and hears its
words there. With `once`, for systems without fork, this process is itself the only child and DESCRIPTOR is what it serves. A child runs cells and
answers probes; expected values never come here.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pkgutil
import random
import signal
import socket
import struct
import sys
import tempfile
import threading
from importlib import import_module
from pathlib import Path

import matplotlib.pyplot  # noqa: F401  (learners need it at once)
import numpy as np
import numpy.random
from cage import Cage, die_with_parent, hide_memory
from folders import remove
from pages import join_pages
from serve import serve
from shell import CaptureShell, make_shell, rehearse

CHILD_DESCRIPTOR = 200
NUMBER = struct.Struct("!q")


def main() -> None:
    mode, descriptor, layers, folder, hidden, *readable = sys.argv[1:]
    _import_torch()
    _import_hocsau()
    _forget_checkout(Path(hidden).parent)
    cage = Cage(layers.split(","), readable, hidden)
    shell = make_shell()
    if mode == "once":
        _be_child(int(descriptor), shell, cage, Path(folder))
    rehearse(shell)
    gc.collect()
    gc.freeze()
    _assert_one_thread()
    control = socket.socket(fileno=int(descriptor))
    control.sendall(b"R")
    hide_memory(True)
    _fork_on_demand(control, shell, cage, Path(folder))


def _assert_one_thread() -> None:
    """A lock that another thread holds at the fork is never released in the child."""
    tasks = Path("/proc/self/task")
    count = len(list(tasks.iterdir())) if tasks.exists() else threading.active_count()
    if count != 1:
        raise SystemExit(f"{count} threads before the fork: {threading.enumerate()}")


def _import_torch() -> None:
    """With what its first optimizer would import, and no computation: its threads must not exist before the fork."""
    before = dict(os.environ)
    # Else torch 2.10 makes a folder's name of the user's, whom nobody knows in a box.
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = str(Path.home())
    with contextlib.suppress(ModuleNotFoundError):
        import torch
        import torch._dynamo

        torch.set_num_threads(1)
    for name in os.environ.keys() - before.keys():
        del os.environ[name]  # a learner who does not import torch finds no trace of it


def _import_hocsau() -> None:
    """What the lessons' cells import, so that no child has to. By name: what is only warmed here decides no verdict."""
    for module in ("tqdm.auto", "hocsau.checking", "hocsau.session", "hocsau.datasets"):
        import_module(module)
    explorers = import_module("hocsau.explore")
    for found in pkgutil.iter_modules(explorers.__path__, "hocsau.explore."):
        import_module(found.name)


def _forget_checkout(folder: Path) -> None:
    """Where we are installed in place (`make setup`), the checkout is on the path: no learner's machine has such a folder there.

    hocsau is imported by now, and its modules are found by its own folder. What lies among other packages stays.
    """
    if folder.name not in ("site-packages", "dist-packages"):
        sys.path[:] = [entry for entry in sys.path if Path(entry) != folder]


def _fork_on_demand(control: socket.socket, shell: CaptureShell, cage: Cage, folder: Path) -> None:
    joined = False
    while True:
        try:
            word, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        except ConnectionResetError:  # the judge was killed
            return
        if word == b"F":
            pid = os.fork()
            if pid == 0:
                control.close()
                _be_child(descriptors[0], shell, cage, folder)
            os.close(descriptors[0])
            control.sendall(NUMBER.pack(pid))
        elif word == b"W":
            (core,) = NUMBER.unpack(control.recv(NUMBER.size, socket.MSG_WAITALL))
            if not joined:  # where a whole class is to come
                join_pages()
                joined = True
            pid = os.fork()
            if pid == 0:
                die_with_parent(signal.SIGKILL)
                if core >= 0:
                    os.sched_setaffinity(0, {core})
                control.close()
                control = socket.socket(fileno=descriptors[0])
                continue
            os.close(descriptors[0])
            control.sendall(NUMBER.pack(pid))
        elif word == b"E":
            (pid,) = NUMBER.unpack(control.recv(NUMBER.size, socket.MSG_WAITALL))
            os.waitpid(pid, 0)
            remove(folder / str(pid))
        else:
            return


def _be_child(descriptor: int, shell: CaptureShell, cage: Cage, folder: Path) -> None:
    """Serve one submission and end; never returns."""
    try:
        _become_child(descriptor, cage, folder)
        serve(socket.socket(fileno=CHILD_DESCRIPTOR), shell)
    finally:
        os._exit(0)


def _become_child(descriptor: int, cage: Cage, folder: Path) -> None:
    """Own session, socket and folder, nobody else's descriptors, fresh randomness, walls; dies with the worker."""
    os.setsid()  # no terminal to read from, and one signal reaches all that a learner starts
    die_with_parent(signal.SIGKILL)
    hide_memory(False)
    os.dup2(descriptor, CHILD_DESCRIPTOR, inheritable=False)
    os.closerange(3, CHILD_DESCRIPTOR)
    os.closerange(CHILD_DESCRIPTOR + 1, 4096)
    own = folder / str(os.getpid())
    own.mkdir(mode=0o700)
    os.chdir(own)
    os.environ["HOME"] = os.environ["TMPDIR"] = str(own)
    tempfile.tempdir = None  # asked before the fork, it would be the folder of all
    _reseed()
    cage.close(own)
    silence = os.open(os.devnull, os.O_RDWR)  # not before: what goes wrong up to here is said aloud
    for standard in (0, 1, 2):
        os.dup2(silence, standard)
    os.close(silence)
    os.write(CHILD_DESCRIPTOR, b"C")  # the kernel tells the judge who sent it


def _reseed() -> None:
    """A fork shares its parent's random state. (No GPU has one yet, and `torch.manual_seed`, which asks for them, takes 3 ms.)"""
    random.seed()
    np.random.seed(int.from_bytes(os.urandom(4), "big"))  # noqa: NPY002 (what learners' code may use)
    if "torch" in sys.modules:
        sys.modules["torch"].default_generator.manual_seed(int.from_bytes(os.urandom(7), "big"))


main()
