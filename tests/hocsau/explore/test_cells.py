"""A pixel shows the cell in which it lies."""

from __future__ import annotations

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from hocsau import plots
from hocsau.explore.cells import Cells

VALUES = np.array([[0.0, 0.25, 0.5], [1.0, np.nan, 0.75]])


def drawn(values, x, y, axes_y, places, finer=1):
    """The colours at `places` of axes that reach from 0 to 3, each (3,) from 0 to 1; the cells lie on `x` and `y`."""
    figure = plots.new_figure(4, 3)
    canvas = FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.grid(False)
    axes.set(xlim=(0, 3), ylim=axes_y, facecolor="red")
    Cells(axes, (0, 1), (0, 1), finer, cmap="viridis", clim=(0, 1)).show(values, x, y)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())[::-1, :, :3] / 255
    return [pixels[row, column] for column, row in axes.transData.transform(places).astype(int)]


def colour(value):
    return (1, 0, 0) if np.isnan(value) else matplotlib.colormaps["viridis"](value)[:3]


@pytest.mark.parametrize("axes_y", [(2, 0), (0, 2)], ids=["downwards", "upwards"])
def test_a_cell_has_the_colour_of_its_number_and_nan_is_left_blank(axes_y):
    middles = [(column + 0.5, row + 0.5) for row in range(2) for column in range(3)]
    got = drawn(VALUES, (0, 3), (0, 2), axes_y, middles)
    for value, seen in zip(VALUES.flat, got, strict=True):
        np.testing.assert_allclose(seen, colour(value), atol=1 / 255)


def test_cells_cover_their_ranges_alone():
    left, inside, right, below = drawn(
        np.array([[0.25]]), (1, 2), (0, 1), (2, 0), [(0.5, 0.5), (1.5, 0.5), (2.5, 0.5), (1.5, 1.5)]
    )
    np.testing.assert_allclose(inside, colour(0.25), atol=1 / 255)
    for blank in (left, right, below):
        np.testing.assert_allclose(blank, (1, 0, 0), atol=1 / 255)


def test_finer_cells_lie_between_their_neighbours():
    middles = (np.arange(12) + 0.5) / 4
    values = np.array([[0.0, 0.8, 0.4], [0.2, 1.0, 0.6]])
    rows = [np.interp(middles, [0.5, 1.5, 2.5], row) for row in values]
    for share, y in ((0.0, 0.25), (0.125, 0.625), (0.875, 1.375), (1.0, 1.75)):
        got = drawn(values, (0, 3), (0, 2), (0, 2), [(x, y) for x in middles], finer=4)
        for seen, low, high in zip(got, *rows, strict=True):
            np.testing.assert_allclose(seen, colour(low + share * (high - low)), atol=2 / 255)


def test_new_limits_change_the_colours_at_once():
    figure = plots.new_figure(2, 2)
    cells = Cells(figure.subplots(), (0, 1), (0, 1), cmap="viridis", clim=(0, 1))
    cells.show(np.array([[0.5]]))
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    before = np.asarray(canvas.buffer_rgba()).copy()
    cells.set_clim(0, 0.5)
    canvas.draw()
    assert not np.array_equal(before, np.asarray(canvas.buffer_rgba()))


@pytest.mark.parametrize("axes_y", [(2, 0), (0, 2)], ids=["downwards", "upwards"])
def test_a_layout_finds_the_cells_where_imshow_would_have_put_its_image(axes_y):
    figure = plots.new_figure(4, 3)
    left, right = figure.subplots(1, 2)
    figure.set_layout_engine("none")
    left.set_position(right.get_position())
    for axes in (left, right):
        axes.set(xlim=(0, 3), ylim=axes_y)
    cells = Cells(left, (0, 1), (0, 1))
    cells.show(VALUES, (1, 4), (0.5, 2))
    bottom, top = (2, 0.5) if axes_y[0] else (0.5, 2)
    image = right.imshow(VALUES, extent=(1, 4, bottom, top), aspect="auto")
    right.set(xlim=(0, 3), ylim=axes_y)
    renderer = FigureCanvasAgg(figure).get_renderer()
    got, expected = (artist.get_tightbbox(renderer) for artist in (cells, image))
    assert min(expected.width, expected.height) > 50
    np.testing.assert_allclose(got.extents, expected.extents, atol=1)


def test_what_is_shown_already_is_not_touched():
    cells = Cells(plots.new_figure(2, 2).subplots(), (0, 3), (0, 2), cmap="viridis", clim=(0, 1))
    shown = VALUES.copy()
    cells.show(shown)
    for change, touched in ((lambda: None, False), (lambda: shown.fill(0.5), True)):
        cells.stale = False
        change()
        cells.show(shown)
        assert cells.stale is touched
    cells.stale = False
    cells.show(shown, (0, 2))
    assert cells.stale
