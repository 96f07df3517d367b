"""Which known mistake gives exactly what this learner's code gave?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from hocsau.judging.compare import compare
from hocsau.judging.exercise import Case, Exercise
from hocsau.judging.outcomes import ObservationOutcome
from hocsau.judging.probe import Observation
from hocsau.judging.scoring import Score, same_standing
from hocsau.judging.values import Tensor

__all__ = ["agrees", "diagnose", "same_mistake"]


def agrees(one: Observation, other: Observation, exercise: Exercise, score: Score | None = None) -> bool:
    """Do two observations show the same behaviour: value or kind of failure, arguments changed, memory shared, calls?

    With a score it is enough that both have the same shapes and reach it, or both do not.
    """
    if one.outcome != other.outcome:
        return False
    if one.outcome == ObservationOutcome.RAISED:
        same_type = one.failure and other.failure and one.failure.type == other.failure.type
        return bool(same_type)
    if set(one.changed) != set(other.changed):
        return False
    if not exercise.views and set(one.aliased) != set(other.aliased):
        return False
    if exercise.exact_calls and one.calls != other.calls:
        return False
    if exercise.silent and bool(one.warned) != bool(other.warned):
        return False
    if score is not None:
        return same_standing(score, one.value, other.value)
    return compare(one.value, other.value, exercise.tolerance) is None


def diagnose(
    exercise: Exercise, observed: Sequence[Observation | None], cases: Iterable[int] | None = None
) -> str | None:
    """The id of the first known mistake whose behaviour equals the learner's on every case, or None.

    observed  one entry per case; None where it could not be had
    """
    indices = range(len(exercise.cases)) if cases is None else list(cases)
    seen = [(exercise.cases[index], observed[index]) for index in indices]
    if not seen or all(came is not None and agrees(case.expected, came, exercise, case.score) for case, came in seen):
        return None
    for name in exercise.mistakes:
        if all(came is not None and same_mistake(case, case.mistaken[name], came, exercise) for case, came in seen):
            return name
    return None


def same_mistake(case: Case, known: Observation, came: Observation, exercise: Exercise) -> bool:
    """Is `came` what the known mistake gave?

    Shared memory is part of a mistake only where its numbers are right: a wrong result may be a copy or not.

    Nor does it matter whether something was left out or multiplied by zero: a gradient of zeros is as good as none.
    """
    if case.score is None and compare(case.expected.value, known.value, exercise.tolerance):
        came = replace(came, aliased=known.aliased)
    known, came = (replace(one, value=_without_zeros(one.value)) for one in (known, came))
    return agrees(known, came, exercise, case.score)


def _without_zeros(value: Any, gradient: bool = False) -> Any:
    """`value` with None for each gradient that is zero throughout."""
    if isinstance(value, dict):
        return {key: _without_zeros(item, gradient or key == "gradients") for key, item in value.items()}  # fmt: skip
    if isinstance(value, list):
        return [_without_zeros(item, gradient) for item in value]
    zero = gradient and isinstance(value, Tensor) and isinstance(value.array, np.ndarray)
    return None if zero and value.array.size and not value.array.any() else value
