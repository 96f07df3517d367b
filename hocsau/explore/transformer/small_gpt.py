"""The small language model whose attention lesson 7 shows: its kept weights, and its forward pass with nothing hidden.

Weights: data/attention_shakespeare.safetensors, made by data/train_attention.py. Written in NumPy, so that a picture
needs no torch, and every score, weight and value on the way can be looked at.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hocsau import datasets
from hocsau.explore.activations import softmax
from hocsau.explore.attempt import Array

__all__ = ["Pass", "SmallGPT", "small_gpt"]

Attend = Callable[[Array, Array, Array, NDArray[np.bool_]], Array | None]
EPS = 1e-5
_erf = np.vectorize(math.erf, otypes=[np.float64])


@dataclass(frozen=True)
class Pass:
    """What one run gives: the attention weights (layers, heads, T, T) and the logits (T, V)."""

    weights: Array
    logits: Array


@dataclass(frozen=True)
class SmallGPT:
    """A TinyGPT of lesson 7 with its alphabet: token i is the character alphabet[i]."""

    parameters: dict[str, Array]
    alphabet: str
    context_length: int
    heads: int
    layers: int
    bits: float  # per held-out character, as measured when it was made

    def run(self, text: str, attend: Attend | None = None) -> Pass:
        """Read `text`, at most context_length characters of the alphabet.

        attend: (query, key, value, mask) -> weights; query, key, value (heads, T, d), mask (T, T); None, or an answer
                of None, leaves it to us
        raises ValueError for a character that is not in the alphabet
        """
        w, ids = self.parameters, [self.alphabet.index(character) for character in text]
        T = len(ids)
        mask = np.tril(np.ones((T, T), dtype=bool))
        x = w["token.weight"][ids] + w["position.weight"][:T]
        found = []
        for layer in range(self.layers):
            name = f"blocks.{layer}"
            h = self._normed(x, f"{name}.norm1")
            query, key, value = (self._split(h @ w[f"{name}.{part}.weight"].T) for part in ("query", "key", "value"))  # fmt: skip
            weights = None if attend is None else attend(query, key, value, mask)
            if weights is None:
                weights = _attend(query, key, mask)
            found.append(weights)
            output = (weights @ value).transpose(1, 0, 2).reshape(T, -1)
            x = x + output @ w[f"{name}.project.weight"].T
            h = self._normed(x, f"{name}.norm2")
            h = h @ w[f"{name}.feed_forward.0.weight"].T + w[f"{name}.feed_forward.0.bias"]
            h = 0.5 * h * (1 + _erf(h / math.sqrt(2)))  # GELU
            x = x + h @ w[f"{name}.feed_forward.2.weight"].T + w[f"{name}.feed_forward.2.bias"]
        return Pass(np.stack(found), self._normed(x, "norm") @ w["head.weight"].T)

    def _normed(self, x: Array, name: str) -> Array:
        centred = x - x.mean(axis=-1, keepdims=True)
        scale = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + EPS)
        normed: Array = centred / scale * self.parameters[f"{name}.weight"] + self.parameters[f"{name}.bias"]
        return normed

    def _split(self, z: Array) -> Array:
        return z.reshape(len(z), self.heads, -1).transpose(1, 0, 2)  # (heads, T, d_head)


def _attend(query: Array, key: Array, mask: NDArray[np.bool_]) -> Array:
    scores = query @ key.transpose(0, 2, 1) / math.sqrt(query.shape[-1])
    return softmax(np.where(mask, scores, -np.inf))


@functools.cache
def small_gpt() -> SmallGPT:
    """The kept model.

    raises DataError if its file is missing or was changed
    """
    kept = datasets.shakespeare_model()
    settings = kept.settings
    return SmallGPT(
        kept.parameters, settings["alphabet"], settings["context_length"], settings["heads"], settings["layers"], kept.bits
    )  # fmt: skip
