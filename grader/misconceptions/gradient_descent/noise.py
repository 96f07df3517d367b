"""Lesson 1: known mistakes in gradient_noise and in the bug hunt."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.misconceptions.catalogue import misconception

__all__: list[str] = []

Array = np.ndarray[Any, np.dtype[np.float64]]


def _gradients(w: Array, X: Array, y: Array) -> Array:
    """Row i is grad J_i(w)."""
    return np.asarray(2 * (X @ w - y)[:, None] * X)


def _spread(gradients: Array) -> float:
    """The mean squared distance of the rows from their mean."""
    return float(np.mean(np.sum((gradients - gradients.mean(axis=0)) ** 2, axis=1)))


def _correction(n: int, m: int) -> float:
    return (n - m) / (m * (n - 1))


@misconception(
    "gradient_noise",
    see="noise",
    en="You divided by m alone, which is right for drawing with replacement. A batch never holds a sample twice, so the noise is smaller, and for "
    "m = n it must vanish. The factor is (n - m) / (m (n - 1)).",
    vi="Bạn chỉ chia cho m, điều đó đúng khi lấy mẫu có hoàn lại. Trong một batch không mẫu nào xuất hiện hai lần nên nhiễu nhỏ hơn, và khi "
    "m = n nó phải biến mất. Hệ số là (n - m) / (m (n - 1)).",
)
def with_replacement(w: Array, X: Array, y: Array, batch_size: int) -> float:
    return _spread(_gradients(w, X, y)) / batch_size


@misconception(
    "gradient_noise",
    see="noise",
    en="You summed the squared distances of the per-sample gradients from their mean where the formula takes their mean over the n samples: the result is n times too large.",
    vi="Bạn cộng các bình phương khoảng cách từ gradient từng mẫu đến gradient trung bình, trong khi công thức lấy trung bình trên n mẫu: kết quả lớn gấp n lần.",
)
def sum_for_mean__gradient_noise(w: Array, X: Array, y: Array, batch_size: int) -> float:
    n = len(y)
    return _correction(n, batch_size) * n * _spread(_gradients(w, X, y))


@misconception(
    "gradient_noise",
    see="noise",
    en="The correction for drawing without replacement has n - 1 below, not n: for m = 1 the whole factor must be 1.",
    vi="Hệ số hiệu chỉnh cho lấy mẫu không hoàn lại có n - 1 ở mẫu số chứ không phải n: khi m = 1, cả hệ số phải bằng 1.",
)
def n_for_n_minus_one(w: Array, X: Array, y: Array, batch_size: int) -> float:
    n, m = len(y), batch_size
    return (n - m) / (m * n) * _spread(_gradients(w, X, y))


@misconception(
    "gradient_noise",
    see="noise",
    en="You divided the squared distances by n - 1 and corrected with n - 1 below once more. In this formula the spread is a plain mean over the n samples.",
    vi="Bạn đã chia tổng bình phương khoảng cách cho n - 1 rồi lại hiệu chỉnh bằng n - 1 một lần nữa. Trong công thức này, độ phân tán là trung bình thông thường trên n mẫu.",
)
def corrected_twice(w: Array, X: Array, y: Array, batch_size: int) -> float:
    n = len(y)
    return _correction(n, batch_size) * _spread(_gradients(w, X, y)) * n / (n - 1)


@misconception(
    "gradient_noise",
    see="noise",
    en="You took the mean squared length of the per-sample gradients. Noise is the distance from their mean: subtract the full gradient first.",
    vi="Bạn lấy trung bình bình phương độ dài gradient của từng mẫu. Nhiễu là khoảng cách đến giá trị trung bình: trước hết hãy trừ gradient đầy đủ.",
)
def not_centred(w: Array, X: Array, y: Array, batch_size: int) -> float:
    return _correction(len(y), batch_size) * float(
        np.mean(np.sum(_gradients(w, X, y) ** 2, axis=1))
    )


@misconception(
    "gradient_noise",
    see="noise",
    en="You averaged over the d components as well. ||·||² is the sum over the components; only the samples are averaged.",
    vi="Bạn lấy trung bình cả trên d thành phần. ||·||² là tổng trên các thành phần; chỉ lấy trung bình trên các mẫu.",
)
def mean_over_components(w: Array, X: Array, y: Array, batch_size: int) -> float:
    return _correction(len(y), batch_size) * _spread(_gradients(w, X, y)) / len(w)


@misconception(
    "gradient_noise",
    see="noise",
    en="The result does not depend on the batch size: you computed the spread of single samples. A mean of m samples fluctuates less; the factor for m is missing.",
    vi="Kết quả không phụ thuộc kích thước batch: bạn mới tính độ phân tán của từng mẫu riêng lẻ. Trung bình của m mẫu dao động ít hơn; còn thiếu hệ số theo m.",
)
def batch_size_ignored(w: Array, X: Array, y: Array, batch_size: int) -> float:
    return _spread(_gradients(w, X, y))


@misconception(
    "gradient_noise",
    see="noise",
    en="You took the root: that is a standard deviation. Asked for is the expected squared distance.",
    vi="Bạn đã lấy căn: đó là độ lệch chuẩn. Đề bài cần kỳ vọng của bình phương khoảng cách.",
)
def root_taken__gradient_noise(w: Array, X: Array, y: Array, batch_size: int) -> float:
    return float(np.sqrt(_correction(len(y), batch_size) * _spread(_gradients(w, X, y))))


@misconception(
    "gradient_noise",
    see="noise",
    en="Your result is four times too small: the gradient of one sample is 2 (x·w - y) x, and the missing 2 counts squared.",
    vi="Kết quả của bạn nhỏ hơn bốn lần: gradient của một mẫu là 2 (x·w - y) x, và số 2 bị thiếu được tính bình phương.",
)
def missing_two__gradient_noise(w: Array, X: Array, y: Array, batch_size: int) -> float:
    return _correction(len(y), batch_size) * _spread(_gradients(w, X, y)) / 4


@misconception(
    "gradient_noise",
    see="noise",
    en="You used the spread of the residuals. The noise of the gradient is the spread of the vectors 2 (x·w - y) x: multiply each residual by its x first.",
    vi="Bạn dùng độ phân tán của các sai số. Nhiễu của gradient là độ phân tán của các vector 2 (x·w - y) x: hãy nhân từng sai số với x của nó trước.",
)
def residuals_for_gradients(w: Array, X: Array, y: Array, batch_size: int) -> float:
    return _correction(len(y), batch_size) * float(np.var(X @ w - y))


_HUNT = "gradient_descent_bug_hunt"


def _parts(w: Array, X: Array, y: Array, batch_sizes: list[int]) -> list[tuple[int, Array]]:
    """The size and the mean gradient of each micro-batch."""
    ends = np.cumsum(batch_sizes)
    return [
        (size, _gradients(w, X[end - size : end], y[end - size : end]).mean(axis=0))
        for size, end in zip(batch_sizes, ends, strict=True)
    ]


@misconception(
    _HUNT,
    see="bug",
    en="The bug is still there. Compare the weight of one sample in a large micro-batch with the weight of one in a small micro-batch: in J every sample counts 1/n.",
    vi="Lỗi vẫn còn đó. Hãy so trọng số của một mẫu nằm trong micro-batch lớn với một mẫu nằm trong micro-batch nhỏ: trong J mỗi mẫu đều được tính 1/n như nhau.",
)
def bug_left(w: Array, X: Array, y: Array, batch_sizes: list[int]) -> Array:
    return np.asarray(sum(g / len(batch_sizes) for _, g in _parts(w, X, y, batch_sizes)))


@misconception(
    _HUNT,
    see="bug",
    en="You add the means of the micro-batches and no longer divide: the gradient is now about as many times too long as there are micro-batches.",
    vi="Bạn cộng trung bình của các micro-batch mà không chia nữa: gradient giờ dài hơn khoảng bấy nhiêu lần số micro-batch.",
)
def means_added(w: Array, X: Array, y: Array, batch_sizes: list[int]) -> Array:
    return np.asarray(sum(g for _, g in _parts(w, X, y, batch_sizes)))


@misconception(
    _HUNT,
    see="bug",
    en="Now every sample counts alike, but the sum is never divided by the number of samples: J is a mean.",
    vi="Giờ mọi mẫu đã được tính như nhau, nhưng tổng chưa hề được chia cho số mẫu: J là trung bình.",
)
def never_divided(w: Array, X: Array, y: Array, batch_sizes: list[int]) -> Array:
    return np.asarray(sum(size * g for size, g in _parts(w, X, y, batch_sizes)))


@misconception(
    _HUNT,
    see="bug",
    en="You divide the sum over all samples by the number of micro-batches; it takes the number of samples.",
    vi="Bạn chia tổng trên mọi mẫu cho số micro-batch; đúng ra phải chia cho số mẫu.",
)
def divided_by_micro_batches(w: Array, X: Array, y: Array, batch_sizes: list[int]) -> Array:
    return np.asarray(sum(size * g for size, g in _parts(w, X, y, batch_sizes)) / len(batch_sizes))


@misconception(
    _HUNT,
    see="bug",
    en="Only the last micro-batch is left: each one overwrites the sum instead of being added to it.",
    vi="Chỉ còn lại micro-batch cuối cùng: mỗi micro-batch ghi đè lên tổng thay vì được cộng thêm vào.",
)
def overwritten(w: Array, X: Array, y: Array, batch_sizes: list[int]) -> Array:
    size, g = _parts(w, X, y, batch_sizes)[-1]
    return np.asarray(size * g / sum(batch_sizes))


@misconception(
    _HUNT,
    see="bug",
    en="Your gradient is half as long as it should be: the 2 from the derivative of the square got lost on the way.",
    vi="Gradient của bạn chỉ dài bằng một nửa: số 2 từ đạo hàm của bình phương đã bị rơi mất giữa chừng.",
)
def missing_two__bug_hunt(w: Array, X: Array, y: Array, batch_sizes: list[int]) -> Array:
    return np.asarray(
        sum(size * g for size, g in _parts(w, X, y, batch_sizes)) / sum(batch_sizes) / 2
    )
