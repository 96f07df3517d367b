"""Explorer 4c: activations and gradients layer by layer, before any training."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from hocsau import plots
from hocsau.explore import panels
from hocsau.explore.activations import sigmoid, softmax
from hocsau.explore.attempt import Array, Attempt, Learner
from hocsau.explore.live import Choice, Live, Slider
from hocsau.language import Text

__all__ = ["LayerNorms", "compute_layers", "layers"]

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


def compute_layers(depth: int, gain: float, activation: str, gradients: Learner = None) -> LayerNorms:
    """Frobenius norms of dJ/dW in a network of `depth` hidden layers of 64, weights N(0, gain^2/64), inputs N(0, 1).

    gradients: the learner's network_loss_and_gradients(layers, X, labels, activation), or None for our own
    """
    weights, X, labels = _start(depth)
    weights = [gain * W for W in weights]
    values, outputs = X, []
    for k, W in enumerate(weights):
        values = values @ W
        if k < depth:
            values = np.maximum(values, 0.0) if activation == "relu" else sigmoid(values)
        outputs.append(values)
    attempt = Attempt(gradients and _norms_of(gradients), "network_loss_and_gradients")
    norms = attempt(weights, X, labels, activation, shape=(depth + 1,))
    if norms is None:
        norms = _backward(weights, [X, *outputs], labels, activation)
    return LayerNorms(np.array([out.std() for out in outputs]), norms, attempt.note)


def _norms_of(gradients: Callable[..., Any]) -> Callable[..., Any]:
    """The learner's gradients as one norm per layer."""

    def norms(weights: list[Array], X: Array, labels: Any, activation: str) -> Any:
        given = [(W.copy(), np.zeros(W.shape[1])) for W in weights]
        _, pairs = gradients(given, X, labels, activation)
        return [np.linalg.norm(dW) for dW, _ in pairs]

    return norms


def _backward(weights: list[Array], values: list[Array], labels: Any, activation: str) -> Array:
    gradient = softmax(values[-1])
    gradient[np.arange(len(labels)), labels] -= 1
    gradient /= len(labels)
    norms = []
    for k in reversed(range(len(weights))):
        norms.append(np.linalg.norm(values[k].T @ gradient))
        a = values[k]
        gradient = (gradient @ weights[k].T) * ((a > 0) if activation == "relu" else a * (1 - a))
    return np.array(norms[::-1])


def _drawing(figure: Figure) -> panels.Drawing:
    left, right = figure.subplots(1, 2)
    lines = []
    for axes, title, colour in ((left, _SPREAD, "blue"), (right, _GRADIENT, "vermillion")):
        panels.label(axes, title, xlim=(0.5, DEEPEST + 1.5), yscale="log", ylim=(FLOOR, CEILING), xlabel=_LAYER)
        axes.set_xticks(range(1, DEEPEST + 2, 4))
        lines.append(panels.line(axes, "-o", colour, markersize=5, linewidth=1.6))
    panels.band(right, LOWEST, HIGHEST, _BAND)

    def draw(state: LayerNorms) -> panels.Artists:
        for line, values in zip(lines, (state.spreads, state.gradients), strict=True):
            panels.place(line, np.arange(1, len(values) + 1), np.clip(np.nan_to_num(values), FLOOR, CEILING))
        return [*lines]

    return draw


def _status(state: LayerNorms, activation: str, depth: int, gain: float) -> Text:
    first, last = state.gradients[[0, -1]]
    return _STATUS.format(activation=_NAMES[activation], depth=depth, gain=gain, first=first, last=last)


def _met(state: LayerNorms, activation: str, depth: int) -> bool:
    return activation == "relu" and depth == DEEPEST and state.met


def layers(gradients: Learner = None) -> Live:
    """Which layer starves? Sliders for the depth and the gain of the weights, ReLU or sigmoid.

    gradients: the learner's network_loss_and_gradients(layers, X, labels, activation); None or unfinished: our own
    """
    figure = plots.new_figure(9.6, 4.2)
    controls = [
        Choice("activation", Text("activation"), list(_NAMES.items()), "sigmoid"),
        Slider("depth", Text("hidden layers"), 2, DEEPEST, 1, DEEPEST, format="d"),
        Slider("gain", _GAIN, 0.5, 16.0, 0.05, 1.0, log=True, format=".3g"),
    ]
    compute = functools.partial(compute_layers, gradients=gradients)
    return Live(figure, controls, compute, _drawing(figure), alt=_ALT, status=_status, challenge=_CHALLENGE, met=_met)


_NAMES = {"sigmoid": Text("sigmoid"), "relu": Text("ReLU")}
_GAIN = Text("gain of the weights")
_LAYER = Text("layer, from input to output")
_SPREAD = Text("Standard deviation of what comes out of each layer")
_GRADIENT = Text("Norm of the gradient of the weights")
_BAND = Text("0.05 to 50")
_CHALLENGE = Text(
    "ReLU, 20 hidden layers: the gradient norms of the first and of the last layer both between 0.05 and 50."
)
_STATUS = Text(
    "{activation}, {depth} hidden layers, gain {gain:.3g}: gradient norm {first:.1e} in the first layer, {last:.1e} in the last."
)
_ALT = Text(
    "For each layer of a network before training, on logarithmic axes: the spread of its outputs and the norm of its weights' gradient. "
)
