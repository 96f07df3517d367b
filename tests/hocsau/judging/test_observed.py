"""Calls that are not allowed are seen while the answer runs, whatever way leads to them; what is allowed is not."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 (as learners write it)

from hocsau.judging.allowed import (
    ATTENTION,
    AUTOGRAD,
    CONVOLUTION,
    LAYER_NORM,
    POOLING,
    RECURRENT,
    is_listed,
    library_calls,
)
from hocsau.judging.probe import drive
from hocsau.judging.request import Call
from hocsau.judging.values import Tensor

RNG = np.random.default_rng(4)
IMAGE = Tensor(RNG.normal(size=(2, 3, 6, 7)))
TOKENS = Tensor(RNG.normal(size=(2, 5, 8)))


def used(function: Any, not_allowed: tuple[str, ...], x: Tensor = IMAGE) -> tuple[str, ...]:
    came = drive(Call({"x": x}), lambda: function, not_allowed=not_allowed)
    assert came.outcome == "returned", came.failure
    return came.used


def weight() -> Any:
    return torch.ones(4, 3, 2, 3, dtype=torch.float64)


def tokens() -> Any:
    return torch.ones(2, 5, 8)


def leaf(x: Any) -> Any:
    return x.clone().requires_grad_()


CONV = {
    "F": lambda x: F.conv2d(x, weight()),
    "torch": lambda x: torch.conv2d(x, weight()),
    "getattr": lambda x: getattr(F, "conv" + "2d")(x, weight()),
    "ops": lambda x: torch.ops.aten.convolution(x, weight(), None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1),
    "getattr of ops": lambda x: getattr(torch.ops.aten, "conv" + "2d")(x, weight()),
    "module": lambda x: nn.Conv2d(3, 4, 2).double()(x),
    "conv1d": lambda x: F.conv1d(x[0], torch.ones(4, 6, 2, dtype=x.dtype)),
    "conv3d": lambda x: F.conv3d(x[:, None], torch.ones(1, 1, 2, 2, 2, dtype=x.dtype)),
    "transposed": lambda x: F.conv_transpose2d(x, torch.ones(3, 4, 2, 2, dtype=x.dtype)),
    "patches": lambda x: F.unfold(x, 3),
    "fold": lambda x: F.fold(F.unfold(x, 2), (6, 7), 2),
    "nn.Unfold": lambda x: nn.Unfold(2)(x),
    "gradient": lambda x: nn.grad.conv2d_input(x.shape, weight(), torch.ones(2, 4, 5, 5, dtype=x.dtype)),
    "compiled away": lambda x: torch.jit.script(_scripted)(x, weight()),
    "without torch functions": lambda x: _hidden(x),
}  # fmt: skip


def _scripted(x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
    return torch.conv2d(x, w)


def _hidden(x: Any) -> Any:
    with torch._C.DisableTorchFunction():
        return F.conv2d(x, weight())


POOL = {
    "F": lambda x: F.max_pool2d(x, 2),
    "torch": lambda x: torch.max_pool2d(x, 2),
    "module": lambda x: nn.MaxPool2d(2)(x),
    "adaptive": lambda x: F.adaptive_max_pool2d(x, 2),
    "indices": lambda x: F.max_pool2d(x, 2, return_indices=True)[0],
    "3d": lambda x: F.max_pool3d(x, 1),
    "average": lambda x: F.avg_pool2d(x, 2),
    "ops": lambda x: torch.ops.aten.max_pool2d_with_indices(x, [2, 2])[0],
}
GRADIENT = {
    "grad": lambda x: torch.autograd.grad(leaf(x).sum(), [leaf(x)], allow_unused=True),
    "backward": lambda x: leaf(x).sum().backward(),
    "func.grad": lambda x: torch.func.grad(lambda a: (a * a).sum())(x),
    "func.vjp": lambda x: torch.func.vjp(lambda a: 2 * a, x)[1](x)[0],
    "jacobian": lambda x: torch.autograd.functional.jacobian(torch.sum, x),
    "aten": lambda x: torch.ops.aten.max_pool2d_with_indices_backward(
        x, x, [1, 1], [1, 1], [0, 0], [1, 1], False, torch.zeros_like(x, dtype=torch.long)
    ),
}
RNN = {
    "LSTM": lambda x: nn.LSTM(8, 3)(tokens())[0],
    "GRU": lambda x: nn.GRU(8, 3)(tokens())[0],
    "RNN": lambda x: nn.RNN(8, 3)(tokens())[0],
    "LSTMCell": lambda x: nn.LSTMCell(8, 3)(tokens()[0])[0],
    "GRUCell": lambda x: nn.GRUCell(8, 3)(tokens()[0]),
    "RNNCell": lambda x: nn.RNNCell(8, 3)(tokens()[0]),
    "torch": lambda x: torch.gru_cell(tokens()[0], torch.ones(5, 3), torch.ones(9, 8), torch.ones(9, 3)),
}
ATTEND = {
    "F": lambda x: F.scaled_dot_product_attention(x, x, x),
    "module": lambda x: nn.MultiheadAttention(8, 2).double()(x, x, x)[0],
    "ops": lambda x: torch.ops.aten.scaled_dot_product_attention(x, x, x),
    "encoder": lambda x: nn.TransformerEncoderLayer(8, 2).double()(x),
}
NORM = {
    "F": lambda x: F.layer_norm(x, (8,)),
    "module": lambda x: nn.LayerNorm(8).double()(x),
    "torch": lambda x: torch.layer_norm(x, (8,)),
    "native": lambda x: torch.native_layer_norm(x, [8], None, None, 1e-5)[0],
    "ops": lambda x: torch.ops.aten.native_layer_norm(x, [8], None, None, 1e-5)[0],
    "group": lambda x: F.group_norm(x.flatten(0, 1), 1),
}
WAYS = [
    pytest.param(function, names, x, id=f"{group}: {way}")
    for group, ways, names, x in (
        ("convolution", CONV, CONVOLUTION, IMAGE),
        ("pooling", POOL, POOLING, IMAGE),
        ("autograd", GRADIENT, AUTOGRAD, IMAGE),
        ("recurrent", RNN, RECURRENT, TOKENS),
        ("attention", ATTEND, ATTENTION, TOKENS),
        ("layer norm", NORM, LAYER_NORM, TOKENS),
    )
    for way, function in ways.items()
]


@pytest.mark.skipif(
    "torch_function" not in inspect.getsource(torch.autograd.backward),
    reason="this torch tells nobody of a call of torch.autograd.backward (2.10 and older); its name in the code is found",
)
def test_a_call_of_backward_is_seen() -> None:
    assert used(lambda x: torch.autograd.backward(leaf(x).sum()), AUTOGRAD, IMAGE)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("function", "names", "x"), WAYS)
def test_every_way_is_seen(function: Any, names: tuple[str, ...], x: Tensor) -> None:
    assert used(function, names, x)


def from_scratch(x: Any) -> Any:
    """What an honest answer may use."""
    padded = F.pad(x, (1, 1, 1, 1), value=-torch.inf)
    windows = padded.unfold(2, 2, 1).unfold(3, 2, 1)
    strided = x.as_strided((2, 2), (1, 1))
    y = torch.einsum("nchwij->nchw", torch.relu(windows).clamp(max=9)) + (strided @ strided).sum()
    z = torch.softmax(y, -1) * torch.sigmoid(y) + torch.tanh(y).mean() + y.var(unbiased=False)
    z = z.masked_fill(y > 3, 0).transpose(-1, -2).contiguous().flatten(1)
    best = windows.flatten(-2).max(-1).values.amax()
    index = torch.zeros(2, 3, dtype=torch.long)
    out = torch.zeros_like(z).scatter_add_(1, index, z[:, :3]).index_add_(0, index[:, 0], z)
    return torch.cat([out, F.linear(z, torch.ones(2, z.shape[1], dtype=z.dtype))], 1) + best


def test_an_honest_answer_uses_nothing_of_them() -> None:
    everything = CONVOLUTION + POOLING + AUTOGRAD + RECURRENT + ATTENTION + LAYER_NORM
    assert used(from_scratch, everything) == ()
    assert library_calls(from_scratch, everything) == ()


def test_an_honest_differentiable_answer_is_not_taken_for_autograd() -> None:
    """The gradients that the check itself takes back through the result are its own."""
    request = Call({"x": Tensor(IMAGE.array, requires_grad=True)}, backward=3)
    came = drive(request, lambda: lambda x: (2 * x).sum(), not_allowed=AUTOGRAD)
    assert came.used == ()
    assert came.value["gradients"]["x"] is not None


def test_nothing_is_looked_for_where_all_is_allowed() -> None:
    assert used(CONV["F"], ()) == ()


@pytest.mark.parametrize(
    ("function", "names", "found"),
    [
        (lambda x: F.conv2d(x, x), CONVOLUTION, ("torch.nn.functional.conv2d",)),
        (lambda x: torch.ops.aten.convolution(x), CONVOLUTION, ("torch.ops.aten.convolution",)),
        (lambda x: nn.LSTM(3, 4)(x), RECURRENT, ("torch.nn.LSTM",)),
        (lambda x: torch.autograd.grad(x, x), AUTOGRAD, ("torch.autograd.grad",)),
        (lambda x: nn.functional.scaled_dot_product_attention(x, x, x), ATTENTION, ("torch.nn.functional.scaled_dot_product_attention",)),
        (lambda x: F.max_pool2d(x, 2), POOLING, ("torch.nn.functional.max_pool2d",)),
        (lambda x: torch.no_grad() and torch.functional.einsum("a->", x), AUTOGRAD, ()),
    ],
)  # fmt: skip
def test_the_code_itself_is_read_too(function: Any, names: tuple[str, ...], found: Any) -> None:
    assert library_calls(function, names) == found


@pytest.mark.parametrize(
    ("name", "names", "listed"),
    [
        ("torch.nn.functional.conv2d", CONVOLUTION, True),
        ("torch.nn.Conv2d", CONVOLUTION, True),
        ("torch.Tensor.unfold", CONVOLUTION, False),
        ("torch.nn.functional.pad", CONVOLUTION, False),
        ("torch.Tensor.contiguous", CONVOLUTION, False),
        ("aten::unfold", CONVOLUTION, False),
        ("torch.functional.einsum", AUTOGRAD, False),
        ("torch.Tensor.requires_grad_", AUTOGRAD, False),
        ("torch.nn.Linear", LAYER_NORM, False),
        ("torch.softmax", ATTENTION, False),
    ],
)
def test_names_on_the_lists(name: str, names: tuple[str, ...], listed: bool) -> None:
    assert is_listed(name, names) is listed
