"""A matrix, or a smooth plane, as coloured cells: an image that is quick to draw anew.

`imshow` resamples its matrix to the pixels with Agg, in floats: 4 to 5 ms an image, half of what an explorer takes for a
picture. matplotlib's PcolorImage colours the cells and looks up for each pixel in which it lies.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import PcolorImage
from matplotlib.transforms import Bbox
from numpy.typing import NDArray
from PIL import Image

__all__ = ["Cells"]

Range = tuple[float, float]


class Cells(PcolorImage):
    """The cells of one axes, row 0 at the least y; NaN is left blank.

    x, y:    what the matrix covers, from left to right and, in axes whose y grows downwards, from top to bottom
    finer:   parts of a cell's side; their numbers lie between the neighbours' (bilinear), for what is smooth and not a matrix
    options: PcolorImage's, cmap="viridis"
    """

    def __init__(self, axes: Axes, x: Range, y: Range, finer: int = 1, **options: Any) -> None:
        super().__init__(axes, **options)
        self._x, self._y, self._finer = x, y, finer
        self._shown: NDArray[Any] = np.zeros(0)
        self.show(np.zeros((1, 1)))
        axes.add_image(self)
        self.set_clip_path(axes.patch)

    def show(self, values: NDArray[Any], x: Range | None = None, y: Range | None = None) -> None:
        """Show `values`, (rows, columns), where the last ones were or on the ranges `x` and `y`.

        What is shown already is not touched, and so not drawn again.
        """
        covered = x or self._x, y or self._y
        if covered == (self._x, self._y) and np.array_equal(self._shown, values, equal_nan=True):
            return
        (self._x, self._y), self._shown = covered, np.array(values)
        (left, right), (top, bottom) = self._x, self._y
        if self._finer > 1:
            values = _finer(values, self._finer)
        rows, columns = values.shape
        self.set_data(np.linspace(left, right, columns + 1), np.linspace(top, bottom, rows + 1), values)

    def get_window_extent(self, *_renderer: Any) -> Bbox:
        """Where the cells lie, in pixels: what a layout asks for. PcolorImage has no answer of its own."""
        (left, right), (top, bottom) = self._x, self._y
        return Bbox(self.axes.transData.transform([(left, top), (right, bottom)]))


def _finer(values: NDArray[Any], parts: int) -> NDArray[np.float32]:
    rows, columns = values.shape
    picture = Image.fromarray(values.astype(np.float32))
    return np.asarray(picture.resize((columns * parts, rows * parts), Image.Resampling.BILINEAR))
