"""The warm worker: imports what learners need once, then forks a child for each submission.

usage: python -P <this folder> CONTROL_DESCRIPTOR

Each byte on the control socket brings a descriptor: fork, and let the child serve that one. A child runs cells and
answers probes; expected values never come here.
"""

from __future__ import annotations

import gc
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

import matplotlib.pyplot
import numpy as np
import numpy.random
from shell import CaptureShell, make_shell
from wire import Closed, receive, send

import hocsau.judging.exercise  # noqa: F401  (registers the records that travel)
import hocsau.judging.recipes
from hocsau.judging.probe import Observation, dependencies, drive
from hocsau.judging.request import Recipe
from hocsau.judging.values import plain

CHILD_DESCRIPTOR = 200
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
    """Own socket, nobody else's descriptors, fresh randomness, limits."""
    os.dup2(descriptor, CHILD_DESCRIPTOR)
    control.close()
    silence = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(silence, standard)
    os.closerange(3, CHILD_DESCRIPTOR)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    np.random.seed(int.from_bytes(os.urandom(4), "big"))
    for limit, value in LIMITS.items():
        resource.setrlimit(limit, (value, value))


def serve(channel: socket.socket, shell: CaptureShell) -> None:
    """Answer requests until the judge hangs up."""
    answer: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
        "cell": lambda message: _cell(shell, message["source"]),
        "probe": lambda message: _probe(shell, message, channel),
        "dependencies": lambda message: _dependencies(shell, message),
    }
    while True:
        try:
            message = receive(channel)
        except Closed:
            return
        reply = answer[message["do"]](message)
        send(channel, {"nonce": message["nonce"], **reply})


def _cell(shell: CaptureShell, source: str) -> dict[str, Any]:
    outputs, success = shell.run(source)
    return {"outputs": plain(outputs), "success": success}


def _probe(shell: CaptureShell, message: dict[str, Any], channel: socket.socket) -> dict[str, Any]:
    name, nonce = message["name"], message["nonce"]
    built = iter(range(1000))

    def ask_judge(recipe: Recipe) -> Callable[[Any], Any]:
        index = next(built)

        def function(w: Any) -> Any:
            send(channel, {"nonce": nonce, "function": index, "w": plain(w)})
            answered = receive(channel)
            if "error" in answered:
                raise ValueError(answered["error"])
            return answered["value"]

        return function

    def find() -> Any:
        return shell.user_ns[name]

    saved = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    try:
        observation: Observation = drive(message["request"], find, ask_judge)
    finally:
        sys.stdout, sys.stderr = saved
    return {"observation": observation}


def _dependencies(shell: CaptureShell, message: dict[str, Any]) -> dict[str, Any]:
    target = shell.user_ns.get(message["name"])
    return {"names": list(dependencies(target, frozenset(message["names"])))}


main()
