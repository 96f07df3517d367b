"""Is every known mistake told by its own name, and is nothing told a name that is not its own?

Three questions for each exercise: which name does the check give to each planted mistake; on how many public cases do two
mistakes differ; and what does it say where two are made at once, or where a mutant is taken for a known mistake?
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np

from grader.course.lessons import ExerciseDefinition, Lesson
from grader.course.mistakes import of_lesson
from grader.course.reference import variant
from grader.judge.draw import PUBLIC_SEED, draw_exercise
from hocsau.judging.compare import Tolerance, compare
from hocsau.judging.diagnose import agrees, same_mistake
from hocsau.judging.exercise import Case, Exercise
from hocsau.judging.outcomes import ObservationOutcome, Outcome
from hocsau.judging.probe import Observation, drive
from hocsau.judging.scoring import same_standing
from hocsau.judging.states import ModelState
from hocsau.judging.values import Tensor
from hocsau.judging.verdict import judge
from tools.prove.mutants import mutants

__all__ = ["Combined", "Confusion", "combine", "confusion", "is_named_rightly"]

OTHER_SEEDS = (b"another", b"and another")


@dataclass(frozen=True)
class Combined:
    """Two mistakes at once. said: "no name", "one of the two" (it hides the other), "a third" or "right"."""

    first: str
    second: str
    said: str
    name: str | None = None


@dataclass(frozen=True)
class Confusion:
    """One exercise. named[i] is what the check says of mistake i; apart[i][j] on how many public cases i and j differ."""

    lesson: str
    exercise: str
    mistakes: tuple[str, ...]
    named: tuple[str | None, ...]
    apart: tuple[tuple[int, ...], ...]
    combined: tuple[Combined, ...]

    @property
    def same(self) -> list[tuple[str, str]]:
        """Pairs of mistakes that no public case tells apart."""
        return [
            (one, other)
            for one, row in zip(self.mistakes, self.apart, strict=True)
            for other, cases in zip(self.mistakes, row, strict=True)
            if one != other and not cases
        ]


def confusion(lesson: Lesson, definition: ExerciseDefinition) -> Confusion:
    """What is said of each known mistake of an exercise, and of each two at once, on the cases of the notebook."""
    exercise = draw_exercise(lesson, definition, PUBLIC_SEED, hidden=True)
    public = replace(exercise, cases=tuple(case for case in exercise.cases if not case.hidden))
    names = tuple(exercise.mistakes)
    named = tuple(judge(public, [case.mistaken[name] for case in public.cases]).diagnosis for name in names)
    apart = tuple(tuple(_apart(public, one, other) for other in names) for one in names)
    others = [draw_exercise(lesson, definition, seed, hidden=True) for seed in OTHER_SEEDS]
    combined = tuple(_at_once(exercise, others, *pair) for pair in combinations(names, 2))
    return Confusion(lesson.name, definition.name, names, named, apart, combined)


def _apart(exercise: Exercise, one: str, other: str) -> int:
    return sum(not agrees(case.mistaken[one], case.mistaken[other], exercise, case.score) for case in exercise.cases)


def _at_once(exercise: Exercise, others: Sequence[Exercise], first: str, second: str) -> Combined:
    verdict = judge(exercise, [combine(case, first, second) for case in exercise.cases])
    name = verdict.diagnosis
    if verdict.outcome == Outcome.PASSED:
        return Combined(first, second, "right")
    if name is None:
        return Combined(first, second, "no name")
    if name in (first, second):
        return Combined(first, second, "one of the two", name)
    # The two together may be what a third mistake is; then they are so on other inputs too.
    true = all(
        agrees(case.mistaken[name], combine(case, first, second), other, case.score)
        for other in others
        for case in other.cases
    )
    return Combined(first, second, "a third" if true else "a false name", name)


def combine(case: Case, first: str, second: str) -> Observation:
    """What two mistakes made at once lead to: the right result with the error of the one and the error of the other.

    Where one of them leads to no result, or to one of another shape, that is what is seen.
    """
    want, one, other = case.expected, case.mistaken[first], case.mistaken[second]
    if one.outcome != ObservationOutcome.RETURNED or other.outcome != ObservationOutcome.RETURNED:
        return one if one.outcome != ObservationOutcome.RETURNED else other
    if case.score is not None:
        value = one.value
        if same_standing(case.score, want.value, one.value):
            value = other.value
    else:
        value = _both(want.value, one.value, other.value)
    return replace(
        want,
        value=value,
        changed=tuple(dict.fromkeys((*one.changed, *other.changed))),
        aliased=tuple(dict.fromkeys((*one.aliased, *other.aliased))),
        calls=one.calls + other.calls - want.calls,
        warned=tuple(dict.fromkeys((*one.warned, *other.warned))),
    )


def _both(want: Any, one: Any, other: Any) -> Any:
    if isinstance(want, Tensor) and isinstance(one, Tensor) and isinstance(other, Tensor):
        return replace(want, array=_both(want.array, one.array, other.array))
    if isinstance(want, ModelState) and isinstance(one, ModelState) and isinstance(other, ModelState):
        changed = other if compare(want.weights, one.weights, Tolerance()) is None else one
        return replace(changed, weights=_both(want.weights, one.weights, other.weights))
    if isinstance(want, (list, tuple)):
        for value in (one, other):
            if not isinstance(value, (list, tuple)) or len(value) != len(want):
                return value
        return [_both(*entries) for entries in zip(want, one, other, strict=True)]
    if isinstance(want, dict):
        for value in (one, other):
            if not isinstance(value, dict) or value.keys() != want.keys():
                return value
        return {key: _both(want[key], one[key], other[key]) for key in want}
    if not _is_number(want):
        return other if compare(want, one, Tolerance()) is None else one
    for value in (one, other):
        if not _is_number(value) or np.shape(value) != np.shape(want):
            return value
        if np.asarray(value).dtype != np.asarray(want).dtype:
            return value
    if np.asarray(want).dtype == bool:
        return np.asarray(want) ^ (np.asarray(one) ^ want) ^ (np.asarray(other) ^ want)
    with np.errstate(all="ignore"):
        return one + other - want


def _is_number(value: Any) -> bool:
    return isinstance(value, (bool, int, float, np.ndarray, np.generic))


def is_named_rightly(lesson: Lesson, definition: ExerciseDefinition, changed: tuple[str, ...], name: str) -> bool:
    """A mutant was taken for the known mistake `name`: does it behave as that mistake on other inputs too?"""
    wrong = of_lesson(lesson.name)[definition.name][name].program
    programs = [
        variant(lesson.name, definition.name, mutant.source)
        for mutant in mutants(lesson, definition)
        if mutant.changed == changed
    ]
    return any(all(_agree(lesson, definition, program, wrong, seed) for seed in OTHER_SEEDS) for program in programs)


@cache
def _requests(lesson: Lesson, definition: ExerciseDefinition, seed: bytes) -> tuple[Case, ...]:
    exercise = draw_exercise(lesson, definition, seed, hidden=True, mistakes=False)
    return tuple(case for case in exercise.cases if case.score is None)


def _agree(lesson: Lesson, definition: ExerciseDefinition, program: Any, wrong: Any, seed: bytes) -> bool:
    terms = Exercise(
        definition.name, definition.points, tolerance=definition.tolerance, views=definition.views,
        exact_calls=definition.exact_calls, silent=definition.silent,
    )  # fmt: skip
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for case in _requests(lesson, definition, seed):
            one = drive(case.request, lambda: program)
            other = drive(case.request, lambda: wrong)
            if not same_mistake(case, other, one, terms):
                return False
    return True
