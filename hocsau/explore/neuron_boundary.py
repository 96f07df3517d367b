"""Explorer 4a: one neuron, its boundary, and the truth tables that a line can split."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from numpy.typing import NDArray

from hocsau import plots
from hocsau.explore.attempt import Attempt
from hocsau.explore.cells import Cells
from hocsau.explore.live import Choice, Live, Slider
from hocsau.language import Text

__all__ = ["TABLES", "Boundary", "compute_boundary", "neuron_boundary"]

Array = NDArray[np.float64]
CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
TABLES = {"AND": (0, 0, 0, 1), "OR": (0, 1, 1, 1), "XOR": (0, 1, 1, 0)}
LARGEST_ERROR = 0.1
LOW, HIGH, CELLS = -0.5, 1.5, 41


@dataclass(frozen=True)
class Boundary:
    """What 4a draws: z and the output at the four corners, and the output over the plane."""

    z: Array  # (4,)
    outputs: Array  # (4,), sigmoid(z)
    plane: Array  # (CELLS, CELLS), row = x2, column = x1
    right: int  # corners on their side of 1/2
    largest_error: float
    note: Text | None


def compute_boundary(
    w1: float, w2: float, b: float, table: str, neuron: Callable[..., Any] | None = None
) -> Boundary:
    """sigmoid(w . x + b) at the corners of the unit square and around it.

    neuron: the learner's neuron(x, w, b), or None for our own
    """
    side = np.linspace(LOW, HIGH, CELLS)
    grid = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    points = np.concatenate([CORNERS, grid])
    w = np.array([w1, w2])
    attempt = Attempt(neuron, "neuron")
    z = attempt(points, w, b, shape=(len(points),))
    if z is None:
        z = points @ w + b
    outputs = 0.5 * (1 + np.tanh(z / 2))
    wanted = np.array(TABLES[table])
    right = int(((outputs[:4] > 0.5) == (wanted == 1)).sum())
    largest = float(np.abs(outputs[:4] - wanted).max())
    return Boundary(
        z[:4], outputs[:4], outputs[4:].reshape(CELLS, CELLS), right, largest, attempt.note
    )


def neuron_boundary(neuron: Callable[..., Any] | None = None) -> Live:
    """Which truth tables can a line split? Sliders for both weights and the bias.

    neuron: the learner's neuron(x, w, b); None or unfinished: our own
    """
    figure = plots.new_figure(9.6, 4.2)
    plane, curve = figure.subplots(1, 2, width_ratios=(1, 1.1))
    plane.grid(False)
    picture = Cells(plane, (LOW, HIGH), (LOW, HIGH), finer=6, cmap="cividis", clim=(0, 1), zorder=0)
    (line,) = plane.plot([], [], color="white", linewidth=2.2, zorder=2)
    plane.set(xlim=(LOW, HIGH), ylim=(LOW, HIGH), aspect="equal", xlabel="x₁", ylabel="x₂")
    plane.set_xticks([0, 0.5, 1])
    plane.set_yticks([0, 0.5, 1])
    plane.set_title(_PLANE.say(), fontsize=10)
    style: dict[str, Any] = {"linestyle": "none", "markersize": 13, "markeredgewidth": 2.2, "zorder": 4}  # fmt: skip
    looks = (
        {"marker": "o", "markerfacecolor": "white", "markeredgecolor": "black"},
        {"marker": "s", "markerfacecolor": plots.COLOURS["vermillion"], "markeredgecolor": "white"},
    )
    corners = [plane.plot([], [], **style, **look)[0] for look in looks]
    zs = np.linspace(-14, 14, 281)
    curve.plot(zs, 0.5 * (1 + np.tanh(zs / 2)), color=plots.COLOURS["blue"], linestyle="-")
    curve.axhline(0.5, color=plots.COLOURS["black"], linestyle=(0, (4, 3)), linewidth=0.9)
    curve.set(xlim=(-14, 14), ylim=(-0.06, 1.06), xlabel="z = w · x + b", ylabel="σ(z)")
    curve.set_title(_CURVE.say(), fontsize=10)
    style |= {"markersize": 10}
    marks = [curve.plot([], [], **style, **look)[0] for look in looks]
    handles = [curve.plot([], [], **(style | look))[0] for look in looks]
    figure.legend(
        handles, [_WANTED.format(target=t).say() for t in (0, 1)],
        loc="outside lower center", ncols=2, frameon=False, fontsize=9,
    )  # fmt: skip
    compute = functools.lru_cache(maxsize=1)(functools.partial(compute_boundary, neuron=neuron))

    def update(table: str, w1: float, w2: float, b: float) -> list[Artist]:
        state = compute(w1, w2, b, table)
        picture.show(state.plane)
        line.set_data(*_line(w1, w2, b))
        wanted = np.array(TABLES[table])
        for target, corner, mark in zip((0, 1), corners, marks, strict=True):
            chosen = wanted == target
            corner.set_data(CORNERS[chosen, 0], CORNERS[chosen, 1])
            mark.set_data(np.clip(state.z[chosen], -13.6, 13.6), state.outputs[chosen])
        return [picture, line, *corners, *marks]

    def status(table: str, w1: float, w2: float, b: float) -> Text:
        state = compute(w1, w2, b, table)
        outputs = ", ".join(f"{value:.2f}" for value in state.outputs)
        return _STATUS.format(
            table=table, outputs=outputs, right=state.right, error=f"{state.largest_error:.2f}"
        )

    def met(table: str, w1: float, w2: float, b: float) -> bool:
        return table == "AND" and compute(w1, w2, b, table).largest_error < LARGEST_ERROR

    return Live(
        figure,
        [
            Choice("table", _TABLE, [(name, Text(name, name)) for name in TABLES], "AND"),
            Slider("w1", Text("weight w₁", "trọng số w₁"), -8.0, 8.0, 0.5, 1.0, format=".1f"),
            Slider("w2", Text("weight w₂", "trọng số w₂"), -8.0, 8.0, 0.5, 1.0, format=".1f"),
            Slider("b", Text("bias b", "bias b"), -12.0, 12.0, 0.5, 0.0, format=".1f"),
        ],
        update,
        alt=lambda **values: _ALT + status(**values),
        status=status,
        challenge=_CHALLENGE,
        met=met,
        note=lambda table, w1, w2, b: compute(w1, w2, b, table).note,
    )


def _line(w1: float, w2: float, b: float) -> tuple[list[float], list[float]]:
    """Two far points of w1 x1 + w2 x2 + b = 0; none for w = 0, where no line is."""
    square = w1 * w1 + w2 * w2
    if square == 0:
        return [], []
    foot = -b * w1 / square, -b * w2 / square
    return [foot[0] - 9 * w2, foot[0] + 9 * w2], [foot[1] + 9 * w1, foot[1] - 9 * w1]


_TABLE = Text("truth table", "bảng chân trị")
_PLANE = Text("Output; white: where z = 0", "Đầu ra; đường trắng: nơi z = 0")
_CURVE = Text("The four corners on the sigmoid", "Bốn đỉnh trên đường sigmoid")
_WANTED = Text("should give {target}", "cần cho {target}")
_CHALLENGE = Text(
    "AND with all four errors below 0.1.", "bảng AND với cả bốn sai số dưới 0.1."
)  # fmt: skip
_STATUS = Text(
    "{table}: outputs at (0,0), (0,1), (1,0), (1,1): {outputs}. On the right side: {right} of 4; largest error {error}.",
    "{table}: đầu ra tại (0,0), (0,1), (1,0), (1,1): {outputs}. Đúng phía: {right}/4; sai số lớn nhất {error}.",
)
_ALT = Text(
    "One neuron with two inputs: its output over the plane with the boundary line, and the four corners on the sigmoid. ",
    "Một nơ-ron có hai đầu vào: đầu ra trên mặt phẳng cùng đường ranh giới, và bốn đỉnh trên đường sigmoid. ",
)
