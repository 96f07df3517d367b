"""Lesson 2: known mistakes in momentum_descent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.misconceptions.catalogue import misconception
from grader.misconceptions.momentum.wording import ASCENT, AVERAGED, FORGETFUL, RATE_TWICE, SWAPPED

__all__: list[str] = []

Array = np.ndarray[Any, np.dtype[np.float64]]
Gradient = Callable[[Array], Array]
Step = Callable[[Array, Array, Array], tuple[Array, Array]]


def _walk(gradient: Gradient, w0: Array, steps: int, step: Step) -> Array:
    """The trajectory of `step(w, v, grad) -> (w, v)`, from v = 0."""
    w, v = w0.copy(), np.zeros_like(w0)
    rows = [w]
    for _ in range(steps):
        w, v = step(w, v, gradient(w))
        rows.append(w)
    return np.array(rows)


@misconception("momentum_descent", see="velocity", **ASCENT)
def sign_mixed__momentum_descent(
    gradient: Gradient, w0: Array, learning_rate: float, beta: float, steps: int
) -> Array:
    def step(w: Array, v: Array, g: Array) -> tuple[Array, Array]:
        v = beta * v + learning_rate * g
        return w + v, v

    return _walk(gradient, w0, steps, step)


@misconception("momentum_descent", see="velocity", **AVERAGED)
def exponential_average__momentum_descent(
    gradient: Gradient, w0: Array, learning_rate: float, beta: float, steps: int
) -> Array:
    def step(w: Array, v: Array, g: Array) -> tuple[Array, Array]:
        v = beta * v - (1 - beta) * learning_rate * g
        return w + v, v

    return _walk(gradient, w0, steps, step)


@misconception("momentum_descent", see="velocity", **RATE_TWICE)
def learning_rate_twice__momentum_descent(
    gradient: Gradient, w0: Array, learning_rate: float, beta: float, steps: int
) -> Array:
    def step(w: Array, v: Array, g: Array) -> tuple[Array, Array]:
        v = beta * v - learning_rate * g
        return w + learning_rate * v, v

    return _walk(gradient, w0, steps, step)


@misconception("momentum_descent", see="velocity", **SWAPPED)
def eta_and_beta_swapped__momentum_descent(
    gradient: Gradient, w0: Array, learning_rate: float, beta: float, steps: int
) -> Array:
    def step(w: Array, v: Array, g: Array) -> tuple[Array, Array]:
        v = learning_rate * v - beta * g
        return w + v, v

    return _walk(gradient, w0, steps, step)


@misconception("momentum_descent", see="descent", **FORGETFUL)
def velocity_reset__momentum_descent(
    gradient: Gradient, w0: Array, learning_rate: float, beta: float, steps: int
) -> Array:
    return _walk(gradient, w0, steps, lambda w, v, g: (w - learning_rate * g, v))


@misconception(
    "momentum_descent",
    see="descent",
    en="In each pass you moved w with the old velocity and updated v afterwards: your first step goes nowhere (v is still 0) "
    "and every gradient acts one step late. First the new v, then w := w + v.",
    vi="Ở mỗi vòng lặp bạn di chuyển w bằng vận tốc cũ rồi mới cập nhật v: bước đầu tiên đứng yên (v còn bằng 0) "
    "và mọi gradient đều có tác dụng chậm một bước. Tính v mới trước, rồi mới w := w + v.",
)
def position_before_velocity__momentum_descent(
    gradient: Gradient, w0: Array, learning_rate: float, beta: float, steps: int
) -> Array:
    return _walk(gradient, w0, steps, lambda w, v, g: (w + v, beta * v - learning_rate * g))


@misconception(
    "momentum_descent",
    see="descent",
    en="Each pass moves w first and only then takes the gradient and the new velocity, so the first step goes nowhere and the last "
    "velocity is never used. Within one pass: gradient at w, then v, then w.",
    vi="Mỗi vòng lặp di chuyển w trước rồi mới lấy gradient và tính vận tốc mới, nên bước đầu tiên đứng yên và vận tốc cuối cùng "
    "không được dùng đến. Trong một vòng: gradient tại w, rồi v, rồi w.",
)
def move_first(
    gradient: Gradient, w0: Array, learning_rate: float, beta: float, steps: int
) -> Array:
    w, v = w0.copy(), np.zeros_like(w0)
    rows = [w]
    for _ in range(steps):
        w = w + v
        v = beta * v - learning_rate * gradient(w)
        rows.append(w)
    return np.array(rows)


@misconception(
    "momentum_descent",
    see="descent",
    en="Every step uses the gradient at w0. The gradient has to be taken anew, at the point where w is now.",
    vi="Bước nào cũng dùng gradient tại w0. Phải tính lại gradient ở mỗi bước, ngay tại vị trí hiện thời của w.",
)
def gradient_reused(
    gradient: Gradient, w0: Array, learning_rate: float, beta: float, steps: int
) -> Array:
    first = gradient(w0)

    def step(w: Array, v: Array, g: Array) -> tuple[Array, Array]:
        v = beta * v - learning_rate * first
        return w + v, v

    return _walk(gradient, w0, steps, step)


@misconception(
    "momentum_descent",
    see="nesterov",
    en="You took the gradient at the point ahead, w + βv. That is Nesterov's method, further below; "
    "classical momentum takes the gradient at w.",
    vi="Bạn lấy gradient ở điểm phía trước, w + βv. Đó là phương pháp Nesterov ở phần sau; "
    "momentum cổ điển lấy gradient ngay tại w.",
)
def look_ahead(
    gradient: Gradient, w0: Array, learning_rate: float, beta: float, steps: int
) -> Array:
    def step(w: Array, v: Array, g: Array) -> tuple[Array, Array]:
        v = beta * v - learning_rate * gradient(w + beta * v)
        return w + v, v

    return _walk(gradient, w0, steps, step)


@misconception(
    "momentum_descent",
    see="descent",
    en="Your velocity does not start at zero but at the first gradient step, so the first step counts that gradient (1 + β) times. "
    "At the start nothing has been gathered yet: v = 0.",
    vi="Vận tốc của bạn không bắt đầu từ 0 mà từ bước gradient đầu tiên, nên bước đầu tính gradient ấy (1 + β) lần. "
    "Lúc xuất phát chưa tích lũy được gì: v = 0.",
)
def velocity_starts_moving(
    gradient: Gradient, w0: Array, learning_rate: float, beta: float, steps: int
) -> Array:
    w, v = w0.copy(), -learning_rate * gradient(w0)
    rows = [w]
    for _ in range(steps):
        v = beta * v - learning_rate * gradient(w)
        w = w + v
        rows.append(w)
    return np.array(rows)


def _steps_in_place(
    gradient: Gradient, w: Array, learning_rate: float, beta: float, steps: int, *, copies: bool
) -> Array:
    v = np.zeros_like(w)
    rows = [w.copy() if copies else w]
    for _ in range(steps):
        v = beta * v - learning_rate * gradient(w)
        w += v
        rows.append(w.copy() if copies else w)
    return np.array(rows)


@misconception(
    "momentum_descent",
    see="descent",
    en="All rows are equal: you stored one and the same array again and again, and += kept changing it. "
    "Store a copy of w at each step, or make a new array with w = w + v.",
    vi="Mọi hàng đều giống nhau: bạn lưu đi lưu lại cùng một mảng, còn phép += thì liên tục sửa mảng đó. "
    "Hãy lưu một bản sao của w ở mỗi bước, hoặc tạo mảng mới bằng w = w + v.",
)
def rows_alias(
    gradient: Gradient, w0: Array, learning_rate: float, beta: float, steps: int
) -> Array:
    return _steps_in_place(gradient, w0.copy(), learning_rate, beta, steps, copies=False)


@misconception(
    "momentum_descent",
    see="descent",
    en="The trajectory is right, but w0 was changed on the way: `w = w0` gives the same array a second name, and += then alters it. "
    "Start from a copy.",
    vi="Quỹ đạo đúng, nhưng w0 đã bị sửa: `w = w0` chỉ đặt thêm một tên cho cùng một mảng, rồi += sửa luôn mảng đó. "
    "Hãy bắt đầu từ một bản sao.",
)
def w0_changed(
    gradient: Gradient, w0: Array, learning_rate: float, beta: float, steps: int
) -> Array:
    return _steps_in_place(gradient, w0, learning_rate, beta, steps, copies=True)


@misconception(
    "momentum_descent",
    see="descent",
    en="w0 was changed and all rows are equal: there is only one array, under several names, and += keeps altering it. "
    "Start from a copy of w0 and store a new array at each step.",
    vi="w0 bị sửa và mọi hàng đều giống nhau: chỉ có một mảng duy nhất mang nhiều tên, và += liên tục sửa nó. "
    "Hãy bắt đầu từ bản sao của w0 và lưu một mảng mới ở mỗi bước.",
)
def one_array_for_all(
    gradient: Gradient, w0: Array, learning_rate: float, beta: float, steps: int
) -> Array:
    return _steps_in_place(gradient, w0, learning_rate, beta, steps, copies=False)


@misconception(
    "momentum_descent",
    see="descent",
    en="The starting point is missing: row 0 must be w0, before any step, so there are steps + 1 rows.",
    vi="Thiếu điểm xuất phát: hàng 0 phải là w0, trước mọi bước đi, nên có tất cả steps + 1 hàng.",
)
def start_missing(
    gradient: Gradient, w0: Array, learning_rate: float, beta: float, steps: int
) -> Array:
    def step(w: Array, v: Array, g: Array) -> tuple[Array, Array]:
        v = beta * v - learning_rate * g
        return w + v, v

    return _walk(gradient, w0, steps, step)[1:]


@misconception(
    "momentum_descent",
    see="descent",
    en="One step too few was stored: you record w before each step, so the point after the last step is lost. "
    "steps steps give steps + 1 points.",
    vi="Thiếu mất một bước: bạn ghi w trước mỗi bước nên điểm sau bước cuối cùng bị bỏ mất. "
    "steps bước cho steps + 1 điểm.",
)
def end_missing(
    gradient: Gradient, w0: Array, learning_rate: float, beta: float, steps: int
) -> Array:
    def step(w: Array, v: Array, g: Array) -> tuple[Array, Array]:
        v = beta * v - learning_rate * g
        return w + v, v

    return _walk(gradient, w0, steps, step)[: max(steps, 0)]
