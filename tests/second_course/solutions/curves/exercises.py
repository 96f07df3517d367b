"""The lesson of the second course: one function and one question."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.course.definition import CaseKind, ExerciseDefinition
from hocsau.judging.request import Call
from hocsau.language import Text

__all__ = ["EXERCISES", "MARKING_SCHEME"]


def _slope(rng: np.random.Generator, *shape: int) -> Call:
    x: Any = rng.uniform(0.5, 2.0, size=shape) if shape else float(rng.uniform(0.5, 2.0))
    return Call({"a": float(rng.uniform(1, 3)), "b": float(rng.uniform(1, 3)), "x": x})


SLOPE = (
    CaseKind(Text("a number"), _slope),
    CaseKind(Text("four numbers"), lambda rng: _slope(rng, 4)),
    CaseKind(Text("a single number in an array"), lambda rng: _slope(rng, 1)),
    CaseKind(Text("other numbers"), lambda rng: _slope(rng, 3), hidden=True),
)
EXERCISES = (
    ExerciseDefinition("parabola_slope", 3, SLOPE),
    ExerciseDefinition("curves_quiz", 1, kind="quiz", contract=False),
)
MARKING_SCHEME = Text.of("")
