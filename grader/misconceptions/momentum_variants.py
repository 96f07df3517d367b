"""Lesson 2: known mistakes in nesterov_step, pytorch_momentum_step and the bug hunt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.misconceptions.catalogue import misconception
from grader.misconceptions.momentum_wording import (
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
def gradient_at_w(w: Array, v: Array, gradient: Gradient, learning_rate: float, beta: float) -> Pair:
    v = beta * v - learning_rate * gradient(w)
    return w + v, v


@misconception(
    "nesterov_step",
    see="nesterov",
    en="You looked backwards, at w - βv. Our v points the way w is going (w := w + v), so the point ahead is w + βv.",
    vi="Bạn nhìn về phía sau, tại w - βv. v của ta chỉ đúng hướng w đang đi (w := w + v), nên điểm phía trước là w + βv.",
)
def gradient_behind(w: Array, v: Array, gradient: Gradient, learning_rate: float, beta: float) -> Pair:
    v = beta * v - learning_rate * gradient(w - beta * v)
    return w + v, v


@misconception(
    "nesterov_step",
    see="nesterov",
    en="You looked ahead by the whole velocity, at w + v. Only the part that will be kept carries w on: look at w + βv.",
    vi="Bạn nhìn trước một đoạn bằng cả vận tốc, tại w + v. Chỉ phần được giữ lại mới đưa w đi tiếp: hãy nhìn tại w + βv.",
)
def gradient_too_far_ahead(w: Array, v: Array, gradient: Gradient, learning_rate: float, beta: float) -> Pair:
    v = beta * v - learning_rate * gradient(w + v)
    return w + v, v


@misconception(
    "nesterov_step",
    see="nesterov",
    en="You started the step from the point ahead, so βv is counted twice. The point w + βv serves only to take the gradient; the step itself starts from w.",
    vi="Bạn xuất phát từ điểm nhìn trước, nên βv bị tính hai lần. Điểm w + βv chỉ dùng để lấy gradient; bước đi vẫn xuất phát từ w.",
)
def step_from_ahead(w: Array, v: Array, gradient: Gradient, learning_rate: float, beta: float) -> Pair:
    ahead = w + beta * v
    v = beta * v - learning_rate * gradient(ahead)
    return ahead + v, v


@misconception(
    "nesterov_step",
    see="nesterov",
    en="The numbers are right, but the gradient is computed twice, and on a real network that doubles the cost of training. Compute it once and keep it in a variable.",
    vi="Kết quả đúng nhưng gradient bị tính hai lần; với một mạng thật, chi phí huấn luyện sẽ tăng gấp đôi. Hãy tính một lần rồi giữ trong một biến.",
)
def gradient_called_twice(w: Array, v: Array, gradient: Gradient, learning_rate: float, beta: float) -> Pair:
    ahead = w + beta * v
    return w + beta * v - learning_rate * gradient(ahead), beta * v - learning_rate * gradient(ahead)


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
def pytorch_form__nesterov_step(w: Array, v: Array, gradient: Gradient, learning_rate: float, beta: float) -> Pair:
    v = beta * v + gradient(w + beta * v)
    return w - learning_rate * v, v


@misconception("nesterov_step", see="velocity", **ASCENT)
def sign_mixed__nesterov_step(w: Array, v: Array, gradient: Gradient, learning_rate: float, beta: float) -> Pair:
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
def velocity_reset__nesterov_step(w: Array, v: Array, gradient: Gradient, learning_rate: float, beta: float) -> Pair:
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
def arguments_changed__nesterov_step(w: Array, v: Array, gradient: Gradient, learning_rate: float, beta: float) -> Pair:
    v *= beta
    v -= learning_rate * gradient(w + v)
    w += v
    return w, v


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
def learning_rate_twice__pytorch(w: Array, buffer: Array, grad: Array, learning_rate: float, beta: float) -> Pair:
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
def sign_mixed__pytorch(w: Array, buffer: Array, grad: Array, learning_rate: float, beta: float) -> Pair:
    buffer = beta * buffer + grad
    return w + learning_rate * buffer, buffer


@misconception(
    "pytorch_momentum_step",
    see="pytorch",
    en="You moved w with the old buffer and updated it afterwards. First buffer := β buffer + ∇J, then w moves with the new buffer.",
    vi="Bạn di chuyển w bằng buffer cũ rồi mới cập nhật buffer. Trước hết buffer := β buffer + ∇J, rồi w di chuyển theo buffer mới.",
)
def position_before_buffer(w: Array, buffer: Array, grad: Array, learning_rate: float, beta: float) -> Pair:
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
def eta_and_beta_swapped__pytorch(w: Array, buffer: Array, grad: Array, learning_rate: float, beta: float) -> Pair:
    buffer = learning_rate * buffer + grad
    return w - beta * buffer, buffer


@misconception(
    "pytorch_momentum_step",
    see="pytorch",
    en="This is PyTorch with nesterov=True: the step is gradient + β buffer. The default, asked for here, moves by the buffer alone.",
    vi="Đây là PyTorch với nesterov=True: bước đi là gradient + β buffer. Ở đây yêu cầu dạng mặc định, chỉ di chuyển theo buffer.",
)
def nesterov_switched_on(w: Array, buffer: Array, grad: Array, learning_rate: float, beta: float) -> Pair:
    buffer = beta * buffer + grad
    return w - learning_rate * (grad + beta * buffer), buffer


@misconception("pytorch_momentum_step", see="velocity", **IN_PLACE)
def arguments_changed__pytorch(w: Array, buffer: Array, grad: Array, learning_rate: float, beta: float) -> Pair:
    buffer *= beta
    buffer += grad
    w -= learning_rate * buffer
    return w, buffer


def _train(
    gradient: Gradient, w0: Array, learning_rate: float, beta: float, epochs: int, steps_per_epoch: int, forget: str
) -> list[Array]:
    """All points of a training whose velocity is lost at each "epoch", at each "step" or "never"."""
    w, v = w0.copy(), np.zeros_like(w0)
    points = [w]
    for _ in range(epochs):
        v = np.zeros_like(w) if forget == "epoch" else v
        for _ in range(steps_per_epoch):
            v = np.zeros_like(w) if forget == "step" else v
            v = beta * v - learning_rate * gradient(w)
            w = w + v
            points.append(w)
    return points


@misconception(
    "momentum_bug_hunt",
    see="bug_hunt",
    en="The bug is still there: each epoch begins with a fresh optimizer, so its velocity starts from zero again. Ask where the velocity is created, "
    "and how often that line runs.",
    vi="Lỗi vẫn còn đó: mỗi epoch lại bắt đầu với một bộ tối ưu mới, nên vận tốc quay về 0. Hãy tự hỏi vận tốc được tạo ra ở dòng nào, "
    "và dòng đó chạy bao nhiêu lần.",
)
def bug_left(
    gradient: Gradient, w0: Array, learning_rate: float, beta: float, epochs: int, steps_per_epoch: int
) -> Array:
    return np.array(_train(gradient, w0, learning_rate, beta, epochs, steps_per_epoch, "epoch")[::steps_per_epoch])


@misconception(
    "momentum_bug_hunt",
    see="bug_hunt",
    en="Now the velocity is created anew at every single step, so nothing is ever kept. It has to be created once, before the first epoch.",
    vi="Bây giờ vận tốc lại được tạo mới ở từng bước một, nên không giữ lại được gì. Phải tạo vận tốc đúng một lần, trước epoch đầu tiên.",
)
def fresh_every_step(
    gradient: Gradient, w0: Array, learning_rate: float, beta: float, epochs: int, steps_per_epoch: int
) -> Array:
    return np.array(_train(gradient, w0, learning_rate, beta, epochs, steps_per_epoch, "step")[::steps_per_epoch])


@misconception(
    "momentum_bug_hunt",
    see="bug_hunt",
    en="The velocity now survives, but you recorded every step. One row for the start and one after each epoch: epochs + 1 rows.",
    vi="Vận tốc đã được giữ lại, nhưng bạn ghi lại từng bước một. Chỉ ghi một hàng cho điểm xuất phát và một hàng sau mỗi epoch: epochs + 1 hàng.",
)
def every_step_recorded(
    gradient: Gradient, w0: Array, learning_rate: float, beta: float, epochs: int, steps_per_epoch: int
) -> Array:
    return np.array(_train(gradient, w0, learning_rate, beta, epochs, steps_per_epoch, "never"))
