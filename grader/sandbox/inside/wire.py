"""Frames on a socket: a length, then one safetensors blob (hocsau.judging.values). Both sides use this file.

A learner's call of a function that was handed over, and its answer, travel some hundred times a submission: when it is an
array of a few float64 it goes as it is, behind a head of its own, in a quarter of the time.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from hocsau.judging.values import Malformed, dumps, loads

__all__ = ["MAX_FRAME", "Closed", "receive", "send"]

MAX_FRAME = 80 << 20
TICK = 0.1
_HEAD = struct.Struct("!I")
_BARE = 1 << 31
"""Set in the length of a frame that is a bare array."""
_BARE_HEAD = struct.Struct("!16sHB")
"""The nonce of the question that it belongs to, the function that is called, the number of axes; then the axes."""
_AXIS = struct.Struct("!I")
_ANSWER = 0xFFFF
"""In the place of the function: its answer."""
MAX_AXES, MAX_NUMBERS = 8, 1000


class Closed(EOFError):
    """The other side is gone."""


def send(channel: socket.socket, message: dict[str, Any], limit: int = MAX_FRAME) -> None:
    """Send one message.

    raises Closed when nobody listens any more, ValueError (and nothing is sent) when it is larger than `limit` bytes
    """
    blob, mark = _bare(message), _BARE
    if blob is None:
        blob, mark = dumps(message), 0
    if len(blob) > limit:
        raise ValueError(f"a frame of {len(blob)} bytes; the limit is {limit}")
    try:
        channel.sendall(_HEAD.pack(len(blob) | mark) + blob)
    except (BrokenPipeError, ConnectionResetError) as error:
        raise Closed(str(error)) from error


def receive(
    channel: socket.socket,
    end: float | None = None,
    watch: Callable[[], None] | None = None,
    limit: int = MAX_FRAME,
) -> dict[str, Any]:
    """The next message; the length is checked before anything is read.

    end    when to give up, by time.monotonic(); None waits for ever
    watch  called every tenth of a second until then; what it raises ends the waiting
    limit  the most bytes of a frame
    raises Closed at the end of the stream, Malformed for a frame that is not ours, TimeoutError at `end`
    """
    (length,) = _HEAD.unpack(_exactly(channel, _HEAD.size, end, watch))
    bare, length = length & _BARE, length & ~_BARE
    if length > limit:
        raise Malformed(f"a frame of {length} bytes; the limit is {limit}")
    if bare:
        return _of_bare(_exactly(channel, length, end, watch))
    message = loads(_exactly(channel, length, end, watch))
    if not isinstance(message, dict):
        raise Malformed(f"a message must be a dictionary, got {type(message).__name__}")
    return message


def _bare(message: dict[str, Any]) -> bytes | None:
    """A call or an answer whose array is small and float64, as a bare frame; None for everything else."""
    if message.keys() == {"value"}:
        nonce, function, array = "", _ANSWER, message["value"]
    elif message.keys() == {"nonce", "function", "w"}:
        nonce, function, array = message["nonce"], message["function"], message["w"]
    else:
        return None
    if type(array) is not np.ndarray or array.dtype != np.float64 or array.ndim > MAX_AXES:
        return None
    if array.size > MAX_NUMBERS or len(nonce) not in (0, 16):
        return None
    head = _BARE_HEAD.pack(nonce.encode("ascii"), function, array.ndim)
    return head + b"".join(map(_AXIS.pack, array.shape)) + array.astype("<f8").tobytes()


def _of_bare(blob: bytes) -> dict[str, Any]:
    """The message that `_bare` wrote.

    raises Malformed for anything else
    """
    try:
        nonce, function, axes = _BARE_HEAD.unpack_from(blob)
        start = _BARE_HEAD.size + axes * _AXIS.size
        shape = tuple(length for (length,) in _AXIS.iter_unpack(blob[_BARE_HEAD.size : start]))
        array = np.frombuffer(blob, "<f8", offset=start).astype(np.float64).reshape(shape)
        if axes > MAX_AXES or max(shape, default=0) > MAX_NUMBERS or array.size > MAX_NUMBERS:
            raise ValueError(f"shape {shape}")
        if function == _ANSWER:
            return {"value": array}
        return {"nonce": nonce.decode("ascii"), "function": function, "w": array}
    except (struct.error, ValueError) as error:
        raise Malformed(f"not a bare array: {error}") from error


def _exactly(channel: socket.socket, length: int, end: float | None, watch: Callable[[], None] | None) -> bytes:
    parts = bytearray()
    due = time.monotonic() + TICK
    while len(parts) < length:
        if end is not None:  # anew for each piece: bytes that drip in one by one win no time
            left = end - time.monotonic()
            channel.settimeout(max(left if watch is None else min(left, TICK), 1e-6))
        try:
            part = channel.recv(min(length - len(parts), 1 << 20))
        except TimeoutError:
            if end is None or time.monotonic() >= end:
                raise
            part = None
        except ConnectionResetError as error:
            raise Closed(str(error)) from error
        if watch is not None and time.monotonic() >= due:
            watch()
            due = time.monotonic() + TICK
        if part is None:
            continue
        if not part:
            raise Closed("the stream ended")
        parts += part
    return bytes(parts)
