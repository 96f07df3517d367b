"""Explorer 1a: one learning rate on a loss in one dimension and on a loss in two."""

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
from hocsau.explore.live import Live, Slider
from hocsau.language import Text

__all__ = ["RatePaths", "behaviour", "compute_learning_rate", "learning_rate"]

Array = NDArray[np.float64]
START = (-4.0, 2.0)
STEPS = 100
TARGET = 1e-6
CURVATURE = 20

BEHAVIOURS = {
    "converges": Text("converges from one side", "hội tụ từ một phía"),
    "oscillates": Text("oscillates, and converges", "dao động rồi hội tụ"),
    "stays": Text("oscillates for ever", "dao động mãi"),
    "diverges": Text("diverges", "phân kỳ"),
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


def compute_learning_rate(
    learning_rate: float, curvature: float, descend: Callable[..., Any] | None = None
) -> RatePaths:
    """Gradient descent on curvature w^2/2 from 2, and on (w1^2 + curvature w2^2)/2 from (-4, 2).

    descend: the learner's gradient_descent(gradient, w0, learning_rate, steps), or None for closed forms
    """
    attempt = Attempt(descend, "gradient_descent")
    starts = (np.array(START), np.array(START[1:]))
    eigenvalues = (np.array([1.0, curvature]), np.array([float(curvature)]))
    tried = [
        attempt(
            functools.partial(np.multiply, values),
            start,
            learning_rate,
            STEPS,
            shape=(STEPS + 1, start.size),
        )
        for start, values in zip(starts, eigenvalues, strict=True)
    ]
    own = [
        quadratic.plain_path(start, values, learning_rate, STEPS)
        for start, values in zip(starts, eigenvalues, strict=True)
    ]
    # Both pictures come from one source: a function that fails in one dimension is not shown in two.
    two, one = own if attempt.failed else [path for path in tried if path is not None]
    losses = quadratic.loss(two, eigenvalues[0])
    return RatePaths(one[:, 0], two, losses, behaviour(one[:, 0]), attempt.note)


def learning_rate(descend: Callable[..., Any] | None = None) -> Live:
    """Where does zigzag become divergence? Sliders for the learning rate and the curvature.

    descend: the learner's gradient_descent(gradient, w0, learning_rate, steps); None or unfinished: closed forms
    """
    figure = plots.new_figure(10.4, 3.9)
    valley, plane, losses = figure.subplots(1, 3, width_ratios=(1, 1.1, 1.1))

    w = np.linspace(-2.6, 2.6, 201)
    valley.plot(w, (w / START[1]) ** 2, color=plots.COLOURS["black"], linestyle="-", linewidth=1)
    valley.set(xlim=(-2.6, 2.6), ylim=(-0.08, 1.7), xlabel="w", ylabel="J(w) / J(2)")
    verdict = valley.set_title("oscillates, and converges", fontsize=10)
    walker = panels.walk(valley)

    mark = panels.plane(plane, xlim=(-4.6, 1.6), ylim=(-2.8, 2.8), minimum=(0.0, 0.0))
    plane.set_title(_PLANE.say(), fontsize=10)
    contours = panels.contours(plane)
    path = panels.walk(plane)

    curve = panels.loss_curve(losses, STEPS, (1e-12, 1e6))
    panels.target_line(losses, TARGET)
    losses.set_title(_LOSS.say(), fontsize=10)
    compute = functools.lru_cache(maxsize=1)(
        functools.partial(compute_learning_rate, descend=descend)
    )

    def update(learning_rate: float, curvature: float) -> list[Artist]:
        state = compute(learning_rate, curvature)
        one, two = panels.visible(state.one), panels.on_plane(plane, state.two)
        walker.set_data(one, panels.visible((state.one / START[1]) ** 2))
        path.set_data(two[:, 0], two[:, 1])
        contours.set_segments(panels.ellipses(state.loss[0], np.array([1.0, curvature])))
        curve.set_ydata(panels.visible_loss(state.loss))
        verdict.set_text(BEHAVIOURS[state.behaviour].say())
        return [walker, path, contours, curve, verdict, mark]

    def status(learning_rate: float, curvature: float) -> Text:
        state = compute(learning_rate, curvature)
        return _STATUS.format(
            eta=f"{learning_rate:.3f}",
            kappa=curvature,
            along=f"{1 - learning_rate:.3f}",
            across=_signed(1 - learning_rate * curvature),
            behaviour=BEHAVIOURS[state.behaviour],
            loss=f"{state.loss[-1]:.1e}",
        )

    return Live(
        figure,
        [
            Slider("learning_rate", _ETA, 0.001, 0.11, 0.001, 0.05),
            Slider("curvature", _KAPPA, 1, 50, 1, CURVATURE, format="d"),
        ],
        update,
        alt=lambda **values: _ALT + status(**values),
        status=status,
        challenge=_CHALLENGE,
        met=lambda **values: values["curvature"] >= CURVATURE and compute(*values.values()).met,
        note=lambda **values: compute(*values.values()).note,
    )


def _signed(number: float) -> str:
    return f"{number:.2f}".replace("-", "−")


_ETA = Text("learning rate η", "tốc độ học η")
_KAPPA = Text("curvature κ", "độ cong κ")
_PLANE = Text("J = (w₁² + κ w₂²) / 2 from (−4, 2)", "J = (w₁² + κ w₂²) / 2 từ (−4, 2)")
_LOSS = Text("Loss in two dimensions", "Hàm mất mát hai chiều")
_CHALLENGE = Text(
    "with κ = 20 or more, bring J in two dimensions below 1e-6 within 100 steps.",
    "với κ từ 20 trở lên, đưa J hai chiều xuống dưới 1e-6 trong 100 bước.",
)
_STATUS = Text(
    "η = {eta}, κ = {kappa}. Each step multiplies w₁ by 1 − η = {along} and w₂ by 1 − ηκ = {across}: "
    "in one dimension the path {behaviour}. In two dimensions J after 100 steps is {loss}.",
    "η = {eta}, κ = {kappa}. Mỗi bước nhân w₁ với 1 − η = {along} và w₂ với 1 − ηκ = {across}: "
    "trong một chiều, đường đi {behaviour}. Trong hai chiều, J sau 100 bước bằng {loss}.",
)
_ALT = Text(
    "Gradient descent on a parabola, on the elliptic contours of a loss in two dimensions, and its loss per step. ",
    "Gradient descent trên một parabol, trên các đường mức hình elip của hàm mất mát hai chiều, "
    "và giá trị hàm mất mát theo từng bước. ",
)
