"""Mutants that are listed as right answers give what the reference gives on random inputs.

`make test` takes a hundred, of the lessons of tensors (whole modules and trainings) a few; `python -m tools prove equivalent` takes
RANDOM_INPUTS of everything, every night.
"""

from __future__ import annotations

from typing import Any

import pytest

from grader.course.lessons import all_lessons, of_name
from grader.course.reference import answers
from tools.prove import same
from tools.prove.equivalent import equivalent
from tools.prove.mutants import driven
from tools.prove.same import differs, listed_that_differ

DRIVEN = {definition.name: (lesson, definition) for lesson in all_lessons() for definition in driven(lesson)}
MANY, A_FEW = 100, 12


@pytest.mark.parametrize("name", equivalent())
def test_a_listed_mutant_exists_and_equals_the_reference_on_random_inputs(name: str) -> None:
    lesson, definition = DRIVEN[name]
    inputs = MANY if lesson.number < 5 else A_FEW
    assert listed_that_differ(lesson, definition, inputs) == []


def test_a_program_that_differs_is_found() -> None:
    lesson = of_name("gradient_descent")
    definition = DRIVEN["mse_loss"][1]
    right = answers(lesson.name)["mse_loss"]
    programs = {"right": right, "wrong": lambda w, X, y: right(w, X, y) + 1e-6}
    assert list(differs(lesson, definition, programs, 6)) == ["wrong"]


def test_a_change_that_no_mutant_makes_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    listed: Any = {"mse_loss": {("- not there", "+ at all"): "because"}}
    monkeypatch.setattr(same, "equivalent", lambda: listed)
    said = listed_that_differ(*DRIVEN["mse_loss"], 1)
    assert said == ["no mutant makes the listed change - not there + at all"]
