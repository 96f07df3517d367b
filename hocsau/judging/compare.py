"""Is what came back what was expected? Kind first, then length, shape, dtype, finiteness, and only then the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from hocsau.judging.values import Foreign, record
from hocsau.judging.wording import WORDS
from hocsau.language import Text

__all__ = ["Difference", "Tolerance", "compare", "name_of"]


@record
@dataclass(frozen=True)
class Tolerance:
    """|actual - expected| <= absolute + relative * max |expected|, the maximum over the whole array."""

    relative: float = 1e-9
    absolute: float = 1e-12


@dataclass(frozen=True)
class Difference:
    """The first thing that is not as expected: a stable `kind` and the sentence for the learner."""

    kind: str
    message: Text


def compare(expected: Any, actual: Any, tolerance: Tolerance, place: str = "") -> Difference | None:
    """The first difference between two plain values (`hocsau.judging.values`), or None where they agree.

    A Python float, np.float64 and a 0-d float64 array are the same kind; float32 and shape (1,) are not.
    An expected tuple accepts a list of the same length, and the reverse.
    """
    if actual is None and expected is not None and not place:
        return _differ("nothing", place)
    if isinstance(expected, (list, tuple)):
        return _compare_sequence(expected, actual, tolerance, place)
    if isinstance(expected, dict):
        return _compare_mapping(expected, actual, tolerance, place)
    if expected is None or isinstance(expected, str):
        same = type(actual) is type(expected) and actual == expected
        return None if same else _differ("other", place, expected=expected, actual=name_of(actual))
    return _compare_numbers(expected, actual, tolerance, place)


def _differ(kind: str, place: str, **values: object) -> Difference:
    message = WORDS[f"differ_{kind}"].format(**values)
    return Difference(kind, WORDS["at_place"].format(place=place) + message if place else message)


def _compare_sequence(
    expected: Any, actual: Any, tolerance: Tolerance, place: str
) -> Difference | None:
    if not isinstance(actual, (list, tuple)):
        return _differ("sequence", place, length=len(expected), actual=name_of(actual))
    if len(actual) != len(expected):
        return _differ("length", place, expected=len(expected), actual=len(actual))
    for index, (left, right) in enumerate(zip(expected, actual, strict=True)):
        difference = compare(left, right, tolerance, f"{place}[{index}]")
        if difference:
            return difference
    return None


def _compare_mapping(
    expected: Any, actual: Any, tolerance: Tolerance, place: str
) -> Difference | None:
    if not isinstance(actual, dict) or set(actual) != set(expected):
        came = sorted(map(str, actual)) if isinstance(actual, dict) else name_of(actual)
        return _differ("keys", place, expected=sorted(map(str, expected)), actual=came)
    for key in expected:
        difference = compare(expected[key], actual[key], tolerance, f"{place}[{key!r}]")
        if difference:
            return difference
    return None


def _compare_numbers(
    expected: Any, actual: Any, tolerance: Tolerance, place: str
) -> Difference | None:
    if not isinstance(actual, (bool, int, float, np.ndarray)):
        return _differ("kind", place, expected=name_of(expected), actual=name_of(actual))
    want, came = np.asarray(expected), np.asarray(actual)
    scalar = want.ndim == 0
    if came.shape != want.shape:
        if scalar:
            return _differ("scalar", place, expected=name_of(expected), actual=name_of(actual))
        return _differ("shape", place, expected=want.shape, actual=came.shape)
    if scalar and want.dtype.kind in "iu" and came.dtype.kind in "iu":
        pass  # int or np.integer of any width
    elif came.dtype.kind != want.dtype.kind or (
        want.dtype.kind in "fc" and came.dtype != want.dtype
    ):
        return _differ("dtype", place, expected=want.dtype, actual=came.dtype)
    if want.dtype.kind not in "fc":
        if np.array_equal(want, came):
            return None
        return _differ("integers", place, expected=_short(want), actual=_short(came))
    return _compare_floats(want, came, tolerance, place)


def _compare_floats(want: Any, came: Any, tolerance: Tolerance, place: str) -> Difference | None:
    finite = np.isfinite(want)
    if not np.array_equal(want[~finite], came[~finite], equal_nan=True):
        return _differ("value", place, expected=_short(want), actual=_short(came), error="-")
    if not np.isfinite(came[finite]).all():
        found = "NaN" if np.isnan(came[finite]).any() else "inf"
        return _differ("finite", place, found=found)
    if not finite.any():
        return None
    allowed = tolerance.absolute + tolerance.relative * float(np.abs(want[finite]).max())
    with np.errstate(over="ignore", invalid="ignore"):
        errors = np.where(finite, np.abs(came - want), 0.0)
    error = float(errors.max())
    if error <= allowed:
        return None
    if want.ndim > 1 or want.size > 8:
        first = np.unravel_index(int(np.argmax(errors > allowed)), want.shape)
        index = ", ".join(str(axis) for axis in first)
        values = {"expected": f"{want[first]:.6g}", "actual": f"{came[first]:.6g}"}
        return _differ("value_at", place, index=f"[{index}]", error=f"{error:.3g}", **values)
    return _differ("value", place, expected=_short(want), actual=_short(came), error=f"{error:.3g}")


def _short(array: Any) -> str:
    """An array in one readable line."""
    return np.array2string(np.asarray(array), precision=5, threshold=8, edgeitems=2).replace(
        "\n", ""
    )


def name_of(value: Any) -> str:
    """What a value is, for a message: "float", "array (3, 2) float64", "None", "list(4)"."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"array {value.shape} {value.dtype}" if value.ndim else f"{value.dtype}"
    if isinstance(value, (list, tuple)):
        return f"{type(value).__name__}({len(value)})"
    return value.described if isinstance(value, Foreign) else type(value).__name__
