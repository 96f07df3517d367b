"""Explorer 7d: how sharp attention is against the length of its vectors, with the scores divided by d^p."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from hocsau import plots
from hocsau.explore import panels
from hocsau.explore.activations import softmax
from hocsau.explore.attempt import Array, Attempt, Learner
from hocsau.explore.live import Live, Slider
from hocsau.explore.pictures import on_tensors
from hocsau.language import Text

__all__ = ["LENGTHS", "Sharpness", "compute_sharpness", "softmax_scale"]

LENGTHS = (4, 16, 64, 256, 1024)
SETS, QUERIES, KEYS, SEED = 40, 40, 16, 1
SHOWN, SPREAD = 64, 0.05


@dataclass(frozen=True)
class Sharpness:
    """What the explorer draws: mean entropies in nats (5,) at p and of the learner's weights; one query's weights (16,)."""

    entropies: Array
    own: Array | None
    example: Array
    note: Text | None

    @property
    def spread(self) -> float:
        """The largest entropy minus the smallest."""
        return float(np.ptp(self.entropies))


@functools.cache
def _vectors(d: int) -> tuple[Array, Array]:
    """Queries (SETS, QUERIES, d) and keys (SETS, KEYS, d), entries from N(0, 1)."""
    rng = np.random.default_rng([SEED, d])
    return rng.normal(size=(SETS, QUERIES, d)), rng.normal(size=(SETS, KEYS, d))


@functools.cache
def _products(d: int) -> Array:
    query, key = _vectors(d)
    products: Array = query @ key.transpose(0, 2, 1)
    return products


def _entropy(weights: Array) -> float:
    positive = np.where(weights > 0, weights, 1.0)
    return float(-(weights * np.log(positive)).sum(axis=-1).mean())


def compute_sharpness(p: float, attention: Learner = None) -> Sharpness:
    """The entropy of softmax(q . k / d^p) over 16 keys, for vectors of five lengths.

    attention: the learner's scaled_dot_product_attention, whose own scale is drawn beside; or None
    """
    entropies = [_entropy(softmax(_products(d) / d**p)) for d in LENGTHS]
    own, note = _learners(attention) if attention is not None else (None, None)
    example = softmax(_products(SHOWN)[0, 0] / SHOWN**p)
    return Sharpness(np.array(entropies), own, example, note)


@functools.lru_cache(maxsize=2)
def _learners(attention: Callable[..., Any]) -> tuple[Array | None, Text | None]:
    attempt = Attempt(on_tensors(lambda q, k: attention(q, k, k)[1]), "scaled_dot_product_attention")
    found = []
    for d in LENGTHS:
        weights = attempt(*_vectors(d), shape=(SETS, QUERIES, KEYS))
        if weights is None:
            return None, attempt.note
        found.append(_entropy(weights))
    return np.array(found), attempt.note


def _drawing(figure: Figure) -> panels.Drawing:
    left, right = figure.subplots(1, 2)
    uniform = float(np.log(KEYS))
    panels.level(left, uniform, quiet=True)
    panels.annotate(left, _UNIFORM, (LENGTHS[0], uniform), (0, 3))
    panels.label(left, _SHARP, xscale="log", xlim=(3, 1400), ylim=(0, 3.05), xlabel=_LENGTH, ylabel=_ENTROPY)
    left.set_xticks(LENGTHS, [str(d) for d in LENGTHS])
    left.minorticks_off()
    line = panels.line(left, "o-", "blue", linewidth=2, label=_DIVIDED.say())
    yours = panels.line(left, "D", "vermillion", markersize=5, label=_YOURS.say())
    left.legend(loc="lower left", frameon=False)
    panels.label(right, _EXAMPLE.format(d=SHOWN), ylim=(0, 1.02), xlim=(-0.6, KEYS - 0.4), xlabel=_KEY)
    bars = right.bar(np.arange(KEYS), np.zeros(KEYS), color=plots.COLOURS["blue"], width=0.8)

    def draw(state: Sharpness) -> panels.Artists:
        panels.place(line, LENGTHS, state.entropies)
        if state.own is not None:
            panels.place(yours, LENGTHS, state.own)
        for bar, height in zip(bars, state.example, strict=True):
            bar.set_height(float(height))
        return [line, yours, *bars]

    return draw


def _status(state: Sharpness, p: float) -> Text:
    entropies = ", ".join(f"{entropy:.2f}" for entropy in state.entropies)
    return _STATUS.format(p=p, entropies=entropies, spread=state.spread, most=state.example.max())


def _met(state: Sharpness) -> bool:
    return state.spread < SPREAD


def softmax_scale(attention: Learner = None) -> Live:
    """Which exponent frees the entropy from d? A slider for p.

    attention: the learner's scaled_dot_product_attention; None or unfinished: only ours is drawn
    """
    figure = plots.new_figure(9.6, 4.0)
    controls = [Slider("p", Text("exponent p: scores / d^p"), 0.0, 1.0, 0.05, 0.0, format=".2f")]
    compute = functools.partial(compute_sharpness, attention=attention)
    return Live(figure, controls, compute, _drawing(figure), alt=_ALT, status=_status, challenge=_CHALLENGE, met=_met)


_LENGTH = Text("length d of queries and keys")
_ENTROPY = Text("entropy (nats)")
_SHARP = Text("Entropy of the attention weights")
_UNIFORM = Text("all 16 keys alike: ln 16")
_DIVIDED = Text("divided by d^p")
_YOURS = Text("your function")
_KEY = Text("key")
_EXAMPLE = Text("The weights of one query, d = {d}")
_CHALLENGE = Text("entropies that differ by less than 0.05 nats from d = 4 to d = 1024.")
_STATUS = Text(
    "p = {p:.2f}: mean entropies {entropies} nats for d = 4, 16, 64, 256, 1024; they spread over {spread:.3f}. The largest weight on the right is {most:.2f}."
)
_ALT = Text(
    "Left: mean entropy of attention over 16 keys against the length of the vectors. Right: the 16 weights of one query as bars. "
)
