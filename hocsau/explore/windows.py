"""A picture of im2col: the windows of a small picture as the rows of one matrix, and the product with the kernel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.text import Text as Label
from numpy.typing import NDArray

from hocsau import plots
from hocsau.explore.live import Live, Slider
from hocsau.language import Text

__all__ = ["Windows", "compute_windows", "windows"]

Array = NDArray[np.float64]
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


def windows() -> Live:
    """Where does each number of the picture go? One window after another becomes a row."""
    figure = plots.new_figure(9.6, 4.2)
    picture, matrix, kernel, result = figure.subplots(1, 4, width_ratios=(1.6, 1.6, 0.5, 0.5))
    for axes, (rows, columns), title in (
        (picture, (SIDE, SIDE), _PICTURE), (matrix, (MOST, KERNEL**2), _MATRIX),
        (kernel, (KERNEL**2, 1), _KERNEL), (result, (MOST, 1), _RESULT),
    ):  # fmt: skip
        axes.set(xlim=(0, columns), ylim=(rows, 0))
        axes.set_axis_off()
        axes.set_title(title.say(), fontsize=10)
    for (i, j), value in np.ndenumerate(PICTURE):
        picture.text(j + 0.5, i + 0.5, f"{value:.0f}", ha="center", va="center", fontsize=13)  # fmt: skip
        picture.add_patch(Rectangle((j, i), 1, 1, fill=False, edgecolor="#b4b4b4"))
    for k, value in enumerate(WEIGHT.ravel()):
        kernel.text(0.5, k + 0.5, f"{value:.0f}", ha="center", va="center", fontsize=13)
        kernel.add_patch(Rectangle((0, k), 1, 1, fill=False, edgecolor="#b4b4b4"))
    cells = [_cells(matrix, row, KERNEL**2) for row in range(MOST)]
    sums = [_cells(result, row, 1)[0] for row in range(MOST)]
    look: dict[str, Any] = {"fill": False, "edgecolor": plots.COLOURS["vermillion"], "linewidth": 2.5}  # fmt: skip
    frames = [Rectangle((0, 0), KERNEL, KERNEL, **look), Rectangle((0, 0), KERNEL**2, 1, **look), Rectangle((0, 0), 1, 1, **look)]  # fmt: skip
    for axes, frame in zip((picture, matrix, result), frames, strict=True):
        frame.set_clip_on(False)
        axes.add_patch(frame)

    def place(stride: int, window: int) -> tuple[int, int, int]:
        across = compute_windows(stride).shape[1]
        index = min(window, across * across - 1)
        return index, index // across * stride, index % across * stride

    def update(stride: int, window: int) -> list[Artist]:
        state = compute_windows(stride)
        index, top, left = place(stride, window)
        for row in range(MOST):
            there = row < len(state.columns)
            for k, cell in enumerate(cells[row]):
                cell.set_text(f"{state.columns[row, k]:.0f}" if there else "")
            sums[row].set_text(f"{state.result[row]:.0f}" if there else "")
        frames[0].set_xy((left, top))
        frames[1].set_xy((0, index))
        frames[2].set_xy((0, index))
        return [*frames, *sums, *(cell for row in cells for cell in row)]

    def status(stride: int, window: int) -> Text:
        state = compute_windows(stride)
        index, top, left = place(stride, window)
        return _STATUS.format(
            index=index, top=top, left=left, numbers=", ".join(f"{v:.0f}" for v in state.columns[index]),
            value=f"{state.result[index]:.0f}", shape=state.shape, strides=state.strides,
        )  # fmt: skip

    return Live(
        figure,
        [
            Slider("stride", _STRIDE, 1, 2, 1, 1, format="d"),
            Slider("window", _WINDOW, 0, MOST - 1, 1, 5, format="d"),
        ],
        update,
        alt=lambda **values: _ALT + status(**values),
        status=status,
    )


def _cells(axes: Axes, row: int, count: int) -> list[Label]:
    return [
        # Below the frames: the numbers change with the stride alone.
        axes.text(k + 0.5, row + 0.5, "", ha="center", va="center", fontsize=11, zorder=0.5)
        for k in range(count)
    ]


_STRIDE = Text("stride", "bước trượt")
_WINDOW = Text("window", "cửa sổ")
_PICTURE = Text("Picture", "Ảnh")
_MATRIX = Text("Columns: a window per row", "Ma trận: mỗi hàng một cửa sổ")
_KERNEL = Text("Kernel", "Nhân")
_RESULT = Text("Result", "Kết quả")
_STATUS = Text(
    "Window {index} starts at row {top}, column {left}: {numbers}; with the kernel {value}. The view has shape {shape} and steps {strides} through the same 16 numbers.",
    "Cửa sổ {index} bắt đầu ở hàng {top}, cột {left}: {numbers}; tích vô hướng với nhân là {value}. Khung nhìn có dạng {shape} và bước {strides} trên cùng 16 con số.",
)
_ALT = Text(
    "A picture of 4 x 4 numbers with a 2 x 2 window; beside it a matrix that has one row per window, the kernel as a column, and their product. ",
    "Ảnh gồm 4 x 4 con số với một cửa sổ 2 x 2; bên cạnh là ma trận mỗi hàng một cửa sổ, nhân viết thành cột, và tích của chúng. ",
)
