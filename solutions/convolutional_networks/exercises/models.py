"""Lesson 5: the cases of the modules and of the training."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from grader.course.definition import CaseKind
from grader.course.repeated import repeated
from hocsau.datasets import fashion_mnist
from hocsau.judging.request import Build, Call, Drawn, Forward, Model, Seed
from hocsau.judging.scoring import Score, Scored
from hocsau.judging.values import Tensor
from hocsau.language import Text
from solutions.convolutional_networks.exercises.layers import entries

__all__ = ["LENET", "RESIDUAL_BLOCK", "TRAINING"]

Rng = np.random.Generator
Array = np.ndarray[Any, np.dtype[Any]]
Weights = dict[str, Array]


def _seed(rng: Rng) -> int:
    return int(rng.integers(1 << 30))


def _lenet(rng: Rng, n: int, dtype: str = "float32", training: bool = False, gradients: bool = False) -> Build:
    """61706 weights, so they are drawn where they are needed, and gradients are compared by sketches."""
    x = Tensor(entries(rng, n, 1, 28, 28, dtype=dtype), requires_grad=gradients)
    seed = _seed(rng) if gradients else None
    call = Forward({"x": x}, training=training, backward=seed, sketch=gradients)
    return Build({}, Drawn(_seed(rng)), (call,), dtype=dtype)


LENET = (
    CaseKind(Text("three pictures"), lambda rng: _lenet(rng, 3), sees=("input (N, 1, 28, 28), ReLU, 2x2 max pooling", "conv1 (1, 6, 5, padding 2), conv2 (6, 16, 5), fc1 400-120, fc2 120-84, fc3 84-10", "61,706 parameters", "logits",)),
    CaseKind(Text("one picture, float64"), lambda rng: _lenet(rng, 1, "float64"), device=True, sees=("conv1 (1, 6, 5, padding 2), conv2 (6, 16, 5), fc1 400-120, fc2 120-84, fc3 84-10",)),
    CaseKind(Text("every parameter receives its gradient"), lambda rng: _lenet(rng, 2, training=True, gradients=True), sees=("every parameter receives a gradient",)),
    CaseKind(Text("five pictures, gradients"), lambda rng: _lenet(rng, 5, gradients=True), hidden=True),
)  # fmt: skip


def _block_weights(rng: Rng, inputs: int, outputs: int, stride: int, dtype: str) -> Weights:
    """Every parameter and every running statistic of a residual block, none of them at its usual start."""
    shapes = {"conv1": (outputs, inputs, 3, 3), "conv2": (outputs, outputs, 3, 3)}
    norms = ["bn1", "bn2"]
    if stride != 1 or inputs != outputs:
        shapes["shortcut.0"] = (outputs, inputs, 1, 1)
        norms.append("shortcut.1")
    weights = {f"{name}.weight": 0.5 * entries(rng, *shape) for name, shape in shapes.items()}
    for norm in norms:
        weights |= {
            f"{norm}.weight": rng.uniform(0.5, 2.0, size=outputs),
            f"{norm}.bias": entries(rng, outputs),
            f"{norm}.running_mean": entries(rng, outputs),
            f"{norm}.running_var": rng.uniform(0.5, 4.0, size=outputs),
        }
    return {name: value.astype(dtype) for name, value in weights.items()}


def _block(
    rng: Rng, inputs: int, outputs: int, stride: int, modes: str, *, dtype: str = "float64",
    gradients: bool = False, silent: bool = False,
) -> Build:  # fmt: skip
    """modes: a call per letter, t in train mode, e in eval mode; silent: the branch comes to exactly zero."""
    weights = _block_weights(rng, inputs, outputs, stride, dtype)
    if silent:
        weights["bn2.weight"], weights["bn2.bias"] = np.zeros((2, outputs), dtype=dtype)
    calls = []
    for mode in modes:
        x = Tensor(entries(rng, 3, inputs, 5, 6, dtype=dtype), requires_grad=gradients)
        seed = _seed(rng) if gradients else None
        calls.append(Forward({"x": x}, training=mode == "t", backward=seed))
    arguments = {"in_channels": inputs, "out_channels": outputs, "stride": stride}
    return Build(arguments, weights, tuple(calls), dtype=dtype)


RESIDUAL_BLOCK = (
    CaseKind(Text("same channels, in eval mode"), lambda rng: _block(rng, 3, 3, 1, "e"), device=True, sees=("conv1 (3x3, stride), bn1, conv2 (3x3), bn2, no biases", "shortcut = empty nn.Sequential or 1x1 convolution (stride, no bias) + batch norm",)),
    CaseKind(Text("a branch of zero: the identity behind ReLU"), lambda rng: _block(rng, 3, 3, 1, "e", silent=True), sees=("zero branch = identity after ReLU",)),
    CaseKind(Text("in train mode, then in eval mode"), lambda rng: _block(rng, 2, 2, 1, "te"), sees=("train and eval",)),
    CaseKind(Text("more channels"), lambda rng: _block(rng, 2, 3, 1, "te"), sees=("conv1 (3x3, stride), bn1, conv2 (3x3), bn2, no biases", "projection only when the shape or stride changes",)),
    CaseKind(Text("stride 2, same channels"), lambda rng: _block(rng, 3, 3, 2, "te"), sees=("shortcut = empty nn.Sequential or 1x1 convolution (stride, no bias) + batch norm", "projection only when the shape or stride changes",)),
    CaseKind(Text("gradients, float32"), lambda rng: _block(rng, 2, 4, 2, "t", dtype="float32", gradients=True), device=True),
    CaseKind(Text("fewer channels, stride 3"), lambda rng: _block(rng, 4, 2, 3, "tte"), hidden=True),
    CaseKind(Text("gradients through the identity"), lambda rng: _block(rng, 3, 3, 1, "t", gradients=True), hidden=True),
    CaseKind(Text("fewer channels, stride 1"), lambda rng: _block(rng, 3, 2, 1, "te"), sees=("shortcut = empty nn.Sequential or 1x1 convolution (stride, no bias) + batch norm", "projection only when the shape or stride changes",)),
)  # fmt: skip


def _exact(rng: Rng, n: int, epochs: int, batch_size: int, *, normalize: bool, stale: bool, dtype: str = "float64") -> Call:  # fmt: skip
    """The whole data in every batch, so that the order cannot matter and weights can be compared."""
    settings: dict[str, Any] = {"inputs": 6, "hidden": 5, "classes": 3}
    if normalize:
        settings["normalize"] = True
    model = Model("perceptron", settings, training=False, stale=stale, seed=_seed(rng), dtype=dtype)
    images = entries(rng, n, 1, 2, 3, dtype=dtype)
    labels = rng.permutation(np.arange(n) % 3)
    return _training(rng, model, images, labels, epochs, float(rng.uniform(0.05, 0.1)), batch_size)


def _training(rng: Rng, model: Model, images: Array, labels: Array, epochs: int, rate: float, batch_size: int) -> Call:
    arguments = {
        "model": model,
        "images": Tensor(images),
        "labels": Tensor(labels.astype(np.int64)),
        "epochs": epochs,
        "learning_rate": rate,
        "batch_size": batch_size,
        "generator": Seed(_seed(rng)),
    }
    return Call(arguments, watch=("model",))


def _batches(rng: Rng, n: int, epochs: int, batch_size: int, *, alike: bool = False) -> Call:
    """Several batches an epoch, the last one short. Where all pictures are alike the order cannot matter, and weights can be compared."""
    settings = {"inputs": 6, "hidden": 5, "classes": 3}
    model = Model("perceptron", settings, training=False, stale=True, seed=_seed(rng), dtype="float64", record=not alike)  # fmt: skip
    images, labels = entries(rng, n, 1, 2, 3), rng.permutation(np.arange(n) % 3)
    if alike:
        images[:], labels[:] = images[:1], labels[:1]
    return _training(rng, model, images, labels, epochs, float(rng.uniform(0.05, 0.1)), batch_size)


def _orders(rng: Rng, n: int, epochs: int, batch_size: int) -> Scored:
    """What the model was called with tells the orders."""
    call = _batches(rng, n, epochs, batch_size)
    data = {"inputs": call.arguments["images"].array, "epochs": epochs}
    return Scored(call, Score("new_orders", data, least=1.0))


@cache
def _clothes(side: int) -> tuple[Array, Array, Array, Array]:
    """Fashion-MNIST in [0, 1], averaged down to side x side: (n, 1, side, side) and labels, and the same held out."""
    data = fashion_mnist()
    block = 28 // side

    def pooled(images: Array) -> Array:
        blocks = images.reshape(len(images), side, block, side, block).mean(axis=(2, 4))
        return np.asarray(blocks[:, None] / 255.0).astype(np.float32)

    train, held_out = pooled(data.x_train), pooled(data.x_test)
    return train, data.y_train.astype(np.int64), held_out, data.y_test.astype(np.int64)


def _real(
    rng: Rng, side: int, kinds: Array, n: int, held_out: int, epochs: int, rate: float, least: float, model: Model,
) -> Scored:  # fmt: skip
    """Pictures of the classes `kinds`, sorted by class, so that an unshuffled epoch forgets; they are numbered as they come."""
    X, labels, X_test, labels_test = _clothes(side)
    numbers = {int(kind): k for k, kind in enumerate(kinds)}
    chosen = np.concatenate(
        [rng.choice(np.flatnonzero(labels == kind), n // len(kinds), replace=False) for kind in kinds]
    )
    judged = rng.choice(np.flatnonzero(np.isin(labels_test, kinds)), held_out, replace=False)
    own_labels = np.array([numbers[int(k)] for k in labels[chosen]])
    call = _training(rng, model, X[chosen], own_labels, epochs, rate, 16)
    data = {
        "model": model,
        "inputs": X_test[judged],
        "labels": np.array([numbers[int(k)] for k in labels_test[judged]]),
    }
    return Scored(call, Score("accuracy", data, least))


def _small_pictures(rng: Rng) -> Scored:
    model = Model("perceptron", {"inputs": 49, "hidden": 16, "classes": 10, "normalize": True}, training=False, stale=True, seed=_seed(rng))  # fmt: skip
    return _real(rng, 7, rng.permutation(10), 300, 200, 12, 0.01, 0.55, model)


def _pictures(rng: Rng) -> Scored:
    """Four classes that a mean over the picture can tell apart: not two shirts, not two shoes."""
    model = Model("pixels", {"classes": 4, "channels": 12}, training=False, seed=_seed(rng))
    kinds = rng.permutation([rng.choice(group) for group in _UNLIKE])
    return _real(rng, 7, kinds, 400, 400, 12, 0.01, 0.5, model)


_UNLIKE = ((1,), (8,), (5, 7, 9), (0, 2, 3, 4, 6))
"""Trousers; bags; shoes; what covers the upper body."""


TRAINING = (
    CaseKind(Text("one batch, three epochs"), lambda rng: _exact(rng, 7, 3, 7, normalize=False, stale=False), device=True, sees=("zero_grad (stale .grad planted), train mode, gradient at the logits as cross-entropy gives it", "device-agnostic",)),
    CaseKind(Text("gradients left over from before, batch norm"), lambda rng: _exact(rng, 8, 2, 8, normalize=True, stale=True), sees=("zero_grad (stale .grad planted), train mode, gradient at the logits as cross-entropy gives it",)),
    CaseKind(Text("batch_size larger than the number of images"), lambda rng: _exact(rng, 5, 2, 64, normalize=False, stale=True, dtype="float32")),
    CaseKind(Text("equal pictures in batches, the last one short"), lambda rng: _batches(rng, 7, 2, 3, alike=True)),
    CaseKind(Text("each epoch in a new order"), lambda rng: _orders(rng, 8, 3, 3)),
    CaseKind(Text("small pictures, sorted by class: held-out accuracy"), _small_pictures, seconds=30, sees=("held-out accuracy",)),
    CaseKind(Text("no epoch at all"), lambda rng: _exact(rng, 5, 0, 5, normalize=True, stale=False), hidden=True),
    CaseKind(Text("a convolutional network on clothes: held-out accuracy"), _pictures, hidden=True, seconds=60, sees=("held-out accuracy",)),
    CaseKind(Text("the same seed twice, then another"), lambda rng: repeated(_exact(rng, 30, 2, 4, normalize=False, stale=False))),
)  # fmt: skip
