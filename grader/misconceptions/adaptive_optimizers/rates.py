"""Lesson 3: known mistakes in adagrad_effective_rate."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.misconceptions.adaptive_optimizers import wording as said
from grader.misconceptions.catalogue import misconception

__all__: list[str] = []

Array = np.ndarray[Any, np.dtype[np.float64]]


@misconception(
    "adagrad_effective_rate",
    see="effective_rate",
    en="The gradient of step t itself is left out: your row t uses the sum up to t - 1. Adagrad adds g² first and divides then.",
    vi="Thiếu chính gradient của bước t: hàng t của bạn chỉ dùng tổng đến t - 1. Adagrad cộng g² trước rồi mới chia.",
)
def current_gradient_left_out__adagrad_effective_rate(
    grads: Array, learning_rate: float, eps: float
) -> Array:
    return learning_rate / np.sqrt(np.cumsum(grads**2, axis=0) - grads**2 + eps)


@misconception("adagrad_effective_rate", see="effective_rate", **said.EPS_OUTSIDE)
def eps_outside_root__adagrad_effective_rate(
    grads: Array, learning_rate: float, eps: float
) -> Array:
    return learning_rate / (np.sqrt(np.cumsum(grads**2, axis=0)) + eps)


@misconception("adagrad_effective_rate", see="effective_rate", **said.ROOT_MISSING)
def root_missing__adagrad_effective_rate(grads: Array, learning_rate: float, eps: float) -> Array:
    return learning_rate / (np.cumsum(grads**2, axis=0) + eps)


@misconception(
    "adagrad_effective_rate",
    see="effective_rate",
    en="You use the present g² alone: nothing is gathered, and a rate can grow again. G_t is the sum over all steps up to t.",
    vi="Bạn chỉ dùng g² hiện tại: không tích lũy gì, và tốc độ có thể tăng trở lại. G_t là tổng qua mọi bước đến t.",
)
def not_accumulated__adagrad_effective_rate(
    grads: Array, learning_rate: float, eps: float
) -> Array:
    return learning_rate / np.sqrt(grads**2 + eps)


@misconception(
    "adagrad_effective_rate",
    see="effective_rate",
    en="You use the whole sum, gradients to come included, in every row. Row t may know the steps up to t only: a running sum.",
    vi="Hàng nào bạn cũng dùng tổng toàn bộ, kể cả các gradient chưa tới. Hàng t chỉ được biết đến bước t: cần tổng tích lũy.",
)
def whole_sum__adagrad_effective_rate(grads: Array, learning_rate: float, eps: float) -> Array:
    return np.tile(learning_rate / np.sqrt(np.sum(grads**2, axis=0) + eps), (len(grads), 1))


@misconception(
    "adagrad_effective_rate",
    see="effective_rate",
    en="You take the mean of the squares; Adagrad takes their sum. A mean does not grow with time, and the rate would not fall.",
    vi="Bạn lấy trung bình các bình phương; Adagrad lấy tổng. Trung bình không lớn dần theo thời gian nên tốc độ sẽ không giảm.",
)
def mean_for_sum__adagrad_effective_rate(grads: Array, learning_rate: float, eps: float) -> Array:
    count = np.arange(1, len(grads) + 1)[:, None]
    return learning_rate / np.sqrt(np.cumsum(grads**2, axis=0) / count + eps)


@misconception("adagrad_effective_rate", see="effective_rate", **said.GRADIENT_FOR_SQUARE)
def gradient_for_square__adagrad_effective_rate(
    grads: Array, learning_rate: float, eps: float
) -> Array:
    return learning_rate / np.sqrt(np.cumsum(grads, axis=0) + eps)


@misconception(
    "adagrad_effective_rate",
    see="effective_rate",
    en="You add up along the wrong axis, over the parameters. Time runs along axis 0: each column has its own running sum.",
    vi="Bạn cộng dồn sai trục, qua các tham số. Thời gian chạy theo trục 0: mỗi cột có tổng tích lũy riêng.",
)
def wrong_axis__adagrad_effective_rate(grads: Array, learning_rate: float, eps: float) -> Array:
    return learning_rate / np.sqrt(np.cumsum(grads**2, axis=1) + eps)


@misconception(
    "adagrad_effective_rate",
    see="effective_rate",
    en="np.cumsum without an axis runs through the flattened array, so the shape (T, d) is lost and the columns are mixed. Give it axis=0.",
    vi="np.cumsum không có axis sẽ chạy qua mảng đã duỗi phẳng, nên mất kích thước (T, d) và các cột bị trộn lẫn. Hãy cho axis=0.",
)
def flattened__adagrad_effective_rate(grads: Array, learning_rate: float, eps: float) -> Array:
    return learning_rate / np.sqrt(np.cumsum(grads**2) + eps)


@misconception("adagrad_effective_rate", see="effective_rate", **said.ONE_RATE)
def one_rate_for_all__adagrad_effective_rate(
    grads: Array, learning_rate: float, eps: float
) -> Array:
    total = np.cumsum(np.sum(grads**2, axis=1, keepdims=True), axis=0)
    return learning_rate / np.sqrt(total + np.zeros_like(grads) + eps)


@misconception(
    "adagrad_effective_rate",
    see="effective_rate",
    en="You return the steps, rate times gradient. Asked for is the rate alone: what the gradient is multiplied by.",
    vi="Bạn trả về bước đi, tức tốc độ nhân với gradient. Đề bài chỉ hỏi tốc độ: thừa số nhân vào gradient.",
)
def steps_returned__adagrad_effective_rate(grads: Array, learning_rate: float, eps: float) -> Array:
    return learning_rate * grads / np.sqrt(np.cumsum(grads**2, axis=0) + eps)


@misconception(
    "adagrad_effective_rate",
    see="effective_rate",
    en="The learning rate is missing: 1 / √(G + ε) is only the factor by which α is scaled.",
    vi="Thiếu tốc độ học: 1 / √(G + ε) mới chỉ là hệ số điều chỉnh α.",
)
def learning_rate_missing__adagrad_effective_rate(
    grads: Array, learning_rate: float, eps: float
) -> Array:
    return 1 / np.sqrt(np.cumsum(grads**2, axis=0) + eps)


@misconception("adagrad_effective_rate", see="effective_rate", **said.IN_PLACE)
def arguments_changed__adagrad_effective_rate(
    grads: Array, learning_rate: float, eps: float
) -> Array:
    grads *= grads
    return learning_rate / np.sqrt(np.cumsum(grads, axis=0) + eps)
