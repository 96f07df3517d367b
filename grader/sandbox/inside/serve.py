"""What a child answers: a cell run, an exercise put to the learner's object, what that object uses."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from shell import MAX_BYTES, CaptureShell
from wire import Closed, receive, send

import hocsau.judging.exercise  # noqa: F401  (registers the records that travel)
from hocsau.judging.allowed import library_calls
from hocsau.judging.dependencies import dependencies
from hocsau.judging.elsewhere import strayed, tried_on
from hocsau.judging.probe import Observation, drive
from hocsau.judging.request import Recipe
from hocsau.judging.values import plain
from hocsau.language import use

__all__ = ["serve"]


def serve(channel: socket.socket, shell: CaptureShell) -> None:
    """Answer requests until the judge hangs up."""
    answer: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
        "cell": lambda message: _cell(shell, message["source"], message.get("language", "en")),
        "probe": lambda message: _probe(shell, message, channel),
        "elsewhere": lambda message: _elsewhere(shell, message),
        "dependencies": lambda message: _dependencies(shell, message),
        "library_calls": lambda message: _library_calls(shell, message),
    }
    while True:
        try:
            came = receive(channel)
        except Closed:
            return
        for message in came.get("questions", [came]):
            reply = answer[message["do"]](message)
            send(channel, {"nonce": message["nonce"], **reply})


def _cell(shell: CaptureShell, source: str, language: str) -> dict[str, Any]:
    use(language)
    outputs, success = shell.run(source)
    return {"outputs": plain(outputs, MAX_BYTES), "success": success}


def _probe(shell: CaptureShell, message: dict[str, Any], channel: socket.socket) -> dict[str, Any]:
    name, nonce = message["name"], message["nonce"]
    built = iter(range(1000))

    def ask_judge(_: Recipe) -> Callable[[Any], Any]:
        index = next(built)

        def function(w: Any) -> Any:
            send(channel, {"nonce": nonce, "function": index, "w": plain(w)})
            answered = receive(channel)
            if "error" in answered:
                raise _ERRORS.get(answered["error"], ValueError)(answered["text"])
            return answered["value"]

        return function

    def find() -> Any:
        return shell.user_ns[name]

    with shell.silent():
        observation: Observation = drive(message["request"], find, ask_judge, message["not_allowed"])
    return {"observation": observation}


def _elsewhere(shell: CaptureShell, message: dict[str, Any]) -> dict[str, Any]:
    """The case on the GPU called `place`; without one on a made-up device, which stays in the process for good."""

    def find() -> Any:
        return shell.user_ns[message["name"]]

    with shell.silent():
        if not message["place"]:
            return {"strayed": strayed(message["request"], find), "observation": None}
        found, there = tried_on(message["place"], message["request"], find)
    return {"strayed": found, "observation": there}


_ERRORS: dict[str, type[Exception]] = {error.__name__: error for error in (TypeError, IndexError, ValueError)}


def _library_calls(shell: CaptureShell, message: dict[str, Any]) -> dict[str, Any]:
    target = shell.user_ns.get(message["name"])
    return {"names": list(library_calls(target, message["not_allowed"]))}


def _dependencies(shell: CaptureShell, message: dict[str, Any]) -> dict[str, Any]:
    target = shell.user_ns.get(message["name"])
    return {"names": list(dependencies(target, frozenset(message["names"])))}
