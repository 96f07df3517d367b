"""Charts, read as a person reads them: the words at the grid give the scale, the scale gives the numbers back."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hocsau import plots
from hocsau.judging import chart
from hocsau.judging.chart import BLUE, GREY, HEIGHT, PALE, VERMILLION, WIDTH, bars, paths

LABELS = ("expected", "yours")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")

ANCHORS = {"x": "middle", "y": "end"}


def number(word: str) -> float | None:
    """What stands at a grid line as a number; None for other words."""
    try:
        return float(word.replace("−", "-"))
    except ValueError:
        return None


class Sheet:
    """An SVG taken apart: its words with their places, and its paths as numbers in pixels."""

    def __init__(self, svg: str) -> None:
        self.root = ElementTree.fromstring(svg)
        self.texts = [(each.text or "", each.attrib) for each in self.all("text")]

    def all(self, tag: str) -> list[Any]:
        return self.root.findall(f"{{http://www.w3.org/2000/svg}}{tag}")

    def paths(self, command: str = "", **attributes: str) -> list[Any]:
        found = [each.attrib for each in self.all("path")]
        found = [each for each in found if all(each.get(name) == value for name, value in attributes.items())]
        return [np.array(NUMBER.findall(each["d"]), float) for each in found if command in each["d"]]

    def values(self, pixels: Any, axis: str) -> Any:
        """Pixels along an axis as the data they stand for: a straight line through the words at the grid."""
        lines = [float(line["xy".index(axis)]) for line in self.paths("V" if axis == "x" else "H", stroke=PALE)]
        words = [(float(at[axis]), number(word)) for word, at in self.texts if at["text-anchor"] == ANCHORS[axis]]
        said = [min((abs(at - line), value) for at, value in words if value is not None)[1] for line in lines]
        slope, start = np.polyfit(lines, said, 1)
        assert slope * np.array(lines) + start == pytest.approx(said, abs=abs(slope) * 0.2)
        return slope * pixels + start


def see_paths(svg: str, series: Any) -> None:
    """Both lines and both rows of marks stand at the numbers of the series, within a quarter of a pixel."""
    sheet = Sheet(svg)
    for path, colour, mark in zip(series, (BLUE, VERMILLION), ("disc", "square"), strict=True):
        line = max(sheet.paths(stroke=colour), key=len).reshape(-1, 2)
        marks = max(sheet.paths(style=f"marker:url(#{mark})"), key=len).reshape(-1, 2)
        for places in (line, marks):
            for column, axis in enumerate("xy"):
                pixel = abs(np.diff(sheet.values(np.array([0.0, 1.0]), axis))[0])
                assert sheet.values(places[:, column], axis) == pytest.approx(path[:, column], abs=pixel / 4)


def see_bars(svg: str, series: Any) -> None:
    """Every bar goes from zero to its number, within a quarter of a pixel, and stands on its side of its index."""
    sheet = Sheet(svg)
    pixel = abs(np.diff(sheet.values(np.array([0.0, 1.0]), "y"))[0])
    middles = [float(at["x"]) for word, at in sheet.texts if at["text-anchor"] == "middle" and word.isdigit()]
    for row, colour, side in zip(series, (BLUE, VERMILLION), (-1, 1), strict=True):
        x, zero, top, wide, again = max(sheet.paths(stroke=colour), key=len).reshape(-1, 5).T
        assert sheet.values(zero, "y") == pytest.approx(0, abs=pixel / 4)
        assert sheet.values(top, "y") == pytest.approx(row, abs=pixel / 4)
        assert (again == zero).all()
        assert (side * (x + wide / 2 - middles) > 0).all()
        assert np.abs(x + wide / 2 - middles).max() < wide.min()


PATH = np.array([[0.0, -7.0], [1.0, 20.0], [3.0, 11.0], [2.5, 0.0], [2.0, 1.0]])
ROW = np.array([2.0, -1.0, 0.0, 0.3])


@pytest.mark.parametrize("factor", [1e-300, 1e-9, 0.013, 1.0, 7e4, 1e11])
def test_what_is_drawn_is_what_came(factor: float) -> None:
    series = (factor * PATH, factor * (PATH[::-1] + [0.5, 3.0]))
    see_paths(paths(series, LABELS, "w[0]", "w[1]"), series)
    rows = (factor * ROW, factor * ROW[::-1])
    see_bars(bars(rows, LABELS, "component"), rows)


def bent(data: tuple[float, float], pixels: tuple[float, float]) -> Any:
    return lambda value: pixels[0] + ((value - data[0]) / (data[1] - data[0])) ** 1.02 * (pixels[1] - pixels[0])


def a_step_too_high(low: float, high: float, ticks: Any = chart._ticks) -> list[tuple[float, str]]:
    return [(value, word) for (value, _), (_, word) in pairwise(ticks(low, high))]


def doubled(count: int, most: int) -> Any:
    return np.arange(count) // 2


FAULTS = {
    "a bent scale": ("_scale", bent),
    "wrong words": ("_ticks", a_step_too_high),
    "wrong points": ("_thinned", doubled),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_drawing_is_seen(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chart, *FAULTS[fault])
    with pytest.raises(AssertionError):
        see_paths(paths((PATH, PATH + 1), LABELS, "w[0]", "w[1]"), (PATH, PATH + 1))


def test_series_that_were_exchanged_are_seen() -> None:
    with pytest.raises(AssertionError):
        see_paths(paths((PATH, PATH + 1), LABELS, "w[0]", "w[1]"), (PATH + 1, PATH))
    with pytest.raises(AssertionError):
        see_bars(bars((ROW, ROW + 1), LABELS, "component"), (ROW + 1, ROW))


SIZES = st.floats(-1e12, 1e12, exclude_min=True, exclude_max=True)


@given(st.lists(st.tuples(SIZES, SIZES), min_size=2, max_size=9))
@example([(1e-323, 0.0), (0.0, 5e-324)])
@example([(1e6, 1e6), (1e6 + 1e-3, 1e6)])
def test_no_numbers_break_it(pairs: list[tuple[float, float]]) -> None:
    points = np.array(pairs)
    for svg in (bars(points.T, LABELS, "component"), paths((points, points[:, ::-1]), LABELS, "w[0]", "w[1]")):
        assert len(svg) < 20_000
        assert not re.search("nan|inf", re.sub("linejoin|finite", "", svg))
        sheet = Sheet(svg)
        for line in [*sheet.paths(stroke=BLUE), *sheet.paths(stroke=VERMILLION), *sheet.paths(stroke=PALE)]:
            assert (line >= 0).all()
            assert line.max() <= WIDTH
        assert all(0 <= float(at["x"]) <= WIDTH and 0 <= float(at["y"]) <= HEIGHT for _, at in sheet.texts)
        middle = [
            (float(at["y"]), float(at["x"]), len(word)) for word, at in sheet.texts if at["text-anchor"] == "middle"
        ]
        for (y, left, some), (other_y, right, more) in pairwise(sorted(middle)):
            assert y != other_y or right - left > 7 * (some + more) / 2  # no word runs into the next


def test_a_million_rows_are_thinned_and_the_worst_stays() -> None:
    row = np.zeros(1_000_000)
    wrong = row.copy()
    wrong[123_456] = 9.0
    steps = np.arange(1_000_000.0)
    svg = bars((row, wrong), LABELS, "component")
    assert len(svg) < 20_000
    sheet = Sheet(svg)
    tops = max(sheet.paths(stroke=VERMILLION), key=len).reshape(-1, 5)[:, 2]
    assert sheet.values(tops, "y").max() == pytest.approx(9, abs=0.05)
    svg = paths([np.column_stack([steps, one]) for one in (row, wrong)], LABELS, "step", "w[0]")
    assert len(svg) < 20_000
    ends = max(Sheet(svg).paths(stroke=BLUE), key=len).reshape(-1, 2)[[0, -1], 0]
    assert Sheet(svg).values(ends, "x") == pytest.approx([0, 999_999], abs=1000)


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "]]>&amp;\"'", "đúng & của bạn"])
def test_words_are_words(words: str) -> None:
    for svg in (bars((ROW, ROW), (words, words), words), paths((PATH, PATH), (words, words), words, words)):
        said = [word for word, _ in Sheet(svg).texts]
        assert said.count(words) in (3, 4)
        assert "<script" not in svg


def test_series_are_told_apart_without_colours() -> None:
    dashed = paths((PATH, PATH), LABELS, "w[0]", "w[1]")
    for svg, look in ((dashed, "stroke-dasharray"), (bars((ROW, ROW), LABELS, "component"), "fill")):
        expected, yours = (
            {each.get(look, "").replace(BLUE, "") for each in Sheet(svg).all("path") if each.get("stroke") == colour}
            for colour in (BLUE, VERMILLION)
        )
        assert expected == {""}
        assert "" not in yours


def test_colours_are_the_courses_on_a_white_sheet() -> None:
    assert plots.PALETTE[:2] == (BLUE, VERMILLION)
    assert plots.GREY == GREY
    (sheet,) = Sheet(paths((PATH, PATH), LABELS, "w[0]", "w[1]")).paths(fill="white")
    assert sheet.tolist() == [0, 0, WIDTH, HEIGHT, 0]


def test_the_same_numbers_give_the_same_bytes() -> None:
    assert paths((PATH, PATH), LABELS, "a", "b") == paths((PATH.copy(), PATH.copy()), LABELS, "a", "b")


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-3.2, 7.9), (1e-6, 2e-6), (99.0, 101.0), (-1e12, 1e12)])
def test_ticks_are_round_and_tell_apart(low: float, high: float) -> None:
    found = chart._ticks(low, high)
    assert 3 <= len(found) <= 8
    assert len({word for _, word in found}) == len(found)
    for value, word in found:
        assert low <= value <= high
        assert float(word.replace("−", "-")) == pytest.approx(value, abs=1e-9 * (high - low))
