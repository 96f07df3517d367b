"""Two more right answers per exercise of lesson 7, far from ours: loops over rows, complex numbers, other draws."""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from grader.course.answers import style


def attention_row_by_row(query, key, value, mask=None):
    front, (T_q, T_k) = query.shape[:-2], (query.shape[-2], key.shape[-2])
    allowed = torch.ones(*front, T_q, T_k, dtype=torch.bool, device=query.device)
    allowed = (allowed if mask is None else allowed & mask).reshape(-1, T_q, T_k)
    q, k, v = (z.reshape(-1, *z.shape[-2:]) for z in (query, key, value))
    weights = []
    for b in range(len(q)):
        for i in range(T_q):
            row = torch.zeros(T_k, dtype=query.dtype, device=query.device)
            seen = allowed[b, i].nonzero().flatten()
            if len(seen):
                scores = (k[b, seen] * q[b, i]).sum(-1) / math.sqrt(q.shape[-1])
                row = row.index_copy(0, seen, scores.softmax(0))
            weights.append(row)
    table = torch.stack(weights).reshape(-1, T_q, T_k)
    return (table @ v).reshape(*front, T_q, -1), table.reshape(*front, T_q, T_k)


def attention_by_logarithms(query, key, value, mask=None):
    scores = (query * query.size(-1) ** -0.5) @ key.mT
    hidden = torch.zeros((), dtype=torch.bool, device=query.device) if mask is None else ~mask
    scores = scores.masked_fill(hidden, torch.finfo(scores.dtype).min)
    weights = torch.exp(scores - torch.logsumexp(scores, dim=-1, keepdim=True))
    weights = weights.masked_fill(hidden, 0)
    return weights.matmul(value), weights


def mask_by_indices(length, device):
    mask = torch.zeros(length, length, dtype=torch.bool, device=device)
    rows, columns = torch.tril_indices(length, length, device=device)
    mask[rows, columns] = True
    return mask


def mask_from_lists(length, device):
    rows = [[key <= query for key in range(length)] for query in range(length)]
    return torch.tensor(rows, device=device)


def heads_by_unflatten(x, W_q, W_k, W_v, W_o, heads, mask=None):
    q, k, v = ((x @ W).unflatten(-1, (heads, -1)).permute(0, 2, 1, 3) for W in (W_q, W_k, W_v))
    output, _ = attention_by_logarithms(q, k, v, mask)
    return output.permute(0, 2, 1, 3).flatten(-2) @ W_o


def heads_as_a_sum(x, W_q, W_k, W_v, W_o, heads, mask=None):
    """Each head's slice of the columns meets its slice of the rows of W_o; the results are added."""
    N, T, d = x.shape
    total, width = torch.zeros_like(x), d // heads
    every = None if mask is None else torch.broadcast_to(mask, (N, heads, T, T))
    for h in range(heads):
        part = torch.arange(h * width, (h + 1) * width, device=x.device)
        q, k, v = (torch.matmul(x, W.index_select(1, part)) for W in (W_q, W_k, W_v))
        output, _ = attention_row_by_row(q, k, v, None if every is None else every[:, h])
        total = total + output @ W_o.index_select(0, part)
    return total


def encoding_by_complex_numbers(length, d_model):
    omega = 10000.0 ** (-torch.arange(0, d_model, 2, dtype=torch.float64) / d_model)
    angles = torch.outer(torch.arange(length, dtype=torch.float64), omega)
    turns = torch.polar(torch.ones_like(angles), angles)
    pairs = torch.view_as_real(turns).flip(-1).reshape(length, -1)[:, :d_model]
    return pairs.to(torch.get_default_dtype())


def encoding_by_a_phase(length, d_model):
    columns = torch.arange(d_model)
    t = torch.arange(length).unsqueeze(-1)
    return torch.sin(t * 1e4 ** -((columns - columns % 2) / d_model) + math.pi / 2 * (columns % 2))


def norm_by_moments(x, gamma, beta, eps):
    mean, square = x.mean(-1, keepdim=True), x.square().mean(-1, keepdim=True)
    return (x - mean) * (square - mean.square() + eps).pow(-0.5) * gamma + beta


def norm_vector_by_vector(x, gamma, beta, eps):
    d = x.size(-1)
    done = []
    for row in x.reshape(-1, d):
        std, mean = torch.std_mean(row, unbiased=False)
        done.append((row - mean) / torch.hypot(std, torch.full_like(std, eps**0.5)))
    return torch.stack(done).view(x.shape) * gamma + beta


class Parts(nn.Module):
    def __init__(self, d_model, heads):
        super().__init__()
        self.n_heads = heads
        self.norm2 = nn.LayerNorm(d_model, eps=1e-5)
        self.feed_forward = nn.Sequential(
            nn.Linear(d_model, d_model * 4), nn.GELU(approximate="none"), nn.Linear(d_model * 4, d_model)
        )  # fmt: skip
        self.project, self.query, self.key, self.value = (nn.Linear(d_model, d_model, False) for _ in range(4))
        self.norm1 = nn.LayerNorm(d_model)


class BlockByOneProduct(Parts):
    """The three products are one, and the mask is a table of 0 and minus infinity."""

    def forward(self, x):
        N, T, d = x.shape
        table = torch.cat([self.query.weight, self.key.weight, self.value.weight])
        q, k, v = F.linear(self.norm1(x), table).view(N, T, 3, self.n_heads, -1).permute(2, 0, 3, 1, 4)  # fmt: skip
        hidden = torch.full((T, T), -torch.inf, dtype=x.dtype, device=x.device).triu(1)
        weights = (q @ k.transpose(-1, -2) * (d // self.n_heads) ** -0.5 + hidden).softmax(-1)
        x = x + self.project((weights @ v).transpose(1, 2).reshape(N, T, d))
        return x + self.feed_forward(self.norm2(x))


class BlockTokenByToken(Parts):
    """Token t attends to the tokens that there were when it came: no mask is needed."""

    def forward(self, x):
        h = self.norm1(x)
        q, k, v = (part(h).unflatten(2, (self.n_heads, -1)) for part in (self.query, self.key, self.value))  # fmt: skip
        seen = []
        for t in range(x.shape[1]):
            scores = torch.einsum("nhc,nkhc->nhk", q[:, t], k[:, : t + 1]) / math.sqrt(q.shape[-1])
            seen.append(torch.einsum("nhk,nkhc->nhc", scores.softmax(-1), v[:, : t + 1]))
        middle = self.project(torch.stack(seen, 1).flatten(2)) + x
        return middle + self.feed_forward(self.norm2(middle))


class Language(nn.Module):
    block: Any = BlockByOneProduct

    def __init__(self, vocab_size, context_length, d_model, heads, layers):
        super().__init__()
        self.context_length = context_length
        self.token = nn.Embedding(vocab_size, d_model)
        self.position = nn.Embedding(context_length, d_model)
        self.blocks = nn.ModuleList()
        for _ in range(layers):
            self.blocks.append(self.block(d_model, heads))
        self.norm, self.head = nn.LayerNorm(d_model), nn.Linear(d_model, vocab_size, bias=False)
        self.begin()

    def begin(self):
        for parameter in self.parameters():
            if parameter.ndim > 1:
                parameter.data = torch.normal(0.0, 0.02, parameter.shape)
        for block in self.blocks:
            for layer in (block.feed_forward[0], block.feed_forward[2]):
                layer.bias.data.fill_(0.0)


class GPTByCounting(Language):
    def forward(self, ids):
        h = self.token(ids) + self.position(torch.ones_like(ids).cumsum(1) - 1)
        for block in self.blocks:
            h = block(h)
        return F.linear(self.norm(h), self.head.weight)


class GPTRowByRow(Language):
    block = BlockTokenByToken

    def forward(self, ids):
        return torch.cat([self.one(row) for row in ids.split(1)])

    def one(self, row):
        T = row.size(-1)
        h = F.embedding(row, self.token.weight) + self.position.weight.narrow(0, 0, T)
        for block in self.blocks:
            h = block(h)
        return self.norm(h) @ self.head.weight.t()


def bits_by_nll(model, ids):
    before = model.training
    try:
        model.eval()
        total, at = 0.0, 0
        with torch.inference_mode():
            while at < ids.numel() - 1:
                piece = ids[at : at + model.context_length + 1]
                logp = F.log_softmax(model(piece[:-1].unsqueeze(0)).double(), dim=-1)
                total += F.nll_loss(logp.squeeze(0), piece[1:], reduction="sum").item()
                at += model.context_length
    finally:
        model.train(before)
    return total / math.log(2.0) / (ids.numel() - 1)


def bits_as_probabilities(model, ids):
    before = model.training
    model.train(False)
    needed = []
    for start in range(0, len(ids) - 1, model.context_length):
        end = min(start + model.context_length, len(ids) - 1)
        with torch.no_grad():
            p = torch.softmax(model(ids[None, start:end])[0].double(), -1)
        needed += [-math.log2(p[i, ids[start + i + 1]]) for i in range(end - start)]
    model.train(before)
    return math.fsum(needed) / len(needed)


def training_by_multinomial(model, ids, steps, batch_size, learning_rate, generator):
    n, C = ids.numel(), model.context_length
    even = torch.ones(n - C, device=generator.device)
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)  # fmt: skip
    model.train()
    for _ in range(steps):
        starts = torch.multinomial(even, batch_size, replacement=True, generator=generator)
        windows = torch.vstack([ids[s : s + C + 1] for s in starts.tolist()])
        logits = model(windows[:, :C])
        for parameter in model.parameters():
            parameter.grad = None
        F.cross_entropy(logits.reshape(-1, logits.size(-1)), windows[:, 1:].reshape(-1)).backward()
        optimizer.step()
    return model


def training_by_flat_indices(model, ids, steps, batch_size, learning_rate, generator):
    C = model.context_length
    model = model.train(True)
    optimizer = torch.optim.AdamW([{"params": model.parameters()}], lr=learning_rate)
    loss_of = nn.NLLLoss()
    for step in range(steps):
        draws = torch.randint(high=ids.shape[0] - C, size=(batch_size,), generator=generator)
        at = (draws.unsqueeze(1) + torch.arange(C).unsqueeze(0)).to(ids.device)
        optimizer.zero_grad(set_to_none=step > 0)
        logp = F.log_softmax(model(ids.take(at)), dim=2)
        loss_of(logp.movedim(2, 1), ids.take(at + 1)).backward()
        optimizer.step()
    return model


def generation_by_exponentials(model, ids, new_tokens, temperature, generator):
    before = model.training
    model.eval()
    rows = [ids]
    for _ in range(new_tokens):
        seen = torch.cat(rows, 1)
        with torch.no_grad():
            logits = model(seen[:, -min(seen.size(1), model.context_length) :])[:, -1]
        if temperature == 0:
            chosen = logits.topk(1, dim=-1).indices
        else:
            p = F.softmax(logits / temperature, -1)
            chosen = (p / torch.empty_like(p).exponential_(generator=generator)).argmax(-1, True)
        rows.append(chosen)
    model.train(before)
    return torch.cat(rows, 1)


def generation_by_recursion(model, ids, new_tokens, temperature, generator):
    if new_tokens == 0:
        return ids
    before = model.training
    with torch.no_grad():
        last = model.eval()(ids[:, max(0, ids.shape[1] - model.context_length) :])[:, -1]
    model.train(before)
    if temperature > 0:
        last = torch.multinomial(F.softmax(last / temperature, 1), 1, generator=generator)[:, 0]
    else:
        last = last.max(1)[1]
    longer = torch.column_stack((ids, last))
    return generation_by_recursion(model, longer, new_tokens - 1, temperature, generator)


def mended_by_narrow(x, encoding):
    return torch.add(x, encoding.narrow(0, 0, x.size(1))[None])


def mended_by_expand(x, encoding):
    N, T, d = x.size()
    return encoding[:T].expand(N, T, d) + x


MORE = {
    "scaled_dot_product_attention": (attention_row_by_row, attention_by_logarithms),
    "causal_mask": (mask_by_indices, mask_from_lists),
    "multi_head_attention": (heads_by_unflatten, heads_as_a_sum),
    "positional_encoding": (encoding_by_complex_numbers, encoding_by_a_phase),
    "layer_norm": (norm_by_moments, norm_vector_by_vector),
    "TransformerBlock": (BlockByOneProduct, BlockTokenByToken),
    "TinyGPT": (GPTByCounting, GPTRowByRow),
    "bits_per_character": (bits_by_nll, bits_as_probabilities),
    "train_gpt": (training_by_multinomial, training_by_flat_indices),
    "generate": (generation_by_exponentials, generation_by_recursion),
    "transformer_bug_hunt": (mended_by_narrow, mended_by_expand),
}

for _exercise, _programs in MORE.items():
    for _program in _programs:
        style(_exercise)(_program)
