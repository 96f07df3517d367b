"""Which names of a right answer hold values of one kind: seen at work on its own public cases, not guessed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import numpy as np

from grader.course.lessons import ExerciseDefinition, Lesson
from grader.course.reference import answers, place
from grader.judge.draw import PUBLIC_SEED, draw_exercise
from hocsau.judging.probe import drive

__all__ = ["kinds"]

CASES = 3
"""Cases that are looked at: the first public ones."""


def kinds(lesson: Lesson, definition: ExerciseDefinition) -> dict[str, tuple[str, ...]]:
    """For each variable of the answer (attributes of its object as "self.name"), the others of its kind, in the order met.

    A kind is a type, and for arrays and tensors how many axes there are.
    """
    exercise = draw_exercise(lesson, definition, PUBLIC_SEED, hidden=False, mistakes=False)
    program = answers(lesson.name)[definition.name]
    seen: dict[str, set[str]] = {}
    trace = _tracer(place(lesson.name, definition.name), seen)
    for case in [case for case in exercise.cases if case.score is None][:CASES]:
        before = sys.gettrace()
        sys.settrace(trace)
        try:
            drive(case.request, lambda: program)
        finally:
            sys.settrace(before)
    return {name: tuple(other for other in seen if other != name and seen[other] & seen[name]) for name in seen}


def _tracer(file: str, seen: dict[str, set[str]]) -> Callable[..., Any]:
    def note(frame: FrameType) -> None:
        for name, value in frame.f_locals.items():
            if name == "self":
                inside = {**vars(value), **getattr(value, "_modules", {})}
                for attribute, held in inside.items():
                    if not attribute.startswith("_"):
                        seen.setdefault(f"self.{attribute}", set()).add(_kind(held))
            elif not name.startswith((".", "_")):
                seen.setdefault(name, set()).add(_kind(value))

    def trace(frame: FrameType, _event: str, _argument: Any) -> Any:
        if frame.f_code.co_filename != file:
            return None
        note(frame)
        return trace

    return trace


def _kind(value: Any) -> str:
    axes = getattr(value, "ndim", None)
    name = type(value).__name__
    if isinstance(value, np.generic) or (callable(axes) or axes is None):
        return "float" if isinstance(value, np.floating) else name
    return f"{name} {axes}"
