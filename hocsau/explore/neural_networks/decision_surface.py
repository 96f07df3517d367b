"""Explorer 4b: the decision surface of a small network while width, depth and learning rate move."""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from hocsau import plots
from hocsau.explore import panels
from hocsau.explore.activations import softmax
from hocsau.explore.attempt import Array
from hocsau.explore.live import Choice, Live, Slider
from hocsau.language import Text

__all__ = ["RATES", "WIDTHS", "Surface", "compute_surface", "decision_surface", "moons"]

Integers = NDArray[np.int64]
Nets = list[tuple[Array, Array]]
SAMPLES, HELD_OUT, NOISE = 300, 1000, 0.15
EPOCHS, BATCH, SEEDS = 60, 32, 3
WIDTHS = (1, 2, 3, 4, 8, 16, 32)
RATES = tuple(float(rate) for rate in 10.0 ** (0.25 * np.arange(-8, 3)))  # 0.01 .. 3.16
TARGET = 0.97
CELLS = 50
X_RANGE, Y_RANGE = (-1.6, 2.6), (-1.2, 1.7)


def moons(n: int, seed: int) -> tuple[Array, Integers]:
    """Two half moons that reach into one another, with noise of standard deviation 0.15.

    returns points (n, 2) and labels (n,), 0 and 1 in turn
    """
    rng = np.random.default_rng(seed)
    angle, labels = rng.uniform(0, np.pi, size=n), np.arange(n) % 2
    upper = np.column_stack([np.cos(angle), np.sin(angle)])
    lower = np.column_stack([1 - np.cos(angle), 0.5 - np.sin(angle)])
    points = np.where(labels[:, None] == 0, upper, lower)
    return points + NOISE * rng.normal(size=(n, 2)), labels


@functools.lru_cache(maxsize=64)
def _trained(width: int, depth: int) -> Nets:
    """All rates and seeds at once. Layers (W, b) with leading axis SEEDS * len(RATES), seed by seed."""
    widths = (2, *[width] * depth, 2)
    data = [moons(SAMPLES, seed) for seed in range(SEEDS)]
    X, y = np.stack([points for points, _ in data]), data[0][1]
    rngs = [np.random.default_rng(1000 + seed) for seed in range(SEEDS)]
    copies = len(RATES)
    layers: Nets = []
    for inputs, outputs in itertools.pairwise(widths):
        initial = [rng.normal(size=(inputs, outputs)) * (2 / inputs) ** 0.5 for rng in rngs]
        W = np.repeat(np.stack(initial), copies, axis=0)
        layers.append((W, np.zeros((SEEDS * copies, 1, outputs))))
    rates = np.tile(RATES, SEEDS)[:, None, None]
    with np.errstate(all="ignore"):
        for _ in range(EPOCHS):
            orders = np.stack([rng.permutation(SAMPLES) for rng in rngs])
            for start in range(0, SAMPLES, BATCH):
                rows = orders[:, start : start + BATCH]
                batch = np.take_along_axis(X, rows[:, :, None], axis=1)
                onehot = np.eye(2)[y[rows]]
                _step(layers, np.repeat(batch, copies, axis=0), np.repeat(onehot, copies, axis=0), rates)
    return layers


def _step(layers: Nets, X: Array, onehot: Array, rates: Array) -> None:
    """One step of gradient descent for all networks; X (R, m, 2), onehot (R, m, 2)."""
    inputs = [X]
    for W, b in layers[:-1]:
        inputs.append(np.maximum(inputs[-1] @ W + b, 0.0))
    gradient = (softmax(inputs[-1] @ layers[-1][0] + layers[-1][1]) - onehot) / X.shape[1]
    for k in reversed(range(len(layers))):
        W, b = layers[k]
        dW = inputs[k].transpose(0, 2, 1) @ gradient
        db = gradient.sum(axis=1, keepdims=True)
        if k:
            gradient = (gradient @ W.transpose(0, 2, 1)) * (inputs[k] > 0)
        layers[k] = (W - rates * dW, b - rates * db)


def _margin(layers: Nets, which: int, points: Array) -> Array:
    """Logit of class 1 minus that of class 0, (n,)."""
    values = points
    with np.errstate(all="ignore"):
        for k, (W, b) in enumerate(layers):
            values = values @ W[which] + b[which]
            if k < len(layers) - 1:
                values = np.maximum(values, 0.0)
    return np.nan_to_num(values[:, 1] - values[:, 0])


@dataclass(frozen=True)
class Surface:
    """What 4b draws: the probability of class 1 over the plane for the first seed, and held-out accuracies."""

    probability: Array  # (CELLS, CELLS), row = x2
    accuracies: tuple[float, ...]  # one per seed

    @property
    def met(self) -> bool:
        """Whether every seed reaches the target."""
        return min(self.accuracies) >= TARGET


def compute_surface(width: int, depth: int, learning_rate: float) -> Surface:
    """Train on two moons (300 points, 60 epochs, batches of 32) with three seeds; held-out accuracy on 1000 points.

    learning_rate: the nearest of RATES is taken
    """
    column = int(np.argmin(np.abs(np.log(np.array(RATES) / learning_rate))))
    layers = _trained(width, depth)
    held_out, labels = moons(HELD_OUT, 99)
    accuracies = []
    for seed in range(SEEDS):
        margin = _margin(layers, seed * len(RATES) + column, held_out)
        accuracies.append(float(((margin > 0) == (labels == 1)).mean()))
    grid = np.stack(np.meshgrid(np.linspace(*X_RANGE, CELLS), np.linspace(*Y_RANGE, CELLS)), axis=-1).reshape(-1, 2)
    margin = np.clip(_margin(layers, column, grid), -500, 500)
    return Surface((1 / (1 + np.exp(-margin))).reshape(CELLS, CELLS), tuple(accuracies))


def _drawing(figure: Figure) -> panels.Drawing:
    plane, bars = figure.subplots(1, 2, width_ratios=(1.7, 1))
    picture = panels.heat_map(plane, X_RANGE, Y_RANGE, finer=4, cmap="cividis", clim=(0, 1), zorder=0)
    points, labels = moons(SAMPLES, 0)
    look: dict[str, Any] = {"linestyle": "none", "markersize": 4.5, "markeredgewidth": 0.7, "zorder": 3}
    dots = [plane.plot(*points[labels == k].T, **look, **kind)[0] for k, kind in enumerate(panels.CLASSES)]
    panels.label(plane, _PLANE, xlim=X_RANGE, ylim=Y_RANGE, xlabel="x₁", ylabel="x₂")
    panels.legend(figure, dots, [_CLASS.format(k=k) for k in (0, 1)])
    marks = panels.line(bars, "o", "blue", markersize=10)
    panels.level(bars, TARGET)
    panels.label(bars, _BARS, xlim=(-0.5, SEEDS - 0.5), ylim=(0.45, 1.01), xlabel=_SEED, xticks=range(SEEDS))

    def draw(state: Surface) -> panels.Artists:
        picture.show(state.probability)
        panels.place(marks, np.arange(SEEDS), state.accuracies)
        return [picture, *dots, marks]

    return draw


def _status(state: Surface, **values: float) -> Text:
    return _STATUS.format(**values, found=", ".join(f"{accuracy:.3f}" for accuracy in state.accuracies))


def decision_surface() -> Live:
    """Width or rate? A network on two moons, trained anew for every width and depth (then kept), by three seeds."""
    figure = plots.new_figure(9.6, 4.4)
    controls = [
        Choice("width", _WIDTH, [(w, Text(str(w))) for w in WIDTHS], 2),
        Slider("depth", Text("depth (hidden layers)"), 1, 3, 1, 1, format="d"),
        Slider("learning_rate", panels.ETA, RATES[0], RATES[-1], 0.25, 0.1, log=True, format=".3g"),
    ]
    return Live(figure, controls, compute_surface, _drawing(figure), alt=_ALT, status=_status, challenge=_CHALLENGE)


_WIDTH = Text("width (neurons per hidden layer)")
_CLASS = Text("class {k}")
_SEED = Text("seed")
_PLANE = Text("Probability of class 1 after 60 epochs")
_BARS = Text("Held-out accuracy")
_CHALLENGE = Text("a held-out accuracy of at least 0.97 for all three seeds.")
_STATUS = Text("Width {width}, depth {depth}, η = {learning_rate:.3g}. Held-out accuracy of three seeds: {found}.")
_ALT = Text(
    "Two half moons of points and, in colour, the probability that a trained network gives to class 1; beside it the held-out accuracy of three seeds. "
)
