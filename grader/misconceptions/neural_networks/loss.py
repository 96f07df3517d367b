"""Lesson 4: known mistakes in softmax_cross_entropy."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.misconceptions.catalogue import misconception
from grader.misconceptions.neural_networks.wording import (
    ASCENT,
    GRADIENT_NOT_AVERAGED,
    NO_MINUS_ONE,
    SUMMED,
    WRONG_AXIS,
)

__all__ = ["correct"]

Array = np.ndarray[Any, np.dtype[np.float64]]
Labels = np.ndarray[Any, np.dtype[np.int64]]
Result = tuple[Any, Any]


def correct(logits: Array, labels: Labels) -> tuple[float, Array, Array]:
    """Loss, dlogits and the softmax, as they should be: the ground that wrong programs start from."""
    rows = np.arange(len(labels))
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    p = np.exp(log_p)
    dlogits = p.copy()
    dlogits[rows, labels] -= 1
    return float(-log_p[rows, labels].mean()), dlogits / len(labels), p


def _from_softmax(p: Array, labels: Labels, tiny: float = 0.0) -> Result:
    """The textbook formulas from a softmax: -mean(log p_label) and (p - onehot)/n."""
    rows = np.arange(len(labels))
    onehot = np.zeros_like(p)
    onehot[rows, labels] = 1
    return -np.mean(np.log(p[rows, labels] + tiny)), (p - onehot) / len(labels)


@misconception(
    "softmax_cross_entropy",
    see="loss",
    en="You exponentiate the logits as they are: e^10000 overflows, and inf/inf is NaN. Subtract each row's maximum first; the softmax does not change.",
    vi="Bạn lấy e mũ logits nguyên như vậy: e^10000 bị tràn số, và inf/inf là NaN. Hãy trừ mỗi hàng cho giá trị lớn nhất của nó trước; softmax không đổi.",
)
def unshifted(logits: Array, labels: Labels) -> Result:
    exponents = np.exp(logits)
    return _from_softmax(exponents / exponents.sum(axis=1, keepdims=True), labels)


@misconception(
    "softmax_cross_entropy",
    see="loss",
    en="You shift by the maximum of the whole array. A row that lies far below it becomes 0/0 = NaN: every row needs its own maximum.",
    vi="Bạn trừ giá trị lớn nhất của cả mảng. Hàng nào thấp hơn nhiều sẽ thành 0/0 = NaN: mỗi hàng cần giá trị lớn nhất của riêng nó.",
)
def one_shift_for_all(logits: Array, labels: Labels) -> Result:
    exponents = np.exp(logits - logits.max())
    return _from_softmax(exponents / exponents.sum(axis=1, keepdims=True), labels)


@misconception(
    "softmax_cross_entropy",
    see="loss",
    en="Your softmax is stable, but you then take its logarithm: a probability that has underflowed to 0 gives log 0 = -inf. "
    "Use the logarithm of the formula instead, z - max - log(sum of e^(z - max)).",
    vi="Softmax của bạn đã ổn định, nhưng sau đó bạn lại lấy logarit của nó: xác suất bị làm tròn thành 0 cho log 0 = -inf. "
    "Hãy lấy logarit ngay trên công thức: z - max - log(tổng e^(z - max)).",
)
def log_of_zero(logits: Array, labels: Labels) -> Result:
    return _from_softmax(correct(logits, labels)[2], labels)


@misconception(
    "softmax_cross_entropy",
    see="loss",
    en="A small number inside the logarithm hides log 0, but the loss of a confidently wrong sample is then capped near 28, and no longer the function "
    "whose gradient you return. Compute log softmax directly.",
    vi="Thêm một số nhỏ vào trong logarit che được log 0, nhưng khi đó mất mát của mẫu sai mà rất tự tin bị chặn ở khoảng 28, không còn là hàm "
    "có gradient như bạn trả về. Hãy tính trực tiếp log softmax.",
)
def tiny_number_in_log(logits: Array, labels: Labels) -> Result:
    return _from_softmax(correct(logits, labels)[2], labels, 1e-12)


@misconception("softmax_cross_entropy", see="loss", **SUMMED)
def sum_for_mean__softmax_cross_entropy(logits: Array, labels: Labels) -> Result:
    loss, dlogits, _ = correct(logits, labels)
    return loss * len(labels), dlogits * len(labels)


@misconception("softmax_cross_entropy", see="loss", **GRADIENT_NOT_AVERAGED)
def gradient_not_averaged__softmax_cross_entropy(logits: Array, labels: Labels) -> Result:
    loss, dlogits, _ = correct(logits, labels)
    return loss, dlogits * len(labels)


@misconception(
    "softmax_cross_entropy",
    see="loss",
    en="Your gradient is that of the mean, but the loss is still the sum over the samples: divide it by n too.",
    vi="Gradient của bạn là của trung bình, nhưng hàm mất mát vẫn là tổng qua các mẫu: cũng phải chia nó cho n.",
)
def loss_not_averaged(logits: Array, labels: Labels) -> Result:
    loss, dlogits, _ = correct(logits, labels)
    return loss * len(labels), dlogits


@misconception(
    "softmax_cross_entropy",
    see="loss",
    en="You averaged over all n·C entries. Only one entry per sample counts, that of its label, so the mean is over n.",
    vi="Bạn lấy trung bình trên toàn bộ n·C phần tử. Mỗi mẫu chỉ có một phần tử được tính, phần tử ở nhãn của nó, nên chỉ chia cho n.",
)
def mean_over_classes_too(logits: Array, labels: Labels) -> Result:
    loss, dlogits, p = correct(logits, labels)
    return loss / p.shape[1], dlogits / p.shape[1]


@misconception("softmax_cross_entropy", see="loss", **NO_MINUS_ONE)
def minus_one_missing__softmax_cross_entropy(logits: Array, labels: Labels) -> Result:
    loss, _, p = correct(logits, labels)
    return loss, p / len(labels)


@misconception("softmax_cross_entropy", see="loss", **ASCENT)
def ascent__softmax_cross_entropy(logits: Array, labels: Labels) -> Result:
    loss, dlogits, _ = correct(logits, labels)
    return loss, -dlogits


@misconception(
    "softmax_cross_entropy",
    see="loss",
    en="The sign of the loss is missing: log of a probability is negative, the cross-entropy is minus its mean.",
    vi="Thiếu dấu trừ ở hàm mất mát: logarit của xác suất là số âm, entropy chéo là âm của trung bình đó.",
)
def minus_missing(logits: Array, labels: Labels) -> Result:
    loss, dlogits, _ = correct(logits, labels)
    return -loss, dlogits


@misconception("softmax_cross_entropy", see="bug_hunt", **WRONG_AXIS)
def wrong_axis__softmax_cross_entropy(logits: Array, labels: Labels) -> Result:
    exponents = np.exp(logits - logits.max(axis=0))
    return _from_softmax(exponents / exponents.sum(axis=0), labels)


@misconception(
    "softmax_cross_entropy",
    see="loss",
    en="The row maxima have shape (n,) and were subtracted from the columns: (n, C) minus (n,) lines up the LAST axis. With n = C nothing fails, "
    "and the numbers are wrong. Keep the axis: keepdims=True gives (n, 1).",
    vi="Các giá trị lớn nhất theo hàng có dạng (n,) và bị trừ vào các cột: (n, C) trừ (n,) khớp theo trục CUỐI. Khi n = C thì không báo lỗi gì "
    "nhưng số sai. Hãy giữ lại trục: keepdims=True cho (n, 1).",
)
def axis_not_kept(logits: Array, labels: Labels) -> Result:
    exponents = np.exp(logits - logits.max(axis=1))
    return _from_softmax(exponents / exponents.sum(axis=1, keepdims=True), labels)


@misconception(
    "softmax_cross_entropy",
    see="loss",
    en="The numbers are right, but the shift was done in place (-=) and changed the caller's logits. Make a new array.",
    vi="Các con số đúng, nhưng phép trừ được làm tại chỗ (-=) nên sửa luôn logits của nơi gọi. Hãy tạo mảng mới.",
)
def arguments_changed__softmax_cross_entropy(logits: Array, labels: Labels) -> Result:
    logits -= logits.max(axis=1, keepdims=True)
    return correct(logits, labels)[:2]


@misconception(
    "softmax_cross_entropy",
    see="loss",
    en="The two results came back in the wrong order: the loss first, then dlogits.",
    vi="Hai kết quả trả về sai thứ tự: hàm mất mát trước, dlogits sau.",
)
def pair_swapped__softmax_cross_entropy(logits: Array, labels: Labels) -> Result:
    loss, dlogits, _ = correct(logits, labels)
    return dlogits, loss
