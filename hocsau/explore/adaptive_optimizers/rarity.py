"""Explorer 3b: the effective rate of a frequent and of a rare feature, over time."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from hocsau import plots
from hocsau.explore import panels
from hocsau.explore.attempt import Array, Attempt, Learner
from hocsau.explore.live import Live, Slider
from hocsau.language import Text

__all__ = ["Rarity", "compute_rates", "rates"]

LONGEST = 1000
TARGET = 4.0
ALPHA = 0.1
BETA, BETA2 = 0.9, 0.999


@dataclass(frozen=True)
class Rarity:
    """The effective rates; column 0 is the frequent feature, column 1 the rare one."""

    adagrad: Array  # (T, 2)
    rmsprop: Array  # (T, 2)
    adam: Array  # (T, 2)
    note: Text | None

    @property
    def ratio(self) -> float:
        """How many times larger the rare feature's rate is in the end, with Adagrad."""
        return float(self.adagrad[-1, 1] / self.adagrad[-1, 0])

    @property
    def met(self) -> bool:
        """Whether the ratio is as large as asked for."""
        return self.ratio >= TARGET


def gradients(period: int, steps: int) -> Array:
    """A gradient of 1 in every step, and one in every `period`-th step; (steps, 2)."""
    t = np.arange(1, steps + 1)
    return np.stack([np.ones(steps), (t % period == 0).astype(np.float64)], axis=1)


def averages(grads: Array, beta: float) -> Array:
    """beta s + (1 - beta) g^2 in every step, from 0; (T, 2)."""
    s, rows = np.zeros(2), []
    for square in grads**2:
        s = beta * s + (1 - beta) * square
        rows.append(s)
    return np.array(rows)


def compute_rates(period: int, steps: int, eps: float, rate: Learner = None) -> Rarity:
    """The effective rates of Adagrad, RMSProp and Adam after each of `steps` steps.

    rate: the learner's adagrad_effective_rate(grads, learning_rate, eps), or None for our own
    """
    grads = gradients(period, steps)
    attempt = Attempt(rate, "adagrad_effective_rate")
    adagrad = attempt(grads, ALPHA, eps, shape=grads.shape)
    if adagrad is None:
        adagrad = ALPHA / np.sqrt(np.cumsum(grads**2, axis=0) + eps)
    v_hat = averages(grads, BETA2) / (1 - BETA2 ** np.arange(1, steps + 1))[:, None]
    rmsprop = ALPHA / np.sqrt(averages(grads, BETA) + eps)
    return Rarity(adagrad, rmsprop, ALPHA / (np.sqrt(v_hat) + eps), attempt.note)


def _drawing(figure: Figure) -> panels.Drawing:
    panes, lines = figure.subplots(1, 3, sharey=True), []
    for axes, name in zip(panes, ("Adagrad", "RMSProp, β = 0.9", "Adam, β₂ = 0.999"), strict=True):
        panels.label(axes, name, xscale="log", yscale="log", xlim=(1, LONGEST), ylim=(1e-3, 1e2), xlabel=panels.STEP)
        lines.append(panels.line(axes, "-", "blue", linewidth=1.8))
        lines.append(panels.line(axes, panels.DASHED, "vermillion", linewidth=1.8))
    panes[0].set_ylabel(_RATE.say())
    panels.legend(figure, lines[:2], [_FREQUENT, _RARE], handlelength=3)

    def draw(state: Rarity) -> panels.Artists:
        columns = np.concatenate([state.adagrad, state.rmsprop, state.adam], axis=1).T
        for line, rates in zip(lines, np.clip(columns, 1e-4, 1e3), strict=True):
            panels.place(line, np.arange(1, len(rates) + 1), rates)
        return [*lines]

    return draw


def _status(state: Rarity, **values: float) -> Text:
    frequent, rare = state.adagrad[-1]
    rmsprop, adam = (float(table[-1, 1] / table[-1, 0]) for table in (state.rmsprop, state.adam))
    return _STATUS.format(**values, frequent=frequent, rare=rare, ratio=state.ratio, rmsprop=rmsprop, adam=adam)


def _met(state: Rarity, steps: int) -> bool:
    return steps == 200 and state.met


def rates(rate: Learner = None) -> Live:
    """What does rarity buy? Sliders for how rare the rare feature is, for the time, and for epsilon.

    rate: the learner's adagrad_effective_rate(grads, learning_rate, eps); None or unfinished: our own
    """
    figure = plots.new_figure(10.4, 3.9)
    controls = [
        Slider("period", Text("rarity p"), 1, 50, 1, 4, format="d"),
        Slider("steps", Text("steps T"), 50, LONGEST, 10, 200, format="d"),
        Slider("eps", Text("ε"), 1e-8, 1.0, 1.0, 1e-8, log=True, format=".0e"),
    ]
    compute = functools.partial(compute_rates, rate=rate)
    return Live(figure, controls, compute, _drawing(figure), alt=_ALT, status=_status, challenge=_CHALLENGE, met=_met)


_RATE = Text("effective rate")
_FREQUENT = Text("frequent feature: a gradient in every step")
_RARE = Text("rare feature: a gradient in every p-th step")
_CHALLENGE = Text("with T = 200, make Adagrad's rate for the rare feature at least 4 times that of the frequent one.")
_STATUS = Text(
    "α = 0.1, p = {period}, after {steps} steps. Adagrad: frequent {frequent:.4f}, rare {rare:.4f}, ratio {ratio:.2f}. "
    "Ratio with RMSProp {rmsprop:.2f}, with Adam {adam:.2f}."
)
_ALT = Text(
    "The effective rate of a frequent and of a rare feature per step, for Adagrad, RMSProp and Adam, on logarithmic axes. "
)
