"""The explorer of the local minimum: may noise carry gradient descent out of it? It may; that is no promise."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from numpy.typing import NDArray

from hocsau import plots
from hocsau.explore import panels
from hocsau.explore.live import Live, Slider
from hocsau.language import Text

__all__ = ["Escape", "compute_escape", "double_well", "escape"]

Array = NDArray[np.float64]
START, LEARNING_RATE, STEPS, RUNS = 1.5, 0.1, 500, 1000
TARGET = 0.7
TILT = 0.1
# The local maximum between the wells: the middle root of w^3 - w + 0.1.
BARRIER = float(np.sort(np.roots([1.0, 0.0, -1.0, TILT]).real)[1])


@dataclass(frozen=True)
class Escape:
    """Where many noisy runs of gradient descent end on a loss with two wells."""

    ends: Array  # (RUNS,)
    shares: Array  # (STEPS + 1,) share of runs in the lower well after each step

    @property
    def share(self) -> float:
        """The share of runs that ends in the lower well."""
        return float(self.shares[-1])

    @property
    def met(self) -> bool:
        """Whether enough runs end in the lower well."""
        return self.share >= TARGET


def double_well(w: Array) -> Array:
    """J(w) = w^4/4 - w^2/2 + 0.1 w: a lower well near -1.05, a higher one near 0.95."""
    values: Array = w**4 / 4 - w**2 / 2 + TILT * w
    return values


@functools.lru_cache(maxsize=2)
def _noise(seed: int) -> Array:
    return np.random.default_rng(seed).normal(size=(STEPS, RUNS))


def compute_escape(noise: float, seed: int = 0) -> Escape:
    """1000 runs of 500 steps w := w - 0.1 (J'(w) + noise) from 1.5, the noise normal with mean 0.

    noise: its standard deviation
    seed:  of the noise; one seed gives the same draws, scaled, for every standard deviation
    """
    kicks = LEARNING_RATE * noise * _noise(seed)
    w = np.full(RUNS, START)
    shares = np.zeros(STEPS + 1)
    for t, kick in enumerate(kicks, start=1):
        w -= LEARNING_RATE * (w * (w * w - 1) + TILT) + kick
        shares[t] = np.count_nonzero(w < BARRIER)
    return Escape(w, shares / RUNS)


def escape() -> Live:
    """Does noise lead out of a local minimum? Sliders for its standard deviation and the seed."""
    figure = plots.new_figure(9.6, 3.9)
    well, share = figure.subplots(1, 2)

    w = np.linspace(-2.1, 2.1, 301)
    well.plot(w, double_well(w), color=plots.COLOURS["black"], linestyle="-", linewidth=1.2)
    well.set(xlim=(-2.1, 2.1), ylim=(-0.55, 1.25), xlabel="w", ylabel="J(w)")
    well.set_title(_ENDS.say(), fontsize=10)
    well.axvline(BARRIER, color=plots.COLOURS["black"], linestyle=(0, (4, 3)), linewidth=1)
    for text, where in ((_LOWER, -1.05), (_HIGHER, 0.95)):
        well.text(where, -0.47, text.say(), ha="center", fontsize=9)
    well.annotate(_START.say(), (START, double_well(np.array(START))), xytext=(-10, 0),
                  textcoords="offset points", ha="right", fontsize=9)  # fmt: skip
    well.plot(
        START, double_well(np.array(START)), "s", color=plots.COLOURS["vermillion"], markersize=7
    )
    dots = panels.walk(well, linestyle="none", markersize=4, alpha=0.35)

    share.set(xlim=(0, STEPS), ylim=(0, 100), xlabel=panels.STEP.say(), ylabel=_SHARE.say())
    share.set_title(_RUNS.say(), fontsize=10)
    panels.target_line(share, 100 * TARGET)
    (curve,) = share.plot(
        np.arange(STEPS + 1), np.zeros(STEPS + 1), color=plots.COLOURS["blue"], linestyle="-"
    )
    compute = functools.lru_cache(maxsize=1)(compute_escape)
    lift = 0.03 + 0.3 * np.random.default_rng(0).random(RUNS)  # spreads the dots above the curve

    def update(noise: float, seed: int) -> list[Artist]:
        state = compute(noise, seed)
        dots.set_data(state.ends, double_well(state.ends) + (lift if noise else 0 * lift))
        curve.set_ydata(100 * state.shares)
        return [dots, curve]

    def status(noise: float, seed: int) -> Text:
        return _STATUS.format(
            noise=f"{noise:.1f}", seed=seed, share=f"{100 * compute(noise, seed).share:.1f}"
        )

    return Live(
        figure,
        [
            Slider("noise", _NOISE, 0.0, 3.0, 0.1, 0.0, format=".1f"),
            Slider("seed", _SEED, 0, 9, 1, 0, format="d"),
        ],
        update,
        alt=lambda **values: _ALT + status(**values),
        status=status,
        challenge=_CHALLENGE,
        met=lambda **values: compute(*values.values()).met,
    )


_NOISE = Text("noise of the gradient, sd", "độ lệch chuẩn của nhiễu gradient")
_SEED = Text("random seed", "hạt giống ngẫu nhiên")
_ENDS = Text(
    "Where 1000 runs end (dots spread upwards)",
    "1000 lần chạy kết thúc ở đâu (chấm rải lên trên)",
)
_RUNS = Text("Share of the runs in the lower well", "Tỉ lệ lần chạy nằm trong hố thấp")
_SHARE = Text("runs in the lower well (%)", "số lần chạy trong hố thấp (%)")
_LOWER = Text("lower well", "hố thấp")
_HIGHER = Text("local minimum", "cực tiểu địa phương")
_START = Text("start", "điểm đầu")
_CHALLENGE = Text(
    "choose the noise so that at least 70 % of the runs end in the lower well. Does more noise always help?",
    "chọn mức nhiễu để ít nhất 70 % số lần chạy kết thúc trong hố thấp. Nhiễu nhiều hơn có luôn tốt hơn không?",
)
_STATUS = Text(
    "Noise of standard deviation {noise}, seed {seed}: {share} % of 1000 runs end in the lower well after 500 steps.",
    "Nhiễu có độ lệch chuẩn {noise}, hạt giống {seed}: {share} % trong 1000 lần chạy kết thúc ở hố thấp sau 500 bước.",
)
_ALT = Text(
    "A loss with a lower well on the left and a local minimum on the right, dots where noisy gradient descent "
    "from w = 1.5 ends, and the share of runs in the lower well per step. ",
    "Hàm mất mát có hố thấp bên trái và một cực tiểu địa phương bên phải, các chấm cho biết gradient descent có nhiễu "
    "từ w = 1.5 kết thúc ở đâu, và tỉ lệ lần chạy nằm trong hố thấp theo từng bước. ",
)
