"""Lesson 4: the training cases. Small ones are compared number by number; on real images the result is scored."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from grader.course.definition import CaseKind
from hocsau.datasets import fashion_mnist
from hocsau.judging.request import Call
from hocsau.judging.scoring import Score, Scored
from hocsau.language import Text

__all__ = ["TRAINING", "random_params"]

Rng = np.random.Generator
Array = np.ndarray[Any, np.dtype[Any]]


def random_params(rng: Rng, d: int, hidden: int, classes: int) -> dict[str, Array]:
    """Parameters of a two-layer network with biases that are not zero.

    {"W1": (d, hidden), "b1": (hidden,), "W2": (hidden, classes), "b2": (classes,)}
    """
    return {
        "W1": rng.normal(size=(d, hidden)) * (2 / d) ** 0.5,
        "b1": 0.3 * rng.normal(size=hidden),
        "W2": rng.normal(size=(hidden, classes)) * (2 / hidden) ** 0.5,
        "b2": 0.3 * rng.normal(size=classes),
    }


def _orders(rng: Rng, epochs: int, n: int) -> Array:
    """(epochs, n), a permutation per epoch, none of them the identity."""
    orders = np.array([rng.permutation(n) for _ in range(epochs)])
    while any((order == np.arange(n)).all() for order in orders):
        orders = np.array([rng.permutation(n) for _ in range(epochs)])
    return orders


def _small(rng: Rng, n: int, epochs: int, batch_size: int, d: int = 3, classes: int = 4) -> Call:
    return Call(
        {
            "params": random_params(rng, d, 10, classes),
            "X": rng.normal(size=(n, d)),
            "labels": rng.permutation(np.arange(n) % classes),
            "order_per_epoch": _orders(rng, epochs, n),
            "learning_rate": float(rng.uniform(0.2, 0.5)),
            "batch_size": batch_size,
        }
    )


@cache
def _clothes(side: int) -> tuple[Array, Array, Array, Array]:
    """Fashion-MNIST in [0, 1], averaged down to side x side pixels: X, labels, X held out, labels held out."""
    data = fashion_mnist()
    block = 28 // side

    def pooled(images: Array) -> Array:
        blocks = images.reshape(len(images), side, block, side, block)
        return np.asarray(blocks.mean(axis=(2, 4)).reshape(len(images), -1) / 255.0)

    train, held_out = pooled(data.x_train), pooled(data.x_test)
    return train, data.y_train.astype(np.int64), held_out, data.y_test.astype(np.int64)


def _real(rng: Rng, side: int, n: int, held_out: int, hidden: int, epochs: int, rate: float, least: float) -> Scored:
    """Train on n pictures; the classes' numbers are permuted, so that labels that lie on a disk say nothing."""
    X, labels, X_test, labels_test = _clothes(side)
    chosen = rng.choice(len(X), size=n, replace=False)
    judged = rng.choice(len(X_test), size=held_out, replace=False)
    renamed = rng.permutation(10)
    params = random_params(rng, X.shape[1], hidden, 10)
    arguments = {
        "params": params | {"b1": np.zeros(hidden), "b2": np.zeros(10)},
        "X": X[chosen],
        "labels": renamed[labels[chosen]],
        "order_per_epoch": _orders(rng, epochs, n),
        "learning_rate": rate,
        "batch_size": 25,
    }
    data = {"X": X_test[judged], "labels": renamed[labels_test[judged]]}
    return Scored(Call(arguments), Score("mlp_accuracy", data, least))


TRAINING = (
    CaseKind(Text("one epoch, a short last batch"), lambda rng: _small(rng, 11, 1, 4), sees=("plain mini-batch gradient descent over consecutive slices of each epoch's order, short last batch kept", "new arrays returned, exact on a small case",)),
    CaseKind(Text("three epochs, a new order in each"), lambda rng: _small(rng, 12, 3, 4), sees=("plain mini-batch gradient descent over consecutive slices of each epoch's order, short last batch kept",)),
    CaseKind(Text("batch_size larger than the data"), lambda rng: _small(rng, 9, 2, 50), sees=("plain mini-batch gradient descent over consecutive slices of each epoch's order, short last batch kept",)),
    CaseKind(Text("small pictures of clothes: held-out accuracy"), lambda rng: _real(rng, 7, 250, 150, 12, 20, 0.2, 0.35), sees=("held-out accuracy on real images within the time limit",)),
    CaseKind(Text("batches of one sample"), lambda rng: _small(rng, 7, 2, 1), hidden=True, sees=("new arrays returned, exact on a small case",)),
    CaseKind(Text("Fashion-MNIST: held-out accuracy"), lambda rng: _real(rng, 14, 500, 1000, 20, 8, 0.1, 0.4), hidden=True, sees=("held-out accuracy on real images within the time limit",)),
)  # fmt: skip
