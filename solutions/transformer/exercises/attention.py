"""Lesson 7: the cases of the functions: attention, masks, heads, positions, normalization."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.course.definition import CaseKind
from hocsau.judging.request import Call, Chain, Device
from hocsau.judging.values import Tensor
from hocsau.language import Text

__all__ = ["ATTENTION_CASES", "BUG_HUNT", "CAUSAL_MASK", "LAYER_NORM_CASES", "MULTI_HEAD", "POSITIONS"]  # fmt: skip

Rng = np.random.Generator
Array = np.ndarray[Any, np.dtype[Any]]


def _seed(rng: Rng) -> int:
    return int(rng.integers(1 << 30))


def _drawn(rng: Rng, *shape: int, size: float = 1.0, dtype: str = "float64", gradients: bool = False) -> Tensor:  # fmt: skip
    return Tensor((size * rng.normal(size=shape)).astype(dtype), requires_grad=gradients)


def _mask(rng: Rng, *shape: int) -> Array:
    """About half may attend; every query has a key that it sees and, where there are several, one that it does not."""
    mask = rng.random(shape) < 0.5
    keys = rng.permuted(np.broadcast_to(np.arange(shape[-1]), shape), axis=-1)
    np.put_along_axis(mask, keys[..., :1], True, axis=-1)
    if shape[-1] > 1:
        np.put_along_axis(mask, keys[..., 1:2], False, axis=-1)
    return mask


def _causal(length: int) -> Array:
    return np.tril(np.ones((length, length), dtype=bool))


def _attend(
    rng: Rng, front: tuple[int, ...], queries: int, keys: int, d: int, d_v: int, mask: Array | None = None,
    *, size: float = 1.0, dtype: str = "float64", gradients: bool = False,
) -> Call:  # fmt: skip
    drawn: dict[str, Any] = {"dtype": dtype, "gradients": gradients}
    return Call(
        {
            "query": _drawn(rng, *front, queries, d, size=1.5 * size, **drawn),
            "key": _drawn(rng, *front, keys, d, size=1.5, **drawn),
            "value": _drawn(rng, *front, keys, d_v, **drawn),
            "mask": None if mask is None else Tensor(mask),
        },
        backward=_seed(rng) if gradients else None,
    )


def _blind_query(rng: Rng, gradients: bool = True) -> Call:
    """One query may attend to nothing, in one of two samples."""
    mask = _mask(rng, 2, 3, 5)
    mask[int(rng.integers(2)), int(rng.integers(3))] = False
    return _attend(rng, (2,), 3, 5, 4, 6, mask, gradients=gradients)


def _huge(rng: Rng, queries: int, keys: int, d: int, mask: Array | None) -> Call:
    """Scores of the order of 1e4, and one query all of whose scores are below -1e4."""
    call = _attend(rng, (2,), queries, keys, d, 2, mask, size=1e4)
    query, key = call.arguments["query"].array, call.arguments["key"].array
    key[..., 0] = np.abs(key[..., 0]) + 0.5
    query[:, 0] = 0.0
    query[:, 0, 0] = -4e4 * d**0.5 / 2
    return call


def _padded(rng: Rng) -> Call:
    """Keys behind a sample's length are padding, for all its heads and queries; one sample is empty."""
    lengths = np.array([4, 0, 2])
    mask = np.arange(5)[None, :] < lengths[:, None]  # (3, 5)
    return _attend(rng, (3, 2), 4, 5, 6, 3, mask[:, None, None, :])


ATTENTION_CASES = (
    CaseKind(Text("three queries, five keys, no mask"), lambda rng: _attend(rng, (), 3, 5, 4, 6), device=True, sees=("(..., T_q, d) with T_q != T_k, d_v != d_k",)),
    CaseKind(Text("samples and heads in front, a causal mask for all"), lambda rng: _attend(rng, (2, 3), 4, 4, 6, 5, _causal(4)), sees=("broadcast mask",)),
    CaseKind(Text("a mask for each sample, gradients"), lambda rng: _attend(rng, (2, 4), 3, 5, 6, 7, _mask(rng, 2, 1, 3, 5), gradients=True), device=True),
    CaseKind(Text("a query that may attend to nothing"), _blind_query, sees=("a fully masked row gives zero weights and zero output",)),
    CaseKind(Text("scores of ten thousand"), lambda rng: _huge(rng, 4, 6, 3, _mask(rng, 4, 6)), sees=("large scores",)),
    CaseKind(Text("float32, one mask of keys for all queries"), lambda rng: _attend(rng, (3,), 2, 6, 8, 4, _mask(rng, 6), dtype="float32", gradients=True), sees=("broadcast mask",)),
    CaseKind(Text("padding, and an empty sample"), _padded, hidden=True, sees=("a fully masked row gives zero weights and zero output",)),
    CaseKind(Text("a single query of length 1"), lambda rng: _attend(rng, (3,), 1, 7, 1, 4), hidden=True),
    CaseKind(Text("long vectors"), lambda rng: _attend(rng, (2, 2), 5, 3, 64, 2, _mask(rng, 2, 2, 5, 3), gradients=True), hidden=True),
    CaseKind(Text("huge scores without a mask"), lambda rng: _huge(rng, 3, 5, 4, None), hidden=True, sees=("large scores",)),
)  # fmt: skip


def _square(length: int) -> Call:
    return Call({"length": length, "device": Device()})


CAUSAL_MASK = (
    CaseKind(Text("length 5"), lambda _: _square(5), device=True, sees=("device",)),
    CaseKind(Text("length 1"), lambda _: _square(1), sees=("length 1",)),
    CaseKind(Text("length 2"), lambda _: _square(2)),
    CaseKind(Text("another length"), lambda rng: _square(int(rng.integers(6, 20))), hidden=True),
)  # fmt: skip


def _table(length: int, d_model: int) -> Call:
    return Call({"length": length, "d_model": d_model})


POSITIONS = (
    CaseKind(Text("six positions, eight columns"), lambda _: _table(6, 8), sees=("sin on even, cos on odd columns, base 10000, default dtype, CPU",)),
    CaseKind(Text("nine positions, four columns"), lambda _: _table(9, 4), sees=("sin on even, cos on odd columns, base 10000, default dtype, CPU",)),
    CaseKind(Text("an odd number of columns"), lambda _: _table(5, 7), sees=("odd d_model ends in a sine",)),
    CaseKind(Text("a single position"), lambda _: _table(1, 6)),
    CaseKind(Text("many positions"), lambda rng: _table(int(rng.integers(20, 40)), 16), hidden=True, sees=("relation between positions",)),
    CaseKind(Text("one column"), lambda _: _table(8, 1), hidden=True),
    CaseKind(Text("two columns"), lambda _: _table(7, 2), hidden=True),
    CaseKind(Text("a thousand positions: the base shows"), lambda rng: _table(int(rng.integers(950, 1050)), 4)),
)  # fmt: skip


def _norm(rng: Rng, *shape: int, eps: float = 1e-5, dtype: str = "float64", gradients: bool = False) -> Call:  # fmt: skip
    d = shape[-1]
    x = 2.0 * rng.normal(size=shape) + 3.0
    gamma = rng.choice((-1.0, 1.0), size=d) * rng.uniform(0.5, 2.0, size=d)
    beta = rng.choice((-1.0, 1.0), size=d) * rng.uniform(0.5, 2.0, size=d)
    tensors = [Tensor(part.astype(dtype), requires_grad=gradients) for part in (x, gamma, beta)]
    arguments = dict(zip(("x", "gamma", "beta"), tensors, strict=True))
    return Call({**arguments, "eps": eps}, backward=_seed(rng) if gradients else None)


LAYER_NORM_CASES = (
    CaseKind(Text("five vectors of length four"), lambda rng: _norm(rng, 5, 4), device=True, sees=("biased variance",)),
    CaseKind(Text("a large eps"), lambda rng: _norm(rng, 3, 4, eps=0.5), sees=("eps large",)),
    CaseKind(Text("as many vectors as entries"), lambda rng: _norm(rng, 4, 4, eps=0.1), sees=("last axis only",)),
    CaseKind(Text("three axes, gradients"), lambda rng: _norm(rng, 2, 3, 5, gradients=True), sees=("last axis only",)),
    CaseKind(Text("float32"), lambda rng: _norm(rng, 2, 3, 6, dtype="float32", gradients=True)),
    CaseKind(Text("one vector"), lambda rng: _norm(rng, 7, eps=0.2), hidden=True),
    CaseKind(Text("vectors of length one"), lambda rng: _norm(rng, 3, 1, eps=0.3), hidden=True),
    CaseKind(Text("four axes, gradients"), lambda rng: _norm(rng, 2, 2, 3, 4, eps=1.0, gradients=True), hidden=True),
)  # fmt: skip


def _heads(
    rng: Rng, N: int, T: int, d: int, heads: int, mask: Array | None = None, *, dtype: str = "float64", gradients: bool = False,
) -> Call:  # fmt: skip
    drawn: dict[str, Any] = {"dtype": dtype, "gradients": gradients}
    weights = {f"W_{part}": _drawn(rng, d, d, size=1.5 / d**0.5, **drawn) for part in "qkvo"}
    return Call(
        {
            "x": _drawn(rng, N, T, d, **drawn),
            **weights,
            "heads": heads,
            "mask": None if mask is None else Tensor(mask),
        },
        backward=_seed(rng) if gradients else None,
    )


def _changed(call: Call, change: Any) -> Chain:
    """The call, and once more with another x."""
    x = call.arguments["x"].array
    return Chain(call.arguments, (), ({"x": Tensor(change(x))},))


def _other_future(rng: Rng) -> Chain:
    call = _heads(rng, 2, 5, 6, 3, _causal(5))

    def change(x: Array) -> Array:
        later = x.copy()
        later[:, 3:] += rng.normal(size=later[:, 3:].shape)
        return later

    return _changed(call, change)


def _other_order(rng: Rng, axis: int) -> Chain:
    call = _heads(rng, 3, 4, 8, 2)
    size = call.arguments["x"].array.shape[axis]
    order = np.roll(np.arange(size), 1)
    return _changed(call, lambda x: np.take(x, order, axis=axis))


MULTI_HEAD = (
    CaseKind(Text("two samples, five tokens, three heads"), lambda rng: _heads(rng, 2, 5, 12, 3), device=True, sees=("x @ W (all d x d, no bias)", "head k is columns k d/heads .. (k+1) d/heads", "non-symmetric W",)),
    CaseKind(Text("one head"), lambda rng: _heads(rng, 3, 4, 5, 1)),
    CaseKind(Text("more samples than tokens, a causal mask, gradients"), lambda rng: _heads(rng, 5, 2, 6, 2, _causal(2), gradients=True), sees=("mask broadcasts to (N, heads, T, T)", "N > 1 with T != N",)),
    CaseKind(Text("another future, a causal mask"), _other_future, sees=("perturbing the future changes nothing earlier",)),
    CaseKind(Text("the tokens in another order, no mask"), lambda rng: _other_order(rng, 1)),
    CaseKind(Text("a mask for each sample and head, float32"), lambda rng: _heads(rng, 2, 3, 8, 4, _mask(rng, 2, 4, 3, 3), dtype="float32", gradients=True), device=True, sees=("mask broadcasts to (N, heads, T, T)",)),
    CaseKind(Text("the samples in another order"), lambda rng: _other_order(rng, 0), hidden=True),
    CaseKind(Text("as many heads as columns, padding"), lambda rng: _heads(rng, 3, 4, 5, 5, _mask(rng, 3, 1, 1, 4)), hidden=True, sees=("head k is columns k d/heads .. (k+1) d/heads",)),
    CaseKind(Text("one sample, one token"), lambda rng: _heads(rng, 1, 1, 6, 2, gradients=True), hidden=True),
)  # fmt: skip


def _places(rng: Rng, N: int, T: int, d: int, extra: int, *, dtype: str = "float64", gradients: bool = False) -> Call:  # fmt: skip
    drawn: dict[str, Any] = {"dtype": dtype, "gradients": gradients}
    arguments = {
        "x": _drawn(rng, N, T, d, **drawn),
        "encoding": _drawn(rng, max(N, T) + extra, d, **drawn),
    }
    return Call(arguments, backward=_seed(rng) if gradients else None)


BUG_HUNT = (
    CaseKind(Text("three samples, five tokens"), lambda rng: _places(rng, 3, 5, 4, 2), device=True),
    CaseKind(Text("more samples than tokens"), lambda rng: _places(rng, 6, 2, 3, 1)),
    CaseKind(Text("as many samples as tokens"), lambda rng: _places(rng, 4, 4, 5, 3)),
    CaseKind(Text("a table just long enough, gradients"), lambda rng: _places(rng, 2, 7, 3, 0, gradients=True), hidden=True),
    CaseKind(Text("one token, float32"), lambda rng: _places(rng, 5, 1, 4, 0, dtype="float32"), hidden=True),
)  # fmt: skip
