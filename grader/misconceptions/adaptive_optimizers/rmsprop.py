"""Lesson 3: known mistakes in rmsprop_step."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.misconceptions.adaptive_optimizers import wording as said
from grader.misconceptions.catalogue import misconception

__all__: list[str] = []

Array = np.ndarray[Any, np.dtype[np.float64]]
Pair = tuple[Array, Array]


@misconception("rmsprop_step", see="rmsprop", **said.ASCENT)
def sign__rmsprop_step(
    theta: Array, s: Array, grad: Array, learning_rate: float, beta: float, eps: float
) -> Pair:
    s = beta * s + (1 - beta) * grad**2
    return theta + learning_rate * grad / np.sqrt(s + eps), s


@misconception("rmsprop_step", see="epsilon", **said.EPS_OUTSIDE)
def eps_outside_root__rmsprop_step(
    theta: Array, s: Array, grad: Array, learning_rate: float, beta: float, eps: float
) -> Pair:
    s = beta * s + (1 - beta) * grad**2
    return theta - learning_rate * grad / (np.sqrt(s) + eps), s


@misconception("rmsprop_step", see="epsilon", **said.EPS_ON_PARAMETER)
def eps_added_to_parameter__rmsprop_step(
    theta: Array, s: Array, grad: Array, learning_rate: float, beta: float, eps: float
) -> Pair:
    s = beta * s + (1 - beta) * grad**2
    return theta - learning_rate * grad / np.sqrt(s) + eps, s


@misconception("rmsprop_step", see="rmsprop", **said.EPS_LEFT_OUT)
def eps_left_out__rmsprop_step(
    theta: Array, s: Array, grad: Array, learning_rate: float, beta: float, eps: float
) -> Pair:
    s = beta * s + (1 - beta) * grad**2
    return theta - learning_rate * grad / np.sqrt(s), s


@misconception("rmsprop_step", see="rmsprop", **said.EPS_STORED)
def eps_stored__rmsprop_step(
    theta: Array, s: Array, grad: Array, learning_rate: float, beta: float, eps: float
) -> Pair:
    s = beta * s + (1 - beta) * grad**2 + eps
    return theta - learning_rate * grad / np.sqrt(s), s


@misconception("rmsprop_step", see="rmsprop", **said.ROOT_MISSING)
def root_missing__rmsprop_step(
    theta: Array, s: Array, grad: Array, learning_rate: float, beta: float, eps: float
) -> Pair:
    s = beta * s + (1 - beta) * grad**2
    return theta - learning_rate * grad / (s + eps), s


@misconception("rmsprop_step", see="rmsprop", **said.GRADIENT_FOR_SQUARE)
def gradient_for_square__rmsprop_step(
    theta: Array, s: Array, grad: Array, learning_rate: float, beta: float, eps: float
) -> Pair:
    s = beta * s + (1 - beta) * grad
    return theta - learning_rate * grad / np.sqrt(s + eps), s


@misconception("rmsprop_step", see="rmsprop", **said.GRADIENT_LEFT_OUT)
def current_gradient_left_out__rmsprop_step(
    theta: Array, s: Array, grad: Array, learning_rate: float, beta: float, eps: float
) -> Pair:
    return theta - learning_rate * grad / np.sqrt(s + eps), beta * s + (1 - beta) * grad**2


@misconception("rmsprop_step", see="rmsprop", **said.ONE_RATE)
def one_rate_for_all__rmsprop_step(
    theta: Array, s: Array, grad: Array, learning_rate: float, beta: float, eps: float
) -> Pair:
    s = beta * s + (1 - beta) * np.sum(grad**2)
    return theta - learning_rate * grad / np.sqrt(s + eps), s


@misconception("rmsprop_step", see="rmsprop", **said.PAIR_SWAPPED)
def pair_swapped__rmsprop_step(
    theta: Array, s: Array, grad: Array, learning_rate: float, beta: float, eps: float
) -> Pair:
    s = beta * s + (1 - beta) * grad**2
    return s, theta - learning_rate * grad / np.sqrt(s + eps)


@misconception("rmsprop_step", see="rmsprop", **said.IN_PLACE)
def arguments_changed__rmsprop_step(
    theta: Array, s: Array, grad: Array, learning_rate: float, beta: float, eps: float
) -> Pair:
    s *= beta
    s += (1 - beta) * grad**2
    theta -= learning_rate * grad / np.sqrt(s + eps)
    return theta, s


@misconception("rmsprop_step", see="rmsprop", **said.IN_PLACE)
def memory_changed__rmsprop_step(
    theta: Array, s: Array, grad: Array, learning_rate: float, beta: float, eps: float
) -> Pair:
    s *= beta
    s += (1 - beta) * grad**2
    return theta - learning_rate * grad / np.sqrt(s + eps), s


@misconception("rmsprop_step", see="rmsprop", **said.IN_PLACE)
def theta_changed__rmsprop_step(
    theta: Array, s: Array, grad: Array, learning_rate: float, beta: float, eps: float
) -> Pair:
    s = beta * s + (1 - beta) * grad**2
    theta -= learning_rate * grad / np.sqrt(s + eps)
    return theta, s


@misconception("rmsprop_step", see="rmsprop", **said.COMPLEMENT_SWAPPED)
def beta_and_complement_swapped__rmsprop_step(
    theta: Array, s: Array, grad: Array, learning_rate: float, beta: float, eps: float
) -> Pair:
    s = (1 - beta) * s + beta * grad**2
    return theta - learning_rate * grad / np.sqrt(s + eps), s


@misconception(
    "rmsprop_step",
    see="rmsprop",
    en="You overwrite the average with the present g²: nothing is remembered, and every step is about α long. Keep the share β of the old average and add 1 - β of the new square.",
    vi="Bạn ghi đè trung bình bằng g² hiện tại: không nhớ được gì và bước nào cũng dài khoảng α. Hãy giữ lại phần β của trung bình cũ và cộng thêm 1 - β của bình phương mới.",
)
def overwritten__rmsprop_step(
    theta: Array, s: Array, grad: Array, learning_rate: float, beta: float, eps: float
) -> Pair:
    s = grad**2
    return theta - learning_rate * grad / np.sqrt(s + eps), s


@misconception(
    "rmsprop_step",
    see="rmsprop",
    en="This is Adagrad: you add g² to the memory, which then only grows. RMSProp forgets: an average, β of the old one plus 1 - β of the new square.",
    vi="Đây là Adagrad: bạn cộng g² vào bộ nhớ nên nó chỉ lớn dần. RMSProp biết quên: lấy trung bình, β của giá trị cũ cộng 1 - β của bình phương mới.",
)
def adagrad_for_rmsprop__rmsprop_step(
    theta: Array, s: Array, grad: Array, learning_rate: float, beta: float, eps: float
) -> Pair:
    s = s + grad**2
    return theta - learning_rate * grad / np.sqrt(s + eps), s


@misconception(
    "rmsprop_step",
    see="rmsprop",
    en="The new square enters in full, without the factor 1 - β. The weights then add up to 1/(1 - β) instead of 1, and all steps become too short, by √(1 - β) in the long run.",
    vi="Bình phương mới được cộng trọn vẹn, thiếu thừa số 1 - β. Khi đó tổng các trọng số là 1/(1 - β) chứ không phải 1, và mọi bước đều ngắn đi, về lâu dài là √(1 - β) lần.",
)
def complement_missing__rmsprop_step(
    theta: Array, s: Array, grad: Array, learning_rate: float, beta: float, eps: float
) -> Pair:
    s = beta * s + grad**2
    return theta - learning_rate * grad / np.sqrt(s + eps), s


@misconception(
    "rmsprop_step",
    see="rmsprop",
    en="You average the gradient first and square afterwards. Gradients of changing sign then cancel. RMSProp averages the squares: square first.",
    vi="Bạn lấy trung bình gradient rồi mới bình phương. Khi đó các gradient đổi dấu sẽ triệt tiêu nhau. RMSProp lấy trung bình của bình phương: bình phương trước.",
)
def square_of_average__rmsprop_step(
    theta: Array, s: Array, grad: Array, learning_rate: float, beta: float, eps: float
) -> Pair:
    s = (beta * np.sqrt(s) + (1 - beta) * grad) ** 2
    return theta - learning_rate * grad / np.sqrt(s + eps), s


@misconception(
    "rmsprop_step",
    see="rmsprop",
    en="You divide s by 1 - β, a correction of the first step as in Adam. RMSProp has none: its first step is longer than α, 3.16 α at β = 0.9, and that is how it is defined.",
    vi="Bạn chia s cho 1 - β, tức là hiệu chỉnh kiểu bước đầu của Adam. RMSProp không có bước này: bước đầu của nó dài hơn α, bằng 3.16 α khi β = 0.9, và định nghĩa là như vậy.",
)
def corrected_like_adam__rmsprop_step(
    theta: Array, s: Array, grad: Array, learning_rate: float, beta: float, eps: float
) -> Pair:
    s = beta * s + (1 - beta) * grad**2
    return theta - learning_rate * grad / np.sqrt(s / (1 - beta) + eps), s
