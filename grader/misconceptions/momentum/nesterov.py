"""Lesson 2: known mistakes in nesterov_step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.misconceptions.catalogue import misconception
from grader.misconceptions.momentum.wording import (
    ASCENT,
    AVERAGED,
    FORGETFUL,
    IN_PLACE,
    OLD_VELOCITY,
    RATE_TWICE,
    SWAPPED,
)

__all__: list[str] = []

Array = np.ndarray[Any, np.dtype[np.float64]]
Pair = tuple[Array, Array]
Gradient = Callable[[Array], Array]


@misconception(
    "nesterov_step",
    see="nesterov",
    en="You took the gradient at w, which is classical momentum. Nesterov first looks where the velocity is about to carry it: "
    "the gradient belongs at w + βv.",
    vi="Bạn lấy gradient tại w, tức là momentum cổ điển. Nesterov nhìn trước đến nơi vận tốc sắp đưa tới: "
    "gradient phải lấy tại w + βv.",
)
def gradient_at_w(
    w: Array, v: Array, gradient: Gradient, learning_rate: float, beta: float
) -> Pair:
    v = beta * v - learning_rate * gradient(w)
    return w + v, v


@misconception(
    "nesterov_step",
    see="nesterov",
    en="You looked backwards, at w - βv. Our v points the way w is going (w := w + v), so the point ahead is w + βv.",
    vi="Bạn nhìn về phía sau, tại w - βv. v của ta chỉ đúng hướng w đang đi (w := w + v), nên điểm phía trước là w + βv.",
)
def gradient_behind(
    w: Array, v: Array, gradient: Gradient, learning_rate: float, beta: float
) -> Pair:
    v = beta * v - learning_rate * gradient(w - beta * v)
    return w + v, v


@misconception(
    "nesterov_step",
    see="nesterov",
    en="You looked ahead by the whole velocity, at w + v. Only the part that will be kept carries w on: look at w + βv.",
    vi="Bạn nhìn trước một đoạn bằng cả vận tốc, tại w + v. Chỉ phần được giữ lại mới đưa w đi tiếp: hãy nhìn tại w + βv.",
)
def gradient_too_far_ahead(
    w: Array, v: Array, gradient: Gradient, learning_rate: float, beta: float
) -> Pair:
    v = beta * v - learning_rate * gradient(w + v)
    return w + v, v


@misconception(
    "nesterov_step",
    see="nesterov",
    en="You started the step from the point ahead, so βv is counted twice. The point w + βv serves only to take the gradient; the step itself starts from w.",
    vi="Bạn xuất phát từ điểm nhìn trước, nên βv bị tính hai lần. Điểm w + βv chỉ dùng để lấy gradient; bước đi vẫn xuất phát từ w.",
)
def step_from_ahead(
    w: Array, v: Array, gradient: Gradient, learning_rate: float, beta: float
) -> Pair:
    ahead = w + beta * v
    v = beta * v - learning_rate * gradient(ahead)
    return ahead + v, v


@misconception(
    "nesterov_step",
    see="nesterov",
    en="The numbers are right, but the gradient is computed twice, and on a real network that doubles the cost of training. Compute it once and keep it in a variable.",
    vi="Kết quả đúng nhưng gradient bị tính hai lần; với một mạng thật, chi phí huấn luyện sẽ tăng gấp đôi. Hãy tính một lần rồi giữ trong một biến.",
)
def gradient_called_twice(
    w: Array, v: Array, gradient: Gradient, learning_rate: float, beta: float
) -> Pair:
    ahead = w + beta * v
    moved = w + beta * v - learning_rate * gradient(ahead)
    return moved, beta * v - learning_rate * gradient(ahead)


@misconception(
    "nesterov_step",
    see="nesterov",
    en="This is the rewritten form of libraries: gradient at w, then a step β v(new) - η∇J. Its parameters are already the point ahead; "
    "here w is the point itself, and the gradient is taken at w + βv.",
    vi="Đây là dạng viết lại của các thư viện: gradient tại w, rồi đi một bước β v(mới) - η∇J. Tham số ở dạng đó chính là điểm nhìn trước; "
    "còn ở đây w là vị trí thật, và gradient lấy tại w + βv.",
)
def library_form(w: Array, v: Array, gradient: Gradient, learning_rate: float, beta: float) -> Pair:
    push = learning_rate * gradient(w)
    v = beta * v - push
    return w + beta * v - push, v


@misconception(
    "nesterov_step",
    see="pytorch",
    en="Your velocity is PyTorch's buffer, a sum of gradients, with η applied only when w moves. Here v is a step: v := βv - η∇J(w + βv); w := w + v.",
    vi="Vận tốc của bạn là buffer của PyTorch, tức tổng các gradient, và η chỉ nhân vào lúc w di chuyển. Ở đây v là một bước đi: v := βv - η∇J(w + βv); w := w + v.",
)
def pytorch_form__nesterov_step(
    w: Array, v: Array, gradient: Gradient, learning_rate: float, beta: float
) -> Pair:
    v = beta * v + gradient(w + beta * v)
    return w - learning_rate * v, v


@misconception("nesterov_step", see="velocity", **ASCENT)
def sign_mixed__nesterov_step(
    w: Array, v: Array, gradient: Gradient, learning_rate: float, beta: float
) -> Pair:
    v = beta * v + learning_rate * gradient(w + beta * v)
    return w + v, v


@misconception("nesterov_step", see="velocity", **AVERAGED)
def exponential_average__nesterov_step(
    w: Array, v: Array, gradient: Gradient, learning_rate: float, beta: float
) -> Pair:
    v = beta * v - (1 - beta) * learning_rate * gradient(w + beta * v)
    return w + v, v


@misconception("nesterov_step", see="velocity", **OLD_VELOCITY)
def position_before_velocity__nesterov_step(
    w: Array, v: Array, gradient: Gradient, learning_rate: float, beta: float
) -> Pair:
    return w + v, beta * v - learning_rate * gradient(w + beta * v)


@misconception("nesterov_step", see="velocity", **FORGETFUL)
def velocity_reset__nesterov_step(
    w: Array, v: Array, gradient: Gradient, learning_rate: float, beta: float
) -> Pair:
    v = -learning_rate * gradient(w + beta * v)
    return w + v, v


@misconception("nesterov_step", see="velocity", **RATE_TWICE)
def learning_rate_twice__nesterov_step(
    w: Array, v: Array, gradient: Gradient, learning_rate: float, beta: float
) -> Pair:
    v = beta * v - learning_rate * gradient(w + beta * v)
    return w + learning_rate * v, v


@misconception("nesterov_step", see="velocity", **SWAPPED)
def eta_and_beta_swapped__nesterov_step(
    w: Array, v: Array, gradient: Gradient, learning_rate: float, beta: float
) -> Pair:
    v = learning_rate * v - beta * gradient(w + learning_rate * v)
    return w + v, v


@misconception("nesterov_step", see="velocity", **IN_PLACE)
def arguments_changed__nesterov_step(
    w: Array, v: Array, gradient: Gradient, learning_rate: float, beta: float
) -> Pair:
    v *= beta
    v -= learning_rate * gradient(w + v)
    w += v
    return w, v
