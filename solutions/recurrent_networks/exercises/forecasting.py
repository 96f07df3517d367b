"""Lesson 6: cases of windows, the forecaster and its training; a trained one is judged on bicycle rentals it has not seen."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from grader.course.definition import CaseKind
from grader.course.repeated import repeated
from hocsau.datasets import bikeshare
from hocsau.judging.request import Build, Call, Forward, Model, Seed
from hocsau.judging.scoring import Score, Scored
from hocsau.judging.values import Tensor
from hocsau.language import Text

__all__ = ["BUG_HUNT", "FORECASTER", "TRAINING", "WINDOWS"]

Rng = np.random.Generator
Array = np.ndarray[Any, np.dtype[Any]]
DAY = 24


def _windows(rng: Rng, T: int, length: int, horizon: int, dtype: str = "float64") -> Call:
    series = rng.normal(size=T).astype(dtype)
    return Call({"series": Tensor(series), "length": length, "horizon": horizon})


WINDOWS = (
    CaseKind(Text("ten values, one ahead"), lambda rng: _windows(rng, 10, 3, 1), device=True, sees=("series (T,)", "inputs (n, length), targets (n, horizon) the values that follow, n = T - length - horizon + 1", "last window",)),
    CaseKind(Text("three ahead"), lambda rng: _windows(rng, 12, 4, 3), sees=("inputs (n, length), targets (n, horizon) the values that follow, n = T - length - horizon + 1", "no leak", "horizon > 1",)),
    CaseKind(Text("a single window"), lambda rng: _windows(rng, 7, 5, 2), sees=("last window",)),
    CaseKind(Text("windows of one value"), lambda rng: _windows(rng, 6, 1, 2), hidden=True),
    CaseKind(Text("as far ahead as back"), lambda rng: _windows(rng, 15, 4, 4, "float32"), hidden=True, sees=("no leak",)),
)  # fmt: skip


def _forecaster(
    rng: Rng, N: int, length: int, hidden: int, horizon: int, dtype: str = "float64", *, new: bool = False
) -> Build:  # fmt: skip
    """Weights and scale are set; the first windows come twice, and as many others after them: no state may be left behind.

    All in eval mode: after a call in train mode the buffers would be compared, and (1,) is as good a shape for them as ().
    new  the scale is not set, and is 0 and 1
    """
    shapes = {
        "lstm.weight_ih_l0": (4 * hidden, 1),
        "lstm.weight_hh_l0": (4 * hidden, hidden),
        "lstm.bias_ih_l0": (4 * hidden,),
        "lstm.bias_hh_l0": (4 * hidden,),
        "head.weight": (horizon, hidden),
        "head.bias": (horizon,),
    }
    weights = {name: rng.normal(size=shape).astype(dtype) for name, shape in shapes.items()}
    mean, std = float(rng.uniform(2, 5)), float(rng.uniform(1.5, 3))
    if new:
        mean, std = 0.0, 1.0
    else:
        weights |= {"mean": np.array(mean, dtype), "std": np.array(std, dtype)}

    def windows() -> dict[str, Any]:
        drawn = mean + std * rng.normal(size=(N, length))
        return {"inputs": Tensor(drawn.astype(dtype), requires_grad=True)}

    first, other = windows(), windows()
    calls = (
        Forward(first, backward=int(rng.integers(1, 10**6))),
        Forward(first),
        Forward(other),
    )
    return Build({"hidden_size": hidden, "horizon": horizon}, weights, calls, dtype)


FORECASTER = (
    CaseKind(Text("two windows, three ahead, and the gradients"), lambda rng: _forecaster(rng, 2, 6, 4, 3), sees=("scaling undone", "buffers not trained",)),
    CaseKind(Text("as many windows as steps"), lambda rng: _forecaster(rng, 5, 5, 3, 2)),
    CaseKind(Text("one window, one hidden unit, one ahead"), lambda rng: _forecaster(rng, 1, 4, 1, 1)),
    CaseKind(Text("float32"), lambda rng: _forecaster(rng, 3, 8, 5, 2, "float32"), hidden=True),
    CaseKind(Text("a long window"), lambda rng: _forecaster(rng, 2, 30, 2, 4), hidden=True),
    CaseKind(Text("before any training: mean 0, std 1"), lambda rng: _forecaster(rng, 3, 4, 2, 3, new=True), sees=("buffers not trained",)),
)  # fmt: skip


def cut(series: Array, length: int, horizon: int) -> tuple[Array, Array]:
    """(n, length) and the (n, horizon) values that follow."""
    both = np.lib.stride_tricks.sliding_window_view(series, length + horizon)
    return both[:, :length].copy(), both[:, length:].copy()


def _one_step(rng: Rng, n: int, length: int, horizon: int, level: float = 2.0, room: int = 2) -> Call:
    """One step of Adam on all windows: its size is the learning rate, whatever the units of the error.

    level: of the forecasts before, in standard deviations: too high or too low
    room:  a batch has room for so many times the windows; for 1 it is full, and nobody drops it as incomplete

    The series climbs and the targets spread wider, so that a scale taken from elsewhere shows.
    n is so large that std with or without Bessel's correction is the same, and the rate so high that a decay of the weights is not.
    """
    t = np.arange(n + length + horizon - 1)
    series = 2 * n + float(rng.uniform(2, 3)) * t + 3 * rng.normal(size=len(t))
    inputs, targets = cut(series, length, horizon)
    targets += n / 4 * rng.normal(size=targets.shape)
    model = _line(rng, length, level + rng.normal(size=horizon))
    return _training(model, inputs, targets, 1, float(rng.uniform(0.2, 0.3)), room * n, rng)


def _between(rng: Rng, n: int, length: int) -> Call:
    """One step whose signs say what the error is.

    One forecast lies between 0 and the scaled targets, one between those and the targets, and one above the mean of targets of
    which a tenth lies far above it: their squares pull it down, their fourth powers up.
    """
    std = float(rng.uniform(4, 6))
    inputs = std * rng.normal(size=(n, length))
    above = 4 * std + std * rng.normal(size=(n, 2))
    skewed = std * np.where(np.arange(n) % 10 == 0, 6.0, -1.0) + 0.1 * std * rng.normal(size=n)
    order = rng.permutation(3)
    targets = np.column_stack([above, skewed])[:, order]
    model = _line(rng, length, np.array([2 / std, 2.0, 0.0])[order])
    return _training(model, inputs, targets, 1, float(rng.uniform(0.2, 0.3)), 2 * n, rng)


def _line(rng: Rng, length: int, bias: Array) -> Model:
    """A line that begins at `bias` standard deviations from the mean, in eval mode and with stale gradients."""
    horizon = len(bias)
    drawn = {"head.weight": rng.normal(size=(horizon, length)) / length, "head.bias": bias}
    return Model(
        "line_forecaster", {"length": length, "horizon": horizon}, drawn, dtype="float64",
        training=False, stale=True, seed=int(rng.integers(10**6)),
    )  # fmt: skip


def _training(model: Model, inputs: Array, targets: Array, epochs: int, rate: float, size: int, rng: Rng) -> Call:
    arguments = {
        "model": model,
        "inputs": Tensor(inputs),
        "targets": Tensor(targets),
        "epochs": epochs,
        "learning_rate": rate,
        "batch_size": size,
        "generator": Seed(int(rng.integers(10**6))),
    }
    return Call(arguments, watch=("model",))


def _few(rng: Rng, *, record: bool = False) -> Call:
    """Three epochs on thirty windows, batches of eight: all rows differ, so that each is known again."""
    length, horizon, n = 3, 2, 30
    settings = {"length": length, "horizon": horizon}
    seed = int(rng.integers(10**6))
    model = Model("line_forecaster", settings, dtype="float64", seed=seed, record=record)
    inputs, targets = 4 + 2 * rng.normal(size=(n, length)), rng.normal(size=(n, horizon))
    return _training(model, inputs, targets, 3, 0.05, 8, rng)


def _orders(rng: Rng, rule: str) -> Scored:
    """What it learns from in each epoch: every window, and in a new order."""
    call = _few(rng, record=True)
    rows = {"inputs": call.arguments["inputs"], "epochs": call.arguments["epochs"]}
    return Scored(call, Score(rule, rows, least=1.0))


@cache
def _rentals() -> Array:
    """(8760,) bicycles rented in each hour of 2011; an hour without a row had none."""
    table = bikeshare()
    hours = np.zeros(365 * DAY)
    hours[(table.day - 1) * DAY + table.hour] = table.bikers
    return hours


def _bikes(
    rng: Rng,
    horizon: int,
    rule: str = "root_mean_square_error",
    weeks: tuple[int, int] = (10, 3),
) -> Scored:
    """Train on ten weeks, judge on the three that follow: below 0.95 of the better of two naive forecasts.

    The rate is so low that, whatever is drawn, a single epoch stays above it and the whole training, or all but its last
    epoch, comes below: in 200 draws one and three hours ahead, at least 1.00 and 1.02 against at most 0.91 and 0.87.

    The stretch and its units are drawn anew, so that what lies on a disk says nothing.
    """
    length, past, future = DAY, 7 * weeks[0] * DAY, 7 * weeks[1] * DAY
    start = int(rng.integers(90 * DAY, 270 * DAY - past - future)) // DAY * DAY
    stretch = _rentals()[start : start + past + future]
    stretch = float(rng.uniform(0.5, 3)) * stretch + float(rng.uniform(-50, 200))
    inputs, targets = cut(stretch[:past].astype(np.float32), length, horizon)
    held_out, truth = cut(stretch[past - length :].astype(np.float32), length, horizon)
    persistence, seasonal = held_out[:, -1:], held_out[:, :horizon]
    naive = min(_error(persistence, truth), _error(seasonal, truth))
    settings = {"length": length, "horizon": horizon}
    model = Model("line_forecaster", settings, training=False, seed=int(rng.integers(10**6)))
    data: dict[str, Any]
    if rule == "scaling_error":
        score = Score(rule, {"values": inputs}, most=0.01)
    else:
        data = {"model": model, "inputs": Tensor(held_out), "targets": truth}
        score = Score(rule, data, most=0.95 * naive)
    return Scored(_training(model, inputs, targets, 32, 0.003, 96, rng), score)


def _error(forecast: Array, truth: Array) -> float:
    return float(np.sqrt(((forecast - truth) ** 2).mean()))


TRAINING = (
    CaseKind(Text("one step on all windows, three ahead"), lambda rng: _one_step(rng, 300, 4, 3)),
    CaseKind(Text("one step on all windows, one ahead"), lambda rng: _one_step(rng, 400, 3, 1, -6.0, room=1)),
    CaseKind(Text("one step, forecasts between zero and the targets"), lambda rng: _between(rng, 200, 3)),
    CaseKind(Text("three epochs: every window in each"), lambda rng: _orders(rng, "least_seen")),
    CaseKind(Text("three epochs: a new order in each"), lambda rng: _orders(rng, "new_orders")),
    CaseKind(Text("the same seed twice, then another"), lambda rng: repeated(_few(rng))),
    CaseKind(Text("the scale of the training windows"), lambda rng: _bikes(rng, 1, "scaling_error", (2, 1)), seconds=60, sees=("mean and std from the training inputs alone",)),
    CaseKind(Text("bicycles an hour ahead: better than both naive forecasts"), lambda rng: _bikes(rng, 1), weight=2, seconds=60, sees=("beats persistence and the seasonal naive forecast on a real held-out stretch",)),
    CaseKind(Text("one step, other numbers"), lambda rng: _one_step(rng, 350, 5, 2), hidden=True),
    CaseKind(Text("bicycles, three hours ahead"), lambda rng: _bikes(rng, 3), hidden=True, weight=2, seconds=60, sees=("beats persistence and the seasonal naive forecast on a real held-out stretch",)),
)  # fmt: skip


def _scaled(rng: Rng, T: int, split: int, dtype: str = "float64") -> Call:
    """A series whose level and spread change at the split."""
    series = 3 * rng.normal(size=T) + 5
    series[split:] = series[split:] * float(rng.uniform(2, 4)) + float(rng.uniform(10, 20))
    return Call({"series": Tensor(series.astype(dtype)), "split": split})


BUG_HUNT = (
    CaseKind(Text("twelve values, eight to learn from"), lambda rng: _scaled(rng, 12, 8)),
    CaseKind(Text("split in the middle"), lambda rng: _scaled(rng, 20, 10)),
    CaseKind(Text("float32"), lambda rng: _scaled(rng, 30, 21, "float32")),
    CaseKind(Text("a single value held out"), lambda rng: _scaled(rng, 9, 8), hidden=True),
)  # fmt: skip
