"""Every number that lesson 5's prose prints, section by section, computed anew (5a to 5c: with the explorers' tests)."""

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 (the name that everyone uses)
from torch import nn

from grader.publish.source import read_source
from grader.publish.twins import faults
from grader.reference import answers

ANSWERS = answers("convolutional_networks")
CELLS = read_source("convolutional_networks")
ENGLISH = {c.key: " ".join(c.source.split()) for c in CELLS if c.language == "en"}

# Section 5.2's picture and kernel.
X = torch.tensor([[1.0, 2, 0], [0, 1, 3], [2, 1, 0]], dtype=torch.float64)[None, None]
K = torch.tensor([[1.0, 0], [-1, 2]], dtype=torch.float64)[None, None]


def parameters(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())


def namespace(*keys: str) -> dict[str, Any]:
    """What the code cells called `keys` define."""
    found: dict[str, Any] = {"torch": torch, "nn": nn, "F": F, **ANSWERS}
    for key in keys:
        exec(next(c.source for c in CELLS if c.key == key), found)
    return found


def test_twins_agree() -> None:
    assert faults(CELLS) == []


def test_section_1_parameters() -> None:
    assert 784 * 4704 + 4704 == 3692640
    assert 6 * 28 * 28 == 4704
    assert parameters(nn.Conv2d(1, 6, 5)) == 6 * (25 + 1) == 156


def test_section_2_by_hand() -> None:
    y = ANSWERS["conv2d"](X, K, None, 1, 0)[0, 0]
    assert y.tolist() == [[3, 7], [0, 0]]
    turned = ANSWERS["conv2d"](X, K.flip(2, 3), None, 1, 0)[0, 0]
    assert turned[0, 0] == 1


@pytest.mark.parametrize(("n", "k", "p", "s", "places"), [(28, 5, 2, 1, 28), (28, 3, 1, 2, 14), (8, 3, 0, 2, 3)])  # fmt: skip
def test_section_2_sizes(n: int, k: int, p: int, s: int, places: int) -> None:
    assert ANSWERS["conv_output_size"](n, k, s, p) == places
    assert f"$n = {n}, k = {k}, p = {p}, s = {s}$" in ENGLISH["convolution"]


def test_section_2_an_odd_kernel_keeps_the_size_and_an_even_one_cannot() -> None:
    for k in (1, 3, 5, 7):
        assert ANSWERS["conv_output_size"](28, k, 1, (k - 1) // 2) == 28
    for k in (2, 4, 6):
        assert 28 not in [ANSWERS["conv_output_size"](28, k, 1, p) for p in range(4)]


def test_section_3_the_view_of_the_windows() -> None:
    windows = torch.zeros(28, 28).unfold(0, 5, 1).unfold(1, 5, 1)
    assert (windows.shape, windows.stride()) == ((24, 24, 5, 5), (28, 1, 28, 1))
    assert 24 * 24 * 25 == 14400


def test_section_3_the_three_ways_agree() -> None:
    cell = next(c.source for c in CELLS if c.key == "measure")
    ways: dict[str, Any] = {"torch": torch}
    exec(cell.partition("def milliseconds")[0], ways)
    pixels, kernel = torch.rand(7, 6), torch.rand(3, 2)
    expected = F.conv2d(pixels[None, None], kernel[None, None])[0, 0]
    for name in ("four_loops", "two_loops", "im2col"):
        torch.testing.assert_close(ways[name](pixels, kernel), expected)


def test_section_4_kernels() -> None:
    from hocsau.explore.kernels import PRESETS

    assert sum(PRESETS["blur"]) == pytest.approx(1)
    assert sum(PRESETS["laplacian"]) == sum(PRESETS["level"]) == 0
    assert sum(PRESETS["sharpen"]) == 1


def test_section_5_fields() -> None:
    layers = [(5, 1), (2, 2), (5, 1), (2, 2)]
    assert [ANSWERS["receptive_field"](layers[: k + 1]) for k in range(4)] == [5, 6, 14, 16]
    assert ANSWERS["receptive_field"]([(3, 1)] * 2) == 5
    assert ANSWERS["receptive_field"]([(3, 1)] * 3) == ANSWERS["receptive_field"]([(7, 1)])
    weights = [parameters(nn.Conv2d(4, 4, k, bias=False)) for k in (3, 7)]
    assert [3 * weights[0], weights[1]] == [27 * 4**2, 49 * 4**2]


def test_section_6_by_hand() -> None:
    dx, dweight, dbias = ANSWERS["conv2d_backward"](torch.ones(1, 1, 2, 2).double(), X, K, 1, 0)
    assert dbias.item() == 4
    assert dweight[0, 0].tolist() == [[4, 6], [4, 5]]
    assert dx[0, 0].tolist() == [[1, 1, 0], [0, 2, 2], [-1, 1, 2]]
    assert K.sum() == 2


def test_section_8_by_hand() -> None:
    x = torch.tensor([[1.0, 3, 0], [3, 2, 5]])[None, None]
    assert ANSWERS["max_pool2d"](x, 2, 1).flatten().tolist() == [3, 5]
    dx = ANSWERS["max_pool2d_backward"](torch.tensor([10.0, 1.0]).reshape(1, 1, 1, 2), x, 2, 1)
    assert dx[0, 0].tolist() == [[0, 10, 0], [0, 0, 1]]


def test_section_9_lenet_in_numbers() -> None:
    model = ANSWERS["LeNet"]()
    counts = {name: parameters(layer) for name, layer in model.named_children()}
    assert counts == {"conv1": 156, "conv2": 2416, "fc1": 48120, "fc2": 10164, "fc3": 850}
    assert parameters(model) == 61706
    products = [28 * 28 * 6 * 25, 10 * 10 * 16 * 150, 400 * 120, 120 * 84, 84 * 10]
    assert round(100 * (156 + 2416) / 61706) == 4
    assert round(100 * sum(products[:2]) / sum(products)) == 86


def test_section_11_a_silent_block_is_the_identity_and_passes_the_gradient_on() -> None:
    block = ANSWERS["ResidualBlock"](3, 3, 1).double()
    nn.init.zeros_(block.bn2.weight)
    x = torch.rand(2, 3, 4, 5, dtype=torch.float64) + 0.1
    x.requires_grad_()
    y = block(x)
    dy = torch.rand_like(y)
    (dx,) = torch.autograd.grad(y, x, dy)
    torch.testing.assert_close(y, x)
    torch.testing.assert_close(dx, dy)


def test_section_11_batch_norm_is_the_formula() -> None:
    norm = nn.BatchNorm2d(2).double()
    x = torch.randn(5, 2, 3, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    y = norm(x)
    mean, var = x.mean(dim=(0, 2, 3)), x.var(dim=(0, 2, 3), unbiased=False)
    torch.testing.assert_close(y, (x - mean[:, None, None]) / (var[:, None, None] + 1e-5).sqrt())
    torch.testing.assert_close(norm.running_mean, 0.1 * mean)
    torch.testing.assert_close(norm.running_var, 0.9 + 0.1 * var * 60 / 59)


def test_section_13_conversions() -> None:
    images = torch.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)
    assert torch.equal(images.permute(0, 3, 1, 2)[1, 4], images[1, :, :, 4])
    assert not torch.equal(images.permute(0, 3, 1, 2), images.reshape(2, 5, 3, 4))
    x = torch.zeros(1, 1, 9, 9)
    assert F.max_pool2d(x, 3).shape[-1] == 3
    assert F.max_pool2d(torch.zeros(1, 1, 8, 8), 3, 2, ceil_mode=True).shape[-1] == 4


def test_section_14_symptom_and_cure() -> None:
    buggy = namespace("buggy_pictures")["buggy_channels_first"]
    red = torch.zeros(1, 2, 4, 3, dtype=torch.uint8)
    red[..., 0] = 255
    wrong, right = buggy(red), ANSWERS["convolutional_networks_bug_hunt"](red)
    assert wrong.shape == right.shape == (1, 3, 2, 4)
    assert (right[0].flatten(1) == torch.tensor([[1.0], [0.0], [0.0]])).all()
    assert all(len(channel.unique()) == 2 for channel in wrong[0])
    grey = red[..., :1]
    assert torch.equal(buggy(grey), ANSWERS["convolutional_networks_bug_hunt"](grey))


def test_section_15_sizes_of_the_networks() -> None:
    found = namespace("networks")
    assert parameters(found["mlp"]()) == 101770
    network = found["SmallResNet"]()
    assert parameters(network) == 77754
    assert network.blocks(network.stem(torch.zeros(2, 1, 28, 28))).shape == (2, 64, 4, 4)


def test_the_quiz_follows_from_the_lesson() -> None:
    assert ANSWERS["convolutional_networks_quiz"] == {"q1": "b", "q2": "c", "q3": "a", "q4": "d"}
    assert [ANSWERS["conv_output_size"](n, 5, 2, 2) for n in (15, 20)] == [8, 10]
    assert parameters(nn.Conv2d(16, 32, 3)) == 4640
