"""Is what came back what was expected? Kind first, then length, shape, dtype, finiteness, and only then the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from hocsau.judging.difference import Difference, differ, entries, name_of, short
from hocsau.judging.outcomes import DifferenceKind
from hocsau.judging.states import Blank, ModelState, Names, Outline, Sketch
from hocsau.judging.values import Foreign, Same, Tensor, record

__all__ = ["ANY_NUMBERS", "Difference", "Tolerance", "compare", "name_of"]


@record
@dataclass(frozen=True)
class Tolerance:
    """|actual - expected| <= absolute + relative * max |expected|, the maximum over the whole array.

    `single` (relative) and a twentieth of it (absolute) are the least that float32 is allowed; float16 has a thousand times as much.
    """

    relative: float = 1e-9
    absolute: float = 1e-12
    single: float = 2e-5

    def allowed(self, expected: Any) -> float:
        """The largest error that a finite `expected` may show."""
        largest = float(np.abs(expected).max(initial=0.0))
        least = {"f": self.single, "e": 1e3 * self.single}.get(expected.dtype.char, 0.0)
        return max(self.absolute, least / 20) + max(self.relative, least) * largest


_SINGLE = Tolerance(relative=2**-21, absolute=0.0)
"""What float64 numbers may be off by when they were float32 on their way: a few units in its last place."""

ANY_NUMBERS = Tolerance(relative=0.0, absolute=np.inf)
"""Kinds, shapes and dtypes are compared, finite numbers are not."""


def compare(expected: Any, actual: Any, tolerance: Tolerance, place: str = "") -> Difference | None:
    """The first difference between two plain values (`hocsau.judging.values`), or None where they agree.

    A Python float, np.float64 and a 0-d float64 array are the same kind; float32 and shape (1,) are not.
    An expected tuple accepts a list of the same length, and the reverse.
    """
    if actual is None and expected is not None and (not place or place.endswith("['return']")):
        return differ(DifferenceKind.NOTHING, place)
    if isinstance(expected, Outline) or isinstance(actual, Outline):
        return compare(_bare(expected), _bare(actual), tolerance, place)
    if isinstance(expected, (Tensor, Same, Names, ModelState, Sketch)):
        different: Difference | None = _BY_KIND[type(expected)](expected, actual, tolerance, place)
        return different
    if isinstance(expected, (list, tuple)):
        return _compare_sequence(expected, actual, tolerance, place)
    if isinstance(expected, dict):
        return _compare_mapping(expected, actual, tolerance, place)
    if expected is None or isinstance(expected, (str, Foreign)):
        same = type(actual) is type(expected) and actual == expected
        said = name_of(expected) if isinstance(expected, Foreign) else expected
        return None if same else differ(DifferenceKind.OTHER, place, expected=said, actual=name_of(actual))
    return _compare_numbers(expected, actual, tolerance, place)


def _bare(value: Any) -> Any:
    return value.value if isinstance(value, Outline) else value


def _compare_sequence(expected: Any, actual: Any, tolerance: Tolerance, place: str) -> Difference | None:
    if not isinstance(actual, (list, tuple)):
        return differ(DifferenceKind.SEQUENCE, place, length=len(expected), actual=name_of(actual))
    if len(actual) != len(expected):
        return differ(DifferenceKind.LENGTH, place, expected=len(expected), actual=len(actual))
    for index, (left, right) in enumerate(zip(expected, actual, strict=True)):
        difference = compare(left, right, tolerance, f"{place}[{index}]")
        if difference:
            return difference
    return None


def _compare_mapping(expected: Any, actual: Any, tolerance: Tolerance, place: str) -> Difference | None:
    if not isinstance(actual, dict) or set(actual) != set(expected):
        came = sorted(map(str, actual)) if isinstance(actual, dict) else name_of(actual)
        return differ(DifferenceKind.KEYS, place, expected=sorted(map(str, expected)), actual=came)
    for key in expected:
        difference = compare(expected[key], actual[key], tolerance, f"{place}[{key!r}]")
        if difference:
            return difference
    return None


def _compare_tensors(expected: Tensor, actual: Any, tolerance: Tolerance, place: str) -> Difference | None:
    """A tensor of the same shape, dtype and numbers, and differentiable where that is expected."""
    if not isinstance(actual, Tensor):
        if actual is None and "['gradients']" in place:
            return differ(DifferenceKind.NO_GRADIENT, place)
        array = isinstance(actual, np.ndarray) and actual.ndim
        kind = DifferenceKind.NOT_TORCH if array else DifferenceKind.NOT_TENSOR
        return differ(kind, place, expected=name_of(expected), actual=name_of(actual))
    want, came = entries(expected.array), entries(actual.array)
    if came.shape != want.shape:
        return differ(DifferenceKind.SHAPE, place, expected=want.shape, actual=came.shape)
    if came.dtype != want.dtype:
        return differ(DifferenceKind.DTYPE, place, expected=want.dtype, actual=came.dtype)
    difference = _compare_entries(want, came, tolerance, place)
    if difference is not None:
        rounded = want.dtype == np.float64 and _compare_floats(want, came, _SINGLE, place) is None
        return differ(DifferenceKind.SINGLE, place) if rounded else difference
    if expected.requires_grad and not actual.requires_grad:
        return differ(DifferenceKind.DETACHED, place)
    return None


def _compare_identity(expected: Same, actual: Any, _: Tolerance, place: str) -> Difference | None:
    if actual == expected:
        return None
    return differ(DifferenceKind.SAME, place, name=expected.name, actual=name_of(actual))


def _compare_names(expected: Names, actual: Any, *_: Any) -> Difference | None:
    """The same parameters; at least the same buffers, of the same size."""
    if not isinstance(actual, Names) or not isinstance(actual.shapes, dict):
        return differ(DifferenceKind.MODULE, "", actual=name_of(actual))
    missing = [name for name in expected.shapes if name not in actual.shapes]
    extra = [name for name in actual.shapes if name not in expected.shapes]
    if missing or (extra and expected.kind == "parameters"):
        buffers = expected.kind == "buffers"
        kind = DifferenceKind.NAMES_BUFFERS if buffers else DifferenceKind.NAMES_PARAMETERS
        return differ(kind, "", missing=_listed(missing), extra=_listed(extra))
    for name, shape in expected.shapes.items():
        came = actual.shapes[name]
        if not _is_shape(came) or (
            tuple(came) != tuple(shape) if expected.kind == "parameters" else np.prod(came) != np.prod(shape)
        ):
            return differ(DifferenceKind.PARAMETER_SHAPE, "", name=name, expected=tuple(shape), actual=came)
    return None


def _is_shape(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(type(axis) is int for axis in value)


def _listed(names: list[str]) -> str:
    return ", ".join(names[:8]) + (", ..." if len(names) > 8 else "") if names else "-"


def _compare_states(expected: ModelState, actual: Any, tolerance: Tolerance, place: str) -> Difference | None:
    """The same weights, called in the same mode, left in the same mode."""
    if not isinstance(actual, ModelState):
        return differ(DifferenceKind.KIND, place, expected="Module", actual=name_of(actual))
    difference = compare(expected.weights, actual.weights, tolerance, "['weights']")
    if difference is not None:
        return difference
    if expected.modes and not actual.modes:
        return differ(DifferenceKind.NEVER_CALLED, "")
    # A training may evaluate on the way: what counts are the calls it learns from.
    if actual.modes != expected.modes and actual.learning != expected.modes:
        return differ(DifferenceKind.MODE_DURING, "", expected=" ".join(expected.modes))
    if actual.mode != expected.mode:
        return differ(DifferenceKind.MODE_AFTER, "", expected=expected.mode, actual=actual.mode)
    return None


def _compare_sketches(expected: Sketch, actual: Any, tolerance: Tolerance, place: str) -> Difference | None:
    if actual is None:
        return differ(DifferenceKind.NO_GRADIENT, place)
    if not isinstance(actual, Sketch):
        return differ(DifferenceKind.KIND, place, expected="Sketch", actual=name_of(actual))
    if (actual.shape, actual.dtype) != (expected.shape, expected.dtype):
        return differ(DifferenceKind.SHAPE, place, expected=expected.shape, actual=actual.shape)
    same = compare(expected.numbers, actual.numbers, tolerance) is None
    return None if same else differ(DifferenceKind.SKETCH, place)


_BY_KIND: dict[type[Any], Any] = {
    Tensor: _compare_tensors,
    Same: _compare_identity,
    Names: _compare_names,
    ModelState: _compare_states,
    Sketch: _compare_sketches,
}


def _compare_numbers(expected: Any, actual: Any, tolerance: Tolerance, place: str) -> Difference | None:
    if isinstance(actual, Tensor):
        kind = DifferenceKind.TENSOR_SCALAR if np.ndim(expected) == 0 else DifferenceKind.TENSOR_ARRAY
        return differ(kind, place, expected=name_of(expected), actual=name_of(actual))
    if isinstance(expected, Blank) or isinstance(actual, Blank):
        expected = entries(expected) if isinstance(expected, Blank) else expected
        actual = entries(actual) if isinstance(actual, Blank) else actual
    if not isinstance(actual, (bool, int, float, np.ndarray)):
        return differ(DifferenceKind.KIND, place, expected=name_of(expected), actual=name_of(actual))
    want, came = np.asarray(expected), np.asarray(actual)
    scalar = want.ndim == 0
    if came.shape != want.shape:
        if scalar:
            return differ(DifferenceKind.SCALAR, place, expected=name_of(expected), actual=name_of(actual))
        return differ(DifferenceKind.SHAPE, place, expected=want.shape, actual=came.shape)
    if scalar and want.dtype.kind in "iu" and came.dtype.kind in "iu":
        pass  # int or np.integer of any width
    elif came.dtype.kind != want.dtype.kind or (want.dtype.kind in "fc" and came.dtype != want.dtype):
        return differ(DifferenceKind.DTYPE, place, expected=want.dtype, actual=came.dtype)
    return _compare_entries(want, came, tolerance, place)


def _compare_entries(want: Any, came: Any, tolerance: Tolerance, place: str) -> Difference | None:
    if want.dtype.kind in "fc":
        return _compare_floats(want, came, tolerance, place)
    if np.array_equal(want, came) or (tolerance == ANY_NUMBERS and want.ndim):
        return None
    return differ(DifferenceKind.INTEGERS, place, expected=partial(short, want), actual=partial(short, came))


def _compare_floats(want: Any, came: Any, tolerance: Tolerance, place: str) -> Difference | None:
    with np.errstate(over="ignore", invalid="ignore"):
        error = float(np.abs(came - want).max(initial=0.0))
    if error < np.inf and error <= tolerance.allowed(want):
        return None  # where anything is not finite, the error is not either
    finite = np.isfinite(want)
    if tolerance == ANY_NUMBERS and not finite.all() and not np.isfinite(came).all():
        return None  # both have diverged
    if not np.array_equal(want[~finite], came[~finite], equal_nan=True):
        return differ(
            DifferenceKind.VALUE, place, expected=partial(short, want), actual=partial(short, came), error="-"
        )
    if not np.isfinite(came[finite]).all():
        found = "NaN" if np.isnan(came[finite]).any() else "inf"
        return differ(DifferenceKind.FINITE, place, found=found)
    if not finite.any():
        return None
    allowed = tolerance.allowed(want[finite])
    with np.errstate(over="ignore", invalid="ignore"):
        errors = np.where(finite, np.abs(came - want), 0.0)
    error = float(errors.max())
    if error <= allowed:
        return None
    if want.ndim > 1 or want.size > 8:
        first = np.unravel_index(int(np.argmax(errors > allowed)), want.shape)
        index = ", ".join(str(axis) for axis in first)
        values = {"expected": f"{want[first]:.6g}", "actual": f"{came[first]:.6g}"}
        return differ(DifferenceKind.VALUE_AT, place, index=f"[{index}]", error=f"{error:.3g}", **values)
    return differ(
        DifferenceKind.VALUE,
        place,
        expected=partial(short, want),
        actual=partial(short, came),
        error=f"{error:.3g}",
    )
