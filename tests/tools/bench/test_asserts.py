"""The test cells made for stock nbgrader: right answers pass all, a wrong one fails, hidden cases stand between the markers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.course.lessons import of_name
from grader.course.mistakes import of_lesson
from grader.course.reference import answers
from grader.judge.draw import draw_lesson
from hocsau.judging.exercise import Exercise
from tools.bench.asserts import BEGIN, END, cell_of_tests, literal
from tools.demo.run import DEMO_SECRET

EXERCISES = [
    (name, exercise)
    for name in ("gradient_descent", "momentum")
    for exercise in draw_lesson(of_name(name), DEMO_SECRET, hidden=True, mistakes=False)
    if exercise.kind != "written"
]
IDS = [exercise.name for _, exercise in EXERCISES]


def passes(exercise: Exercise, answer: Any) -> bool:
    """Does the test cell run to its end?"""
    with np.errstate(all="ignore"):
        try:
            exec(cell_of_tests(exercise), {"np": np, exercise.name: answer})
        except Exception:
            return False
    return True


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES, ids=IDS)
def test_the_reference_passes(lesson: str, exercise: Exercise) -> None:
    assert passes(exercise, answers(lesson)[exercise.name])


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES, ids=IDS)
@pytest.mark.filterwarnings("ignore")
def test_wrong_answers_fail(lesson: str, exercise: Exercise) -> None:
    if exercise.kind == "quiz":
        assert not passes(exercise, dict.fromkeys(exercise.questions))
        return
    known = of_lesson(lesson)[exercise.name].values()
    failed = [not passes(exercise, mistake.program) for mistake in known]
    assert sum(failed) >= 0.6 * len(failed)  # asserts on values don't see a changed argument


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES, ids=IDS)
def test_hidden_cases_are_hidden(lesson: str, exercise: Exercise) -> None:
    before, _, rest = cell_of_tests(exercise).partition(BEGIN)
    hidden, _, after = rest.partition(END)
    assert not after
    for case in exercise.cases:
        assert case.name.en in (hidden if case.hidden else before)
    if exercise.kind == "quiz":
        assert exercise.name not in before


@pytest.mark.parametrize(
    "array",
    [np.array([[0.1, 1 / 3], [1e-300, -2.5]]), np.arange(3), np.zeros((0, 2))],
    ids=["floats", "ints", "empty"],
)
def test_a_literal_loses_nothing(array: Any) -> None:
    found = eval(literal(array), {"np": np})
    assert found.dtype == array.dtype
    assert np.array_equal(found, array)
