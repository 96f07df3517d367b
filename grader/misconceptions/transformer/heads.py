"""Lesson 7: known mistakes in multi-head attention."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from grader.misconceptions.catalogue import misconception

__all__: list[str] = []

Tensor = torch.Tensor
Mask = torch.Tensor | None


def _attend(query: Tensor, key: Tensor, value: Tensor, mask: Mask, scale: float | None = None, axis: int = -1) -> Tensor:  # fmt: skip
    scores = query @ key.transpose(-2, -1) * (query.shape[-1] ** -0.5 if scale is None else scale)
    if mask is None:
        return torch.softmax(scores, dim=axis) @ value
    hidden = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
    return torch.softmax(hidden, dim=axis).masked_fill(~mask, 0.0) @ value


def _split(z: Tensor, heads: int) -> Tensor:
    N, T, d = z.shape
    return z.view(N, T, heads, d // heads).transpose(1, 2)


def _joined(z: Tensor) -> Tensor:
    return z.transpose(1, 2).flatten(2)


def _heads(
    x: Tensor, W_q: Tensor, W_k: Tensor, W_v: Tensor, W_o: Tensor, heads: int, mask: Mask,
    *,
    split: Callable[[Tensor, int], Tensor] = _split,
    joined: Callable[[Tensor], Tensor] = _joined,
    scale: float | None = None,
    axis: int = -1,
) -> Tensor:  # fmt: skip
    """Multi-head attention with one part exchanged."""
    query, key, value = (split(x @ W, heads) for W in (W_q, W_k, W_v))
    return joined(_attend(query, key, value, mask, scale, axis)) @ W_o


def _mixed(z: Tensor, heads: int) -> Tensor:
    N, T, d = z.shape
    return z.reshape(N, heads, T, d // heads)


@misconception(
    "multi_head_attention",
    see="heads",
    en="You reshape straight to (N, heads, T, d/heads). That cuts the numbers in the order in which they lie in memory, so a head gets pieces of several tokens: "
    "split the last axis, (N, T, heads, d/heads), and then exchange two axes with transpose(1, 2).",
    vi="Bạn reshape thẳng thành (N, heads, T, d/heads). Làm vậy là cắt các số theo thứ tự trong bộ nhớ, nên một head nhận mảnh vụn của nhiều token: "
    "hãy tách trục cuối thành (N, T, heads, d/heads) rồi đổi chỗ hai trục bằng transpose(1, 2).",
)
def heads_mix_tokens(x: Tensor, W_q: Tensor, W_k: Tensor, W_v: Tensor, W_o: Tensor, heads: int, mask: Mask = None) -> Any:  # fmt: skip
    return _heads(x, W_q, W_k, W_v, W_o, heads, mask, split=_mixed, joined=lambda z: z.reshape(x.shape))  # fmt: skip


@misconception(
    "multi_head_attention",
    see="heads",
    en="The way in is right, but on the way back you reshape without exchanging the axes again: the outputs of one head for all tokens end up in the row of one token. transpose(1, 2) first.",
    vi="Lượt vào đúng, nhưng khi ghép lại bạn reshape mà không đổi chỗ trục trở lại: kết quả của một head cho mọi token bị dồn vào hàng của một token. Hãy transpose(1, 2) trước.",
)
def not_transposed_back(x: Tensor, W_q: Tensor, W_k: Tensor, W_v: Tensor, W_o: Tensor, heads: int, mask: Mask = None) -> Any:  # fmt: skip
    return _heads(x, W_q, W_k, W_v, W_o, heads, mask, joined=lambda z: z.reshape(x.shape))


@misconception(
    "multi_head_attention",
    see="heads",
    en="You transpose on the way in only at the end: the outputs were made from mixed pieces of tokens and then transposed. Both ways need the same pair: split the last axis, exchange axes 1 and 2; exchange them back, join.",
    vi="Lượt vào bạn reshape thẳng, chỉ đến lúc ra mới đổi trục: kết quả làm từ mảnh vụn của nhiều token. Cả hai lượt cần cùng một cặp thao tác: tách trục cuối, đổi trục 1 và 2; đổi lại rồi ghép.",
)
def mixed_on_the_way_in(x: Tensor, W_q: Tensor, W_k: Tensor, W_v: Tensor, W_o: Tensor, heads: int, mask: Mask = None) -> Any:  # fmt: skip
    return _heads(x, W_q, W_k, W_v, W_o, heads, mask, split=_mixed)


@misconception(
    "multi_head_attention",
    see="heads",
    en="Your heads take every heads-th column. Head k has a block of neighbouring columns, k d/heads .. (k+1) d/heads - 1: view as (heads, d/heads), not (d/heads, heads).",
    vi="Các head của bạn lấy cột cách quãng. Head k có một khối cột liền nhau, k d/heads .. (k+1) d/heads - 1: hãy view thành (heads, d/heads), không phải (d/heads, heads).",
)
def interleaved_heads(x: Tensor, W_q: Tensor, W_k: Tensor, W_v: Tensor, W_o: Tensor, heads: int, mask: Mask = None) -> Any:  # fmt: skip
    return _heads(
        x, W_q, W_k, W_v, W_o, heads, mask,
        split=lambda z, h: z.view(*z.shape[:2], -1, h).permute(0, 3, 1, 2),
        joined=lambda z: z.permute(0, 2, 3, 1).flatten(2),
    )  # fmt: skip


@misconception(
    "multi_head_attention",
    see="heads",
    en="The scores are divided by sqrt(d_model). Each head sums over its own d/heads columns alone: divide by the root of that.",
    vi="Điểm số bị chia cho sqrt(d_model). Mỗi head chỉ cộng qua d/heads cột của riêng nó: hãy chia cho căn của số đó.",
)
def scaled_by_d_model(x: Tensor, W_q: Tensor, W_k: Tensor, W_v: Tensor, W_o: Tensor, heads: int, mask: Mask = None) -> Any:  # fmt: skip
    return _heads(x, W_q, W_k, W_v, W_o, heads, mask, scale=x.shape[-1] ** -0.5)


@misconception(
    "multi_head_attention",
    see="scale",
    en="The scores of the heads are not scaled at all; each needs 1/sqrt(d/heads).",
    vi="Điểm số của các head hoàn toàn không được chia; mỗi head cần 1/sqrt(d/heads).",
)
def heads_not_scaled(x: Tensor, W_q: Tensor, W_k: Tensor, W_v: Tensor, W_o: Tensor, heads: int, mask: Mask = None) -> Any:  # fmt: skip
    return _heads(x, W_q, W_k, W_v, W_o, heads, mask, scale=1.0)


@misconception(
    "multi_head_attention",
    see="heads",
    en="You multiply by the transposes, x @ W.T: that is what nn.Linear does with its weight. Here W is applied as it is, x @ W.",
    vi="Bạn nhân với ma trận chuyển vị, x @ W.T: nn.Linear làm vậy với weight của nó. Ở đây dùng nguyên W, x @ W.",
)
def transposed_weights(x: Tensor, W_q: Tensor, W_k: Tensor, W_v: Tensor, W_o: Tensor, heads: int, mask: Mask = None) -> Any:  # fmt: skip
    return _heads(x, W_q.T, W_k.T, W_v.T, W_o.T, heads, mask)


@misconception(
    "multi_head_attention",
    see="heads",
    en="W_o is missing: the heads stand side by side but are never mixed. Multiply the joined outputs by W_o.",
    vi="Thiếu W_o: kết quả các head đứng cạnh nhau mà không được trộn. Hãy nhân kết quả đã ghép với W_o.",
)
def output_not_projected(x: Tensor, W_q: Tensor, W_k: Tensor, W_v: Tensor, W_o: Tensor, heads: int, mask: Mask = None) -> Any:  # fmt: skip
    return _heads(x, W_q, W_k, W_v, torch.eye(x.shape[-1], dtype=x.dtype), heads, mask)


@misconception(
    "multi_head_attention",
    see="heads",
    en="There is only one head in your answer, over all d columns; `heads` does nothing. Each head has weights of its own, from its own slice.",
    vi="Câu trả lời của bạn chỉ có một head trên cả d cột; `heads` không có tác dụng. Mỗi head có trọng số riêng, tính từ lát cột của nó.",
)
def one_head(x: Tensor, W_q: Tensor, W_k: Tensor, W_v: Tensor, W_o: Tensor, heads: int, mask: Mask = None) -> Any:  # fmt: skip
    query, key, value = x @ W_q, x @ W_k, x @ W_v
    if mask is not None and mask.dim() == 4:
        mask = mask[:, 0]
    return _attend(query, key, value, mask) @ W_o


@misconception(
    "multi_head_attention",
    see="mask",
    en="The mask is not handed on: every token sees every other, the future included.",
    vi="Mặt nạ không được truyền vào: token nào cũng thấy mọi token khác, kể cả tương lai.",
)
def mask_not_handed_on(x: Tensor, W_q: Tensor, W_k: Tensor, W_v: Tensor, W_o: Tensor, heads: int, mask: Mask = None) -> Any:  # fmt: skip
    return _heads(x, W_q, W_k, W_v, W_o, heads, None)


@misconception(
    "multi_head_attention",
    see="mask",
    en="The mask is inverted: tokens see what is hidden and nothing else. True means may attend.",
    vi="Mặt nạ bị đảo: token chỉ thấy đúng những gì bị che. True là được nhìn.",
)
def mask_inverted__heads(x: Tensor, W_q: Tensor, W_k: Tensor, W_v: Tensor, W_o: Tensor, heads: int, mask: Mask = None) -> Any:  # fmt: skip
    return _heads(x, W_q, W_k, W_v, W_o, heads, None if mask is None else ~mask)


@misconception(
    "multi_head_attention",
    see="attention",
    en="The softmax in your heads runs over the queries; each query shares its attention among the keys: the last axis.",
    vi="Softmax trong các head của bạn chạy qua các query; mỗi query chia sự chú ý cho các key: trục cuối.",
)
def softmax_over_queries__heads(x: Tensor, W_q: Tensor, W_k: Tensor, W_v: Tensor, W_o: Tensor, heads: int, mask: Mask = None) -> Any:  # fmt: skip
    return _heads(x, W_q, W_k, W_v, W_o, heads, mask, axis=-2)


@misconception(
    "multi_head_attention",
    see="heads",
    en="Queries and keys are exchanged: the scores come out transposed. The row that looks belongs to x W_q, the columns looked at to x W_k.",
    vi="Query và key bị đổi chỗ: ma trận điểm bị chuyển vị. Hàng đang nhìn thuộc về x W_q, các cột được nhìn thuộc về x W_k.",
)
def query_and_key_swapped(x: Tensor, W_q: Tensor, W_k: Tensor, W_v: Tensor, W_o: Tensor, heads: int, mask: Mask = None) -> Any:  # fmt: skip
    return _heads(x, W_k, W_q, W_v, W_o, heads, mask)


@misconception(
    "multi_head_attention",
    see="heads",
    en="x itself is used as value: W_v is missing. What is handed on is x W_v.",
    vi="Bạn dùng chính x làm value: thiếu W_v. Thứ được chuyển đi là x W_v.",
)
def value_not_projected(x: Tensor, W_q: Tensor, W_k: Tensor, W_v: Tensor, W_o: Tensor, heads: int, mask: Mask = None) -> Any:  # fmt: skip
    return _heads(x, W_q, W_k, torch.eye(x.shape[-1], dtype=x.dtype), W_o, heads, mask)
