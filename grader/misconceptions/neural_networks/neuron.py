"""Lesson 4: known mistakes in a single neuron and its activation."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from grader.misconceptions.catalogue import misconception

Array = np.ndarray[Any, np.dtype[np.float64]]


@misconception(
    "neuron",
    see="neuron",
    en="The bias b is missing: your z is 0 whenever all inputs are 0, so the neuron's boundary always passes through the origin. z = w·x + b.",
    vi="Thiếu bias b: khi mọi đầu vào bằng 0 thì z của bạn luôn bằng 0, nên ranh giới của nơ-ron lúc nào cũng đi qua gốc tọa độ. z = w·x + b.",
)
def bias_dropped__neuron(x: Array, w: Array, b: float) -> Any:
    return x @ w


@misconception(
    "neuron",
    see="neuron",
    en="You subtract b. Some books write a threshold that way, w·x - θ; here b is added, z = w·x + b.",
    vi="Bạn trừ b. Một số sách viết ngưỡng như vậy, w·x - θ; ở đây b được cộng vào: z = w·x + b.",
)
def bias_subtracted(x: Array, w: Array, b: float) -> Any:
    return x @ w - b


@misconception(
    "neuron",
    see="neuron",
    en="The bias was added to every product before summing, so it counts once per input. Sum the products first, then add b once.",
    vi="Bias bị cộng vào từng tích trước khi lấy tổng nên được tính nhiều lần, mỗi đầu vào một lần. Hãy cộng các tích trước, rồi cộng b đúng một lần.",
)
def bias_per_input(x: Array, w: Array, b: float) -> Any:
    return (x * w + b).sum(axis=-1)


@misconception(
    "neuron",
    see="neuron",
    en="For a batch you summed over everything, samples included, and got one number. Each row of x is a sample with a z of its own: "
    "sum over the last axis alone.",
    vi="Với một batch, bạn cộng hết mọi thứ, kể cả qua các mẫu, nên chỉ còn một số. Mỗi hàng của x là một mẫu có z riêng: chỉ cộng theo trục cuối.",
)
def batch_summed(x: Array, w: Array, b: float) -> Any:
    return np.sum(x * w) + b


@misconception(
    "neuron",
    see="neuron",
    en="Your product is w @ x, which takes the columns of a batch for its samples. The samples are the rows of x: the axis of length d must "
    "meet w, so x comes first.",
    vi="Bạn nhân w @ x, tức là coi các cột của batch là các mẫu. Mẫu nằm ở các hàng của x: trục có độ dài d phải gặp w, nên x đứng trước.",
)
def columns_for_samples(x: Array, w: Array, b: float) -> Any:
    return w @ x + b


@misconception(
    "neuron",
    see="neuron",
    en="You return a column, (n, 1) (or (1,) for one sample), where (n,) is asked for. A later (n, 1) minus (n,) becomes an (n, n) array "
    "by broadcasting, without an error: keep w as a vector.",
    vi="Bạn trả về một cột (n, 1) (hoặc (1,) với một mẫu) trong khi cần (n,). Sau này (n, 1) trừ (n,) sẽ thành mảng (n, n) do broadcasting "
    "mà không báo lỗi: hãy giữ w là một vector.",
)
def column_result(x: Array, w: Array, b: float) -> Any:
    return x @ w.reshape(-1, 1) + b


@misconception(
    "neuron",
    see="neuron",
    en="You averaged the products; a neuron adds them up. With the mean, the same weights would mean less the more inputs there are.",
    vi="Bạn lấy trung bình các tích, còn nơ-ron lấy tổng. Nếu lấy trung bình thì càng nhiều đầu vào, cùng một trọng số càng ít tác dụng.",
)
def mean_for_sum__neuron(x: Array, w: Array, b: float) -> Any:
    return (x * w).mean(axis=-1) + b


@misconception(
    "neuron",
    see="neuron",
    en="You already applied the sigmoid. Here only the pre-activation z = w·x + b is asked for; the activation is the next step.",
    vi="Bạn đã áp dụng luôn hàm sigmoid. Ở đây chỉ cần z = w·x + b; hàm kích hoạt là bước tiếp theo.",
)
def already_activated(x: Array, w: Array, b: float) -> Any:
    return 1 / (1 + np.exp(-(x @ w + b)))


@misconception(
    "neuron",
    see="neuron",
    en="You already applied ReLU: negative z became 0. Here the bare z = w·x + b is asked for.",
    vi="Bạn đã áp dụng luôn ReLU: z âm bị thành 0. Ở đây cần chính z = w·x + b.",
)
def already_rectified(x: Array, w: Array, b: float) -> Any:
    return np.maximum(x @ w + b, 0)


@misconception(
    "relu",
    see="activations",
    en="That is the absolute value: a negative input comes out positive. max(0, x) turns it into 0.",
    vi="Đó là trị tuyệt đối: đầu vào âm lại thành dương. max(0, x) biến nó thành 0.",
)
def absolute_value(x: Array) -> Any:
    return np.abs(x)


@misconception(
    "relu",
    see="activations",
    en="You kept the negative half, min(0, x). ReLU keeps the positive half and sets the rest to 0.",
    vi="Bạn giữ lại nửa âm, min(0, x). ReLU giữ nửa dương và cho phần còn lại bằng 0.",
)
def minimum_for_maximum(x: Array) -> Any:
    return np.minimum(x, 0)


@misconception(
    "relu",
    see="activations",
    en="Negative inputs come out as 0.01 x: that is the leaky variant. The plain ReLU gives exactly 0 there.",
    vi="Đầu vào âm cho ra 0.01 x: đó là biến thể leaky ReLU. ReLU thông thường cho đúng 0.",
)
def leaky(x: Array) -> Any:
    return np.where(x > 0, x, 0.01 * x)


@misconception(
    "relu",
    see="activations",
    en="You return where x is positive (0 or 1). That is ReLU's derivative; the function itself gives x there.",
    vi="Bạn trả về chỗ nào x dương (0 hoặc 1). Đó là đạo hàm của ReLU; còn chính hàm thì cho giá trị x ở đó.",
)
def derivative_for_function(x: Array) -> Any:
    return (x > 0).astype(float)


@misconception(
    "relu",
    see="activations",
    en="You cut the result off at 1 as well. ReLU has no upper end: that it does not saturate is its strength.",
    vi="Bạn còn cắt kết quả ở 1. ReLU không có giới hạn trên: không bão hòa chính là điểm mạnh của nó.",
)
def clipped_at_one(x: Array) -> Any:
    return np.clip(x, 0, 1)


@misconception(
    "relu",
    see="activations",
    en="The numbers are right, but x[x < 0] = 0 overwrote the caller's array, which the backward pass still needs with its signs. "
    "Make a new array.",
    vi="Các con số đều đúng, nhưng x[x < 0] = 0 đã ghi đè lên mảng của nơi gọi, mà lượt lan truyền ngược còn cần dấu của nó. Hãy tạo mảng mới.",
)
def arguments_changed__relu(x: Array) -> Any:
    x[x < 0] = 0
    return x


@misconception(
    "relu",
    see="activations",
    en="Python's max(0, x) compares one number with another; of a whole array it cannot say whether it is larger than 0. "
    "Look for NumPy's maximum, which goes entry by entry.",
    vi="max(0, x) của Python so sánh hai số; nó không thể nói cả một mảng có lớn hơn 0 hay không. Hãy tìm hàm lấy giá trị lớn hơn theo từng phần tử của NumPy.",
)
def pythons_max(x: Array) -> Any:
    return max(0, x)


@misconception(
    "sigmoid",
    see="sigmoid_care",
    en="The formula is right, but for x = -1000 your e^(-x) is e^1000, which overflows, and NumPy warns. Only take e to a power that is "
    "never positive: treat x ≥ 0 and x < 0 apart, or use e^(-|x|).",
    vi="Công thức đúng, nhưng với x = -1000 thì e^(-x) của bạn là e^1000, bị tràn số và NumPy cảnh báo. Chỉ nên lấy e mũ một số không dương: "
    "xét riêng x ≥ 0 và x < 0, hoặc dùng e^(-|x|).",
)
def overflow(x: Array) -> Any:
    return 1 / (1 + np.exp(-x))


@misconception(
    "sigmoid",
    see="sigmoid_care",
    en="e^x / (1 + e^x) is the same function, but for x = 1000 it becomes inf / inf, which is NaN. Use this form for x < 0 only, "
    "and 1 / (1 + e^(-x)) for the rest.",
    vi="e^x / (1 + e^x) là cùng một hàm, nhưng với x = 1000 nó thành inf / inf, tức NaN. Chỉ dùng dạng này khi x < 0, còn lại dùng 1 / (1 + e^(-x)).",
)
def infinite_quotient(x: Array) -> Any:
    return np.exp(x) / (1 + np.exp(x))


@misconception(
    "sigmoid",
    see="activations",
    en="The sign of the exponent is wrong: your function falls from 1 to 0. It should rise: 1 / (1 + e^(-x)).",
    vi="Sai dấu ở số mũ: hàm của bạn giảm từ 1 xuống 0. Nó phải tăng: 1 / (1 + e^(-x)).",
)
def sign_of_exponent(x: Array) -> Any:
    return 1 / (1 + np.exp(x))


@misconception(
    "sigmoid",
    see="activations",
    en="That is tanh, from -1 to 1. The sigmoid runs from 0 to 1 and is 1/2 at 0.",
    vi="Đó là tanh, chạy từ -1 đến 1. Sigmoid chạy từ 0 đến 1 và bằng 1/2 tại 0.",
)
def tanh_for_sigmoid(x: Array) -> Any:
    return np.tanh(x)


@misconception(
    "sigmoid",
    see="activations",
    en="You return the derivative s(1 - s). Here the function s itself is asked for.",
    vi="Bạn trả về đạo hàm s(1 - s). Ở đây cần chính hàm s.",
)
def derivative_for_function__sigmoid(x: Array) -> Any:
    s = 1 / (1 + np.exp(-x))
    return s * (1 - s)


@misconception(
    "sigmoid",
    see="sigmoid_care",
    en="You cut the input off at a small size to avoid the overflow, and with it the answer: at 1000 you return 0.99995 where 1 is right. "
    "An exponent that is never positive needs no cutting.",
    vi="Bạn cắt đầu vào ở một giá trị nhỏ để tránh tràn số, nhưng cắt luôn cả kết quả: tại 1000 bạn trả về 0.99995 trong khi đúng là 1. "
    "Nếu số mũ không bao giờ dương thì không cần cắt.",
)
def clipped_input(x: Array) -> Any:
    return 1 / (1 + np.exp(-np.clip(x, -10, 10)))


@misconception(
    "sigmoid",
    see="activations",
    en="The 1 in the denominator is missing: 1 / e^(-x) is e^x, which grows without end. 1 / (1 + e^(-x)) stays between 0 and 1.",
    vi="Thiếu số 1 ở mẫu: 1 / e^(-x) chính là e^x, tăng vô hạn. 1 / (1 + e^(-x)) luôn nằm giữa 0 và 1.",
)
def one_missing(x: Array) -> Any:
    return 1 / np.exp(-x)


@misconception(
    "sigmoid",
    see="sigmoid_care",
    en="math.exp takes a single number; NumPy's exp goes through a whole array, whatever its shape.",
    vi="math.exp chỉ nhận một số; exp của NumPy tính cho cả mảng, hình dạng nào cũng được.",
)
def single_numbers_only(x: Array) -> Any:
    return 1 / (1 + math.exp(-x))
