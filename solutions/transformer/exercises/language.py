"""Lesson 7: the cases of scoring, training and sampling a language model."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from grader.course.definition import CaseKind
from grader.course.repeated import repeated
from hocsau.datasets import shakespeare
from hocsau.judging.request import Call, Chain, Model, Seed
from hocsau.judging.scoring import Score, Scored
from hocsau.judging.values import Tensor
from hocsau.language import Text

__all__ = ["BITS", "GENERATE", "TRAIN"]

Rng = np.random.Generator
Array = np.ndarray[Any, np.dtype[Any]]


def _seed(rng: Rng) -> int:
    return int(rng.integers(1 << 30))


def _table(
    rng: Rng, V: int, C: int, *, size: float = 1.5, places: float = 1.0, dtype: str = "float64", training: bool = False, stale: bool = False,
) -> Model:  # fmt: skip
    """A model whose logits are a row for the last token (entries of size `size`) plus one for its place (`places`)."""
    weights = {
        "token.weight": (size * rng.normal(size=(V, V))).astype(dtype),
        "position.weight": (places * rng.normal(size=(C, V))).astype(dtype),
    }
    settings = {"vocab_size": V, "context_length": C}
    return Model("table_language_model", settings, weights, dtype=dtype, training=training, stale=stale)  # fmt: skip


def _ids(rng: Rng, *shape: int, V: int) -> Tensor:
    return Tensor(rng.integers(V, size=shape))


def _bits(rng: Rng, n: int, V: int, C: int, *, size: float = 1.5, training: bool = False) -> Call:
    model = _table(rng, V, C, size=size, places=size, training=training)
    return Call({"model": model, "ids": _ids(rng, n, V=V)}, watch=("model",))


BITS = (
    CaseKind(Text("uniform logits: log2 V"), lambda rng: _bits(rng, 13, 11, 4, size=0.0), sees=("uniform logits give log2 V",)),
    CaseKind(Text("whole windows"), lambda rng: _bits(rng, 13, 7, 4), device=True, sees=("ids 1-d, consecutive windows of context_length, the short last one kept, ids[0] not scored",)),
    CaseKind(Text("a short last window"), lambda rng: _bits(rng, 20, 7, 6), sees=("ids 1-d, consecutive windows of context_length, the short last one kept, ids[0] not scored",)),
    CaseKind(Text("a model in train mode"), lambda rng: _bits(rng, 11, 5, 4, training=True), sees=("mode restored",)),
    CaseKind(Text("shorter than one window"), lambda rng: _bits(rng, 4, 5, 9), hidden=True),
    CaseKind(Text("many windows"), lambda rng: _bits(rng, 1000, 9, 8, training=True), hidden=True),
    CaseKind(Text("two characters"), lambda rng: _bits(rng, 2, 6, 3), hidden=True, sees=("ids 1-d, consecutive windows of context_length, the short last one kept, ids[0] not scored",)),
)  # fmt: skip


def _one_window(rng: Rng, steps: int, *, training: bool = False, stale: bool = False, dtype: str = "float64") -> Call:  # fmt: skip
    """As many ids as one window needs, so that every start is 0 and the weights can be compared."""
    V, C = 5, 4
    model = _table(rng, V, C, size=0.5, places=0.5, dtype=dtype, training=training, stale=stale)
    return Call(
        {
            "model": model,
            "ids": Tensor(rng.permutation(C + 1)),
            "steps": steps,
            "batch_size": 6,
            "learning_rate": float(rng.uniform(0.05, 0.1)),
            "generator": Seed(_seed(rng)),
        },
        watch=("model",),
    )


def _again_trained(rng: Rng) -> Scored:
    """A text of many windows: which of them are drawn is the generator's doing."""
    call = _one_window(rng, 3)
    return repeated(replace(call, arguments={**call.arguments, "ids": _ids(rng, 40, V=5)}))


def _windows_learned(rng: Rng) -> Scored:
    """How many windows are learned from in all: batch_size in each step."""
    steps = 3
    call = _one_window(rng, steps)
    arguments = dict(call.arguments)
    model = arguments["model"] = replace(arguments["model"], record=True)
    data = {"length": model.settings["context_length"], "asked": steps * arguments["batch_size"]}
    return Scored(replace(call, arguments=arguments), Score("rows_learned", data, least=1.0))


LETTERS = " abcdefghijklmnopqrstuvwxyz"


@cache
def _text() -> Array:
    """The letters of Shakespeare, everything else a blank, runs of blanks made one: numbers 0 .. 26."""
    kept = "".join(c if c in LETTERS else " " for c in shakespeare()[:400_000].lower())
    return np.array([LETTERS.index(c) for c in " ".join(kept.split())])


def _bigram_bits(ids: Array, held_out: Array, V: int) -> float:
    """Per token, of a table of pairs counted in ids, with one added to each count."""
    counts = np.ones((V, V))
    np.add.at(counts, (ids[:-1], ids[1:]), 1.0)
    p = counts / counts.sum(axis=1, keepdims=True)
    return float(-np.log2(p[held_out[:-1], held_out[1:]]).mean())


def _real(rng: Rng, n: int, steps: int, rate: float, margin: float) -> Scored:
    """English with its letters permuted; held out is a stretch behind the one to learn from."""
    V, C, held_out = 27, 12, 4000
    start = int(rng.integers(len(_text()) - n - held_out))
    ids = rng.permutation(V)[_text()[start : start + n + held_out]]
    train, test = ids[:n], ids[n:]
    settings = {"vocab_size": V, "context_length": C, "d_model": 32, "width": 5}
    model = Model("window_language_model", settings, training=False, stale=True, seed=_seed(rng))
    windows = (len(test) - 1) // C
    data = {
        "model": model,
        "inputs": test[: windows * C].reshape(windows, C),
        "targets": test[1 : windows * C + 1].reshape(windows, C),
    }
    arguments = {
        "model": model, "ids": Tensor(train), "steps": steps, "batch_size": 24, "learning_rate": rate, "generator": Seed(_seed(rng)),
    }  # fmt: skip
    limit = _bigram_bits(train, test, V) - margin
    return Scored(Call(arguments, watch=("model",)), Score("bits", data, most=limit))


def _every_window(rng: Rng) -> Scored:
    """A text of few windows, each of which holds a pair that no other one has: whatever is never drawn is not learned."""
    V, C = 8, 4
    ids = rng.permutation(V)
    arguments = {
        "model": _table(rng, V, C, size=0.5, places=0.5), "ids": Tensor(ids), "steps": 80, "batch_size": 8, "learning_rate": 0.1,
        "generator": Seed(_seed(rng)),
    }  # fmt: skip
    starts = np.arange(V - C)[:, None]
    within = np.arange(C)
    data = {
        "model": arguments["model"],
        "inputs": ids[starts + within],
        "targets": ids[starts + within + 1],
    }
    return Scored(Call(arguments, watch=("model",)), Score("bits", data, most=0.1))


TRAIN = (
    CaseKind(Text("a text of one window, three steps"), lambda rng: _one_window(rng, 3), device=True, sees=("ids 1-d, every window possible, targets shifted by one",)),
    CaseKind(Text("gradients left over from before"), lambda rng: _one_window(rng, 2, stale=True)),
    CaseKind(Text("float32, a model in train mode"), lambda rng: _one_window(rng, 4, training=True, dtype="float32")),
    CaseKind(Text("every window counts"), _every_window, sees=("ids 1-d, every window possible, targets shifted by one",)),
    CaseKind(Text("English with permuted letters: held-out bits below a bigram's"), lambda rng: _real(rng, 15_000, 150, 0.01, 0.05), seconds=60, sees=("ids 1-d, every window possible, targets shifted by one", "held-out bits per character below a bigram model's",)),
    CaseKind(Text("batch_size windows in each step"), _windows_learned),
    CaseKind(Text("one step"), lambda rng: _one_window(rng, 1, stale=True), hidden=True),
    CaseKind(Text("more English, a lower limit"), lambda rng: _real(rng, 60_000, 200, 0.02, 0.1), hidden=True, seconds=90, sees=("held-out bits per character below a bigram model's",)),
    CaseKind(Text("the same seed twice, then another"), _again_trained),
)  # fmt: skip


def _generate(
    rng: Rng, N: int, T: int, new: int, temperature: float, *, V: int = 6, C: int = 5, places: float = 1.0, training: bool = False, watch: bool = True,
) -> Call:  # fmt: skip
    model = _table(rng, V, C, places=places, training=training)
    arguments = {
        "model": model, "ids": _ids(rng, N, T, V=V), "new_tokens": new, "temperature": temperature, "generator": Seed(_seed(rng)),
    }  # fmt: skip
    return Call(arguments, watch=("model",) if watch else ())


def _nearly_greedy(rng: Rng) -> Call:
    """So cold that only the largest logit has a chance: every row of the table is 0, 1, 2 ... in some order."""
    call = _generate(rng, 3, 2, 5, 0.02, places=0.0)
    rows = call.arguments["model"].weights["token.weight"]
    rows[:] = rng.permuted(np.broadcast_to(np.arange(float(len(rows))), rows.shape), axis=1)
    return call


def _again(rng: Rng, temperature: float, *, other: bool) -> Scored:
    """The same call twice, the second time with the same seed or with another one."""
    call = _generate(rng, 3, 2, 16, temperature, training=True, watch=False)
    seed = Seed(call.arguments["generator"].value + other)
    request = Chain(call.arguments, (), ({"generator": seed},))
    pair = {"different" if other else "same": [(0, 1)]}
    return Scored(request, Score("repeats", pair, least=1.0))


def _distribution(rng: Rng, temperature: float) -> Scored:
    """Many rows of a model that sees the last token alone, so that all its next tokens can be counted together."""
    N, T = 300, 2
    call = _generate(rng, N, T, 12, temperature, V=5, C=4, places=0.0, watch=False)
    table = call.arguments["model"].weights["token.weight"] / temperature  # (V, V)
    exponents = np.exp(table - table.max(axis=1, keepdims=True))
    probabilities = exponents / exponents.sum(axis=1, keepdims=True)
    return Scored(call, Score("sampling", {"prompt": T, "probabilities": probabilities}, most=6.0))


GENERATE = (
    CaseKind(Text("temperature 0, within the context"), lambda rng: _generate(rng, 3, 2, 3, 0.0), device=True, sees=("prompt and new tokens returned", "temperature 0 is greedy",)),
    CaseKind(Text("temperature 0, beyond the context"), lambda rng: _generate(rng, 2, 4, 7, 0.0), sees=("context cropped",)),
    CaseKind(Text("a model in train mode"), lambda rng: _generate(rng, 2, 3, 4, 0.0, training=True), sees=("eval mode inside, restored after",)),
    CaseKind(Text("temperature 0.02: all but greedy"), _nearly_greedy, sees=("temperature 0 is greedy",)),
    CaseKind(Text("the same seed twice"), lambda rng: _again(rng, 1.0, other=False), sees=("reproducible",)),
    CaseKind(Text("another seed"), lambda rng: _again(rng, 1.0, other=True), sees=("reproducible",)),
    CaseKind(Text("the distribution at temperature 0.5"), lambda rng: _distribution(rng, 0.5)),
    CaseKind(Text("the distribution at temperature 2"), lambda rng: _distribution(rng, 2.0)),
    CaseKind(Text("a prompt longer than the context"), lambda rng: _generate(rng, 3, 8, 5, 0.0), hidden=True, sees=("context cropped",)),
    CaseKind(Text("reproducible at temperature 1.5"), lambda rng: _again(rng, 1.5, other=False), hidden=True, sees=("reproducible",)),
    CaseKind(Text("one token for one row"), lambda rng: _generate(rng, 1, 1, 1, 0.0, training=True), hidden=True, sees=("prompt and new tokens returned",)),
    CaseKind(Text("the distribution at temperature 1"), lambda rng: _distribution(rng, 1.0), hidden=True),
)  # fmt: skip
