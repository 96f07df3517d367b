"""The server extension: every kernel websocket sends at once, and nothing breaks where it cannot."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
from tornado.websocket import WebSocketHandler

from hocsau.lab import send_at_once


class Socket:
    """Records what is done to it, as a websocket handler would."""

    trouble: Exception | None = None

    def __init__(self) -> None:
        self.done: list[Any] = []

    def set_nodelay(self, value: bool) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.done.append(("nodelay", value))

    async def open(self, kernel_id: str) -> str:
        self.done.append(("open", kernel_id))
        return kernel_id


class PlainSocket(Socket):
    """Its open is an ordinary function."""

    def open(self, kernel_id: str) -> str:  # type: ignore[override]
        self.done.append(("open", kernel_id))
        return kernel_id


@pytest.mark.parametrize("kind", [Socket, PlainSocket])
def test_delay_is_off_before_the_socket_opens(kind: type[Socket]) -> None:
    handler = type("Handler", (kind,), {})
    send_at_once(handler)
    send_at_once(handler)  # twice is once
    socket = handler()
    assert asyncio.run(socket.open("k1")) == "k1"
    assert socket.done == [("nodelay", True), ("open", "k1")]


def test_a_socket_that_cannot_still_opens() -> None:
    handler = type("Handler", (Socket,), {"trouble": AssertionError("no connection")})
    send_at_once(handler)
    socket = handler()
    asyncio.run(socket.open("k2"))
    assert socket.done == [("open", "k2")]


def test_jupyters_handler_is_what_we_think_it_is() -> None:
    assert issubclass(KernelWebsocketHandler, WebSocketHandler)
    assert asyncio.iscoroutinefunction(KernelWebsocketHandler.open)
