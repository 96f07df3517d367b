"""The explorer of the local minimum: may noise carry gradient descent out of it? It may; that is no promise."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from hocsau import plots
from hocsau.explore import panels
from hocsau.explore.attempt import Array
from hocsau.explore.live import Live, Slider
from hocsau.language import Text

__all__ = ["Escape", "compute_escape", "double_well", "escape"]

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


def _drawing(figure: Figure) -> panels.Drawing:
    well, share = figure.subplots(1, 2)
    w = np.linspace(-2.1, 2.1, 301)
    well.plot(w, double_well(w), color=plots.COLOURS["black"], linestyle="-", linewidth=1.2)
    panels.label(well, _ENDS, xlim=(-2.1, 2.1), ylim=(-0.55, 1.25), xlabel="w", ylabel="J(w)")
    well.axvline(BARRIER, color=plots.COLOURS["black"], linestyle=(0, (4, 3)), linewidth=1)
    for text, where in ((_LOWER, -1.05), (_HIGHER, 0.95)):
        well.text(where, -0.47, text.say(), ha="center", fontsize=9)
    start = START, float(double_well(np.array(START)))
    panels.annotate(well, _START, start, (-10, 0), ha="right", fontsize=9)
    well.plot(*start, "s", color=plots.COLOURS["vermillion"], markersize=7)
    dots = panels.walk(well, linestyle="none", markersize=4, alpha=0.35)
    panels.label(share, _RUNS, xlim=(0, STEPS), ylim=(0, 100), xlabel=panels.STEP, ylabel=_SHARE)
    panels.target_line(share, 100 * TARGET)
    curve = panels.line(share, "-", "blue")
    lift = 0.03 + 0.3 * np.random.default_rng(0).random(RUNS)  # spreads the dots above the curve

    def draw(state: Escape, noise: float) -> panels.Artists:
        panels.place(dots, state.ends, double_well(state.ends) + (lift if noise else 0 * lift))
        panels.place(curve, np.arange(STEPS + 1), 100 * state.shares)
        return [dots, curve]

    return draw


def escape() -> Live:
    """Does noise lead out of a local minimum? Sliders for its standard deviation and the seed."""
    figure = plots.new_figure(9.6, 3.9)
    controls = [
        Slider("noise", _NOISE, 0.0, 3.0, 0.1, 0.0, format=".1f"),
        Slider("seed", panels.SEED, 0, 9, 1, 0, format="d"),
    ]
    return Live(
        figure,
        controls,
        compute_escape,
        _drawing(figure),
        alt=_ALT,
        status=lambda state, **values: _STATUS.format(**values, share=100 * state.share),
        challenge=_CHALLENGE,
    )


_NOISE = Text("noise of the gradient, sd")
_ENDS = Text("Where 1000 runs end (dots spread upwards)")
_RUNS = Text("Share of the runs in the lower well")
_SHARE = Text("runs in the lower well (%)")
_LOWER = Text("lower well")
_HIGHER = Text("local minimum")
_START = Text("start")
_CHALLENGE = Text(
    "choose the noise so that at least 70 % of the runs end in the lower well. Does more noise always help?"
)
_STATUS = Text(
    "Noise of standard deviation {noise:.1f}, seed {seed}: {share:.1f} % of 1000 runs end in the lower well after 500 steps."
)
_ALT = Text(
    "A loss with a lower well on the left and a local minimum on the right, dots where noisy gradient descent "
    "from w = 1.5 ends, and the share of runs in the lower well per step. "
)
