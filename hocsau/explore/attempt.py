"""The learner's own function at work in an explorer, called with care.

A function that is not written yet, fails or answers in a wrong shape must not spoil the picture: the course's own
computation is drawn instead, and one line says so.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hocsau.language import Text

__all__ = ["Array", "Attempt", "Learner"]

Array = NDArray[np.float64]
Learner = Callable[..., Any] | None
"""A learner's function, or nothing."""

_USED = Text("This picture runs your {name}.")
_UNWRITTEN = Text("Your {name} is not written yet, so the course's own computation is shown.")
_SHAPE = Text("Your {name} returned {got}; expected {expected}. The course's own computation is shown instead.")
_RAISED = Text("Your {name} raised {error}. The course's own computation is shown instead.")
_ARRAY = Text("an array of shape {shape}")
_NUMBER = Text("one number")


class Attempt:
    """Calls of one learner's function for one picture; after the first failure it is not called again.

    function: the learner's function, or None
    name:     what the lesson calls it
    note:     one line about whose computation is shown; None without a function
    """

    def __init__(self, function: Learner, name: str) -> None:
        self._function, self._name = function, name
        self.note: Text | None = None if function is None else _USED.format(name=name)
        self.failed = function is None

    def __call__(self, *arguments: Any, shape: tuple[int, ...]) -> Array | None:
        """The function's answer as float64 of the given shape; None if there is none to use.

        Arrays among the arguments are handed over as copies. What the function prints or warns of is dropped.
        """
        if self.failed or self._function is None:
            return None
        given = [value.copy() if isinstance(value, np.ndarray) else value for value in arguments]
        try:
            with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                answer = self._function(*given)
        except NotImplementedError:
            return self._fail(_UNWRITTEN)
        except Exception as error:
            said = f"{type(error).__name__}: {error}"[:200].rstrip(": ")
            return self._fail(_RAISED, error=said)
        try:
            array = np.array(answer, dtype=np.float64)
        except (TypeError, ValueError):
            return self._fail(_SHAPE, got=type(answer).__name__, expected=_described(shape))
        if array.shape != shape:
            return self._fail(_SHAPE, got=_described(array.shape), expected=_described(shape))
        return array

    def _fail(self, note: Text, **details: object) -> Array | None:
        self.failed, self.note = True, note.format(name=self._name, **details)
        return None


def _described(shape: tuple[int, ...]) -> Text:
    return _ARRAY.format(shape=shape) if shape else _NUMBER
