"""Small charts drawn with Pillow, in the course's colours: bars beside bars, a path over a path.

A figure of matplotlib's takes 80 ms, one of these 5: a class has many wrong answers, and a learner waits for each check.
Drawn twice as large and halved, which smooths every line. Series differ by hatching, dashes and marks, not by colour alone.
"""

from __future__ import annotations

import importlib.util
import io
import math
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["bars", "paths"]

WIDTH, HEIGHT = 520, 300
SCALE = 2
BLUE, VERMILLION, GREY, PALE, BLACK = "#0072B2", "#D55E00", "#6b6b6b", "#e4e4e4", "#222222"
COLOURS = (BLUE, VERMILLION)
DASH = (12, 6)
MOST_LABELS = 12

Scale = Callable[[float], float]


@cache
def _font() -> Any:
    """matplotlib's own DejaVu Sans, which has every Vietnamese letter; matplotlib itself is not imported."""
    from PIL import ImageFont

    found = importlib.util.find_spec("matplotlib")
    assert found is not None
    assert found.submodule_search_locations is not None
    folder = Path(next(iter(found.submodule_search_locations)))
    path = folder / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"
    return ImageFont.truetype(str(path), 12 * SCALE)


def bars(series: Sequence[Any], labels: Sequence[str], below: str) -> bytes:
    """Two rows of numbers (d,) as bars side by side, under each pair its index.

    labels   what the series are called
    below    what the horizontal axis shows
    returns a PNG of WIDTH x HEIGHT
    """
    count = len(series[0])
    values = np.concatenate([*map(np.asarray, series), [0.0]])
    chart = _Chart(labels, below, "", (-0.6, count - 0.4), _spread(values), across=False)
    step = math.ceil(count / MOST_LABELS)
    chart.mark_below([(float(index), str(index)) for index in range(0, count, step)])
    for number, row in enumerate(series):
        for index, value in enumerate(row):
            left = index - 0.4 + 0.41 * number
            chart.bar(left, left + 0.39, float(value), number)
    chart.line([(chart.x0, chart.y(0.0)), (chart.x1, chart.y(0.0))], BLACK, 2)
    return chart.png()


def paths(series: Sequence[Any], labels: Sequence[str], below: str, beside: str) -> bytes:
    """Two paths (T, 2), one over the other.

    below, beside   what the axes show
    returns a PNG of WIDTH x HEIGHT
    """
    points = np.concatenate([np.asarray(path, float) for path in series])
    chart = _Chart(labels, below, beside, _spread(points[:, 0]), _spread(points[:, 1]))
    for number, path in enumerate(series):
        places = [(chart.x(float(a)), chart.y(float(b))) for a, b in path]
        chart.line(places, COLOURS[number], 3, dashed=bool(number))
        for place in places:
            chart.mark(place, number)
    return chart.png()


def _spread(values: Any) -> tuple[float, float]:
    """The interval that holds all values, with a little room."""
    low, high = float(np.min(values)), float(np.max(values))
    room = 0.06 * (high - low) or 0.5 * abs(high) or 0.5
    return low - room, high + room


def _ticks(low: float, high: float) -> list[tuple[float, str]]:
    """Round numbers in the interval: steps of 1, 2 or 5 times a power of ten."""
    rough = (high - low) / 7
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * next(factor for factor in (1, 2, 5, 10) if factor * power >= rough)
    digits = max(4, min(12, 1 + math.ceil(math.log10(max(abs(low), abs(high)) / step))))
    numbers = range(math.ceil(low / step), math.floor(high / step) + 1)
    return [(number * step, f"{number * step:.{digits}g}") for number in numbers]


class _Chart:
    """A white sheet with axes, a grid and a legend. `x` and `y` take data to pixels."""

    def __init__(
        self,
        labels: Sequence[str],
        below: str,
        beside: str,
        horizontal: tuple[float, float],
        vertical: tuple[float, float],
        *,
        across: bool = True,
    ) -> None:
        from PIL import Image, ImageDraw

        self._image = Image.new("RGB", (SCALE * WIDTH, SCALE * HEIGHT), "white")
        self._draw = ImageDraw.Draw(self._image)
        marks = _ticks(*vertical)
        widest = max((self._wide(word) for _, word in marks), default=0.0)
        self.x0 = widest + 18 + (20 * SCALE if beside else 0)
        self.x1, self.y0, self.y1 = SCALE * WIDTH - 16.0, SCALE * 34.0, SCALE * (HEIGHT - 44.0)
        self._horizontal, self._vertical = horizontal, vertical
        for value, word in marks:
            y = self.y(value)
            self.line([(self.x0, y), (self.x1, y)], PALE, 2)
            self._say((self.x0 - 10, y), word, "rm")
        if across:
            self.mark_below(_ticks(*horizontal), grid=True)
        self.line([(self.x0, self.y0), (self.x0, self.y1), (self.x1, self.y1)], GREY, 2)
        self._say(((self.x0 + self.x1) / 2, SCALE * HEIGHT - 8), below, "mb")
        if beside:
            self._say_upwards(beside)
        place = self.x0 + 8
        for number, label in enumerate(labels):
            place = self._legend(place, number, label)

    def x(self, value: float) -> float:
        low, high = self._horizontal
        return self.x0 + (value - low) / (high - low) * (self.x1 - self.x0)

    def y(self, value: float) -> float:
        low, high = self._vertical
        return self.y1 - (value - low) / (high - low) * (self.y1 - self.y0)

    def line(
        self,
        points: Sequence[tuple[float, float]],
        colour: str,
        width: int,
        *,
        dashed: bool = False,
    ) -> None:
        """A line through `points`."""
        if not dashed:
            self._draw.line(list(points), fill=colour, width=width)
            return
        walked, (stroke, gap) = 0.0, DASH
        for start, end in pairwise(points):
            length, at = math.dist(start, end), 0.0
            while at < length:
                phase = (walked + at) % (stroke + gap)
                upto = min(length, at + (stroke if phase < stroke else stroke + gap) - phase)
                if phase < stroke:
                    ends = [_between(start, end, part / length) for part in (at, upto)]
                    self._draw.line(ends, fill=colour, width=width)
                at = upto + 1e-9
            walked += length

    def mark(self, place: tuple[float, float], number: int) -> None:
        """A disc for the first series, a square for the second."""
        (x, y), size = place, 6
        shape = self._draw.rectangle if number else self._draw.ellipse
        shape((x - size, y - size, x + size, y + size), fill=COLOURS[number])

    def bar(self, left: float, right: float, value: float, number: int) -> None:
        """A bar from 0 to `value`; those of the second series are hatched."""
        y0, y1 = sorted((self.y(0.0), self.y(value)))
        self._filled((self.x(left), y0, self.x(right), y1), number)

    def mark_below(self, marks: Sequence[tuple[float, str]], *, grid: bool = False) -> None:
        """Words under the horizontal axis."""
        for value, word in marks:
            x = self.x(value)
            if grid:
                self.line([(x, self.y0), (x, self.y1)], PALE, 2)
            self._say((x, self.y1 + 10), word, "mt")

    def png(self) -> bytes:
        """The picture."""
        buffer = io.BytesIO()
        self._image.reduce(SCALE).save(buffer, "PNG")
        return buffer.getvalue()

    def _filled(self, box: tuple[float, float, float, float], number: int) -> None:
        x0, y0, x1, y1 = box
        self._draw.rectangle((x0, y0, x1, y1), fill=COLOURS[number])
        tall = y1 - y0
        for start in np.arange(x0 - tall, x1, 16.0) if number else ():
            a, b = max(start, x0), min(start + tall, x1)
            if a < b:
                self._draw.line([(a, y1 - (a - start)), (b, y1 - (b - start))], "white", 3)

    def _legend(self, place: float, number: int, label: str) -> float:
        """A box in the series' colour and its name; where the next may begin."""
        y = 16.0 * SCALE
        self._filled((place, y - 10, place + 36, y + 10), number)
        self._say((place + 46, y), label, "lm")
        return place + 46 + self._wide(label) + 40

    def _say(self, place: tuple[float, float], words: str, anchor: str) -> None:
        self._draw.text(place, words, fill=BLACK, font=_font(), anchor=anchor)

    def _say_upwards(self, words: str) -> None:
        from PIL import Image, ImageDraw

        size = (math.ceil(self._wide(words)) + 4, 20 * SCALE)
        strip = Image.new("RGB", size, "white")
        ImageDraw.Draw(strip).text((2, size[1] / 2), words, fill=BLACK, font=_font(), anchor="lm")
        middle = (self.y0 + self.y1) / 2
        self._image.paste(strip.rotate(90, expand=True), (2, round(middle - size[0] / 2)))

    @staticmethod
    def _wide(words: str) -> float:
        return float(_font().getlength(words))


def _between(
    start: tuple[float, float], end: tuple[float, float], part: float
) -> tuple[float, float]:
    return start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1])
