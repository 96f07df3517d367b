"""Verdicts: outcome, points, diagnosis and sentences; hidden cases give nothing away."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hocsau.judging.diagnose import agrees, diagnose
from hocsau.judging.exercise import Case, Exercise
from hocsau.judging.probe import Failure, Observation
from hocsau.judging.request import Call
from hocsau.judging.values import Tensor
from hocsau.judging.verdict import CaseVerdict, Verdict, blame, judge, judge_manual
from hocsau.language import Text
from tests.toys import DESCEND, DOUBLE, QUIZ_KEY, STEP, WRITTEN, double, observe, quiz


def verdict(answer: Any, exercise: Exercise = DOUBLE) -> Verdict:
    return judge(exercise, observe(exercise, answer))


def stub(w: Any) -> Any:
    raise NotImplementedError


def crash(w: Any) -> Any:
    return {}["secret"]


def leak(w: Any) -> Any:
    raise ValueError(f"the input was {w}")


def leak_by_type(w: Any) -> Any:
    raise type(f"Saw{w.tolist()!s}", (Exception,), {})


def test_a_right_answer() -> None:
    came = verdict(lambda w: w + w)
    assert (came.outcome, came.points, came.max_points, came.diagnosis) == ("passed", 2, 2, None)
    assert came.message.en == "All right: 2 of 2 points."
    assert came.message.vi == "Đúng hết: 2/2 điểm."
    assert [case.points for case in came.cases] == [0.67, 0.66, 0.67]


@pytest.mark.parametrize(
    ("answer", "outcome", "kinds"),
    [
        (double, "passed", {"right"}),
        (stub, "missing", {"unfinished"}),
        (lambda w: 5 * w, "failed", {"value"}),
        (lambda w: None, "failed", {"nothing"}),
        (lambda w: (2 * w)[:, None], "failed", {"shape"}),
        (lambda w: (2 * w).astype("float32"), "failed", {"dtype"}),
        (lambda w: list(2 * w), "failed", {"kind"}),
        (crash, "error", {"raised"}),
        (3, "failed", {"not_callable"}),
        (lambda w: 2 * w if w.size == 2 else 1 / 0, "partly", {"right", "raised"}),
        (lambda w: 3 * w if w.size == 2 else 1 / 0, "failed", {"value", "raised"}),
        (lambda w: 3 * w if w.size == 2 else stub(w), "failed", {"value", "unfinished"}),
        (lambda w: 2 * w if w.size == 2 else stub(w), "partly", {"right", "unfinished"}),
        (lambda w: [w.fill(0), 2 * w][1], "failed", {"value"}),
    ],
)
def test_outcomes(answer: Any, outcome: str, kinds: set[str]) -> None:
    came = verdict(answer)
    assert came.outcome == outcome
    assert {case.kind for case in came.cases} == kinds
    assert came.points == pytest.approx(sum(case.points for case in came.cases))
    assert (came.points == 2) == (outcome == "passed")
    assert (came.points == 0) == (outcome not in ("passed", "partly"))


@pytest.mark.parametrize(
    ("stopped", "outcome"),
    [
        ([Observation("timeout", 5.0)] * 3, "timeout"),
        ([Observation("died")] * 3, "error"),
        ([Observation("missing")] * 3, "missing"),
        ([Observation("broken", failure=Failure("SyntaxError", "bad", "", 0))] * 3, "error"),
        (
            [Observation("died"), Observation("timeout", 5.0), Observation("timeout", 5.0)],
            "timeout",
        ),
        ([Observation("missing"), Observation("died"), Observation("died")], "failed"),
    ],
)
def test_outcomes_that_only_the_grader_sees(stopped: list[Observation], outcome: str) -> None:
    came = judge(DOUBLE, stopped)
    assert (came.outcome, came.points) == (outcome, 0)


@pytest.mark.parametrize(
    ("stopped", "english"),
    [
        (Observation("timeout", 2.5), "stopped after 2.5 s: is there a loop that never ends?"),
        (Observation("died"), "Python itself stopped while running this. The other exercises are not affected."),
        (Observation("missing"), "not done yet: there is no double. Run the cell"),
        (Observation("unfinished"), "not done yet: replace `raise NotImplementedError()` in double"),
        (Observation("not_callable", 3.0), "double is float, not a function. Define it with `def double(...)`."),
        (Observation("raised", failure=Failure("ZeroDivisionError", "by zero", "w / 0", 3)), "your code raised ZeroDivisionError: by zero — in line 3: w / 0"),
        (Observation("raised", failure=Failure("ValueError", "no", "", 0)), "your code raised ValueError: no"),
        (Observation("broken", failure=Failure("SyntaxError", "bad", "", 0)), "the cell that should define double stopped with SyntaxError: bad"),
        (Observation("returned", np.array([3.0, -5.0]), changed=("w",)), "the result is right, but your function changes its argument w."),
        (Observation("returned", np.array([3.0, -5.0]), aliased=("w",)), "the result is right, but it shares memory with the argument w"),
    ],
)  # fmt: skip
def test_the_words_of_a_case(stopped: Observation, english: str) -> None:
    case = judge(DOUBLE, [stopped, stopped, stopped]).cases[0]
    assert case.message.en.startswith(english)
    assert case.message.vi != case.message.en


def test_too_many_calls() -> None:
    def answer(gradient: Any, w0: Any, steps: Any) -> Any:
        gradient(w0)
        return np.array([w0] * (steps + 1)) if steps == 0 else None

    came = verdict(answer, DESCEND)
    assert [case.kind for case in came.cases] == ["nothing", "calls", "nothing"]
    assert came.cases[1].message.en.endswith("was called 1 times where 0 is enough.")


# --- points


@given(st.integers(1, 40), st.lists(st.integers(1, 5), min_size=1, max_size=9), st.data())
def test_points_of_cases_add_up_exactly(quarters: int, weights: list[int], data: st.DataObject) -> None:
    points = quarters / 4
    exercise = replace(
        DOUBLE,
        points=points,
        cases=tuple(replace(DOUBLE.cases[0], weight=weight) for weight in weights),
    )
    passed = data.draw(st.lists(st.booleans(), min_size=len(weights), max_size=len(weights)))
    right, wrong = Observation("returned", np.array([3.0, -5.0])), Observation("died")
    came = judge(exercise, [right if ok else wrong for ok in passed])
    assert came.points == round(sum(case.points for case in came.cases), 2)
    full = judge(exercise, [right] * len(weights))
    assert full.points == points
    assert round(sum(case.points for case in full.cases), 2) == points
    assert 0 <= came.points <= points
    assert all(case.points >= 0 for case in full.cases)


def test_weights_decide() -> None:
    came = verdict(lambda gradient, w0, steps: w0[None].copy(), DESCEND)
    assert [case.points for case in came.cases] == [0, 0.6, 0]
    assert came.outcome == "partly"


# --- hidden cases


@pytest.mark.parametrize(
    "answer",
    [
        leak,
        leak_by_type,
        crash,
        lambda w: 5 * w,
        lambda w: w[:1],
        lambda w: w.tolist(),
        lambda w: {"a": w},
    ],
)
def test_a_hidden_case_quotes_no_input_no_expected_value_no_text(answer: Any) -> None:
    came = verdict(answer)
    hidden = next(case for case in came.cases if case.hidden)
    for said in (hidden.message.en, hidden.message.vi):
        for secret in (
            "0.123",
            "0.246",
            "0.24691",
            "8.5",
            "17.",
            "45.",
            "the input was",
            "secret",
            "Saw",
        ):
            assert secret not in said


def test_a_public_case_does_quote_them() -> None:
    assert "the input was [ 1.5 -2.5]" in verdict(leak).cases[0].message.en
    assert "expected [ 3. -5.]" in verdict(lambda w: 5 * w).cases[0].message.en


@pytest.mark.parametrize(
    ("failure", "english"),
    [
        (Failure("ValueError", "w=[1 2]", "x = 1", 7), "your code raised ValueError in line 7 on inputs that only the grader sees."),
        (Failure("LinAlgError", "w=[1 2]", "x = 1", 7), "your code raised LinAlgError in line 7 on inputs that only"),
        (Failure("W1dot5", "w=[1 2]", "x = 1", 7), "your code raised an exception of its own in line 7 on inputs"),
        (Failure("ValueError", "w=[1 2]", "", 0), "your code raised ValueError on inputs that only the grader sees."),
    ],
)  # fmt: skip
def test_an_exception_on_a_hidden_case_keeps_type_and_line(failure: Failure, english: str) -> None:
    came = judge(DOUBLE, [Observation("raised", failure=failure)] * 3)
    assert came.cases[2].message.en.startswith(english)


# --- diagnosis


@pytest.mark.parametrize("mistake", DOUBLE.mistakes)
def test_a_known_mistake_is_named(mistake: str) -> None:
    came = judge(DOUBLE, [case.mistaken[mistake] for case in DOUBLE.cases])
    assert came.diagnosis == mistake
    assert came.explanation == DOUBLE.mistakes[mistake].message
    assert came.section == DOUBLE.mistakes[mistake].section


@pytest.mark.parametrize(
    "answer",
    [double, stub, lambda w: 5 * w, crash, lambda w: 3 * w if w.size < 4 else 2 * w],
    ids=["right", "stub", "unknown", "crash", "mistaken on some cases only"],
)
def test_nothing_else_is_named(answer: Any) -> None:
    assert verdict(answer).diagnosis is None


def test_behaviour_alone_tells_mistakes_apart() -> None:
    def answer(gradient: Any, w0: Any, steps: Any) -> Any:
        gradient(w0)
        path = [w0.copy()]
        for _ in range(steps):
            path.append(path[-1] - 0.1 * gradient(path[-1]))
        return np.array(path)

    assert verdict(answer, DESCEND).diagnosis == "asks_twice"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Observation("returned", 1.0), Observation("returned", 2.0)),
        (Observation("returned", 1.0), Observation("died")),
        (Observation("returned", 1.0), Observation("returned", 1.0, changed=("w",))),
        (Observation("returned", 1.0), Observation("returned", 1.0, aliased=("w",))),
        (
            Observation("raised", failure=Failure("ValueError", "", "", 0)),
            Observation("raised", failure=Failure("TypeError", "", "", 0)),
        ),
        (Observation("raised"), Observation("raised")),
    ],
)
def test_agreement_can_fail(one: Observation, other: Observation) -> None:
    assert not agrees(one, other, DOUBLE)


def test_views_and_calls_count_where_the_exercise_says_so() -> None:
    one, other = (
        Observation("returned", 1.0, calls=1),
        Observation("returned", 1.0, None, (), ("w",), 2),
    )
    assert not agrees(one, other, replace(DOUBLE, exact_calls=True))
    assert not agrees(one, other, DOUBLE)
    assert agrees(one, other, replace(DOUBLE, views=True))


def test_a_diagnosis_needs_every_case() -> None:
    seen = [case.mistaken["triple"] for case in DOUBLE.cases]
    assert diagnose(DOUBLE, seen) == "triple"
    assert diagnose(DOUBLE, [*seen[:2], None]) is None
    assert diagnose(DOUBLE, [*seen[:2], None], cases=[0, 1]) == "triple"
    assert diagnose(DOUBLE, [*seen[:2], DOUBLE.cases[2].expected]) is None


def test_what_is_left_out_is_as_good_as_what_is_multiplied_by_zero() -> None:
    """No gradient or one of zeros: the same mistake. A gradient that arrives is another one."""
    tenth = Tensor(np.array([0.1]))

    def case(gradient: Any, value: float = 2.0) -> Observation:
        return Observation("returned", {"return": value, "gradients": {"b": gradient}})

    known = Case(Text.of("", vi=""), Call({}), case(tenth, 1.0), mistaken={"triple": case(Tensor(np.zeros(1)))})  # fmt: skip
    exercise = replace(DOUBLE, cases=(known,), mistakes={"triple": DOUBLE.mistakes["triple"]})
    assert diagnose(exercise, [case(None)]) == "triple"
    assert diagnose(exercise, [case(tenth)]) is None
    assert diagnose(exercise, [case(None, 3.0)]) is None


# --- the quiz


def answers(**given: Any) -> Observation:
    return Observation("returned", given)


@pytest.mark.parametrize(
    ("came", "outcome", "points"),
    [
        (answers(**QUIZ_KEY), "passed", 4),
        (answers(q1="B", q2=" a) ", q3="(d)"), "passed", 4),
        (answers(q1="b", q2="a", q3="c"), "partly", 2.67),
        (answers(q1="b", q2=None, q3=""), "partly", 1.33),
        (answers(q1="b"), "partly", 1.33),
        (answers(q1="b", q2="a", q3="d", q9="a"), "passed", 4),
        (answers(q1="c", q2="c", q3="c"), "failed", 0),
        (answers(q1="abcd", q2="e", q3=""), "failed", 0),
        (answers(q1=1, q2=np.array(["b"] * 0, float), q3=["d"]), "failed", 0),
        (answers(q1=None, q2=None, q3=" "), "missing", 0),
        (Observation("missing"), "missing", 0),
        (answers(), "error", 0),
        (answers(question="b"), "error", 0),
        (Observation("returned", ["b", "a", "d"]), "error", 0),
        (Observation("returned", None), "error", 0),
        (Observation("died"), "error", 0),
        (Observation("timeout", 3.0), "timeout", 0),
        (Observation("broken", failure=Failure("SyntaxError", "", "", 0)), "error", 0),
    ],
)
def test_a_quiz_with_its_key(came: Observation, outcome: str, points: float) -> None:
    made = judge(quiz(key=True), [came])
    assert (made.outcome, made.points, made.max_points) == (outcome, points, 4)
    assert made.points == round(sum(case.points for case in made.cases), 2)


def test_a_quiz_without_its_key_says_only_what_is_answered() -> None:
    right = judge(quiz(key=False), [answers(**QUIZ_KEY)])
    wrong = judge(quiz(key=False), [answers(q1="c", q2="c", q3="c")])
    assert right.outcome == wrong.outcome == "manual"
    assert right.points == wrong.points == 0
    assert right.message == wrong.message
    assert right.message.en.startswith("3 of 3 questions answered. The answers are graded after")
    assert [case.kind for case in right.cases] == [case.kind for case in wrong.cases] == ["noted"] * 3


def test_a_half_answered_quiz() -> None:
    made = judge(quiz(key=False), [answers(q1="b", q2=None, q3="x" * 500)])
    assert [case.kind for case in made.cases] == ["noted", "unfinished", "bad_letter"]
    assert made.message.en.startswith("2 of 3")
    assert len(made.cases[2].message.en) < 100


def test_a_quiz_that_is_no_dictionary_says_how_to_write_it() -> None:
    made = judge(quiz(key=True), [Observation("returned", "b")])
    assert made.message.en == 'write the quiz as a dictionary, {"q1": "a", ...}, with the keys q1, q2, q3.'


# --- written answers, and answers that use other answers


def test_a_written_answer_waits() -> None:
    made = judge_manual(WRITTEN)
    assert (made.outcome, made.points, made.max_points) == ("manual", 0.0, 5)


def test_blame_goes_first() -> None:
    blamed = blame(judge(DOUBLE, [case.mistaken["triple"] for case in DOUBLE.cases]), ["step", "descend"])
    assert blamed.diagnosis is None
    assert blamed.section is None
    assert blamed.explanation is not None
    assert blamed.explanation.en == "double uses your step, descend, which is not right yet: mend that first."
    assert blamed.outcome == "failed"


def test_nobody_is_blamed_for_a_right_answer_or_without_reason() -> None:
    right, wrong = verdict(double), verdict(lambda w: 5 * w)
    assert blame(right, ["step"]) == right
    assert blame(wrong, []) == wrong


def test_an_answer_that_calls_an_unfinished_one_is_told_which() -> None:
    blamed = blame(verdict(lambda w: stub(w)), ["step"])
    assert blamed.outcome == "missing"
    assert {case.message.en for case in blamed.cases} == {
        "double uses your step, which is not right yet: mend that first."
    }


def test_a_chain_is_judged_as_one_case() -> None:
    def answer(w: Any, v: Any, grad: Any) -> Any:
        v = 0.5 * v - grad
        return w + v, v

    assert verdict(answer, STEP).outcome == "passed"
    wrong = verdict(lambda w, v, grad: (w, v), STEP).cases[0]
    assert isinstance(wrong, CaseVerdict)
    assert wrong.message.en.startswith("Result[0][0]: expected")
    short = verdict(lambda w, v, grad: w, STEP).cases[0]
    assert short.kind in ("length", "sequence")
