"""Lesson 6's answers against torch.nn, torch.nn.utils, autograd and closed forms"""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch import nn

from grader.course.reference import answers

ANSWERS = answers("recurrent_networks")
EXACT: dict[str, Any] = {"rtol": 0, "atol": 1e-10}
SIZES = [(2, 3, 5), (1, 3, 5), (4, 6, 1), (3, 1, 2), (1, 1, 1)]  # N, D, H
Tensor = torch.Tensor


def draw(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed)).to(dtype)


def weights(gates: int, D: int, H: int, dtype: torch.dtype = torch.float64) -> list[Tensor]:
    """W_ih, W_hh, b_ih, b_hh for `gates` blocks of H rows."""
    shapes = ((gates * H, D), (gates * H, H), (gates * H,), (gates * H,))
    return [draw(*shape, seed=10 + k, dtype=dtype) for k, shape in enumerate(shapes)]


def leaves(*tensors: Tensor) -> list[Tensor]:
    return [tensor.clone().requires_grad_() for tensor in tensors]


def same_values_and_gradients(ours: Any, theirs: Any, given: list[Tensor]) -> None:
    """`ours(*given)` and `theirs(*given)` are tuples of tensors: equal, and so are the gradients that go back to `given`."""
    found = []
    for function in (ours, theirs):
        inputs = leaves(*given)
        values = function(*inputs)
        directions = [draw(*value.shape, seed=90 + k) for k, value in enumerate(values)]
        found.append([*values, *torch.autograd.grad(values, inputs, directions)])
    for mine, other in zip(*found, strict=True):
        torch.testing.assert_close(mine, other, **EXACT)


def of_module(module: nn.Module, parameters: list[Tensor], *inputs: Any) -> Any:
    """The module's answer with these tensors for its parameters, so that gradients reach them."""
    names = [name for name, _ in module.named_parameters()]
    return torch.func.functional_call(module, dict(zip(names, parameters, strict=True)), inputs)


@pytest.mark.parametrize(("N", "D", "H"), SIZES)
def test_rnn_step_is_torchs(N: int, D: int, H: int) -> None:
    cell = nn.RNNCell(D, H).double()

    def theirs(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b: Tensor) -> Any:
        return (of_module(cell, [W_ih, W_hh, b, torch.zeros_like(b)], x, h),)

    W_ih, W_hh, b, _ = weights(1, D, H)
    given = [draw(N, D), draw(N, H, seed=1), W_ih, W_hh, b]
    same_values_and_gradients(lambda *a: (ANSWERS["rnn_step"](*a),), theirs, given)


@pytest.mark.parametrize(("N", "D", "H"), SIZES)
def test_lstm_cell_is_torchs(N: int, D: int, H: int) -> None:
    cell = nn.LSTMCell(D, H).double()
    given = [draw(N, D), draw(N, H, seed=1), draw(N, H, seed=2), *weights(4, D, H)]
    same_values_and_gradients(ANSWERS["lstm_cell"], lambda x, h, c, *w: of_module(cell, list(w), x, (h, c)), given)


@pytest.mark.parametrize(("N", "D", "H"), SIZES)
def test_gru_cell_is_torchs(N: int, D: int, H: int) -> None:
    cell = nn.GRUCell(D, H).double()
    given = [draw(N, D), draw(N, H, seed=1), *weights(3, D, H)]
    same_values_and_gradients(
        lambda *a: (ANSWERS["gru_cell"](*a),),
        lambda x, h, *w: (of_module(cell, list(w), x, h),),
        given,
    )


@pytest.mark.parametrize(("N", "D", "H"), SIZES)
@pytest.mark.parametrize("T", [1, 2, 7])
def test_lstm_is_torchs(T: int, N: int, D: int, H: int) -> None:
    module = nn.LSTM(D, H).double()
    given = [draw(T, N, D), draw(N, H, seed=1), draw(N, H, seed=2), *weights(4, D, H)]

    def flat(result: Any) -> tuple[Tensor, Tensor, Tensor]:
        outputs, (h, c) = result
        return outputs, h, c

    def theirs(xs: Tensor, h: Tensor, c: Tensor, *w: Tensor) -> Any:
        outputs, (h, c) = of_module(module, list(w), xs, (h[None], c[None]))
        return outputs, h[0], c[0]

    same_values_and_gradients(lambda *a: flat(ANSWERS["lstm"](*a)), theirs, given)


@pytest.mark.parametrize("name", ["lstm_cell", "gru_cell"])
def test_the_cells_pass_gradcheck(name: str) -> None:
    states = 2 if name == "lstm_cell" else 1
    given = [draw(2, 3), *(draw(2, 4, seed=k) for k in range(states))]
    given = leaves(*given, *weights(4 if states == 2 else 3, 3, 4))
    assert torch.autograd.gradcheck(ANSWERS[name], given)


@pytest.mark.parametrize("name", ["rnn_step", "lstm_cell", "gru_cell"])
def test_the_cells_keep_the_dtype_and_are_off_by_rounding_alone(name: str) -> None:
    gates, states = {"rnn_step": (1, 1), "lstm_cell": (4, 2), "gru_cell": (3, 1)}[name]
    N, D, H = 4, 6, 5
    given = [draw(N, D), *(draw(N, H, seed=k) for k in range(states)), *weights(gates, D, H)]
    given = given[: 5 if name == "rnn_step" else len(given) - 1]
    given = given if name == "rnn_step" else [*given, draw(gates * H, seed=13)]
    exact = ANSWERS[name](*given)
    single = ANSWERS[name](*(tensor.float() for tensor in given))
    pairs = zip(exact, single, strict=True) if states == 2 else [(exact, single)]
    terms = D + H + 2
    for double, short in pairs:
        assert short.dtype == torch.float32
        largest = max(float(tensor.abs().max()) for tensor in given) ** 2
        assert float((short - double).abs().max()) <= 1.2e-7 * terms * largest


@pytest.mark.parametrize(("T", "H"), [(1, 3), (2, 4), (7, 5), (6, 1), (30, 2)])
@pytest.mark.parametrize("size", [0.3, 1.0, 3.0])
def test_gradient_through_time_is_the_norm_of_autograds_jacobians(T: int, H: int, size: float) -> None:
    """A network is really run from each h_t onwards, and torch differentiates it."""
    W_ih, W_hh, b = draw(H, 3, seed=1), size * draw(H, H, seed=2) / H**0.5, draw(H, seed=3)
    xs, h = draw(T, 3, seed=4), draw(H, seed=5)
    hs = []
    for x in xs:
        h = torch.tanh(W_ih @ x + W_hh @ h + b)
        hs.append(h)

    def rest(h: Tensor, t: int) -> Tensor:
        for x in xs[t + 1 :]:
            h = torch.tanh(W_ih @ x + W_hh @ h + b)
        return h

    found = ANSWERS["gradient_through_time"](W_hh, torch.stack(hs))
    assert found.shape == (T,)
    for t in range(T):
        jacobian = torch.autograd.functional.jacobian(lambda h, t=t: rest(h, t), hs[t])
        expected = torch.linalg.svdvals(jacobian).max()
        torch.testing.assert_close(found[t], expected, rtol=1e-10, atol=1e-12)
    assert float(found[-1]) == pytest.approx(1.0, abs=1e-12)


def test_gradient_through_time_in_closed_form() -> None:
    """One neuron: the product of w (1 - h^2). Zero states: powers of W; a rotation neither vanishes nor explodes."""
    w, hs = 0.8, torch.tensor([0.1, 0.5, -0.3, 0.9], dtype=torch.float64)
    found = ANSWERS["gradient_through_time"](torch.tensor([[w]], dtype=torch.float64), hs[:, None])
    slopes = [w * (1 - float(h) ** 2) for h in hs]
    expected = [slopes[1] * slopes[2] * slopes[3], slopes[2] * slopes[3], slopes[3], 1.0]
    assert found.tolist() == pytest.approx(expected, rel=1e-12)
    for radius in (0.9, 1.0, 1.1):
        turn = torch.tensor([[0.6, -0.8], [0.8, 0.6]], dtype=torch.float64)
        found = ANSWERS["gradient_through_time"](radius * turn, torch.zeros(51, 2).double())
        assert found[0].item() == pytest.approx(radius**50, rel=1e-10)


@pytest.mark.parametrize("max_norm", [0.1, 1.0, 5.0, 100.0])
def test_clip_gradients_is_torchs(max_norm: float) -> None:
    grads = [draw(3, 4, seed=1), draw(5, seed=2), draw(2, 1, 3, seed=3), 2 * draw(1, seed=4)]
    before = [g.clone() for g in grads]
    clipped, norm = ANSWERS["clip_gradients"](grads, max_norm)
    for g, copy in zip(grads, before, strict=True):
        assert torch.equal(g, copy)
    parameters = [nn.Parameter(torch.zeros_like(g)) for g in grads]
    for parameter, g in zip(parameters, grads, strict=True):
        parameter.grad = g.clone()
    theirs = nn.utils.clip_grad_norm_(parameters, max_norm)
    torch.testing.assert_close(norm, theirs, rtol=1e-14, atol=0)
    # theirs divides by norm + 1e-6
    factor = min(1.0, max_norm / float(norm)) / min(1.0, max_norm / (float(norm) + 1e-6))
    for mine, parameter in zip(clipped, parameters, strict=True):
        assert parameter.grad is not None
        torch.testing.assert_close(mine, parameter.grad * factor, rtol=1e-12, atol=1e-15)
    length = math.sqrt(sum(float((g**2).sum()) for g in clipped))
    assert length == pytest.approx(min(max_norm, float(norm)), rel=1e-12)
    assert norm.shape == ()


def test_clip_gradients_of_zero_are_zero_and_short_ones_are_untouched() -> None:
    clipped, norm = ANSWERS["clip_gradients"]([torch.zeros(2, 3), torch.zeros(4)], 1.0)
    assert [g.tolist() for g in clipped] == [[[0.0] * 3] * 2, [0.0] * 4]
    assert norm.item() == 0.0
    short = [torch.tensor([0.3, 0.1]), torch.tensor([[0.7]])]
    clipped, _ = ANSWERS["clip_gradients"](short, 1.0)
    assert all(torch.equal(a, b) and a is not b for a, b in zip(clipped, short, strict=True))


@pytest.mark.parametrize(("T", "length", "horizon"), [(10, 3, 1), (10, 3, 4), (7, 1, 1), (9, 4, 5)])
def test_windows_are_the_values_and_those_that_follow(T: int, length: int, horizon: int) -> None:
    series = draw(T)
    inputs, targets = ANSWERS["make_windows"](series, length, horizon)
    n = T - length - horizon + 1
    assert inputs.shape == (n, length)
    assert targets.shape == (n, horizon)
    for i in range(n):
        assert inputs[i].tolist() == series[i : i + length].tolist()
        assert targets[i].tolist() == series[i + length : i + length + horizon].tolist()
    assert targets[-1, -1] == series[-1]
    inputs.zero_()
    targets.zero_()
    assert torch.equal(series, draw(T))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_forecaster_is_an_lstm_and_a_line_on_the_scaled_series(dtype: torch.dtype) -> None:
    torch.manual_seed(0)
    model = ANSWERS["Forecaster"](5, 3).to(dtype)
    assert {name: tuple(p.shape) for name, p in model.named_parameters()} == {
        "lstm.weight_ih_l0": (20, 1), "lstm.weight_hh_l0": (20, 5),
        "lstm.bias_ih_l0": (20,), "lstm.bias_hh_l0": (20,), "head.weight": (3, 5), "head.bias": (3,),
    }  # fmt: skip
    assert {name: float(b) for name, b in model.named_buffers()} == {"mean": 0.0, "std": 1.0}
    model.mean.fill_(7.0)
    model.std.fill_(2.5)
    inputs = 7 + 2.5 * draw(4, 6, dtype=dtype)
    xs = ((inputs - 7) / 2.5).T[:, :, None]
    zeros = torch.zeros(4, 5, dtype=dtype)
    outputs, _ = ANSWERS["lstm"](xs, zeros, zeros, *model.lstm.parameters())
    expected = (outputs[-1] @ model.head.weight.T + model.head.bias) * 2.5 + 7
    torch.testing.assert_close(model(inputs), expected, rtol=1e-6, atol=1e-5)
    assert model(inputs).dtype == dtype
    assert all(not buffer.requires_grad for buffer in model.buffers())


def test_a_forecast_follows_a_change_of_units() -> None:
    """Celsius or Fahrenheit: with mean and std in the same units, the forecast is the same temperature."""
    torch.manual_seed(0)
    model = ANSWERS["Forecaster"](4, 2).double()
    inputs = draw(3, 5)
    celsius = model(inputs)
    model.mean.fill_(32.0)
    model.std.fill_(1.8)
    torch.testing.assert_close(model(1.8 * inputs + 32), 1.8 * celsius + 32, **EXACT)


def waves(T: int) -> Tensor:
    t = torch.arange(T, dtype=torch.float32)
    return 100 + 20 * torch.sin(0.4 * t) + 5 * torch.sin(1.1 * t)


def test_training_sets_the_scale_and_learns_two_waves() -> None:
    inputs, targets = ANSWERS["make_windows"](waves(300), 12, 2)
    torch.manual_seed(0)
    model = ANSWERS["Forecaster"](8, 2).eval()
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, 1e3)  # left over from something else
    generator = torch.Generator().manual_seed(1)
    trained = ANSWERS["train_forecaster"](model, inputs, targets, 12, 0.02, 16, generator)
    assert trained is model
    assert model.training
    assert float(model.mean) == pytest.approx(float(inputs.mean()))
    assert float(model.std) == pytest.approx(float(inputs.std()))
    with torch.no_grad():
        error = float(((model(inputs) - targets) ** 2).mean().sqrt())
    persistence = float(((inputs[:, -1:] - targets) ** 2).mean().sqrt())
    assert error < persistence / 3


def test_one_step_on_everything_is_adams_step_on_the_scaled_error() -> None:
    inputs, targets = ANSWERS["make_windows"](waves(30).double(), 5, 3)

    class Line(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.zeros(5, 3, dtype=torch.float64))
            self.register_buffer("mean", torch.tensor(0.0, dtype=torch.float64))
            self.register_buffer("std", torch.tensor(1.0, dtype=torch.float64))

        def forward(self, x: Tensor) -> Tensor:
            return (x - self.mean) / self.std @ self.weight * self.std + self.mean

    model = Line()
    generator = torch.Generator().manual_seed(1)
    ANSWERS["train_forecaster"](model, inputs, targets, 1, 0.1, 1000, generator)
    z = (inputs - inputs.mean()) / inputs.std()
    gradient = -2 * z.T @ ((targets - inputs.mean()) / inputs.std()) / targets.numel()
    expected = -0.1 * gradient / (gradient.abs() + 1e-8)
    torch.testing.assert_close(model.weight.detach(), expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("where", ["held-out value", "order of the future"])
def test_the_mended_scaling_never_sees_the_held_out_stretch(where: str) -> None:
    series, split = waves(40).double(), 25
    changed = series.clone()
    changed[split:] = 1e6 if where == "held-out value" else series[split:].flip(0)
    train, _ = ANSWERS["recurrent_networks_bug_hunt"](series, split)
    again, held_out = ANSWERS["recurrent_networks_bug_hunt"](changed, split)
    assert torch.equal(train, again)
    assert float(train.mean()) == pytest.approx(0.0, abs=1e-12)
    assert float(train.std()) == pytest.approx(1.0)
    assert held_out.shape == (15,)
    undone = held_out * series[:split].std() + series[:split].mean()
    torch.testing.assert_close(undone, changed[split:], rtol=1e-12, atol=1e-9)


def test_gradient_through_time_is_bounded_by_the_norms_of_the_factors() -> None:
    W = torch.randn(4, 4, generator=torch.Generator().manual_seed(0)).double()
    W = 0.8 * W / torch.linalg.matrix_norm(W, 2)
    hs = torch.tanh(torch.randn(20, 4, generator=torch.Generator().manual_seed(1)).double())
    norms = ANSWERS["gradient_through_time"](W, hs)
    assert all(norms[t] <= 0.8 ** (19 - t) + 1e-12 for t in range(20))


def test_along_the_cell_state_the_jacobian_is_the_forget_gate() -> None:
    """With h cut off between steps, dc_T/dc_0 is the product of the forget gates."""
    generator = torch.Generator().manual_seed(0)
    W_ih, W_hh = (torch.randn(12, n, generator=generator).double() for n in (2, 3))
    b_ih, b_hh = (torch.randn(12, generator=generator).double() for _ in range(2))
    xs = torch.randn(5, 1, 2, generator=generator).double()
    start = torch.randn(1, 3, generator=generator).double()
    product = torch.ones(3, dtype=torch.float64)
    h, c = torch.zeros(1, 3, dtype=torch.float64), start
    hs = []
    for x in xs:
        gates = x @ W_ih.T + b_ih + h @ W_hh.T + b_hh
        product = product * torch.sigmoid(gates[0, 3:6])
        hs.append(h)
        h, c = ANSWERS["lstm_cell"](x, h, c, W_ih, W_hh, b_ih, b_hh)

    def last(c: Tensor) -> Tensor:
        for x, h in zip(xs, hs, strict=True):
            _, c = ANSWERS["lstm_cell"](x, h, c, W_ih, W_hh, b_ih, b_hh)
        return c[0]

    jacobian = torch.autograd.functional.jacobian(last, start)[:, 0]
    torch.testing.assert_close(jacobian, torch.diag(product), rtol=1e-12, atol=1e-15)


def test_torchs_modules_convert_as_the_card_says() -> None:
    rnn = nn.RNN(3, 5).double()
    W_ih, W_hh, b_ih, b_hh = rnn.parameters()
    x = torch.ones(1, 2, 3, dtype=torch.float64)
    h = torch.ones(1, 2, 5, dtype=torch.float64)
    ours = ANSWERS["rnn_step"](x[0], h[0], W_ih, W_hh, b_ih + b_hh)
    torch.testing.assert_close(rnn(x, h)[0][0], ours)
    module = nn.LSTM(3, 5, batch_first=True)
    assert [name for name, _ in module.named_parameters()] == [
        "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0",
    ]  # fmt: skip
    outputs, (state, _) = module(torch.zeros(4, 7, 3))
    assert (tuple(outputs.shape), tuple(state.shape)) == ((4, 7, 5), (1, 4, 5))
