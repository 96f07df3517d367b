"""Right answers in other styles pass every case, public and hidden, of several seeds, and are never named a mistake."""

from __future__ import annotations

import importlib
import warnings
from collections import Counter
from functools import cache

import pytest

from grader.cases import PUBLIC_SEED, draw_exercise
from grader.lessons import LESSON_NAMES, ExerciseDefinition, Lesson, all_lessons
from hocsau.judging.allowed import library_calls
from hocsau.judging.diagnose import diagnose
from hocsau.judging.exercise import Exercise
from hocsau.judging.probe import drive
from hocsau.judging.verdict import judge
from tests.right.style import STYLES, Style

for name in (*LESSON_NAMES, "transformer_more"):
    importlib.import_module(f"tests.right.{name}")

SECRETS = (PUBLIC_SEED, b"right one", b"right two")
DEFINITIONS: dict[str, tuple[Lesson, ExerciseDefinition]] = {
    exercise.name: (lesson, exercise)
    for lesson in all_lessons()
    for exercise in lesson.exercises
    if exercise.kind == "function"
}
ANSWERS = [pytest.param(one, id=f"{one.exercise}-{one.name}") for one in STYLES]


@cache
def _drawn(name: str, secret: bytes) -> Exercise:
    """With what the known mistakes give for the first seed alone: a right answer that equals one must fail to be right."""
    return draw_exercise(*DEFINITIONS[name], secret, hidden=True, mistakes=secret == PUBLIC_SEED)


@pytest.mark.parametrize("one", ANSWERS)
def test_a_right_answer_in_another_style_passes_and_is_no_known_mistake(one: Style) -> None:
    for secret in SECRETS:
        exercise = _drawn(one.exercise, secret)
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


@pytest.mark.parametrize("name", DEFINITIONS)
def test_every_exercise_has_at_least_five_other_styles(name: str) -> None:
    assert Counter(one.exercise for one in STYLES)[name] >= 5
