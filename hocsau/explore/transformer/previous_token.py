"""Explorer 7a: a head built by hand that looks k tokens back, made of positions alone."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from hocsau import plots
from hocsau.explore import panels
from hocsau.explore.activations import softmax
from hocsau.explore.attempt import Array, Attempt, Learner
from hocsau.explore.live import Live, Slider
from hocsau.explore.pictures import on_tensors
from hocsau.explore.transformer.positions import encoding
from hocsau.language import Text

__all__ = ["LookingBack", "compute_looking_back", "looking_back"]

T, D, WANTED = 32, 64, 0.9


@dataclass(frozen=True)
class LookingBack:
    """What the explorer draws: the weights (T, T), row = query, and the note about whose computation it is."""

    weights: Array
    back: int
    note: Text | None

    @property
    def on_target(self) -> Array:
        """Of each query t >= back the weight on t - back."""
        return self.weights[np.arange(self.back, T), np.arange(T - self.back)]


def compute_looking_back(sharpness: float, back: int, attention: Learner = None) -> LookingBack:
    """Keys are the encodings of their positions; the query of t is sharpness times that of position t - back.

    attention: the learner's scaled_dot_product_attention, or None for our own
    """
    key = encoding(T, D)
    query = sharpness * encoding(T, D, start=-back)
    mask = np.tril(np.ones((T, T), dtype=bool))
    attempt = Attempt(
        on_tensors(attention and (lambda q, k, m: attention(q, k, k, m)[1])), "scaled_dot_product_attention"
    )
    weights = attempt(query, key, mask, shape=(T, T))
    if weights is None:
        weights = softmax(np.where(mask, query @ key.T / D**0.5, -np.inf))
    return LookingBack(weights, back, attempt.note)


def _drawing(figure: Figure) -> panels.Drawing:
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.1))
    span = (-0.5, T - 0.5)
    panels.label(left, _WEIGHTS, xlim=span, ylim=span[::-1], aspect="equal", xlabel=_KEY, ylabel=_QUERY)
    image = panels.heat_map(left, span, span, bar=True, cmap="viridis", clim=(0, 1))
    panels.label(right, _ROW.format(row=T // 2), xlim=(-0.6, T - 0.4), ylim=(0, 1.02), xlabel=_KEY)
    panels.level(right, WANTED, quiet=True)
    bars = right.stairs(np.zeros(T), np.arange(T + 1) - 0.5, fill=True, color=plots.COLOURS["blue"])

    def draw(state: LookingBack) -> panels.Artists:
        image.show(state.weights)
        bars.set_data(np.clip(state.weights[T // 2], 0, 1))
        return [image, bars]

    return draw


def _status(state: LookingBack, **values: float) -> Text:
    return _STATUS.format(**values, least=state.on_target.min(), mean=state.on_target.mean())


def _met(state: LookingBack, back: int) -> bool:
    return back == 1 and bool(state.on_target.min() >= WANTED)


def looking_back(attention: Learner = None) -> Live:
    """What makes a previous-token head? Sliders for how sharp the query is and how far back it looks.

    attention: the learner's scaled_dot_product_attention; None or unfinished: our own
    """
    figure = plots.new_figure(9.6, 4.4)
    controls = [
        Slider("sharpness", _SHARPNESS, 1, 64, 1, 1, format="d"),
        Slider("back", Text("look back by (tokens)"), 0, 8, 1, 1, format="d"),
    ]
    compute = functools.partial(compute_looking_back, attention=attention)
    return Live(figure, controls, compute, _drawing(figure), alt=_ALT, status=_status, challenge=_CHALLENGE, met=_met)


_SHARPNESS = Text("sharpness: factor on the queries")
_KEY = Text("key: position looked at")
_QUERY = Text("query: position that looks")
_WEIGHTS = Text("Attention weights")
_ROW = Text("The row of position {row}")
_CHALLENGE = Text("every token gives at least 0.9 of its attention to the token before it.")
_STATUS = Text(
    "Sharpness {sharpness}: the weight on the token {back} back is at least {least:.3f}, on average {mean:.3f}."
)
_ALT = Text(
    "Left: a heat map of attention weights, a row for each of 32 queries and a column for each key, zero above the diagonal. Right: one row as bars. "
)
