"""Lesson 6: cases of the recurrent step, the LSTM, the GRU and the gradient through time."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.lessons.definition import CaseKind
from hocsau.judging.request import Call
from hocsau.judging.values import Tensor
from hocsau.language import Text

__all__ = ["GRADIENT", "GRU", "LSTM", "LSTM_CELL", "RNN"]

Rng = np.random.Generator
Array = np.ndarray[Any, np.dtype[Any]]
SHUT, FREE, OPEN = -40.0, 0.0, 40.0  # sigmoid(40) is 1 in float64


def _drawn(rng: Rng, *shape: int, size: float = 0.8, dtype: str = "float64") -> Tensor:
    return Tensor((size * rng.normal(size=shape)).astype(dtype), requires_grad=True)


def _weights(
    rng: Rng, gates: tuple[float, ...], D: int, H: int, dtype: str = "float64"
) -> dict[str, Any]:
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
    CaseKind(Text("two samples, and the gradients", "hai mẫu, cùng các gradient"), lambda rng: _rnn(rng, 2, 3, 5), device=True),
    CaseKind(Text("one sample", "một mẫu"), lambda rng: _rnn(rng, 1, 4, 3)),
    CaseKind(Text("as many inputs as hidden units", "số đầu vào bằng số nơ-ron ẩn"), lambda rng: _rnn(rng, 5, 4, 4)),
    CaseKind(Text("float32", "float32"), lambda rng: _rnn(rng, 3, 2, 6, "float32")),
    CaseKind(Text("one hidden unit", "một nơ-ron ẩn"), lambda rng: _rnn(rng, 4, 3, 1), hidden=True),
    CaseKind(Text("one input, one sample", "một đầu vào, một mẫu"), lambda rng: _rnn(rng, 1, 1, 4), hidden=True),
)  # fmt: skip


def _through_time(rng: Rng, T: int, H: int, size: float, dtype: str = "float64") -> Call:
    """States of a network that was really run, its recurrent weights of norm about 2 * size."""
    W = size * rng.normal(size=(H, H)) / H**0.5
    h, hs = np.zeros(H), []
    for _ in range(T):
        h = np.tanh(W @ h + rng.normal(size=H) * 0.7)
        hs.append(h)
    return Call(
        {"W_hh": Tensor(W.astype(dtype), True), "hs": Tensor(np.array(hs).astype(dtype), True)}
    )


GRADIENT = (
    CaseKind(Text("four steps", "bốn bước"), lambda rng: _through_time(rng, 4, 3, 1.2), device=True),
    CaseKind(Text("twelve steps: it vanishes", "mười hai bước: gradient tiêu biến"), lambda rng: _through_time(rng, 12, 5, 0.6)),
    CaseKind(Text("as many steps as units: it explodes", "số bước bằng số nơ-ron: gradient bùng nổ"), lambda rng: _through_time(rng, 6, 6, 5.0)),
    CaseKind(Text("float32", "float32"), lambda rng: _through_time(rng, 5, 4, 1.5, "float32")),
    CaseKind(Text("one step", "một bước"), lambda rng: _through_time(rng, 1, 3, 1.0), hidden=True),
    CaseKind(Text("one hidden unit", "một nơ-ron ẩn"), lambda rng: _through_time(rng, 5, 1, 2.0), hidden=True),
    CaseKind(Text("many steps", "nhiều bước"), lambda rng: _through_time(rng, 60, 4, 1.5), hidden=True),
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
    states = {
        name: _drawn(rng, N, width, size=1.0, dtype=dtype)
        for name, width in (("x", D), ("h", H), ("c", H))
    }
    return Call(states | _weights(rng, gates, D, H, dtype), backward=_backward(rng))


FORGET, INPUT = (SHUT, FREE, FREE, OPEN), (FREE, SHUT, OPEN, OPEN)
CANDIDATE, OUTPUT = (OPEN, SHUT, FREE, OPEN), (SHUT, OPEN, FREE, FREE)
LSTM_CELL = (
    CaseKind(Text("all gates at work, and the gradients", "mọi cổng cùng hoạt động, và các gradient"), lambda rng: _lstm_cell(rng, 2, 3, 5), device=True),
    CaseKind(Text("the forget gate alone (the others saturated)", "chỉ cổng quên (các cổng khác bão hòa)"), lambda rng: _lstm_cell(rng, 3, 2, 4, FORGET)),
    CaseKind(Text("the input gate alone", "chỉ cổng đầu vào"), lambda rng: _lstm_cell(rng, 3, 2, 4, INPUT)),
    CaseKind(Text("the candidate g alone", "chỉ giá trị đề xuất g"), lambda rng: _lstm_cell(rng, 3, 2, 4, CANDIDATE)),
    CaseKind(Text("the output gate alone", "chỉ cổng đầu ra"), lambda rng: _lstm_cell(rng, 3, 2, 4, OUTPUT)),
    CaseKind(Text("one sample, one hidden unit", "một mẫu, một nơ-ron ẩn"), lambda rng: _lstm_cell(rng, 1, 3, 1)),
    CaseKind(Text("float32", "float32"), lambda rng: _lstm_cell(rng, 4, 5, 3, dtype="float32"), hidden=True),
    CaseKind(Text("N = D = H", "N = D = H"), lambda rng: _lstm_cell(rng, 4, 4, 4), hidden=True),
    CaseKind(Text("one input, many samples", "một đầu vào, nhiều mẫu"), lambda rng: _lstm_cell(rng, 9, 1, 2), hidden=True),
)  # fmt: skip


def _lstm(rng: Rng, T: int, N: int, D: int, H: int, dtype: str = "float64") -> Call:
    arguments = {
        "xs": _drawn(rng, T, N, D, size=1.0, dtype=dtype),
        "h": _drawn(rng, N, H, dtype=dtype),
        "c": _drawn(rng, N, H, size=1.0, dtype=dtype),
    }
    return Call(arguments | _weights(rng, (FREE,) * 4, D, H, dtype), backward=_backward(rng))


LSTM = (
    CaseKind(Text("four steps, and the gradients", "bốn bước, cùng các gradient"), lambda rng: _lstm(rng, 4, 2, 3, 5), device=True),
    CaseKind(Text("one step", "một bước"), lambda rng: _lstm(rng, 1, 3, 2, 4)),
    CaseKind(Text("as many steps as samples", "số bước bằng số mẫu"), lambda rng: _lstm(rng, 3, 3, 2, 4)),
    CaseKind(Text("one sample, one hidden unit", "một mẫu, một nơ-ron ẩn"), lambda rng: _lstm(rng, 6, 1, 2, 1), hidden=True),
    CaseKind(Text("float32", "float32"), lambda rng: _lstm(rng, 5, 2, 4, 3, "float32"), hidden=True),
    CaseKind(Text("many steps", "nhiều bước"), lambda rng: _lstm(rng, 25, 2, 1, 3), hidden=True),
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
    CaseKind(Text("both gates at work, and the gradients", "cả hai cổng hoạt động, và các gradient"), lambda rng: _gru(rng, 2, 3, 5), device=True),
    CaseKind(Text("the update gate alone (the reset gate open)", "chỉ cổng cập nhật (cổng đặt lại mở)"), lambda rng: _gru(rng, 3, 2, 4, (OPEN, FREE, FREE))),
    CaseKind(Text("the reset gate alone (everything is updated)", "chỉ cổng đặt lại (cập nhật toàn bộ)"), lambda rng: _gru(rng, 3, 2, 4, (FREE, SHUT, FREE))),
    CaseKind(Text("one sample, one hidden unit", "một mẫu, một nơ-ron ẩn"), lambda rng: _gru(rng, 1, 3, 1)),
    CaseKind(Text("nothing is updated", "không cập nhật gì"), lambda rng: _gru(rng, 3, 2, 4, (FREE, OPEN, FREE)), hidden=True),
    CaseKind(Text("float32", "float32"), lambda rng: _gru(rng, 4, 5, 3, dtype="float32"), hidden=True),
    CaseKind(Text("N = D = H", "N = D = H"), lambda rng: _gru(rng, 3, 3, 3), hidden=True),
)  # fmt: skip
