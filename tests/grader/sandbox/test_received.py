"""What a child sends is checked field by field."""

from __future__ import annotations

from typing import Any

import nbformat
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox.received import known_names, observation, outputs
from hocsau.judging.outcomes import ObservationOutcome
from hocsau.judging.probe import Failure, Observation
from hocsau.judging.request import Call, Lookup
from hocsau.judging.values import Foreign
from hocsau.judging.verdict import judge
from hocsau.language import Text
from tests.toys import DOUBLE

REQUEST = Call({"w": 1.0, "v": 2.0})
hostile = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.just(np.zeros(3))
    | st.just(Text.of("a", vi="b"))
    | st.just(Foreign("x"))
    | st.sampled_from(["w", "v", "returned", "raised"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
        | st.builds(Failure, inner, inner, inner, inner)
        | st.builds(Foreign, inner)
    ),
    max_leaves=8,
)


def test_an_honest_observation_stays() -> None:
    came = Observation("returned", [np.arange(3.0)], None, ("w",), ("v", "w"), 99)
    kept = observation(came, REQUEST, 2)
    assert kept is not None
    assert kept.outcome is ObservationOutcome.RETURNED
    assert (kept.outcome, kept.changed, kept.aliased, kept.calls) == (
        "returned",
        ("w",),
        ("w", "v"),
        2,
    )
    assert kept.value[0].tolist() == [0.0, 1.0, 2.0]


@pytest.mark.parametrize(
    "came",
    [
        None,
        "returned",
        {},
        Text.of("a", vi="b"),
        *(Observation(word) for word in ("timeout", "died", "broken", "passed", "")),
    ],
)
def test_what_is_no_observation_of_a_child_is_none(came: Any) -> None:
    assert observation(came, REQUEST, 0) is None


@pytest.mark.parametrize("outcome", [None, [], {}, 3, np.zeros(2)])
def test_an_outcome_is_one_of_the_known_words(outcome: Any) -> None:
    assert observation(Observation(outcome), REQUEST, 0) is None


def test_only_arguments_of_the_request_are_named() -> None:
    came = Observation("returned", 1.0, None, ("w", "<script>", "w=[1 2 3]", "w"), ("secret",), 0)
    kept = observation(came, REQUEST, 0)
    assert kept is not None
    assert (kept.changed, kept.aliased) == (("w",), ())
    nothing = observation(came, Lookup(), 0)
    assert nothing is not None
    assert nothing.changed == ()


def test_a_failure_has_strings_and_a_number() -> None:
    came = Observation("raised", None, Failure("E\n" * 99, "a\x1b[31m" * 999, 3, -7))  # type: ignore[arg-type]
    kept = observation(came, REQUEST, 0)
    assert kept is not None
    assert kept.failure is not None
    assert kept.failure.line == ""
    assert kept.failure.number == 0
    assert len(kept.failure.type) <= 100
    assert len(kept.failure.text) <= 500
    assert "\x1b" not in kept.failure.text


def test_records_within_a_value_are_foreign() -> None:
    kept = observation(Observation("returned", [Text.of("a", vi="b"), Foreign(3)]), REQUEST, 0)  # type: ignore[arg-type]
    assert kept is not None
    assert kept.value == [Foreign("Text"), Foreign("?")]


@given(
    st.builds(
        Observation,
        st.sampled_from(["returned", "raised", "unfinished", "missing", "not_callable"]) | hostile,
        *[hostile] * 6,
    )
)
def test_no_observation_stops_the_judge(came: Observation) -> None:
    kept = observation(came, DOUBLE.cases[0].request, 1)
    if kept is not None:
        verdict = judge(DOUBLE, [kept] * 3)
        assert verdict.points in (0, 0.67, 1.33, 2)
        for case in verdict.cases:
            case.message.say("vi").encode()


# --- outputs


@pytest.mark.parametrize(
    "output",
    [
        {"output_type": "stream", "name": "stdout", "text": "a"},
        {"output_type": "display_data", "data": {"text/plain": "a", "image/png": "b"}, "metadata": {}},
        {"output_type": "execute_result", "data": {"text/plain": "a"}, "metadata": {}, "execution_count": None},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["a", "b"]},
    ],
)  # fmt: skip
def test_honest_outputs_stay(output: dict[str, Any]) -> None:
    assert outputs([output, output]) == [output, output]


@pytest.mark.parametrize(
    "came",
    [
        None,
        "text",
        {},
        [None],
        [[]],
        [{}],
        [{"output_type": "stream", "name": "3", "text": "a"}],
        [{"output_type": "stream", "name": "stdout", "text": 3}],
        [{"output_type": "stream", "name": ["stdout"], "text": "a"}],
        [{"output_type": "display_data"}],
        [{"output_type": "display_data", "data": {"text/plain": 3}}],
        [{"output_type": ["error"]}],
        [{"output_type": "update_display_data", "data": {"text/plain": "x"}}],
        [Text.of("a", vi="b")],
    ],
)
def test_malformed_outputs_are_dropped(came: Any) -> None:
    assert outputs(came) == []


def test_outputs_are_bounded() -> None:
    text = {"output_type": "stream", "name": "stdout", "text": "x" * (6 << 20)}
    assert len(outputs([text] * 9)) == 2
    small = {"output_type": "stream", "name": "stdout", "text": "x"}
    assert len(outputs([small] * 5000)) == 210


words = st.sampled_from(["stream", "error", "display_data", "execute_result", "stdout", "text/plain"])
fields = st.dictionaries(
    st.sampled_from(["output_type", "name", "text", "data", "metadata", "ename", "evalue", "traceback"]),
    words | hostile | st.dictionaries(words, hostile, max_size=2),
)


@given(st.lists(fields | hostile, max_size=4) | hostile)
def test_whatever_is_kept_is_nbformat(came: Any) -> None:
    for output in outputs(came):
        nbformat.validate(nbformat.from_dict(output), ref="output", version=4)


@pytest.mark.parametrize(
    ("came", "kept"),
    [
        (["a", "b"], ["a"]),
        (["a", "a", 3, None, []], ["a"]),
        ("a", []),
        (None, []),
        ([Text.of("a", vi="a")], []),
    ],
)
def test_names_are_known_ones(came: Any, kept: list[str]) -> None:
    assert known_names(came, ["a", "c"]) == kept
