"""Softmax and the sigmoid, as the explorers' own computations use them."""

from __future__ import annotations

from typing import Any

import numpy as np

from hocsau.explore.attempt import Array

__all__ = ["sigmoid", "softmax"]


def softmax(z: Array) -> Array:
    """exp(z) over its sum along the last axis; -inf gives 0."""
    exponents = np.exp(z - z.max(axis=-1, keepdims=True))
    shares: Array = exponents / exponents.sum(axis=-1, keepdims=True)
    return shares


def sigmoid(z: Any) -> Any:
    """1 / (1 + exp(-z)), of a number or an array."""
    return 0.5 * (1 + np.tanh(z / 2))
