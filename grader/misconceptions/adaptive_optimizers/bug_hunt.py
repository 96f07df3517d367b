"""Lesson 3: known mistakes in the bug hunt, a whole descent with Adam."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.misconceptions.adaptive_optimizers import wording as said
from grader.misconceptions.catalogue import misconception

__all__: list[str] = []

Array = np.ndarray[Any, np.dtype[np.float64]]
Gradient = Callable[[Array], Array]
BUG = "adaptive_optimizers_bug_hunt"


def _descend(
    gradient: Gradient,
    theta0: Array,
    learning_rate: float,
    beta1: float,
    beta2: float,
    eps: float,
    steps: int,
    counter: Callable[[int], int] = lambda step: step,
    start: bool = True,
) -> Array:
    """Adam whose t in step 1, 2, ... is counter(1), counter(2), ..."""
    theta, m, v = theta0.copy(), np.zeros_like(theta0), np.zeros_like(theta0)
    history = [theta] if start else []
    for step in range(1, steps + 1):
        grad, t = gradient(theta), counter(step)
        m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad**2
        root = np.sqrt(v / (1 - beta2**t))
        theta = theta - learning_rate * (m / (1 - beta1**t)) / (root + eps)
        history.append(theta)
    return np.array(history)


@misconception(
    BUG,
    see="bug_hunt_task",
    en="The bug is still there. On a constant slope every step of Adam should be about α long; print t in each step and compare it with the number of the step.",
    vi="Lỗi vẫn còn đó. Trên một sườn dốc đều, mỗi bước của Adam phải dài khoảng α; hãy in t ở mỗi bước và so với số thứ tự của bước.",
)
def bug_left(
    gradient: Gradient, theta0: Array, learning_rate: float, beta1: float, beta2: float, eps: float, steps: int
) -> Array:  # fmt: skip
    return _descend(gradient, theta0, learning_rate, beta1, beta2, eps, steps, lambda _: 1)


@misconception(BUG, see="bias", **said.T_FROM_ZERO)
def t_from_zero__bug_hunt(
    gradient: Gradient, theta0: Array, learning_rate: float, beta1: float, beta2: float, eps: float, steps: int
) -> Array:  # fmt: skip
    return _descend(
        gradient, theta0, learning_rate, beta1, beta2, eps, steps, lambda step: step - 1
    )


@misconception(
    BUG,
    see="bug_hunt_task",
    en="Now t advances twice in each step. It was lost on the way out of `step` before; advance it in one place only.",
    vi="Bây giờ t tăng hai lần ở mỗi bước. Trước đó nó bị mất khi ra khỏi `step`; chỉ tăng t ở một chỗ.",
)
def t_advanced_twice__bug_hunt(
    gradient: Gradient, theta0: Array, learning_rate: float, beta1: float, beta2: float, eps: float, steps: int
) -> Array:  # fmt: skip
    return _descend(
        gradient, theta0, learning_rate, beta1, beta2, eps, steps, lambda step: 2 * step
    )


@misconception(
    BUG,
    see="bias",
    en="Your t is one too large in every step: it starts from 1 and is advanced before the first step. The first step has t = 1.",
    vi="Bước nào t của bạn cũng lớn hơn một đơn vị: nó bắt đầu từ 1 rồi lại tăng trước bước đầu. Bước đầu có t = 1.",
)
def t_one_ahead__bug_hunt(
    gradient: Gradient, theta0: Array, learning_rate: float, beta1: float, beta2: float, eps: float, steps: int
) -> Array:  # fmt: skip
    return _descend(
        gradient, theta0, learning_rate, beta1, beta2, eps, steps, lambda step: step + 1
    )


@misconception(
    BUG,
    see="bias",
    en="You removed the correction along with the bug. m and v start at 0 and need it; only t was wrong.",
    vi="Bạn bỏ luôn cả hiệu chỉnh cùng với lỗi. m và v bắt đầu từ 0 nên cần hiệu chỉnh; chỉ có t là sai.",
)
def correction_removed__bug_hunt(
    gradient: Gradient, theta0: Array, learning_rate: float, beta1: float, beta2: float, eps: float, steps: int
) -> Array:  # fmt: skip
    never = 10**9  # beta**t is 0 there: nothing is corrected
    return _descend(gradient, theta0, learning_rate, beta1, beta2, eps, steps, lambda _: never)


@misconception(
    BUG,
    see="bug_hunt_task",
    en="The starting point is missing: row 0 must be theta0, so there are steps + 1 rows.",
    vi="Thiếu điểm xuất phát: hàng 0 phải là theta0, nên có tất cả steps + 1 hàng.",
)
def start_missing__bug_hunt(
    gradient: Gradient, theta0: Array, learning_rate: float, beta1: float, beta2: float, eps: float, steps: int
) -> Array:  # fmt: skip
    return _descend(gradient, theta0, learning_rate, beta1, beta2, eps, steps, start=False)
