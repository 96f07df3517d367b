"""Lesson 1: known mistakes in minibatch_epoch."""

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


_MB = "minibatch_epoch"


@misconception(_MB, see="minibatch", **ASCENT)
def ascent__minibatch_epoch(
    w: Array, X: Array, y: Array, learning_rate: float, order: Indices, batch_size: int
) -> Array:
    for batch in _cut(order, batch_size):
        w = w + learning_rate * _gradient(w, X[batch], y[batch])
    return w


@misconception(_MB, see="minibatch", **MISSING_TWO)
def missing_two__minibatch_epoch(
    w: Array, X: Array, y: Array, learning_rate: float, order: Indices, batch_size: int
) -> Array:
    for batch in _cut(order, batch_size):
        w = w - learning_rate * _gradient(w, X[batch], y[batch]) / 2
    return w


@misconception(
    _MB,
    see="minibatch",
    en="You summed the gradients of a batch where their mean is asked for: the step grows with the batch, so batch size and learning rate get mixed up. "
    "Divide by the number of samples in the batch.",
    vi="Bạn lấy tổng các gradient trong batch trong khi cần trung bình: batch càng lớn thì bước càng dài, khiến kích thước batch và tốc độ học bị trộn lẫn. "
    "Hãy chia cho số mẫu trong batch.",
)
def sum_for_mean__minibatch_epoch(
    w: Array, X: Array, y: Array, learning_rate: float, order: Indices, batch_size: int
) -> Array:
    for batch in _cut(order, batch_size):
        w = w - learning_rate * len(batch) * _gradient(w, X[batch], y[batch])
    return w


@misconception(
    _MB,
    see="minibatch",
    en="You divided the sum over the short last batch by batch_size, though it holds fewer samples: its step is too short. "
    "Divide by the number of samples the batch really has.",
    vi="Bạn chia tổng của batch cuối cho batch_size, dù nó có ít mẫu hơn: bước đó bị ngắn đi. Hãy chia cho số mẫu thật sự có trong batch.",
)
def short_batch_over_batch_size(
    w: Array, X: Array, y: Array, learning_rate: float, order: Indices, batch_size: int
) -> Array:
    for batch in _cut(order, batch_size):
        w = w - learning_rate * len(batch) / batch_size * _gradient(w, X[batch], y[batch])
    return w


@misconception(
    _MB,
    see="minibatch",
    en="The full batches are averaged, but the short last batch is summed: its step is too long. The mean is over the samples of the batch at hand, "
    "however many there are.",
    vi="Các batch đủ mẫu thì bạn lấy trung bình, nhưng batch cuối còn thiếu lại lấy tổng: bước đó quá dài. Trung bình luôn tính trên số mẫu của chính batch đang xét, "
    "dù nhiều hay ít.",
)
def short_batch_summed(
    w: Array, X: Array, y: Array, learning_rate: float, order: Indices, batch_size: int
) -> Array:
    for batch in _cut(order, batch_size):
        factor = 1 if len(batch) == batch_size else len(batch)
        w = w - learning_rate * factor * _gradient(w, X[batch], y[batch])
    return w


@misconception(
    _MB,
    see="minibatch",
    en="You divided a batch's sum by n, the size of the whole table. The batch gradient is an estimate of the full one, so it is the mean over the "
    "batch; otherwise your steps are n/m times too short.",
    vi="Bạn chia tổng của một batch cho n, số mẫu của cả bảng. Gradient của batch là ước lượng của gradient đầy đủ nên phải là trung bình trên batch đó; "
    "nếu không, bước đi của bạn ngắn đi n/m lần.",
)
def divided_by_n__minibatch_epoch(
    w: Array, X: Array, y: Array, learning_rate: float, order: Indices, batch_size: int
) -> Array:
    for batch in _cut(order, batch_size):
        w = w - learning_rate * len(batch) / len(y) * _gradient(w, X[batch], y[batch])
    return w


@misconception(
    _MB,
    see="minibatch",
    en="The samples of the short last batch were never used. An epoch visits every sample once: update with the rest too.",
    vi="Các mẫu của batch cuối còn thiếu không hề được dùng. Một epoch phải đi qua mỗi mẫu một lần: hãy cập nhật cả với phần còn dư.",
)
def last_dropped__minibatch_epoch(
    w: Array, X: Array, y: Array, learning_rate: float, order: Indices, batch_size: int
) -> Array:
    for batch in _cut(order[: len(order) // batch_size * batch_size], batch_size):
        w = w - learning_rate * _gradient(w, X[batch], y[batch])
    return w


@misconception(_MB, see="minibatch", **ORDER_IGNORED)
def order_ignored__minibatch_epoch(
    w: Array, X: Array, y: Array, learning_rate: float, order: Indices, batch_size: int
) -> Array:
    for batch in _cut(np.arange(len(order)), batch_size):
        w = w - learning_rate * _gradient(w, X[batch], y[batch])
    return w


@misconception(_MB, see="minibatch", **UNPAIRED)
def unpaired_shuffle__minibatch_epoch(
    w: Array, X: Array, y: Array, learning_rate: float, order: Indices, batch_size: int
) -> Array:
    shuffled = X[order]
    for batch in _cut(np.arange(len(order)), batch_size):
        w = w - learning_rate * _gradient(w, shuffled[batch], y[batch])
    return w


@misconception(_MB, see="minibatch", **WHOLE_DATA)
def whole_data_gradient__minibatch_epoch(
    w: Array, X: Array, y: Array, learning_rate: float, order: Indices, batch_size: int
) -> Array:
    for _ in _cut(order, batch_size):
        w = w - learning_rate * _gradient(w, X, y)
    return w


@misconception(_MB, see="minibatch", **STALE)
def stale_gradient__minibatch_epoch(
    w: Array, X: Array, y: Array, learning_rate: float, order: Indices, batch_size: int
) -> Array:
    start = w
    for batch in _cut(order, batch_size):
        w = w - learning_rate * _gradient(start, X[batch], y[batch])
    return w


@misconception(_MB, see="minibatch", **ONE_UPDATE)
def returns_in_loop__minibatch_epoch(
    w: Array, X: Array, y: Array, learning_rate: float, order: Indices, batch_size: int
) -> Array:
    batch = order[:batch_size]
    return np.asarray(w - learning_rate * _gradient(w, X[batch], y[batch]))


@misconception(_MB, see="minibatch", **IN_PLACE)
def w_changed__minibatch_epoch(
    w: Array, X: Array, y: Array, learning_rate: float, order: Indices, batch_size: int
) -> Array:
    for batch in _cut(order, batch_size):
        w -= learning_rate * _gradient(w, X[batch], y[batch])
    return w
