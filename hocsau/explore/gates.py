"""Explorer 6a: one LSTM cell on a toy signal, every gate's curve over time: what is written, kept, shown, forgotten."""

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
from hocsau.explore.live import Live, Slider
from hocsau.language import Text

__all__ = ["Gates", "compute_gates", "gates", "toy_signal"]

Array = NDArray[np.float64]
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


def compute_gates(
    b_f: float, w_f: float, b_i: float, b_o: float, cell: Callable[..., Any] | None = None
) -> Gates:
    """One hidden unit: i = s(b_i + 8 write), f = s(b_f + w_f reset), o = s(b_o), g = tanh(1.5 signal), s the sigmoid.

    cell: the learner's lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh), or None for our own
    """
    xs = toy_signal()
    i, f = _sigmoid(b_i + WRITE * xs[:, 1]), _sigmoid(b_f + w_f * xs[:, 2])
    o, g = np.full(STEPS, _sigmoid(b_o)), np.tanh(CANDIDATE * xs[:, 0])
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


def _sigmoid(a: Any) -> Any:
    return 0.5 * (1 + np.tanh(a / 2))


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


def gates(cell: Callable[..., Any] | None = None) -> Live:
    """What to keep, and what to forget? Sliders for the biases of the gates and for what a reset does to the forget gate.

    cell: the learner's lstm_cell; None or unfinished: our own
    """
    figure = plots.new_figure(9.6, 5.6)
    above, middle, below = figure.subplots(3, 1, sharex=True, height_ratios=(0.7, 1, 1))
    xs, t = toy_signal(), np.arange(STEPS)
    above.plot(t, xs[:, 0], "-", color=plots.COLOURS["black"], linewidth=1.3)
    above.plot(MESSAGE, 1, "o", color=plots.COLOURS["vermillion"], markersize=7)
    above.annotate(_MESSAGE.say(), (MESSAGE, 1), xytext=(8, -4), textcoords="offset points", fontsize=9)  # fmt: skip
    above.annotate(_RESET.say(), (RESET, 0.62), xytext=(5, 0), textcoords="offset points", fontsize=9)  # fmt: skip
    for axes in (above, middle, below):
        axes.axvline(RESET, color=plots.GREY, linestyle=(0, (2, 2)), linewidth=1)
    above.set(xlim=(-1, STEPS), ylim=(-0.7, 1.3), ylabel=_INPUT.say())
    middle.set(ylim=(-0.05, 1.05), ylabel=_GATES.say())
    below.set(ylim=(-1.6, 1.6), ylabel=_STATE.say(), xlabel=_STEP.say())
    looks = list(zip(plots.PALETTE, plots.LINES, strict=True))
    names = (_INPUT_GATE, _FORGET_GATE, _OUTPUT_GATE)
    lines = [
        middle.plot([], [], color=colour, linestyle=dashes, linewidth=2, label=name.say())[0]
        for name, (colour, dashes) in zip(names, looks, strict=False)
    ]
    lines += [
        below.plot([], [], color=colour, linestyle=dashes, linewidth=2, label=name)[0]
        for name, (colour, dashes) in zip(("c", "h"), (looks[3], looks[4]), strict=True)
    ]
    (marks,) = below.plot([], [], "D", color=plots.COLOURS["vermillion"], markersize=7)
    for axes in (middle, below):
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, handlelength=3)
    compute = functools.lru_cache(maxsize=1)(functools.partial(compute_gates, cell=cell))

    def update(**values: float) -> list[Artist]:
        state = compute(**values)
        for line, curve in zip(lines, [*state.gates.T, state.c, state.h], strict=True):
            line.set_data(t, np.clip(curve, -9, 9))
        at = [MESSAGE, ASKED, AFTER]
        marks.set_data(at, np.clip(state.c[at], -1.55, 1.55))
        return [*lines, marks]

    def status(**values: float) -> Text:
        state = compute(**values)
        shown = f"{state.h[MESSAGE]:.2f}"
        return _STATUS.format(shown=shown, kept=_per_cent(state.kept), left=_per_cent(state.left))

    return Live(
        figure,
        [
            Slider("b_f", _B_F, 0.0, 6.0, 0.1, 1.0, format=".1f"),
            Slider("w_f", _W_F, -20.0, 0.0, 0.5, 0.0, format=".1f"),
            Slider("b_i", _B_I, -8.0, 2.0, 0.5, -5.0, format=".1f"),
            Slider("b_o", _B_O, -6.0, 6.0, 0.5, 2.0, format=".1f"),
        ],
        update,
        alt=lambda **values: _ALT + status(**values),
        status=status,
        challenge=_CHALLENGE,
        met=lambda **values: compute(**values).met,
        note=lambda **values: compute(**values).note,
    )


_B_F = Text("bias of the forget gate b_f", "bias của cổng quên b_f")
_W_F = Text("what a reset adds to it, w_f", "tín hiệu xóa cộng thêm w_f")
_B_I = Text("bias of the input gate b_i", "bias của cổng đầu vào b_i")
_B_O = Text("bias of the output gate b_o", "bias của cổng đầu ra b_o")
_INPUT = Text("input", "đầu vào")
_GATES = Text("gates", "các cổng")
_STATE = Text("states", "trạng thái")
_STEP = Text("step t", "bước t")
_MESSAGE = Text("the message: write this", "thông điệp cần ghi nhớ")
_RESET = Text("reset", "xóa")
_INPUT_GATE = Text("input gate i", "cổng đầu vào i")
_FORGET_GATE = Text("forget gate f", "cổng quên f")
_OUTPUT_GATE = Text("output gate o", "cổng đầu ra o")
_CHALLENGE = Text(
    "At least 50 % of the message is in the cell at step 50, and less than 5 % at step 60, after the reset.",
    "Ở bước 50, ô nhớ còn giữ ít nhất 50 % thông điệp; ở bước 60, sau tín hiệu xóa, còn dưới 5 %.",
)
_STATUS = Text(
    "Right after the message (step 5) h = {shown} is shown. Of what the cell held then, {kept} is there at step 50 and {left} at step 60.",
    "Ngay sau thông điệp (bước 5), đầu ra là h = {shown}. So với lượng ô nhớ giữ lúc đó, ở bước 50 còn {kept}, ở bước 60 còn {left}.",
)
_ALT = Text(
    "One LSTM cell over 80 steps: a restless input with a message at step 5 and a reset at step 55; below it the curves of the input, forget and output gate; "
    "below them the cell state c and the hidden state h. ",
    "Một ô LSTM qua 80 bước: đầu vào dao động với một thông điệp ở bước 5 và tín hiệu xóa ở bước 55; bên dưới là đường của cổng đầu vào, cổng quên, cổng đầu ra; "
    "dưới cùng là trạng thái ô nhớ c và trạng thái ẩn h. ",
)
