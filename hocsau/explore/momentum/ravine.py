"""Explorer 2a: gradient descent beside momentum in a ravine."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from hocsau import plots
from hocsau.explore import panels, quadratic
from hocsau.explore.attempt import Array, Attempt, Learner
from hocsau.explore.live import Live, Slider
from hocsau.explore.momentum.epochs import NAMES
from hocsau.language import Text

__all__ = ["Ravine", "compute_ravine", "ravine"]

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


def compute_ravine(learning_rate: float, beta: float, curvature: float, descend: Learner = None) -> Ravine:
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
    losses = quadratic.loss(plain, eigenvalues), quadratic.loss(path, eigenvalues)
    return Ravine(plain, path, *losses, attempt.note)


def _drawing(figure: Figure) -> panels.Drawing:
    plane, along, losses = figure.subplots(1, 3, width_ratios=(1.15, 1, 1))
    mark = panels.plane(plane, _PLANE, (-4.6, 4.6), (-2.8, 2.8), (0.0, 0.0))
    contours = panels.contours(plane)
    panels.label(along, _ALONG, xlim=(0, STEPS), ylim=(-4.4, 4.4), xlabel=panels.STEP, ylabel="w₁")
    along.axhline(0, color=plots.COLOURS["black"], linestyle="-", linewidth=0.8)
    curves = panels.loss_curve(losses, _LOSS, STEPS, (1e-16, 1e6), _PLAIN, _MOMENTUM)
    panels.target_line(losses, TARGET)
    paths = [panels.walk(plane, **_PLAIN, marker="s"), panels.walk(plane, **_MOMENTUM)]
    coordinates = [along.plot([], [], linewidth=1.8, **look)[0] for look in (_PLAIN, _MOMENTUM)]
    panels.legend(figure, curves, [NAMES["gradient descent"], NAMES["momentum"]], handlelength=3)

    def draw(state: Ravine, curvature: float) -> panels.Artists:
        runs = ((state.plain, state.plain_loss), (state.momentum, state.momentum_loss))
        for path, coordinate, curve, (points, loss) in zip(paths, coordinates, curves, runs, strict=True):
            panels.place(path, *panels.on_plane(plane, points))
            panels.place(coordinate, np.arange(STEPS + 1), panels.visible(points[:, 0]))
            panels.place(curve, y=panels.visible_loss(loss))
        contours.set_segments(panels.ellipses(state.plain_loss[0], curvature))
        return [mark, contours, *paths, *coordinates, *curves]

    return draw


def _status(state: Ravine, **values: float) -> Text:
    farthest = float(state.momentum[:, 0].max())  # w1 starts below 0
    overshoot = _PASSES.format(far=farthest) if farthest >= 0.005 else _STAYS
    return _STATUS.format(**values, plain=state.plain_loss[-1], momentum=state.momentum_loss[-1], overshoot=overshoot)


def _met(state: Ravine, curvature: float) -> bool:
    return curvature >= CURVATURE and state.met


def ravine(descend: Learner = None) -> Live:
    """Does more beta always damp? Sliders for the learning rate, beta and the curvature.

    descend: the learner's momentum_descent(gradient, w0, learning_rate, beta, steps); None or unfinished: our own
    """
    figure = plots.new_figure(10.4, 4.2)
    controls = [
        Slider("learning_rate", panels.ETA, 0.0005, 0.04, 0.0005, 0.01, format=".4f"),
        Slider("beta", panels.BETA, 0.0, 0.99, 0.01, 0.9, format=".2f"),
        Slider("curvature", Text("condition number κ"), 1, 400, 1, CURVATURE, format="d"),
    ]
    compute = functools.partial(compute_ravine, descend=descend)
    return Live(figure, controls, compute, _drawing(figure), alt=_ALT, status=_status, challenge=_CHALLENGE, met=_met)


_PASSES = Text("Along the ravine momentum passes the minimum at 0, as far as w₁ = {far:.2f}.")
_STAYS = Text("Along the ravine momentum does not pass the minimum.")
_PLAIN: dict[str, Any] = {"color": plots.COLOURS["blue"], "linestyle": "-", "zorder": 3}
_MOMENTUM: dict[str, Any] = {"color": plots.COLOURS["vermillion"], "linestyle": panels.DASHED, "zorder": 4}
_PLANE = Text("J = (w₁² + κ w₂²) / 2 from (−4, 2)")
_ALONG = Text("Along the ravine")
_LOSS = Text("Loss")
_CHALLENGE = Text("with κ = 100 or more, bring J with momentum below 1e-8 within 100 steps.")
_STATUS = Text(
    "η = {learning_rate:.4f}, β = {beta:.2f}, κ = {curvature}. J after 100 steps: gradient descent {plain:.1e}, momentum {momentum:.1e}. {overshoot}"
)
_ALT = Text(
    "Gradient descent and momentum in a ravine: their paths over the contours, the coordinate w₁ along the ravine per "
    "step, and the loss per step. "
)
