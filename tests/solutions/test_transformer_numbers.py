"""Every number that lesson 7's prose prints, section by section, computed anew (the explorers' with their tests)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812 (the name that everyone uses)
from torch import nn

from grader.lessons.transformer import LESSON
from grader.publish.source import read_source
from grader.publish.twins import faults
from grader.reference import answers
from hocsau import datasets

ANSWERS = answers("transformer")
CELLS = read_source("transformer")
ENGLISH = {c.key: " ".join(c.source.split()) for c in CELLS if c.language == "en"}
DOUBLE: dict[str, Any] = {"dtype": torch.float64}


def said(key: str, *pieces: str) -> None:
    for piece in pieces:
        assert piece in ENGLISH[key], piece


def test_twins_agree() -> None:
    assert faults(CELLS) == []


def test_every_exercise_of_the_lesson_has_its_cell_and_points() -> None:
    cells = {c.key for c in CELLS if c.role == "exercise"} | {c.key for c in CELLS if c.role == "written"}  # fmt: skip
    names = {e.name for e in LESSON.exercises}
    assert names <= {c.removeprefix("exercise_") for c in cells} | cells


QUERY = torch.tensor([[2.0, 0, 2, 0]])
KEYS = torch.tensor([[1.0, 0, 0, 0], [0, 1, 0, 1], [1, 0, 1, 0]])
VALUES = torch.tensor([[10.0], [20], [30]])


def test_section_2_by_hand() -> None:
    output, weights = ANSWERS["scaled_dot_product_attention"](QUERY, KEYS, VALUES)
    assert [f"{w:.3f}" for w in weights[0]] == ["0.245", "0.090", "0.665"]
    assert [f"{w * v:.2f}" for w, v in zip(weights[0], VALUES[:, 0], strict=True)] == ["2.45", "1.80", "19.96"]  # fmt: skip
    assert f"{output.item():.1f}" == "24.2"
    said("attention", "0.245, 0.090 and 0.665", "2.45 + 1.80 + 19.96 = 24.2")


def test_section_3_variances_and_slope() -> None:
    rng = np.random.default_rng(0)
    for d in (4, 64):
        products = (rng.normal(size=(200_000, d)) * rng.normal(size=(200_000, d))).sum(axis=1)
        assert products.var() == pytest.approx(d, rel=0.03)
    assert f"{math.log(16):.2f}" == "2.77"
    scores = torch.tensor([1.0, 0.0, 2.0], requires_grad=True)
    w = scores.softmax(0)
    (slope,) = torch.autograd.grad(w[0], scores)
    assert slope[0].item() == pytest.approx((w[0] * (1 - w[0])).item())


def test_section_4_masks() -> None:
    mask = torch.tensor([[True, True, False]])
    output, weights = ANSWERS["scaled_dot_product_attention"](QUERY, KEYS, VALUES, mask)
    assert [f"{w:.3f}" for w in weights[0]] == ["0.731", "0.269", "0.000"]
    assert f"{output.item():.1f}" == "12.7"
    zero = torch.tensor([1.0, 0.0, 0.0]).softmax(0)
    assert f"{zero[2].item():.3f}" == "0.212"
    assert abs(0.245 + 0.090 - 1 / 3) < 0.01
    low = torch.tensor([-20000.0, -20001.0, -10000.0]).softmax(0)
    assert low[2].item() == 1
    said("mask", "0.731 and 0.269", "12.7", "0.212")


def test_section_5_triangle() -> None:
    rows = ANSWERS["causal_mask"](3, torch.device("cpu")).tolist()
    assert rows == [[True, False, False], [True, True, False], [True, True, True]]


def test_section_6_a_reshape_mixes_tokens() -> None:
    x = torch.arange(1.0, 9.0).view(1, 2, 4)
    right = x.view(1, 2, 2, 2).transpose(1, 2)
    assert right[0, 0].tolist() == [[1, 2], [5, 6]]
    assert x.reshape(1, 2, 2, 2)[0, 0].tolist() == [[1, 2], [3, 4]]


def test_section_7_positions() -> None:
    row = ANSWERS["positional_encoding"](2, 4)[1]
    assert [f"{v:.3f}" for v in row] == ["0.841", "0.540", "0.010", "1.000"]
    assert round(2 * math.pi * 10000) == 62832
    assert round(63 / (2 * math.pi), 1) == 10.0


def test_section_8_by_hand() -> None:
    x = torch.tensor([1.0, 2, 3, 6])
    y = ANSWERS["layer_norm"](x, torch.ones(4), torch.zeros(4), 0.0)
    assert [f"{v:.3f}" for v in y] == ["-1.069", "-0.535", "0.000", "1.604"]
    assert x.var(correction=0).item() == 3.5
    assert round(100 * (math.sqrt(4 / 3) - 1)) == 15
    assert round(100 * (math.sqrt(512 / 511) - 1), 1) == 0.1


def test_section_9_parameters() -> None:
    block = ANSWERS["TransformerBlock"](64, 4)
    matrices = sum(p.numel() for p in block.parameters() if p.dim() == 2)
    assert matrices == 12 * 64**2 == 49152
    assert sum(p.numel() for p in block.parameters()) - matrices == 576
    said("block", "49152", "576")
    x = torch.linspace(-3, 3, 31, **DOUBLE)
    torch.testing.assert_close(nn.GELU()(x), x * torch.distributions.Normal(0.0, 1.0).cdf(x))


def test_section_11_first_loss() -> None:
    assert f"{math.log(80):.2f}" == "4.38"


def counted() -> tuple[torch.Tensor, torch.Tensor]:
    text = datasets.shakespeare()
    alphabet = {c: i for i, c in enumerate(sorted(set(text)))}
    ids = torch.tensor([alphabet[c] for c in text])
    return ids[: int(0.9 * len(ids))], ids[int(0.9 * len(ids)) :]


def test_section_12_bits_of_simple_models() -> None:
    train, test = counted()
    single = torch.bincount(train, minlength=80).double() + 1
    pairs = torch.bincount(train[:-1] * 80 + train[1:], minlength=6400).view(80, 80).double() + 1
    pairs /= pairs.sum(dim=1, keepdim=True)
    assert f"{math.log2(80):.2f}" == "6.32"
    assert f"{-(single / single.sum())[test].log2().mean().item():.2f}" == "4.66"
    assert f"{-pairs[test[:-1], test[1:]].log2().mean().item():.2f}" == "3.57"
    part = test[:20001]
    assert f"{-pairs[part[:-1], part[1:]].log2().mean().item():.2f}" == "3.54"
    said("bits", "4.66", "3.57")
    said("for_real_reading", "3.54")


def test_section_15_the_card_converts() -> None:
    x = torch.randn(2, 5, 6, **DOUBLE, generator=torch.Generator().manual_seed(0))
    W_q, W_k, W_v, W_o = torch.randn(4, 6, 6, **DOUBLE, generator=torch.Generator().manual_seed(1))
    mask = ANSWERS["causal_mask"](5, x.device)
    theirs = nn.MultiheadAttention(6, 2, bias=False, batch_first=True, **DOUBLE)
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([W_q.T, W_k.T, W_v.T]))
        theirs.out_proj.weight.copy_(W_o.T)
    ours = ANSWERS["multi_head_attention"](x, W_q, W_k, W_v, W_o, 2, mask)
    torch.testing.assert_close(theirs(x, x, x, attn_mask=~mask)[0], ours, rtol=0, atol=1e-10)
    blind = torch.zeros(5, 5, dtype=torch.bool)
    assert (F.scaled_dot_product_attention(x, x, x, attn_mask=blind) == 0).all()
    assert theirs(x, x, x, attn_mask=~blind)[0].isnan().all()
    layer = nn.TransformerEncoderLayer(6, 2)
    assert (layer.linear1.out_features, layer.norm_first, layer.norm1.eps) == (2048, False, 1e-5)


def test_section_16_the_symptom() -> None:
    (buggy,) = (c for c in CELLS if c.key == "buggy_add_positions")
    (symptom,) = (c for c in CELLS if c.key == "buggy_symptom")
    namespace: dict[str, Any] = {"torch": torch}
    exec(buggy.source, namespace)
    exec(symptom.source.replace("print", "shown = "), namespace)
    assert namespace["shown"].tolist() == [[1, 1, 1, 1], [2, 2, 2, 2], [3, 3, 3, 3]]
    right = ANSWERS["transformer_bug_hunt"](torch.ones(3, 4, 2), namespace["table"])[:, :, 0]
    assert right.tolist() == [[1, 2, 3, 4]] * 3


def test_section_17_sizes() -> None:
    text, names = datasets.shakespeare(), datasets.communes()
    assert (len(text), len(set(text))) == (1377888, 80)
    (cell,) = (c for c in CELLS if c.key == "char_lstm")
    namespace: dict[str, Any] = {"nn": nn, "torch": torch, "curves": {}}
    exec(cell.source, namespace)
    gpt, lstm = ANSWERS["TinyGPT"], namespace["CharLSTM"]
    sizes = [gpt(80, 64, 64, 4, 2), lstm(80, 64, 64, 128), gpt(128, 32, 64, 4, 2), lstm(128, 32, 64, 128)]  # fmt: skip
    assert [sum(p.numel() for p in m.parameters()) for m in sizes] == [113920, 114688, 118016, 123904]  # fmt: skip
    assert len(names) == 2823
    assert sum(len(name) + 1 for name in names) == 26820
    assert len(set("\n".join(names))) == 128
    assert round(8 * 4096**2 * 4 / 1e6) == 537
    said("for_real", "1377888", "113920", "114688")
    said("communes", "2823", "26820", "128", "118016", "123904")
