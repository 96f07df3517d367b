"""Scored cases, numerical warnings and functions that give a float: the probes that lesson 4 brought."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import hocsau.judging.exercise  # noqa: F401  (registers the records that travel)
from hocsau.judging.diagnose import diagnose
from hocsau.judging.exercise import Case, Exercise, KnownMistake, Pack
from hocsau.judging.probe import Observation, drive
from hocsau.judging.recipes import build
from hocsau.judging.request import Call, Recipe
from hocsau.judging.scoring import Score, same_standing, score_of, shortfall
from hocsau.judging.values import dumps, loads
from hocsau.judging.verdict import judge
from hocsau.language import Text

X = np.array([[1.0, 0.0], [0.0, 1.0], [2.0, 1.0], [1.0, 3.0]])
LABELS = np.array([0, 1, 0, 1])
SCORE = Score("mlp_accuracy", {"X": X, "labels": LABELS}, least=0.75)
NAME = Text.of("a case", vi="một trường hợp")


def params(sign: float = 1.0) -> dict[str, Any]:
    """Passes both inputs on; with sign -1 every answer is wrong."""
    return {"W1": np.eye(2), "b1": np.zeros(2), "W2": sign * np.eye(2), "b2": np.zeros(2)}


def scored(hidden: bool = False) -> Exercise:
    mistaken = {"turned": Observation("returned", params(-1.0))}
    case = Case(NAME, Call({}), Observation("returned", params()), hidden, 1, mistaken, SCORE)
    known = KnownMistake(Text.of("You turned it.", vi="Bạn quay ngược nó."), NAME)
    return Exercise("train", 4, cases=(case,), mistakes={"turned": known})


@pytest.mark.parametrize(("sign", "expected"), [(1.0, 1.0), (-1.0, 0.0), (0.0, 0.5)])
def test_accuracy_counts_the_largest_logit(sign: float, expected: float) -> None:
    assert score_of(SCORE, params(sign)) == expected


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(KeyError):
        score_of(replace(SCORE, rule="beauty"), params())


def test_other_numbers_with_the_same_score_pass() -> None:
    came = Observation("returned", {name: 3.0 * value for name, value in params().items()})
    verdict = judge(scored(), [came])
    assert (verdict.outcome, verdict.points) == ("passed", 4)


@pytest.mark.parametrize("hidden", [False, True])
def test_a_low_score_fails_and_says_both_numbers(hidden: bool) -> None:
    verdict = judge(scored(hidden), [Observation("returned", params(0.0))])
    assert verdict.outcome == "failed"
    assert verdict.cases[0].kind == "score"
    assert "0.500" in verdict.cases[0].message.en
    assert "0.750" in verdict.cases[0].message.vi


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"b1": np.zeros((1, 2))}, "shape"),
        ({"b1": np.zeros(2, np.float32)}, "dtype"),
        ({"b1": np.array([np.nan, 0.0])}, "finite"),
        ({"b3": np.zeros(2)}, "keys"),
        ({"W1": "weights"}, "kind"),
    ],
)
def test_what_cannot_be_scored_says_why(change: dict[str, Any], kind: str) -> None:
    difference = shortfall(SCORE, params(), params() | change)
    assert difference is not None
    assert difference.kind == kind


def test_a_mistake_is_known_by_its_score() -> None:
    low = Observation("returned", {name: 2 * value for name, value in params(-1.0).items()})
    assert diagnose(scored(), [low]) == "turned"
    assert diagnose(scored(), [Observation("returned", params())]) is None


def test_values_that_no_rule_can_read_stand_alike() -> None:
    assert same_standing(SCORE, {"a": np.zeros(2)}, {"a": np.ones(2)})
    assert not same_standing(SCORE, {"a": np.zeros(2)}, {"a": np.zeros(3)})
    assert not same_standing(SCORE, params(), params(-1.0))


def test_a_score_travels() -> None:
    back = loads(dumps(scored()))
    assert back.cases[0].score.least == 0.75
    np.testing.assert_array_equal(back.cases[0].score.data["X"], X)


# numerical warnings


def loud(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def quiet(x: Any) -> Any:
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, small) / (1 + small)


FAR = Call({"x": np.array([-1000.0, 2.0, 0.5])})


@pytest.mark.filterwarnings("default::RuntimeWarning")
def test_a_warning_is_observed_and_goes_on_its_way() -> None:
    with pytest.warns(RuntimeWarning, match="overflow"):
        seen = drive(FAR, lambda: loud)
    assert seen.outcome == "returned"
    assert seen.warned == ("overflow encountered in exp",)
    assert drive(FAR, lambda: quiet).warned == ()


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_every_request_notes_its_warnings_anew_and_each_once() -> None:
    def again_and_again(x: Any) -> Any:
        for _ in range(1000):
            result = loud(x)
        return result

    for _ in range(3):
        assert drive(FAR, lambda: again_and_again).warned == ("overflow encountered in exp",)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("outer", ["ignore", "warn"])
def test_it_is_observed_whatever_numpy_is_told_outside(outer: Any) -> None:
    with np.errstate(all=outer):
        assert drive(FAR, lambda: loud).warned


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("silent", "outcome"), [(True, "failed"), (False, "passed")])
def test_a_warning_is_a_fault_only_where_silence_is_asked_for(silent: bool, outcome: str) -> None:
    case = Case(NAME, FAR, drive(FAR, lambda: quiet), mistaken={"loud": drive(FAR, lambda: loud)})
    known = {"loud": KnownMistake(Text.of("It overflows.", vi="Bị tràn số."), NAME)}
    exercise = Exercise("sigmoid", 2, cases=(case,), mistakes=known, silent=silent)
    verdict = judge(exercise, [drive(FAR, lambda: loud)])
    assert verdict.outcome == outcome
    assert verdict.diagnosis == ("loud" if silent else None)
    assert ("overflow" in verdict.cases[0].message.en) is silent


# functions that give a float


@pytest.mark.parametrize("name", ["cubic", "waves"])
def test_a_loss_handed_over_gives_a_float_and_wants_its_shape(name: str) -> None:
    arrays = {"A": np.ones((2, 3)), "B": np.ones((2, 3))}
    types: list[type] = []

    def answer(f: Any, w: Any) -> Any:
        types.append(type(f(w)))
        return f(w.ravel())

    seen = drive(Call({"f": Recipe(name, arrays), "w": np.ones((2, 3))}), lambda: answer)
    assert types == [float]
    assert (seen.outcome, seen.calls) == ("raised", 2)
    assert seen.failure is not None
    assert "shape (2, 3), got (6,)" in seen.failure.text


def test_the_loss_recipes_are_what_they_say() -> None:
    w, a, b = (np.random.default_rng(k).normal(size=(2, 3)) for k in range(3))
    cubic = build(Recipe("cubic", {"A": a, "B": b}))(w)
    assert cubic == pytest.approx((a * w**3).sum() + (b * w).sum() ** 2)
    waves = build(Recipe("waves", {"A": a}))(w)
    assert waves == pytest.approx(np.sin(a * w).sum() + np.prod(np.cos(w)))


# what a child says of warnings is not believed


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (("overflow\x1b[31m", 7, "b" * 300), ("overflow [31m", "", "b" * 100)),
        (["overflow"], ()),
        ("overflow", ()),
    ],
)
def test_warnings_of_a_child_are_read_with_care(sent: Any, kept: tuple[str, ...]) -> None:
    from grader.sandbox import received

    came = received.observation(Observation("returned", 1.0, warned=sent), FAR, 0)
    assert came is not None
    assert came.warned == kept


# a pack that was built elsewhere


@pytest.mark.parametrize(("sign", "same"), [(-1.0000001, True), (-3.0, True), (1.0, False)])
def test_a_diverging_run_may_differ_between_processors(sign: float, same: bool) -> None:
    from grader.publish.packs import same_pack

    one = scored()
    other = {"turned": Observation("returned", params(sign))}
    two = replace(one, cases=(replace(one.cases[0], mistaken=other),))
    packs = [dumps(Pack("lesson", 4, NAME, (exercise,))) for exercise in (one, two)]
    assert same_pack(*packs) is same
