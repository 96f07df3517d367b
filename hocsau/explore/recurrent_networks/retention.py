"""Explorer 6b: how long an LSTM keeps a number when nothing comes in: the half-life that a forget bias buys."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from hocsau import plots
from hocsau.explore import panels
from hocsau.explore.activations import sigmoid
from hocsau.explore.attempt import Array, Attempt, Learner
from hocsau.explore.live import Live, Slider
from hocsau.language import Text

__all__ = ["Retention", "compute_retention", "half_life", "retention"]

LONGEST, ASKED, KEPT = 300, 100, 0.5
SHUT, OPEN = -40.0, 40.0


@dataclass(frozen=True)
class Retention:
    """What 6b draws: the cell state at steps 0 .. T, from 1 at the start."""

    cs: Array  # (T + 1,)
    note: Text | None


def half_life(b_f: float) -> float:
    """After how many steps is half left? ln 2 / ln(1 + e^-b_f): sigmoid(b_f)^t = 1/2."""
    return float(np.log(2) / np.log1p(np.exp(-b_f)))


def compute_retention(b_f: float, T: int, lstm: Learner = None) -> Retention:
    """The cell state of one unit whose input gate is shut and whose forget gate stands at sigmoid(b_f).

    lstm: the learner's lstm(xs, h, c, W_ih, W_hh, b_ih, b_hh), run on T steps of zeros; None for our own
    """
    attempt = Attempt(lstm and _run(lstm), "lstm")
    cs = attempt(b_f, T, shape=(T + 1,))
    if cs is None:
        cs = sigmoid(b_f) ** np.arange(T + 1.0)
    return Retention(cs, attempt.note)


def _run(lstm: Callable[..., Any]) -> Callable[..., Any]:
    """c over time, read off the learner's outputs: with the output gate open h = tanh(c)."""

    def states(b_f: float, T: int) -> Any:
        import torch

        def zeros(*shape: int) -> Any:
            return torch.zeros(*shape, dtype=torch.float64)

        b = torch.tensor([SHUT, b_f, 0.0, OPEN], dtype=torch.float64)
        outputs, (_, c) = lstm(zeros(T, 1, 1), zeros(1, 1), zeros(1, 1) + 1, zeros(4, 1), zeros(4, 1), b, zeros(4))
        cs = torch.atanh(outputs.detach().reshape(T).clamp(-1 + 1e-15, 1 - 1e-15))
        return [1.0, *cs[:-1].tolist(), c.item()]

    return states


def _drawing(figure: Figure) -> panels.Drawing:
    left, right = figure.subplots(1, 2, width_ratios=(1.2, 1))
    panels.level(left, 0.5, quiet=True)
    panels.label(left, _KEPT, xlim=(0, LONGEST), ylim=(-0.03, 1.05), xlabel=_STEP)
    curve = panels.line(left, "-", "blue", linewidth=2)
    end = panels.line(left, "o", "vermillion", markersize=8)
    biases = np.linspace(0, 6, 121)
    right.plot(biases, [half_life(b) for b in biases], "-", color=plots.COLOURS["blue"])
    panels.level(right, ASKED, quiet=True)
    panels.label(right, _HALF, yscale="log", xlim=(0, 6), ylim=(0.7, 400), xlabel=_BIAS)
    point = panels.line(right, "o", "vermillion", markersize=8)

    def draw(state: Retention, b_f: float, T: int) -> panels.Artists:
        cs = np.clip(state.cs, -1, 2)
        panels.place(curve, np.arange(T + 1), cs)
        panels.place(end, [T], cs[-1:])
        panels.place(point, [b_f], [half_life(b_f)])
        return [curve, end, point]

    return draw


def _status(state: Retention, b_f: float, T: int) -> Text:
    return _STATUS.format(bias=b_f, gate=sigmoid(b_f), steps=T, kept=state.cs[-1], half=half_life(b_f))


def _met(state: Retention, T: int) -> bool:
    return T >= ASKED and bool(state.cs[-1] >= KEPT)


def retention(lstm: Learner = None) -> Live:
    """What is the half-life of a memory? Sliders for the bias of the forget gate and the number of steps.

    lstm: the learner's lstm; None or unfinished: our own
    """
    figure = plots.new_figure(9.6, 4.0)
    controls = [
        Slider("b_f", _BIAS, 0.0, 6.0, 0.1, 1.0, format=".1f"),
        Slider("T", Text("steps T"), 10, LONGEST, 10, 50, format="d"),
    ]
    compute = functools.partial(compute_retention, lstm=lstm)
    return Live(figure, controls, compute, _drawing(figure), alt=_ALT, status=_status, challenge=_CHALLENGE, met=_met)


_BIAS = Text("bias of the forget gate b_f")
_STEP = Text("step t")
_KEPT = Text("What is left of c = 1")
_HALF = Text("Half-life in steps")
_CHALLENGE = Text("Keep at least half for 100 steps or more.")
_STATUS = Text(
    "b_f = {bias:.1f}: the gate stands at {gate:.4f}; after {steps} steps {kept:.2g} is left; half-life {half:.1f} steps."
)
_ALT = Text(
    "Left: the cell state over time when nothing comes in, from 1 downwards. Right: the half-life against the forget bias, on a logarithmic axis. "
)
