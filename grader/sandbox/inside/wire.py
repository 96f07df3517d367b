"""Frames on a socket: a length, then one safetensors blob (hocsau.judging.values). Both sides use this file."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable
from typing import Any

from hocsau.judging.values import Malformed, dumps, loads

__all__ = ["MAX_FRAME", "Closed", "receive", "send"]

MAX_FRAME = 80 << 20
TICK = 0.1
_HEAD = struct.Struct("!I")


class Closed(EOFError):
    """The other side is gone."""


def send(channel: socket.socket, message: dict[str, Any]) -> None:
    """Send one message.

    raises Closed when nobody listens any more
    """
    blob = dumps(message)
    if len(blob) > MAX_FRAME:
        raise ValueError(f"a frame of {len(blob)} bytes; the limit is {MAX_FRAME}")
    try:
        channel.sendall(_HEAD.pack(len(blob)) + blob)
    except (BrokenPipeError, ConnectionResetError) as error:
        raise Closed(str(error)) from error


def receive(
    channel: socket.socket, end: float | None = None, watch: Callable[[], None] | None = None
) -> dict[str, Any]:
    """The next message; the length is checked before anything is read.

    end    when to give up, by time.monotonic(); None waits for ever
    watch  called every tenth of a second until then; what it raises ends the waiting
    raises Closed at the end of the stream, Malformed for a frame that is not ours, TimeoutError at `end`
    """
    (length,) = _HEAD.unpack(_exactly(channel, _HEAD.size, end, watch))
    if length > MAX_FRAME:
        raise Malformed(f"a frame of {length} bytes; the limit is {MAX_FRAME}")
    message = loads(_exactly(channel, length, end, watch))
    if not isinstance(message, dict):
        raise Malformed(f"a message must be a dictionary, got {type(message).__name__}")
    return message


def _exactly(
    channel: socket.socket, length: int, end: float | None, watch: Callable[[], None] | None
) -> bytes:
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
