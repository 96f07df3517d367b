"""What a training must reach is neither reached without training nor missed by chance; what is not allowed is found."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from grader.course.lessons import of_name
from grader.course.reference import answers
from grader.judge.draw import draw_exercise
from hocsau.judging.allowed import library_calls
from hocsau.judging.probe import drive
from hocsau.judging.scoring import Scored, score_of
from hocsau.judging.verdict import judge

RECURRENT = {definition.name: definition for definition in of_name("recurrent_networks").exercises}


def test_untrained_parameters_do_not_pass_for_trained_ones() -> None:
    lesson = of_name("neural_networks")
    definition = next(one for one in lesson.exercises if one.name == "train_mlp")
    exercise = draw_exercise(lesson, definition, b"untrained", hidden=True, mistakes=False)

    def untrained(params: Any, *rest: Any) -> Any:
        return {name: value.copy() for name, value in params.items()}

    verdict = judge(exercise, [drive(case.request, lambda: untrained) for case in exercise.cases])
    assert verdict.points == 0
    assert {case.kind for case in verdict.cases} == {"value_at", "score"}


@pytest.mark.parametrize(
    ("name", "program", "call"),
    [
        ("lstm", lambda xs, h, c, *w: nn.LSTM(3, 5)(xs, (h[None], c[None])), "torch.nn.LSTM"),
        ("lstm_cell", lambda x, h, c, *w: nn.LSTMCell(3, 5)(x, (h, c)), "torch.nn.LSTMCell"),
        ("gru_cell", lambda x, h, *w: nn.GRUCell(3, 5)(x, h), "torch.nn.GRUCell"),
        ("rnn_step", lambda x, h, *w: torch.rnn_tanh_cell(x, h, *w), "torch.rnn_tanh_cell"),
    ],
)
def test_the_librarys_cells_are_not_allowed(name: str, program: Any, call: str) -> None:
    assert call in library_calls(program, RECURRENT[name].not_allowed)


def test_the_librarys_lstm_is_allowed_in_the_forecaster() -> None:
    assert not of_name("recurrent_networks").not_allowed
    assert not RECURRENT["Forecaster"].not_allowed


@pytest.mark.parametrize("seed", range(6))
def test_the_bar_for_a_trained_forecaster_is_reached_with_room(seed: int) -> None:
    """The reference stays below the bar, which itself is a tenth below the better naive forecast."""
    for kind in RECURRENT["train_forecaster"].cases:
        made = kind.draw(np.random.default_rng(seed))
        if isinstance(made, Scored) and made.score.rule == "root_mean_square_error":
            came = drive(made.request, lambda: answers("recurrent_networks")["train_forecaster"])
            assert made.score.most is not None
            assert not math.isnan(score_of(made.score, came.value))
            assert score_of(made.score, came.value) < 0.97 * made.score.most
