"""Explorer of a real sentence: who looks at whom in a trained model, head by head and layer by layer."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import PolyCollection
from numpy.typing import NDArray

from hocsau import plots
from hocsau.explore.attempt import Attempt
from hocsau.explore.cells import Cells
from hocsau.explore.live import Choice, Live, Slider
from hocsau.explore.pictures import on_tensors
from hocsau.explore.small_gpt import SmallGPT, small_gpt
from hocsau.explore.temperature import visible
from hocsau.language import Text

__all__ = ["SENTENCES", "AttentionMap", "attention_map", "compute_attention"]

Array = NDArray[np.float64]
SENTENCES = (
    "To be, or not to be, that is the question:",
    "Friends, Romans, countrymen, lend me your ear",
    "Now is the winter of our discontent made glo",
)
LENGTH = 40  # characters shown of each
PREVIOUS = 0.8


@dataclass(frozen=True)
class AttentionMap:
    """What the explorer draws: the weights of all heads (layers, heads, T, T), row = query."""

    text: str
    weights: Array
    note: Text | None

    def mean_back(self, layer: int, head: int) -> float:
        """How far back a head looks, averaged over queries and weights."""
        t = np.arange(len(self.text))
        distance = np.maximum(t[:, None] - t[None, :], 0)
        return float((self.weights[layer, head] * distance).sum(axis=1).mean())

    def on_previous(self, layer: int, head: int) -> float:
        """The mean weight on the character before, over the queries that have one."""
        t = np.arange(1, len(self.text))
        return float(self.weights[layer, head, t, t - 1].mean())


def compute_attention(
    text: str, attention: Callable[..., Any] | None = None, model: SmallGPT | None = None
) -> AttentionMap:
    """The attention weights of every head of the small model while it reads `text`.

    attention: the learner's scaled_dot_product_attention, called once for each layer; or None for our own
    """
    model = small_gpt() if model is None else model
    attempt = Attempt(
        on_tensors(attention and (lambda q, k, v, mask: attention(q, k, v, mask)[1])),
        "scaled_dot_product_attention",
    )
    T = len(text)

    def attend(q: Array, k: Array, v: Array, mask: NDArray[np.bool_]) -> Array | None:
        return attempt(q, k, v, mask, shape=(len(q), T, T))

    return AttentionMap(text, model.run(text, attend).weights, attempt.note)


def attention_map(attention: Callable[..., Any] | None = None) -> Live:
    """Which head does what? A choice of the sentence, the layer and the head, and a slider for the character that looks.

    attention: the learner's scaled_dot_product_attention; None or unfinished: our own
    """
    model = small_gpt()
    figure = plots.new_figure(10.0, 5.4)
    left, right = figure.subplots(1, 2, width_ratios=(1.25, 1))
    for axes in (left, right):
        axes.grid(False)
        axes.spines[:].set_visible(False)
    left.set(xlim=(-1.5, LENGTH - 0.5), ylim=(LENGTH - 0.5, -1.5), aspect="equal")
    left.set_xticks([])
    left.set_yticks([])
    left.set_xlabel(_KEY.say())
    left.set_ylabel(_QUERY.say())
    image = Cells(left, (-0.5, LENGTH - 0.5), (-0.5, LENGTH - 0.5), cmap="viridis", clim=(0, 1))
    look: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 7, "family": "DejaVu Sans Mono"}  # fmt: skip
    marked = {**look, "color": plots.COLOURS["vermillion"], "fontweight": "bold"}
    above = [left.text(k, -1.2, "", **look) for k in range(LENGTH)]
    beside = [left.text(-1.2, k, "", **look) for k in range(LENGTH)]
    (row,) = left.plot([], [], "-", color=plots.COLOURS["vermillion"], linewidth=1.2)
    right.set(xlim=(-0.06, 1.0), ylim=(LENGTH - 0.5, -0.5), xlabel=_WEIGHT.say())
    right.set_yticks([])
    right.set_title(_LOOKS_AT.say(), fontsize=10)
    bars = PolyCollection([], facecolors=plots.COLOURS["blue"], zorder=2)
    right.add_collection(bars, autolim=False)
    names = [right.text(-0.03, k, "", **look) for k in range(LENGTH)]
    looking = left.text(-1.2, 0, "", **marked), right.text(-0.03, 0, "", **marked)
    compute = functools.lru_cache(maxsize=8)(
        functools.partial(compute_attention, attention=attention)
    )
    # The 120 characters change with the sentence alone, so they are drawn first and kept.
    characters = [*above, *beside, *names]
    for label in characters:
        label.set_zorder(-1)
    shown: list[tuple[str, int, int]] = []

    def update(text: str, layer: int, head: int, query: int) -> list[Artist]:
        state = compute(text)
        weights = np.clip(state.weights[layer - 1, head - 1], 0, 1)
        if shown != [(text, layer, head)]:
            shown[:] = [(text, layer, head)]
            image.show(weights)
        for label, character in zip(characters, text * 3, strict=True):
            label.set_text(visible(character))
        for label in looking:
            label.set(text=visible(text[query]), y=query)
        bars.set_verts([*_bars(weights[query])])
        edges = (query - 0.5, query + 0.5)
        row.set_data([-0.5, query + 0.5, query + 0.5, -0.5, -0.5], [edges[0], edges[0], edges[1], edges[1], edges[0]])  # fmt: skip
        return [image, row, *characters, *looking, bars]

    def status(text: str, layer: int, head: int, query: int) -> Text:
        state = compute(text)
        weights = state.weights[layer - 1, head - 1]
        most = int(weights[query].argmax())
        return _STATUS.format(
            layer=layer, head=head, query=visible(text[query]), at=query, key=visible(text[most]), where=most,
            share=f"{weights[query, most]:.2f}", previous=f"{state.on_previous(layer - 1, head - 1):.2f}",
            back=f"{state.mean_back(layer - 1, head - 1):.1f}",
        )  # fmt: skip

    def met(text: str, layer: int, head: int, **_: int) -> bool:
        return compute(text).on_previous(layer - 1, head - 1) >= PREVIOUS

    texts = [sentence[:LENGTH] for sentence in SENTENCES]
    return Live(
        figure,
        [
            Choice("text", _SENTENCE, [(text, Text(text, text)) for text in texts], texts[0]),
            Slider("layer", _LAYER, 1, model.layers, 1, 1, format="d"),
            Slider("head", _HEAD, 1, model.heads, 1, 1, format="d"),
            Slider("query", _WHO, 0, LENGTH - 1, 1, LENGTH // 2, format="d"),
        ],
        update,
        alt=lambda **values: _ALT + status(**values),
        status=status,
        challenge=_CHALLENGE,
        met=met,
        note=lambda text, **_: compute(text).note,
    )


def _bars(widths: Array) -> Array:
    """A level bar for each width, (T, 4 corners, 2)."""
    k, zero = np.arange(len(widths)), np.zeros(len(widths))
    across = np.stack([zero, widths, widths, zero], axis=1)
    return np.stack([across, k[:, None] + np.array([-0.4, -0.4, 0.4, 0.4])], axis=2)


_SENTENCE = Text("sentence", "câu")
_LAYER = Text("layer", "lớp")
_HEAD = Text("head", "head")
_WHO = Text("character that looks (query)", "ký tự đang nhìn (query)")
_KEY = Text("key: character looked at", "key: ký tự được nhìn")
_QUERY = Text("query: character that looks", "query: ký tự đang nhìn")
_WEIGHT = Text("weight", "trọng số")
_LOOKS_AT = Text("Where the marked character looks", "Ký tự được đánh dấu nhìn vào đâu")
_CHALLENGE = Text(
    "find a head that gives on average at least 0.8 of its attention to the character before.",
    "tìm một head trung bình dành ít nhất 0.8 sự chú ý cho ký tự ngay trước.",
)
_STATUS = Text(
    "Layer {layer}, head {head}: “{query}” at position {at} looks most at “{key}” at {where} (weight {share}). "
    "The head gives the character before {previous} on average and looks {back} characters back.",
    "Lớp {layer}, head {head}: “{query}” ở vị trí {at} nhìn nhiều nhất vào “{key}” ở vị trí {where} (trọng số {share}). "
    "Trung bình head này dành {previous} cho ký tự ngay trước và nhìn lùi {back} ký tự.",
)
_ALT = Text(
    "Left: a heat map of attention weights with the characters of a sentence along both sides. Right: one row of it as bars. ",
    "Trái: bản đồ nhiệt của trọng số chú ý, hai cạnh là các ký tự của câu. Phải: một hàng của bản đồ vẽ thành cột ngang. ",
)
