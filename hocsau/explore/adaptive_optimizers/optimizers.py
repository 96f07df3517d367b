"""Seven optimizers on three surfaces of two parameters, in plain numbers: fast enough to follow a slider.

NumPy spends its time on calls when an array holds two numbers; three hundred steps of seven optimizers in plain floats
take a few milliseconds.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hocsau.explore.attempt import Array

__all__ = ["OPTIMIZERS", "SURFACES", "Run", "Settings", "Surface", "gradient", "run", "values"]

Pair = tuple[float, float]
OPTIMIZERS = ("gradient_descent", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw")
_FAR = 1e6


@dataclass(frozen=True)
class Settings:
    """The hyper-parameters of all seven; beta serves momentum, Nesterov and RMSProp."""

    learning_rate: float = 0.01
    beta: float = 0.9
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    weight_decay: float = 0.01


@dataclass(frozen=True)
class Surface:
    """A loss of two parameters: where it starts, what is shown, and its least value near by."""

    loss: Callable[[float, float], float]
    slope: Callable[[float, float], Pair]
    start: Pair
    minimum: Pair
    xlim: Pair
    ylim: Pair
    least: float = 0.0


def _beale_parts(x: float, y: float) -> tuple[float, float, float]:
    return 1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y * y * y


def _beale(x: float, y: float) -> float:
    a, b, c = _beale_parts(x, y)
    return a * a + b * b + c * c


def _beale_slope(x: float, y: float) -> Pair:
    a, b, c = _beale_parts(x, y)
    return (2 * (a * (y - 1) + b * (y * y - 1) + c * (y * y * y - 1)), 2 * (a * x + b * 2 * x * y + c * 3 * x * y * y))


SURFACES = {
    "ravine": Surface(
        lambda x, y: (x * x + 20 * y * y) / 2, lambda x, y: (x, 20 * y),
        (-4.0, 2.0), (0.0, 0.0), (-4.8, 4.8), (-3.0, 3.0),
    ),
    "saddle": Surface(
        lambda x, y: (x * x - y * y) / 2 + y * y * y * y / 4, lambda x, y: (x, y * y * y - y),
        (-1.5, 0.001), (0.0, 1.0), (-2.0, 1.2), (-0.6, 1.7), -0.25,
    ),
    "beale": Surface(_beale, _beale_slope, (1.0, 1.5), (3.0, 0.5), (-0.6, 4.4), (-1.2, 2.2)),
}  # fmt: skip


@dataclass(frozen=True)
class Run:
    """One optimizer's way: where it was, the gradient it met and what it remembered after each step."""

    path: Array  # (T + 1, 2)
    gradients: Array  # (T, 2)
    memory: Array  # (T, 2, 2): the first and the second memory of each parameter; zeros where there is none


def gradient(surface: str, theta: Array) -> Array:
    """The gradient of a surface as an array, (2,) -> (2,); this is what a learner's function is given."""
    return np.array(SURFACES[surface].slope(float(theta[0]), float(theta[1])))


def values(surface: str, path: Array) -> Array:
    """The loss above its least value along a path; (T, 2) -> (T,), inf where it is too large for a float."""
    with np.errstate(all="ignore"):
        x, y = np.clip(path, -_FAR, _FAR).T
        excess = SURFACES[surface].loss(x, y) - SURFACES[surface].least
    return np.asarray(np.maximum(excess, 0.0))


def _mover(name: str, s: Settings) -> Callable[[float, float, float, float, int], tuple[float, float, float]]:
    """(memory a, memory b, gradient g, parameter w, step t) -> the new (a, b, w) of one parameter."""
    root, rate = math.sqrt, s.learning_rate
    if name == "gradient_descent":
        return lambda a, b, g, w, _: (a, b, w - rate * g)
    if name in ("momentum", "nesterov"):

        def heavy(a: float, b: float, g: float, w: float, _: int) -> tuple[float, float, float]:
            a = s.beta * a - rate * g
            return a, b, w + a

        return heavy
    if name == "adagrad":
        return lambda a, b, g, w, _: (a + g * g, b, w - rate * g / root(a + g * g + s.eps))
    if name == "rmsprop":

        def averaging(a: float, b: float, g: float, w: float, _: int) -> tuple[float, float, float]:
            a = s.beta * a + (1 - s.beta) * g * g
            return a, b, w - rate * g / root(a + s.eps)

        return averaging
    decay = rate * s.weight_decay if name == "adamw" else 0.0

    def adam(a: float, b: float, g: float, w: float, t: int) -> tuple[float, float, float]:
        a = s.beta1 * a + (1 - s.beta1) * g
        b = s.beta2 * b + (1 - s.beta2) * g * g
        fraction = a / (1 - s.beta1**t) / (root(b / (1 - s.beta2**t)) + s.eps)
        return a, b, w - rate * fraction - decay * w

    return adam


def run(name: str, surface: str, settings: Settings, steps: int) -> Run:
    """`steps` steps of one of OPTIMIZERS from the surface's start; what runs away stays where it left."""
    place, move = SURFACES[surface], _mover(name, settings)
    (x, y), ax, bx, ay, by = place.start, 0.0, 0.0, 0.0, 0.0
    ahead = settings.beta if name == "nesterov" else 0.0
    path, gradients, memory = [(x, y)], [], []
    for t in range(1, steps + 1):
        if not (abs(x) < _FAR and abs(y) < _FAR):
            path.append((x, y))
            gradients.append((math.inf, math.inf))
            memory.append(((ax, bx), (ay, by)))
            continue
        gx, gy = place.slope(x + ahead * ax, y + ahead * ay)
        ax, bx, x = move(ax, bx, gx, x, t)
        ay, by, y = move(ay, by, gy, y, t)
        path.append((x, y))
        gradients.append((gx, gy))
        memory.append(((ax, bx), (ay, by)))
    return Run(np.array(path), np.array(gradients), np.array(memory))
