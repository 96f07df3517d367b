"""Explorer 1a: one learning rate on a loss in one dimension and on a loss in two."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from hocsau import plots
from hocsau.explore import panels, quadratic
from hocsau.explore.attempt import Array, Attempt, Learner
from hocsau.explore.live import Live, Slider
from hocsau.language import Text

__all__ = ["RatePaths", "behaviour", "compute_learning_rate", "learning_rate"]

START = (-4.0, 2.0)
STEPS = 100
TARGET = 1e-6
CURVATURE = 20

BEHAVIOURS = {
    "converges": Text("converges from one side"),
    "oscillates": Text("oscillates, and converges"),
    "stays": Text("oscillates for ever"),
    "diverges": Text("diverges"),
}


@dataclass(frozen=True)
class RatePaths:
    """What 1a draws: a path on a loss in one dimension, one in two, and the loss after every step."""

    one: Array  # (steps + 1,)
    two: Array  # (steps + 1, 2)
    loss: Array  # (steps + 1,)
    behaviour: str  # of the path in one dimension
    note: Text | None

    @property
    def met(self) -> bool:
        """Whether the loss in two dimensions ends below the target."""
        return bool(self.loss[-1] < TARGET)


def behaviour(path: Array) -> str:
    """What a path in one dimension does: "converges", "oscillates", "stays" (for ever) or "diverges".

    path: (T,)
    """
    start, end = abs(path[0]), abs(path[-1])
    if not np.isfinite(end) or end > start * (1 + 1e-6):
        return "diverges"
    visible = path[np.abs(path) > 1e-9 * start]
    flips = int(np.sum(visible[1:] * visible[:-1] < 0))
    if flips == 0:
        return "converges"
    return "stays" if end > start * (1 - 1e-6) else "oscillates"


def compute_learning_rate(learning_rate: float, curvature: float, descend: Learner = None) -> RatePaths:
    """Gradient descent on curvature w^2/2 from 2, and on (w1^2 + curvature w2^2)/2 from (-4, 2).

    descend: the learner's gradient_descent(gradient, w0, learning_rate, steps), or None for closed forms
    """
    attempt = Attempt(descend, "gradient_descent")
    starts = (np.array(START), np.array(START[1:]))
    eigenvalues = (np.array([1.0, curvature]), np.array([float(curvature)]))
    problems = list(zip(starts, eigenvalues, strict=True))
    tried = [
        attempt(functools.partial(np.multiply, values), start, learning_rate, STEPS, shape=(STEPS + 1, start.size))
        for start, values in problems
    ]
    own = [quadratic.plain_path(start, values, learning_rate, STEPS) for start, values in problems]
    # Both pictures come from one source: a function that fails in one dimension is not shown in two.
    two, one = own if attempt.failed else [path for path in tried if path is not None]
    losses = quadratic.loss(two, eigenvalues[0])
    return RatePaths(one[:, 0], two, losses, behaviour(one[:, 0]), attempt.note)


def _drawing(figure: Figure) -> panels.Drawing:
    valley, plane, losses = figure.subplots(1, 3, width_ratios=(1, 1.1, 1.1))
    w = np.linspace(-2.6, 2.6, 201)
    valley.plot(w, (w / START[1]) ** 2, color=plots.COLOURS["black"], linestyle="-", linewidth=1)
    panels.label(
        valley, "oscillates, and converges", xlim=(-2.6, 2.6), ylim=(-0.08, 1.7), xlabel="w", ylabel="J(w) / J(2)"
    )
    walker = panels.walk(valley)
    mark = panels.plane(plane, _PLANE, (-4.6, 1.6), (-2.8, 2.8), (0.0, 0.0))
    contours, path = panels.contours(plane), panels.walk(plane)
    (curve,) = panels.loss_curve(losses, _LOSS, STEPS, (1e-12, 1e6))
    panels.target_line(losses, TARGET)

    def draw(state: RatePaths, curvature: float) -> panels.Artists:
        panels.place(walker, panels.visible(state.one), panels.visible((state.one / START[1]) ** 2))
        panels.place(path, *panels.on_plane(plane, state.two))
        contours.set_segments(panels.ellipses(state.loss[0], curvature))
        panels.place(curve, y=panels.visible_loss(state.loss))
        valley.title.set_text(BEHAVIOURS[state.behaviour].say())
        return [walker, path, contours, curve, valley.title, mark]

    return draw


def _status(state: RatePaths, learning_rate: float, curvature: float) -> Text:
    across = f"{1 - learning_rate * curvature:.2f}".replace("-", "−")
    return _STATUS.format(
        eta=learning_rate, kappa=curvature, along=1 - learning_rate, across=across,
        behaviour=BEHAVIOURS[state.behaviour], loss=state.loss[-1],
    )  # fmt: skip


def _met(state: RatePaths, curvature: float) -> bool:
    return curvature >= CURVATURE and state.met


def learning_rate(descend: Learner = None) -> Live:
    """Where does zigzag become divergence? Sliders for the learning rate and the curvature.

    descend: the learner's gradient_descent(gradient, w0, learning_rate, steps); None or unfinished: closed forms
    """
    figure = plots.new_figure(10.4, 3.9)
    controls = [
        Slider("learning_rate", panels.ETA, 0.001, 0.11, 0.001, 0.05),
        Slider("curvature", Text("curvature κ"), 1, 50, 1, CURVATURE, format="d"),
    ]
    compute = functools.partial(compute_learning_rate, descend=descend)
    return Live(figure, controls, compute, _drawing(figure), alt=_ALT, status=_status, challenge=_CHALLENGE, met=_met)


_PLANE = Text("J = (w₁² + κ w₂²) / 2 from (−4, 2)")
_LOSS = Text("Loss in two dimensions")
_CHALLENGE = Text("with κ = 20 or more, bring J in two dimensions below 1e-6 within 100 steps.")
_STATUS = Text(
    "η = {eta:.3f}, κ = {kappa}. Each step multiplies w₁ by 1 − η = {along:.3f} and w₂ by 1 − ηκ = {across}: "
    "in one dimension the path {behaviour}. In two dimensions J after 100 steps is {loss:.1e}."
)
_ALT = Text(
    "Gradient descent on a parabola, on the elliptic contours of a loss in two dimensions, and its loss per step. "
)
