"""Explorer 2b: the map of the convergence rate over (eta, beta), with the current point on it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from hocsau import plots
from hocsau.explore import panels, quadratic
from hocsau.explore.attempt import Attempt
from hocsau.explore.live import Live, Slider
from hocsau.language import Text

__all__ = ["RatePoint", "compute_rate_map", "is_oscillating", "rate_map", "worst_rates"]

Array = NDArray[np.float64]
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
        worst = np.maximum(worst, quadratic.growth(matrices, doublings=24))
    return learning_rates, betas, worst


def compute_rate_map(
    learning_rate: float, beta: float, rate: Callable[..., Any] | None = None
) -> RatePoint:
    """The rates at one point of the map, for eigenvalues 1 and 100.

    rate: the learner's convergence_rate(learning_rate, beta, eigenvalue), or None for our own
    """
    attempt = Attempt(rate, "convergence_rate")
    tried = [attempt(learning_rate, beta, eigenvalue, shape=()) for eigenvalue in EIGENVALUES]
    rates = [float(value) for value in tried if value is not None]
    if attempt.failed:
        matrices = [
            quadratic.step_matrix(learning_rate, beta, eigenvalue) for eigenvalue in EIGENVALUES
        ]
        rates = [float(value) for value in quadratic.growth(np.stack(matrices))]
    path = quadratic.velocity_path(np.ones(2), np.array(EIGENVALUES), learning_rate, beta, STEPS)
    small, large = (
        bool(is_oscillating(learning_rate, beta, eigenvalue)) for eigenvalue in EIGENVALUES
    )
    return RatePoint((rates[0], rates[1]), (small, large), np.abs(path), attempt.note)


def rate_map(rate: Callable[..., Any] | None = None) -> Live:
    """Where do the roots turn complex, and where is the cliff? Sliders for the learning rate and beta.

    rate: the learner's convergence_rate(learning_rate, beta, eigenvalue); None or unfinished: our own
    """
    figure = plots.new_figure(10.4, 4.6)
    area, decay = figure.subplots(1, 2, width_ratios=(1.5, 1))
    learning_rates, betas, worst = worst_rates()
    area.grid(False)
    filled = area.contourf(
        learning_rates, betas, worst, levels=np.linspace(0.8, 1.0, 11), cmap="cividis", extend="min"
    )
    area.contourf(
        learning_rates, betas, worst, levels=[1.0 + 1e-9, 1e9], colors=["#ededed"], hatches=["//"]
    )
    bar = figure.colorbar(filled, ax=area, label=_RATE.say())
    bar.ax.axhline(TARGET, color="white", linewidth=2)
    eta, beta = np.meshgrid(learning_rates, betas)
    for eigenvalue, dashes in zip(EIGENVALUES, _DASHES, strict=True):
        border = (1 + beta - eta * eigenvalue) ** 2 - 4 * beta
        line = area.contour(
            learning_rates,
            betas,
            border,
            levels=[0.0],
            colors=["black"],
            linestyles=[dashes],
            linewidths=1.6,
        )
        line.set_path_effects([withStroke(linewidth=3.6, foreground="white")])
    area.set(xlabel=_ETA.say(), ylabel=_BETA.say(), xlim=RATES, ylim=BETAS)
    area.set_title(_MAP.say(), fontsize=10)
    (point,) = area.plot(
        [],
        [],
        "o",
        markersize=11,
        markerfacecolor="white",
        markeredgecolor="black",
        markeredgewidth=2.2,
        zorder=6,
    )
    decay.set(
        xlim=(0, STEPS), yscale="log", ylim=(1e-8, 1e3), xlabel=panels.STEP.say(), ylabel="|w|"
    )
    decay.set_title(_DECAY.say(), fontsize=10)
    looks = ({"color": plots.COLOURS["blue"]}, {"color": plots.COLOURS["vermillion"]})
    curves = [
        decay.plot(
            np.arange(STEPS + 1), np.ones(STEPS + 1), linestyle=dashes, linewidth=1.8, **look
        )[0]
        for look, dashes in zip(looks, _DASHES, strict=True)
    ]
    handles = [
        *curves,
        *(area.plot([], [], color="black", linestyle=d)[0] for d in _DASHES),
    ]
    labels = [f"|w|, λ = {value:.0f}" for value in EIGENVALUES]
    labels += [_BORDER.format(value=f"{value:.0f}").say() for value in EIGENVALUES]
    figure.legend(
        handles,
        labels,
        loc="outside lower center",
        handlelength=3,
        ncols=4,
        frameon=False,
        fontsize=9,
    )
    compute = functools.lru_cache(maxsize=1)(functools.partial(compute_rate_map, rate=rate))

    def update(learning_rate: float, beta: float) -> list[Artist]:
        state = compute(learning_rate, beta)
        point.set_data([learning_rate], [beta])
        for curve, distance in zip(curves, state.distances.T, strict=True):
            curve.set_ydata(panels.visible_loss(distance))
        return [point, *curves]

    def status(learning_rate: float, beta: float) -> Text:
        state = compute(learning_rate, beta)
        return _STATUS.format(
            eta=f"{learning_rate:.4f}",
            beta=f"{beta:.2f}",
            small=f"{state.rates[0]:.3f}",
            large=f"{state.rates[1]:.3f}",
            small_roots=_ROOTS[state.oscillating[0]],
            large_roots=_ROOTS[state.oscillating[1]],
            worst=f"{state.worst:.3f}",
        ) + (_UNSTABLE if state.worst > 1 else Text("", ""))

    return Live(
        figure,
        [
            Slider("learning_rate", _ETA, *RATES, 0.0005, 0.01, format=".4f"),
            Slider("beta", _BETA, *BETAS, 0.01, 0.9, format=".2f"),
        ],
        update,
        alt=lambda **values: _ALT + status(**values),
        status=status,
        challenge=_CHALLENGE,
        met=lambda **values: compute(*values.values()).met,
        note=lambda **values: compute(*values.values()).note,
    )


_DASHES: tuple[Any, Any] = ("-", (0, (5, 1.5)))
_ETA = Text("learning rate η", "tốc độ học η")
_BETA = Text("momentum β", "hệ số động lượng β")
_RATE = Text("worst rate per step", "hệ số hội tụ xấu nhất mỗi bước")
_MAP = Text("Worst rate for λ = 1 and λ = 100 (hatched: diverges)",
            "Hệ số xấu nhất cho λ = 1 và λ = 100 (gạch chéo: phân kỳ)")  # fmt: skip
_DECAY = Text("Distance to the minimum", "Khoảng cách tới cực tiểu")
_BORDER = Text("roots turn complex, λ = {value}", "nghiệm thành phức, λ = {value}")
_ROOTS = {True: Text("complex roots", "nghiệm phức"), False: Text("real roots", "nghiệm thực")}
_CHALLENGE = Text(
    "find η and β with a worst rate of at most 0.83. (Without momentum the best is 0.980.)",
    "tìm η và β có hệ số hội tụ xấu nhất không quá 0.83. (Không có momentum, tốt nhất là 0.980.)",
)
_STATUS = Text(
    "η = {eta}, β = {beta}. Rate {small} for λ = 1 ({small_roots}), {large} for λ = 100 ({large_roots}); worst {worst}.",
    "η = {eta}, β = {beta}. Hệ số hội tụ {small} với λ = 1 ({small_roots}), {large} với λ = 100 ({large_roots}); "
    "xấu nhất {worst}.",
)
_UNSTABLE = Text(" Above 1: it diverges.", " Lớn hơn 1: phân kỳ.")
_ALT = Text(
    "A map of the worst convergence rate over learning rate and momentum with the borders where the roots turn complex "
    "and the current point, and beside it the distance to the minimum per step in both directions. ",
    "Bản đồ hệ số hội tụ xấu nhất theo tốc độ học và hệ số động lượng, có ranh giới nơi nghiệm trở thành phức và điểm "
    "hiện tại; bên cạnh là khoảng cách tới cực tiểu ở từng bước theo cả hai hướng. ",
)
