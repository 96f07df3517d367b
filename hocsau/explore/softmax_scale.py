"""Explorer 7d: how sharp attention is against the length of its vectors, with the scores divided by d^p."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from numpy.typing import NDArray

from hocsau import plots
from hocsau.explore.attempt import Attempt
from hocsau.explore.live import Live, Slider
from hocsau.explore.pictures import on_tensors
from hocsau.language import Text

__all__ = ["LENGTHS", "Sharpness", "compute_sharpness", "softmax_scale"]

Array = NDArray[np.float64]
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


def _softmax(scores: Array) -> Array:
    exponents = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights: Array = exponents / exponents.sum(axis=-1, keepdims=True)
    return weights


def _entropy(weights: Array) -> float:
    positive = np.where(weights > 0, weights, 1.0)
    return float(-(weights * np.log(positive)).sum(axis=-1).mean())


def compute_sharpness(p: float, attention: Callable[..., Any] | None = None) -> Sharpness:
    """The entropy of softmax(q . k / d^p) over 16 keys, for vectors of five lengths.

    attention: the learner's scaled_dot_product_attention, whose own scale is drawn beside; or None
    """
    entropies = [_entropy(_softmax(_products(d) / d**p)) for d in LENGTHS]
    own, note = _learners(attention) if attention is not None else (None, None)
    example = _softmax(_products(SHOWN)[0, 0] / SHOWN**p)
    return Sharpness(np.array(entropies), own, example, note)


@functools.lru_cache(maxsize=2)
def _learners(attention: Callable[..., Any]) -> tuple[Array | None, Text | None]:
    attempt = Attempt(
        on_tensors(lambda q, k: attention(q, k, k)[1]), "scaled_dot_product_attention"
    )
    found = []
    for d in LENGTHS:
        weights = attempt(*_vectors(d), shape=(SETS, QUERIES, KEYS))
        if weights is None:
            return None, attempt.note
        found.append(_entropy(weights))
    return np.array(found), attempt.note


def softmax_scale(attention: Callable[..., Any] | None = None) -> Live:
    """Which exponent frees the entropy from d? A slider for p.

    attention: the learner's scaled_dot_product_attention; None or unfinished: only ours is drawn
    """
    figure = plots.new_figure(9.6, 4.0)
    left, right = figure.subplots(1, 2)
    left.axhline(np.log(KEYS), color=plots.GREY, linestyle=(0, (2, 2)), linewidth=1)
    left.annotate(_UNIFORM.say(), (LENGTHS[0], np.log(KEYS)), xytext=(0, 3), textcoords="offset points", fontsize=8)  # fmt: skip
    left.set(xscale="log", xlim=(3, 1400), ylim=(0, 3.05), xlabel=_LENGTH.say(), ylabel=_ENTROPY.say())  # fmt: skip
    left.set_xticks(LENGTHS, [str(d) for d in LENGTHS])
    left.minorticks_off()
    left.set_title(_SHARP.say(), fontsize=10)
    (line,) = left.plot([], [], "o-", color=plots.COLOURS["blue"], linewidth=2, label=_DIVIDED.say())  # fmt: skip
    (yours,) = left.plot([], [], "D", color=plots.COLOURS["vermillion"], markersize=5, linestyle="none", label=_YOURS.say())  # fmt: skip
    left.legend(loc="lower left", frameon=False)
    right.set(ylim=(0, 1.02), xlim=(-0.6, KEYS - 0.4), xlabel=_KEY.say())
    right.set_title(_EXAMPLE.format(d=SHOWN).say(), fontsize=10)
    bars = right.bar(np.arange(KEYS), np.zeros(KEYS), color=plots.COLOURS["blue"], width=0.8)
    compute = functools.lru_cache(maxsize=128)(
        functools.partial(compute_sharpness, attention=attention)
    )

    def update(p: float) -> list[Artist]:
        state = compute(p)
        line.set_data(LENGTHS, state.entropies)
        yours.set_data(LENGTHS if state.own is not None else [], [] if state.own is None else state.own)  # fmt: skip
        for bar, height in zip(bars, state.example, strict=True):
            bar.set_height(float(height))
        return [line, yours, *bars]

    def status(p: float) -> Text:
        state = compute(p)
        said = ", ".join(f"{entropy:.2f}" for entropy in state.entropies)
        return _STATUS.format(
            p=f"{p:.2f}", entropies=said, spread=f"{state.spread:.3f}", most=f"{state.example.max():.2f}"
        )  # fmt: skip

    return Live(
        figure,
        [Slider("p", _P, 0.0, 1.0, 0.05, 0.0, format=".2f")],
        update,
        alt=lambda **values: _ALT + status(**values),
        status=status,
        challenge=_CHALLENGE,
        met=lambda p: compute(p).spread < SPREAD,
        note=lambda p: compute(p).note,
    )


_P = Text("exponent p: scores / d^p", "số mũ p: điểm / d^p")
_LENGTH = Text("length d of queries and keys", "độ dài d của query và key")
_ENTROPY = Text("entropy (nats)", "entropy (nat)")
_SHARP = Text("Entropy of the attention weights", "Entropy của trọng số chú ý")
_UNIFORM = Text("all 16 keys alike: ln 16", "cả 16 key như nhau: ln 16")
_DIVIDED = Text("divided by d^p", "chia cho d^p")
_YOURS = Text("your function", "hàm của bạn")
_KEY = Text("key", "key")
_EXAMPLE = Text("The weights of one query, d = {d}", "Trọng số của một query, d = {d}")
_CHALLENGE = Text(
    "entropies that differ by less than 0.05 nats from d = 4 to d = 1024.",
    "các entropy lệch nhau dưới 0.05 nat từ d = 4 đến d = 1024.",
)
_STATUS = Text(
    "p = {p}: mean entropies {entropies} nats for d = 4, 16, 64, 256, 1024; they spread over {spread}. The largest weight on the right is {most}.",
    "p = {p}: entropy trung bình {entropies} nat với d = 4, 16, 64, 256, 1024; chúng trải trên khoảng {spread}. Trọng số lớn nhất ở hình phải là {most}.",
)
_ALT = Text(
    "Left: mean entropy of attention over 16 keys against the length of the vectors. Right: the 16 weights of one query as bars. ",
    "Trái: entropy trung bình của trọng số chú ý trên 16 key theo độ dài vector. Phải: 16 trọng số của một query vẽ thành cột. ",
)
