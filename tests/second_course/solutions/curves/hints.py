"""Hints of the second course."""

from __future__ import annotations

from hocsau.language import Text

__all__ = ["HINTS"]

HINTS: dict[str, tuple[Text, Text, Text]] = {
    "parabola_slope": (
        Text("Differentiate term by term. What is left of b x?"),
        Text("The power comes down as a factor."),
        Text("Twice a times x, and then b is added."),
    ),
    "curves_quiz": (
        Text("Draw the curve, and a ruler along it."),
        Text("The slope changes its sign there."),
        Text("Look for the lowest point of the curve."),
    ),
}
