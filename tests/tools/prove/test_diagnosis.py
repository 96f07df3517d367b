"""Planted mistakes, alone and two at once, get their own names or none: a part of what `python -m tools prove diagnosis` does."""

from __future__ import annotations

import numpy as np
import pytest

from grader.course.lessons import ExerciseDefinition, Lesson, all_lessons
from grader.judge.draw import PUBLIC_SEED, draw_exercise
from tools.prove.diagnosis import Confusion, combine, confusion, is_named_rightly
from tools.prove.mutants import driven, mutants

DRIVEN = {definition.name: (lesson, definition) for lesson in all_lessons() for definition in driven(lesson)}
SOME = ("mse_gradient", "momentum_step", "adam_step", "softmax_cross_entropy", "conv2d_backward", "lstm_cell", "layer_norm")  # fmt: skip


def _of(name: str) -> tuple[Lesson, ExerciseDefinition]:
    return DRIVEN[name]


@pytest.mark.parametrize("name", SOME)
def test_mistakes_are_told_apart_and_two_at_once_get_no_false_name(name: str) -> None:
    found = confusion(*_of(name))
    assert found.named == found.mistakes
    assert found.same == []
    assert len(found.combined) == len(found.mistakes) * (len(found.mistakes) - 1) // 2
    assert [pair for pair in found.combined if pair.said == "a false name"] == []


def test_two_mistakes_that_no_case_tells_apart_are_found() -> None:
    found = Confusion("x", "y", ("a", "b"), ("a", "a"), ((0, 0), (0, 0)), ())
    assert found.same == [("a", "b"), ("b", "a")]


def test_two_at_once_have_the_error_of_the_one_and_of_the_other() -> None:
    case = draw_exercise(*_of("mse_gradient"), PUBLIC_SEED, hidden=False).cases[0]
    first, second = list(case.mistaken)[:2]
    want, one, other = (came.value for came in (case.expected, case.mistaken[first], case.mistaken[second]))  # fmt: skip
    both = combine(case, first, second)
    assert both.outcome == "returned"
    np.testing.assert_allclose(both.value - want, (one - want) + (other - want))
    assert not np.allclose(both.value, one)
    assert not np.allclose(both.value, other)


def test_a_mutant_that_is_not_the_mistake_is_found() -> None:
    lesson, definition = _of("mse_gradient")
    product = next(one for one in mutants(lesson, definition) if "X @ w * y" in one.changed[-1])
    names = draw_exercise(lesson, definition, PUBLIC_SEED, hidden=False).mistakes
    assert not any(is_named_rightly(lesson, definition, product.changed, name) for name in names)
