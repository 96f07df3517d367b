"""Charts: a PNG of the stated size, the right colours in the right places, and no numbers that break them."""

from __future__ import annotations

import io
from itertools import product
from typing import Any

import numpy as np
import pytest
from PIL import Image

from hocsau.judging.chart import BLUE, HEIGHT, VERMILLION, WIDTH, _font, _ticks, bars, paths

LABELS = ("expected", "yours")


def pixels(png: bytes) -> Any:
    """(HEIGHT, WIDTH, 3)"""
    image = Image.open(io.BytesIO(png))
    assert (image.format, image.size, image.mode) == ("PNG", (WIDTH, HEIGHT), "RGB")
    return np.asarray(image).astype(int)


def near(png: bytes, colour: str) -> Any:
    """(HEIGHT, WIDTH) bool: where the picture has this colour."""
    wanted = [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
    return np.abs(pixels(png) - wanted).max(axis=2) < 12


def test_bars_stand_where_they_belong() -> None:
    png = bars((np.array([2.0, -1.0]), np.array([1.0, 1.0])), LABELS, "component")
    below_legend = near(png, BLUE)[40:]
    left, right = below_legend[:, : WIDTH // 2], below_legend[:, WIDTH // 2 :]
    assert left.sum() > 1.7 * right.sum() > 1000  # twice as high
    assert np.nonzero(left)[0].max() <= np.nonzero(right)[0].min() + 1  # above and below zero


def test_the_second_series_is_hatched() -> None:
    both = np.array([1.0, 1.0])
    png = bars((both, both), LABELS, "component")
    blue, red = near(png, BLUE)[40:].sum(), near(png, VERMILLION)[40:].sum()
    assert 0.3 * blue < red < 0.8 * blue


def test_paths_show_both_series() -> None:
    path = np.array([[0.0, 0.0], [1.0, 2.0], [3.0, 1.0]])
    png = paths((path, path + 0.5), LABELS, "w[0]", "w[1]")
    assert near(png, BLUE)[40:].sum() > 200
    assert near(png, VERMILLION)[40:].sum() > 200


EXTREMES = {
    "zeros": (np.zeros(3), np.zeros(3)),
    "equal": (np.full(3, 7.0), np.full(3, 7.0)),
    "huge": (np.array([1e12, -1e12]), np.array([0.0, 1.0])),
    "tiny": (np.array([1e-300, 2e-300]), np.array([0.0, 1e-301])),
    "close together": (np.array([1e6, 1e6 + 1e-3]), np.array([1e6, 1e6])),
    "one far out": (np.array([1e-9, 1.0]), np.array([1e9, 0.0])),
    "many": (np.arange(300.0), -np.arange(300.0)),
    "subnormal": (np.array([5e-324, 0.0]), np.array([0.0, 0.0])),
}


@pytest.mark.parametrize("name", EXTREMES)
def test_no_numbers_break_it(name: str) -> None:
    right, mine = EXTREMES[name]
    pixels(bars((right, mine), LABELS, "component"))
    for a, b in product((right, mine), repeat=2):
        pixels(paths((np.column_stack([a, b]), np.column_stack([b, a])), LABELS, "w[0]", "w[1]"))


@pytest.mark.parametrize(
    ("low", "high"), [(0.0, 1.0), (-3.2, 7.9), (1e-6, 2e-6), (99.0, 101.0), (-1e12, 1e12)]
)
def test_ticks_are_round_and_tell_apart(low: float, high: float) -> None:
    found = _ticks(low, high)
    assert 3 <= len(found) <= 8
    assert len({word for _, word in found}) == len(found)
    for value, word in found:
        assert low <= value <= high
        assert float(word) == pytest.approx(value, abs=1e-9 * (high - low))


def test_the_font_has_vietnamese_letters() -> None:
    missing = _font().getmask("\U0010fffd").getbbox()
    shapes = [bytes(_font().getmask(letter)) for letter in "ếậữđ"]
    assert missing is not None
    assert len(set(shapes)) == 4
