"""Lesson 7: known mistakes in scaled dot-product attention and in the causal mask."""

from __future__ import annotations

import math
from typing import Any

import torch

from grader.misconceptions.catalogue import misconception

__all__: list[str] = []

Tensor = torch.Tensor
Mask = torch.Tensor | None


def _scores(query: Tensor, key: Tensor) -> Tensor:
    return query @ key.transpose(-2, -1) / math.sqrt(query.shape[-1])


def _masked(scores: Tensor, mask: Mask) -> Tensor:
    """The right weights: 0 where not allowed, rows without a key all 0."""
    if mask is None:
        return torch.softmax(scores, dim=-1)
    hidden = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
    return torch.softmax(hidden, dim=-1).masked_fill(~mask, 0.0)


def _scaled_by(query: Tensor, key: Tensor, value: Tensor, mask: Mask, scale: float) -> Any:
    weights = _masked(query @ key.transpose(-2, -1) * scale, mask)
    return weights @ value, weights


@misconception(
    "scaled_dot_product_attention",
    see="attention",
    en="The softmax runs over the queries: your columns sum to 1. Each query, each row, shares out its attention among the keys: softmax over the last axis.",
    vi="Softmax chạy qua các query: cột của bạn có tổng bằng 1. Mỗi query, tức mỗi hàng, chia sự chú ý của nó cho các key: softmax theo trục cuối.",
)
def softmax_over_queries(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Any:
    scores = _scores(query, key)
    if mask is None:
        weights = torch.softmax(scores, dim=-2)
    else:
        hidden = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
        weights = torch.softmax(hidden, dim=-2).masked_fill(~mask, 0.0)
    return weights @ value, weights


@misconception(
    "scaled_dot_product_attention",
    see="scale",
    en="The scores are not scaled. Without 1/sqrt(d) their spread grows with d, and the softmax puts nearly everything on one key.",
    vi="Điểm số chưa được chia. Không có 1/sqrt(d) thì độ phân tán của chúng tăng theo d, và softmax dồn gần hết vào một key.",
)
def not_scaled(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Any:
    return _scaled_by(query, key, value, mask, 1.0)


@misconception(
    "scaled_dot_product_attention",
    see="scale",
    en="You divide by d, not by its root. A sum of d independent products has variance d, so standard deviation sqrt(d).",
    vi="Bạn chia cho d chứ không phải căn của d. Tổng của d tích độc lập có phương sai d, tức độ lệch chuẩn sqrt(d).",
)
def divided_by_d(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Any:
    return _scaled_by(query, key, value, mask, 1 / query.shape[-1])


@misconception(
    "scaled_dot_product_attention",
    see="scale",
    en="You divide by d squared. The scores need 1/sqrt(d): the exponent of d is one half, not two.",
    vi="Bạn chia cho d bình phương. Điểm số cần 1/sqrt(d): số mũ của d là một phần hai, không phải hai.",
)
def divided_by_d_squared(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Any:
    return _scaled_by(query, key, value, mask, query.shape[-1] ** -2.0)


@misconception(
    "scaled_dot_product_attention",
    see="scale",
    en="You scale by the length of the values. What is summed in a score are the d products of query and key: take d from the last axis of query.",
    vi="Bạn dùng độ dài của value để chia. Một điểm số là tổng của d tích giữa query và key: hãy lấy d từ trục cuối của query.",
)
def scaled_by_value_length(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Any:
    return _scaled_by(query, key, value, mask, value.shape[-1] ** -0.5)


@misconception(
    "scaled_dot_product_attention",
    see="scale",
    en="You scale by the number of keys. The spread of a score comes from the d products that it sums, however many keys there are.",
    vi="Bạn dùng số lượng key để chia. Độ phân tán của một điểm số do d tích trong tổng gây ra, không phụ thuộc có bao nhiêu key.",
)
def scaled_by_number_of_keys(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Any:
    return _scaled_by(query, key, value, mask, key.shape[-2] ** -0.5)


@misconception(
    "scaled_dot_product_attention",
    see="mask",
    en="The mask is inverted: you hide what may be seen. Here True means may attend, as in F.scaled_dot_product_attention; nn.MultiheadAttention has it the other way round.",
    vi="Mặt nạ bị đảo: bạn che đúng những gì được phép nhìn. Ở đây True là được nhìn, như F.scaled_dot_product_attention; nn.MultiheadAttention thì ngược lại.",
)
def mask_inverted(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Any:
    weights = _masked(_scores(query, key), None if mask is None else ~mask)
    return weights @ value, weights


@misconception(
    "scaled_dot_product_attention",
    see="mask",
    en="You mask after the softmax: the weights of the allowed keys no longer sum to 1, since hidden keys have taken their share. Put the mask on the scores, before the softmax.",
    vi="Bạn che sau softmax: trọng số của các key được phép không còn tổng bằng 1, vì key bị che đã lấy mất một phần. Hãy áp mặt nạ lên điểm số, trước softmax.",
)
def mask_after_softmax(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Any:
    weights = torch.softmax(_scores(query, key), dim=-1)
    if mask is not None:
        weights = weights * mask
    return weights @ value, weights


@misconception(
    "scaled_dot_product_attention",
    see="mask",
    en="Hidden scores are set to 0, but e^0 = 1: hidden keys keep a share of the attention. A weight of 0 needs a score of minus infinity.",
    vi="Bạn đặt điểm bị che bằng 0, nhưng e^0 = 1: key bị che vẫn được một phần sự chú ý. Muốn trọng số bằng 0 thì điểm phải là âm vô cực.",
)
def zero_for_minus_infinity(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Any:
    scores = _scores(query, key)
    weights = torch.softmax(scores if mask is None else scores.masked_fill(~mask, 0.0), dim=-1)
    return weights @ value, weights


@misconception(
    "scaled_dot_product_attention",
    see="mask",
    en="The scores are multiplied by the mask, which makes hidden ones 0, and e^0 = 1. Afterwards you take hidden weights out, but their share is lost to the others.",
    vi="Bạn nhân điểm với mặt nạ nên điểm bị che thành 0, mà e^0 = 1. Sau đó bạn bỏ trọng số bị che đi, nhưng phần của chúng thì các key khác đã mất.",
)
def masked_twice(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Any:
    scores = _scores(query, key)
    weights = torch.softmax(scores if mask is None else scores * mask, dim=-1)
    weights = weights if mask is None else weights * mask
    return weights @ value, weights


@misconception(
    "scaled_dot_product_attention",
    see="mask",
    en="A query that may attend to nothing gives NaN: minus infinity in the whole row is 0 divided by 0. Such rows (padding!) must get weights 0 and output 0.",
    vi="Query không được nhìn đâu cả thì cho ra NaN: cả hàng là âm vô cực thì thành 0 chia 0. Những hàng như vậy (phần đệm!) phải có trọng số 0 và kết quả 0.",
)
def blind_query_nan(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Any:
    scores = _scores(query, key)
    weights = torch.softmax(scores if mask is None else scores.masked_fill(~mask, -math.inf), dim=-1)  # fmt: skip
    return weights @ value, weights


@misconception(
    "scaled_dot_product_attention",
    see="mask",
    en="A query that may attend to nothing attends to everything alike: with one large negative number in the whole row the softmax is uniform. Set the weights of hidden keys to 0 afterwards.",
    vi="Query không được nhìn đâu cả lại nhìn đều mọi nơi: cả hàng cùng một số âm lớn thì softmax đều nhau. Sau softmax hãy đặt trọng số của các key bị che bằng 0.",
)
def blind_query_uniform(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Any:
    scores = _scores(query, key)
    hidden = scores if mask is None else scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
    weights = torch.softmax(hidden, dim=-1)
    return weights @ value, weights


@misconception(
    "scaled_dot_product_attention",
    see="mask",
    en="You add -1e9 to hidden scores. Where a query may attend to nothing that moves its whole row, and a softmax does not see a shift: the row looks as if there were no mask. Fill instead of adding, and set the weights of hidden keys to 0 afterwards.",
    vi="Bạn cộng -1e9 vào điểm bị che. Với query không được nhìn đâu cả, như vậy chỉ dời cả hàng, mà softmax không nhận ra phép dời: hàng ấy như thể không có mặt nạ. Hãy điền thay vì cộng, rồi đặt trọng số của các key bị che bằng 0.",
)
def large_negative_added(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Any:
    scores = _scores(query, key)
    if mask is not None:
        scores = scores + (~mask).to(scores.dtype) * -1e9
    weights = torch.softmax(scores, dim=-1)
    return weights @ value, weights


@misconception(
    "scaled_dot_product_attention",
    see="mask",
    en="Hidden scores get -1e4 or so, but real scores can be more negative than that; then what is hidden wins. Use -inf or torch.finfo(dtype).min.",
    vi="Điểm bị che được đặt khoảng -1e4, nhưng điểm thật có thể còn âm hơn; khi đó thứ bị che lại thắng. Hãy dùng -inf hoặc torch.finfo(dtype).min.",
)
def not_low_enough(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Any:
    scores = _scores(query, key)
    if mask is None:
        weights = torch.softmax(scores, dim=-1)
    else:
        weights = torch.softmax(scores.masked_fill(~mask, -1e3), dim=-1)
        weights = weights * mask.any(dim=-1, keepdim=True)
    return weights @ value, weights


@misconception(
    "scaled_dot_product_attention",
    see="mask",
    en="The values are right, but the gradient of a query that may attend to nothing is NaN: you added minus infinity, or replaced NaN, where a gradient still flows. Fill with masked_fill, so that none does.",
    vi="Giá trị đúng, nhưng gradient của query không được nhìn đâu cả là NaN: bạn cộng âm vô cực hoặc thay NaN ở chỗ gradient vẫn chảy qua. Hãy điền bằng masked_fill để không có gradient nào chảy qua đó.",
)
def gradient_is_nan(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Any:
    scores = _scores(query, key)
    if mask is not None:
        scores = scores + torch.zeros_like(scores).masked_fill(~mask, -math.inf)
    weights = torch.nan_to_num(torch.softmax(scores, dim=-1), nan=0.0)
    return weights @ value, weights


@misconception(
    "scaled_dot_product_attention",
    see="attention",
    en="e to the power of a score in the thousands overflows: infinity over infinity is NaN. Subtract each row's maximum first (lesson 4), or call torch.softmax, which does.",
    vi="e mũ một điểm số cỡ hàng nghìn thì tràn số: vô cực chia vô cực là NaN. Hãy trừ giá trị lớn nhất của mỗi hàng trước (bài 4), hoặc gọi torch.softmax, hàm này tự làm.",
)
def unshifted_softmax(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Any:
    exponents = torch.exp(_scores(query, key))
    if mask is not None:
        exponents = exponents * mask
    total = exponents.sum(dim=-1, keepdim=True)
    weights = exponents / torch.where(total == 0, torch.ones_like(total), total)
    return weights @ value, weights


@misconception(
    "scaled_dot_product_attention",
    see="mask",
    en="The mask is not used at all: every query sees every key.",
    vi="Mặt nạ hoàn toàn không được dùng: query nào cũng nhìn thấy mọi key.",
)
def mask_ignored(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Any:
    weights = torch.softmax(_scores(query, key), dim=-1)
    return weights @ value, weights


@misconception(
    "scaled_dot_product_attention",
    see="attention",
    en="Only the output comes back. The pair (output, weights) is asked for: the weights are what the pictures of this lesson show.",
    vi="Bạn chỉ trả về kết quả. Cần cặp (output, weights): chính các trọng số được vẽ trong những hình của bài này.",
)
def weights_not_returned(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Any:
    return _masked(_scores(query, key), mask) @ value


@misconception(
    "scaled_dot_product_attention",
    see="attention",
    en="The pair comes back in the wrong order: first the output, then the weights.",
    vi="Cặp kết quả bị trả về ngược thứ tự: trước là output, sau là weights.",
)
def pair_swapped(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Any:
    weights = _masked(_scores(query, key), mask)
    return weights, weights @ value


@misconception(
    "scaled_dot_product_attention",
    see="attention",
    en="You return the scores before the softmax as weights. Weights are what the values are multiplied by: each row sums to 1.",
    vi="Bạn trả về điểm số trước softmax thay cho trọng số. Trọng số là thứ nhân với value: mỗi hàng có tổng bằng 1.",
)
def scores_for_weights(query: Tensor, key: Tensor, value: Tensor, mask: Mask = None) -> Any:
    scores = _scores(query, key)
    return _masked(scores, mask) @ value, scores
