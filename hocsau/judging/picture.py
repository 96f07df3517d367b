"""A wrong answer beside the right one: a trajectory over a trajectory, a vector beside a vector."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hocsau.judging.chart import bars, paths
from hocsau.judging.compare import compare
from hocsau.judging.exercise import Case, Exercise, PictureKind
from hocsau.judging.outcomes import ObservationOutcome
from hocsau.judging.probe import Observation
from hocsau.judging.wording import pictures as words
from hocsau.markup import element

__all__ = ["picture"]

_LARGEST = 1e12


def picture(exercise: Exercise, observed: Sequence[Observation], language: str | None = None) -> str:
    """An <img> of the first public case whose numbers are wrong and can be drawn; "" where there is none."""
    draw = {PictureKind.TRAJECTORY: _trajectory, PictureKind.VECTOR: _vector}.get(exercise.picture)
    if draw is None:
        return ""
    for case, came in zip(exercise.cases, observed, strict=True):
        if case.hidden or came.outcome != ObservationOutcome.RETURNED:
            continue
        pair = _apart(case.expected.value, came.value, exercise)
        if pair is not None and _drawable(exercise, pair[0]):
            right, mine = pair
            return draw(case, mine, right, language)
    return ""


def _apart(expected: Any, actual: Any, exercise: Exercise) -> tuple[Any, Any] | None:
    """The first arrays that differ in their numbers alone: the values themselves, or a part of a pair or a run."""
    if isinstance(expected, (list, tuple)) and isinstance(actual, (list, tuple)):
        pairs = (_apart(left, right, exercise) for left, right in zip(expected, actual, strict=False))
        return next((pair for pair in pairs if pair is not None), None)
    if not (_is_vector(expected) and _is_vector(actual)) or expected.shape != actual.shape:
        return None
    same = compare(expected, actual, exercise.tolerance) is None
    return None if same else (expected, actual)


def _is_vector(value: Any) -> bool:
    if not isinstance(value, np.ndarray) or value.dtype.kind != "f":
        return False
    return bool(np.isfinite(value).all() and np.abs(value).max(initial=0) < _LARGEST)


def _drawable(exercise: Exercise, array: Any) -> bool:
    wanted = 2 if exercise.picture == PictureKind.TRAJECTORY else 1
    return bool(array.ndim == wanted and array.shape[0] > 1)


def _say(array: Any) -> str:
    return np.array2string(array, precision=3, threshold=6, edgeitems=2).replace("\n", "")


def _trajectory(case: Case, mine: Any, right: Any, language: str | None) -> str:
    """(T, d) paths: in the plane of the first two components, or against the step where d = 1."""
    apart = np.flatnonzero(np.abs(mine - right).max(axis=1) > 1e-9 * (1 + np.abs(right).max()))
    plane = right.shape[1] > 1
    steps = np.arange(len(right), dtype=float)
    points = [path[:, :2] if plane else np.column_stack([steps, path]) for path in (right, mine)]
    axes = ("w[0]", "w[1]") if plane else (words.STEP.say(language), "w[0]")
    alt = words.TRAJECTORY.format(
        case=case.name,
        step=int(apart[0]) if apart.size else 0,
        mine=_say(mine[-1]),
        right=_say(right[-1]),
    )
    return element(paths(points, _labels(language), *axes).encode(), alt.say(language), "svg+xml")


def _vector(case: Case, mine: Any, right: Any, language: str | None) -> str:
    """(d,) results as bars side by side."""
    drawn = bars((right, mine), _labels(language), words.COMPONENT.say(language))
    alt = words.VECTOR.format(case=case.name, mine=_say(mine), right=_say(right))
    return element(drawn.encode(), alt.say(language), "svg+xml")


def _labels(language: str | None) -> list[str]:
    return [label.say(language) for label in (words.EXPECTED, words.YOURS)]
