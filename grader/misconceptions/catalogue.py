"""The catalogue of known mistakes: wrong programs, each with an id, a message in both languages and a place to read again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hocsau.language import Text

__all__ = ["Misconception", "misconception", "of_exercise"]


@dataclass(frozen=True)
class Misconception:
    """A wrong answer people really give. `program` has the exercise's signature; `see` is the key of a prose cell."""

    id: str
    exercise: str
    message: Text
    see: str
    program: Callable[..., Any]


_catalogue: dict[str, dict[str, Misconception]] = {}


def misconception(
    exercise: str, *, see: str, en: str, vi: str
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Enter the decorated program under its own name: the function's name (without trailing exercise part) is the id.

    A function `sum_for_mean__mse_gradient` has the id "sum_for_mean": what stands behind the double underscore
    only keeps names apart within a module.
    raises ValueError when the exercise already has that id
    """

    def enter(program: Callable[..., Any]) -> Callable[..., Any]:
        name = program.__name__.split("__")[0]
        known = _catalogue.setdefault(exercise, {})
        if name in known:
            raise ValueError(f"{exercise} already has a misconception {name!r}")
        known[name] = Misconception(name, exercise, Text(en, vi), see, program)
        return program

    return enter


def of_exercise(exercise: str) -> dict[str, Misconception]:
    """All known mistakes of `exercise`, by id, in the order in which they were entered."""
    return dict(_catalogue.get(exercise, {}))
