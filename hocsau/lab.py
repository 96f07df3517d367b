"""A Jupyter server extension: sliders feel immediate, and a notebook that is opened without its kernel shows its pictures.

Small messages to the page no longer wait for an acknowledgement (docs/decisions/0017-no-small-messages.md).

A saved explorer is a widget and, behind it, its picture. JupyterLab shows the widget, and "Error displaying widget" when the
kernel that knew it has ended. So a notebook is handed out without the widgets of kernels that no longer run, with the picture
alone; the file is not touched.

Installing hocsau switches the extension on. Where the server's inside has changed, nothing is touched, and only the speed and
those pictures are lost.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
from typing import Any

__all__ = ["KERNEL", "picture_alone", "pictures_without_kernel", "send_at_once"]

KERNEL = "application/vnd.hocsau.kernel+json"
"""Beside an explorer's widget: {"process": the process that knows it}."""
_WIDGET = "application/vnd.jupyter.widget-view+json"


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


def picture_alone(notebook: Any, running: set[int]) -> None:
    """Take the widget off each output of `notebook` (its content, changed in place) that holds a picture besides.

    running: the processes of the notebook's kernels; a widget that one of them knows stays
    """
    for cell in notebook.get("cells", ()):
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            html = data.get("text/html", "")
            said = html if isinstance(html, str) else "".join(html)
            known = data.get(KERNEL, {}).get("process") in running
            if _WIDGET in data and "<img " in said and not known:
                del data[_WIDGET]


def pictures_without_kernel(contents: Any, sessions: Any, kernels: Any) -> None:
    """Let `contents`, a contents manager, hand out notebooks without the widgets that no kernel of theirs knows."""
    plain_get = contents.get

    @functools.wraps(plain_get)
    async def get(path: str, *arguments: Any, **named: Any) -> Any:
        model = plain_get(path, *arguments, **named)
        model = await model if inspect.isawaitable(model) else model
        if isinstance(model, dict) and model.get("type") == "notebook" and model.get("content"):
            with contextlib.suppress(Exception):  # a picture less, but the notebook opens
                own = [
                    kernels.get_kernel(session["kernel"]["id"])
                    for session in await sessions.list_sessions()
                    if str(session.get("path")).strip("/") == path.strip("/")
                ]
                picture_alone(model["content"], {kernel.provisioner.pid for kernel in own})
        return model

    contents.get = get


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "hocsau.lab"}]


def _load_jupyter_server_extension(server: Any) -> None:
    try:
        from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
    except ImportError as error:
        server.log.info("hocsau: sliders run at the server's usual speed (%s)", error)
    else:
        send_at_once(KernelWebsocketHandler)
    # Behind all other extensions: jupytext's puts a contents manager of its own in the place of the server's.
    with contextlib.suppress(Exception):
        server.io_loop.add_callback(_wrap_contents, server)


def _wrap_contents(server: Any) -> None:
    with contextlib.suppress(Exception):
        pictures_without_kernel(server.contents_manager, server.session_manager, server.kernel_manager)
