"""Học Sâu: deep learning from gradient descent to the Transformer, in notebooks that check themselves.

begin("momentum")            start a lesson
check("momentum_step")       is my answer right, and if not, what exactly is wrong?
ready(momentum_descent)      is a function written yet? (for demonstrations)
progress()                   what is done in this lesson
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["begin", "check", "progress", "ready"]
__version__ = "0.1.0"

if TYPE_CHECKING:
    from hocsau.checking import check, ready
    from hocsau.session import begin, progress

_HOMES = {"check": "checking", "ready": "checking", "begin": "session", "progress": "session"}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for, so that importing hocsau is quick."""
    if name not in _HOMES:
        raise AttributeError(f"module 'hocsau' has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(f"hocsau.{_HOMES[name]}"), name)
    return value
