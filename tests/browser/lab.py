"""JupyterLab, started from an environment as its users start it, its log kept; and what a page said in the console."""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

__all__ = ["Lab", "Watched", "environment"]

START_SECONDS = 90
"""How long a server may take on a busy machine."""

TROUBLE = re.compile(r"^\[[WEC] |Traceback|Warning\b|\bdeprecat", re.IGNORECASE)
"""A line of the server's log that a user would ask about."""


class Lab:
    """One JupyterLab of `python`'s environment, opened on `folder`.

    home:    its HOME and Jupyter's folders, so that nothing of this machine's user is read or written
    more:    variables to add, {"HOCSAU_LANGUAGE": "vi"}
    options: further ones of `jupyter lab`
    url:     its address; every address needs `token`, which the first page brings as a cookie
    """

    def __init__(
        self,
        python: Path,
        folder: Path,
        home: Path,
        more: Mapping[str, str] | None = None,
        options: tuple[str, ...] = (),
    ) -> None:
        self.token = secrets.token_hex(8)
        self.log: list[str] = []
        self._ready = threading.Event()
        self.url = ""
        home.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(
            [
                *(str(python), "-m", "jupyter", "lab", "--no-browser", "--allow-root"),
                *("--ServerApp.ip=127.0.0.1", "--ServerApp.port=0"),
                # It would ask the network whether there is a newer one.
                f"--LabApp.check_for_updates_class={_NEVER}",
                *options,
            ],
            cwd=folder,
            env=environment(python, home, JUPYTER_TOKEN=self.token, **(more or {})),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._ready.wait(START_SECONDS) or not self.url:
            self.stop()
            raise AssertionError("JupyterLab did not start:\n" + "".join(self.log))

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.log.append(line)
            found = re.search(r"http://127\.0\.0\.1:\d+/", line)
            if found and not self.url:
                self.url = found[0]
                self._ready.set()
        self._ready.set()

    def complaints(self, *expected: str) -> list[str]:
        """Warnings and errors in the log, those that hold an `expected` phrase left out."""
        return [
            line.rstrip()
            for line in self.log
            if TROUBLE.search(line) and not any(phrase in line for phrase in expected)
        ]

    def stop(self) -> None:
        """Ask it to end as Ctrl-C twice does, kernels too, and wait."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        self._reader.join(5)
        assert self._process.stderr is not None
        self._process.stderr.close()

    def __enter__(self) -> Lab:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


_NEVER = "jupyterlab.NeverCheckForUpdate"


def environment(python: Path, home: Path, **more: str) -> dict[str, str]:
    """The variables of a user who has activated `python`'s environment, `home` their home."""
    kept = {name: os.environ[name] for name in ("LANG", "TZ", "TMPDIR") if name in os.environ}
    return {
        **kept,
        "PATH": os.pathsep.join([str(python.parent), os.environ.get("PATH", os.defpath)]),
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(home / ".jupyter"),
        "JUPYTER_DATA_DIR": str(home / ".local" / "share" / "jupyter"),
        "JUPYTER_RUNTIME_DIR": str(home / ".runtime"),
        "IPYTHONDIR": str(home / ".ipython"),
        "MPLCONFIGDIR": str(home / ".matplotlib"),
        **more,
    }


class Watched:
    """A browser window, and every warning, error and failed answer that its pages met."""

    def __init__(self, browser: Browser, width: int = 1280, height: int = 900) -> None:
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": height}, reduced_motion="reduce"
        )
        self.said: list[str] = []
        self.context.on("page", self._watch)
        self.page: Page = self.context.new_page()

    def _watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.said.append(f"exception: {error}"))
        page.on(
            "response",
            lambda answer: answer.status >= 400 and self.said.append(f"{answer.status}: {answer.url}"),
        )

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.said.append(f"{message.type}: {message.text} ({message.location.get('url', '')[-90:]})")

    def complaints(self, *expected: str) -> list[str]:
        """What was said, lines that hold an `expected` phrase left out."""
        return [line for line in self.said if not any(phrase in line for phrase in expected)]

    def open(self, lab: Lab, place: str = "lab") -> Page:
        """A page of `lab`, logged in: "lab", "lab/tree/02_momentum/02_momentum.ipynb", "formgrader"."""
        self.page.goto(f"{lab.url}{place}{'&' if '?' in place else '?'}token={lab.token}")
        return self.page

    def close(self) -> None:
        """Close the window."""
        self.context.close()
