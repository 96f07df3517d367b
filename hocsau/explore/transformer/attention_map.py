"""Explorer of a real sentence: who looks at whom in a trained model, head by head and layer by layer."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.text import Text as Label
from numpy.typing import NDArray

from hocsau import plots
from hocsau.explore import panels
from hocsau.explore.attempt import Array, Attempt, Learner
from hocsau.explore.live import Choice, Live, Slider
from hocsau.explore.pictures import on_tensors
from hocsau.explore.transformer.small_gpt import SmallGPT, small_gpt
from hocsau.explore.transformer.temperature import visible
from hocsau.language import Text

__all__ = ["SENTENCES", "AttentionMap", "attention_map", "compute_attention"]

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


def compute_attention(text: str, attention: Learner = None, model: SmallGPT | None = None) -> AttentionMap:
    """The attention weights of every head of the small model while it reads `text`.

    attention: the learner's scaled_dot_product_attention, called once for each layer; or None for our own
    """
    model = small_gpt() if model is None else model
    attempt = Attempt(
        on_tensors(attention and (lambda q, k, v, mask: attention(q, k, v, mask)[1])), "scaled_dot_product_attention"
    )
    T = len(text)

    def attend(q: Array, k: Array, v: Array, mask: NDArray[np.bool_]) -> Array | None:
        return attempt(q, k, v, mask, shape=(len(q), T, T))

    return AttentionMap(text, model.run(text, attend).weights, attempt.note)


def _draw_characters(left: Axes, right: Axes) -> tuple[list[Label], list[Label]]:
    """The sentence above the map, beside it and beside the bars; and, marked, the character that looks."""
    look: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 7, "family": "DejaVu Sans Mono"}
    marked = {**look, "color": plots.COLOURS["vermillion"], "fontweight": "bold"}
    # The 120 characters change with the sentence alone, so they are drawn first and kept.
    above = [left.text(k, -1.2, "", zorder=-1, **look) for k in range(LENGTH)]
    beside = [
        axes.text(x, k, "", zorder=-1, **look) for axes, x in ((left, -1.2), (right, -0.03)) for k in range(LENGTH)
    ]
    return above + beside, [axes.text(x, 0, "", **marked) for axes, x in ((left, -1.2), (right, -0.03))]


def _drawing(figure: Figure) -> panels.Drawing:
    left, right = figure.subplots(1, 2, width_ratios=(1.25, 1))
    panels.bare(left)
    right.grid(False)
    right.spines[:].set_visible(False)
    panels.label(left, xlim=(-1.5, LENGTH - 0.5), ylim=(LENGTH - 0.5, -1.5), aspect="equal", xlabel=_KEY, ylabel=_QUERY)
    image = panels.heat_map(left, (-0.5, LENGTH - 0.5), (-0.5, LENGTH - 0.5), cmap="viridis", clim=(0, 1))
    row = panels.line(left, "-", "vermillion", linewidth=1.2)
    panels.label(right, _LOOKS_AT, xlim=(-0.06, 1.0), ylim=(LENGTH - 0.5, -0.5), xlabel=_WEIGHT, yticks=[])
    bars = PolyCollection([], facecolors=plots.COLOURS["blue"], zorder=2)
    right.add_collection(bars, autolim=False)
    characters, looking = _draw_characters(left, right)

    def draw(state: AttentionMap, text: str, layer: int, head: int, query: int) -> panels.Artists:
        weights = np.clip(state.weights[layer - 1, head - 1], 0, 1)
        image.show(weights)
        for label, character in zip(characters, text * 3, strict=True):
            label.set_text(visible(character))
        for label in looking:
            label.set(text=visible(text[query]), y=query)
        bars.set_verts([*_bars(weights[query])])
        above, below, end = query - 0.5, query + 0.5, query + 0.5
        panels.place(row, [-0.5, end, end, -0.5, -0.5], [above, above, below, below, above])
        return [image, row, *characters, *looking, bars]

    return draw


def _status(state: AttentionMap, text: str, layer: int, head: int, query: int) -> Text:
    weights = state.weights[layer - 1, head - 1, query]
    most = int(weights.argmax())
    return _STATUS.format(
        layer=layer, head=head, query=visible(text[query]), at=query, key=visible(text[most]), where=most,
        share=weights[most], previous=state.on_previous(layer - 1, head - 1), back=state.mean_back(layer - 1, head - 1),
    )  # fmt: skip


def _met(state: AttentionMap, layer: int, head: int) -> bool:
    return state.on_previous(layer - 1, head - 1) >= PREVIOUS


def attention_map(attention: Learner = None) -> Live:
    """Which head does what? A choice of the sentence, the layer and the head, and a slider for the character that looks.

    attention: the learner's scaled_dot_product_attention; None or unfinished: our own
    """
    model, figure = small_gpt(), plots.new_figure(10.0, 5.4)
    texts = [sentence[:LENGTH] for sentence in SENTENCES]
    controls = [
        Choice("text", Text("sentence"), [(text, Text(text)) for text in texts], texts[0]),
        Slider("layer", Text("layer"), 1, model.layers, 1, 1, format="d"),
        Slider("head", Text("head"), 1, model.heads, 1, 1, format="d"),
        Slider("query", _WHO, 0, LENGTH - 1, 1, LENGTH // 2, format="d"),
    ]
    compute = functools.partial(compute_attention, attention=attention)
    return Live(figure, controls, compute, _drawing(figure), alt=_ALT, status=_status, challenge=_CHALLENGE, met=_met)


def _bars(widths: Array) -> Array:
    """A level bar for each width, (T, 4 corners, 2)."""
    k, zero = np.arange(len(widths)), np.zeros(len(widths))
    across = np.stack([zero, widths, widths, zero], axis=1)
    return np.stack([across, k[:, None] + np.array([-0.4, -0.4, 0.4, 0.4])], axis=2)


_WHO = Text("character that looks (query)")
_KEY = Text("key: character looked at")
_QUERY = Text("query: character that looks")
_WEIGHT = Text("weight")
_LOOKS_AT = Text("Where the marked character looks")
_CHALLENGE = Text("find a head that gives on average at least 0.8 of its attention to the character before.")
_STATUS = Text(
    "Layer {layer}, head {head}: “{query}” at position {at} looks most at “{key}” at {where} (weight {share:.2f}). "
    "The head gives the character before {previous:.2f} on average and looks {back:.1f} characters back."
)
_ALT = Text(
    "Left: a heat map of attention weights with the characters of a sentence along both sides. Right: one row of it as bars. "
)
