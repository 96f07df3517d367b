"""What differs, in words: the kind of a difference, its place, and what a value is."""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from hocsau.judging.outcomes import DifferenceKind
from hocsau.judging.states import Blank
from hocsau.judging.values import Foreign, Tensor, readable
from hocsau.judging.wording import differences as words
from hocsau.language import Text

__all__ = ["Difference", "differ", "entries", "name_of", "short"]

LONGEST = 300
"""Characters of one value in a message: what comes back from a learner may be a dictionary of 100,000 keys."""


@dataclass(frozen=True)
class Difference:
    """The first thing that is not as expected: its kind and the sentence for the learner.

    The sentence is made when it is asked for: an answer is compared with every known mistake, and only one is said.
    """

    kind: DifferenceKind
    said: Callable[[], Text]

    @cached_property
    def message(self) -> Text:
        """The sentence for the learner."""
        return self.said()


def differ(kind: DifferenceKind, place: str, **values: object) -> Difference:
    """The difference of this kind at `place`; the words for a value may be given as a `partial`."""
    return Difference(kind, partial(_message, kind, place, values))


def _message(kind: DifferenceKind, place: str, values: Mapping[str, object]) -> Text:
    made = {name: value() if isinstance(value, partial) else value for name, value in values.items()}
    said = {name: readable(str(value), LONGEST) for name, value in made.items()}
    message = words.DIFFERENCES[kind].format(**said)
    where = _where(place)
    return message if where is None else where + message


_PLACE = re.compile(
    r"(?:\['calls'\]\[(?P<call>\d+)\])?(?:\['(?P<part>return|gradients|buffers|weights|attributes)'\])?(?P<rest>.*)",
    re.DOTALL,
)


def _where(place: str) -> Text | None:
    """A place in words: which call, whose gradient, which entry."""
    match = _PLACE.fullmatch(place)
    assert match is not None
    call, part, rest = match["call"], match["part"], match["rest"]
    said = [words.AT_CALL.format(number=int(call) + 1)] if call is not None else []
    if part in words.AT_PART:
        said.append(words.AT_PART[part].format(name=rest.strip("[]'").replace("']['", ".")))
    elif rest:
        said.append(words.AT_PLACE.format(place=rest))
    return functools.reduce(operator.add, said) if said else None


def entries(array: Any) -> Any:
    """An array, or for a Blank one of its shape and dtype that holds nothing, or NaN where something was not finite."""
    if isinstance(array, Blank):
        return np.broadcast_to(np.array(0 if array.finite else np.nan, array.dtype), array.shape)
    return array if isinstance(array, np.ndarray) else np.asarray(np.nan)


def short(array: Any) -> str:
    """An array in one readable line."""
    return np.array2string(np.asarray(array), precision=5, threshold=8, edgeitems=2).replace("\n", "")


def name_of(value: Any) -> str:
    """What a value is, for a message: "float", "array (3, 2) float64", "None", "list(4)"."""
    if value is None:
        return "None"
    if isinstance(value, Tensor):
        array = entries(value.array)
        return f"tensor {array.shape} {array.dtype}"
    if isinstance(value, np.ndarray):
        return f"array {value.shape} {value.dtype}" if value.ndim else f"{value.dtype}"
    if isinstance(value, (list, tuple)):
        return f"{type(value).__name__}({len(value)})"
    return value.described if isinstance(value, Foreign) else type(value).__name__
