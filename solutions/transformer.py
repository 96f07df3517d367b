# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% key="imports"
import math

import torch
import torch.nn.functional as F
from torch import nn

from hocsau import begin, check, progress

begin("transformer")


# %% exercise="scaled_dot_product_attention"
def scaled_dot_product_attention(query, key, value, mask=None):
    """Scaled dot-product attention: softmax(Q K^T / sqrt(d)) V, the softmax over the keys.

    query: (..., T_q, d)
    key:   (..., T_k, d)
    value: (..., T_k, d_v)
    mask:  bool, broadcasts to (..., T_q, T_k), True = may attend; None: all may
    returns (output, weights): (..., T_q, d_v) and (..., T_q, T_k); a query that may attend to nothing
    gets weights 0 and output 0
    not allowed: F.scaled_dot_product_attention, nn.MultiheadAttention
    Vaswani et al. 2017, eq. 1
    """
    ### BEGIN SOLUTION
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])  # (..., T_q, T_k)
    if mask is None:
        weights = torch.softmax(scores, dim=-1)
    else:
        scores = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
        weights = torch.softmax(scores, dim=-1).masked_fill(~mask, 0.0)  # rows without a key: all 0
    return weights @ value, weights
    ### END SOLUTION


# %% check="scaled_dot_product_attention"
check("scaled_dot_product_attention")


# %% exercise="causal_mask"
def causal_mask(length, device):
    """Who may attend to whom in a text that is read from left to right: position t to positions 0 .. t.

    length: int >= 1;  device: torch.device
    returns (T, T) bool on that device, row = query, column = key, True = may attend
    """
    ### BEGIN SOLUTION
    t = torch.arange(length, device=device)
    return t[:, None] >= t[None, :]
    ### END SOLUTION


# %% check="causal_mask"
check("causal_mask")


# %% exercise="multi_head_attention"
def multi_head_attention(x, W_q, W_k, W_v, W_o, heads, mask=None):
    """Self-attention with several heads: each attends with its own slice of the columns.

    Q = x W_q, K = x W_k, V = x W_v;   head k has the columns  k d/heads .. (k+1) d/heads - 1  of each
    result = (outputs of the heads side by side, in order) W_o

    x:     (N, T, d)
    W_q, W_k, W_v, W_o: (d, d), no bias
    heads: int that divides d
    mask:  bool, broadcasts to (N, heads, T, T), True = may attend; None: all may
    returns (N, T, d)
    not allowed: F.scaled_dot_product_attention, nn.MultiheadAttention
    Vaswani et al. 2017, section 3.2.2
    """
    ### BEGIN SOLUTION
    N, T, d = x.shape

    def split(z):
        return z.view(N, T, heads, d // heads).transpose(1, 2)  # (N, heads, T, d / heads)

    output, _ = scaled_dot_product_attention(split(x @ W_q), split(x @ W_k), split(x @ W_v), mask)
    return output.transpose(1, 2).reshape(N, T, d) @ W_o
    ### END SOLUTION


# %% check="multi_head_attention"
check("multi_head_attention")


# %% exercise="positional_encoding"
def positional_encoding(length, d_model):
    """Sines and cosines of the position, one pair of columns for each frequency.

    PE[t, 2i] = sin(t / 10000^(2i / d_model)),   PE[t, 2i+1] = cos(t / 10000^(2i / d_model))

    length:  int, positions 0 .. length - 1
    d_model: int; if it is odd the last column is a sine
    returns (length, d_model) in torch's default dtype, on the CPU
    Vaswani et al. 2017, section 3.5
    """
    ### BEGIN SOLUTION
    t = torch.arange(length)[:, None]  # (length, 1)
    angles = t / 10000 ** (torch.arange(0, d_model, 2) / d_model)  # (length, ceil(d_model / 2))
    encoding = torch.empty(length, d_model)
    encoding[:, 0::2] = torch.sin(angles)
    encoding[:, 1::2] = torch.cos(angles[:, : d_model // 2])
    return encoding
    ### END SOLUTION


# %% check="positional_encoding"
check("positional_encoding")


# %% exercise="layer_norm"
def layer_norm(x, gamma, beta, eps):
    """Layer normalization: each vector along the last axis gets mean 0 and variance 1, then gamma and beta.

    (x - mean) / sqrt(var + eps) * gamma + beta,   var = mean of (x - mean)^2, divided by d

    x:     (..., d)
    gamma, beta: (d,);  eps: float
    returns (..., d)
    not allowed: F.layer_norm, nn.LayerNorm
    Ba, Kiros, Hinton 2016
    """
    ### BEGIN SOLUTION
    centred = x - x.mean(dim=-1, keepdim=True)
    variance = (centred**2).mean(dim=-1, keepdim=True)  # (..., 1)
    return centred / torch.sqrt(variance + eps) * gamma + beta
    ### END SOLUTION


# %% check="layer_norm"
check("layer_norm")


# %% exercise="TransformerBlock"
class TransformerBlock(nn.Module):
    """A causal Transformer block, pre-norm:  x = x + attention(norm1(x));  x = x + feed_forward(norm2(x)).

    norm1, norm2: nn.LayerNorm(d_model)
    query, key, value, project: nn.Linear(d_model, d_model), no bias; project is what W_o was
    feed_forward: nn.Sequential(Linear(d_model, 4 d_model), GELU, Linear(4 d_model, d_model)), with biases
    no dropout; not allowed: F.scaled_dot_product_attention, nn.MultiheadAttention
    """

    def __init__(self, d_model, heads):
        super().__init__()
        ### BEGIN SOLUTION
        self.heads = heads
        self.norm1 = nn.LayerNorm(d_model)
        self.query = nn.Linear(d_model, d_model, bias=False)
        self.key = nn.Linear(d_model, d_model, bias=False)
        self.value = nn.Linear(d_model, d_model, bias=False)
        self.project = nn.Linear(d_model, d_model, bias=False)
        self.norm2 = nn.LayerNorm(d_model)
        self.feed_forward = nn.Sequential(
            nn.Linear(d_model, 4 * d_model), nn.GELU(), nn.Linear(4 * d_model, d_model)
        )
        ### END SOLUTION

    def forward(self, x):
        """x: (N, T, d_model). returns (N, T, d_model); position t sees positions 0 .. t alone"""
        ### BEGIN SOLUTION
        layers = (self.query, self.key, self.value, self.project)
        weights = [layer.weight.T for layer in layers]  # nn.Linear computes x @ weight.T
        mask = causal_mask(x.shape[1], x.device)
        x = x + multi_head_attention(self.norm1(x), *weights, self.heads, mask)
        return x + self.feed_forward(self.norm2(x))
        ### END SOLUTION


# %% check="TransformerBlock"
check("TransformerBlock")


# %% exercise="TinyGPT"
class TinyGPT(nn.Module):
    """A small GPT: from the tokens so far, the logits of the next one, at every position at once.

    token:    nn.Embedding(vocab_size, d_model);   position: nn.Embedding(context_length, d_model), learned
    blocks:   nn.ModuleList of `layers` TransformerBlock(d_model, heads)
    norm:     nn.LayerNorm(d_model);   head: nn.Linear(d_model, vocab_size), no bias
    context_length: int
    all matrices start as N(0, 0.02^2), embeddings included; biases start at 0

    logits = head(norm(blocks(token(ids) + position(0 .. T-1))))
    """

    def __init__(self, vocab_size, context_length, d_model, heads, layers):
        super().__init__()
        ### BEGIN SOLUTION
        self.context_length = context_length
        self.token = nn.Embedding(vocab_size, d_model)
        self.position = nn.Embedding(context_length, d_model)
        self.blocks = nn.ModuleList([TransformerBlock(d_model, heads) for _ in range(layers)])
        self.norm = nn.LayerNorm(d_model)
        self.head = nn.Linear(d_model, vocab_size, bias=False)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=0.02)
            elif name.endswith("bias"):
                nn.init.zeros_(parameter)
        ### END SOLUTION

    def forward(self, ids):
        """ids: (N, T) int64, T <= context_length. returns logits (N, T, vocab_size)"""
        ### BEGIN SOLUTION
        _, T = ids.shape
        places = torch.arange(T, device=ids.device)
        x = self.token(ids) + self.position(places)  # (N, T, d) + (T, d)
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))
        ### END SOLUTION


# %% check="TinyGPT"
check("TinyGPT")


# %% exercise="bits_per_character"
def bits_per_character(model, ids):
    """How many bits the model needs for each character of a text: the mean of -log2 p(right character).

    The text is cut into consecutive windows of context_length characters (the last may be shorter); within a window
    each character is predicted from those of the window before it, and so is the character behind the window.

    model: nn.Module, logits (1, T, V) or (N, T, V) from ids (N, T), T <= model.context_length
    ids:   (n,) int64, n >= 2; ids[0] is not scored, so n - 1 characters are
    returns a float; the model runs in eval mode and gets its mode back
    """
    ### BEGIN SOLUTION
    was_training = model.training
    model.eval()
    nats = 0.0
    with torch.no_grad():
        inputs, targets = ids[:-1], ids[1:]
        C = model.context_length
        for x, y in zip(inputs.split(C), targets.split(C), strict=True):  # (C,), the last shorter
            nats += F.cross_entropy(model(x[None])[0], y, reduction="sum").item()
    model.train(was_training)
    return nats / len(targets) / math.log(2)
    ### END SOLUTION


# %% check="bits_per_character"
check("bits_per_character")


# %% exercise="train_gpt"
def train_gpt(model, ids, steps, batch_size, learning_rate, generator):
    """Train a language model in place to predict the next token, on windows drawn at random, with AdamW.

    each step: batch_size starts s, each of 0 .. n - C - 1 equally likely (C = model.context_length);
    inputs ids[s .. s+C-1], targets ids[s+1 .. s+C]; the loss is the mean cross-entropy over all positions

    model:         nn.Module with context_length; logits (N, T, V) from ids (N, T)
    ids:           (n,) int64, n > context_length
    steps, batch_size: int;   learning_rate: float, torch.optim.AdamW's
    generator:     torch.Generator for the starts, perhaps on another device than ids
    returns the same model, in train mode
    """
    ### BEGIN SOLUTION
    C = model.context_length
    optimizer = torch.optim.AdamW(model.parameters(), lr=learning_rate)
    within = torch.arange(C + 1, device=ids.device)
    model.train()
    for _ in range(steps):
        starts = torch.randint(
            len(ids) - C, (batch_size, 1), generator=generator, device=generator.device
        )
        windows = ids[starts.to(ids.device) + within]  # (batch_size, C + 1)
        optimizer.zero_grad()
        logits = model(windows[:, :-1])  # (batch_size, C, V)
        loss = F.cross_entropy(logits.flatten(0, 1), windows[:, 1:].flatten())
        loss.backward()
        optimizer.step()
    return model
    ### END SOLUTION


# %% check="train_gpt"
check("train_gpt")


# %% exercise="generate"
def generate(model, ids, new_tokens, temperature, generator):
    """Continue each row of ids, one token at a time: the next is drawn from softmax(logits / temperature).

    The logits are those of the last position, the model's input the last context_length tokens at most.

    model:       nn.Module with context_length; logits (N, T, V) from ids (N, T), T <= context_length
    ids:         (N, T) int64, the prompts, T >= 1; not changed
    new_tokens:  int >= 1
    temperature: float >= 0; 0 takes the largest logit
    generator:   torch.Generator, perhaps on another device than ids
    returns (N, T + new_tokens) int64, prompts included; the model runs in eval mode and gets its mode back
    """
    ### BEGIN SOLUTION
    was_training = model.training
    model.eval()
    with torch.no_grad():
        for _ in range(new_tokens):
            logits = model(ids[:, -model.context_length :])[:, -1]  # (N, V)
            if temperature == 0:
                chosen = logits.argmax(dim=-1, keepdim=True)  # (N, 1)
            else:
                p = torch.softmax(logits / temperature, dim=-1).to(generator.device)
                chosen = torch.multinomial(p, 1, generator=generator).to(ids.device)
            ids = torch.cat([ids, chosen], dim=1)
    model.train(was_training)
    return ids
    ### END SOLUTION


# %% check="generate"
check("generate")


# %% exercise="transformer_bug_hunt"
def transformer_bug_hunt(x, encoding):
    """Add to each token the encoding of its position, without the bug.

    x:        (N, T, d), N sequences of T vectors
    encoding: (L, d), L >= T, row t for position t
    returns (N, T, d)
    """
    ### BEGIN SOLUTION
    return x + encoding[: x.shape[1]]
    ### END SOLUTION


# %% check="transformer_bug_hunt"
check("transformer_bug_hunt")

# %% exercise="transformer_quiz"
transformer_quiz = {
    ### BEGIN SOLUTION
    "q1": "b",
    "q2": "c",
    "q3": "a",
    "q4": "d",
    "q5": "c",
    ### END SOLUTION
}

# %% check="transformer_quiz"
check("transformer_quiz")

# %% key="progress" explore=true
progress()
