"""An IPython shell without a terminal: what a cell prints, shows, returns or raises becomes nbformat outputs."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable, Iterator
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.text import LSString, SList
from traitlets.config import Config

from hocsau.language import Text

__all__ = ["CaptureShell", "make_shell", "rehearse"]

REFUSED = {
    "line": (
        "run",
        "load_ext",
        "reload_ext",
        "pip",
        "conda",
        "mamba",
        "micromamba",
        "uv",
        "sx",
        "sc",
        "system",
    ),
    "cell": (
        "bash",
        "sh",
        "script",
        "system",
        "sx",
        "!",
        "perl",
        "ruby",
        "python",
        "python2",
        "python3",
        "pypy",
    ),
}
"""Magics that start another program, or code that is not in the notebook."""
REFUSAL = Text("{what} was left out: while an answer is checked, no other program is started.")

MAX_TEXT = 200_000
MAX_BYTES = 8 << 20
MAX_OUTPUTS = 200
CUT = "\n[output cut here]\n"

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


class _Silence(io.TextIOBase):
    """A stream for what a learner prints while an exercise is put to them."""

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        return len(text)


class _Hook(DisplayHook):
    """The value of a cell's last expression."""

    def write_output_prompt(self) -> None: ...

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        shell: Any = self.shell
        shell.add(
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

    def publish(self, data: Any, metadata: Any = None, *_: Any, **__: Any) -> None:
        shell: Any = self.shell
        shell.add({"output_type": "display_data", "data": dict(data), "metadata": dict(metadata or {})})

    def clear_output(self, wait: bool = False) -> None:  # noqa: ARG002 (there is nothing to wait for)
        shell: Any = self.shell
        shell.outputs.clear()


class CaptureShell(InteractiveShell):
    """run(source) gives the cell's outputs and whether it ended without an error."""

    outputs: list[Output] = []
    text_left, bytes_left, cut = MAX_TEXT, MAX_BYTES, False

    def run(self, source: str) -> tuple[list[Output], bool]:
        """Run one cell. Output beyond the caps is dropped, with a note."""
        self.outputs = []
        self.text_left, self.bytes_left, self.cut = MAX_TEXT, MAX_BYTES, False
        streams = _Stream("stdout", self), _Stream("stderr", self)
        with contextlib.redirect_stdout(streams[0]), contextlib.redirect_stderr(streams[1]):
            shell: Any = self  # IPython's methods have no types
            result = shell.run_cell(source, store_history=True)
        return self.outputs, bool(result.success)

    @contextlib.contextmanager
    def silent(self) -> Iterator[None]:
        """Nothing printed or shown goes anywhere."""
        silence = _Silence()
        with contextlib.redirect_stdout(silence), contextlib.redirect_stderr(silence):
            yield
        self.outputs = []

    def add(self, output: Output) -> None:
        """One more output; past the caps a note, once, and errors alone."""
        self.bytes_left -= len(str(output))
        room = len(self.outputs) < MAX_OUTPUTS and self.bytes_left > 0
        if room or output["output_type"] == "error":
            self.outputs.append(output)
        elif not self.cut:
            self.cut = True
            self.outputs.append({"output_type": "stream", "name": "stdout", "text": CUT})

    def add_text(self, name: str, text: str) -> None:
        if self.text_left <= 0:
            return
        text = text[: self.text_left]
        self.text_left -= len(text)
        if self.text_left <= 0:
            text += CUT
        last = self.outputs[-1] if self.outputs else None
        if last is not None and last["output_type"] == "stream" and last["name"] == name:
            last["text"] += text
        else:
            self.add({"output_type": "stream", "name": name, "text": text})

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        try:
            said = str(evalue)[:MAX_TEXT]
        except Exception:  # the learner's own __str__
            said = ""
        self.add(
            {
                "output_type": "error",
                "ename": getattr(etype, "__name__", str(etype)),
                "evalue": said,
                "traceback": [str(line)[:MAX_TEXT] for line in stb],
            }
        )

    def system(self, cmd: str) -> None:
        """`!command`"""
        self.refuse(f"!{cmd}")
        self.user_ns["_exit_code"] = 126  # the shell's own word for "cannot be run"

    system_raw = system_piped = system

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:  # noqa: ARG002
        """`lines = !command`"""
        self.refuse(f"!{cmd}")
        return SList() if split else LSString()

    def refuse(self, what: str) -> None:
        """Say that `what` is not done, and go on."""
        said = REFUSAL.format(what=what.strip().splitlines()[0][:80] if what.strip() else "!").say()
        print(said, file=sys.stderr)

    def ask_exit(self) -> None:
        """exit() ends a kernel after the cell; here the other cells still run."""

    def enable_gui(self, gui: Any = None) -> None: ...

    def init_sys_modules(self) -> None:
        sys.modules[self.user_module.__name__] = self.user_module


def _refusing(shell: CaptureShell, kind: str, name: str) -> Callable[..., None]:
    sign = "%" if kind == "line" else "%%"

    def magic(line: str, cell: str = "") -> None:  # noqa: ARG001 (a cell magic is given its cell)
        shell.refuse(f"{sign}{name} {line}")

    return magic


def make_shell() -> CaptureShell:
    """The shell, made once before any fork: no history file, no colours, figures inline."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.autocall = 0
    made: Any = CaptureShell
    made.displayhook_class, made.display_pub_class = _Hook, _Publisher
    shell = made.instance(config=config)
    shell.enable_matplotlib("inline")
    for kind, names in REFUSED.items():
        for name in names:
            shell.register_magic_function(_refusing(shell, kind, name), kind, name)
    assert isinstance(shell, CaptureShell)
    return shell


_REHEARSAL = (
    "print(1)",
    "1 + 1",
    "1 / 0",
    "def f(:",
    "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2], label='a'); plt.title('$x$'); plt.legend();",
    "from IPython.display import HTML\nHTML('<b>1</b>')",
)


def rehearse(shell: CaptureShell) -> None:
    """Run what cells commonly do, so that no child has to import or measure for it what the first cell needs; forget it."""
    for source in _REHEARSAL:
        shell.run(source)
    sys.modules["matplotlib.pyplot"].close("all")
    reset: Any = shell.reset
    reset(new_session=True)
    shell.outputs = []
