"""Explorer 5b: what the layers of a trained LeNet see, and what happens to it when the picture moves."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from hocsau import datasets, plots
from hocsau.explore import panels
from hocsau.explore.activations import softmax
from hocsau.explore.attempt import Array, Attempt, Learner
from hocsau.explore.live import Choice, Live, Slider
from hocsau.explore.pictures import PICTURES, on_tensors, picture, tiled
from hocsau.language import Text

__all__ = ["LAYERS", "Maps", "compute_maps", "feature_maps", "trained_weights"]

Weights = dict[str, Array]


@dataclass(frozen=True)
class Layer:
    """A layer of LeNet: pixels between neighbouring cells, and which pixels cell 0 sees, counted from the picture's edge."""

    count: int
    size: int
    jump: int
    first: int
    last: int


LAYERS = {
    "conv1": Layer(6, 28, 1, -2, 2),
    "pool1": Layer(6, 14, 2, -2, 3),
    "conv2": Layer(16, 10, 2, -2, 11),
    "pool2": Layer(16, 5, 4, -2, 13),
}
SIDE, EXACT = 28, 1e-6
PICTURES_SEEN = 4000


@functools.cache
def trained_weights() -> Weights:
    """LeNet's parameters by name after a short training on Fashion-MNIST; seconds the first time, then kept."""
    import torch

    from hocsau.training import fit

    data = datasets.fashion_mnist()
    images = torch.tensor(data.x_train[:PICTURES_SEEN, None] / 255.0, dtype=torch.float32)
    labels = torch.tensor(data.y_train[:PICTURES_SEEN].astype(np.int64))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # so small a network only loses by sharing the work out
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = torch.nn.Sequential(
            torch.nn.Conv2d(1, 6, 5, padding=2), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
            torch.nn.Conv2d(6, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(),
            torch.nn.Linear(400, 120), torch.nn.ReLU(), torch.nn.Linear(120, 84), torch.nn.ReLU(), torch.nn.Linear(84, 10),
        )  # fmt: skip
    fit(
        model, images, labels, epochs=3, learning_rate=4e-3, batch_size=50,
        generator=torch.Generator().manual_seed(0), quiet=True,
    )  # fmt: skip
    torch.set_num_threads(threads)
    return _arrays(dict(zip(_PARAMETERS, model.parameters(), strict=True)))


_PARAMETERS = [f"{layer}.{kind}" for layer in ("conv1", "conv2", "fc1", "fc2", "fc3") for kind in ("weight", "bias")]


def _arrays(parameters: dict[str, Any]) -> Weights:
    return {name: p.detach().cpu().double().numpy() for name, p in parameters.items()}


@dataclass(frozen=True)
class Maps:
    """What 5b draws: the moved picture, one layer's maps of it, and how they differ from the moved maps of the original."""

    moved: Array  # (28, 28)
    maps: Array  # (k, h, w)
    difference: Array  # (k, h, w), NaN where a receptive field leaves the picture
    cells: int  # by how many cells the original's maps were moved
    largest: float  # the largest difference inside
    share: float  # the same as a share of the largest value inside
    before: tuple[int, float]  # class and probability for the original
    after: tuple[int, float]
    note: Text | None

    @property
    def exact(self) -> bool:
        """Whether the maps moved exactly as the picture did."""
        return self.largest < EXACT


def compute_maps(
    name: str,
    layer: str,
    shift: int,
    conv2d: Learner = None,
    max_pool2d: Learner = None,
    weights: Weights | None = None,
) -> Maps:
    """The maps of `layer` for the picture called `name` moved right by `shift` pixels, and for the original.

    conv2d, max_pool2d: the learner's, or None for our own
    weights:            LeNet's parameters by name; None trains them in a few seconds
    """
    w = trained_weights() if weights is None else weights
    original = np.array(picture(name))
    moved = np.zeros_like(original)
    moved[:, shift:] = original[:, : SIDE - shift]
    attempts = Attempt(on_tensors(conv2d), "conv2d"), Attempt(on_tensors(max_pool2d), "max_pool2d")
    found = _all_layers(np.stack([original, moved])[:, None], w, *attempts)
    cells = round(shift / LAYERS[layer].jump)
    still, maps = found[layer]
    difference = _difference(maps, still, LAYERS[layer], cells)
    seen = ~np.isnan(difference)
    largest = float(np.abs(difference[seen]).max(initial=0.0))
    size = float(np.abs(maps[seen]).max(initial=0.0))
    notes = [attempt.note for attempt in attempts if attempt.note is not None]
    note = notes[0] + Text(" ") + notes[1] if len(notes) == 2 else next(iter(notes), None)
    before, after = (_answer(one.reshape(-1), w) for one in found["pool2"])
    return Maps(moved, maps, difference, cells, largest, largest / size if size else 0.0, before, after, note)


def _all_layers(values: Array, w: Weights, conv2d: Attempt, max_pool2d: Attempt) -> dict[str, Array]:
    found = {}
    for name, layer in LAYERS.items():
        shape = (len(values), layer.count, layer.size, layer.size)
        if name.startswith("conv"):
            padding = 2 if name == "conv1" else 0
            values = _convolved(values, w[f"{name}.weight"], w[f"{name}.bias"], padding, conv2d, shape)
        else:
            answer = max_pool2d(values, 2, 2, shape=shape)
            values = _pooled(values) if answer is None else answer
        found[name] = values
    return found


def _difference(maps: Array, still: Array, layer: Layer, cells: int) -> Array:
    """`maps` minus `still` moved right by `cells`; NaN where a receptive field leaves the picture."""
    difference, inside = np.full_like(maps, np.nan), _inside(layer)
    for column in range(cells, layer.size):
        if inside[column] and inside[column - cells]:
            difference[:, :, column] = maps[:, :, column] - still[:, :, column - cells]
    return difference


def _inside(layer: Layer) -> list[bool]:
    """For each column of cells: does its receptive field lie within the picture?"""
    starts = [layer.first + layer.jump * k for k in range(layer.size)]
    return [start >= 0 and start + layer.last - layer.first < SIDE for start in starts]


def _convolved(
    values: Array, weight: Array, bias: Array, padding: int, attempt: Attempt, shape: tuple[int, ...]
) -> Array:
    result = attempt(values, weight, bias, 1, padding, shape=shape)
    if result is None:
        around = ((0, 0), (0, 0), (padding, padding), (padding, padding))
        view = np.lib.stride_tricks.sliding_window_view(np.pad(values, around), (5, 5), axis=(2, 3))
        result = np.einsum("ncijuv,ocuv->noij", view, weight, optimize=True) + bias[:, None, None]
    return np.maximum(result, 0.0)


def _pooled(values: Array) -> Array:
    n, c, h, w = values.shape
    blocks: Array = values.reshape(n, c, h // 2, 2, w // 2, 2).max(axis=(3, 5))
    return blocks


def _answer(features: Array, w: Weights) -> tuple[int, float]:
    """The likeliest class and its probability, from the 400 numbers behind the second pooling."""
    for layer in ("fc1", "fc2"):
        features = np.maximum(w[f"{layer}.weight"] @ features + w[f"{layer}.bias"], 0.0)
    logits = w["fc3.weight"] @ features + w["fc3.bias"]
    return int(logits.argmax()), float(softmax(logits).max())


def _drawing(figure: Figure) -> panels.Drawing:
    images = []
    for axes, title, colours in zip(
        figure.subplots(1, 3), (_PICTURE, _MAPS, _DIFFERENCE), ("gray_r", "viridis", "PuOr"), strict=True
    ):
        panels.bare(axes)
        panels.label(axes, title, xlim=(0, 1), ylim=(1, 0), box_aspect=1)
        images.append(panels.heat_map(axes, (0, 1), (0, 1), cmap=colours))
    images[0].set_clim(0, 1)

    def draw(state: Maps) -> panels.Artists:
        across = 3 if len(state.maps) == 6 else 4
        size = float(state.maps.max()) or 1.0
        images[0].show(state.moved)
        images[1].show(tiled(state.maps, across))
        images[1].set_clim(0, size)
        images[2].show(tiled(state.difference, across))
        images[2].set_clim(-size, size)
        return [*images]

    return draw


def _status(names: Sequence[Text], state: Maps, layer: str, shift: int) -> Text:
    (before, p), (after, q) = state.before, state.after
    return _STATUS.format(
        layer=_NAMES[layer], shift=shift, cells=state.cells, share=100 * state.share,
        verdict=_EXACT if state.exact else _NOT_EXACT, before=names[before], p=100 * p, after=names[after], q=100 * q,
    )  # fmt: skip


def _met(state: Maps, layer: str, shift: int) -> bool:
    return layer == "pool2" and shift > 0 and state.exact


def feature_maps(conv2d: Learner = None, max_pool2d: Learner = None, model: Any = None) -> Live:
    """Equivariant or invariant? A trained LeNet layer by layer, with the picture moved to the right.

    conv2d, max_pool2d: the learner's; None or unfinished: our own
    model: a trained LeNet (a module with conv1, conv2, fc1, fc2, fc3); None trains one in a few seconds
    """
    weights = None if model is None else _arrays(dict(model.named_parameters()))
    figure = plots.new_figure(10.0, 4.2)
    controls = [
        Choice("picture", Text("picture"), list(PICTURES.items()), "trouser"),
        Choice("layer", Text("layer"), list(_NAMES.items()), "pool2"),
        Slider("shift", Text("move right by (pixels)"), 0, 8, 1, 1, format="d"),
    ]

    def compute(picture: str, layer: str, shift: int) -> Maps:
        return compute_maps(picture, layer, shift, conv2d, max_pool2d, weights)

    status = functools.partial(_status, datasets.fashion_mnist().classes)
    return Live(figure, controls, compute, _drawing(figure), alt=_ALT, status=status, challenge=_CHALLENGE, met=_met)


_NAMES = {
    "conv1": Text("first convolution and ReLU"),
    "pool1": Text("first pooling"),
    "conv2": Text("second convolution and ReLU"),
    "pool2": Text("second pooling"),
}
_PICTURE = Text("The moved picture")
_MAPS = Text("Its feature maps")
_DIFFERENCE = Text("Minus the original's maps, moved")
_EXACT = Text("exactly equal inside")
_NOT_EXACT = Text("not equal")
_CHALLENGE = Text("second pooling, a shift above 0: maps that moved exactly as the picture did.")
_STATUS = Text(
    "{layer}, picture moved by {shift}, maps by {cells}: {verdict}; the largest difference inside is {share:.1f} % of the largest value. "
    "The network says {before} ({p:.0f} %) before and {after} ({q:.0f} %) after the move."
)
_ALT = Text(
    "A picture moved to the right, the feature maps that one layer of a trained LeNet makes of it, and their difference from the moved maps of the original. "
)
