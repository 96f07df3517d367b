"""Explorer 5c: gradients layer by layer in a deep convolutional network, with and without residual connections."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from hocsau import datasets, plots
from hocsau.explore import panels
from hocsau.explore.attempt import Array, Attempt, Learner
from hocsau.explore.live import Choice, Live, Slider
from hocsau.judging.tensors import one_thread
from hocsau.language import Text

__all__ = ["Depth", "compute_depth", "depth"]

CHANNELS, SAMPLES, DEEPEST, CHALLENGED = 8, 32, 56, 40
FACTOR = 10.0
FLOOR, CEILING = 1e-30, 1e8


@dataclass(frozen=True)
class Depth:
    """What 5c draws, per convolution from the first block to the last: spread of what comes out, norm of the gradient."""

    spreads: Array  # (depth / 2,), behind each block
    gradients: Array  # (depth,)
    note: Text | None

    @property
    def ratio(self) -> float:
        """The first convolution's gradient norm over the last one's; NaN where that is 0."""
        first, last = self.gradients[0], self.gradients[-1]
        return float(first / last) if last > 0 else float("nan")

    @property
    def met(self) -> bool:
        """Whether first and last lie within a factor of ten of one another."""
        return 1 / FACTOR < self.ratio < FACTOR


def compute_depth(depth: int, residual: bool, norm: bool, he: bool, block: Learner = None) -> Depth:
    """Norms of dJ/dweight before any training: `depth` 3x3 convolutions of 8 channels, two a block, on 14x14 clothes.

    residual: a shortcut around every two convolutions
    norm:     batch norm behind every convolution
    he:       start of variance 2 / fan-in (He 2015); otherwise PyTorch's, 1 / (3 fan-in)
    block:    the learner's ResidualBlock, used with residual and norm; None for our own
    """
    attempt = Attempt(block and _norms_of(block), "ResidualBlock")
    with one_thread():  # pictures of 14x14 only wait for one another
        found = attempt(depth, he, shape=(2, depth)) if residual and norm else None
        if found is not None:
            return Depth(found[0, ::2], found[1], attempt.note)
        spreads, gradients = _norms(depth, residual, norm, he)
    return Depth(spreads, gradients, attempt.note if residual and norm else None)


def _norms(depth: int, residual: bool, norm: bool, he: bool) -> tuple[Array, Array]:
    """The spreads behind each block (depth / 2,) and the norms of the kernels' gradients (depth,)."""
    import torch
    from torch.nn import functional

    x, labels, stem, head, kernels = _start(depth, he)
    kernels = [kernel.requires_grad_() for kernel in kernels]
    values, spreads = functional.relu(_normed(functional.conv2d(x, stem, padding=1), norm)), []
    for one, two in zip(kernels[::2], kernels[1::2], strict=True):
        branch = functional.relu(_normed(functional.conv2d(values, one, padding=1), norm))
        branch = _normed(functional.conv2d(branch, two, padding=1), norm)
        values = functional.relu(branch + values if residual else branch)
        spreads.append(float(values.detach().std()))
    loss = functional.cross_entropy(values.mean(dim=(2, 3)) @ head.T, labels)
    gradients = [float(g.norm()) for g in torch.autograd.grad(loss, kernels)]
    return np.array(spreads), np.array(gradients)


@functools.lru_cache(maxsize=1)
def _clothes() -> tuple[Any, Any]:
    """32 pictures averaged down to 14x14, of mean 0 and variance 1, (32, 1, 14, 14), and their labels."""
    import torch

    data = datasets.fashion_mnist()
    blocks = data.x_train[:SAMPLES].reshape(SAMPLES, 14, 2, 14, 2).mean(axis=(2, 4))
    scaled = (blocks - blocks.mean()) / blocks.std()
    x = torch.tensor(scaled[:, None], dtype=torch.float64)
    return x, torch.tensor(data.y_train[:SAMPLES].astype(np.int64))


def _start(depth: int, he: bool) -> tuple[Any, Any, Any, Any, list[Any]]:
    """Inputs, labels, the first kernel, the last layer's weights, and the kernels of the blocks, float64."""
    import torch

    generator = torch.Generator().manual_seed(0)

    def drawn(*shape: int) -> Any:
        fan_in = int(np.prod(shape[1:]))
        noise = torch.randn(*shape, generator=generator, dtype=torch.float64)
        return noise * ((2 if he else 1 / 3) / fan_in) ** 0.5

    stem, head = drawn(CHANNELS, 1, 3, 3), drawn(10, CHANNELS)
    kernels = [drawn(CHANNELS, CHANNELS, 3, 3) for _ in range(depth)]
    return *_clothes(), stem, head, kernels


def _normed(values: Any, norm: bool) -> Any:
    from torch.nn import functional

    return functional.batch_norm(values, None, None, training=True) if norm else values


def _norms_of(block: Callable[..., Any]) -> Callable[..., Any]:
    """The spreads and gradient norms of a network built of the learner's blocks: two rows of `depth` numbers."""

    def norms(depth: int, he: bool) -> Any:
        import torch
        from torch.nn import functional

        x, labels, stem, head, kernels = _start(depth, he)
        values, spreads, weights = functional.conv2d(x, stem, padding=1), [], []
        values = functional.relu(_normed(values, True))
        for one, two in zip(kernels[::2], kernels[1::2], strict=True):
            made = block(CHANNELS, CHANNELS, 1).double().train()
            for conv, kernel in ((made.conv1, one), (made.conv2, two)):
                conv.weight.data.copy_(kernel)
                weights.append(conv.weight)
            values = made(values)
            spreads += [float(values.detach().std())] * 2
        loss = functional.cross_entropy(values.mean(dim=(2, 3)) @ head.T, labels)
        return [spreads, [float(g.norm()) for g in torch.autograd.grad(loss, weights)]]

    return norms


def _drawing(figure: Figure) -> panels.Drawing:
    left, right = figure.subplots(1, 2)
    look: dict[str, Any] = {"markersize": 4, "linewidth": 1.5}
    lines = [panels.line(left, "-o", "blue", **look), panels.line(right, "-o", "vermillion", **look)]
    panels.label(left, _SPREAD, yscale="log", xlim=(0, DEEPEST / 2 + 1), ylim=(1e-21, CEILING), xlabel=_BLOCK)
    panels.label(right, _GRADIENT, yscale="log", xlim=(0, DEEPEST + 1), ylim=(1e-21, CEILING), xlabel=_LAYER)

    def draw(state: Depth) -> panels.Artists:
        for line, numbers in zip(lines, (state.spreads, state.gradients), strict=True):
            panels.place(line, np.arange(1, len(numbers) + 1), np.clip(numbers, FLOOR, CEILING))
        return [*lines]

    return draw


def _status(state: Depth, depth: int, residual: bool) -> Text:
    ratio = "-" if np.isnan(state.ratio) else f"{state.ratio:.2g}"
    first, last = state.gradients[[0, -1]]
    return _STATUS.format(depth=depth, residual=_WITH if residual else _WITHOUT, first=first, last=last, ratio=ratio)


def _met(state: Depth, depth: int, norm: bool) -> bool:
    return norm and depth == CHALLENGED and state.met


def depth(block: Learner = None) -> Live:
    """What does the shortcut change? Depth, shortcuts, batch norm and start, before any training.

    block: the learner's ResidualBlock; None or unfinished: our own
    """
    figure = plots.new_figure(9.6, 4.2)
    controls = [
        Slider("depth", Text("convolutional layers"), 8, DEEPEST, 4, CHALLENGED, format="d"),
        Choice("residual", Text("residual connections"), [(False, _OFF), (True, _ON)], False),
        Choice("norm", Text("batch norm"), [(True, _ON), (False, _OFF)], True),
        Choice("he", Text("start of the weights"), [(True, _HE), (False, _PYTORCH)], True),
    ]
    compute = functools.partial(compute_depth, block=block)
    return Live(figure, controls, compute, _drawing(figure), alt=_ALT, status=_status, challenge=_CHALLENGE, met=_met)


_ON, _OFF = Text("on"), Text("off")
_HE = Text("He: variance 2 / fan-in")
_PYTORCH = Text("PyTorch: variance 1 / (3 fan-in)")
_BLOCK = Text("block, from input to output")
_LAYER = Text("convolution, from input to output")
_SPREAD = Text("Standard deviation of what comes out")
_GRADIENT = Text("Norm of the gradient of the weights")
_WITH = Text("with residual connections")
_WITHOUT = Text("without residual connections")
_CHALLENGE = Text(
    "40 layers with batch norm: the first and the last gradient norm within a factor of 10 of one another."
)
_STATUS = Text(
    "{depth} layers {residual}: gradient norm {first:.1e} in the first, {last:.1e} in the last; ratio {ratio}."
)
_ALT = Text(
    "For a deep convolutional network before training, on logarithmic axes: the spread behind each block and the norm of each kernel's gradient. "
)
