"""Mistakes with the slope."""

from __future__ import annotations

from typing import Any

from grader.course.mistakes import misconception
from hocsau.language import Text


@misconception(
    "parabola_slope",
    see="slope",
    message=Text("The factor 2 of the square is missing."),
)
def missing_two(a: float, b: float, x: Any) -> Any:
    return a * x + b
