"""A learner's function that is missing, wrong or noisy never spoils a picture, and one line says so."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from hocsau.explore.attempt import Attempt


def call(function, shape=(2, 3)):
    attempt = Attempt(function, "descend")
    return attempt, attempt(np.ones(3), 0.5, shape=shape)


def unwritten(w, rate):
    raise NotImplementedError


def fails(w, rate):
    raise ValueError("bad {rate}")


def noisy(w, rate):
    print("noise")
    warnings.warn("noise", stacklevel=1)
    return np.array([w, w * np.inf])


def test_no_function_no_note():
    attempt, answer = call(None)
    assert answer is None
    assert attempt.note is None
    assert attempt.failed


def test_a_good_answer_is_used(capsys):
    attempt, answer = call(noisy)
    np.testing.assert_array_equal(answer, [[1, 1, 1], [np.inf] * 3])
    assert attempt.note.en == "This picture runs your descend."
    assert "descend" in attempt.note.vi
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("function", "note"),
    [
        (unwritten, "not written yet"),
        (fails, "raised ValueError: bad {rate}. The course's own"),
        (lambda w, rate: w, "returned an array of shape (3,); expected an array of shape (2, 3)"),
        (lambda w, rate: None, "returned one number; expected an array of shape (2, 3)"),
        (lambda w, rate: "no", "returned str; expected"),
        (lambda w, rate: [[1], [2, 3]], "returned list; expected"),
        (lambda w: w, "raised TypeError"),
    ],
)
def test_a_bad_answer_is_named(function, note):
    attempt, answer = call(function)
    assert answer is None
    assert attempt.failed
    assert note in attempt.note.en
    assert attempt.note.vi != attempt.note.en


def test_one_number():
    assert call(lambda w, rate: 3, shape=())[1] == 3.0
    assert "expected one number" in call(lambda w, rate: w, shape=())[0].note.en


def test_arguments_are_copies_and_answers_are_kept_apart():
    given = np.zeros(2)
    kept = []

    def changes(w):
        w += 1
        kept.append(w)
        return w

    answer = Attempt(changes, "f")(given, shape=(2,))
    kept[0][:] = 9
    assert given.tolist() == [0, 0]
    assert answer.tolist() == [1, 1]


def test_after_a_failure_it_is_left_alone():
    calls = []

    def function(w):
        calls.append(w)
        raise NotImplementedError

    attempt = Attempt(function, "f")
    for _ in range(3):
        assert attempt(1.0, shape=()) is None
    assert len(calls) == 1
