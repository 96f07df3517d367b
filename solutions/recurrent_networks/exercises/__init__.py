"""Lesson 6, recurrent networks, LSTM and GRU: what each exercise must see."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.course.definition import CaseKind, ExerciseDefinition
from hocsau.judging.allowed import RECURRENT
from hocsau.judging.compare import Tolerance
from hocsau.judging.request import Call
from hocsau.judging.values import Tensor
from hocsau.language import Text
from solutions.recurrent_networks.exercises.cells import GRADIENT, GRU, LSTM, LSTM_CELL, RNN
from solutions.recurrent_networks.exercises.forecasting import (
    BUG_HUNT,
    FORECASTER,
    TRAINING,
    WINDOWS,
)

__all__ = ["EXERCISES", "MARKING_SCHEME"]

Rng = np.random.Generator
SHAPES = ((3, 4), (5,), (2, 1, 3))


def _grads(
    rng: Rng,
    times: float,
    dtype: str = "float64",
    shapes: tuple[tuple[int, ...], ...] = SHAPES,
    sizes: tuple[float, ...] = (0.2, 2.0, 0.7),
) -> Call:
    """Gradients whose norm together is `times` the limit. `sizes`: of the tensors, so that each has a norm of its own."""
    drawn = [(size * rng.normal(size=shape)).astype(dtype) for shape, size in zip(shapes, sizes, strict=True)]
    norm = float(np.sqrt(sum((g.astype(np.float64) ** 2).sum() for g in drawn)))
    return Call({"grads": [Tensor(g) for g in drawn], "max_norm": norm / times})


def _zeros(rng: Rng) -> Call:
    shapes = ((2, 3), (4,))
    return Call({"grads": [Tensor(np.zeros(shape)) for shape in shapes], "max_norm": float(rng.uniform(0.5, 2))})  # fmt: skip


CLIP = (
    CaseKind(Text("three times too long"), lambda rng: _grads(rng, float(rng.uniform(2.5, 4))), device=True, sees=("a list of tensors, one global norm over all", "unchanged below the limit, exactly max_norm above", "norm (0-d tensor) before clipping", "arguments intact",)),
    CaseKind(Text("short enough: nothing changes"), lambda rng: _grads(rng, float(rng.uniform(0.1, 0.3))), sees=("unchanged below the limit, exactly max_norm above", "arguments intact",)),
    CaseKind(Text("a little too long"), lambda rng: _grads(rng, float(rng.uniform(1.02, 1.1)))),
    CaseKind(Text("all gradients zero"), _zeros, sees=("norm (0-d tensor) before clipping",)),
    CaseKind(Text("a hundred times too long, float32"), lambda rng: _grads(rng, 100.0, "float32"), hidden=True, sees=("unchanged below the limit, exactly max_norm above",)),
    CaseKind(Text("one tensor"), lambda rng: _grads(rng, 5.0, shapes=((3, 2),), sizes=(1.0,)), hidden=True, sees=("a list of tensors, one global norm over all",)),
)  # fmt: skip


MARKING_SCHEME = Text(
    "4 points, one each. (1) A curve that lies on the truth proves little: a forecast one day ahead may simply repeat yesterday's price, shifted by one day, "
    "and looks the same; R² of prices is high for persistence too. (2) The comparison that counts: the same error for persistence (and other baselines) "
    "on the same held-out stretch; better still, correlate the forecast CHANGES with the true changes. (3) The leak: scaled with minimum and maximum of the "
    "whole series and split at random, so training has seen the future; split in time and take the scale from the training stretch alone; several stretches (walk-forward). "
    "(4) A sober expectation with a reason: prices are close to a random walk, so persistence is hard to beat, and costs eat small gains; forget gates do not help where there is nothing to remember. "
    "Accept other sound tests; half a point off for a claim without a reason."
)


def _function(name: str, points: float, cases: tuple[CaseKind, ...], **more: Any) -> Any:
    return ExerciseDefinition(name, points, cases, not_allowed=RECURRENT, **more)


EXERCISES = (
    _function("rnn_step", 2, RNN),
    _function("gradient_through_time", 4, GRADIENT, tolerance=Tolerance(1e-8, 1e-13, 1e-4)),
    _function("clip_gradients", 2, CLIP),
    _function("lstm_cell", 5, LSTM_CELL),
    _function("lstm", 3, LSTM),
    _function("gru_cell", 4, GRU),
    _function("make_windows", 3, WINDOWS),
    ExerciseDefinition("Forecaster", 4, FORECASTER, tolerance=Tolerance(1e-6, 1e-9)),
    ExerciseDefinition("train_forecaster", 4, TRAINING, tolerance=Tolerance(1e-3, 1e-6)),
    ExerciseDefinition("recurrent_networks_bug_hunt", 3, BUG_HUNT, contract=False),
    ExerciseDefinition("recurrent_networks_written", 4, kind="written", contract=False),
    ExerciseDefinition("recurrent_networks_quiz", 4, kind="quiz", contract=False),
)
