"""Wrong answers as students write them, thought up apart from the catalogue: never full marks, never a false name."""

from __future__ import annotations

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from grader.course.answers import Seen
from grader.course.reference import answers

RIGHT = answers("transformer")
wrong = Seen()


@wrong("scaled_dot_product_attention", "large_negative_added")
def a_large_negative_number_is_added(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores + (1 - mask.to(scores.dtype)) * -1e9
    weights = F.softmax(scores, dim=-1)
    return weights @ value, weights


@wrong("scaled_dot_product_attention", "blind_query_uniform")
def filled_with_minus_a_billion(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / query.size(-1) ** 0.5
    if mask is not None:
        scores = scores.masked_fill(mask == 0, -1e9)
    weights = scores.softmax(-1)
    return weights @ value, weights


@wrong("scaled_dot_product_attention")
def softmax_over_the_second_axis(query, key, value, mask=None):
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
    weights = torch.softmax(scores, dim=1)
    if mask is not None:
        weights = weights.masked_fill(~mask, 0.0)
    return weights @ value, weights


@wrong("scaled_dot_product_attention")
def scaled_by_the_queries(query, key, value, mask=None):
    return RIGHT["scaled_dot_product_attention"](query * (query.shape[-1] / query.shape[-2]) ** 0.5, key, value, mask)  # fmt: skip


@wrong("scaled_dot_product_attention")
def scaled_twice(query, key, value, mask=None):
    d = query.shape[-1]
    return RIGHT["scaled_dot_product_attention"](query / d**0.5, key / d**0.5, value, mask)


@wrong("causal_mask")
def mask_of_integers(length, device):
    return torch.tril(torch.ones(length, length, device=device, dtype=torch.long))


@wrong("causal_mask")
def mask_with_a_leading_axis(length, device):
    return torch.tril(torch.ones(1, length, length, device=device)).bool()


@wrong("multi_head_attention")
def number_and_width_of_heads_exchanged(x, W_q, W_k, W_v, W_o, heads, mask=None):
    return RIGHT["multi_head_attention"](x, W_q, W_k, W_v, W_o, x.shape[-1] // heads, mask)


@wrong("multi_head_attention")
def mask_with_a_new_axis(x, W_q, W_k, W_v, W_o, heads, mask=None):
    return RIGHT["multi_head_attention"](x, W_q, W_k, W_v, W_o, heads, None if mask is None else mask.unsqueeze(1))


@wrong("multi_head_attention")
def residual_inside(x, W_q, W_k, W_v, W_o, heads, mask=None):
    return x + RIGHT["multi_head_attention"](x, W_q, W_k, W_v, W_o, heads, mask)


@wrong("multi_head_attention")
def only_the_last_transposed(x, W_q, W_k, W_v, W_o, heads, mask=None):
    return RIGHT["multi_head_attention"](x, W_q, W_k, W_v, W_o.T, heads, mask)


@wrong("positional_encoding")
def in_whole_turns(length, d_model):
    t = torch.arange(length)[:, None]
    angles = 2 * math.pi * t / 10000 ** (torch.arange(0, d_model, 2) / d_model)
    pe = torch.zeros(length, d_model)
    pe[:, 0::2], pe[:, 1::2] = angles.sin(), angles.cos()[:, : d_model // 2]
    return pe


@wrong("positional_encoding")
def exponent_over_half_the_width(length, d_model):
    half = max(1, d_model // 2)
    angles = torch.arange(length)[:, None] / 10000 ** (torch.arange((d_model + 1) // 2) / half)
    pe = torch.zeros(length, d_model)
    pe[:, 0::2], pe[:, 1::2] = angles.sin(), angles.cos()[:, : d_model // 2]
    return pe


@wrong("positional_encoding")
def positions_from_zero_to_one(length, d_model):
    return RIGHT["positional_encoding"](length, d_model) / length


@wrong("layer_norm")
def over_the_last_two_axes(x, gamma, beta, eps):
    axes = (-2, -1) if x.dim() > 1 else -1
    mean, var = x.mean(axes, keepdim=True), x.var(axes, keepdim=True, unbiased=False)
    return (x - mean) / torch.sqrt(var + eps) * gamma + beta


@wrong("layer_norm")
def eps_squared(x, gamma, beta, eps):
    return RIGHT["layer_norm"](x, gamma, beta, eps**2)


@wrong("layer_norm", "eps_outside_the_root")
def biased_std_plus_eps(x, gamma, beta, eps):
    return gamma * (x - x.mean(-1, keepdim=True)) / (x.std(-1, keepdim=True, unbiased=False) + eps) + beta  # fmt: skip


class _Block(nn.Module):
    activation: Any = nn.GELU

    def __init__(self, d_model, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(d_model), nn.LayerNorm(d_model)
        self.query, self.key, self.value, self.project = (nn.Linear(d_model, d_model, bias=False) for _ in range(4))
        self.feed_forward = nn.Sequential(
            nn.Linear(d_model, 4 * d_model), self.activation(), nn.Linear(4 * d_model, d_model)
        )

    def attend(self, h):
        weights = [part.weight.T for part in (self.query, self.key, self.value, self.project)]
        mask = RIGHT["causal_mask"](h.shape[1], h.device)
        return RIGHT["multi_head_attention"](h, *weights, self.heads, mask)

    def forward(self, x):
        x = x + self.attend(self.norm1(x))
        return x + self.feed_forward(self.norm2(x))


@wrong("TransformerBlock")
class GeluByTanh(_Block):
    def activation(self):
        return nn.GELU(approximate="tanh")


@wrong("TransformerBlock")
class DropoutInTraining(_Block):
    def forward(self, x):
        x = x + F.dropout(self.attend(self.norm1(x)), 0.1, self.training)
        return x + F.dropout(self.feed_forward(self.norm2(x)), 0.1, self.training)


@wrong("TransformerBlock")
class SecondResidualFromTheInput(_Block):
    def forward(self, x):
        middle = x + self.attend(self.norm1(x))
        return x + self.feed_forward(self.norm2(middle))


@wrong("TransformerBlock")
class NormBehindThePart(_Block):
    def forward(self, x):
        x = x + self.norm1(self.attend(x))
        return x + self.norm2(self.feed_forward(x))


@wrong("TransformerBlock")
class NormsExchanged(_Block):
    def forward(self, x):
        x = x + self.attend(self.norm2(x))
        return x + self.feed_forward(self.norm1(x))


class _GPT(nn.Module):
    std = 0.02

    def __init__(self, vocab_size, context_length, d_model, heads, layers):
        super().__init__()
        self.context_length = context_length
        self.token = nn.Embedding(vocab_size, d_model)
        self.position = nn.Embedding(context_length, d_model)
        self.blocks = nn.ModuleList(_Block(d_model, heads) for _ in range(layers))
        self.norm, self.head = nn.LayerNorm(d_model), nn.Linear(d_model, vocab_size, bias=False)
        for parameter in self.parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=self.std)

    def embedded(self, ids):
        return self.token(ids) + self.position(torch.arange(ids.shape[1], device=ids.device))

    def forward(self, ids):
        x = self.embedded(ids)
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


@wrong("TinyGPT")
class EmbeddingsTimesTheRoot(_GPT):
    def embedded(self, ids):
        places = torch.arange(ids.shape[1], device=ids.device)
        return self.token(ids) * self.token.embedding_dim**0.5 + self.position(places)


@wrong("TinyGPT", "start_too_large")
class TenTimesTooLarge(_GPT):
    std = 0.2


@wrong("TinyGPT", "start_too_large")
class VarianceForDeviation(_GPT):
    std = 0.02**0.5


@wrong("TinyGPT")
class HalfAgainTooLarge(_GPT):
    std = 0.03


@wrong("TinyGPT")
class FixedSines(_GPT):
    def embedded(self, ids):
        table = RIGHT["positional_encoding"](self.context_length, self.token.embedding_dim)
        return self.token(ids) + table[: ids.shape[1]].to(self.token.weight)


@wrong("TinyGPT")
class PositionsFromOne(_GPT):
    def embedded(self, ids):
        return self.token(ids) + self.position(torch.arange(1, ids.shape[1] + 1))


@wrong("bits_per_character")
def decimal_digits(model, ids):
    return RIGHT["bits_per_character"](model, ids) * math.log10(2)


@wrong("bits_per_character")
def only_the_last_of_each_window(model, ids):
    was = model.training
    model.eval()
    found = []
    for x, y in zip(ids[:-1].split(model.context_length), ids[1:].split(model.context_length), strict=True):  # fmt: skip
        with torch.no_grad():
            found.append(F.cross_entropy(model(x[None])[:, -1], y[-1:]).item() / math.log(2))
    model.train(was)
    return sum(found) / len(found)


@wrong("bits_per_character")
def accuracy_for_bits(model, ids):
    was = model.training
    model.eval()
    right = 0
    for x, y in zip(ids[:-1].split(model.context_length), ids[1:].split(model.context_length), strict=True):  # fmt: skip
        right += (model(x[None])[0].argmax(-1) == y).sum().item()
    model.train(was)
    return right / (len(ids) - 1)


@wrong("train_gpt", "adam_for_adamw")
def adamw_without_decay(model, ids, steps, batch_size, learning_rate, generator):
    return _trained(model, ids, steps, batch_size, learning_rate, generator, weight_decay=0.0)


@wrong("train_gpt")
def one_step_too_many(model, ids, steps, batch_size, learning_rate, generator):
    return _trained(model, ids, steps + 1, batch_size, learning_rate, generator)


@wrong("train_gpt")
def gradients_clipped(model, ids, steps, batch_size, learning_rate, generator):
    return _trained(model, ids, steps, batch_size, learning_rate, generator, clip=0.05)


@wrong("train_gpt")
def always_from_the_beginning(model, ids, steps, batch_size, learning_rate, generator):
    return _trained(model, ids[: model.context_length + 1], steps, batch_size, learning_rate, generator)  # fmt: skip


def _trained(model, ids, steps, batch_size, rate, generator, clip=0.0, weight_decay=0.01):
    C = model.context_length
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=weight_decay)
    model.train()
    for _ in range(steps):
        starts = torch.randint(len(ids) - C, (batch_size, 1), generator=generator)
        windows = ids[starts + torch.arange(C + 1)]
        optimizer.zero_grad()
        F.cross_entropy(model(windows[:, :-1]).flatten(0, 1), windows[:, 1:].flatten()).backward()
        if clip:
            nn.utils.clip_grad_norm_(model.parameters(), clip)
        optimizer.step()
    return model


@wrong("generate")
def the_three_likeliest(model, ids, new_tokens, temperature, generator):
    return _written(model, ids, new_tokens, temperature, generator, top=3)


@wrong("generate")
def context_one_too_short(model, ids, new_tokens, temperature, generator):
    return _written(model, ids, new_tokens, temperature, generator, shorter=1)


@wrong("generate", "temperature_ignored")
def probabilities_over_temperature(model, ids, new_tokens, temperature, generator):
    return _written(model, ids, new_tokens, temperature, generator, after=True)


@wrong("generate")
def written_backwards(model, ids, new_tokens, temperature, generator):
    return _written(model, ids, new_tokens, temperature, generator).flip(1)


@wrong("generate")
def a_list_of_numbers(model, ids, new_tokens, temperature, generator):
    return _written(model, ids, new_tokens, temperature, generator).tolist()


def _written(model, ids, new_tokens, temperature, generator, top=0, shorter=0, after=False):
    was = model.training
    model.eval()
    for _ in range(new_tokens):
        with torch.no_grad():
            logits = model(ids[:, -max(1, model.context_length - shorter) :])[:, -1]
        if temperature == 0:
            new = logits.argmax(-1, keepdim=True)
        else:
            if top:
                logits = logits.masked_fill(logits < logits.topk(top).values[:, -1:], -torch.inf)
            p = logits.softmax(-1) / temperature if after else (logits / temperature).softmax(-1)
            new = torch.multinomial(p, 1, generator=generator)
        ids = torch.cat([ids, new], 1)
    model.train(was)
    return ids


@wrong("transformer_bug_hunt")
def rows_by_width(x, encoding):
    return x + encoding[: x.shape[-1]]


@wrong("transformer_bug_hunt")
def positions_counted_down(x, encoding):
    return x + encoding[: x.shape[1]].flip(0)


@wrong("transformer_bug_hunt")
def encoding_alone(x, encoding):
    return encoding[: x.shape[1]].expand_as(x)
