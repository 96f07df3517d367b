"""Explorer 6c: how much of a gradient arrives T steps back, in an RNN, an LSTM and a GRU of 32 units, before training."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from hocsau import plots
from hocsau.explore import panels
from hocsau.explore.activations import sigmoid
from hocsau.explore.attempt import Array, Attempt, Learner
from hocsau.explore.live import Live, Slider
from hocsau.judging.tensors import one_thread
from hocsau.language import Text

__all__ = ["ThroughTime", "compute_through_time", "jacobians", "through_time"]

UNITS, SEEDS, NOISE, POINTS, CHALLENGED = 32, 3, 0.5, 10, 50
LOWEST, HIGHEST = 0.01, 100.0
FLOOR, CEILING = 1e-16, 1e8
BLOCKS = {"RNN": 1, "LSTM": 4, "GRU": 3}


@dataclass(frozen=True)
class ThroughTime:
    """What 6c draws: for each network the median norm of d state_end / d state_t, `back` steps before the end."""

    back: Array  # (points,), 0 .. T
    norms: dict[str, Array]  # name -> (points,)
    note: Text | None

    @property
    def met(self) -> bool:
        """Do all three have a usable gradient at the far end?"""
        return all(LOWEST <= norms[-1] <= HIGHEST for norms in self.norms.values())


@functools.lru_cache(maxsize=4)
def _start(kind: str, steps: int) -> tuple[Array, Array]:
    """Recurrent weights of spectral radius 1, (blocks, SEEDS, H, H), and what comes in, (steps, blocks, SEEDS, H)."""
    weights, inputs = [], []
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        drawn = rng.normal(size=(BLOCKS[kind], UNITS, UNITS))
        radius = np.abs(np.linalg.eigvals(drawn)).max(axis=1)  # (blocks,)
        weights.append(drawn / radius[:, None, None])
        inputs.append(NOISE * rng.normal(size=(steps, BLOCKS[kind], UNITS)))
    return np.stack(weights, axis=1), np.stack(inputs, axis=2)


def jacobians(kind: str, radius: float, bias: float, steps: int) -> tuple[Array, Array]:
    """The networks run: d state_t / d state_(t-1) for each step, (steps, SEEDS, S, S), and the states h, (steps, SEEDS, H).

    The state S of the LSTM is h and c together. bias: of the LSTM's forget gate and of the GRU's update gate.
    """
    W, u = _start(kind, steps)
    W = radius * W
    h, c = np.zeros((SEEDS, UNITS)), np.zeros((SEEDS, UNITS))
    before, recurrent, states = [], [], []
    for t in range(steps):
        a = np.matmul(W, h[:, :, None])[..., 0]  # (blocks, SEEDS, H)
        before.append(c if kind == "LSTM" else h)
        recurrent.append(a)
        if kind == "RNN":
            h = np.tanh(a[0] + u[t, 0])
        elif kind == "GRU":
            _, z, n = _gru_gates(a, u[t], bias)
            h = (1 - z) * n + z * h
        else:
            i, f, g, o = _lstm_gates(a + u[t], bias)
            c = f * c + i * g
            h = o * np.tanh(c)
        states.append(h)
    # All steps at once: (blocks, steps, SEEDS, H), so that Python's loop holds only what must be in order.
    past, a, u = np.array(before), np.array(recurrent).swapaxes(0, 1), u.swapaxes(0, 1)
    path = np.array(states)
    if kind == "RNN":
        return _rows(1 - path**2, W[0]), path
    return (_gru(past, a, u, bias, W) if kind == "GRU" else _lstm(past, a + u, bias, W)), path


def _gru_gates(a: Array, u: Array, bias: float) -> tuple[Array, Array, Array]:
    r, z = sigmoid(a[0] + u[0]), sigmoid(a[1] + u[1] + bias)
    return r, z, np.tanh(u[2] + r * a[2])


def _gru(h: Array, a: Array, u: Array, bias: float, W: Array) -> Array:
    r, z, n = _gru_gates(a, u, bias)
    inner = _rows(a[2] * r * (1 - r), W[0]) + _rows(r, W[2])
    jacobian = _rows((h - n) * z * (1 - z), W[1]) + _rows((1 - z) * (1 - n**2), inner)
    return jacobian + _diagonal(z)


def _lstm_gates(a: Array, bias: float) -> tuple[Array, Array, Array, Array]:
    return sigmoid(a[0]), sigmoid(a[1] + bias), np.tanh(a[2]), sigmoid(a[3])


def _lstm(c: Array, a: Array, bias: float, W: Array) -> Array:
    i, f, g, o = _lstm_gates(a, bias)
    c_from_h = _rows(c * f * (1 - f), W[1]) + _rows(g * i * (1 - i), W[0]) + _rows(i * (1 - g**2), W[2])
    squashed = np.tanh(f * c + i * g)
    shown = o * (1 - squashed**2)
    h_from_h = _rows(o * (1 - o) * squashed, W[3]) + _rows(shown, c_from_h)
    jacobian = np.zeros((*c.shape[:-1], 2, UNITS, 2, UNITS))
    jacobian[..., 0, :, 0, :], jacobian[..., 1, :, 0, :] = h_from_h, c_from_h
    each = np.arange(UNITS)
    jacobian[..., 0, each, 1, each], jacobian[..., 1, each, 1, each] = shown * f, f
    return jacobian.reshape(*c.shape[:-1], 2 * UNITS, 2 * UNITS)


def _rows(factors: Array, matrices: Array) -> Array:
    return factors[..., None] * matrices


def _diagonal(values: Array) -> Array:
    return values[..., None] * np.eye(UNITS)


def compute_through_time(radius: float, bias: float, T: int, norms: Learner = None) -> ThroughTime:
    """Spectral norms of d state_T / d state_(T-k), median over three draws of weights, for some k from 0 to T.

    radius: spectral radius of every recurrent matrix; what comes in is noise of standard deviation 0.5
    norms:  the learner's gradient_through_time(W_hh, hs), used for the RNN; None for our own
    """
    back = np.unique(np.linspace(0, T, POINTS + 1).astype(int))
    attempt = Attempt(norms and _run(norms), "gradient_through_time")
    found = {}
    for kind in BLOCKS:
        steps, states = jacobians(kind, radius, bias, T + 1)
        own = None
        if kind == "RNN":
            given = radius * _start(kind, T + 1)[0][0], states
            own = attempt(*given, shape=(SEEDS, T + 1))
        if own is None:
            found[kind] = np.median(_norms(steps, back), axis=1)
        else:
            found[kind] = np.median(own[:, ::-1][:, back], axis=0)
    return ThroughTime(back.astype(float), found, attempt.note)


def _norms(steps: Array, back: NDArray[np.int64]) -> Array:
    """(len(back), SEEDS)"""
    product = np.broadcast_to(np.eye(steps.shape[-1]), steps.shape[1:])
    wanted, products = set(back.tolist()), []
    for k in range(int(back[-1]) + 1):
        if k in wanted:
            products.append(product)
        product = product @ steps[-1 - k]
    # The largest singular value alone: a third of the time of a whole decomposition.
    both = np.array(products)
    squares = np.linalg.eigvalsh(both @ both.swapaxes(-1, -2))[..., -1]
    found: Array = np.sqrt(np.maximum(squares, 0.0))
    return found


def _run(norms: Callable[..., Any]) -> Callable[..., Any]:
    """The learner's norms, a row per seed, the last step last: (SEEDS, T + 1)."""

    def of_all(weights: Array, states: Array) -> Any:
        import torch

        with one_thread():
            return [norms(torch.tensor(W), torch.tensor(states[:, seed])).tolist() for seed, W in enumerate(weights)]

    return of_all


def _drawing(figure: Figure) -> panels.Drawing:
    axes = figure.subplots()
    panels.band(axes, LOWEST, HIGHEST, _BAND)
    panels.label(axes, _TITLE, yscale="log", xlim=(0, 104), ylim=(FLOOR / 3, CEILING * 3), xlabel=_BACK)
    lines = [
        axes.plot([], [], marker=panels.MARKERS[position], linewidth=2, markersize=6, **panels.look(position))[0]
        for position in range(len(BLOCKS))
    ]
    panels.legend(figure, lines, list(BLOCKS), handlelength=4, fontsize=10)

    def draw(state: ThroughTime) -> panels.Artists:
        for line, kind in zip(lines, BLOCKS, strict=True):
            panels.place(line, state.back, np.clip(np.nan_to_num(state.norms[kind]), FLOOR, CEILING))
        return [*lines]

    return draw


def _status(state: ThroughTime, **values: float) -> Text:
    return _STATUS.format(**values, **{kind: norms[-1] for kind, norms in state.norms.items()})


def _met(state: ThroughTime, T: int) -> bool:
    return T >= CHALLENGED and state.met


def through_time(norms: Learner = None) -> Live:
    """Is a spectral radius of 1 enough? Sliders for the radius, the bias of the gates and the number of steps.

    norms: the learner's gradient_through_time; None or unfinished: our own
    """
    figure = plots.new_figure(8.6, 4.4)
    controls = [
        Slider("radius", _RADIUS, 0.5, 3.0, 0.05, 0.9, format=".2f"),
        Slider("bias", _BIAS, 0.0, 6.0, 0.5, 1.0, format=".1f"),
        Slider("T", Text("steps T"), 10, 100, 10, 50, format="d"),
    ]
    compute = functools.partial(compute_through_time, norms=norms)
    return Live(figure, controls, compute, _drawing(figure), alt=_ALT, status=_status, challenge=_CHALLENGE, met=_met)


_RADIUS = Text("spectral radius of the weights")
_BIAS = Text("bias of forget/update gate")
_BACK = Text("steps back from the end")
_TITLE = Text("Norm of the state's Jacobian (median of 3)")  # fmt: skip
_BAND = Text("0.01 to 100")
_CHALLENGE = Text("All three networks between 0.01 and 100 at the far end of 50 steps or more.")
_STATUS = Text(
    "{T} steps back, radius {radius:.2f}, gate bias {bias:.1f}: RNN {RNN:.1e}, LSTM {LSTM:.1e}, GRU {GRU:.1e}."
)
_ALT = Text(
    "On a logarithmic axis, against the number of steps back: how much of a gradient arrives in an RNN, an LSTM and a GRU before training. "
)
