"""Explorer 2b: the map of the convergence rate over (eta, beta), with the current point on it."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from hocsau import plots
from hocsau.explore import panels, quadratic
from hocsau.explore.attempt import Array, Attempt, Learner
from hocsau.explore.live import Live, Slider
from hocsau.language import Text

__all__ = ["RatePoint", "compute_rate_map", "is_oscillating", "rate_map", "worst_rates"]

EIGENVALUES = (1.0, 100.0)
STEPS = 60
TARGET = 0.83
RATES, BETAS = (0.0005, 0.04), (0.0, 0.99)


@dataclass(frozen=True)
class RatePoint:
    """What 2b draws for the current point: the rate in each direction, and how the distance shrinks there."""

    rates: tuple[float, float]  # for the small and the large eigenvalue
    oscillating: tuple[bool, bool]  # whether the two roots are complex there
    distances: Array  # (STEPS + 1, 2), |w_k| from w_k = 1, v_k = 0
    note: Text | None

    @property
    def worst(self) -> float:
        """The slower direction decides."""
        return max(self.rates)

    @property
    def met(self) -> bool:
        """Whether the worst rate is as small as asked for."""
        return self.worst <= TARGET


def is_oscillating(learning_rate: Array | float, beta: Array | float, eigenvalue: float) -> Any:
    """Whether z^2 - (1 + beta - eta lambda) z + beta has complex roots: its discriminant is negative."""
    return (1 + beta - learning_rate * eigenvalue) ** 2 < 4 * np.asarray(beta)


@functools.lru_cache(maxsize=4)
def worst_rates(columns: int = 160, rows: int = 160) -> tuple[Array, Array, Array]:
    """The larger of the two directions' rates over the whole map.

    returns learning rates (columns,), betas (rows,), rates (rows, columns)
    """
    learning_rates, betas = np.linspace(*RATES, columns), np.linspace(*BETAS, rows)
    eta, beta = np.meshgrid(learning_rates, betas)
    worst = np.zeros_like(eta)
    for eigenvalue in EIGENVALUES:
        new_velocity = np.stack([-eta * eigenvalue, beta], axis=-1)
        matrices = np.stack([new_velocity + np.array([1.0, 0.0]), new_velocity], axis=-2)
        worst = np.maximum(worst, quadratic.spectral_radius(matrices))
    return learning_rates, betas, worst


def compute_rate_map(learning_rate: float, beta: float, rate: Learner = None) -> RatePoint:
    """The rates at one point of the map, for eigenvalues 1 and 100.

    rate: the learner's convergence_rate(learning_rate, beta, eigenvalue), or None for our own
    """
    attempt = Attempt(rate, "convergence_rate")
    tried = [attempt(learning_rate, beta, eigenvalue, shape=()) for eigenvalue in EIGENVALUES]
    rates = [float(value) for value in tried if value is not None]
    if attempt.failed:
        matrices = [quadratic.step_matrix(learning_rate, beta, eigenvalue) for eigenvalue in EIGENVALUES]
        rates = [float(value) for value in quadratic.spectral_radius(np.stack(matrices))]
    path = quadratic.velocity_path(np.ones(2), np.array(EIGENVALUES), learning_rate, beta, STEPS)
    small, large = (bool(is_oscillating(learning_rate, beta, eigenvalue)) for eigenvalue in EIGENVALUES)
    return RatePoint((rates[0], rates[1]), (small, large), np.abs(path), attempt.note)


def _draw_map(figure: Figure, area: Axes) -> None:
    """The worst rate as colours, what diverges hatched, and where the roots turn complex."""
    learning_rates, betas, worst = worst_rates()
    area.grid(False)
    filled = area.contourf(learning_rates, betas, worst, levels=np.linspace(0.8, 1.0, 11), cmap="cividis", extend="min")
    area.contourf(learning_rates, betas, worst, levels=[1.0 + 1e-9, 1e9], colors=["#ededed"], hatches=["//"])
    bar = figure.colorbar(filled, ax=area, label=_RATE.say())
    bar.ax.axhline(TARGET, color="white", linewidth=2)
    eta, beta = np.meshgrid(learning_rates, betas)
    for eigenvalue, dashes in zip(EIGENVALUES, _DASHES, strict=True):
        border = (1 + beta - eta * eigenvalue) ** 2 - 4 * beta
        look: dict[str, Any] = {"colors": ["black"], "linestyles": [dashes], "linewidths": 1.6}
        line = area.contour(learning_rates, betas, border, levels=[0.0], **look)
        line.set_path_effects([withStroke(linewidth=3.6, foreground="white")])
    panels.label(area, _MAP, xlabel=panels.ETA, ylabel=panels.BETA, xlim=RATES, ylim=BETAS)


def _drawing(figure: Figure) -> panels.Drawing:
    area, decay = figure.subplots(1, 2, width_ratios=(1.5, 1))
    _draw_map(figure, area)
    ring: dict[str, Any] = {"markerfacecolor": "white", "markeredgecolor": "black", "markeredgewidth": 2.2}
    (point,) = area.plot([], [], "o", markersize=11, zorder=6, **ring)
    looks = [
        {"color": plots.COLOURS[c], "linestyle": d, "zorder": 2}
        for c, d in zip(("blue", "vermillion"), _DASHES, strict=True)
    ]
    curves = panels.loss_curve(decay, _DECAY, STEPS, (1e-8, 1e3), *looks, ylabel="|w|")
    borders = [area.plot([], [], color="black", linestyle=dashes)[0] for dashes in _DASHES]
    names = [template.format(value=value) for template in (_DISTANCE, _BORDER) for value in EIGENVALUES]
    panels.legend(figure, [*curves, *borders], names, handlelength=3)

    def draw(state: RatePoint, learning_rate: float, beta: float) -> panels.Artists:
        panels.place(point, [learning_rate], [beta])
        for curve, distance in zip(curves, state.distances.T, strict=True):
            panels.place(curve, y=panels.visible_loss(distance))
        return [point, *curves]

    return draw


def _status(state: RatePoint, **values: float) -> Text:
    small, large = state.rates
    roots = [_ROOTS[oscillating] for oscillating in state.oscillating]
    said = _STATUS.format(
        **values, small=small, large=large, small_roots=roots[0], large_roots=roots[1], worst=state.worst
    )
    return said + _UNSTABLE if state.worst > 1 else said


def rate_map(rate: Learner = None) -> Live:
    """Where do the roots turn complex, and where is the cliff? Sliders for the learning rate and beta.

    rate: the learner's convergence_rate(learning_rate, beta, eigenvalue); None or unfinished: our own
    """
    figure = plots.new_figure(10.4, 4.6)
    controls = [
        Slider("learning_rate", panels.ETA, *RATES, 0.0005, 0.01, format=".4f"),
        Slider("beta", panels.BETA, *BETAS, 0.01, 0.9, format=".2f"),
    ]
    compute = functools.partial(compute_rate_map, rate=rate)
    return Live(figure, controls, compute, _drawing(figure), alt=_ALT, status=_status, challenge=_CHALLENGE)


_DASHES: tuple[Any, Any] = ("-", panels.DASHED)
_RATE = Text("worst rate per step")
_MAP = Text("Worst rate for λ = 1 and λ = 100 (hatched: diverges)")  # fmt: skip
_DECAY = Text("Distance to the minimum")
_DISTANCE = Text("|w|, λ = {value:.0f}")
_BORDER = Text("roots turn complex, λ = {value:.0f}")
_ROOTS = {True: Text("complex roots"), False: Text("real roots")}
_CHALLENGE = Text("find η and β with a worst rate of at most 0.83. (Without momentum the best is 0.980.)")
_STATUS = Text(
    "η = {learning_rate:.4f}, β = {beta:.2f}. Rate {small:.3f} for λ = 1 ({small_roots}), {large:.3f} for λ = 100 ({large_roots}); worst {worst:.3f}."
)
_UNSTABLE = Text(" Above 1: it diverges.")
_ALT = Text(
    "A map of the worst convergence rate over learning rate and momentum with the borders where the roots turn complex "
    "and the current point, and beside it the distance to the minimum per step in both directions. "
)
