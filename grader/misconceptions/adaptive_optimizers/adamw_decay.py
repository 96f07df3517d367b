"""Lesson 3: known mistakes in the decay of adamw_step."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.misconceptions.catalogue import misconception

__all__: list[str] = []

Array = np.ndarray[Any, np.dtype[np.float64]]
Triple = tuple[Array, Array, Array]


@misconception(
    "adamw_step",
    see="adamw",
    en="You add weight_decay · theta to the gradient. That is L2 regularisation: the decay then passes through m and v and is divided by √v̂, so parameters with large gradients hardly decay. AdamW keeps the decay apart: the gradient stays as it is, and theta shrinks by α · weight_decay · theta beside Adam's step.",
    vi="Bạn cộng weight_decay · theta vào gradient. Đó là chuẩn hóa L2: phần suy giảm khi ấy đi qua m và v rồi bị chia cho √v̂, nên tham số có gradient lớn hầu như không suy giảm. AdamW để riêng phần suy giảm: gradient giữ nguyên, còn theta co lại α · weight_decay · theta bên cạnh bước của Adam.",
)
def l2_in_gradient__adamw_step(
    theta: Array,
    m: Array,
    v: Array,
    t: int,
    grad: Array,
    learning_rate: float,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float,
) -> Triple:
    grad = grad + weight_decay * theta
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@misconception(
    "adamw_step",
    see="adamw",
    en="Your decay is weight_decay · theta, without the learning rate. Here it is α · weight_decay · theta, so that it shrinks together with the rate when a schedule lowers it.",
    vi="Phần suy giảm của bạn là weight_decay · theta, thiếu tốc độ học. Ở đây nó là α · weight_decay · theta, nên cũng nhỏ dần theo khi lịch tốc độ học giảm α.",
)
def decay_not_scaled__adamw_step(
    theta: Array,
    m: Array,
    v: Array,
    t: int,
    grad: Array,
    learning_rate: float,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float,
) -> Triple:
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps) - weight_decay * theta, m, v


@misconception(
    "adamw_step",
    see="adamw",
    en="You let theta decay after Adam's step, so the decay acts on the new theta. Both parts are computed from theta before the step.",
    vi="Bạn cho theta suy giảm sau bước của Adam, nên suy giảm tính trên theta mới. Cả hai phần đều phải tính từ theta trước khi bước.",
)
def decay_after_step__adamw_step(
    theta: Array,
    m: Array,
    v: Array,
    t: int,
    grad: Array,
    learning_rate: float,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float,
) -> Triple:
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    theta = theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps)
    return theta - learning_rate * weight_decay * theta, m, v


@misconception(
    "adamw_step",
    see="adamw",
    en="This is Adam: weight_decay is never used, and with a gradient of 0 nothing shrinks.",
    vi="Đây là Adam: weight_decay không hề được dùng, và khi gradient bằng 0 thì không gì co lại.",
)
def no_decay__adamw_step(
    theta: Array,
    m: Array,
    v: Array,
    t: int,
    grad: Array,
    learning_rate: float,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float,
) -> Triple:
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@misconception(
    "adamw_step",
    see="adamw",
    en="Your decay has the wrong sign: the weights grow, by α · weight_decay · theta in each step. It is subtracted.",
    vi="Phần suy giảm của bạn sai dấu: mỗi bước trọng số lại lớn thêm α · weight_decay · theta. Phải trừ đi.",
)
def decay_grows__adamw_step(
    theta: Array,
    m: Array,
    v: Array,
    t: int,
    grad: Array,
    learning_rate: float,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float,
) -> Triple:
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return (
        theta
        - learning_rate * m_hat / (np.sqrt(v_hat) + eps)
        + learning_rate * weight_decay * theta,
        m,
        v,
    )


@misconception(
    "adamw_step",
    see="adamw",
    en="You added the decay to m̂ before the division, so it is divided by √v̂ + ε too. Decoupled means: outside the fraction.",
    vi="Bạn cộng phần suy giảm vào m̂ trước khi chia, nên nó cũng bị chia cho √v̂ + ε. Tách rời nghĩa là nằm ngoài phân số.",
)
def decay_divided__adamw_step(
    theta: Array,
    m: Array,
    v: Array,
    t: int,
    grad: Array,
    learning_rate: float,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float,
) -> Triple:
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - learning_rate * (m_hat + weight_decay * theta) / (np.sqrt(v_hat) + eps), m, v


@misconception(
    "adamw_step",
    see="adamw",
    en="Your decay is twice too strong: the derivative of weight_decay · theta² would have the 2, but AdamW subtracts α · weight_decay · theta.",
    vi="Phần suy giảm của bạn mạnh gấp đôi: đạo hàm của weight_decay · theta² mới có số 2, còn AdamW trừ đi α · weight_decay · theta.",
)
def decay_doubled__adamw_step(
    theta: Array,
    m: Array,
    v: Array,
    t: int,
    grad: Array,
    learning_rate: float,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float,
) -> Triple:
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return (
        theta
        - learning_rate * m_hat / (np.sqrt(v_hat) + eps)
        - 2 * learning_rate * weight_decay * theta,
        m,
        v,
    )


@misconception(
    "adamw_step",
    see="adamw",
    en="You move theta by the decay alone: Adam's step is missing. The new theta is the old one minus Adam's step minus the decay.",
    vi="Bạn chỉ cho theta suy giảm: thiếu bước của Adam. Theta mới bằng theta cũ trừ bước của Adam rồi trừ phần suy giảm.",
)
def only_decay__adamw_step(
    theta: Array,
    m: Array,
    v: Array,
    t: int,
    grad: Array,
    learning_rate: float,
    beta1: float,
    beta2: float,
    eps: float,
    weight_decay: float,
) -> Triple:
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    return theta - learning_rate * weight_decay * theta, m, v
