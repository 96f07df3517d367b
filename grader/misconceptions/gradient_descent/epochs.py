"""Lesson 1: known mistakes in sgd_epoch and minibatches."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.misconceptions.catalogue import misconception
from grader.misconceptions.gradient_descent.wording import (
    ASCENT,
    IN_PLACE,
    MISSING_TWO,
    ONE_UPDATE,
    ORDER_IGNORED,
    STALE,
    UNPAIRED,
    WHOLE_DATA,
)

__all__: list[str] = []

Array = np.ndarray[Any, np.dtype[np.float64]]
Indices = np.ndarray[Any, np.dtype[np.int64]]


def _gradient(w: Array, X: Array, y: Array) -> Array:
    return np.asarray(2 / len(y) * X.T @ (X @ w - y))


def _cut(order: Indices, batch_size: int) -> list[Indices]:
    return [order[start : start + batch_size] for start in range(0, len(order), batch_size)]


@misconception("sgd_epoch", see="sgd", **ASCENT)
def ascent__sgd_epoch(w: Array, X: Array, y: Array, learning_rate: float, order: Indices) -> Array:
    for i in order:
        w = w + learning_rate * 2 * (X[i] @ w - y[i]) * X[i]
    return w


@misconception("sgd_epoch", see="sgd", **MISSING_TWO)
def missing_two__sgd_epoch(
    w: Array, X: Array, y: Array, learning_rate: float, order: Indices
) -> Array:
    for i in order:
        w = w - learning_rate * (X[i] @ w - y[i]) * X[i]
    return w


@misconception("sgd_epoch", see="sgd", **ORDER_IGNORED)
def order_ignored__sgd_epoch(
    w: Array, X: Array, y: Array, learning_rate: float, order: Indices
) -> Array:
    for i in range(len(y)):
        w = w - learning_rate * 2 * (X[i] @ w - y[i]) * X[i]
    return w


@misconception("sgd_epoch", see="sgd", **UNPAIRED)
def unpaired_shuffle__sgd_epoch(
    w: Array, X: Array, y: Array, learning_rate: float, order: Indices
) -> Array:
    for x_i, y_i in zip(X[order], y, strict=True):
        w = w - learning_rate * 2 * (x_i @ w - y_i) * x_i
    return w


@misconception("sgd_epoch", see="sgd", **WHOLE_DATA)
def whole_data_gradient__sgd_epoch(
    w: Array, X: Array, y: Array, learning_rate: float, order: Indices
) -> Array:
    for _ in order:
        w = w - learning_rate * _gradient(w, X, y)
    return w


@misconception("sgd_epoch", see="sgd", **STALE)
def stale_gradient__sgd_epoch(
    w: Array, X: Array, y: Array, learning_rate: float, order: Indices
) -> Array:
    start = w
    for i in order:
        w = w - learning_rate * 2 * (X[i] @ start - y[i]) * X[i]
    return w


@misconception("sgd_epoch", see="sgd", **ONE_UPDATE)
def returns_in_loop__sgd_epoch(
    w: Array, X: Array, y: Array, learning_rate: float, order: Indices
) -> Array:
    i = order[0]
    return np.asarray(w - learning_rate * 2 * (X[i] @ w - y[i]) * X[i])


@misconception(
    "sgd_epoch",
    see="sgd",
    en="You divided each sample's gradient by n. The 1/n belongs to the mean over all samples; here a batch is one sample, its mean is that sample's "
    "gradient itself, and your steps are n times too short.",
    vi="Bạn chia gradient của từng mẫu cho n. 1/n thuộc về phép lấy trung bình trên mọi mẫu; ở đây mỗi lần chỉ có một mẫu, trung bình của nó chính là "
    "gradient của mẫu đó, nên bước đi của bạn ngắn đi n lần.",
)
def divided_by_n__sgd_epoch(
    w: Array, X: Array, y: Array, learning_rate: float, order: Indices
) -> Array:
    for i in order:
        w = w - learning_rate * 2 / len(y) * (X[i] @ w - y[i]) * X[i]
    return w


@misconception("sgd_epoch", see="sgd", **IN_PLACE)
def w_changed__sgd_epoch(
    w: Array, X: Array, y: Array, learning_rate: float, order: Indices
) -> Array:
    for i in order:
        w -= learning_rate * 2 * (X[i] @ w - y[i]) * X[i]
    return w


@misconception(
    "minibatches",
    see="minibatch",
    en="The last, short batch was dropped: these samples would not be seen in this epoch, and with batch_size > n nothing would be left at all. "
    "Keep the rest as a shorter batch.",
    vi="Bạn đã bỏ mất batch cuối còn thiếu: những mẫu đó sẽ không được dùng trong epoch này, và khi batch_size > n thì chẳng còn gì. "
    "Hãy giữ phần dư lại thành một batch ngắn hơn.",
)
def last_dropped__minibatches(order: Indices, batch_size: int) -> list[Indices]:
    return [batch for batch in _cut(order, batch_size) if len(batch) == batch_size]


@misconception("minibatches", see="minibatch", **ORDER_IGNORED)
def order_ignored__minibatches(order: Indices, batch_size: int) -> list[Indices]:
    return _cut(np.arange(len(order)), batch_size)


@misconception(
    "minibatches",
    see="minibatch",
    en="np.array_split makes batches of nearly equal size. Asked for are slices of batch_size indices each, and only the last may be shorter.",
    vi="np.array_split chia thành các batch gần bằng nhau. Đề bài cần các lát liên tiếp, mỗi lát đúng batch_size chỉ số, chỉ lát cuối được ngắn hơn.",
)
def evened_out(order: Indices, batch_size: int) -> list[Indices]:
    return list(np.array_split(order, -(-len(order) // batch_size)))


@misconception(
    "minibatches",
    see="minibatch",
    en="You made batch_size batches; batch_size is the number of samples in a batch, not the number of batches.",
    vi="Bạn tạo ra batch_size batch; nhưng batch_size là số mẫu trong một batch chứ không phải số batch.",
)
def number_for_size(order: Indices, batch_size: int) -> list[Indices]:
    return list(np.array_split(order, batch_size))


@misconception(
    "minibatches",
    see="minibatch",
    en="You took every k-th index (a step in the slice). The batches are consecutive pieces of `order`: each starts where the one before ended.",
    vi="Bạn lấy chỉ số cách quãng k vị trí một (slice có bước nhảy). Các batch phải là những đoạn liên tiếp của `order`: đoạn sau bắt đầu đúng chỗ đoạn trước kết thúc.",
)
def strided(order: Indices, batch_size: int) -> list[Indices]:
    number = -(-len(order) // batch_size)
    return [order[start::number] for start in range(number)]


@misconception(
    "minibatches",
    see="minibatch",
    en="Your windows overlap: the start moves by one instead of by batch_size, so a sample is used many times in one epoch.",
    vi="Các lát của bạn chồng lên nhau: điểm đầu chỉ dịch một vị trí thay vì batch_size, nên một mẫu bị dùng nhiều lần trong cùng một epoch.",
)
def overlapping(order: Indices, batch_size: int) -> list[Indices]:
    return [order[start : start + batch_size] for start in range(len(order))]


@misconception(
    "minibatches",
    see="minibatch",
    en="You filled the last batch up with indices from the beginning: those samples count twice in this epoch. Leave the last batch short.",
    vi="Bạn lấp đầy batch cuối bằng các chỉ số ở đầu: những mẫu đó bị tính hai lần trong epoch này. Cứ để batch cuối ngắn hơn.",
)
def last_filled_up(order: Indices, batch_size: int) -> list[Indices]:
    number = -(-len(order) // batch_size)
    return list(np.resize(order, (number, batch_size)))


@misconception(
    "minibatches",
    see="minibatch",
    en="Each batch has one index too many: a slice order[a:b] already leaves out b, so b - a is its length.",
    vi="Mỗi batch thừa một chỉ số: lát order[a:b] vốn đã không lấy b, nên độ dài của nó là b - a.",
)
def one_too_many(order: Indices, batch_size: int) -> list[Indices]:
    return [order[start : start + batch_size + 1] for start in range(0, len(order), batch_size)]
