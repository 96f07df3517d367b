"""Explorer 6b: how long an LSTM keeps a number when nothing comes in: the half-life that a forget bias buys."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from numpy.typing import NDArray

from hocsau import plots
from hocsau.explore.attempt import Attempt
from hocsau.explore.live import Live, Slider
from hocsau.language import Text

__all__ = ["Retention", "compute_retention", "half_life", "retention"]

Array = NDArray[np.float64]
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


def compute_retention(b_f: float, T: int, lstm: Callable[..., Any] | None = None) -> Retention:
    """The cell state of one unit whose input gate is shut and whose forget gate stands at sigmoid(b_f).

    lstm: the learner's lstm(xs, h, c, W_ih, W_hh, b_ih, b_hh), run on T steps of zeros; None for our own
    """
    attempt = Attempt(lstm and _run(lstm), "lstm")
    cs = attempt(b_f, T, shape=(T + 1,))
    if cs is None:
        cs = (0.5 * (1 + np.tanh(b_f / 2))) ** np.arange(T + 1.0)
    return Retention(cs, attempt.note)


def _run(lstm: Callable[..., Any]) -> Callable[..., Any]:
    """c over time, read off the learner's outputs: with the output gate open h = tanh(c)."""

    def states(b_f: float, T: int) -> Any:
        import torch

        def zeros(*shape: int) -> Any:
            return torch.zeros(*shape, dtype=torch.float64)

        b = torch.tensor([SHUT, b_f, 0.0, OPEN], dtype=torch.float64)
        outputs, (_, c) = lstm(
            zeros(T, 1, 1), zeros(1, 1), zeros(1, 1) + 1, zeros(4, 1), zeros(4, 1), b, zeros(4)
        )
        cs = torch.atanh(outputs.detach().reshape(T).clamp(-1 + 1e-15, 1 - 1e-15))
        return [1.0, *cs[:-1].tolist(), c.item()]

    return states


def retention(lstm: Callable[..., Any] | None = None) -> Live:
    """What is the half-life of a memory? Sliders for the bias of the forget gate and the number of steps.

    lstm: the learner's lstm; None or unfinished: our own
    """
    figure = plots.new_figure(9.6, 4.0)
    left, right = figure.subplots(1, 2, width_ratios=(1.2, 1))
    left.axhline(0.5, color=plots.GREY, linestyle=(0, (2, 2)), linewidth=1)
    left.set(xlim=(0, LONGEST), ylim=(-0.03, 1.05), xlabel=_STEP.say())
    left.set_title(_KEPT.say(), fontsize=10)
    (curve,) = left.plot([], [], "-", color=plots.COLOURS["blue"], linewidth=2)
    (end,) = left.plot([], [], "o", color=plots.COLOURS["vermillion"], markersize=8)
    biases = np.linspace(0, 6, 121)
    right.plot(biases, [half_life(b) for b in biases], "-", color=plots.COLOURS["blue"])
    right.axhline(ASKED, color=plots.GREY, linestyle=(0, (2, 2)), linewidth=1)
    right.set(yscale="log", xlim=(0, 6), ylim=(0.7, 400), xlabel=_BIAS.say())
    right.set_title(_HALF.say(), fontsize=10)
    (point,) = right.plot([], [], "o", color=plots.COLOURS["vermillion"], markersize=8)
    compute = functools.lru_cache(maxsize=1)(functools.partial(compute_retention, lstm=lstm))

    def update(b_f: float, T: int) -> list[Artist]:
        state = compute(b_f, T)
        curve.set_data(np.arange(T + 1), np.clip(state.cs, -1, 2))
        end.set_data([T], np.clip(state.cs[-1:], -1, 2))
        point.set_data([b_f], [half_life(b_f)])
        return [curve, end, point]

    def status(b_f: float, T: int) -> Text:
        state = compute(b_f, T)
        return _STATUS.format(
            bias=f"{b_f:.1f}", gate=f"{0.5 * (1 + np.tanh(b_f / 2)):.4f}", steps=T,
            kept=f"{state.cs[-1]:.2g}", half=f"{half_life(b_f):.1f}",
        )  # fmt: skip

    def met(b_f: float, T: int) -> bool:
        return T >= ASKED and bool(compute(b_f, T).cs[-1] >= KEPT)

    return Live(
        figure,
        [
            Slider("b_f", _BIAS, 0.0, 6.0, 0.1, 1.0, format=".1f"),
            Slider("T", _STEPS, 10, LONGEST, 10, 50, format="d"),
        ],
        update,
        alt=lambda **values: _ALT + status(**values),
        status=status,
        challenge=_CHALLENGE,
        met=met,
        note=lambda b_f, T: compute(b_f, T).note,
    )


_BIAS = Text("bias of the forget gate b_f", "bias của cổng quên b_f")
_STEPS = Text("steps T", "số bước T")
_STEP = Text("step t", "bước t")
_KEPT = Text("What is left of c = 1", "Phần còn lại của c = 1")
_HALF = Text("Half-life in steps", "Thời gian bán rã, tính theo bước")
_CHALLENGE = Text(
    "Keep at least half for 100 steps or more.", "Giữ được ít nhất một nửa qua 100 bước hoặc hơn."
)
_STATUS = Text(
    "b_f = {bias}: the gate stands at {gate}; after {steps} steps {kept} is left; half-life {half} steps.",
    "b_f = {bias}: cổng ở mức {gate}; sau {steps} bước còn {kept}; thời gian bán rã {half} bước.",
)
_ALT = Text(
    "Left: the cell state over time when nothing comes in, from 1 downwards. Right: the half-life against the forget bias, on a logarithmic axis. ",
    "Trái: trạng thái ô nhớ theo thời gian khi không có gì đi vào, bắt đầu từ 1 rồi giảm. Phải: thời gian bán rã theo bias của cổng quên, trục logarit. ",
)
