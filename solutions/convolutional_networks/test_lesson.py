"""Lesson 5's answers against torch.nn.functional, autograd and central differences."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 (the name that everyone uses)
from torch import nn

from grader.course.reference import answers
from grader.course.source import read_source
from grader.publish.claims import source_cell

ANSWERS = answers("convolutional_networks")
EXACT: dict[str, Any] = {"rtol": 0, "atol": 1e-10}
# kernel (kH, kW), stride, padding; pictures have H != W throughout
GEOMETRIES = [
    ((3, 3), 1, 1),
    ((3, 2), 2, 1),
    ((2, 4), 3, 2),
    ((1, 1), 2, 0),
    ((5, 3), 1, 0),
    ((4, 4), 2, 1),
    ((1, 3), 1, 1),
]


def draw(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed)).to(dtype)


def layer(
    kernel: tuple[int, int], dtype: torch.dtype = torch.float64
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """x (2, 3, 9, 7), weight (4, 3, kH, kW), bias (4,)"""
    return (
        draw(2, 3, 9, 7, seed=1, dtype=dtype),
        draw(4, 3, *kernel, seed=2, dtype=dtype),
        draw(4, seed=3, dtype=dtype),
    )


def rounding(dtype: torch.dtype, terms: int) -> float:
    """What adding `terms` products of size one may be off by: terms times half a unit in the last place, twice over."""
    return float(torch.finfo(dtype).eps) * terms


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "padding"),
    [*itertools.product((5, 8, 28), (1, 2, 3, 5), (1, 2, 3), (0, 1, 2)), (1, 3, 2, 1)],
)
def test_output_size_is_the_length_that_torch_gives(size: int, kernel: int, stride: int, padding: int) -> None:
    x, weight = torch.zeros(1, 1, size), torch.zeros(1, 1, kernel)
    expected = F.conv1d(x, weight, stride=stride, padding=padding).shape[-1]
    found = ANSWERS["conv_output_size"](size, kernel, stride, padding)
    assert (type(found), found) == (int, expected)


@pytest.mark.parametrize(
    "layers",
    [
        [],
        [(3, 1)],
        [(3, 2), (3, 1)],
        [(3, 1), (3, 2)],
        [(5, 1), (2, 2), (5, 1), (2, 2)],
        [(2, 3), (4, 2), (3, 1), (1, 2)],
    ],
)
def test_receptive_field_is_what_a_gradient_reaches(layers: list[tuple[int, int]]) -> None:
    x = torch.zeros(1, 1, 200, dtype=torch.float64, requires_grad=True)
    values = x
    for kernel, stride in layers:
        weight = torch.ones(1, 1, kernel, dtype=torch.float64)
        values = F.conv1d(values, weight, stride=stride)
    (gradient,) = torch.autograd.grad(values[0, 0, 3], x)
    touched = gradient.flatten().nonzero().flatten()
    assert ANSWERS["receptive_field"](layers) == int(touched[-1] - touched[0]) + 1


@pytest.mark.parametrize(("kernel", "stride", "padding"), GEOMETRIES)
@pytest.mark.parametrize("with_bias", [True, False])
def test_conv2d_and_its_gradients_are_torchs(
    kernel: tuple[int, int], stride: int, padding: int, with_bias: bool
) -> None:
    x, weight, bias = layer(kernel)
    given = [x, weight, bias] if with_bias else [x, weight]
    leaves = [[t.clone().requires_grad_() for t in given] for _ in range(2)]
    padded = [values if with_bias else [*values, None] for values in leaves]
    ours = ANSWERS["conv2d"](*padded[0], stride, padding)
    theirs = F.conv2d(*padded[1], stride=stride, padding=padding)
    torch.testing.assert_close(ours, theirs, **EXACT)
    dy = draw(*theirs.shape, seed=9)
    for mine, other in zip(
        torch.autograd.grad(ours, leaves[0], dy),
        torch.autograd.grad(theirs, leaves[1], dy),
        strict=True,
    ):
        torch.testing.assert_close(mine, other, **EXACT)


@pytest.mark.parametrize(("kernel", "stride", "padding"), GEOMETRIES)
def test_conv2d_backward_agrees_with_autograd(kernel: tuple[int, int], stride: int, padding: int) -> None:
    x, weight, bias = (t.requires_grad_() for t in layer(kernel))
    y = F.conv2d(x, weight, bias, stride, padding)
    dy = draw(*y.shape, seed=4)
    expected = torch.autograd.grad(y, (x, weight, bias), dy)
    found = ANSWERS["conv2d_backward"](dy, x.detach(), weight.detach(), stride, padding)
    for ours, theirs in zip(found, expected, strict=True):
        torch.testing.assert_close(ours, theirs, **EXACT)


@pytest.mark.parametrize(("kernel", "stride", "padding"), GEOMETRIES)
def test_in_float32_the_answers_are_off_by_rounding_alone(kernel: tuple[int, int], stride: int, padding: int) -> None:
    x, weight, bias = layer(kernel, torch.float32)
    exact = [t.double() for t in (x, weight, bias)]
    y = ANSWERS["conv2d"](x, weight, bias, stride, padding)
    expected = F.conv2d(*exact, stride=stride, padding=padding)
    assert y.dtype == torch.float32
    terms = weight[0].numel() + 1
    off = float((y - expected).abs().max())
    assert off <= rounding(torch.float32, terms) * float(x.abs().max() * weight.abs().max())
    dy = draw(*y.shape, seed=5, dtype=torch.float32)
    ours = ANSWERS["conv2d_backward"](dy, x, weight, stride, padding)
    theirs = ANSWERS["conv2d_backward"](dy.double(), *exact[:2], stride, padding)
    terms = dy[:, 0].numel()  # dweight and dbias add over the batch and all places
    largest = float(dy.abs().max()) * max(1.0, float(x.abs().max()), float(weight.abs().max()))
    for single, double in zip(ours, theirs, strict=True):
        assert single.dtype == torch.float32
        assert float((single - double).abs().max()) <= rounding(torch.float32, terms) * largest


def test_conv2d_passes_gradcheck() -> None:
    values = [draw(1, 2, 5, 4), draw(3, 2, 3, 2, seed=1), draw(3, seed=2)]
    for tensor in values:
        tensor.requires_grad_()
    assert torch.autograd.gradcheck(lambda x, w, b: ANSWERS["conv2d"](x, w, b, 2, 1), values)


def test_conv2d_backward_agrees_with_central_differences() -> None:
    x, weight, bias = layer((3, 2))
    dy = draw(2, 4, 5, 4, seed=6)

    def loss(*given: torch.Tensor) -> float:
        return float((ANSWERS["conv2d"](*given, 2, 1) * dy).sum())

    found = ANSWERS["conv2d_backward"](dy, x, weight, 2, 1)
    for place, gradient in enumerate(found):
        for index in range(0, gradient.numel(), 7):
            ends = []
            for h in (1e-5, -1e-5):
                moved = [x.clone(), weight.clone(), bias.clone()]
                moved[place].view(-1)[index] += h
                ends.append(loss(*moved))
            slope = (ends[0] - ends[1]) / 2e-5
            assert slope == pytest.approx(float(gradient.flatten()[index]), abs=1e-7)


POOLINGS = [(2, 2), (3, 1), (3, 2), (2, 3), (1, 1), (4, 3)]


@pytest.mark.parametrize(("kernel", "stride"), POOLINGS)
@pytest.mark.parametrize("ties", [True, False])
def test_pooling_and_its_backward_are_torchs(kernel: int, stride: int, ties: bool) -> None:
    x = draw(2, 3, 9, 7, seed=7) - 3  # hardly a positive number
    if ties:
        x = x.round()
    x.requires_grad_()
    theirs = F.max_pool2d(x, kernel, stride)
    ours = ANSWERS["max_pool2d"](x, kernel, stride)
    torch.testing.assert_close(ours, theirs, rtol=0, atol=0)
    dy = draw(*theirs.shape, seed=8)
    (expected,) = torch.autograd.grad(theirs, x, dy)
    (through,) = torch.autograd.grad(ours, x, dy)
    by_hand = ANSWERS["max_pool2d_backward"](dy, x.detach(), kernel, stride)
    torch.testing.assert_close(by_hand, expected, **EXACT)
    torch.testing.assert_close(through, expected, **EXACT)


def test_lenet_is_its_layers_one_after_another() -> None:
    torch.manual_seed(0)
    model = ANSWERS["LeNet"]().double()
    theirs = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    ).double()  # fmt: skip
    for target, source in zip(theirs.parameters(), model.parameters(), strict=True):
        target.data.copy_(source.data)
    x = draw(3, 1, 28, 28)
    torch.testing.assert_close(model(x), theirs(x), **EXACT)
    assert sum(p.numel() for p in model.parameters()) == 61706
    model(x).square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().max() > 0 for p in model.parameters())


@pytest.mark.parametrize("shape", [(3, 3, 1), (3, 5, 1), (3, 3, 2), (3, 5, 2)])
@pytest.mark.parametrize("training", [True, False])
def test_residual_block_is_the_formula(shape: tuple[int, int, int], training: bool) -> None:
    inputs, outputs, stride = shape
    torch.manual_seed(1)
    block = ANSWERS["ResidualBlock"](*shape).double()
    for _ in range(3):  # running statistics that are not the initial ones
        block(draw(4, inputs, 6, 8) * 2 + 1)
    block.train(training)

    def normed(values: torch.Tensor, bn: nn.BatchNorm2d) -> torch.Tensor:
        mean, var = bn.running_mean, bn.running_var
        if training:
            mean = values.mean(dim=(0, 2, 3))
            var = values.var(dim=(0, 2, 3), unbiased=False)
        scaled = (values - mean[:, None, None]) / (var[:, None, None] + bn.eps).sqrt()
        return scaled * bn.weight[:, None, None] + bn.bias[:, None, None]

    x = draw(2, inputs, 7, 6, seed=5)
    inner = F.relu(normed(F.conv2d(x, block.conv1.weight, None, stride, 1), block.bn1))
    branch = normed(F.conv2d(inner, block.conv2.weight, None, 1, 1), block.bn2)
    side = x
    if len(block.shortcut):
        side = normed(F.conv2d(x, block.shortcut[0].weight, None, stride), block.shortcut[1])
    assert bool(len(block.shortcut)) == (stride != 1 or inputs != outputs)
    torch.testing.assert_close(block(x), F.relu(branch + side), **EXACT)


def test_a_block_whose_branch_is_zero_is_the_identity_behind_relu() -> None:
    block = ANSWERS["ResidualBlock"](4, 4, 1).double()
    nn.init.zeros_(block.bn2.weight)
    x = draw(2, 4, 5, 6)
    torch.testing.assert_close(block(x), F.relu(x), rtol=0, atol=0)


class Recorder(nn.Module):
    """A linear model that notes its inputs and modes."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(6, 3, dtype=torch.float64)
        self.batches: list[torch.Tensor] = []
        self.modes: list[bool] = []

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.batches.append(x.detach().clone())
        self.modes.append(self.training)
        return self.layer(x)


def test_training_sees_every_picture_once_an_epoch_in_new_orders() -> None:
    torch.manual_seed(0)
    model = Recorder().eval()
    images = torch.arange(42, dtype=torch.float64).reshape(7, 6)
    labels = torch.arange(7) % 3
    result = ANSWERS["train_cnn"](model, images, labels, 3, 0.01, 3, torch.Generator().manual_seed(4))
    assert result is model
    assert model.training
    assert all(model.modes)
    assert [len(batch) for batch in model.batches] == [3, 3, 1] * 3
    epochs = [torch.cat(model.batches[k : k + 3])[:, 0].div(6).int().tolist() for k in (0, 3, 6)]
    assert [sorted(epoch) for epoch in epochs] == [list(range(7))] * 3
    assert len({tuple(epoch) for epoch in epochs}) == 3


@pytest.mark.parametrize("batch_size", [5, 50])
def test_training_on_one_batch_is_adam_on_the_cross_entropy(batch_size: int) -> None:
    torch.manual_seed(0)
    model, other = nn.Linear(6, 3).double(), nn.Linear(6, 3).double()
    other.load_state_dict(model.state_dict())
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, 7.0)  # left over from before
    images, labels = draw(5, 6), torch.tensor([0, 2, 1, 1, 0])
    ANSWERS["train_cnn"](model, images, labels, 4, 0.1, batch_size, torch.Generator())
    optimizer = torch.optim.Adam(other.parameters(), lr=0.1)
    for _ in range(4):
        logits = other(images)
        p = logits.softmax(dim=1)
        dlogits = (p - F.one_hot(labels, 3)) / 5
        optimizer.zero_grad()
        logits.backward(dlogits.detach())
        optimizer.step()
    for mine, theirs in zip(model.parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(mine, theirs, **EXACT)


def test_mended_pictures_keep_every_pixel_and_its_colour() -> None:
    pictures = torch.randint(256, (2, 4, 5, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    found = ANSWERS["convolutional_networks_bug_hunt"](pictures)
    assert (found.shape, found.dtype) == ((2, 3, 4, 5), torch.float32)
    for n, i, j, c in itertools.product(range(2), range(4), range(5), range(3)):
        assert found[n, c, i, j] == pytest.approx(int(pictures[n, i, j, c]) / 255)


@pytest.mark.parametrize("device", ["cpu", *["cuda"] * torch.cuda.is_available()])
@pytest.mark.parametrize(("kernel", "stride", "padding"), GEOMETRIES)
def test_on_every_device_that_is_here_the_answers_are_the_same(
    device: str, kernel: tuple[int, int], stride: int, padding: int
) -> None:
    x, weight, bias = layer(kernel)
    y = ANSWERS["conv2d"](x, weight, bias, stride, padding)
    found = ANSWERS["conv2d"](x.to(device), weight.to(device), bias.to(device), stride, padding)
    torch.testing.assert_close(found.cpu(), y, **EXACT)
    dy = draw(*y.shape, seed=4)
    expected = ANSWERS["conv2d_backward"](dy, x, weight, stride, padding)
    found = ANSWERS["conv2d_backward"](dy.to(device), x.to(device), weight.to(device), stride, padding)
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one.cpu(), other, **EXACT)


def test_the_three_ways_that_are_measured_agree() -> None:
    measure = next(c for c in read_source("convolutional_networks") if c.key == "measure")
    ways: dict[str, Any] = {"torch": torch}
    exec(measure.source.partition("def milliseconds")[0], ways)
    pixels, kernel = torch.rand(7, 6), torch.rand(3, 2)
    expected = F.conv2d(pixels[None, None], kernel[None, None])[0, 0]
    for name in ("four_loops", "two_loops", "im2col"):
        torch.testing.assert_close(ways[name](pixels, kernel), expected)


def test_a_silent_block_is_the_identity_and_passes_the_gradient_on() -> None:
    block = ANSWERS["ResidualBlock"](3, 3, 1).double()
    nn.init.zeros_(block.bn2.weight)
    x = torch.rand(2, 3, 4, 5, dtype=torch.float64) + 0.1
    x.requires_grad_()
    y = block(x)
    dy = torch.rand_like(y)
    (dx,) = torch.autograd.grad(y, x, dy)
    torch.testing.assert_close(y, x)
    torch.testing.assert_close(dx, dy)


def test_batch_norm_is_the_formula() -> None:
    norm = nn.BatchNorm2d(2).double()
    x = torch.randn(5, 2, 3, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    y = norm(x)
    mean, var = x.mean(dim=(0, 2, 3)), x.var(dim=(0, 2, 3), unbiased=False)
    torch.testing.assert_close(y, (x - mean[:, None, None]) / (var[:, None, None] + 1e-5).sqrt())
    torch.testing.assert_close(norm.running_mean, 0.1 * mean)
    torch.testing.assert_close(norm.running_var, 0.9 + 0.1 * var * 60 / 59)


def test_conversions_of_the_convention_card() -> None:
    images = torch.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)
    assert torch.equal(images.permute(0, 3, 1, 2)[1, 4], images[1, :, :, 4])
    assert not torch.equal(images.permute(0, 3, 1, 2), images.reshape(2, 5, 3, 4))
    x = torch.zeros(1, 1, 9, 9)
    assert F.max_pool2d(x, 3).shape[-1] == 3
    assert F.max_pool2d(torch.zeros(1, 1, 8, 8), 3, 2, ceil_mode=True).shape[-1] == 4


def test_the_mended_pictures_are_plain_and_the_buggy_ones_striped() -> None:
    cells = source_cell("convolutional_networks", "buggy_pictures")
    buggy = cells["buggy_channels_first"]
    red = torch.zeros(1, 2, 4, 3, dtype=torch.uint8)
    red[..., 0] = 255
    wrong, right = buggy(red), ANSWERS["convolutional_networks_bug_hunt"](red)
    assert wrong.shape == right.shape == (1, 3, 2, 4)
    assert (right[0].flatten(1) == torch.tensor([[1.0], [0.0], [0.0]])).all()
    assert all(len(channel.unique()) == 2 for channel in wrong[0])
    grey = red[..., :1]
    assert torch.equal(buggy(grey), ANSWERS["convolutional_networks_bug_hunt"](grey))


def test_the_quiz_key_is_what_the_formulas_give() -> None:
    """Sizes, a layer's parameters, and what a pixel in four windows receives."""
    key = ANSWERS["convolutional_networks_quiz"]
    size = tuple(ANSWERS["conv_output_size"](n, 5, 2, 2) for n in (15, 20))
    assert {"a": (7, 10), "b": (8, 10), "c": (8, 11), "d": (15, 20)}[key["q1"]] == size
    layer = sum(p.numel() for p in nn.Conv2d(16, 32, 3).parameters())
    assert {"a": 320, "b": 4608, "c": 4640, "d": 3612672}[key["q2"]] == layer
    weight = torch.tensor([[1.0, 2.0], [3.0, 4.0]])[None, None]
    dx, _, _ = ANSWERS["conv2d_backward"](torch.ones(1, 1, 2, 2), torch.zeros(1, 1, 3, 3), weight, 1, 0)
    assert {"a": weight.sum(), "b": weight.mean(), "c": 1, "d": 4}[key["q3"]] == dx[0, 0, 1, 1]
    assert key["q4"] == "d"
