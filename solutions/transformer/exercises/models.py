"""Lesson 7: the cases of the modules, driven with given weights under their names."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.course.definition import CaseKind
from hocsau.judging.request import Build, BuildWith, Drawn, Forward
from hocsau.judging.scoring import Score, Scored
from hocsau.judging.values import Tensor
from hocsau.language import Text

__all__ = ["BLOCK", "GPT"]

Rng = np.random.Generator


def _seed(rng: Rng) -> int:
    return int(rng.integers(1 << 30))


def _block(
    rng: Rng, N: int, T: int, d: int, heads: int, *, dtype: str = "float64", gradients: bool = False, training: bool = False, change: str = "",
) -> Build:  # fmt: skip
    """change: "future" or "samples": a second call with the tokens from T - 2 on drawn anew, or the samples in another order."""
    x = rng.normal(size=(N, T, d)).astype(dtype)
    inputs = [x]
    if change == "future":
        later = x.copy()
        later[:, T - 2 :] = rng.normal(size=(N, 2, d))
        inputs.append(later)
    elif change == "samples":
        inputs.append(np.roll(x, 1, axis=0))
    calls = tuple(
        Forward({"x": Tensor(part, requires_grad=gradients)}, training, _seed(rng) if gradients else None)
        for part in inputs
    )  # fmt: skip
    return Build({"d_model": d, "heads": heads}, Drawn(_seed(rng)), calls, dtype)


BLOCK = (
    CaseKind(Text("two samples, five tokens, three heads"), lambda rng: _block(rng, 2, 5, 12, 3), sees=("norm1, query, key, value, project (Linear, no bias), norm2, feed_forward = Sequential(Linear(d, 4d), GELU, Linear(4d, d))", "residuals",)),
    CaseKind(Text("another future"), lambda rng: _block(rng, 2, 4, 6, 2, change="future"), sees=("causal",)),
    CaseKind(Text("gradients, in train mode"), lambda rng: _block(rng, 3, 2, 4, 2, gradients=True, training=True), sees=("no dropout",)),
    CaseKind(Text("float32, one head"), lambda rng: _block(rng, 3, 4, 6, 1, dtype="float32"), device=True),
    CaseKind(Text("the samples in another order"), lambda rng: _block(rng, 4, 3, 8, 4, change="samples"), hidden=True),
    CaseKind(Text("one token, gradients"), lambda rng: _block(rng, 2, 1, 6, 3, gradients=True), hidden=True),
)  # fmt: skip


def _gpt(
    rng: Rng, N: int, T: int, *, V: int = 9, C: int = 6, d: int = 6, heads: int = 2, layers: int = 2, dtype: str = "float64",
    gradients: bool = False, training: bool = False, change: str = "",
) -> Build:  # fmt: skip
    """change: as for the block."""
    ids = rng.integers(V, size=(N, T))
    inputs = [ids]
    if change == "future":
        later = ids.copy()
        later[:, T - 2 :] = (later[:, T - 2 :] + 1 + rng.integers(V - 1, size=(N, 2))) % V
        inputs.append(later)
    elif change == "samples":
        inputs.append(np.roll(ids, 1, axis=0))
    calls = tuple(Forward({"ids": Tensor(part)}, training, _seed(rng) if gradients else None) for part in inputs)
    settings = {"vocab_size": V, "context_length": C, "d_model": d, "heads": heads, "layers": layers}  # fmt: skip
    return Build(settings, Drawn(_seed(rng)), calls, dtype)


def _with_its_context(rng: Rng) -> BuildWith:
    """Whoever trains a model or writes with it asks it for its context_length."""
    asked = _gpt(rng, 3, 7, C=7)
    return BuildWith(asked.arguments, asked.weights, asked.calls, asked.dtype, attributes=("context_length",))


_START: dict[str, Any] = {"vocab_size": 41, "context_length": 24, "d_model": 32, "heads": 4, "layers": 2}  # fmt: skip


def _start(rng: Rng, *only: str) -> Scored:
    """Its own weights: is each of these matrices a sample of N(0, 0.02²)?"""
    data = {"std": 0.02, "only": list(only)}
    return Scored(Build(_START, None, seed=_seed(rng)), Score("initial_normal", data, most=6.0))


def _first_loss(rng: Rng) -> Scored:
    """Before any training every token is about equally likely."""
    ids, targets = rng.integers(41, size=(2, 8, 24))
    request = Build(_START, None, (Forward({"ids": Tensor(ids)}),), seed=_seed(rng))
    return Scored(request, Score("initial_loss", {"targets": targets}, most=0.08))


GPT = (
    CaseKind(Text("three samples of whole length"), _with_its_context, sees=("token, position (Embeddings, learned positions), blocks (ModuleList), norm, head (no bias), context_length",)),
    CaseKind(Text("shorter than the context, more samples than tokens"), lambda rng: _gpt(rng, 5, 3), device=True, sees=("T below context_length",)),
    CaseKind(Text("another future"), lambda rng: _gpt(rng, 2, 5, change="future"), sees=("no leak",)),
    CaseKind(Text("every parameter receives its gradient"), lambda rng: _gpt(rng, 2, 4, d=4, gradients=True, training=True), sees=("overfits one batch",)),
    CaseKind(Text("its embeddings at the start"), lambda rng: _start(rng, "token", "position"), sees=("matrices start as N(0, 0.02)",)),
    CaseKind(Text("its other matrices at the start"), lambda rng: _start(rng, "blocks", "head"), sees=("matrices start as N(0, 0.02)",)),
    CaseKind(Text("its loss at the start"), _first_loss, sees=("loss near ln V at the start",)),
    CaseKind(Text("the samples in another order"), lambda rng: _gpt(rng, 3, 4, change="samples"), hidden=True),
    CaseKind(Text("three layers, float32"), lambda rng: _gpt(rng, 2, 5, layers=3, dtype="float32"), hidden=True),
    CaseKind(Text("one layer, one head, one token"), lambda rng: _gpt(rng, 4, 1, layers=1, heads=1, gradients=True), hidden=True),
)  # fmt: skip
