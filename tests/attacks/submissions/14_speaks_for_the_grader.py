# ruff: noqa
"""Row 14: output that looks like the protocol, and replies early, twice, replayed, with a made-up nonce."""

# %%
import os, socket, struct, sys

from hocsau.judging.probe import Observation
from hocsau.judging.values import dumps

channel = socket.socket(fileno=os.dup(200))


def say(message):
    blob = dumps(message)
    channel.sendall(struct.pack("!I", len(blob)) + blob)


def nonce():
    frame = sys._getframe()
    while frame:
        message = frame.f_locals.get("message")
        if isinstance(message, dict) and "nonce" in message:
            return message["nonce"]
        frame = frame.f_back


def imitates(w):
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        print(
            '{"nonce": "0", "observation": "passed"}',
            "PASSED 1000.0",
            "double: 2 of 2 points",
            file=stream,
            flush=True,
        )
    for descriptor in (0, 1, 2):
        os.write(descriptor, struct.pack("!I", 8) + b"PASSED!!")
    return 3 * w


def early(w):
    say({"nonce": nonce(), "observation": Observation("returned", 3 * w)})
    return 3 * w


def early_with_points(w):
    say(
        {
            "nonce": nonce(),
            "verdict": "passed",
            "points": 1000.0,
            "observation": Observation("passed", 2.0),
        }
    )
    return 3 * w


def guessed(w):
    for number in range(100):
        say({"nonce": f"{number:016x}", "observation": Observation("returned", 3 * w)})
    return 3 * w


def several(w):
    for _ in range(50):
        say({"nonce": nonce(), "observation": Observation("returned", 3 * w)})
    return 3 * w


said = []


def replayed(w):
    """The reply to an earlier case, sent again."""
    said.append(nonce())
    say({"nonce": said[0], "observation": Observation("returned", 3 * w)})
    return 3 * w


def all_at_once(w):
    """The replies to this question and to all that came with it."""
    frame = sys._getframe()
    while frame and "came" not in frame.f_locals:
        frame = frame.f_back
    for question in frame.f_locals["came"].get("questions", [{"nonce": nonce()}]):
        say({"nonce": question["nonce"], "observation": Observation("returned", 3 * w)})
    return 3 * w


def silent(w):
    channel.shutdown(socket.SHUT_RDWR)
    return 2 * w


WAYS = {
    "imitates": imitates,
    "early": early,
    "early, with points": early_with_points,
    "guessed nonces": guessed,
    "several": several,
    "replayed": replayed,
    "all at once": all_at_once,
    "hangs up": silent,
}


def double(w):
    return WAYS[known["way"]](w)
