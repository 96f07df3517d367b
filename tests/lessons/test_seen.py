"""Wrong answers as people write them, thought up apart from the known mistakes: never full marks, never a false name."""

from __future__ import annotations

import warnings

import pytest

from grader.course.answers import WrongAnswer, wrong_answers
from grader.course.lessons import lesson_names
from hocsau.judging.exercise import Exercise
from hocsau.judging.probe import drive
from hocsau.judging.verdict import Verdict, judge
from tests.drawn import DRIVEN, drawn

WRONG = [one for name in lesson_names() for one in wrong_answers(name)]


def verdict_on(exercise: Exercise, one: WrongAnswer) -> Verdict:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a learner's code may warn
        return judge(exercise, [drive(case.request, lambda: one.program) for case in exercise.cases])


@pytest.mark.parametrize("one", [pytest.param(one, id=f"{one.exercise}-{one.label}") for one in WRONG])
def test_a_mistake_earns_less_and_is_told_by_its_name_or_by_none(one: WrongAnswer) -> None:
    verdict = verdict_on(drawn(one.exercise, b"one"), one)
    assert verdict.points < verdict.max_points
    assert verdict.diagnosis == one.named
    assert not all(case.passed for case in verdict.cases if not case.hidden)


def test_an_answer_stands_here_once() -> None:
    names = [(one.exercise, one.label) for one in WRONG]
    assert len(set(names)) == len(names)


def test_a_right_answer_would_be_seen_here() -> None:
    exercise = drawn("mse_loss", b"one")
    right = WrongAnswer("mse_loss", "right", lambda w, X, y: float(((X @ w - y) ** 2).mean()), None)
    assert verdict_on(exercise, right).points == exercise.points
    assert right.exercise in DRIVEN
