"""Explorer 5a: a 3x3 kernel on a real picture; the window, its nine products, one pixel of the result."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ipywidgets
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from hocsau import plots
from hocsau.explore.attempt import Attempt
from hocsau.explore.cells import Cells
from hocsau.explore.live import Choice, Live, Slider
from hocsau.explore.pictures import PICTURES, on_tensors, picture
from hocsau.language import Text

__all__ = ["PRESETS", "Filtered", "compute_kernel", "kernels"]

Array = NDArray[np.float64]
Kernel = tuple[float, ...]
IDENTITY: Kernel = (0, 0, 0, 0, 1, 0, 0, 0, 0)
PRESETS: dict[str, Kernel] = {
    "own": IDENTITY,
    "blur": (1 / 9,) * 9,
    "sharpen": (0, -1, 0, -1, 5, -1, 0, -1, 0),
    "laplacian": (0, 1, 0, 1, -4, 1, 0, 1, 0),
    "level": (1, 2, 1, 0, 0, 0, -1, -2, -1),
}
SIDE, WIDEST = 28, 2
TARGET = 3.0


@dataclass(frozen=True)
class Filtered:
    """What 5a draws: the padded picture, the result, and the window and products behind one of its pixels."""

    padded: Array  # (28 + 2p, 28 + 2p)
    result: Array  # (H', W')
    row: int  # of the pixel looked at, within the result
    column: int
    window: Array  # (3, 3)
    kernel: Array  # (3, 3)
    ratio: float  # mean of |K * x| over mean of |K^T * x|; NaN where that is 0
    note: Text | None

    @property
    def met(self) -> bool:
        """Whether the kernel answers upright edges far more than level ones."""
        return self.ratio >= TARGET


def compute_kernel(
    name: str,
    kernel: Kernel,
    stride: int,
    padding: int,
    row: int,
    column: int,
    conv2d: Callable[..., Any] | None = None,
) -> Filtered:
    """The 3x3 `kernel` (nine numbers, row by row) and its transpose on the picture called `name`.

    row, column: the pixel of the result to look at; beyond its edge the last one is taken
    conv2d:      the learner's conv2d(x, weight, bias, stride, padding), or None for our own
    """
    padded = np.pad(picture(name), padding)
    K = np.array(kernel, dtype=np.float64).reshape(3, 3)
    weight = np.stack([K, K.T])[:, None]  # (2, 1, 3, 3)
    windows = sliding_window_view(padded, (3, 3))[::stride, ::stride]  # (H', W', 3, 3)
    attempt = Attempt(on_tensors(conv2d), "conv2d")
    x = np.array(picture(name))[None, None]
    results = attempt(x, weight, None, stride, padding, shape=(1, 2, *windows.shape[:2]))
    if results is None:
        results = np.einsum("ijuv,okuv->koij", windows, weight)
    row, column = min(row, windows.shape[0] - 1), min(column, windows.shape[1] - 1)
    sizes = np.abs(results[0]).mean(axis=(1, 2))
    ratio = float(sizes[0] / sizes[1]) if sizes[1] > 1e-12 else float("nan")
    return Filtered(
        padded, results[0, 0], row, column, windows[row, column], K, ratio, attempt.note
    )


def kernels(conv2d: Callable[..., Any] | None = None) -> Live:
    """Which edges fire? Nine numbers, stride and padding on a real picture, and the sum behind one pixel.

    conv2d: the learner's conv2d(x, weight, bias, stride, padding); None or unfinished: our own
    """
    figure = plots.new_figure(10.4, 4.6)
    left, middle, right = figure.subplots(1, 3, width_ratios=(1, 1, 0.9))
    span = (-WIDEST - 0.5, SIDE + WIDEST - 0.5)
    image = left.imshow(np.zeros((SIDE, SIDE)), cmap="gray_r", vmin=0, vmax=1, zorder=-3)
    left.set(xlim=span, ylim=span[::-1])
    left.set_title(_PICTURE.say(), fontsize=10)
    frame = Rectangle((0, 0), 1, 1, fill=False, edgecolor=plots.COLOURS["sky"], linestyle=(0, (4, 2)))  # fmt: skip
    window = Rectangle((0, 0), 3, 3, fill=False, edgecolor=plots.COLOURS["vermillion"], linewidth=2)
    mark = Rectangle((0, 0), 1, 1, fill=False, edgecolor=plots.COLOURS["vermillion"], linewidth=2)
    left.add_patch(frame)
    left.add_patch(window)
    found = Cells(middle, (0, SIDE), (0, SIDE), cmap="PuOr")
    middle.set(xlim=(0, SIDE), ylim=(SIDE, 0), aspect="equal")
    middle.add_patch(mark)
    middle.set_title(_RESULT.say(), fontsize=10)
    for axes in (left, middle):
        axes.grid(False)
        axes.set_xticks([])
        axes.set_yticks([])
        axes.spines[:].set_visible(False)
    grids = _numbers(right)
    total = right.text(0.5, 0.4, "", ha="center", va="center", fontsize=11)
    compute = functools.lru_cache(maxsize=8)(functools.partial(compute_kernel, conv2d=conv2d))
    shown: list[tuple[str, int]] = []

    def state(picture: str, kernel: str, stride: int, padding: int, row: int, column: int, **entries: float) -> Filtered:  # fmt: skip
        chosen = tuple(entries.values()) if kernel == "own" else PRESETS[kernel]
        return compute(picture, chosen, stride, padding, row, column)

    def update(**values: Any) -> list[Artist]:
        now, padding = state(**values), values["padding"]
        if shown != [(values["picture"], padding)]:
            shown[:] = [(values["picture"], padding)]
            end = SIDE + padding - 0.5
            image.set_data(now.padded)
            image.set_extent((-padding - 0.5, end, end, -padding - 0.5))
        frame.set_bounds(-padding - 0.5, -padding - 0.5, SIDE + 2 * padding, SIDE + 2 * padding)
        corner = np.array([now.column, now.row]) * values["stride"] - padding - 0.5
        window.set_xy((float(corner[0]), float(corner[1])))
        height, width = now.result.shape
        # Always as large as the axes: what changes is the size of a pixel.
        cell = SIDE / max(height, width)
        found.show(now.result, (0, width * cell), (0, height * cell))
        largest = float(np.abs(now.result).max()) or 1.0
        found.set_clim(-largest, largest)
        mark.set_bounds(now.column * cell, now.row * cell, cell, cell)
        for grid, numbers in zip(grids, (now.window, now.kernel), strict=True):
            for text, number in zip(grid, numbers.flat, strict=True):
                text.set_text(f"{number:.2f}")
        total.set_text(_SUM.format(value=f"{(now.window * now.kernel).sum():.2f}").say())
        return [image, frame, window, found, mark, *grids[0], *grids[1], total]

    def status(**values: Any) -> Text:
        now = state(**values)
        height, width = now.result.shape
        ratio = "-" if np.isnan(now.ratio) else f"{now.ratio:.2f}"
        return _STATUS.format(
            picture=PICTURES[values["picture"]], height=height, width=width, row=now.row,
            column=now.column, value=f"{now.result[now.row, now.column]:.2f}", ratio=ratio,
        )  # fmt: skip

    def met(**values: Any) -> bool:
        right_setting = values["picture"] == "trouser" and values["kernel"] == "own"
        return right_setting and state(**values).met

    entries = [
        Slider(f"k{u}{v}", _ENTRY.format(u=u, v=v), -4.0, 4.0, 0.5, float(IDENTITY[3 * u + v]), format=".1f")
        for u in range(3) for v in range(3)
    ]  # fmt: skip
    live = Live(
        figure,
        [
            Choice("picture", _WHICH, list(PICTURES.items()), "trouser"),
            Choice("kernel", _KERNEL, [(name, _NAMES[name]) for name in PRESETS], "own"),
            *entries,
            Slider("stride", _STRIDE, 1, 3, 1, 1, format="d"),
            Slider("padding", _PADDING, 0, WIDEST, 1, 0, format="d"),
            Slider("row", _ROW, 0, SIDE + 1, 1, 12, format="d"),
            Slider("column", _COLUMN, 0, SIDE + 1, 1, 9, format="d"),
        ],
        update,
        alt=lambda **values: _ALT + status(**values),
        status=status,
        challenge=_CHALLENGE,
        met=met,
        note=lambda **values: state(**values).note,
    )
    _in_a_square(live, [entry.name for entry in entries])
    return live


def _numbers(axes: Axes) -> list[list[Any]]:
    """Two 3x3 grids of numbers side by side, empty as yet: the window and the kernel."""
    axes.set_axis_off()
    axes.set(xlim=(0, 1), ylim=(0, 1))
    grids = []
    # The window's numbers below the kernel's: a slider of the kernel does not touch them.
    for start, title, zorder in ((0.0, _WINDOW, -2), (0.54, _NUMBERS, -1)):
        axes.text(start + 0.22, 0.8, title.say(), ha="center", fontsize=10)
        grids.append(
            [
                axes.text(start + 0.07 + 0.15 * v, 0.7 - 0.08 * u, "", ha="center", va="center", fontsize=8.5, zorder=zorder)
                for u in range(3) for v in range(3)
            ]
        )  # fmt: skip
    axes.text(0.5, 0.62, "·", ha="center", va="center", fontsize=16)
    return grids


def _in_a_square(live: Live, names: list[str]) -> None:
    """The nine sliders of the kernel stand three in a row, as its numbers do."""
    sliders = [live.controls[name] for name in names]
    for slider in sliders:
        slider.layout.width, slider.style.description_width = "15em", "3.2em"
    layout = ipywidgets.Layout(grid_template_columns="repeat(3, 15.5em)", width="fit-content")
    square = ipywidgets.GridBox(sliders, layout=layout)
    others = [child for child in live.widget.children if child not in sliders]
    live.widget.children = (*others[:2], square, *others[2:])


_WHICH = Text("picture", "ảnh")
_KERNEL = Text("kernel", "nhân")
_NAMES = {
    "own": Text("your own nine numbers", "chín số của bạn"),
    "blur": Text("blur: nine times 1/9", "làm mờ: chín số 1/9"),
    "sharpen": Text("sharpen", "làm sắc nét"),
    "laplacian": Text("Laplacian", "Laplace"),
    "level": Text("Sobel, level edges", "Sobel, cạnh nằm ngang"),
}
_ENTRY = Text("K[{u},{v}]", "K[{u},{v}]")
_STRIDE = Text("stride", "bước trượt")
_PADDING = Text("padding", "đệm")
_ROW = Text("look at row", "xem hàng")
_COLUMN = Text("look at column", "xem cột")
_PICTURE = Text("The picture, its padding, the window", "Ảnh, phần đệm và cửa sổ")
_RESULT = Text("What comes out (orange < 0 < purple)", "Kết quả (cam < 0 < tím)")
_WINDOW = Text("window", "cửa sổ")
_NUMBERS = Text("kernel", "nhân")
_SUM = Text("sum of the nine products: {value}", "tổng chín tích: {value}")
_CHALLENGE = Text(
    "on the trouser, with your own nine numbers: the mean size of K ∗ x at least 3 times that of Kᵀ ∗ x.",
    "với ảnh quần dài và chín số của bạn: độ lớn trung bình của K ∗ x ít nhất gấp 3 lần của Kᵀ ∗ x.",
)
_STATUS = Text(
    "{picture}: the result has {height} x {width} pixels; at row {row}, column {column} it is {value}. Mean size of K ∗ x over that of Kᵀ ∗ x: {ratio}.",
    "{picture}: kết quả có {height} x {width} điểm ảnh; tại hàng {row}, cột {column} nó bằng {value}. Độ lớn trung bình của K ∗ x so với Kᵀ ∗ x: {ratio}.",
)
_ALT = Text(
    "A grey picture with a 3 x 3 window on it, the picture that the kernel makes of it, and the window's nine numbers beside the kernel's. ",
    "Một ảnh xám với cửa sổ 3 x 3, ảnh mà nhân tạo ra từ nó, và chín số trong cửa sổ bên cạnh chín số của nhân. ",
)
