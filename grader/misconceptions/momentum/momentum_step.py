"""Lesson 2: known mistakes in momentum_step."""

from __future__ import annotations

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

Array = np.ndarray[Any, np.dtype[np.float64]]
Pair = tuple[Array, Array]


@misconception("momentum_step", see="velocity", **ASCENT)
def sign_mixed__momentum_step(
    w: Array, v: Array, grad: Array, learning_rate: float, beta: float
) -> Pair:
    v = beta * v + learning_rate * grad
    return w + v, v


@misconception(
    "momentum_step",
    see="velocity",
    en="You subtract the velocity from w, but our v already contains the minus sign of -η∇J: two minus signs walk uphill. "
    "Here v is the step itself, so it is added.",
    vi="Bạn lấy w trừ đi vận tốc, nhưng v của ta đã chứa dấu trừ trong -η∇J: hai dấu trừ khiến w đi lên dốc. "
    "Ở đây v chính là bước đi nên phải cộng vào.",
)
def velocity_subtracted(w: Array, v: Array, grad: Array, learning_rate: float, beta: float) -> Pair:
    v = beta * v - learning_rate * grad
    return w - v, v


@misconception(
    "momentum_step",
    see="velocity",
    en="You keep the velocity with the opposite sign, v := βv + η∇J and w := w - v. It is a consistent convention of other books, but "
    "the v handed to you here points downhill, so the two do not fit. Use v := βv - η∇J; w := w + v.",
    vi="Bạn dùng vận tốc ngược dấu: v := βv + η∇J và w := w - v. Đó là quy ước của một số sách khác và tự nó không sai, nhưng v được truyền vào ở đây "
    "hướng xuống dốc nên hai bên không khớp. Hãy dùng v := βv - η∇J; w := w + v.",
)
def opposite_velocity(w: Array, v: Array, grad: Array, learning_rate: float, beta: float) -> Pair:
    v = beta * v + learning_rate * grad
    return w - v, v


@misconception("momentum_step", see="velocity", **AVERAGED)
def exponential_average__momentum_step(
    w: Array, v: Array, grad: Array, learning_rate: float, beta: float
) -> Pair:
    v = beta * v - (1 - beta) * learning_rate * grad
    return w + v, v


@misconception(
    "momentum_step",
    see="pytorch",
    en="Your v is an average of gradients, v := βv + (1 - β)∇J, and η only acts when w moves. Here v is measured in steps of w: "
    "the gradient enters in full, with -η, and w := w + v.",
    vi="v của bạn là trung bình của các gradient, v := βv + (1 - β)∇J, còn η chỉ nhân vào lúc w di chuyển. Ở đây v được đo bằng bước đi của w: "
    "gradient được đưa vào trọn vẹn cùng với -η, rồi w := w + v.",
)
def averaged_gradient(w: Array, v: Array, grad: Array, learning_rate: float, beta: float) -> Pair:
    v = beta * v + (1 - beta) * grad
    return w - learning_rate * v, v


@misconception(
    "momentum_step",
    see="pytorch",
    en="This is PyTorch's form: its buffer gathers gradients and η multiplies the whole buffer. In our form η acts when the gradient enters, "
    "v := βv - η∇J. The two part ways as soon as η changes: keep this answer for pytorch_momentum_step.",
    vi="Đây là dạng của PyTorch: buffer tích lũy gradient và η nhân vào cả buffer. Ở dạng của ta, η tác dụng ngay khi gradient đi vào, "
    "v := βv - η∇J. Hai dạng khác nhau ngay khi η thay đổi: hãy để dành lời giải này cho pytorch_momentum_step.",
)
def pytorch_form(w: Array, v: Array, grad: Array, learning_rate: float, beta: float) -> Pair:
    v = beta * v + grad
    return w - learning_rate * v, v


@misconception("momentum_step", see="velocity", **OLD_VELOCITY)
def position_before_velocity__momentum_step(
    w: Array, v: Array, grad: Array, learning_rate: float, beta: float
) -> Pair:
    return w + v, beta * v - learning_rate * grad


@misconception("momentum_step", see="velocity", **FORGETFUL)
def velocity_reset__momentum_step(
    w: Array, v: Array, grad: Array, learning_rate: float, beta: float
) -> Pair:
    v = -learning_rate * grad
    return w + v, v


@misconception("momentum_step", see="velocity", **RATE_TWICE)
def learning_rate_twice__momentum_step(
    w: Array, v: Array, grad: Array, learning_rate: float, beta: float
) -> Pair:
    v = beta * v - learning_rate * grad
    return w + learning_rate * v, v


@misconception("momentum_step", see="velocity", **SWAPPED)
def eta_and_beta_swapped__momentum_step(
    w: Array, v: Array, grad: Array, learning_rate: float, beta: float
) -> Pair:
    v = learning_rate * v - beta * grad
    return w + v, v


@misconception(
    "momentum_step",
    see="velocity",
    en="You computed the velocity but moved w by -η∇J alone: v never reaches the parameters. The second half of the rule, w := w + v, is missing.",
    vi="Bạn đã tính vận tốc nhưng lại di chuyển w chỉ bằng -η∇J: v không hề tác động đến tham số. Còn thiếu nửa sau của quy tắc: w := w + v.",
)
def velocity_unused(w: Array, v: Array, grad: Array, learning_rate: float, beta: float) -> Pair:
    return w - learning_rate * grad, beta * v - learning_rate * grad


@misconception(
    "momentum_step",
    see="nesterov",
    en="w moves by β times the new velocity and a further -η∇J: that is the rewritten Nesterov step found in libraries. "
    "Classical momentum moves by the new velocity alone, w := w + v.",
    vi="w di chuyển một đoạn β lần vận tốc mới cộng thêm -η∇J: đó là bước Nesterov viết lại như trong các thư viện. "
    "Momentum cổ điển chỉ di chuyển đúng bằng vận tốc mới: w := w + v.",
)
def nesterov_form(w: Array, v: Array, grad: Array, learning_rate: float, beta: float) -> Pair:
    v = beta * v - learning_rate * grad
    return w + beta * v - learning_rate * grad, v


@misconception(
    "momentum_step",
    see="velocity",
    en="The two results came back in the wrong order: return w first, then v.",
    vi="Hai kết quả trả về sai thứ tự: w trước, v sau.",
)
def pair_swapped__momentum_step(
    w: Array, v: Array, grad: Array, learning_rate: float, beta: float
) -> Pair:
    v = beta * v - learning_rate * grad
    return v, w + v


@misconception("momentum_step", see="velocity", **IN_PLACE)
def arguments_changed__momentum_step(
    w: Array, v: Array, grad: Array, learning_rate: float, beta: float
) -> Pair:
    v *= beta
    v -= learning_rate * grad
    w += v
    return w, v


@misconception("momentum_step", see="velocity", **IN_PLACE)
def velocity_changed__momentum_step(
    w: Array, v: Array, grad: Array, learning_rate: float, beta: float
) -> Pair:
    v *= beta
    v -= learning_rate * grad
    return w + v, v


@misconception("momentum_step", see="velocity", **IN_PLACE)
def position_changed__momentum_step(
    w: Array, v: Array, grad: Array, learning_rate: float, beta: float
) -> Pair:
    v = beta * v - learning_rate * grad
    w += v
    return w, v
