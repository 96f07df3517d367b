"""An IPython shell without a terminal: what a cell prints, shows, returns or raises becomes nbformat outputs."""

from __future__ import annotations

import io
import sys
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

__all__ = ["CaptureShell", "make_shell"]

MAX_TEXT = 200_000
MAX_OUTPUTS = 200

Output = dict[str, Any]


class _Stream(io.TextIOBase):
    """sys.stdout or sys.stderr: text goes to the outputs of the cell that runs."""

    def __init__(self, name: str, shell: CaptureShell) -> None:
        self._name, self._shell = name, shell

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._shell.add_text(self._name, str(text))
        return len(text)


class _Hook(DisplayHook):
    """The value of a cell's last expression."""

    def write_output_prompt(self) -> None: ...

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        self.shell.add(
            {
                "output_type": "execute_result",
                "data": dict(format_dict),
                "metadata": dict(md_dict or {}),
                "execution_count": None,
            }
        )

    def log_output(self, format_dict: Any) -> None: ...

    def finish_displayhook(self) -> None: ...


class _Publisher(DisplayPublisher):
    """display(...), and figures at the end of a cell."""

    def publish(self, data: Any, metadata: Any = None, **others: Any) -> None:
        self.shell.add(
            {"output_type": "display_data", "data": dict(data), "metadata": dict(metadata or {})}
        )

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.clear()


class CaptureShell(InteractiveShell):
    """run(source) gives the cell's outputs and whether it ended without an error."""

    outputs: list[Output] = []
    text_left = MAX_TEXT

    def run(self, source: str) -> tuple[list[Output], bool]:
        """Run one cell. Output beyond the caps is dropped, with a note."""
        self.outputs = []
        self.text_left = MAX_TEXT
        saved = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = _Stream("stdout", self), _Stream("stderr", self)
        try:
            result = self.run_cell(source, store_history=True)
        finally:
            sys.stdout, sys.stderr = saved
        return self.outputs, bool(result.success)

    def add(self, output: Output) -> None:
        if len(self.outputs) < MAX_OUTPUTS:
            self.outputs.append(output)

    def add_text(self, name: str, text: str) -> None:
        if self.text_left <= 0:
            return
        text = text[: self.text_left]
        self.text_left -= len(text)
        if self.text_left <= 0:
            text += "\n[output cut here]\n"
        last = self.outputs[-1] if self.outputs else None
        if last is not None and last["output_type"] == "stream" and last["name"] == name:
            last["text"] += text
        else:
            self.add({"output_type": "stream", "name": name, "text": text})

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        self.add(
            {
                "output_type": "error",
                "ename": getattr(etype, "__name__", str(etype)),
                "evalue": str(evalue)[:MAX_TEXT],
                "traceback": [str(line)[:MAX_TEXT] for line in stb],
            }
        )

    def enable_gui(self, gui: Any = None) -> None: ...

    def init_sys_modules(self) -> None:
        sys.modules[self.user_module.__name__] = self.user_module


def make_shell() -> CaptureShell:
    """The shell, made once before any fork: no history file, no colours, figures inline."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.autocall = 0
    CaptureShell.displayhook_class = _Hook
    CaptureShell.display_pub_class = _Publisher
    shell = CaptureShell.instance(config=config)
    shell.enable_matplotlib("inline")
    return shell
