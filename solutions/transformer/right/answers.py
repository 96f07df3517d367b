"""Right answers to lesson 7 in other styles than ours."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import nn

from grader.course.answers import style


@style("scaled_dot_product_attention")
def attention_with_infinity_and_nan_to_num(query, key, value, mask=None):
    scores = torch.matmul(query, key.transpose(-1, -2)) / query.size(-1) ** 0.5
    if mask is not None:
        scores = scores.masked_fill(mask.logical_not(), float("-inf"))
    weights = torch.nan_to_num(F.softmax(scores, -1), nan=0.0)
    return torch.matmul(weights, value), weights


@style("scaled_dot_product_attention")
def attention_by_einsum_and_where(query, key, value, mask=None):
    scores = torch.einsum("...qd,...kd->...qk", query / math.sqrt(query.shape[-1]), key)
    if mask is None:
        mask = torch.ones((), dtype=torch.bool, device=query.device)
    lowest = torch.full_like(scores, torch.finfo(scores.dtype).min)
    shifted = torch.where(mask, scores, lowest)
    shifted = shifted - shifted.amax(dim=-1, keepdim=True).detach()
    exponents = torch.where(mask, shifted.exp(), torch.zeros_like(shifted))
    total = exponents.sum(dim=-1, keepdim=True)
    weights = exponents / torch.where(total > 0, total, torch.ones_like(total))
    return torch.einsum("...qk,...kv->...qv", weights, value), weights


@style("scaled_dot_product_attention")
def attention_with_a_list_as_result(query, key, value, mask=None):
    scores = (query @ key.mT) * query.shape[-1] ** -0.5
    if mask is None:
        return [scores.softmax(-1) @ value, scores.softmax(-1)]
    weights = scores.masked_fill(~mask, -1e30).softmax(-1) * mask
    return [weights @ value, weights]


# causal_mask


@style("causal_mask")
def mask_by_tril(length, device):
    return torch.tril(torch.ones((length, length), device=device)).bool()


@style("causal_mask")
def mask_by_not_triu(length, device):
    return ~torch.triu(torch.ones(length, length, device=device, dtype=torch.bool), diagonal=1)


@style("causal_mask")
def mask_row_by_row(length, device):
    mask = torch.zeros((length, length), dtype=torch.bool, device=device)
    for t in range(length):
        mask[t, : t + 1] = True
    return mask


# multi_head_attention


@style("multi_head_attention")
def heads_in_a_loop(x, W_q, W_k, W_v, W_o, heads, mask=None):
    N, T, d = x.shape
    width = d // heads
    outputs = []
    for k in range(heads):
        columns = slice(k * width, (k + 1) * width)
        own = mask
        if mask is not None and mask.dim() == 4:
            own = mask.expand(N, heads, T, T)[:, k]
        query, key, value = x @ W_q[:, columns], x @ W_k[:, columns], x @ W_v[:, columns]
        outputs.append(attention_with_infinity_and_nan_to_num(query, key, value, own)[0])
    return torch.cat(outputs, dim=-1) @ W_o


@style("multi_head_attention")
def heads_by_einsum(x, W_q, W_k, W_v, W_o, heads, mask=None):
    N, T, d = x.shape
    query, key, value = (torch.einsum("ntd,de->nte", x, W).reshape(N, T, heads, -1) for W in (W_q, W_k, W_v))  # fmt: skip
    scores = torch.einsum("nqhc,nkhc->nhqk", query, key) / math.sqrt(d // heads)
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)
    weights = torch.nan_to_num(scores.softmax(-1))
    return torch.einsum("nhqk,nkhc->nqhc", weights, value).flatten(2) @ W_o


@style("multi_head_attention")
def heads_by_chunks(x, W_q, W_k, W_v, W_o, heads, mask=None):
    parts = [torch.stack((x @ W).chunk(heads, dim=-1), dim=1) for W in (W_q, W_k, W_v)]
    output, _ = attention_by_einsum_and_where(*parts, mask)
    return torch.cat(output.unbind(1), dim=-1) @ W_o


# positional_encoding


@style("positional_encoding")
def encoding_by_exponentials(length, d_model):
    position = torch.arange(length, dtype=torch.get_default_dtype()).unsqueeze(1)
    div_term = torch.exp(torch.arange(0, d_model, 2) * (-math.log(10000.0) / d_model))
    pe = torch.zeros(length, d_model)
    pe[:, 0::2] = torch.sin(position * div_term)
    pe[:, 1::2] = torch.cos(position * div_term[: d_model // 2])
    return pe


@style("positional_encoding")
def encoding_in_loops(length, d_model):
    rows = []
    for t in range(length):
        angles = [t / 10000 ** (2 * (c // 2) / d_model) for c in range(d_model)]
        rows.append([math.cos(a) if c % 2 else math.sin(a) for c, a in enumerate(angles)])
    return torch.tensor(rows)


@style("positional_encoding")
def encoding_stacked(length, d_model):
    i = torch.arange((d_model + 1) // 2, dtype=torch.float64)
    angles = torch.outer(torch.arange(length).double(), 10000.0 ** (-2 * i / d_model))
    pairs = torch.stack([angles.sin(), angles.cos()], dim=2).flatten(1)
    return pairs[:, :d_model].to(torch.get_default_dtype())


# layer_norm


@style("layer_norm")
def norm_by_var(x, gamma, beta, eps):
    mean, var = x.mean(-1, keepdim=True), x.var(-1, unbiased=False, keepdim=True)
    return gamma * (x - mean) * torch.rsqrt(var + eps) + beta


@style("layer_norm")
def norm_by_var_mean(x, gamma, beta, eps):
    var, mean = torch.var_mean(x, dim=-1, correction=0, keepdim=True)
    return torch.addcmul(beta, (x - mean) / (var + eps).sqrt(), gamma)


@style("layer_norm")
def norm_by_sums(x, gamma, beta, eps):
    d = x.shape[-1]
    mean = x.sum(dim=-1, keepdim=True) / d
    centred = x - mean
    return centred / ((centred * centred).sum(dim=-1, keepdim=True) / d + eps) ** 0.5 * gamma + beta


# TransformerBlock


class _Parts(nn.Module):
    def __init__(self, d_model, heads):
        super().__init__()
        self.heads = heads
        self.feed_forward = nn.Sequential(nn.Linear(d_model, 4 * d_model), nn.GELU(), nn.Linear(4 * d_model, d_model))
        self.norm1, self.norm2 = nn.LayerNorm(d_model), nn.LayerNorm(d_model)
        for name in ("project", "value", "key", "query"):
            setattr(self, name, nn.Linear(d_model, d_model, bias=False))


@style("TransformerBlock")
class BlockWithItsOwnMask(_Parts):
    """The layers are called, and the mask is a buffer that is not kept."""

    def __init__(self, d_model, heads):
        super().__init__(d_model, heads)
        self.register_buffer("tril", torch.ones(64, 64, dtype=torch.bool).tril(), persistent=False)

    def forward(self, x):
        N, T, d = x.shape
        h = self.norm1(x)
        q, k, v = (part(h).view(N, T, self.heads, -1).permute(0, 2, 1, 3) for part in (self.query, self.key, self.value))  # fmt: skip
        scores = q @ k.transpose(2, 3) / math.sqrt(d / self.heads)
        weights = F.softmax(scores.masked_fill(~self.tril[:T, :T], float("-inf")), dim=-1)
        x = x + self.project((weights @ v).transpose(1, 2).contiguous().view(N, T, d))
        return x + self.feed_forward(self.norm2(x))


@style("TransformerBlock")
class BlockByFunctions(_Parts):
    def forward(self, x):
        weights = [self.query.weight.t(), self.key.weight.t(), self.value.weight.t(), self.project.weight.t()]  # fmt: skip
        mask = mask_by_tril(x.size(1), x.device)
        attended = heads_in_a_loop(self.norm1(x), *weights, self.heads, mask)
        residual = attended + x
        return self.feed_forward(self.norm2(residual)) + residual


@style("TransformerBlock")
class BlockByEinsum(_Parts):
    def forward(self, x):
        mask = mask_by_not_triu(x.shape[1], x.device)[None, None]
        weights = [part.weight.T for part in (self.query, self.key, self.value, self.project)]
        x = x + heads_by_einsum(self.norm1(x), *weights, self.heads, mask)
        return x + self.feed_forward(self.norm2(x))


# TinyGPT


class _GPT(nn.Module):
    block: type[nn.Module] = BlockWithItsOwnMask

    def __init__(self, vocab_size, context_length, d_model, heads, layers):
        super().__init__()
        self.context_length = context_length
        self.head = nn.Linear(d_model, vocab_size, bias=False)
        self.norm = nn.LayerNorm(d_model)
        self.blocks = nn.ModuleList(self.block(d_model, heads) for _ in range(layers))
        self.position = nn.Embedding(context_length, d_model)
        self.token = nn.Embedding(vocab_size, d_model)
        self.apply(self.begin)

    def begin(self, module):
        if isinstance(module, (nn.Linear, nn.Embedding)):
            module.weight.data.normal_(0.0, 0.02)
        if isinstance(module, nn.Linear) and module.bias is not None:
            module.bias.data.zero_()


@style("TinyGPT")
class GPTByApply(_GPT):
    def forward(self, ids):
        position = torch.arange(0, ids.size(1), device=ids.device).unsqueeze(0)
        x = self.token(ids) + self.position(position)
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


@style("TinyGPT")
class GPTByTheTable(_GPT):
    block = BlockByFunctions

    def forward(self, ids):
        x = self.token(ids) + self.position.weight[: ids.shape[1]]
        return self.head(self.norm(nn.Sequential(*self.blocks)(x)))


@style("TinyGPT")
class GPTWithAPositionBuffer(_GPT):
    block = BlockByEinsum

    def __init__(self, vocab_size, context_length, d_model, heads, layers):
        super().__init__(vocab_size, context_length, d_model, heads, layers)
        self.register_buffer("places", torch.arange(context_length))
        with torch.no_grad():
            for parameter in self.parameters():
                if parameter.dim() > 1:
                    parameter.copy_(torch.randn_like(parameter) * 0.02)

    def forward(self, ids):
        x = self.token(ids) + self.position(self.places[: ids.shape[1]])
        for i in range(len(self.blocks)):
            x = self.blocks[i](x)
        return self.head(self.norm(x))


# bits_per_character


@style("bits_per_character")
def bits_by_log_softmax(model, ids):
    mode, total = model.training, 0.0
    model.eval()
    for start in range(0, len(ids) - 1, model.context_length):
        x = ids[start : start + model.context_length][: len(ids) - 1 - start]
        y = ids[start + 1 : start + 1 + len(x)]
        with torch.no_grad():
            logp = torch.log_softmax(model(x.unsqueeze(0)), dim=-1)[0]
        total -= logp[torch.arange(len(y), device=ids.device), y].sum().item()
    model.train(mode)
    return total / (len(ids) - 1) / math.log(2)


@style("bits_per_character")
@torch.no_grad()
def bits_of_whole_windows_at_once(model, ids):
    mode = model.training
    model.eval()
    C, n = model.context_length, len(ids) - 1
    whole = n // C * C
    nats = torch.zeros((), dtype=torch.float64)
    if whole:
        logits = model(ids[:whole].view(-1, C))
        nats += F.cross_entropy(logits.reshape(whole, -1), ids[1 : whole + 1], reduction="sum").cpu()  # fmt: skip
    if whole < n:
        logits = model(ids[whole:n][None])
        nats += F.cross_entropy(logits[0], ids[whole + 1 :], reduction="sum").cpu()
    model.train(mode)
    return float(nats / n / math.log(2))


@style("bits_per_character")
def bits_without_no_grad(model, ids):
    mode = model.training
    model.eval()
    bits = []
    for x, y in zip(ids[:-1].split(model.context_length), ids[1:].split(model.context_length), strict=True):  # fmt: skip
        p = model(x[None]).softmax(-1)[0].gather(1, y[:, None])
        bits.append(-torch.log2(p.detach()).flatten().double())
    model.train(mode)
    return torch.cat(bits).mean().item()


# train_gpt


@style("train_gpt")
def training_by_stacked_windows(model, ids, steps, batch_size, learning_rate, generator):
    C = model.context_length
    optimizer = torch.optim.AdamW(model.parameters(), learning_rate)
    model.train()
    for _ in range(steps):
        starts = torch.randint(0, len(ids) - C, (batch_size,), generator=generator).tolist()
        x = torch.stack([ids[s : s + C] for s in starts])
        y = torch.stack([ids[s + 1 : s + 1 + C] for s in starts])
        logits = model(x)
        loss = F.cross_entropy(logits.transpose(1, 2), y)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
    return model


@style("train_gpt")
def training_by_unfolded_windows(model, ids, steps, batch_size, learning_rate, generator):
    windows = ids.unfold(0, model.context_length + 1, 1)
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate, foreach=False)
    model.train()
    for _ in range(steps):
        chosen = torch.randint(len(windows), (batch_size,), generator=generator).to(ids.device)
        batch = windows[chosen]
        model.zero_grad()
        logp = model(batch[:, :-1]).log_softmax(-1)
        (-logp.gather(2, batch[:, 1:, None]).mean()).backward()
        optimizer.step()
    return model


@style("train_gpt")
def training_by_random_numbers(model, ids, steps, batch_size, learning_rate, generator):
    C = model.context_length
    criterion, optimizer = nn.CrossEntropyLoss(), torch.optim.AdamW(model.parameters(), lr=learning_rate)  # fmt: skip
    for _ in range(steps):
        model.train()
        starts = (torch.rand(batch_size, generator=generator) * (len(ids) - C)).long()
        at = starts[:, None] + torch.arange(C)
        logits = model(ids[at])
        optimizer.zero_grad()
        criterion(logits.reshape(-1, logits.shape[-1]), ids[at + 1].reshape(-1)).backward()
        optimizer.step()
    return model.train()


# generate


@style("generate")
@torch.no_grad()
def generation_into_a_table(model, ids, new_tokens, temperature, generator):
    mode = model.training
    model.eval()
    N, T = ids.shape
    table = torch.zeros(N, T + new_tokens, dtype=ids.dtype, device=ids.device)
    table[:, :T] = ids
    for t in range(T, T + new_tokens):
        last = model(table[:, max(0, t - model.context_length) : t])[:, -1, :]
        if temperature == 0.0:
            table[:, t] = last.argmax(-1)
        else:
            p = F.softmax(last / temperature, dim=-1)
            table[:, t] = torch.multinomial(p, 1, generator=generator).squeeze(1)
    model.train(mode)
    return table


@style("generate")
def generation_by_gumbel(model, ids, new_tokens, temperature, generator):
    mode = model.training
    model.eval()
    for _ in range(new_tokens):
        with torch.no_grad():
            last = model(ids[:, -model.context_length :])[:, -1]
        if temperature > 0:
            u = torch.rand(last.shape, generator=generator, dtype=torch.float64)
            last = last / temperature - torch.log(-torch.log(u.clamp(1e-300, 1 - 1e-16)))
        ids = torch.cat((ids, last.argmax(dim=1, keepdim=True)), dim=1)
    model.train(mode)
    return ids


@style("generate")
def generation_by_inverse_distribution(model, ids, new_tokens, temperature, generator):
    mode = model.training
    model.eval()
    try:
        for _ in range(new_tokens):
            last = model(ids[:, -model.context_length :]).detach()[:, -1]
            if temperature == 0:
                new = torch.max(last, dim=1).indices
            else:
                cumulated = (last / temperature).softmax(-1).cumsum(-1)
                u = torch.rand(len(ids), 1, generator=generator, dtype=last.dtype)
                new = (u > cumulated).sum(-1).clamp(max=last.shape[1] - 1)
            ids = torch.hstack([ids, new[:, None]])
    finally:
        model.train(mode)
    return ids


# bug hunt


@style("transformer_bug_hunt")
def mended_by_arange(x, encoding):
    return x + encoding[torch.arange(x.shape[1], device=x.device)].unsqueeze(0)


@style("transformer_bug_hunt")
def mended_by_embedding(x, encoding):
    N, T, _ = x.shape
    positions = torch.arange(T, device=x.device).expand(N, T)
    return x + F.embedding(positions, encoding)


@style("transformer_bug_hunt")
def mended_in_a_loop(x, encoding):
    return torch.stack([sequence + encoding[: len(sequence)] for sequence in x])
