"""The server extension: every kernel websocket sends at once, and nothing breaks where it cannot."""

from __future__ import annotations

import asyncio
import json
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.base.websocket import WebSocketMixin
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler
from tornado.websocket import WebSocketHandler

from grader.course.places import ROOT
from hocsau.lab import KERNEL, picture_alone, pictures_without_kernel, send_at_once

SETTINGS = ROOT / "hocsau" / "etc" / "lab"
LAB = SETTINGS / "jupyter_server_config.json"
INSTALLED = Path(sys.prefix) / "share" / "jupyter" / "lab"
WIDGET = "application/vnd.jupyter.widget-view+json"


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


def test_a_connection_is_not_closed_while_nothing_happens() -> None:
    """No pings on a machine of one's own: with a timeout up to their interval jupyter_server closes every connection once
    an interval ("Connection lost, reconnecting"), and with a longer one tornado warns."""

    class Connection(WebSocketMixin):
        settings: Any = json.loads(LAB.read_text(encoding="utf-8"))["ServerApp"]["tornado_settings"]

    assert Connection().ping_interval == 0
    Connection.settings = {}
    assert Connection().ping_interval > 0  # which is what a server does by itself


def settings_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SETTINGS / "labconfig" / name).read_text(encoding="utf-8"))
    return found


def test_what_make_lab_switches_off_is_there_to_be_switched_off() -> None:
    """An icon of the browser's tab that is fetched anew with every move of a slider, among others."""
    program = "".join(p.read_text(encoding="utf-8") for p in INSTALLED.glob("static/*.js"))
    plugins = settings_of("page_config.json")["disabledExtensions"]
    ours = [name for name in plugins if name.startswith("@jupyterlab/")]
    assert ours
    for name in ours:
        assert name in program, name


def test_what_make_lab_sets_is_a_setting_and_not_its_default() -> None:
    """The kernel's state stands below the notebook: in the toolbar each change makes JupyterLab count all buttons anew."""
    for plugin, values in settings_of("default_setting_overrides.json").items():
        package, name = plugin.split(":")
        schema = json.loads((INSTALLED / "schemas" / package / f"{name}.json").read_text("utf-8"))
        for key, value in values.items():
            default = schema["properties"][key]["default"]
            assert set(value) == set(default)
            assert value != default


def test_a_socket_that_cannot_still_opens() -> None:
    handler = type("Handler", (Socket,), {"trouble": AssertionError("no connection")})
    send_at_once(handler)
    socket = handler()
    asyncio.run(socket.open("k2"))
    assert socket.done == [("open", "k2")]


def test_jupyters_handler_is_what_we_think_it_is() -> None:
    assert issubclass(KernelWebsocketHandler, WebSocketHandler)
    assert asyncio.iscoroutinefunction(KernelWebsocketHandler.open)


def saved(process: int, html: str = '<img alt="a ravine" src="data:,">') -> dict[str, Any]:
    """A notebook with one explorer's output, as it lies on disk."""
    data = {WIDGET: {"model_id": "m"}, KERNEL: {"process": process}, "text/html": html}
    return {"cells": [{"source": ""}, {"outputs": [{"data": data}, {"name": "stdout"}]}]}


def shown(notebook: dict[str, Any]) -> bool:
    return WIDGET in notebook["cells"][1]["outputs"][0]["data"]


@pytest.mark.parametrize("known", [True, False])
def test_a_widget_stays_only_where_a_kernel_knows_it(known: bool) -> None:
    notebook = saved(7)
    picture_alone(notebook, {7} if known else {8})
    assert shown(notebook) is known
    assert "<img" in notebook["cells"][1]["outputs"][0]["data"]["text/html"]


def test_a_widget_without_a_picture_is_left_alone() -> None:
    notebook = saved(7, "<p>no picture</p>")
    picture_alone(notebook, set())
    assert shown(notebook)


class Contents:
    """A contents manager with one notebook."""

    def __init__(self, content: Any) -> None:
        self.model = {"type": "notebook", "content": content}

    def get(self, path: str, content: bool = True) -> Any:
        return self.model


class Kernels:
    """A server's sessions and kernels: one kernel, process 7, for "a/b.ipynb"."""

    async def list_sessions(self) -> list[dict[str, Any]]:
        return [{"path": "a/b.ipynb", "kernel": {"id": "k"}}]

    def get_kernel(self, name: str) -> Any:
        assert name == "k"
        return types.SimpleNamespace(provisioner=types.SimpleNamespace(pid=7))


@pytest.mark.parametrize(
    ("path", "process", "stays"),
    [("/a/b.ipynb", 7, True), ("a/b.ipynb", 8, False), ("a/other.ipynb", 7, False)],
)
def test_the_contents_manager_hands_out_what_can_be_shown(path: str, process: int, stays: bool) -> None:
    contents, kernels = Contents(saved(process)), Kernels()
    pictures_without_kernel(contents, kernels, kernels)
    found = asyncio.run(contents.get(path=path, content=True))
    assert shown(found["content"]) is stays


def test_trouble_inside_the_server_never_keeps_a_notebook_shut() -> None:
    contents = Contents(saved(7))
    pictures_without_kernel(contents, None, None)
    assert asyncio.run(contents.get("a/b.ipynb")) is contents.model
