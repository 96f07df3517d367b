"""Explorers of lesson 1: the learning rate, the three variants, the way out of a local minimum, and the race for real."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from hocsau import plots
from hocsau.explore import quadratic
from hocsau.explore.attempt import Attempt
from hocsau.explore.escape import compute_escape, escape
from hocsau.explore.live import Live, Slider
from hocsau.explore.variants import compute_variants, variants
from hocsau.language import Text

__all__ = [
    "compute_escape",
    "compute_learning_rate",
    "compute_variants",
    "escape",
    "learning_rate",
    "race",
    "variants",
]

Array = NDArray[np.float64]
START = (-4.0, 2.0)
STEPS = 100
TARGET = 1e-6
CURVATURE = 20

BEHAVIOURS = {
    "converges": Text("converges without changing side", "hội tụ, không đổi phía"),
    "oscillates": Text("oscillates from side to side, and converges", "dao động từ bên này sang bên kia, và hội tụ"),
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
    paths = []
    for start, eigenvalues in (
        (np.array(START), np.array([1.0, curvature])),
        (np.array(START[1:]), np.array([float(curvature)])),
    ):
        path = attempt(
            functools.partial(np.multiply, eigenvalues),
            start,
            learning_rate,
            STEPS,
            shape=(STEPS + 1, len(start)),
        )
        own = quadratic.plain_path(start, eigenvalues, learning_rate, STEPS)
        paths.append(own if path is None else path)
    if attempt.failed:  # both pictures from one source
        paths = [
            quadratic.plain_path(np.array(START), np.array([1.0, curvature]), learning_rate, STEPS),
            quadratic.plain_path(np.array(START[1:]), np.array([float(curvature)]), learning_rate, STEPS),
        ]
    two, one = paths[0], paths[1][:, 0]
    losses = quadratic.loss(two, np.array([1.0, curvature]))
    return RatePaths(one, two, losses, behaviour(one), attempt.note)
