"""Right answers in other styles pass every case, public and hidden, of several seeds, and are never named a mistake."""

from __future__ import annotations

from collections import Counter

import pytest

from grader.course.answers import Style
from grader.publish.exercises import STYLES, style_faults
from tests.drawn import DRIVEN, drawn, secrets_of
from tests.drawn import STYLES as ENTERED

ANSWERS = [pytest.param(one, id=f"{one.exercise}-{one.name}") for one in ENTERED]


@pytest.mark.parametrize("one", ANSWERS)
def test_a_right_answer_in_another_style_passes_and_is_no_known_mistake(one: Style) -> None:
    for secret in secrets_of(one.exercise)[:3]:
        assert style_faults(drawn(one.exercise, secret), one) == []


def test_a_wrong_answer_is_refused_here() -> None:
    wrong = Style("mse_loss", "sum", lambda w, X, y: float(((X @ w - y) ** 2).sum()))
    found = style_faults(drawn("mse_loss"), wrong)
    assert len(found) > 1
    assert found[-1].startswith("it is called sum_for_mean")


@pytest.mark.parametrize("name", DRIVEN)
def test_every_exercise_has_at_least_five_other_styles(name: str) -> None:
    assert Counter(one.exercise for one in ENTERED)[name] >= STYLES
