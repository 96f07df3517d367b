"""Explorer 6a: one LSTM cell on a toy signal, every gate's curve over time: what is written, kept, shown, forgotten."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from hocsau import plots
from hocsau.explore import panels
from hocsau.explore.activations import sigmoid
from hocsau.explore.attempt import Array, Attempt, Learner
from hocsau.explore.live import Live, Slider
from hocsau.language import Text

__all__ = ["Gates", "compute_gates", "gates", "toy_signal"]

STEPS, MESSAGE, ASKED, RESET, AFTER = 80, 5, 50, 55, 60
WRITE, CANDIDATE = 8.0, 1.5
KEPT, FORGOTTEN = 0.5, 0.05


@dataclass(frozen=True)
class Gates:
    """What 6a draws: the gates (STEPS, 3) as i, f, o, and the states c and h (STEPS,) after each step."""

    gates: Array
    c: Array
    h: Array
    note: Text | None

    @property
    def kept(self) -> float:
        """The share of the message in the cell at step ASKED."""
        return float(self.c[ASKED] / self.c[MESSAGE])

    @property
    def left(self) -> float:
        """The same at step AFTER, when the reset has passed."""
        return float(self.c[AFTER] / self.c[MESSAGE])

    @property
    def met(self) -> bool:
        """Kept while it was wanted, forgotten when told to?"""
        return self.kept >= KEPT and abs(self.left) < FORGOTTEN


def toy_signal() -> Array:
    """(STEPS, 3): a restless signal with a message of 1 in it, a mark "write this", a mark "reset"."""
    t = np.arange(STEPS)
    xs = np.zeros((STEPS, 3))
    xs[:, 0] = 0.3 * np.sin(1.7 * t) + 0.2 * np.sin(0.9 * t + 1)
    xs[MESSAGE] = 1.0, 1.0, 0.0
    xs[RESET, 2] = 1.0
    return xs


def compute_gates(b_f: float, w_f: float, b_i: float, b_o: float, cell: Learner = None) -> Gates:
    """One hidden unit: i = s(b_i + 8 write), f = s(b_f + w_f reset), o = s(b_o), g = tanh(1.5 signal), s the sigmoid.

    cell: the learner's lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh), or None for our own
    """
    xs = toy_signal()
    i, f = sigmoid(b_i + WRITE * xs[:, 1]), sigmoid(b_f + w_f * xs[:, 2])
    o, g = np.full(STEPS, sigmoid(b_o)), np.tanh(CANDIDATE * xs[:, 0])
    W_ih = np.array([[0.0, WRITE, 0.0], [0.0, 0.0, w_f], [CANDIDATE, 0.0, 0.0], [0.0, 0.0, 0.0]])
    attempt = Attempt(cell and _run(cell), "lstm_cell")
    states = attempt(xs, W_ih, np.array([b_i, b_f, 0.0, b_o]), shape=(STEPS, 2))
    if states is None:
        c, cs = 0.0, []
        for t in range(STEPS):
            c = float(f[t] * c + i[t] * g[t])
            cs.append(c)
        states = np.column_stack([o * np.tanh(cs), cs])
    return Gates(np.column_stack([i, f, o]), states[:, 1], states[:, 0], attempt.note)


def _run(cell: Callable[..., Any]) -> Callable[..., Any]:
    """The learner's cell over the signal: h and c after each step, (STEPS, 2)."""

    def states(xs: Array, W_ih: Array, b: Array) -> Any:
        import torch

        weights = [
            torch.tensor(value) for value in (W_ih, np.zeros((4, 1)), b, np.zeros_like(b))
        ]  # (4, 3), (4, 1), (4,), (4,)
        h = c = torch.zeros(1, 1, dtype=torch.float64)
        found = []
        for x in torch.tensor(xs):
            h, c = cell(x[None], h, c, *weights)
            found.append([h.item(), c.item()])
        return found

    return states


def _per_cent(share: float) -> str:
    return f"{100 * share + 0.0:.1f} %".replace("-0.0", "0.0")


def _drawing(figure: Figure) -> panels.Drawing:
    above, middle, below = figure.subplots(3, 1, sharex=True, height_ratios=(0.7, 1, 1))
    t = np.arange(STEPS)
    above.plot(t, toy_signal()[:, 0], "-", color=plots.COLOURS["black"], linewidth=1.3)
    above.plot(MESSAGE, 1, "o", color=plots.COLOURS["vermillion"], markersize=7)
    panels.annotate(above, _MESSAGE, (MESSAGE, 1), (8, -4), fontsize=9)
    panels.annotate(above, _RESET, (RESET, 0.62), (5, 0), fontsize=9)
    for axes in (above, middle, below):
        axes.axvline(RESET, color=plots.GREY, linestyle=(0, (2, 2)), linewidth=1)
    panels.label(above, xlim=(-1, STEPS), ylim=(-0.7, 1.3), ylabel=_INPUT)
    panels.label(middle, ylim=(-0.05, 1.05), ylabel=_GATES)
    panels.label(below, ylim=(-1.6, 1.6), ylabel=_STATE, xlabel=_STEP)
    names = [_INPUT_GATE.say(), _FORGET_GATE.say(), _OUTPUT_GATE.say(), "c", "h"]
    lines = [
        axes.plot([], [], linewidth=2, label=name, **panels.look(position))[0]
        for position, (axes, name) in enumerate(zip([middle] * 3 + [below] * 2, names, strict=True))
    ]
    marks = panels.line(below, "D", "vermillion", markersize=7)
    for axes in (middle, below):
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, handlelength=3)

    def draw(state: Gates) -> panels.Artists:
        for line, curve in zip(lines, [*state.gates.T, state.c, state.h], strict=True):
            panels.place(line, t, np.clip(curve, -9, 9))
        at = [MESSAGE, ASKED, AFTER]
        panels.place(marks, at, np.clip(state.c[at], -1.55, 1.55))
        return [*lines, marks]

    return draw


def _status(state: Gates) -> Text:
    return _STATUS.format(shown=state.h[MESSAGE], kept=_per_cent(state.kept), left=_per_cent(state.left))


def gates(cell: Learner = None) -> Live:
    """What to keep, and what to forget? Sliders for the biases of the gates and for what a reset does to the forget gate.

    cell: the learner's lstm_cell; None or unfinished: our own
    """
    figure = plots.new_figure(9.6, 5.6)
    controls = [
        Slider("b_f", Text("bias of the forget gate b_f"), 0.0, 6.0, 0.1, 1.0, format=".1f"),
        Slider("w_f", _W_F, -20.0, 0.0, 0.5, 0.0, format=".1f"),
        Slider("b_i", _B_I, -8.0, 2.0, 0.5, -5.0, format=".1f"),
        Slider("b_o", _B_O, -6.0, 6.0, 0.5, 2.0, format=".1f"),
    ]
    compute = functools.partial(compute_gates, cell=cell)
    return Live(figure, controls, compute, _drawing(figure), alt=_ALT, status=_status, challenge=_CHALLENGE)


_W_F = Text("what a reset adds to it, w_f")
_B_I = Text("bias of the input gate b_i")
_B_O = Text("bias of the output gate b_o")
_INPUT = Text("input")
_GATES = Text("gates")
_STATE = Text("states")
_STEP = Text("step t")
_MESSAGE = Text("the message: write this")
_RESET = Text("reset")
_INPUT_GATE = Text("input gate i")
_FORGET_GATE = Text("forget gate f")
_OUTPUT_GATE = Text("output gate o")
_CHALLENGE = Text(
    "At least 50 % of the message is in the cell at step 50, and less than 5 % at step 60, after the reset."
)
_STATUS = Text(
    "Right after the message (step 5) h = {shown:.2f} is shown. Of what the cell held then, {kept} is there at step 50 and {left} at step 60."
)
_ALT = Text(
    "One LSTM cell over 80 steps: a restless input with a message at step 5 and a reset at step 55; below it the curves of the input, forget and output gate; "
    "below them the cell state c and the hidden state h. "
)
