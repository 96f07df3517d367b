"""A picture of im2col: the windows of a small picture as the rows of one matrix, and the product with the kernel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text as Label

from hocsau import plots
from hocsau.explore import panels
from hocsau.explore.attempt import Array
from hocsau.explore.live import Live, Slider
from hocsau.language import Text

__all__ = ["Windows", "compute_windows", "windows"]

SIDE, KERNEL = 4, 2
PICTURE = np.arange(SIDE * SIDE, dtype=np.float64).reshape(SIDE, SIDE)
WEIGHT = np.array([[1.0, 0.0], [-1.0, 2.0]])
MOST = (SIDE - KERNEL + 1) ** 2


@dataclass(frozen=True)
class Windows:
    """The windows as a view of the picture's memory, as the rows of a matrix, and the matrix times the kernel."""

    shape: tuple[int, ...]  # (H', W', k, k)
    strides: tuple[int, ...]  # in entries, not bytes
    columns: Array  # (H' W', k k)
    result: Array  # (H' W',)


def compute_windows(stride: int) -> Windows:
    """The 2x2 windows of the 4x4 picture 0 .. 15 at `stride`."""
    view = np.lib.stride_tricks.sliding_window_view(PICTURE, (KERNEL, KERNEL))[::stride, ::stride]
    columns = view.reshape(-1, KERNEL * KERNEL)
    strides = tuple(step // PICTURE.itemsize for step in view.strides)
    return Windows(view.shape, strides, columns, columns @ WEIGHT.ravel())


def _place(stride: int, window: int) -> tuple[int, int, int]:
    """Which window it is, since a wide stride has fewer of them, and the row and column at which it starts."""
    across = (SIDE - KERNEL) // stride + 1
    index = min(window, across * across - 1)
    return index, index // across * stride, index % across * stride


def _drawing(figure: Figure) -> panels.Drawing:
    picture, matrix, kernel, result = figure.subplots(1, 4, width_ratios=(1.6, 1.6, 0.5, 0.5))
    for axes, (rows, columns), title in (
        (picture, (SIDE, SIDE), _PICTURE), (matrix, (MOST, KERNEL**2), _MATRIX),
        (kernel, (KERNEL**2, 1), _KERNEL), (result, (MOST, 1), _RESULT),
    ):  # fmt: skip
        panels.label(axes, title, xlim=(0, columns), ylim=(rows, 0))
        axes.set_axis_off()
    for axes, numbers in ((picture, PICTURE), (kernel, WEIGHT.reshape(-1, 1))):
        for (i, j), value in np.ndenumerate(numbers):
            axes.text(j + 0.5, i + 0.5, f"{value:.0f}", ha="center", va="center", fontsize=13)
            axes.add_patch(Rectangle((j, i), 1, 1, fill=False, edgecolor=panels.LIGHT))
    cells, sums = _cells(matrix, MOST, KERNEL**2), _cells(result, MOST, 1)
    look: dict[str, Any] = {"fill": False, "edgecolor": plots.COLOURS["vermillion"], "linewidth": 2.5, "clip_on": False}
    shapes = ((picture, KERNEL, KERNEL), (matrix, KERNEL**2, 1), (result, 1, 1))
    frames = [axes.add_patch(Rectangle((0, 0), width, height, **look)) for axes, width, height in shapes]

    def draw(state: Windows, stride: int, window: int) -> panels.Artists:
        for texts, numbers in ((cells, state.columns), (sums, state.result)):
            said = [f"{value:.0f}" for value in numbers.flat]
            for text, value in zip(texts, said + [""] * (len(texts) - len(said)), strict=True):
                text.set_text(value)
        index, top, left = _place(stride, window)
        for frame, corner in zip(frames, ((left, top), (0, index), (0, index)), strict=True):
            frame.set_xy(corner)
        return [*frames, *sums, *cells]

    return draw


def _status(state: Windows, stride: int, window: int) -> Text:
    index, top, left = _place(stride, window)
    numbers = ", ".join(f"{value:.0f}" for value in state.columns[index])
    where = {"index": index, "top": top, "left": left, "shape": state.shape, "strides": state.strides}
    return _STATUS.format(**where, numbers=numbers, value=state.result[index])


def windows() -> Live:
    """Where does each number of the picture go? One window after another becomes a row."""
    figure = plots.new_figure(9.6, 4.2)
    controls = [
        Slider("stride", Text("stride"), 1, 2, 1, 1, format="d"),
        Slider("window", Text("window"), 0, MOST - 1, 1, 5, format="d"),
    ]
    return Live(figure, controls, compute_windows, _drawing(figure), alt=_ALT, status=_status)


def _cells(axes: Axes, rows: int, columns: int) -> list[Label]:
    """A number for each cell, row by row, empty as yet; below the frames, since they change with the stride alone."""
    look: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 11, "zorder": 0.5}
    return [axes.text(j + 0.5, i + 0.5, "", **look) for i in range(rows) for j in range(columns)]


_PICTURE = Text("Picture")
_MATRIX = Text("Columns: a window per row")
_KERNEL = Text("Kernel")
_RESULT = Text("Result")
_STATUS = Text(
    "Window {index} starts at row {top}, column {left}: {numbers}; with the kernel {value:.0f}. The view has shape {shape} and steps {strides} through the same 16 numbers."
)
_ALT = Text(
    "A picture of 4 x 4 numbers with a 2 x 2 window; beside it a matrix that has one row per window, the kernel as a column, and their product. "
)
