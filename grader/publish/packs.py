"""The public half of a lesson's checks, as the notebook gets it. No quiz key, no hidden case, no code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import is_dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from grader.course.lessons import Lesson, part
from grader.course.rounding import DIGITS
from grader.judge.draw import PUBLIC_SEED, draw_lesson
from hocsau.judging.compare import compare
from hocsau.judging.exercise import Case, Exercise, Pack
from hocsau.judging.outcomes import ObservationOutcome
from hocsau.judging.probe import Observation
from hocsau.judging.scoring import Score, same_standing
from hocsau.judging.values import Malformed, dumps, loads
from hocsau.language import Text

__all__ = ["build_pack", "same_pack"]


def build_pack(lesson: Lesson) -> bytes:
    """The pack of `lesson` as bytes."""
    hints: dict[str, tuple[Text, ...]] = part(lesson.name, "hints").HINTS
    drawn = draw_lesson(lesson, PUBLIC_SEED, hidden=False)
    exercises = tuple(replace(exercise, hints=hints[exercise.name]) for exercise in drawn)
    return dumps(Pack(lesson.name, lesson.number, lesson.title, exercises))


def same_pack(left: bytes, right: bytes) -> bool:
    """Do two packs agree? What is drawn to the digits it is rounded to, what is computed from it within the exercise's tolerance."""
    if left == right:
        return True
    try:
        one, other = loads(left), loads(right)
    except Malformed:  # what an earlier version has written
        return False
    if not isinstance(one, Pack) or not isinstance(other, Pack):
        return False
    bare = replace(one, exercises=()), replace(other, exercises=())
    return bare[0] == bare[1] and _each(_same_exercise, one.exercises, other.exercises)


def _each(same: Callable[[Any, Any], bool], left: Sequence[Any], right: Sequence[Any]) -> bool:
    return len(left) == len(right) and all(map(same, left, right))


def _same_exercise(one: Exercise, other: Exercise) -> bool:
    settings = (dumps(replace(exercise, cases=())) for exercise in (one, other))
    same_case = partial(_same_case, one)
    return len(set(settings)) == 1 and _each(same_case, one.cases, other.cases)


def _same_case(exercise: Exercise, one: Case, other: Case) -> bool:
    """`one` and `other` belong to the same `exercise`."""
    drawn = (
        [case.name, case.request, case.hidden, case.weight, case.score, case.seconds, case.device]
        for case in (one, other)
    )
    if not _same_drawn(*drawn) or list(one.mistaken) != list(other.mistaken):
        return False
    pairs = [(one.expected, other.expected)]
    pairs += [(one.mistaken[name], other.mistaken[name]) for name in one.mistaken]
    return all(_same_output(left, right, exercise, one.score) for left, right in pairs)


def _same_drawn(left: Any, right: Any) -> bool:
    """Two drawn values: of one type and shape, equal, numbers within a unit of the last digit they are rounded to."""
    if type(left) is not type(right):
        return False
    if isinstance(left, (float, np.floating, np.ndarray)):
        one, other = np.asarray(left), np.asarray(right)
        if one.dtype != other.dtype or one.shape != other.shape:
            return False
        if one.dtype.kind != "f":
            return bool((one == other).all())
        return bool(np.allclose(one, other, rtol=10.0 ** (1 - DIGITS), atol=0, equal_nan=True))
    if isinstance(left, (list, tuple)):
        return _each(_same_drawn, left, right)
    if isinstance(left, dict):
        return list(left) == list(right) and _each(_same_drawn, list(left.values()), list(right.values()))
    if is_dataclass(left):
        return _same_drawn(vars(left), vars(right))
    return bool(left == right)


def _same_output(left: Observation, right: Observation, exercise: Exercise, score: Score | None) -> bool:
    if exercise.silent and bool(left.warned) != bool(right.warned):
        return False
    if (left.outcome, left.changed, left.aliased, left.calls) != (
        right.outcome,
        right.changed,
        right.aliased,
        right.calls,
    ):
        return False
    if left.outcome != ObservationOutcome.RETURNED:
        return True
    if score is not None:  # a training that diverges magnifies rounding
        return same_standing(score, left.value, right.value)
    return compare(left.value, right.value, exercise.tolerance) is None
