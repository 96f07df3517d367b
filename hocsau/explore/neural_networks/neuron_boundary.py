"""Explorer 4a: one neuron, its boundary, and the truth tables that a line can split."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from hocsau import plots
from hocsau.explore import panels
from hocsau.explore.activations import sigmoid
from hocsau.explore.attempt import Array, Attempt, Learner
from hocsau.explore.live import Choice, Live, Slider
from hocsau.language import Text

__all__ = ["TABLES", "Boundary", "compute_boundary", "neuron_boundary"]

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


def compute_boundary(w1: float, w2: float, b: float, table: str, neuron: Learner = None) -> Boundary:
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
    outputs = sigmoid(z)
    wanted = np.array(TABLES[table])
    right = int(((outputs[:4] > 0.5) == (wanted == 1)).sum())
    largest = float(np.abs(outputs[:4] - wanted).max())
    return Boundary(z[:4], outputs[:4], outputs[4:].reshape(CELLS, CELLS), right, largest, attempt.note)


def _drawing(figure: Figure) -> panels.Drawing:
    plane, curve = figure.subplots(1, 2, width_ratios=(1, 1.1))
    picture = panels.heat_map(plane, (LOW, HIGH), (LOW, HIGH), finer=6, cmap="cividis", clim=(0, 1), zorder=0)
    (boundary,) = plane.plot([], [], color="white", linewidth=2.2, zorder=2)
    panels.label(plane, _PLANE, xlim=(LOW, HIGH), ylim=(LOW, HIGH), aspect="equal", xlabel="x₁", ylabel="x₂")
    plane.set(xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    looks = [{"linestyle": "none", "markeredgewidth": 2.2, "zorder": 4, **look} for look in panels.CLASSES]
    corners = [plane.plot([], [], markersize=13, **look)[0] for look in looks]
    zs = np.linspace(-14, 14, 281)
    curve.plot(zs, sigmoid(zs), color=plots.COLOURS["blue"], linestyle="-")
    panels.level(curve, 0.5, linewidth=0.9)
    panels.label(curve, _CURVE, xlim=(-14, 14), ylim=(-0.06, 1.06), xlabel="z = w · x + b", ylabel="σ(z)")
    marks = [curve.plot([], [], markersize=10, **look)[0] for look in looks]
    panels.legend(figure, marks, [_WANTED.format(target=target) for target in (0, 1)])

    def draw(state: Boundary, table: str, w1: float, w2: float, b: float) -> panels.Artists:
        picture.show(state.plane)
        panels.place(boundary, *_line(w1, w2, b))
        for target, corner, mark in zip((0, 1), corners, marks, strict=True):
            chosen = np.array(TABLES[table]) == target
            panels.place(corner, *CORNERS[chosen].T)
            panels.place(mark, np.clip(state.z[chosen], -13.6, 13.6), state.outputs[chosen])
        return [picture, boundary, *corners, *marks]

    return draw


def _status(state: Boundary, table: str) -> Text:
    outputs = ", ".join(f"{value:.2f}" for value in state.outputs)
    return _STATUS.format(table=table, outputs=outputs, right=state.right, error=state.largest_error)


def _met(state: Boundary, table: str) -> bool:
    return table == "AND" and state.largest_error < LARGEST_ERROR


def neuron_boundary(neuron: Learner = None) -> Live:
    """Which truth tables can a line split? Sliders for both weights and the bias.

    neuron: the learner's neuron(x, w, b); None or unfinished: our own
    """
    figure = plots.new_figure(9.6, 4.2)
    controls = [
        Choice("table", Text("truth table"), [(name, Text(name)) for name in TABLES], "AND"),
        Slider("w1", Text("weight w₁"), -8.0, 8.0, 0.5, 1.0, format=".1f"),
        Slider("w2", Text("weight w₂"), -8.0, 8.0, 0.5, 1.0, format=".1f"),
        Slider("b", Text("bias b"), -12.0, 12.0, 0.5, 0.0, format=".1f"),
    ]
    compute = functools.partial(compute_boundary, neuron=neuron)
    return Live(figure, controls, compute, _drawing(figure), alt=_ALT, status=_status, challenge=_CHALLENGE, met=_met)


def _line(w1: float, w2: float, b: float) -> tuple[list[float], list[float]]:
    """Two far points of w1 x1 + w2 x2 + b = 0; none for w = 0, where no line is."""
    square = w1 * w1 + w2 * w2
    if square == 0:
        return [], []
    foot = -b * w1 / square, -b * w2 / square
    return [foot[0] - 9 * w2, foot[0] + 9 * w2], [foot[1] + 9 * w1, foot[1] - 9 * w1]


_PLANE = Text("Output; white: where z = 0")
_CURVE = Text("The four corners on the sigmoid")
_WANTED = Text("should give {target}")
_CHALLENGE = Text(
    "AND with all four errors below 0.1.")  # fmt: skip
_STATUS = Text(
    "{table}: outputs at (0,0), (0,1), (1,0), (1,1): {outputs}. On the right side: {right} of 4; largest error {error:.2f}."
)
_ALT = Text(
    "One neuron with two inputs: its output over the plane with the boundary line, and the four corners on the sigmoid. "
)
