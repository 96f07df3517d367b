"""Explorer 3b: the effective rate of a frequent and of a rare feature, over time."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from numpy.typing import NDArray

from hocsau import plots
from hocsau.explore import panels
from hocsau.explore.attempt import Attempt
from hocsau.explore.live import Live, Slider
from hocsau.language import Text

__all__ = ["Rarity", "compute_rates", "rates"]

Array = NDArray[np.float64]
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


def compute_rates(
    period: int, steps: int, eps: float, rate: Callable[..., Any] | None = None
) -> Rarity:
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


def rates(rate: Callable[..., Any] | None = None) -> Live:
    """What does rarity buy? Sliders for how rare the rare feature is, for the time, and for epsilon.

    rate: the learner's adagrad_effective_rate(grads, learning_rate, eps); None or unfinished: our own
    """
    figure = plots.new_figure(10.4, 3.9)
    panes = figure.subplots(1, 3, sharey=True)
    lines: list[Any] = []
    for axes, name in zip(panes, ("Adagrad", "RMSProp, β = 0.9", "Adam, β₂ = 0.999"), strict=True):
        axes.set(xscale="log", yscale="log", xlim=(1, LONGEST), ylim=(1e-3, 1e2))
        axes.set(xlabel=panels.STEP.say())
        axes.set_title(name, fontsize=10)
        for colour, dashes in (("blue", "-"), ("vermillion", (0, (5, 1.5)))):
            look: dict[str, Any] = {"color": plots.COLOURS[colour], "linestyle": dashes}
            lines += axes.plot([], [], linewidth=1.8, **look)
    panes[0].set_ylabel(_RATE.say())
    figure.legend(
        lines[:2], [_FREQUENT.say(), _RARE.say()],
        loc="outside lower center", ncols=2, handlelength=3, frameon=False, fontsize=9,
    )  # fmt: skip
    compute = functools.lru_cache(maxsize=1)(functools.partial(compute_rates, rate=rate))

    def update(period: int, steps: int, eps: float) -> list[Artist]:
        state = compute(period, steps, eps)
        t = np.arange(1, steps + 1)
        for position, table in enumerate((state.adagrad, state.rmsprop, state.adam)):
            for column in (0, 1):
                line = lines[2 * position + column]
                line.set_data(t, np.clip(table[:, column], 1e-4, 1e3))
        return lines

    def status(period: int, steps: int, eps: float) -> Text:
        state = compute(period, steps, eps)
        return _STATUS.format(
            period=period,
            steps=steps,
            frequent=f"{state.adagrad[-1, 0]:.4f}",
            rare=f"{state.adagrad[-1, 1]:.4f}",
            ratio=f"{state.ratio:.2f}",
            rmsprop=f"{state.rmsprop[-1, 1] / state.rmsprop[-1, 0]:.2f}",
            adam=f"{state.adam[-1, 1] / state.adam[-1, 0]:.2f}",
        )

    return Live(
        figure,
        [
            Slider("period", _PERIOD, 1, 50, 1, 4, format="d"),
            Slider("steps", _STEPS, 50, LONGEST, 10, 200, format="d"),
            Slider("eps", _EPS, 1e-8, 1.0, 1.0, 1e-8, log=True, format=".0e"),
        ],
        update,
        alt=lambda **values: _ALT + status(**values),
        status=status,
        challenge=_CHALLENGE,
        met=lambda period, steps, eps: steps == 200 and compute(period, steps, eps).met,
        note=lambda **values: compute(*values.values()).note,
    )


_RATE = Text("effective rate", "tốc độ học hiệu dụng")
_FREQUENT = Text(
    "frequent feature: a gradient in every step", "đặc trưng thường gặp: bước nào cũng có gradient"
)
_RARE = Text(
    "rare feature: a gradient in every p-th step", "đặc trưng hiếm: cứ p bước mới có gradient"
)
_PERIOD = Text("rarity p", "độ hiếm p")
_STEPS = Text("steps T", "số bước T")
_EPS = Text("ε", "ε")
_CHALLENGE = Text(
    "with T = 200, make Adagrad's rate for the rare feature at least 4 times that of the frequent one.",
    "với T = 200, làm cho tốc độ học của Adagrad với đặc trưng hiếm gấp ít nhất 4 lần đặc trưng thường gặp.",
)
_STATUS = Text(
    "α = 0.1, p = {period}, after {steps} steps. Adagrad: frequent {frequent}, rare {rare}, ratio {ratio}. "
    "Ratio with RMSProp {rmsprop}, with Adam {adam}.",
    "α = 0.1, p = {period}, sau {steps} bước. Adagrad: thường gặp {frequent}, hiếm {rare}, tỉ số {ratio}. "
    "Tỉ số với RMSProp {rmsprop}, với Adam {adam}.",
)
_ALT = Text(
    "The effective rate of a frequent and of a rare feature per step, for Adagrad, RMSProp and Adam, on logarithmic axes. ",
    "Tốc độ học hiệu dụng của một đặc trưng thường gặp và một đặc trưng hiếm ở từng bước, với Adagrad, RMSProp và Adam, trên trục logarit. ",
)
