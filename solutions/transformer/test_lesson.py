"""Lesson 7's answers against torch's own attention, normalization and autograd, and against closed forms."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 (the name that everyone uses)
from torch import nn

from grader.course.reference import answers
from grader.publish.claims import source_cell

torch.set_num_threads(1)  # on a busy machine two threads spend their time waiting for one another
ANSWERS = answers("transformer")
EXACT: dict[str, Any] = {"rtol": 0, "atol": 1e-10}
MASKS = {"none": None, "rows": (3, 5), "samples": (2, 1, 1, 5), "heads": (4, 1, 5), "all": (2, 4, 3, 5)}  # fmt: skip


def draw(*shape: int, seed: int = 0, grad: bool = False) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, dtype=torch.float64, generator=generator).requires_grad_(grad)


def some(shape: tuple[int, ...] | None) -> torch.Tensor | None:
    """A mask of this shape that lets every query see something, its diagonal of keys at least."""
    if shape is None:
        return None
    mask = torch.rand(shape, generator=torch.Generator().manual_seed(9)) < 0.5
    mask[..., 0] = True
    return mask


@pytest.mark.parametrize("shape", MASKS.values(), ids=MASKS)
def test_attention_and_its_gradients_are_torchs(shape: tuple[int, ...] | None) -> None:
    mask = some(shape)
    found, expected = [], []
    for results, attend in ((found, True), (expected, False)):
        query, key, value = (
            draw(2, 4, n, d, seed=seed, grad=True) for seed, (n, d) in enumerate([(3, 6), (5, 6), (5, 7)])
        )
        if attend:
            output, _ = ANSWERS["scaled_dot_product_attention"](query, key, value, mask)
        else:
            output = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        output.backward(draw(2, 4, 3, 7, seed=5))
        results += [output, query.grad, key.grad, value.grad]
    for ours, theirs in zip(found, expected, strict=True):
        torch.testing.assert_close(ours, theirs, **EXACT)


def test_weights_are_a_softmax_over_the_allowed_keys() -> None:
    query, key, value, mask = draw(3, 6), draw(5, 6, seed=1), draw(5, 7, seed=2), some((3, 5))
    assert mask is not None
    _, weights = ANSWERS["scaled_dot_product_attention"](query, key, value, mask)
    for row in range(3):
        allowed = mask[row].nonzero().flatten()
        scores = torch.stack([query[row] @ key[j] for j in allowed]) / math.sqrt(6)
        torch.testing.assert_close(weights[row, allowed], scores.exp() / scores.exp().sum(), **EXACT)  # fmt: skip
    assert (weights[~mask] == 0).all()


def test_a_query_that_may_attend_to_nothing_gets_zeros_and_hands_on_no_nan() -> None:
    query, key, value = (draw(2, n, 4, seed=n, grad=True) for n in (3, 5, 5))
    mask = torch.ones(3, 5, dtype=torch.bool)
    mask[1] = False
    output, weights = ANSWERS["scaled_dot_product_attention"](query, key, value, mask)
    assert (weights[:, 1] == 0).all()
    assert (output[:, 1] == 0).all()
    (output.sum() + weights.square().sum()).backward()
    for tensor in (query, key, value):
        assert tensor.grad.isfinite().all()
    assert (query.grad[:, 1] == 0).all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_scores_of_ten_thousand_stay_finite(dtype: torch.dtype) -> None:
    query, key, value = (draw(n, 4, seed=n).to(dtype) for n in (3, 5, 5))
    mask = ANSWERS["causal_mask"](5, torch.device("cpu"))[:3]
    for sign in (1, -1):
        output, weights = ANSWERS["scaled_dot_product_attention"](sign * 1e4 * query, key, value, mask)  # fmt: skip
        assert output.isfinite().all()
        torch.testing.assert_close(weights.sum(-1), torch.ones(3, dtype=dtype))
        assert (weights[~mask] == 0).all()


@pytest.mark.parametrize("length", [1, 2, 5])
def test_causal_mask_is_torchs(length: int) -> None:
    mask = ANSWERS["causal_mask"](length, torch.device("cpu"))
    square = nn.Transformer.generate_square_subsequent_mask(length)  # 0 where allowed, -inf elsewhere
    assert mask.dtype == torch.bool
    assert torch.equal(mask, square == 0)
    assert ANSWERS["causal_mask"](length, torch.device("meta")).device.type == "meta"


@pytest.mark.parametrize("d_model", [1, 2, 6, 7])
def test_encoding_entry_by_entry(d_model: int) -> None:
    encoding = ANSWERS["positional_encoding"](9, d_model)
    assert encoding.dtype == torch.get_default_dtype()
    for t in range(9):
        for column in range(d_model):
            angle = t / 10000 ** (2 * (column // 2) / d_model)
            expected = math.cos(angle) if column % 2 else math.sin(angle)
            assert float(encoding[t, column]) == pytest.approx(expected, abs=2e-6)


def test_encoding_of_a_later_position_is_a_rotation_that_does_not_know_where() -> None:
    encoding = ANSWERS["positional_encoding"](30, 8).double()
    k = 7
    for pair in range(4):
        angle = torch.tensor(k / 10000 ** (2 * pair / 8), dtype=torch.float64)
        turn = torch.stack([torch.stack([angle.cos(), angle.sin()]), torch.stack([-angle.sin(), angle.cos()])])
        columns = encoding[:, 2 * pair : 2 * pair + 2]
        torch.testing.assert_close(columns[k:], columns[:-k] @ turn.T, rtol=0, atol=1e-5)


@pytest.mark.parametrize("eps", [1e-5, 0.1, 2.0])
def test_layer_norm_and_its_gradients_are_torchs(eps: float) -> None:
    found, expected = [], []
    for results, ours in ((found, True), (expected, False)):
        x, gamma, beta = draw(2, 3, 4, grad=True), draw(4, seed=1, grad=True), draw(4, seed=2, grad=True)  # fmt: skip
        y = ANSWERS["layer_norm"](x, gamma, beta, eps) if ours else F.layer_norm(x, (4,), gamma, beta, eps)  # fmt: skip
        y.backward(draw(2, 3, 4, seed=3))
        results += [y, x.grad, gamma.grad, beta.grad]
    for ours, theirs in zip(found, expected, strict=True):
        torch.testing.assert_close(ours, theirs, **EXACT)


@pytest.mark.parametrize("heads", [1, 2, 6])
@pytest.mark.parametrize("masked", [False, True])
def test_multi_head_attention_is_torchs_module_converted(heads: int, masked: bool) -> None:
    """in_proj_weight is W_q^T, W_k^T, W_v^T above one another; their mask says True where one may NOT attend."""
    x = draw(3, 5, 6, grad=True)
    weights = [draw(6, 6, seed=seed, grad=True) for seed in range(1, 5)]
    mask = ANSWERS["causal_mask"](5, torch.device("cpu")) if masked else None
    ours = ANSWERS["multi_head_attention"](x, *weights, heads, mask)
    gradients = torch.autograd.grad(ours, [x, *weights], draw(3, 5, 6, seed=8))

    module = nn.MultiheadAttention(6, heads, bias=False, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        module.in_proj_weight.copy_(torch.cat([W.T for W in weights[:3]]))
        module.out_proj.weight.copy_(weights[3].T)
    theirs, _ = module(x, x, x, attn_mask=None if mask is None else ~mask, need_weights=False)
    torch.testing.assert_close(ours, theirs, **EXACT)
    dx, d_in, d_out = torch.autograd.grad(
        theirs, [x, module.in_proj_weight, module.out_proj.weight], draw(3, 5, 6, seed=8)
    )
    expected = [dx, *(part.T for part in d_in.chunk(3)), d_out.T]
    for one, other in zip(gradients, expected, strict=True):
        torch.testing.assert_close(one, other, **EXACT)


def test_without_a_mask_permuting_the_tokens_permutes_the_result() -> None:
    x, order = draw(2, 5, 6), torch.tensor([3, 0, 4, 1, 2])
    weights = [draw(6, 6, seed=seed) for seed in range(1, 5)]
    result = ANSWERS["multi_head_attention"](x, *weights, 3)
    permuted = ANSWERS["multi_head_attention"](x[:, order], *weights, 3)
    torch.testing.assert_close(permuted, result[:, order], **EXACT)


def block(heads: int = 2) -> Any:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return ANSWERS["TransformerBlock"](6, heads).double()


def test_block_is_torchs_encoder_layer_converted() -> None:
    """norm_first=True is pre-norm; its biases of the attention are set to 0."""
    ours, x = block(), draw(3, 5, 6)
    theirs = nn.TransformerEncoderLayer(
        6, 2, 24, dropout=0.0, activation="gelu", batch_first=True, norm_first=True, dtype=torch.float64
    )  # fmt: skip
    with torch.no_grad():
        for parameter in ours.parameters():
            parameter.copy_(torch.randn(parameter.shape, dtype=torch.float64, generator=torch.Generator().manual_seed(parameter.numel())))  # fmt: skip
        attention = theirs.self_attn
        attention.in_proj_weight.copy_(torch.cat([ours.query.weight, ours.key.weight, ours.value.weight]))  # fmt: skip
        attention.in_proj_bias.zero_()
        attention.out_proj.weight.copy_(ours.project.weight)
        attention.out_proj.bias.zero_()
        for name, part in {"norm1": ours.norm1, "norm2": ours.norm2, "linear1": ours.feed_forward[0], "linear2": ours.feed_forward[2]}.items():  # fmt: skip
            getattr(theirs, name).load_state_dict(part.state_dict())
    mask = nn.Transformer.generate_square_subsequent_mask(5, dtype=torch.float64)
    torch.testing.assert_close(ours(x), theirs(x, src_mask=mask, is_causal=True), **EXACT)


def test_block_and_gpt_do_not_see_the_future_and_keep_samples_apart() -> None:
    x = draw(3, 5, 6)
    later = x.clone()
    later[:, 3:] += draw(3, 2, 6, seed=1)
    torch.testing.assert_close(block()(later)[:, :3], block()(x)[:, :3], rtol=0, atol=0)
    model = gpt()
    ids = torch.tensor([[1, 2, 3, 4], [4, 3, 2, 1]])
    changed = ids.clone()
    changed[:, 3] = 0
    torch.testing.assert_close(model(changed)[:, :3], model(ids)[:, :3], rtol=0, atol=0)
    torch.testing.assert_close(model(ids.flip(0)), model(ids).flip(0), **EXACT)
    torch.testing.assert_close(model(ids[:, :2]), model(ids)[:, :2], **EXACT)


def gpt(vocab_size: int = 11, context_length: int = 6, seed: int = 0) -> Any:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return ANSWERS["TinyGPT"](vocab_size, context_length, 12, 3, 2)


def test_gpt_has_the_parameters_of_the_contract() -> None:
    model = gpt()
    d, V, C = 12, 11, 6
    per_block = 4 * d * d + 2 * 4 * d * d + 5 * d + 4 * d
    assert sum(p.numel() for p in model.parameters()) == 2 * V * d + C * d + 2 * per_block + 2 * d
    assert [name for name, _ in model.named_children()] == ["token", "position", "blocks", "norm", "head"]  # fmt: skip
    assert model.head.bias is None


def test_gpt_starts_at_the_loss_of_a_guess_and_overfits_one_batch() -> None:
    model, generator = gpt(), torch.Generator().manual_seed(1)
    ids = torch.randint(11, (4, 7), generator=generator)
    loss = F.cross_entropy(model(ids[:, :-1]).flatten(0, 1), ids[:, 1:].flatten())
    assert loss.item() == pytest.approx(math.log(11), abs=0.05)
    text = torch.randint(11, (7,), generator=generator)  # one window
    ANSWERS["train_gpt"](model, text, 300, 4, 1e-2, generator)
    assert ANSWERS["bits_per_character"](model, text) < 0.05


class Uniform(nn.Module):
    def __init__(self, vocab_size: int, context_length: int) -> None:
        super().__init__()
        self.vocab_size, self.context_length = vocab_size, context_length
        self.lengths: list[int] = []

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        assert not self.training
        self.lengths.append(ids.shape[1])
        return torch.zeros(*ids.shape, self.vocab_size)


@pytest.mark.parametrize("training", [True, False])
def test_bits_of_uniform_logits(training: bool) -> None:
    model = Uniform(13, 4).train(training)
    found = ANSWERS["bits_per_character"](model, torch.arange(12))
    assert type(found) is float
    assert found == pytest.approx(math.log2(13), rel=1e-6)
    assert sum(model.lengths) == 11
    assert model.training is training


def test_bits_are_window_by_window() -> None:
    model, ids = gpt(), torch.randint(11, (21,), generator=torch.Generator().manual_seed(2))
    total = 0.0
    for start in range(0, 20, 6):
        x, y = ids[start : start + 6][: 20 - start], ids[start + 1 : start + 7]
        p = model.eval()(x[None]).softmax(-1)[0]
        total -= p[torch.arange(len(x)), y].log2().sum().item()
    assert ANSWERS["bits_per_character"](model, ids) == pytest.approx(total / 20, rel=1e-5)


def test_training_follows_adamw_on_all_windows() -> None:
    """With as many characters as one window needs every start is 0, so the run can be repeated by hand."""
    ours, theirs = gpt(seed=3), gpt(seed=3)
    ids = torch.tensor([1, 5, 2, 7, 0, 3, 9])
    returned = ANSWERS["train_gpt"](ours, ids, 3, 2, 1e-2, torch.Generator().manual_seed(0))
    assert returned is ours
    assert ours.training
    optimizer = torch.optim.AdamW(theirs.parameters(), lr=1e-2)
    for _ in range(3):
        optimizer.zero_grad()
        logits = theirs(ids[None, :6].expand(2, -1))
        F.cross_entropy(logits.flatten(0, 1), ids[1:].repeat(2)).backward()
        optimizer.step()
    for one, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=1e-6)


def test_every_window_is_drawn() -> None:
    seen: set[tuple[int, ...]] = set()

    class Recorder(nn.Module):
        context_length = 3

        def __init__(self) -> None:
            super().__init__()
            self.logits = nn.Parameter(torch.zeros(9))

        def forward(self, ids: torch.Tensor) -> torch.Tensor:
            seen.update(tuple(row.tolist()) for row in ids)
            return self.logits.expand(*ids.shape, 9)

    ANSWERS["train_gpt"](Recorder(), torch.arange(8), 20, 8, 1e-3, torch.Generator().manual_seed(0))
    assert seen == {(s, s + 1, s + 2) for s in range(5)}


def test_generation_is_greedy_at_zero_and_reproducible_otherwise() -> None:
    model, ids = gpt(), torch.tensor([[3], [7]])
    greedy = ANSWERS["generate"](model, ids, 9, 0, torch.Generator())
    assert torch.equal(greedy[:, :1], ids)
    for t in range(1, 10):
        last = model(greedy[:, max(0, t - 6) : t])[:, -1]
        assert torch.equal(greedy[:, t], last.argmax(-1))
    runs = [ANSWERS["generate"](model, ids, 20, 1.0, torch.Generator().manual_seed(s)) for s in (1, 1, 2)]  # fmt: skip
    assert torch.equal(runs[0], runs[1])
    assert not torch.equal(runs[0], runs[2])
    assert torch.equal(ids, torch.tensor([[3], [7]]))
    assert model.training


def test_temperature_divides_the_logits() -> None:
    class Fixed(nn.Module):
        context_length = 4
        logits = torch.tensor([1.0, 0.0, -1.0])

        def forward(self, ids: torch.Tensor) -> torch.Tensor:
            return self.logits.expand(*ids.shape, 3)

    ids = torch.zeros(20000, 1, dtype=torch.int64)
    for temperature in (0.5, 2.0):
        drawn = ANSWERS["generate"](Fixed(), ids, 1, temperature, torch.Generator().manual_seed(0))
        found = torch.bincount(drawn[:, 1], minlength=3) / 20000
        expected = torch.softmax(Fixed.logits / temperature, 0)
        torch.testing.assert_close(found, expected, rtol=0, atol=0.015)


def test_bug_hunt_takes_the_position_from_the_sequence_axis() -> None:
    x, encoding = draw(2, 5, 3), draw(9, 3, seed=1)
    found = ANSWERS["transformer_bug_hunt"](x, encoding)
    for n in range(2):
        for t in range(5):
            torch.testing.assert_close(found[n, t], x[n, t] + encoding[t], **EXACT)


def test_the_symptom_of_the_bug_hunt() -> None:
    """One sentence three times: the bug gives each its place in the batch, the answer the places of its tokens."""
    buggy = source_cell("transformer", "buggy_add_positions")["buggy_add_positions"]
    sentences, table = torch.ones(3, 4, 2), torch.arange(6.0)[:, None].expand(6, 2)
    assert buggy(sentences, table)[:, :, 0].tolist() == [[1] * 4, [2] * 4, [3] * 4]
    right = ANSWERS["transformer_bug_hunt"](sentences, table)[:, :, 0]
    assert right.tolist() == [[1, 2, 3, 4]] * 3
