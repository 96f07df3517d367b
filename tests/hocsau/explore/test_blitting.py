"""The blitted figure: it shows what a full drawing would, and draws only what was touched."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from hocsau import plots
from hocsau.explore import panels
from hocsau.explore.blitting import Blitting


class Panels:
    """Two axes, in each two lines and two texts that overlap; `move` touches what another height changes, and only that."""

    def __init__(self):
        figure = plots.new_figure(5, 2)
        self.lines, self.texts = [], []
        for axes in figure.subplots(1, 2):
            axes.set(xlim=(0, 1), ylim=(0, 5))
            self.lines += [axes.plot([0, 1], [0, 0], linewidth=6)[0] for _ in range(2)]
            self.texts += [axes.text(0.1, y, "0") for y in (0.2, 0.6)]
        self.picture = Blitting(figure)

    def move(self, *heights):
        """heights: of the four lines; the texts say those of the first in each axes"""
        for line, height in zip(self.lines, heights, strict=True):
            panels.place(line, [0, 1], [0, height])
        self.texts[0].set_text(str(heights[0]))
        self.texts[3].set_text(str(heights[2]))
        self.picture.draw([*self.lines, *self.texts])

    @property
    def pixels(self):
        return self.picture.pixels()


def fresh(*heights):
    made = Panels()
    made.move(*heights)
    return made.pixels


def test_what_moved_shows_what_a_full_drawing_shows():
    moved = Panels()
    for height in (5, 1, 3):
        moved.move(height, 2, 0, 4)
    np.testing.assert_array_equal(moved.pixels, fresh(3, 2, 0, 4))
    assert (moved.pixels != fresh(4, 2, 0, 4)).any()  # the comparison can fail


def test_a_long_walk_shows_what_a_fresh_figure_shows():
    moved, random = Panels(), np.random.default_rng(0)
    heights = [2, 2, 2, 2]
    for _ in range(15):
        heights[random.integers(4)] = int(random.integers(6))
        moved.move(*heights)
        np.testing.assert_array_equal(moved.pixels, fresh(*heights))


def test_what_stood_still_and_moved_is_not_shown_where_it_was():
    moved = Panels()
    for heights in ((1, 1, 1, 1), (1, 2, 1, 1), (4, 2, 1, 1), (4, 3, 1, 1)):
        moved.move(*heights)
    np.testing.assert_array_equal(moved.pixels, fresh(4, 3, 1, 1))


def count_draws(picture, monkeypatch):
    count, draw = [], picture.figure.draw
    monkeypatch.setattr(picture.figure, "draw", lambda renderer: (count.append(1), draw(renderer)))
    return count


def test_a_move_draws_no_full_figure(monkeypatch):
    moved = Panels()
    moved.move(1, 1, 1, 1)
    count = count_draws(moved.picture, monkeypatch)
    for height in (0, 1, 5):
        moved.move(height, 1, 1, 1)
    assert not count


def test_none_draws_everything(monkeypatch):
    moved = Panels()
    moved.move(1, 1, 1, 1)
    before, count = moved.pixels, count_draws(moved.picture, monkeypatch)
    moved.picture.figure.axes[0].set_title("title")
    moved.picture.draw(None)
    assert len(count) == 1
    assert (moved.pixels != before).any()
    assert not moved.picture.blits


def test_an_artist_that_joins_later_leaves_no_trace_behind():
    moved, other = Panels(), Panels()
    for panel, heights in ((moved, (1, 5, 4)), (other, (4,))):
        for height in heights:
            panels.place(panel.lines[0], [0, 1], [0, height])
            panels.place(panel.lines[1], [0, 1], [height, height])
            panel.picture.draw(panel.lines[: 2 if height > 2 else 1])
    np.testing.assert_array_equal(moved.pixels, other.pixels)


def test_only_what_was_touched_and_what_lies_above_it_is_drawn_again(monkeypatch):
    moved, drawn = Panels(), []
    lines, texts = moved.lines, moved.texts
    moved.move(2, 2, 2, 2)
    for artist in (*lines, *texts):
        plain = artist.draw
        monkeypatch.setattr(
            artist, "draw", lambda renderer, artist=artist, plain=plain: (drawn.append(artist), plain(renderer))
        )
    moved.move(3, 2, 2, 2)  # the first move keeps what stands still
    drawn.clear()
    moved.move(4, 2, 2, 2)
    assert drawn == [lines[0], lines[1], texts[1], texts[0]]
    drawn.clear()
    moved.move(4, 5, 2, 2)  # the line below it stands still now, and the other axes
    assert drawn[-3:] == [lines[1], texts[0], texts[1]]
    drawn.clear()
    moved.move(4, 1, 2, 2)
    assert drawn == [lines[1], texts[0], texts[1]]


@pytest.mark.parametrize(
    ("room", "size"), [(640, (640, 320)), (100, (320, 160)), (2000, (800, 400))], ids=["narrow", "least", "own"]
)
def test_a_picture_takes_the_width_that_there_is(room, size):
    picture = Blitting(plots.new_figure(8, 4))
    assert picture.fit(room) is (size != (800, 400))
    assert picture.size == size
    assert not picture.fit(room)


def test_a_file_holds_the_pixels():
    moved = Panels()
    moved.move(1, 2, 3, 4)
    for kind, error in (("png", 0), ("jpeg", 60)):
        shown = np.asarray(Image.open(io.BytesIO(moved.picture.encode(kind)))).astype(int)
        assert np.abs(shown - moved.pixels[..., :3]).max() <= error


def test_a_line_that_has_its_points_is_not_touched():
    line = Panels().lines[0]
    panels.place(line, [0, 1], [np.nan, 2])
    for x, y, touched in (
        (None, None, False),
        ([0, 1], [np.nan, 2], False),
        ([0, 1], [3, 2], True),
        (None, [4, 4], True),
    ):
        line.stale = False
        panels.place(line, x, y)
        assert line.stale is touched
    np.testing.assert_array_equal(line.get_data(), [[0, 1], [4, 4]])
