"""Explorer 4b: the decision surface of a small network while width, depth and learning rate move."""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from numpy.typing import NDArray

from hocsau import plots
from hocsau.explore.cells import Cells
from hocsau.explore.live import Choice, Live, Slider
from hocsau.language import Text

__all__ = ["RATES", "WIDTHS", "Surface", "compute_surface", "decision_surface", "moons"]

Array = NDArray[np.float64]
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
                _step(
                    layers,
                    np.repeat(batch, copies, axis=0),
                    np.repeat(onehot, copies, axis=0),
                    rates,
                )
    return layers


def _step(layers: Nets, X: Array, onehot: Array, rates: Array) -> None:
    """One step of gradient descent for all networks; X (R, m, 2), onehot (R, m, 2)."""
    inputs = [X]
    for W, b in layers[:-1]:
        inputs.append(np.maximum(inputs[-1] @ W + b, 0.0))
    logits = inputs[-1] @ layers[-1][0] + layers[-1][1]
    exponents = np.exp(logits - logits.max(axis=2, keepdims=True))
    gradient = (exponents / exponents.sum(axis=2, keepdims=True) - onehot) / X.shape[1]
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


@functools.lru_cache(maxsize=256)
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
    grid = np.stack(
        np.meshgrid(np.linspace(*X_RANGE, CELLS), np.linspace(*Y_RANGE, CELLS)), axis=-1
    ).reshape(-1, 2)
    margin = np.clip(_margin(layers, column, grid), -500, 500)
    return Surface((1 / (1 + np.exp(-margin))).reshape(CELLS, CELLS), tuple(accuracies))


def decision_surface() -> Live:
    """Width or rate? A network on two moons, trained anew for every width and depth (then kept), by three seeds."""
    figure = plots.new_figure(9.6, 4.4)
    plane, bars = figure.subplots(1, 2, width_ratios=(1.7, 1))
    plane.grid(False)
    picture = Cells(plane, X_RANGE, Y_RANGE, finer=4, cmap="cividis", clim=(0, 1), zorder=0)
    points, labels = moons(SAMPLES, 0)
    looks: tuple[dict[str, Any], ...] = (
        {"marker": "o", "markerfacecolor": "white", "markeredgecolor": "black"},
        {"marker": "s", "markerfacecolor": plots.COLOURS["vermillion"], "markeredgecolor": "white"},
    )
    dots = [
        plane.plot(*points[labels == k].T, linestyle="none", markersize=4.5, markeredgewidth=0.7,
                   zorder=3, label=_CLASS.format(k=k).say(), **look)[0]
        for k, look in enumerate(looks)
    ]  # fmt: skip
    plane.set(xlim=X_RANGE, ylim=Y_RANGE, xlabel="x₁", ylabel="x₂")
    plane.set_title(_PLANE.say(), fontsize=10)
    figure.legend(handles=dots, loc="outside lower center", ncols=2, frameon=False, fontsize=9)
    (marks,) = bars.plot(
        np.arange(SEEDS), np.zeros(SEEDS), "o", markersize=10, color=plots.COLOURS["blue"]
    )
    bars.axhline(TARGET, color=plots.COLOURS["black"], linestyle=(0, (4, 3)), linewidth=1)
    bars.set(xlim=(-0.5, SEEDS - 0.5), ylim=(0.45, 1.01), xlabel=_SEED.say())
    bars.set_xticks(range(SEEDS))
    bars.set_title(_BARS.say(), fontsize=10)

    def update(width: int, depth: int, learning_rate: float) -> list[Artist]:
        state = compute_surface(width, depth, learning_rate)
        picture.show(state.probability)
        marks.set_ydata(state.accuracies)
        return [picture, *dots, marks]

    def status(width: int, depth: int, learning_rate: float) -> Text:
        found = ", ".join(f"{a:.3f}" for a in compute_surface(width, depth, learning_rate).accuracies)  # fmt: skip
        return _STATUS.format(width=width, depth=depth, eta=f"{learning_rate:.3g}", found=found)

    return Live(
        figure,
        [
            Choice("width", _WIDTH, [(w, Text(str(w), str(w))) for w in WIDTHS], 2),
            Slider("depth", _DEPTH, 1, 3, 1, 1, format="d"),
            Slider("learning_rate", _ETA, RATES[0], RATES[-1], 0.25, 0.1, log=True, format=".3g"),
        ],
        update,
        alt=lambda **values: _ALT + status(**values),
        status=status,
        challenge=_CHALLENGE,
        met=lambda **values: compute_surface(*values.values()).met,
    )


_WIDTH = Text("width (neurons per hidden layer)", "độ rộng (số nơ-ron mỗi lớp ẩn)")
_DEPTH = Text("depth (hidden layers)", "độ sâu (số lớp ẩn)")
_ETA = Text("learning rate η", "tốc độ học η")
_CLASS = Text("class {k}", "loại {k}")
_SEED = Text("seed", "seed")
_PLANE = Text("Probability of class 1 after 60 epochs", "Xác suất của loại 1 sau 60 epoch")
_BARS = Text("Held-out accuracy", "Độ chính xác trên tập giữ lại")
_CHALLENGE = Text(
    "a held-out accuracy of at least 0.97 for all three seeds.",
    "độ chính xác trên tập giữ lại ít nhất 0.97 với cả ba seed.",
)
_STATUS = Text(
    "Width {width}, depth {depth}, η = {eta}. Held-out accuracy of three seeds: {found}.",
    "Độ rộng {width}, độ sâu {depth}, η = {eta}. Độ chính xác trên tập giữ lại với ba seed: {found}.",
)
_ALT = Text(
    "Two half moons of points and, in colour, the probability that a trained network gives to class 1; beside it the held-out accuracy of three seeds. ",
    "Hai cụm điểm hình trăng khuyết và màu là xác suất mạng đã huấn luyện gán cho loại 1; bên cạnh là độ chính xác trên tập giữ lại với ba seed. ",
)
