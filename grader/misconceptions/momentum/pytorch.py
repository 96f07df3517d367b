"""Lesson 2: known mistakes in pytorch_momentum_step and the bug hunt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.misconceptions.catalogue import misconception
from grader.misconceptions.momentum.wording import IN_PLACE, SWAPPED

__all__: list[str] = []

Array = np.ndarray[Any, np.dtype[np.float64]]
Pair = tuple[Array, Array]
Gradient = Callable[[Array], Array]


@misconception(
    "pytorch_momentum_step",
    see="pytorch",
    en="This is our own form with the learning rate inside the velocity. PyTorch's buffer gathers bare gradients, and η multiplies "
    "the whole buffer when w moves.",
    vi="Đây là dạng của bài này, với tốc độ học nằm trong vận tốc. Buffer của PyTorch tích lũy gradient nguyên vẹn, còn η nhân với "
    "cả buffer lúc w di chuyển.",
)
def our_form(w: Array, buffer: Array, grad: Array, learning_rate: float, beta: float) -> Pair:
    buffer = beta * buffer - learning_rate * grad
    return w + buffer, buffer


@misconception(
    "pytorch_momentum_step",
    see="pytorch",
    en="η entered the buffer with the gradient, so steps made with an old learning rate stay in it. In PyTorch the buffer holds gradients only; η is applied outside, w := w - ηb.",
    vi="η đã đi vào buffer cùng với gradient, nên trong buffer còn lại các bước đi theo tốc độ học cũ. Buffer của PyTorch chỉ chứa gradient; η nhân ở bên ngoài: w := w - ηb.",
)
def rate_in_buffer(w: Array, buffer: Array, grad: Array, learning_rate: float, beta: float) -> Pair:
    buffer = beta * buffer + learning_rate * grad
    return w - buffer, buffer


@misconception(
    "pytorch_momentum_step",
    see="pytorch",
    en="η acts twice, inside the buffer and again when w moves. Keep only the outer one.",
    vi="η tác dụng hai lần: một lần trong buffer, một lần lúc w di chuyển. Chỉ giữ lại chỗ ở ngoài.",
)
def learning_rate_twice__pytorch(
    w: Array, buffer: Array, grad: Array, learning_rate: float, beta: float
) -> Pair:
    buffer = beta * buffer + learning_rate * grad
    return w - learning_rate * buffer, buffer


@misconception(
    "pytorch_momentum_step",
    see="pytorch",
    en="You weighted the gradient by 1 - β. In PyTorch that is the option dampening=β; its default is 0 and the gradient enters the buffer in full.",
    vi="Bạn đã nhân gradient với 1 - β. Trong PyTorch đó là tùy chọn dampening=β; mặc định dampening là 0 và gradient được đưa trọn vẹn vào buffer.",
)
def dampened(w: Array, buffer: Array, grad: Array, learning_rate: float, beta: float) -> Pair:
    buffer = beta * buffer + (1 - beta) * grad
    return w - learning_rate * buffer, buffer


@misconception(
    "pytorch_momentum_step",
    see="pytorch",
    en="You added η times the buffer. The buffer is a sum of gradients and points uphill, so it has to be subtracted.",
    vi="Bạn đã cộng η lần buffer. Buffer là tổng các gradient, hướng lên dốc, nên phải trừ đi.",
)
def sign_mixed__pytorch(
    w: Array, buffer: Array, grad: Array, learning_rate: float, beta: float
) -> Pair:
    buffer = beta * buffer + grad
    return w + learning_rate * buffer, buffer


@misconception(
    "pytorch_momentum_step",
    see="pytorch",
    en="You moved w with the old buffer and updated it afterwards. First buffer := β buffer + ∇J, then w moves with the new buffer.",
    vi="Bạn di chuyển w bằng buffer cũ rồi mới cập nhật buffer. Trước hết buffer := β buffer + ∇J, rồi w di chuyển theo buffer mới.",
)
def position_before_buffer(
    w: Array, buffer: Array, grad: Array, learning_rate: float, beta: float
) -> Pair:
    return w - learning_rate * buffer, beta * buffer + grad


@misconception(
    "pytorch_momentum_step",
    see="pytorch",
    en="The old buffer is thrown away, which leaves plain gradient descent. It must be multiplied by β and kept.",
    vi="Buffer cũ bị bỏ đi, nên chỉ còn gradient descent thông thường. Phải nhân nó với β và giữ lại.",
)
def buffer_reset(w: Array, buffer: Array, grad: Array, learning_rate: float, beta: float) -> Pair:
    return w - learning_rate * grad, grad.copy()


@misconception("pytorch_momentum_step", see="pytorch", **SWAPPED)
def eta_and_beta_swapped__pytorch(
    w: Array, buffer: Array, grad: Array, learning_rate: float, beta: float
) -> Pair:
    buffer = learning_rate * buffer + grad
    return w - beta * buffer, buffer


@misconception(
    "pytorch_momentum_step",
    see="pytorch",
    en="This is PyTorch with nesterov=True: the step is gradient + β buffer. The default, asked for here, moves by the buffer alone.",
    vi="Đây là PyTorch với nesterov=True: bước đi là gradient + β buffer. Ở đây yêu cầu dạng mặc định, chỉ di chuyển theo buffer.",
)
def nesterov_switched_on(
    w: Array, buffer: Array, grad: Array, learning_rate: float, beta: float
) -> Pair:
    buffer = beta * buffer + grad
    return w - learning_rate * (grad + beta * buffer), buffer


@misconception("pytorch_momentum_step", see="velocity", **IN_PLACE)
def arguments_changed__pytorch(
    w: Array, buffer: Array, grad: Array, learning_rate: float, beta: float
) -> Pair:
    buffer *= beta
    buffer += grad
    w -= learning_rate * buffer
    return w, buffer


def _train(
    gradient: Gradient, w0: Array, rate: float, beta: float, sizes: tuple[int, int], forget: str
) -> Array:
    """All points of a training of (epochs, steps) whose velocity is lost at each "epoch", "step" or "never"."""
    epochs, steps = sizes
    w, v = w0.copy(), np.zeros_like(w0)
    points = [w]
    for _ in range(epochs):
        v = np.zeros_like(w) if forget == "epoch" else v
        for _ in range(steps):
            v = np.zeros_like(w) if forget == "step" else v
            v = beta * v - rate * gradient(w)
            w = w + v
            points.append(w)
    return np.array(points)


@misconception(
    "momentum_bug_hunt",
    see="bug_hunt",
    en="The bug is still there: each epoch begins with a fresh optimizer, so its velocity starts from zero again. Ask where the velocity is created, "
    "and how often that line runs.",
    vi="Lỗi vẫn còn đó: mỗi epoch lại bắt đầu với một bộ tối ưu mới, nên vận tốc quay về 0. Hãy tự hỏi vận tốc được tạo ra ở dòng nào, "
    "và dòng đó chạy bao nhiêu lần.",
)
def bug_left(
    gradient: Gradient, w0: Array, learning_rate: float, beta: float, epochs: int, steps: int
) -> Array:
    return _train(gradient, w0, learning_rate, beta, (epochs, steps), "epoch")[::steps]


@misconception(
    "momentum_bug_hunt",
    see="bug_hunt",
    en="Now the velocity is created anew at every single step, so nothing is ever kept. It has to be created once, before the first epoch.",
    vi="Bây giờ vận tốc lại được tạo mới ở từng bước một, nên không giữ lại được gì. Phải tạo vận tốc đúng một lần, trước epoch đầu tiên.",
)
def fresh_every_step(
    gradient: Gradient, w0: Array, learning_rate: float, beta: float, epochs: int, steps: int
) -> Array:
    return _train(gradient, w0, learning_rate, beta, (epochs, steps), "step")[::steps]


@misconception(
    "momentum_bug_hunt",
    see="bug_hunt",
    en="The velocity now survives, but you recorded every step. One row for the start and one after each epoch: epochs + 1 rows.",
    vi="Vận tốc đã được giữ lại, nhưng bạn ghi lại từng bước một. Chỉ ghi một hàng cho điểm xuất phát và một hàng sau mỗi epoch: epochs + 1 hàng.",
)
def every_step_recorded(
    gradient: Gradient, w0: Array, learning_rate: float, beta: float, epochs: int, steps: int
) -> Array:
    return _train(gradient, w0, learning_rate, beta, (epochs, steps), "never")
