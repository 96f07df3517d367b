"""Học Sâu: deep learning from gradient descent to the Transformer, in notebooks that check themselves.

begin("momentum")            start a lesson
check("momentum_step")       is my answer right, and if not, what exactly is wrong?
ready(momentum_descent)      is a function written yet? (for demonstrations)
hint("momentum_step")        three steps that come closer, and never the answer
reveal("momentum_step")      a worked answer, after two honest tries, where the course hands it out
progress()                   what is done in every lesson, and what is next
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["begin", "check", "hint", "progress", "ready", "reveal"]
__version__ = "0.1.0"

if TYPE_CHECKING:
    from hocsau.answers import reveal
    from hocsau.checking import check, ready
    from hocsau.hints import hint
    from hocsau.session import begin, progress

_HOMES = {
    "begin": "session",
    "check": "checking",
    "hint": "hints",
    "progress": "session",
    "ready": "checking",
    "reveal": "answers",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for, so that importing hocsau is quick."""
    if name not in _HOMES:
        raise AttributeError(f"module 'hocsau' has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(f"hocsau.{_HOMES[name]}"), name)
    return value
