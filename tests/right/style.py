"""The list that every right answer in tests/right/ enters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from grader.demo.student import Planted
from grader.reference import variant

__all__ = ["STYLES", "Style", "planted", "style"]


class Style(NamedTuple):
    """One right answer: whose exercise, what the style is called, and the program."""

    exercise: str
    name: str
    program: Any


STYLES: list[Style] = []


def style(exercise: str) -> Callable[[Any], Any]:
    """Enter the decorated program as a right answer to `exercise`."""

    def enter(program: Any) -> Any:
        STYLES.append(Style(exercise, program.__name__, program))
        return program

    return enter


def planted(lesson: str, right: Mapping[str, Mapping[str, Planted]]) -> None:
    """Enter the right answers of the demonstration's students, which are written as they stand in their cells."""
    for exercise, styles in right.items():
        for name, answer in styles.items():
            STYLES.append(Style(exercise, name, variant(lesson, exercise, answer.code)))
