"""Frames on a socket: a length, then one safetensors blob (hocsau.judging.values). Both sides use this file."""

from __future__ import annotations

import socket
import struct
import time
from typing import Any

from hocsau.judging.values import Malformed, dumps, loads

__all__ = ["MAX_FRAME", "Closed", "receive", "send"]

MAX_FRAME = 80 << 20
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


def receive(channel: socket.socket, end: float | None = None) -> dict[str, Any]:
    """The next message; the length is checked before anything is read.

    end  when to give up, by time.monotonic(); None waits for ever
    raises Closed at the end of the stream, Malformed for a frame that is not ours, TimeoutError at `end`
    """
    (length,) = _HEAD.unpack(_exactly(channel, _HEAD.size, end))
    if length > MAX_FRAME:
        raise Malformed(f"a frame of {length} bytes; the limit is {MAX_FRAME}")
    message = loads(_exactly(channel, length, end))
    if not isinstance(message, dict):
        raise Malformed(f"a message must be a dictionary, got {type(message).__name__}")
    return message


def _exactly(channel: socket.socket, length: int, end: float | None) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        if end is not None:  # anew for each piece: bytes that drip in one by one win no time
            channel.settimeout(max(end - time.monotonic(), 1e-6))
        try:
            part = channel.recv(min(length - len(parts), 1 << 20))
        except ConnectionResetError as error:
            raise Closed(str(error)) from error
        if not part:
            raise Closed("the stream ended")
        parts += part
    return bytes(parts)
