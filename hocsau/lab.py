"""A Jupyter server extension: messages to a notebook leave at once, so that sliders feel immediate.

jupyter_server leaves Nagle's algorithm on for its kernel websockets, so that the second of two small messages waits
some 40 ms for the first to be acknowledged: every picture of an explorer is such a pair. Installing hocsau switches the
extension on; where the server's inside has changed, nothing is touched and only the speed is lost.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
from typing import Any

__all__ = ["send_at_once"]


def send_at_once(handler: Any) -> None:
    """Set TCP_NODELAY on every websocket that `handler`, a tornado WebSocketHandler class, opens from now on."""
    plain_open = handler.open
    if getattr(plain_open, "sends_at_once", False):
        return

    @functools.wraps(plain_open)
    async def open_without_delay(self: Any, *arguments: Any, **named: Any) -> Any:
        with contextlib.suppress(AssertionError, AttributeError, OSError):  # slower, but it works
            self.set_nodelay(True)
        opened = plain_open(self, *arguments, **named)
        return await opened if inspect.isawaitable(opened) else opened

    open_without_delay.sends_at_once = True  # type: ignore[attr-defined]
    handler.open = open_without_delay


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "hocsau.lab"}]


def _load_jupyter_server_extension(server: Any) -> None:
    try:
        from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
    except ImportError as error:
        server.log.info("hocsau: sliders run at the server's usual speed (%s)", error)
    else:
        send_at_once(KernelWebsocketHandler)
