"""Lists of byte strings over a socket between processes of our own: no pickle, sizes first."""

from __future__ import annotations

import socket
import struct
from collections.abc import Sequence

__all__ = ["Gone", "receive", "send"]

_COUNT = struct.Struct("!I")
_SIZE = struct.Struct("!Q")


class Gone(EOFError):
    """The other side has ended."""


def send(channel: socket.socket, blobs: Sequence[bytes]) -> None:
    """Send one message.

    raises Gone when nobody is there to read it
    """
    head = _COUNT.pack(len(blobs)) + b"".join(_SIZE.pack(len(blob)) for blob in blobs)
    try:
        channel.sendall(head)
        for blob in blobs:
            channel.sendall(blob)
    except (BrokenPipeError, ConnectionResetError) as error:
        raise Gone(str(error)) from error


def receive(channel: socket.socket) -> list[bytes]:
    """The next message.

    raises Gone at the end of the stream; TimeoutError where the channel has a timeout
    """
    (count,) = _COUNT.unpack(_exactly(channel, _COUNT.size))
    sizes = [_SIZE.unpack(_exactly(channel, _SIZE.size))[0] for _ in range(count)]
    return [_exactly(channel, size) for size in sizes]


def _exactly(channel: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        try:
            part = channel.recv(min(size - len(parts), 1 << 20))
        except ConnectionResetError as error:
            raise Gone(str(error)) from error
        if not part:
            raise Gone("the stream ended")
        parts += part
    return bytes(parts)
