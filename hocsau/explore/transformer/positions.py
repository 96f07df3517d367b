"""Explorer 7c: the sinusoidal encoding as a heat map, and what dot products know of distance."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from hocsau import plots
from hocsau.explore import panels
from hocsau.explore.attempt import Array, Attempt, Learner
from hocsau.explore.live import Live, Slider
from hocsau.explore.pictures import on_tensors
from hocsau.language import Text

__all__ = ["Positions", "compute_positions", "encoding", "positions"]

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
    """What the explorer draws."""

    encodings: Array  # (POSITIONS, d)
    nearest: tuple[float, int]  # the smallest distance between two of the positions, and by how much those two differ
    note: Text | None

    def products(self, start: int) -> Array:
        """The dot products of position `start` with the FAR positions from it on."""
        products: Array = self.encodings[start : start + FAR] @ self.encodings[start]
        return products


def _nearest(encodings: Array) -> tuple[float, int]:
    apart = encodings @ encodings.T
    squares = np.diag(apart).copy()
    apart *= -2
    apart += squares[:, None]
    apart += squares
    np.fill_diagonal(apart, np.inf)
    i, j = np.unravel_index(int(apart.argmin()), apart.shape)
    return float(np.sqrt(max(apart[i, j], 0.0))), int(abs(i - j))


def compute_positions(d: int, base: float, positional_encoding: Learner = None) -> Positions:
    """Encodings of 512 positions.

    positional_encoding: the learner's, used at the base 10000 that it has built in; or None for our own
    """
    built_in = abs(base - BASE) < 1e-6 * BASE
    attempt = Attempt(on_tensors(positional_encoding) if built_in else None, "positional_encoding")
    found = attempt(POSITIONS, d, shape=(POSITIONS, d))
    note = attempt.note
    if positional_encoding is not None and not built_in:
        note = _OWN_BASE
    encodings = encoding(POSITIONS, d, base) if found is None else found
    return Positions(encodings, _nearest(encodings), note)


def _drawing(figure: Figure) -> panels.Drawing:
    left, right = figure.subplots(1, 2, width_ratios=(1, 1.2))
    panels.label(
        left, _MAP.format(shown=SHOWN), xlabel=_COLUMN, ylabel=_POSITION, xlim=(0, 1), ylim=(SHOWN, 0), xticks=[]
    )
    image = panels.heat_map(left, (0, 1), (0, SHOWN), bar=True, cmap="PuOr", clim=(-1, 1))
    panels.label(right, _PRODUCTS, xlim=(0, FAR - 1), ylim=(-1.05, 1.3), xlabel=_DISTANCE)
    line = panels.line(right, "-", "blue", linewidth=2, label=_FROM.format(t=0).say())
    dots = panels.line(right, "o", "vermillion", markersize=3.5, label=_FROM.format(t=LATER).say())
    right.legend(loc="upper right", frameon=False)

    def draw(state: Positions, d: int) -> panels.Artists:
        image.show(state.encodings[:SHOWN])
        for artist, start in ((line, 0), (dots, LATER)):
            panels.place(artist, np.arange(FAR), np.clip(state.products(start) / (d / 2), -9, 9))
        return [image, line, dots]

    return draw


def _status(state: Positions, d: int, base: float) -> Text:
    apart, by = state.nearest
    differ = float(np.abs(state.products(0) - state.products(LATER)).max())
    return _STATUS.format(d=d, base=f"{base:,.0f}".replace(",", " "), apart=apart, by=by, differ=differ)


def _met(state: Positions, d: int) -> bool:
    return d <= FEW and state.nearest[0] >= APART


def positions(positional_encoding: Learner = None) -> Live:
    """Does the dot product know only the distance? Sliders for the number of columns and the base.

    positional_encoding: the learner's; None or unfinished: our own
    """
    figure = plots.new_figure(10.0, 4.4)
    controls = [
        Slider("d", Text("columns d"), 2, 64, 2, 8, format="d"),
        Slider("base", Text("base"), 10, 1e5, 0.25, BASE, log=True, format=".0f"),
    ]
    compute = functools.partial(compute_positions, positional_encoding=positional_encoding)
    return Live(figure, controls, compute, _drawing(figure), alt=_ALT, status=_status, challenge=_CHALLENGE, met=_met)


_COLUMN = Text("columns, first to last")
_POSITION = Text("position t")
_MAP = Text("The encodings of {shown} positions")
_DISTANCE = Text("distance k")
_PRODUCTS = Text("Dot product of positions t and t + k, over d / 2")  # fmt: skip
_FROM = Text("t = {t}")
_CHALLENGE = Text("any two of 512 positions at least 1 apart, with at most 16 columns.")
_STATUS = Text(
    "d = {d}, base {base}: the two nearest of 512 positions are {apart:.3f} apart (they differ by {by}). Dot products from t = 0 and from t = 100 differ by at most {differ:.0e}."
)
_OWN_BASE = Text(
    "Your positional_encoding has the base 10000 built in; for other bases the course's own computation is shown."
)
_ALT = Text(
    "Left: a heat map of positional encodings, fast waves in the first columns and slow ones in the last. Right: dot products against distance, from two starting positions: line and dots coincide. "
)
