"""Text as a learner's terminal would show it, and cut to size."""

from __future__ import annotations

import re
from typing import TypeVar

__all__ = ["ends", "tidy"]

_Cut = TypeVar("_Cut", str, list[str])

_COLOUR = r"\x1b\[[0-9;]{0,40}m"
_SEQUENCE = re.compile(r"\x1b\[[0-9:;<=>?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]{0,1000}(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]")
_CONTROL = re.compile(rf"(?!{_COLOUR})[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def tidy(text: str) -> str:
    """What a terminal would show: a line written over again counts once; colours stay, other control codes go."""
    text = text.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n")
    if "\r" in text:
        text = "\n".join(_overwritten(line) for line in text.split("\n"))
    text = _SEQUENCE.sub(lambda found: found[0] if re.fullmatch(_COLOUR, found[0]) else "", text)
    return _CONTROL.sub("", text)


def _overwritten(line: str) -> str:
    parts = [part for part in line.split("\r") if part.strip()]
    return parts[-1] if parts else ""


def ends(whole: _Cut, kept: int, between: _Cut) -> _Cut:
    """The first two thirds and the last third of `kept` items of a string or a list, and what stands between."""
    last = kept // 3
    return whole[: kept - last] + between + whole[len(whole) - last :]
