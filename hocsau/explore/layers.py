"""Explorer 4c: activations and gradients layer by layer, before any training."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from numpy.typing import NDArray

from hocsau import plots
from hocsau.explore.attempt import Attempt
from hocsau.explore.live import Choice, Live, Slider
from hocsau.language import Text

__all__ = ["LayerNorms", "compute_layers", "layers"]

Array = NDArray[np.float64]
WIDTH, SAMPLES, CLASSES, DEEPEST = 64, 64, 10, 20
LOWEST, HIGHEST = 0.05, 50.0
FLOOR, CEILING = 1e-20, 1e24


@dataclass(frozen=True)
class LayerNorms:
    """What 4c draws, per layer from the first to the last: spread of what comes out, norm of the weights' gradient."""

    spreads: Array  # (depth + 1,)
    gradients: Array  # (depth + 1,)
    note: Text | None

    @property
    def met(self) -> bool:
        """Whether the first and the last gradient are of a usable size."""
        return all(LOWEST <= self.gradients[k] <= HIGHEST for k in (0, -1))


@functools.lru_cache(maxsize=4)
def _start(depth: int) -> tuple[list[Array], Array, NDArray[np.int64]]:
    """Weights of variance 1/fan-in for `depth` hidden layers and the last, inputs, labels."""
    rng = np.random.default_rng(0)
    widths = [WIDTH] * (depth + 1) + [CLASSES]
    pairs = itertools.pairwise(widths)
    weights = [rng.normal(size=(a, b)) / a**0.5 for a, b in pairs]
    return weights, rng.normal(size=(SAMPLES, WIDTH)), rng.integers(CLASSES, size=SAMPLES)


def compute_layers(
    depth: int, gain: float, activation: str, gradients: Callable[..., Any] | None = None
) -> LayerNorms:
    """Frobenius norms of dJ/dW in a network of `depth` hidden layers of 64, weights N(0, gain^2/64), inputs N(0, 1).

    gradients: the learner's network_loss_and_gradients(layers, X, labels, activation), or None for our own
    """
    weights, X, labels = _start(depth)
    weights = [gain * W for W in weights]
    values, outputs = X, []
    for k, W in enumerate(weights):
        values = values @ W
        if k < depth:
            values = _activate(values, activation)
        outputs.append(values)
    attempt = Attempt(gradients and _norms_of(gradients), "network_loss_and_gradients")
    norms = attempt(weights, X, labels, activation, shape=(depth + 1,))
    if norms is None:
        norms = _backward(weights, [X, *outputs], labels, activation)
    return LayerNorms(np.array([out.std() for out in outputs]), norms, attempt.note)


def _activate(z: Array, activation: str) -> Array:
    return np.maximum(z, 0.0) if activation == "relu" else 0.5 * (1 + np.tanh(z / 2))


def _norms_of(gradients: Callable[..., Any]) -> Callable[..., Any]:
    """The learner's gradients as one norm per layer."""

    def norms(weights: list[Array], X: Array, labels: Any, activation: str) -> Any:
        given = [(W.copy(), np.zeros(W.shape[1])) for W in weights]
        _, pairs = gradients(given, X, labels, activation)
        return [np.linalg.norm(dW) for dW, _ in pairs]

    return norms


def _backward(weights: list[Array], values: list[Array], labels: Any, activation: str) -> Array:
    logits = values[-1]
    exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
    gradient = exponents / exponents.sum(axis=1, keepdims=True)
    gradient[np.arange(len(labels)), labels] -= 1
    gradient /= len(labels)
    norms = []
    for k in reversed(range(len(weights))):
        norms.append(np.linalg.norm(values[k].T @ gradient))
        a = values[k]
        gradient = (gradient @ weights[k].T) * ((a > 0) if activation == "relu" else a * (1 - a))
    return np.array(norms[::-1])


def layers(gradients: Callable[..., Any] | None = None) -> Live:
    """Which layer starves? Sliders for the depth and the gain of the weights, ReLU or sigmoid.

    gradients: the learner's network_loss_and_gradients(layers, X, labels, activation); None or unfinished: our own
    """
    figure = plots.new_figure(9.6, 4.2)
    left, right = figure.subplots(1, 2)
    lines = []
    for axes, title, colour in (
        (left, _SPREAD, plots.COLOURS["blue"]), (right, _GRADIENT, plots.COLOURS["vermillion"]),
    ):  # fmt: skip
        axes.set(
            xlim=(0.5, DEEPEST + 1.5), yscale="log", ylim=(FLOOR, CEILING), xlabel=_LAYER.say()
        )
        axes.set_xticks(range(1, DEEPEST + 2, 4))
        axes.set_title(title.say(), fontsize=10)
        lines.append(axes.plot([], [], "-o", color=colour, markersize=5, linewidth=1.6)[0])
    right.axhspan(LOWEST, HIGHEST, color="#e4e4e4", zorder=0)
    right.annotate(_BAND.say(), (1, HIGHEST), xytext=(2, 3), textcoords="offset points", fontsize=8)
    compute = functools.lru_cache(maxsize=1)(functools.partial(compute_layers, gradients=gradients))

    def update(activation: str, depth: int, gain: float) -> list[Artist]:
        state = compute(depth, gain, activation)
        where = np.arange(1, depth + 2)
        for line, values in zip(lines, (state.spreads, state.gradients), strict=True):
            line.set_data(where, np.clip(np.nan_to_num(values), FLOOR, CEILING))
        return [*lines]

    def status(activation: str, depth: int, gain: float) -> Text:
        state = compute(depth, gain, activation)
        return _STATUS.format(
            activation=_NAMES[activation],
            depth=depth,
            gain=f"{gain:.3g}",
            first=f"{state.gradients[0]:.1e}",
            last=f"{state.gradients[-1]:.1e}",
        )

    def met(activation: str, depth: int, gain: float) -> bool:
        return activation == "relu" and depth == DEEPEST and compute(depth, gain, activation).met

    return Live(
        figure,
        [
            Choice("activation", _ACTIVATION, list(_NAMES.items()), "sigmoid"),
            Slider("depth", _DEPTH, 2, DEEPEST, 1, DEEPEST, format="d"),
            Slider("gain", _GAIN, 0.5, 16.0, 0.05, 1.0, log=True, format=".3g"),
        ],
        update,
        alt=lambda **values: _ALT + status(**values),
        status=status,
        challenge=_CHALLENGE,
        met=met,
        note=lambda activation, depth, gain: compute(depth, gain, activation).note,
    )


_NAMES = {"sigmoid": Text("sigmoid", "sigmoid"), "relu": Text("ReLU", "ReLU")}
_ACTIVATION = Text("activation", "hàm kích hoạt")
_DEPTH = Text("hidden layers", "số lớp ẩn")
_GAIN = Text("gain of the weights", "hệ số nhân của trọng số")
_LAYER = Text("layer, from input to output", "lớp, từ đầu vào tới đầu ra")
_SPREAD = Text("Standard deviation of what comes out", "Độ lệch chuẩn của đầu ra mỗi lớp")
_GRADIENT = Text("Norm of the gradient of the weights", "Chuẩn của gradient theo trọng số")
_BAND = Text("0.05 to 50", "từ 0.05 đến 50")
_CHALLENGE = Text(
    "ReLU, 20 hidden layers: the gradient norms of the first and of the last layer both between 0.05 and 50.",
    "ReLU, 20 lớp ẩn: chuẩn gradient của lớp đầu và lớp cuối đều nằm giữa 0.05 và 50.",
)
_STATUS = Text(
    "{activation}, {depth} hidden layers, gain {gain}: gradient norm {first} in the first layer, {last} in the last.",
    "{activation}, {depth} lớp ẩn, hệ số {gain}: chuẩn gradient {first} ở lớp đầu, {last} ở lớp cuối.",
)
_ALT = Text(
    "For each layer of a network before training, on logarithmic axes: the spread of its outputs and the norm of its weights' gradient. ",
    "Với từng lớp của một mạng chưa huấn luyện, trên trục logarit: độ phân tán của đầu ra và chuẩn gradient theo trọng số. ",
)
