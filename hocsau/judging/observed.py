"""Which library calls does an answer make while it runs? Seen by torch itself, whatever name or wrapper they go by."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from hocsau.judging.allowed import is_listed

__all__ = ["observing"]

Note = Callable[[str], None]


@contextlib.contextmanager
def observing(not_allowed: Sequence[str], seen: list[str]) -> Iterator[None]:
    """Within it every call of torch that `not_allowed` lists is noted in `seen`, once.

    Names are those of torch's own functions ("torch.nn.functional.conv2d") and of the operations beneath them
    ("aten::convolution"), which show even when the function was reached in some other way. Without torch loaded, or
    with nothing that is not allowed, nothing is done. It is best effort: Python code can switch it off.
    """
    if not not_allowed or "torch" not in sys.modules:
        yield
        return

    def note(name: str) -> None:
        if is_listed(name, not_allowed) and name not in seen and len(seen) < 20:
            seen.append(name)

    functions, operations = _modes()
    with functions(note), operations(note):
        yield


@cache
def _modes() -> tuple[Any, Any]:
    """The two modes; their classes are made when torch is there."""
    from torch.overrides import TorchFunctionMode, resolve_name
    from torch.utils._python_dispatch import TorchDispatchMode

    class Functions(TorchFunctionMode):
        def __init__(self, note: Note) -> None:
            super().__init__()
            self._note = note

        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            name = resolve_name(func) or f"{func.__module__}.{getattr(func, '__name__', '')}"
            self._note(f"torch.ops.{name}" if str(name).startswith("aten.") else str(name))
            return func(*args, **(kwargs or {}))

    class Operations(TorchDispatchMode):  # type: ignore[no-untyped-call]
        def __init__(self, note: Note) -> None:
            super().__init__()  # type: ignore[no-untyped-call]
            self._note = note

        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            self._note(str(func.name()).partition(".")[0])
            return func(*args, **(kwargs or {}))

    return Functions, Operations
