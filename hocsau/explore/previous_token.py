"""Explorer 7a: a head built by hand that looks k tokens back, made of positions alone."""

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
from hocsau.explore.cells import Cells
from hocsau.explore.live import Live, Slider
from hocsau.explore.pictures import on_tensors
from hocsau.explore.positions import encoding
from hocsau.language import Text

__all__ = ["LookingBack", "compute_looking_back", "looking_back"]

Array = NDArray[np.float64]
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


def compute_looking_back(
    sharpness: float, back: int, attention: Callable[..., Any] | None = None
) -> LookingBack:
    """Keys are the encodings of their positions; the query of t is sharpness times that of position t - back.

    attention: the learner's scaled_dot_product_attention, or None for our own
    """
    key = encoding(T, D)
    query = sharpness * encoding(T, D, start=-back)
    mask = np.tril(np.ones((T, T), dtype=bool))
    attempt = Attempt(
        on_tensors(attention and (lambda q, k, m: attention(q, k, k, m)[1])),
        "scaled_dot_product_attention",
    )
    weights = attempt(query, key, mask, shape=(T, T))
    if weights is None:
        scores = np.where(mask, query @ key.T / D**0.5, -np.inf)
        exponents = np.exp(scores - scores.max(axis=1, keepdims=True))
        weights = exponents / exponents.sum(axis=1, keepdims=True)
    return LookingBack(weights, back, attempt.note)


def looking_back(attention: Callable[..., Any] | None = None) -> Live:
    """What makes a previous-token head? Sliders for how sharp the query is and how far back it looks.

    attention: the learner's scaled_dot_product_attention; None or unfinished: our own
    """
    figure = plots.new_figure(9.6, 4.4)
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.1))
    left.grid(False)
    left.set(
        xlim=(-0.5, T - 0.5),
        ylim=(T - 0.5, -0.5),
        aspect="equal",
        xlabel=_KEY.say(),
        ylabel=_QUERY.say(),
    )
    left.set_title(_WEIGHTS.say(), fontsize=10)
    image = Cells(left, (-0.5, T - 0.5), (-0.5, T - 0.5), cmap="viridis", clim=(0, 1))
    figure.colorbar(image, ax=left, fraction=0.046)
    right.set(xlim=(-0.6, T - 0.4), ylim=(0, 1.02), xlabel=_KEY.say())
    right.set_title(_ROW.format(row=T // 2).say(), fontsize=10)
    right.axhline(WANTED, color=plots.GREY, linestyle=(0, (2, 2)), linewidth=1)
    bars = right.stairs(np.zeros(T), np.arange(T + 1) - 0.5, fill=True, color=plots.COLOURS["blue"])
    compute = functools.lru_cache(maxsize=64)(
        functools.partial(compute_looking_back, attention=attention)
    )

    def update(sharpness: float, back: int) -> list[Artist]:
        state = compute(sharpness, back)
        image.show(state.weights)
        bars.set_data(np.clip(state.weights[T // 2], 0, 1))
        return [image, bars]

    def status(sharpness: float, back: int) -> Text:
        found = compute(sharpness, back).on_target
        return _STATUS.format(
            back=back, least=f"{found.min():.3f}", mean=f"{found.mean():.3f}", sharpness=sharpness
        )

    def met(sharpness: float, back: int) -> bool:
        return back == 1 and bool(compute(sharpness, back).on_target.min() >= WANTED)

    return Live(
        figure,
        [
            Slider("sharpness", _SHARPNESS, 1, 64, 1, 1, format="d"),
            Slider("back", _BACK, 0, 8, 1, 1, format="d"),
        ],
        update,
        alt=lambda **values: _ALT + status(**values),
        status=status,
        challenge=_CHALLENGE,
        met=met,
        note=lambda sharpness, back: compute(sharpness, back).note,
    )


_SHARPNESS = Text("sharpness: factor on the queries", "độ sắc: hệ số nhân vào query")
_BACK = Text("look back by (tokens)", "nhìn lùi lại (token)")
_KEY = Text("key: position looked at", "key: vị trí được nhìn")
_QUERY = Text("query: position that looks", "query: vị trí đang nhìn")
_WEIGHTS = Text("Attention weights", "Trọng số chú ý")
_ROW = Text("The row of position {row}", "Hàng của vị trí {row}")
_CHALLENGE = Text(
    "every token gives at least 0.9 of its attention to the token before it.",
    "mọi token dành ít nhất 0.9 sự chú ý cho token ngay trước nó.",
)
_STATUS = Text(
    "Sharpness {sharpness}: the weight on the token {back} back is at least {least}, on average {mean}.",
    "Độ sắc {sharpness}: trọng số đặt vào token cách {back} vị trí về trước ít nhất là {least}, trung bình {mean}.",
)
_ALT = Text(
    "Left: a heat map of attention weights, a row for each of 32 queries and a column for each key, zero above the diagonal. Right: one row as bars. ",
    "Trái: bản đồ nhiệt của trọng số chú ý, mỗi hàng một query trong 32 query, mỗi cột một key, phía trên đường chéo bằng không. Phải: một hàng vẽ thành cột. ",
)
