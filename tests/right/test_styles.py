"""Right answers in other styles pass every case, public and hidden, of several seeds, and are never named a mistake."""

from __future__ import annotations

import importlib
import warnings
from collections import Counter

import pytest

from grader.lessons import LESSON_NAMES
from hocsau.judging.allowed import library_calls
from hocsau.judging.diagnose import diagnose
from hocsau.judging.probe import drive
from hocsau.judging.verdict import judge
from tests.drawn import DRIVEN, drawn, secrets_of
from tests.right.style import STYLES, Style

for name in (*LESSON_NAMES, "transformer_more"):
    importlib.import_module(f"tests.right.{name}")

ANSWERS = [pytest.param(one, id=f"{one.exercise}-{one.name}") for one in STYLES]


@pytest.mark.parametrize("one", ANSWERS)
def test_a_right_answer_in_another_style_passes_and_is_no_known_mistake(one: Style) -> None:
    for secret in secrets_of(one.exercise)[:3]:
        exercise = drawn(one.exercise, secret)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a learner's code may warn
            observed = [
                drive(case.request, lambda: one.program, not_allowed=exercise.not_allowed)
                for case in exercise.cases
            ]
        verdict = judge(exercise, observed)
        faults = [(case.name.en, case.message.en) for case in verdict.cases if not case.passed]
        assert (verdict.outcome, faults) == ("passed", [])
        assert verdict.points == exercise.points
        assert diagnose(exercise, observed) is None
        assert [came.used for came in observed if came.used] == []
    assert list(library_calls(one.program, exercise.not_allowed)) == []


@pytest.mark.parametrize("name", DRIVEN)
def test_every_exercise_has_at_least_five_other_styles(name: str) -> None:
    assert Counter(one.exercise for one in STYLES)[name] >= 5
