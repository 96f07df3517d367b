"""Lesson 4: known mistakes in linear_forward and numerical_gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.misconceptions.catalogue import misconception

__all__: list[str] = []

Array = np.ndarray[Any, np.dtype[np.float64]]
Function = Callable[[Array], float]


@misconception(
    "linear_forward",
    see="layer",
    en="The bias is missing: Y = X W + b, and b is added to every row.",
    vi="Thiếu bias: Y = X W + b, b được cộng vào mọi hàng.",
)
def bias_dropped__linear_forward(X: Array, W: Array, b: Array) -> Array:
    return X @ W


@misconception(
    "linear_forward",
    see="convention",
    en="You used W transposed, PyTorch's layout (d_out, d_in). Our W is (d_in, d_out), one neuron per column, and stands as it is in X W. "
    "With a square W no error shows: look at the numbers.",
    vi="Bạn dùng W chuyển vị, theo cách xếp (d_out, d_in) của PyTorch. W của ta là (d_in, d_out), mỗi cột một nơ-ron, và giữ nguyên trong X W. "
    "Khi W vuông thì không có lỗi nào hiện ra: hãy nhìn các con số.",
)
def weights_transposed__linear_forward(X: Array, W: Array, b: Array) -> Array:
    return X @ W.T + b


@misconception(
    "linear_forward",
    see="layer",
    en="You added b as a column: every sample gets one entry of b instead of every neuron. b belongs to the neurons, the columns of Y, "
    "and NumPy's broadcasting does that with b of shape (d_out,) as it is.",
    vi="Bạn cộng b như một cột: mỗi mẫu nhận một phần tử của b thay vì mỗi nơ-ron. b thuộc về các nơ-ron, tức các cột của Y; "
    "cứ để b có dạng (d_out,) thì broadcasting của NumPy làm đúng.",
)
def bias_along_samples(X: Array, W: Array, b: Array) -> Array:
    return X @ W + b[:, None]


@misconception(
    "linear_forward",
    see="layer",
    en="Your Y is transposed, (d_out, n): the convention of W x + b with samples in columns. Here samples are rows, Y = X W + b.",
    vi="Y của bạn bị chuyển vị, (d_out, n): đó là quy ước W x + b với mỗi mẫu là một cột. Ở đây mỗi mẫu là một hàng, Y = X W + b.",
)
def samples_in_columns(X: Array, W: Array, b: Array) -> Array:
    return W.T @ X.T + b[:, None]


@misconception(
    "linear_forward",
    see="layer",
    en="You added the sum of all biases to every neuron. Each neuron, each column of Y, has a bias of its own.",
    vi="Bạn cộng tổng mọi bias vào từng nơ-ron. Mỗi nơ-ron, tức mỗi cột của Y, có bias riêng.",
)
def biases_added_up(X: Array, W: Array, b: Array) -> Any:
    return X @ W + b.sum()


@misconception(
    "linear_forward",
    see="layer",
    en="You applied ReLU already. The layer itself is linear, Y = X W + b; the activation stands behind it.",
    vi="Bạn đã áp dụng luôn ReLU. Bản thân lớp là tuyến tính, Y = X W + b; hàm kích hoạt đứng sau nó.",
)
def already_rectified__linear_forward(X: Array, W: Array, b: Array) -> Array:
    return np.maximum(X @ W + b, 0)


@misconception(
    "linear_forward",
    see="layer",
    en="The numbers are wrong in scale: you averaged over the inputs, where a layer adds up. X W has no factor 1/d_in.",
    vi="Các con số sai về độ lớn: bạn lấy trung bình theo đầu vào, còn một lớp thì lấy tổng. X W không có hệ số 1/d_in.",
)
def mean_for_sum__linear_forward(X: Array, W: Array, b: Array) -> Array:
    return X @ W / len(W) + b


def _each(w: Array, entry: Callable[[Array], float]) -> Array:
    """entry(e_i) for every unit array e_i of w's shape."""
    result = np.zeros_like(w)
    for index in np.ndindex(w.shape):
        unit = np.zeros_like(w)
        unit[index] = 1.0
        result[index] = entry(unit)
    return result


@misconception(
    "numerical_gradient",
    see="numerical",
    en="That is the forward difference, (f(w + h) - f(w))/h, with an error that shrinks like h. The central one looks to both sides, f(w + h) and f(w - h), "
    "and errs only like h².",
    vi="Đó là sai phân tiến, (f(w + h) - f(w))/h, sai số giảm cỡ h. Sai phân trung tâm nhìn cả hai phía, f(w + h) và f(w - h), nên sai số chỉ cỡ h².",
)
def forward_difference(f: Function, w: Array, h: float) -> Array:
    return _each(w, lambda e: (f(w + h * e) - f(w)) / h)


@misconception(
    "numerical_gradient",
    see="numerical",
    en="That is the backward difference, (f(w) - f(w - h))/h, with an error of size h. Look to both sides: f(w + h) and f(w - h).",
    vi="Đó là sai phân lùi, (f(w) - f(w - h))/h, sai số cỡ h. Hãy nhìn cả hai phía: f(w + h) và f(w - h).",
)
def backward_difference(f: Function, w: Array, h: float) -> Array:
    return _each(w, lambda e: (f(w) - f(w - h * e)) / h)


@misconception(
    "numerical_gradient",
    see="numerical",
    en="Your result is twice too large: from w - h to w + h the distance is 2h, and you divide by h.",
    vi="Kết quả của bạn lớn gấp đôi: từ w - h đến w + h khoảng cách là 2h, còn bạn chia cho h.",
)
def h_for_2h(f: Function, w: Array, h: float) -> Array:
    return _each(w, lambda e: (f(w + h * e) - f(w - h * e)) / h)


@misconception(
    "numerical_gradient",
    see="numerical",
    en="The sign is turned round: f(w - h) - f(w + h) measures the way down. Take the value ahead minus the value behind.",
    vi="Bị ngược dấu: f(w - h) - f(w + h) đo chiều đi xuống. Hãy lấy giá trị phía trước trừ giá trị phía sau.",
)
def sign_turned(f: Function, w: Array, h: float) -> Array:
    return _each(w, lambda e: (f(w - h * e) - f(w + h * e)) / (2 * h))


@misconception(
    "numerical_gradient",
    see="numerical",
    en="You moved all entries of w at once and gave each the same number. The gradient has one partial derivative per entry: "
    "move one entry at a time, the others stay.",
    vi="Bạn dịch mọi phần tử của w cùng lúc rồi gán cho tất cả cùng một số. Gradient có một đạo hàm riêng cho mỗi phần tử: "
    "mỗi lần chỉ dịch một phần tử, các phần tử khác giữ nguyên.",
)
def all_at_once(f: Function, w: Array, h: float) -> Array:
    return np.full_like(w, (f(w + h) - f(w - h)) / (2 * h))


@misconception(
    "numerical_gradient",
    see="numerical",
    en="You perturb w in place and never put the entry back, so every later entry is measured at another point, and the caller's w is changed. "
    "Keep the old value and write it back.",
    vi="Bạn sửa w tại chỗ mà không trả phần tử về như cũ, nên các phần tử sau bị đo ở một điểm khác, và w của nơi gọi cũng bị đổi. "
    "Hãy giữ lại giá trị cũ rồi ghi trả.",
)
def never_restored(f: Function, w: Array, h: float) -> Array:
    result = np.zeros_like(w)
    for index in np.ndindex(w.shape):
        w[index] += h
        ahead = f(w)
        w[index] -= 2 * h
        result[index] = (ahead - f(w)) / (2 * h)
    return result


@misconception(
    "numerical_gradient",
    see="numerical",
    en="The result is right, but w comes back changed in its last digits: + h, - 2h, + h does not lead back to the same number in floating point. "
    "Keep the old value and write that back, or work on a copy.",
    vi="Kết quả đúng, nhưng w bị đổi ở những chữ số cuối: + h, - 2h, + h trong số thực dấu phẩy động không đưa về đúng số cũ. "
    "Hãy giữ lại giá trị cũ rồi ghi trả, hoặc làm trên bản sao.",
)
def restored_by_arithmetic(f: Function, w: Array, h: float) -> Array:
    result = np.zeros_like(w)
    for index in np.ndindex(w.shape):
        w[index] += h
        ahead = f(w)
        w[index] -= 2 * h
        result[index] = (ahead - f(w)) / (2 * h)
        w[index] += h
    return result


@misconception(
    "numerical_gradient",
    see="numerical",
    en="`plus = w` and `minus = w` are two more names for the same array, not copies: moving one moves the other, and every difference is 0. "
    "Copy the array before you move an entry.",
    vi="`plus = w` và `minus = w` chỉ là thêm hai cái tên cho cùng một mảng chứ không phải bản sao: dịch cái này thì cái kia dịch theo, nên mọi hiệu đều bằng 0. "
    "Hãy sao chép mảng trước khi dịch một phần tử.",
)
def names_for_copies(f: Function, w: Array, h: float) -> Array:
    result = np.zeros_like(w)
    for index in np.ndindex(w.shape):
        plus, minus = w, w
        plus[index] += h
        minus[index] -= h
        result[index] = (f(plus) - f(minus)) / (2 * h)
    return result


@misconception(
    "numerical_gradient",
    see="numerical",
    en="The numbers are right but flat: the gradient must have w's shape, so that it can be subtracted from w.",
    vi="Các con số đúng nhưng bị duỗi phẳng: gradient phải có cùng hình dạng với w thì mới trừ vào w được.",
)
def flat_result(f: Function, w: Array, h: float) -> Array:
    return _each(w, lambda e: (f(w + h * e) - f(w - h * e)) / (2 * h)).ravel()


@misconception(
    "numerical_gradient",
    see="numerical",
    en="You hand f a flattened w. f expects an array of w's own shape: a loss that computes X @ W cannot work with a vector.",
    vi="Bạn đưa cho f một w đã duỗi phẳng. f cần một mảng có đúng hình dạng của w: hàm mất mát tính X @ W không làm việc được với một vector.",
)
def flat_argument(f: Function, w: Array, h: float) -> Array:
    flat = w.ravel()
    return _each(flat, lambda e: (f(flat + h * e) - f(flat - h * e)) / (2 * h)).reshape(w.shape)
