"""Explorer 7c: the sinusoidal encoding as a heat map, and what dot products know of distance."""

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
from hocsau.language import Text

__all__ = ["Positions", "compute_positions", "encoding", "positions"]

Array = NDArray[np.float64]
POSITIONS, SHOWN, LATER, FAR = 512, 64, 100, 128
BASE, APART, FEW = 1e4, 1.0, 16


def encoding(length: int, d: int, base: float = BASE, start: int = 0) -> Array:
    """Sines and cosines of the positions start .. start + length - 1, (length, d)."""
    t = np.arange(start, start + length)[:, None]
    angles = t / base ** (np.arange(0, d, 2) / d)  # (length, ceil(d / 2))
    found = np.empty((length, d))
    found[:, 0::2] = np.sin(angles)
    found[:, 1::2] = np.cos(angles[:, : d // 2])
    return found


@dataclass(frozen=True)
class Positions:
    """What the explorer draws: the encodings (POSITIONS, d), and the note about whose computation it is."""

    encodings: Array
    note: Text | None

    def products(self, start: int) -> Array:
        """The dot products of position `start` with the FAR positions from it on."""
        products: Array = self.encodings[start : start + FAR] @ self.encodings[start]
        return products

    @functools.cached_property
    def nearest(self) -> tuple[float, int]:
        """The smallest distance between two of the positions, and by how much those two differ."""
        apart = self.encodings @ self.encodings.T
        squares = np.diag(apart).copy()
        apart *= -2
        apart += squares[:, None]
        apart += squares
        np.fill_diagonal(apart, np.inf)
        i, j = np.unravel_index(int(apart.argmin()), apart.shape)
        return float(np.sqrt(max(apart[i, j], 0.0))), int(abs(i - j))


def compute_positions(
    d: int, base: float, positional_encoding: Callable[..., Any] | None = None
) -> Positions:
    """Encodings of 512 positions.

    positional_encoding: the learner's, used at the base 10000 that it has built in; or None for our own
    """
    built_in = abs(base - BASE) < 1e-6 * BASE
    attempt = Attempt(on_tensors(positional_encoding) if built_in else None, "positional_encoding")
    found = attempt(POSITIONS, d, shape=(POSITIONS, d))
    note = attempt.note
    if positional_encoding is not None and not built_in:
        note = _OWN_BASE
    return Positions(encoding(POSITIONS, d, base) if found is None else found, note)


def positions(positional_encoding: Callable[..., Any] | None = None) -> Live:
    """Does the dot product know only the distance? Sliders for the number of columns and the base.

    positional_encoding: the learner's; None or unfinished: our own
    """
    figure = plots.new_figure(10.0, 4.4)
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.2))
    left.grid(False)
    left.set(xlabel=_COLUMN.say(), ylabel=_POSITION.say(), xlim=(0, 1), ylim=(SHOWN, 0))
    left.set_xticks([])
    left.set_title(_MAP.format(shown=SHOWN).say(), fontsize=10)
    image = Cells(left, (0, 1), (0, SHOWN), cmap="PuOr", clim=(-1, 1))
    figure.colorbar(image, ax=left, fraction=0.046)
    right.set(xlim=(0, FAR - 1), ylim=(-1.05, 1.3), xlabel=_DISTANCE.say())
    right.set_title(_PRODUCTS.say(), fontsize=10)
    (line,) = right.plot([], [], "-", color=plots.COLOURS["blue"], linewidth=2, label=_FROM.format(t=0).say())  # fmt: skip
    (dots,) = right.plot([], [], "o", color=plots.COLOURS["vermillion"], markersize=3.5, linestyle="none", label=_FROM.format(t=LATER).say())  # fmt: skip
    right.legend(loc="upper right", frameon=False)
    compute = functools.lru_cache(maxsize=64)(
        functools.partial(compute_positions, positional_encoding=positional_encoding)
    )

    def update(d: int, base: float) -> list[Artist]:
        state = compute(d, base)
        image.show(state.encodings[:SHOWN])
        for artist, start in ((line, 0), (dots, LATER)):
            artist.set_data(np.arange(FAR), np.clip(state.products(start) / (d / 2), -9, 9))
        return [image, line, dots]

    def status(d: int, base: float) -> Text:
        state = compute(d, base)
        apart, by = state.nearest
        differ = float(np.abs(state.products(0) - state.products(LATER)).max())
        return _STATUS.format(d=d, base=f"{base:,.0f}".replace(",", " "), apart=f"{apart:.3f}", by=by, differ=f"{differ:.0e}")  # fmt: skip

    def met(d: int, base: float) -> bool:
        return d <= FEW and compute(d, base).nearest[0] >= APART

    return Live(
        figure,
        [
            Slider("d", _D, 2, 64, 2, 8, format="d"),
            Slider("base", _BASE, 10, 1e5, 0.25, BASE, log=True, format=".0f"),
        ],
        update,
        alt=lambda **values: _ALT + status(**values),
        status=status,
        challenge=_CHALLENGE,
        met=met,
        note=lambda d, base: compute(d, base).note,
        ahead=lambda d, base: compute(d, base).nearest,
    )


_D = Text("columns d", "số cột d")
_BASE = Text("base", "cơ số")
_COLUMN = Text("columns, first to last", "các cột, từ đầu đến cuối")
_POSITION = Text("position t", "vị trí t")
_MAP = Text("The encodings of {shown} positions", "Mã hóa của {shown} vị trí")
_DISTANCE = Text("distance k", "khoảng cách k")
_PRODUCTS = Text("Dot product of positions t and t + k, over d / 2", "Tích vô hướng của vị trí t và t + k, chia cho d / 2")  # fmt: skip
_FROM = Text("t = {t}", "t = {t}")
_CHALLENGE = Text(
    "any two of 512 positions at least 1 apart, with at most 16 columns.",
    "hai vị trí bất kỳ trong 512 vị trí cách nhau ít nhất 1, với không quá 16 cột.",
)
_STATUS = Text(
    "d = {d}, base {base}: the two nearest of 512 positions are {apart} apart (they differ by {by}). Dot products from t = 0 and from t = 100 differ by at most {differ}.",
    "d = {d}, cơ số {base}: hai vị trí gần nhau nhất trong 512 vị trí cách nhau {apart} (chúng lệch nhau {by}). Tích vô hướng tính từ t = 0 và từ t = 100 lệch nhau nhiều nhất {differ}.",
)
_OWN_BASE = Text(
    "Your positional_encoding has the base 10000 built in; for other bases the course's own computation is shown.",
    "positional_encoding của bạn cố định cơ số 10000; với cơ số khác, hình dùng phép tính có sẵn của khóa học.",
)
_ALT = Text(
    "Left: a heat map of positional encodings, fast waves in the first columns and slow ones in the last. Right: dot products against distance, from two starting positions: line and dots coincide. ",
    "Trái: bản đồ nhiệt của mã hóa vị trí, cột đầu dao động nhanh, cột cuối dao động chậm. Phải: tích vô hướng theo khoảng cách, tính từ hai vị trí xuất phát: đường và các chấm trùng nhau. ",
)
