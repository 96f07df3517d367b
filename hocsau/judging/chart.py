"""Small charts as SVG, in the course's colours: bars beside bars, a path over a path.

Text alone: drawn in a millisecond, sharp on every screen. The sheet is white, since a picture cannot ask for Jupyter's theme.
Series differ by hatching, dashes and marks, not by colour alone.
"""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

__all__ = ["bars", "paths"]

WIDTH, HEIGHT = 560, 300
TOP, RIGHT, BOTTOM = 44, WIDTH - 20, HEIGHT - 46
BLUE, VERMILLION, GREY, PALE, BLACK = "#0072B2", "#D55E00", "#6b6b6b", "#e4e4e4", "#222222"
MOST_BARS, MOST_POINTS, MOST_MARKS = 40, 400, 30
LETTER = 7.5
"""The width of a letter in pixels, rather too wide: nobody knows the reader's font."""

Interval = tuple[float, float]
Ticks = Sequence[tuple[float, str]]

_BARS = (f'fill="{BLUE}" stroke="{BLUE}"', f'fill="url(#hatching)" stroke="{VERMILLION}"')
_LINES = (
    f'fill="none" stroke="{BLUE}" stroke-width="3" stroke-linejoin="round"',
    f'fill="none" stroke="{VERMILLION}" stroke-width="2" stroke-linejoin="round" stroke-dasharray="7 4"',
)
_MARKS = ('fill="none" style="marker:url(#disc)"', 'fill="none" style="marker:url(#square)"')
_MARKER = 'viewBox="-5 -5 10 10" markerWidth="10" markerHeight="10" markerUnits="userSpaceOnUse"'
_HEAD = f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" \
fill="{BLACK}" font-family="system-ui, sans-serif" font-size="12"><defs>
<marker id="disc" {_MARKER}><circle r="4" fill="{BLUE}" stroke="white"/></marker>
<marker id="square" {_MARKER}><path d="M-3.5-3.5h7v7h-7z" fill="{VERMILLION}" stroke="white"/></marker>
<pattern id="hatching" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<path d="M0 0h5v7H0z" fill="{VERMILLION}"/></pattern></defs>
<path d="M0 0H{WIDTH}V{HEIGHT}H0z" fill="white"/>"""


def bars(series: Sequence[Any], labels: Sequence[str], below: str) -> str:
    """Two rows of numbers (d,) as bars side by side, under each pair its index.

    Of more than MOST_BARS pairs some are left out, never the one that differs most.

    series   finite, below 1e12 in size
    labels   what the series are called
    below    what the horizontal axis shows
    returns an SVG of WIDTH x HEIGHT
    """
    values = np.array(series, dtype=float)
    kept = np.union1d(_thinned(values.shape[1], MOST_BARS), np.abs(values[0] - values[1]).argmax())
    values, places = values[:, kept], np.arange(len(kept))
    chart = _Chart((-0.6, len(kept) - 0.4), _spread(np.append(values, 0.0)))
    chart.mark_below([(place, str(index)) for place, index in enumerate(kept)], below)
    zero, wide = chart.y(0.0), chart.x(0.36) - chart.x(0.0)
    for row, left, look in zip(values, (-0.38, 0.02), _BARS, strict=True):
        corners = zip(chart.x(places + left), chart.y(row), strict=True)
        chart.path("".join(f"M{x:.1f},{zero:.1f}V{y:.1f}h{wide:.1f}V{zero:.1f}z" for x, y in corners), look)
    chart.path(f"M{chart.left},{zero:.1f}H{RIGHT}", f'stroke="{GREY}"')
    return chart.svg(labels, "M{0},17H{1}V27H{0}z", _BARS)


def paths(series: Sequence[Any], labels: Sequence[str], below: str, beside: str) -> str:
    """Two paths (T, 2), one over the other; of more than MOST_POINTS points some are left out.

    series          finite, below 1e12 in size
    below, beside   what the axes show
    returns an SVG of WIDTH x HEIGHT
    """
    points = np.array(series, dtype=float)
    horizontal, vertical = _spread(points[..., 0]), _spread(points[..., 1])
    chart = _Chart(horizontal, vertical, beside)
    chart.mark_below(_ticks(*horizontal), below, grid=True)
    pixels = np.stack([chart.x(points[..., 0]), chart.y(points[..., 1])], axis=-1)
    for looks, most in ((_LINES, MOST_POINTS), (_MARKS, MOST_MARKS)):
        for path, look in zip(pixels[:, _thinned(pixels.shape[1], most)], looks, strict=True):
            chart.path("M" + " ".join(f"{x:.1f},{y:.1f}" for x, y in path), look)
    return chart.svg(labels, "M{0},22H{1}", _LINES, _MARKS)


def _thinned(count: int, most: int) -> Any:
    """At most `most` of the indices below `count`, the first and the last among them."""
    return np.linspace(0, count - 1, min(count, most)).round().astype(int)


def _spread(values: Any) -> Interval:
    """The interval that holds all values, with a little room."""
    low, high = float(np.min(values)), float(np.max(values))
    room = max(0.06 * (high - low) or 0.5 * abs(high) or 0.5, 1e-300)
    return low - room, high + room


def _ticks(low: float, high: float) -> list[tuple[float, str]]:
    """Round numbers in the interval: steps of 1, 2 or 5 times a power of ten."""
    rough = (high - low) / 7
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * next(factor for factor in (1, 2, 5, 10) if factor * power >= rough)
    digits = max(4, min(12, 1 + math.ceil(math.log10(max(abs(low), abs(high)) / step))))
    numbers = range(math.ceil(low / step), math.floor(high / step) + 1)
    return [(number * step, f"{number * step:.{digits}g}".replace("-", "−")) for number in numbers]


def _scale(data: Interval, pixels: Interval) -> Callable[[Any], Any]:
    (low, high), (start, end) = data, pixels
    return lambda value: start + (value - low) / (high - low) * (end - start)


def _wide(ticks: Ticks) -> float:
    """The width of the widest word in pixels."""
    return LETTER * max((len(word) for _, word in ticks), default=0)


class _Chart:
    """A white sheet with axes, a grid and a legend. `x` and `y` take data to pixels."""

    def __init__(self, horizontal: Interval, vertical: Interval, beside: str = "") -> None:
        self._parts = [_HEAD]
        ticks = _ticks(*vertical)
        self.left = 16 + _wide(ticks) + (22 if beside else 0)
        self.x, self.y = _scale(horizontal, (self.left, RIGHT)), _scale(vertical, (BOTTOM, TOP))
        for value, word in ticks:
            self.path(f"M{self.left},{self.y(value):.1f}H{RIGHT}", f'stroke="{PALE}"')
            self._say(word, self.left - 8, self.y(value) + 4, "end")
        self._say(beside, 18, (TOP + BOTTOM) / 2, "middle", f'transform="rotate(-90 18 {(TOP + BOTTOM) / 2})"')

    def path(self, d: str, look: str) -> None:
        self._parts.append(f'<path d="{d}" {look}/>')

    def mark_below(self, ticks: Ticks, below: str, *, grid: bool = False) -> None:
        """Words under the horizontal axis, as many as there is room for, and what it shows."""
        every = math.ceil((_wide(ticks) + 10) * len(ticks) / (RIGHT - self.left)) or 1
        for value, word in ticks[::every]:
            if grid:
                self.path(f"M{self.x(value):.1f},{TOP}V{BOTTOM}", f'stroke="{PALE}"')
            self._say(word, self.x(value), BOTTOM + 17, "middle")
        self._say(below, (self.left + RIGHT) / 2, HEIGHT - 10, "middle")

    def svg(self, labels: Sequence[str], key: str, *looks: Sequence[str]) -> str:
        """The picture with its legend: before each label `key`, drawn with its looks."""
        x = self.left
        for number, label in enumerate(labels):
            for look in looks:
                self.path(key.format(x, x + 24), look[number])
            self._say(label, x + 34, 26, "start")
            x += 34 + LETTER * len(label) + 20
        return "".join([*self._parts, "</svg>"])

    def _say(self, words: str, x: float, y: float, anchor: str, more: str = "") -> None:
        self._parts.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {more}>{html.escape(words)}</text>')
