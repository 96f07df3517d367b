"""Lesson 6: cases of the recurrent step, the LSTM, the GRU and the gradient through time."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.course.definition import CaseKind
from hocsau.judging.request import Call
from hocsau.judging.values import Tensor
from hocsau.language import Text

__all__ = ["GRADIENT", "GRU", "LSTM", "LSTM_CELL", "RNN"]

Rng = np.random.Generator
Array = np.ndarray[Any, np.dtype[Any]]
SHUT, FREE, OPEN = -40.0, 0.0, 40.0  # sigmoid(40) is 1 in float64


def _drawn(rng: Rng, *shape: int, size: float = 0.8, dtype: str = "float64") -> Tensor:
    return Tensor((size * rng.normal(size=shape)).astype(dtype), requires_grad=True)


def _weights(rng: Rng, gates: tuple[float, ...], D: int, H: int, dtype: str = "float64") -> dict[str, Any]:
    """W_ih, W_hh, b_ih, b_hh, a block of H rows for each entry of `gates`, which is added to the block's bias."""
    k = len(gates)
    weights = {
        "W_ih": _drawn(rng, k * H, D, dtype=dtype),
        "W_hh": _drawn(rng, k * H, H, dtype=dtype),
        "b_ih": _drawn(rng, k * H, dtype=dtype),
        "b_hh": _drawn(rng, k * H, dtype=dtype),
    }
    weights["b_ih"].array[:] += np.repeat(gates, H).astype(dtype)
    return weights


def _backward(rng: Rng) -> int:
    return int(rng.integers(1, 10**6))


def _rnn(rng: Rng, N: int, D: int, H: int, dtype: str = "float64") -> Call:
    arguments = {"x": _drawn(rng, N, D, dtype=dtype), "h": _drawn(rng, N, H, dtype=dtype)}
    weights = _weights(rng, (FREE,), D, H, dtype)
    named = {"W_ih": weights["W_ih"], "W_hh": weights["W_hh"], "b": weights["b_ih"]}
    return Call(arguments | named, backward=_backward(rng))


RNN = (
    CaseKind(Text("two samples, and the gradients"), lambda rng: _rnn(rng, 2, 3, 5), device=True, sees=("W_ih (H, D), W_hh (H, H), b (H,)", "tanh",)),
    CaseKind(Text("one sample"), lambda rng: _rnn(rng, 1, 4, 3), sees=("N=1, D != H",)),
    CaseKind(Text("as many inputs as hidden units"), lambda rng: _rnn(rng, 5, 4, 4)),
    CaseKind(Text("float32"), lambda rng: _rnn(rng, 3, 2, 6, "float32")),
    CaseKind(Text("one hidden unit"), lambda rng: _rnn(rng, 4, 3, 1), hidden=True),
    CaseKind(Text("one input, one sample"), lambda rng: _rnn(rng, 1, 1, 4), hidden=True, sees=("N=1, D != H",)),
)  # fmt: skip


def _through_time(rng: Rng, T: int, H: int, size: float, dtype: str = "float64") -> Call:
    """States of a network that was really run, its recurrent weights of norm about 2 * size."""
    W = size * rng.normal(size=(H, H)) / H**0.5
    h, hs = np.zeros(H), []
    for _ in range(T):
        h = np.tanh(W @ h + rng.normal(size=H) * 0.7)
        hs.append(h)
    return Call({"W_hh": Tensor(W.astype(dtype), True), "hs": Tensor(np.array(hs).astype(dtype), True)})


GRADIENT = (
    CaseKind(Text("four steps"), lambda rng: _through_time(rng, 4, 3, 1.2), device=True, sees=("hs (T, H) = h_1 .. h_T", "entry t is the spectral norm of dh_T/dh_t of a tanh RNN, the last is 1",)),
    CaseKind(Text("twelve steps: it vanishes"), lambda rng: _through_time(rng, 12, 5, 0.6), sees=("vanishing and exploding",)),
    CaseKind(Text("as many steps as units: it explodes"), lambda rng: _through_time(rng, 6, 6, 5.0), sees=("vanishing and exploding",)),
    CaseKind(Text("float32"), lambda rng: _through_time(rng, 5, 4, 1.5, "float32")),
    CaseKind(Text("one step"), lambda rng: _through_time(rng, 1, 3, 1.0), hidden=True, sees=("entry t is the spectral norm of dh_T/dh_t of a tanh RNN, the last is 1",)),
    CaseKind(Text("one hidden unit"), lambda rng: _through_time(rng, 5, 1, 2.0), hidden=True),
    CaseKind(Text("many steps"), lambda rng: _through_time(rng, 60, 4, 1.5), hidden=True),
)  # fmt: skip


def _lstm_cell(
    rng: Rng,
    N: int,
    D: int,
    H: int,
    gates: tuple[float, ...] = (FREE,) * 4,
    dtype: str = "float64",
) -> Call:
    """gates: what is added to the biases of i, f, g, o."""
    states = {name: _drawn(rng, N, width, size=1.0, dtype=dtype) for name, width in (("x", D), ("h", H), ("c", H))}
    return Call(states | _weights(rng, gates, D, H, dtype), backward=_backward(rng))


FORGET, INPUT = (SHUT, FREE, FREE, OPEN), (FREE, SHUT, OPEN, OPEN)
CANDIDATE, OUTPUT = (OPEN, SHUT, FREE, OPEN), (SHUT, OPEN, FREE, FREE)
LSTM_CELL = (
    CaseKind(Text("all gates at work, and the gradients"), lambda rng: _lstm_cell(rng, 2, 3, 5), device=True, sees=("agrees with nn.LSTMCell, gradients too",)),
    CaseKind(Text("the forget gate alone (the others saturated)"), lambda rng: _lstm_cell(rng, 3, 2, 4, FORGET), sees=("each gate alone (others saturated)",)),
    CaseKind(Text("the input gate alone"), lambda rng: _lstm_cell(rng, 3, 2, 4, INPUT), sees=("each gate alone (others saturated)",)),
    CaseKind(Text("the candidate g alone"), lambda rng: _lstm_cell(rng, 3, 2, 4, CANDIDATE), sees=("each gate alone (others saturated)",)),
    CaseKind(Text("the output gate alone"), lambda rng: _lstm_cell(rng, 3, 2, 4, OUTPUT), sees=("each gate alone (others saturated)",)),
    CaseKind(Text("one sample, one hidden unit"), lambda rng: _lstm_cell(rng, 1, 3, 1)),
    CaseKind(Text("float32"), lambda rng: _lstm_cell(rng, 4, 5, 3, dtype="float32"), hidden=True),
    CaseKind(Text("N = D = H"), lambda rng: _lstm_cell(rng, 4, 4, 4), hidden=True),
    CaseKind(Text("one input, many samples"), lambda rng: _lstm_cell(rng, 9, 1, 2), hidden=True),
)  # fmt: skip


def _lstm(rng: Rng, T: int, N: int, D: int, H: int, dtype: str = "float64") -> Call:
    arguments = {
        "xs": _drawn(rng, T, N, D, size=1.0, dtype=dtype),
        "h": _drawn(rng, N, H, dtype=dtype),
        "c": _drawn(rng, N, H, size=1.0, dtype=dtype),
    }
    return Call(arguments | _weights(rng, (FREE,) * 4, D, H, dtype), backward=_backward(rng))


LSTM = (
    CaseKind(Text("four steps, and the gradients"), lambda rng: _lstm(rng, 4, 2, 3, 5), device=True, sees=("xs (T, N, D)", "state carried",)),
    CaseKind(Text("one step"), lambda rng: _lstm(rng, 1, 3, 2, 4), sees=("T=1",)),
    CaseKind(Text("as many steps as samples"), lambda rng: _lstm(rng, 3, 3, 2, 4), sees=("xs (T, N, D)",)),
    CaseKind(Text("one sample, one hidden unit"), lambda rng: _lstm(rng, 6, 1, 2, 1), hidden=True),
    CaseKind(Text("float32"), lambda rng: _lstm(rng, 5, 2, 4, 3, "float32"), hidden=True),
    CaseKind(Text("many steps"), lambda rng: _lstm(rng, 25, 2, 1, 3), hidden=True, sees=("state carried",)),
)  # fmt: skip


def _gru(
    rng: Rng,
    N: int,
    D: int,
    H: int,
    gates: tuple[float, ...] = (FREE,) * 3,
    dtype: str = "float64",
) -> Call:
    """gates: what is added to the biases of r, z, n."""
    states = {"x": _drawn(rng, N, D, size=1.0, dtype=dtype), "h": _drawn(rng, N, H, dtype=dtype)}
    return Call(states | _weights(rng, gates, D, H, dtype), backward=_backward(rng))


GRU = (
    CaseKind(Text("both gates at work, and the gradients"), lambda rng: _gru(rng, 2, 3, 5), device=True, sees=("PyTorch's reset: r * (W_hn h + b_hn)",)),
    CaseKind(Text("the update gate alone (the reset gate open)"), lambda rng: _gru(rng, 3, 2, 4, (OPEN, FREE, FREE))),
    CaseKind(Text("the reset gate alone (everything is updated)"), lambda rng: _gru(rng, 3, 2, 4, (FREE, SHUT, FREE)), sees=("PyTorch's reset: r * (W_hn h + b_hn)",)),
    CaseKind(Text("one sample, one hidden unit"), lambda rng: _gru(rng, 1, 3, 1)),
    CaseKind(Text("nothing is updated"), lambda rng: _gru(rng, 3, 2, 4, (FREE, OPEN, FREE)), hidden=True),
    CaseKind(Text("float32"), lambda rng: _gru(rng, 4, 5, 3, dtype="float32"), hidden=True),
    CaseKind(Text("N = D = H"), lambda rng: _gru(rng, 3, 3, 3), hidden=True),
)  # fmt: skip
