"""Explorer 5a: a 3x3 kernel on a real picture; the window, its nine products, one pixel of the result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ipywidgets
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.lib.stride_tricks import sliding_window_view

from hocsau import plots
from hocsau.explore import panels
from hocsau.explore.attempt import Array, Attempt, Learner
from hocsau.explore.live import Choice, Live, Slider
from hocsau.explore.pictures import PICTURES, on_tensors, picture
from hocsau.language import Text

__all__ = ["PRESETS", "Filtered", "compute_kernel", "kernels"]

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
    name: str, kernel: Kernel, stride: int, padding: int, row: int, column: int, conv2d: Learner = None
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
    return Filtered(padded, results[0, 0], row, column, windows[row, column], K, ratio, attempt.note)


def _draw_pictures(left: Axes, middle: Axes) -> tuple[Callable[[Filtered, int, int], None], panels.Artists]:
    """The picture with its padding and the window on it, and the result with its pixel marked."""
    span = (-WIDEST - 0.5, SIDE + WIDEST - 0.5)
    image = left.imshow(np.zeros((SIDE, SIDE)), cmap="gray_r", vmin=0, vmax=1, zorder=-3)
    panels.label(left, _PICTURE, xlim=span, ylim=span[::-1])
    thick: dict[str, Any] = {"fill": False, "edgecolor": plots.COLOURS["vermillion"], "linewidth": 2}
    frame = Rectangle((0, 0), 1, 1, fill=False, edgecolor=plots.COLOURS["sky"], linestyle=(0, (4, 2)))
    window, mark = Rectangle((0, 0), 3, 3, **thick), Rectangle((0, 0), 1, 1, **thick)
    found = panels.heat_map(middle, (0, SIDE), (0, SIDE), cmap="PuOr")
    panels.label(middle, _RESULT, xlim=(0, SIDE), ylim=(SIDE, 0), aspect="equal")
    for axes, patch in ((left, frame), (left, window), (middle, mark)):
        panels.bare(axes)
        axes.add_patch(patch)

    def draw(state: Filtered, stride: int, padding: int) -> None:
        if not np.array_equal(np.asarray(image.get_array()), state.padded):
            image.set_data(state.padded)
            end = SIDE + padding - 0.5
            image.set_extent((-padding - 0.5, end, end, -padding - 0.5))
        frame.set_bounds(-padding - 0.5, -padding - 0.5, SIDE + 2 * padding, SIDE + 2 * padding)
        window.set_xy((state.column * stride - padding - 0.5, state.row * stride - padding - 0.5))
        height, width = state.result.shape
        # Always as large as the axes: what changes is the size of a pixel.
        cell = SIDE / max(height, width)
        found.show(state.result, (0, width * cell), (0, height * cell))
        largest = float(np.abs(state.result).max()) or 1.0
        found.set_clim(-largest, largest)
        mark.set_bounds(state.column * cell, state.row * cell, cell, cell)

    return draw, [image, frame, window, found, mark]


def _drawing(figure: Figure) -> panels.Drawing:
    left, middle, right = figure.subplots(1, 3, width_ratios=(1, 1, 0.9))
    draw_pictures, pictures = _draw_pictures(left, middle)
    grids = _numbers(right)
    total = right.text(0.5, 0.4, "", ha="center", va="center", fontsize=11)

    def draw(state: Filtered, stride: int, padding: int) -> panels.Artists:
        draw_pictures(state, stride, padding)
        for grid, numbers in zip(grids, (state.window, state.kernel), strict=True):
            for text, number in zip(grid, numbers.flat, strict=True):
                text.set_text(f"{number:.2f}")
        total.set_text(_SUM.format(value=(state.window * state.kernel).sum()).say())
        return [*pictures, *grids[0], *grids[1], total]

    return draw


def _status(state: Filtered, picture: str) -> Text:
    height, width = state.result.shape
    return _STATUS.format(
        picture=PICTURES[picture], height=height, width=width, row=state.row, column=state.column,
        value=state.result[state.row, state.column], ratio="-" if np.isnan(state.ratio) else f"{state.ratio:.2f}",
    )  # fmt: skip


def _met(state: Filtered, picture: str, kernel: str) -> bool:
    return picture == "trouser" and kernel == "own" and state.met


def kernels(conv2d: Learner = None) -> Live:
    """Which edges fire? Nine numbers, stride and padding on a real picture, and the sum behind one pixel.

    conv2d: the learner's conv2d(x, weight, bias, stride, padding); None or unfinished: our own
    """

    def compute(
        picture: str, kernel: str, stride: int, padding: int, row: int, column: int, **entries: float
    ) -> Filtered:
        chosen = tuple(entries.values()) if kernel == "own" else PRESETS[kernel]
        return compute_kernel(picture, chosen, stride, padding, row, column, conv2d)

    figure = plots.new_figure(10.4, 4.6)
    entries = [
        Slider(f"k{u}{v}", _ENTRY.format(u=u, v=v), -4.0, 4.0, 0.5, float(IDENTITY[3 * u + v]), format=".1f")
        for u in range(3) for v in range(3)
    ]  # fmt: skip
    controls = [
        Choice("picture", Text("picture"), list(PICTURES.items()), "trouser"),
        Choice("kernel", Text("kernel"), [(name, _NAMES[name]) for name in PRESETS], "own"),
        *entries,
        Slider("stride", Text("stride"), 1, 3, 1, 1, format="d"),
        Slider("padding", Text("padding"), 0, WIDEST, 1, 0, format="d"),
        Slider("row", Text("look at row"), 0, SIDE + 1, 1, 12, format="d"),
        Slider("column", Text("look at column"), 0, SIDE + 1, 1, 9, format="d"),
    ]
    live = Live(figure, controls, compute, _drawing(figure), alt=_ALT, status=_status, challenge=_CHALLENGE, met=_met)
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


_NAMES = {
    "own": Text("your own nine numbers"),
    "blur": Text("blur: nine times 1/9"),
    "sharpen": Text("sharpen"),
    "laplacian": Text("Laplacian"),
    "level": Text("Sobel, level edges"),
}
_ENTRY = Text("K[{u},{v}]")
_PICTURE = Text("The picture, its padding, the window")
_RESULT = Text("What comes out (orange < 0 < purple)")
_WINDOW = Text("window")
_NUMBERS = Text("kernel")
_SUM = Text("sum of the nine products: {value:.2f}")
_CHALLENGE = Text("on the trouser, with your own nine numbers: the mean size of K ∗ x at least 3 times that of Kᵀ ∗ x.")
_STATUS = Text(
    "{picture}: the result has {height} x {width} pixels; at row {row}, column {column} it is {value:.2f}. Mean size of K ∗ x over that of Kᵀ ∗ x: {ratio}."
)
_ALT = Text(
    "A grey picture with a 3 x 3 window on it, the picture that the kernel makes of it, and the window's nine numbers beside the kernel's. "
)
