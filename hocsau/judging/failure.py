"""An exception in a learner's code, with the learner's own line: no line of a library is theirs to mend."""

from __future__ import annotations

import traceback
import types
from dataclasses import dataclass
from typing import Any

from hocsau.judging.values import readable, record, type_name

__all__ = ["Failure", "failure_of", "home_of", "is_own"]


@record
@dataclass(frozen=True)
class Failure:
    """An exception in the learner's code: its type and text, and the learner's own line."""

    type: str
    text: str
    line: str
    number: int


def failure_of(error: BaseException, target: Any) -> Failure:
    """The exception with the deepest line that stands in a notebook cell or in the learner's file."""
    home = home_of(target)
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if is_own(frame.filename, home)]
    line = readable((own[-1].line or "").strip(), 300) if own else ""
    number = (own[-1].lineno or 0) if own else 0
    try:
        text = readable(str(error), 500)
    except Exception:  # the learner's own __str__
        text = ""
    return Failure(type_name(error), text, line, number)


def home_of(target: Any) -> str:
    """The file that holds the code of a function or class; "" where that cannot be told."""
    parts = vars(target).values() if isinstance(target, type) else (target,)
    codes = (getattr(part, "__code__", None) for part in parts)
    code = next((one for one in codes if isinstance(one, types.CodeType)), None)
    return code.co_filename if isinstance(code, types.CodeType) else ""


def is_own(filename: str, home: str) -> bool:
    """Is a file the learner's: the one that holds the answer, or any cell of a notebook?"""
    cell = "ipykernel_" in filename or filename.startswith("<ipython-input")
    return cell or (filename == home and home != "")
