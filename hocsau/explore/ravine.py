"""Explorer 2a: gradient descent beside momentum in a ravine."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from numpy.typing import NDArray

from hocsau import plots
from hocsau.explore import panels, quadratic
from hocsau.explore.attempt import Attempt
from hocsau.explore.epochs import NAMES
from hocsau.explore.live import Live, Slider
from hocsau.language import Text

__all__ = ["Ravine", "compute_ravine", "ravine"]

Array = NDArray[np.float64]
START = (-4.0, 2.0)
STEPS = 100
TARGET = 1e-8
CURVATURE = 100


@dataclass(frozen=True)
class Ravine:
    """What 2a draws: the path of gradient descent and that of momentum, and their losses."""

    plain: Array  # (STEPS + 1, 2)
    momentum: Array  # (STEPS + 1, 2)
    plain_loss: Array  # (STEPS + 1,)
    momentum_loss: Array  # (STEPS + 1,)
    note: Text | None

    @property
    def met(self) -> bool:
        """Whether momentum ends below the target."""
        return bool(self.momentum_loss[-1] < TARGET)


def compute_ravine(
    learning_rate: float, beta: float, curvature: float, descend: Callable[..., Any] | None = None
) -> Ravine:
    """100 steps on (w1^2 + curvature w2^2)/2 from (-4, 2), without and with momentum.

    descend: the learner's momentum_descent(gradient, w0, learning_rate, beta, steps), or None for closed forms
    """
    start, eigenvalues = np.array(START), np.array([1.0, curvature])
    attempt = Attempt(descend, "momentum_descent")
    gradient = functools.partial(np.multiply, eigenvalues)
    path = attempt(gradient, start, learning_rate, beta, STEPS, shape=(STEPS + 1, 2))
    if path is None:
        path = quadratic.velocity_path(start, eigenvalues, learning_rate, beta, STEPS)
    plain = quadratic.plain_path(start, eigenvalues, learning_rate, STEPS)
    return Ravine(
        plain,
        path,
        quadratic.loss(plain, eigenvalues),
        quadratic.loss(path, eigenvalues),
        attempt.note,
    )


def ravine(descend: Callable[..., Any] | None = None) -> Live:
    """Does more beta always damp? Sliders for the learning rate, beta and the curvature.

    descend: the learner's momentum_descent(gradient, w0, learning_rate, beta, steps); None or unfinished: our own
    """
    figure = plots.new_figure(10.4, 4.2)
    plane, along, losses = figure.subplots(1, 3, width_ratios=(1.15, 1, 1))
    mark = panels.plane(plane, xlim=(-4.6, 4.6), ylim=(-2.8, 2.8), minimum=(0.0, 0.0))
    plane.set_title(_PLANE.say(), fontsize=10)
    contours = panels.contours(plane)
    along.set(xlim=(0, STEPS), ylim=(-4.4, 4.4), xlabel=panels.STEP.say(), ylabel="w₁")
    along.set_title(_ALONG.say(), fontsize=10)
    along.axhline(0, color=plots.COLOURS["black"], linestyle="-", linewidth=0.8)
    plain_loss = panels.loss_curve(losses, STEPS, (1e-16, 1e6), **_PLAIN)
    momentum_loss = panels.loss_curve(losses, STEPS, (1e-16, 1e6), **_MOMENTUM)
    panels.target_line(losses, TARGET)
    losses.set_title(_LOSS.say(), fontsize=10)
    plain, momentum = panels.walk(plane, **_PLAIN, marker="s"), panels.walk(plane, **_MOMENTUM)
    steps = np.arange(STEPS + 1)
    (plain_along,) = along.plot(steps, 0.0 * steps, linewidth=1.8, **_PLAIN)
    (momentum_along,) = along.plot(steps, 0.0 * steps, linewidth=1.8, **_MOMENTUM)
    figure.legend(
        [plain_loss, momentum_loss],
        [NAMES["gradient descent"].say(), NAMES["momentum"].say()],
        loc="outside lower center", handlelength=3, ncols=2, frameon=False, fontsize=9,
    )  # fmt: skip
    compute = functools.lru_cache(maxsize=1)(functools.partial(compute_ravine, descend=descend))

    def update(learning_rate: float, beta: float, curvature: float) -> list[Artist]:
        state = compute(learning_rate, beta, curvature)
        for line, coordinate, curve, path, loss in (
            (plain, plain_along, plain_loss, state.plain, state.plain_loss),
            (momentum, momentum_along, momentum_loss, state.momentum, state.momentum_loss),
        ):
            points = panels.on_plane(plane, path)
            line.set_data(points[:, 0], points[:, 1])
            coordinate.set_ydata(panels.visible(path[:, 0]))
            curve.set_ydata(panels.visible_loss(loss))
        contours.set_segments(panels.ellipses(state.plain_loss[0], np.array([1.0, curvature])))
        return [
            mark,
            contours,
            plain,
            momentum,
            plain_along,
            momentum_along,
            plain_loss,
            momentum_loss,
        ]

    def status(learning_rate: float, beta: float, curvature: float) -> Text:
        state = compute(learning_rate, beta, curvature)
        return _STATUS.format(
            eta=f"{learning_rate:.4f}",
            beta=f"{beta:.2f}",
            kappa=curvature,
            plain=f"{state.plain_loss[-1]:.1e}",
            momentum=f"{state.momentum_loss[-1]:.1e}",
            overshoot=_overshoot(float(state.momentum[:, 0].max())),
        )

    return Live(
        figure,
        [
            Slider("learning_rate", _ETA, 0.0005, 0.04, 0.0005, 0.01, format=".4f"),
            Slider("beta", _BETA, 0.0, 0.99, 0.01, 0.9, format=".2f"),
            Slider("curvature", _KAPPA, 1, 400, 1, CURVATURE, format="d"),
        ],
        update,
        alt=lambda **values: _ALT + status(**values),
        status=status,
        challenge=_CHALLENGE,
        met=lambda **values: values["curvature"] >= CURVATURE and compute(*values.values()).met,
        note=lambda **values: compute(*values.values()).note,
    )


def _overshoot(farthest: float) -> Text:
    """Whether momentum passes the minimum along the ravine; w1 starts below 0."""
    return _PASSES.format(far=f"{farthest:.2f}") if farthest >= 0.005 else _STAYS


_PASSES = Text(
    "Along the ravine momentum passes the minimum at 0, as far as w₁ = {far}.",
    "Dọc theo rãnh, momentum vượt qua cực tiểu ở 0, xa nhất tới w₁ = {far}.",
)
_STAYS = Text(
    "Along the ravine momentum does not pass the minimum.",
    "Dọc theo rãnh, momentum không vượt qua cực tiểu.",
)
_PLAIN: dict[str, Any] = {"color": plots.COLOURS["blue"], "linestyle": "-", "zorder": 3}
_MOMENTUM: dict[str, Any] = {
    "color": plots.COLOURS["vermillion"],
    "linestyle": (0, (5, 1.5)),
    "zorder": 4,
}
_ETA = Text("learning rate η", "tốc độ học η")
_BETA = Text("momentum β", "hệ số động lượng β")
_KAPPA = Text("condition number κ", "số điều kiện κ")
_PLANE = Text("J = (w₁² + κ w₂²) / 2 from (−4, 2)", "J = (w₁² + κ w₂²) / 2 từ (−4, 2)")
_ALONG = Text("Along the ravine", "Dọc theo rãnh")
_LOSS = Text("Loss", "Hàm mất mát")
_CHALLENGE = Text(
    "with κ = 100 or more, bring J with momentum below 1e-8 within 100 steps.",
    "với κ từ 100 trở lên, đưa J khi dùng momentum xuống dưới 1e-8 trong 100 bước.",
)
_STATUS = Text(
    "η = {eta}, β = {beta}, κ = {kappa}. J after 100 steps: gradient descent {plain}, momentum {momentum}. "
    "{overshoot}",
    "η = {eta}, β = {beta}, κ = {kappa}. J sau 100 bước: gradient descent {plain}, momentum {momentum}. "
    "{overshoot}",
)
_ALT = Text(
    "Gradient descent and momentum in a ravine: their paths over the contours, the coordinate w₁ along the ravine per "
    "step, and the loss per step. ",
    "Gradient descent và momentum trong một rãnh hẹp: đường đi trên các đường mức, tọa độ w₁ dọc theo rãnh ở từng "
    "bước, và hàm mất mát ở từng bước. ",
)
