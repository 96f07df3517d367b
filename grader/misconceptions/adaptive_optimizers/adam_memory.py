"""Lesson 3: known mistakes in what adam_step gathers and hands back."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.misconceptions.adaptive_optimizers import wording as said
from grader.misconceptions.catalogue import misconception

__all__: list[str] = []

Array = np.ndarray[Any, np.dtype[np.float64]]
Triple = tuple[Array, Array, Array]


@misconception("adam_step", see="adam", **said.GRADIENT_FOR_SQUARE)
def gradient_for_square__adam_step(
    theta: Array,
    m: Array,
    v: Array,
    t: int,
    grad: Array,
    learning_rate: float,
    beta1: float,
    beta2: float,
    eps: float,
) -> Triple:
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@misconception("adam_step", see="adam", **said.COMPLEMENT_SWAPPED)
def beta_and_complement_swapped__adam_step(
    theta: Array,
    m: Array,
    v: Array,
    t: int,
    grad: Array,
    learning_rate: float,
    beta1: float,
    beta2: float,
    eps: float,
) -> Triple:
    m = (1 - beta1) * m + beta1 * grad
    v = (1 - beta2) * v + beta2 * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@misconception("adam_step", see="adam", **said.BETAS_SWAPPED)
def beta1_and_beta2_swapped__adam_step(
    theta: Array,
    m: Array,
    v: Array,
    t: int,
    grad: Array,
    learning_rate: float,
    beta1: float,
    beta2: float,
    eps: float,
) -> Triple:
    m = beta2 * m + (1 - beta2) * grad
    v = beta1 * v + (1 - beta1) * grad**2
    m_hat = m / (1 - beta2**t)
    v_hat = v / (1 - beta1**t)
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@misconception(
    "adam_step",
    see="adam",
    en="The new gradient and its square enter in full, without 1 - β₁ and 1 - β₂. Then m and v are sums, not averages, and the correction 1 - βᵗ does not fit them.",
    vi="Gradient mới và bình phương của nó được cộng trọn vẹn, thiếu 1 - β₁ và 1 - β₂. Khi đó m và v là tổng chứ không phải trung bình, và hiệu chỉnh 1 - βᵗ không còn khớp.",
)
def complement_missing__adam_step(
    theta: Array,
    m: Array,
    v: Array,
    t: int,
    grad: Array,
    learning_rate: float,
    beta1: float,
    beta2: float,
    eps: float,
) -> Triple:
    m = beta1 * m + grad
    v = beta2 * v + grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@misconception(
    "adam_step",
    see="adam",
    en="You divide the present gradient by the root; m is computed but never used. That is RMSProp with a correction. Adam moves by m̂.",
    vi="Bạn chia gradient hiện tại cho căn; m được tính nhưng không hề dùng đến. Đó là RMSProp có hiệu chỉnh. Adam đi theo m̂.",
)
def gradient_for_momentum__adam_step(
    theta: Array,
    m: Array,
    v: Array,
    t: int,
    grad: Array,
    learning_rate: float,
    beta1: float,
    beta2: float,
    eps: float,
) -> Triple:
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    v_hat = v / (1 - beta2**t)
    return theta - learning_rate * grad / (np.sqrt(v_hat) + eps), m, v


@misconception("adam_step", see="adam", **said.GRADIENT_LEFT_OUT)
def current_gradient_left_out__adam_step(
    theta: Array,
    m: Array,
    v: Array,
    t: int,
    grad: Array,
    learning_rate: float,
    beta1: float,
    beta2: float,
    eps: float,
) -> Triple:
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return (
        theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps),
        beta1 * m + (1 - beta1) * grad,
        beta2 * v + (1 - beta2) * grad**2,
    )


@misconception("adam_step", see="adam", **said.ONE_RATE)
def one_rate_for_all__adam_step(
    theta: Array,
    m: Array,
    v: Array,
    t: int,
    grad: Array,
    learning_rate: float,
    beta1: float,
    beta2: float,
    eps: float,
) -> Triple:
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * np.sum(grad**2)
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@misconception(
    "adam_step",
    see="adam",
    en="The three results came back in the wrong order: theta first, then m, then v.",
    vi="Ba kết quả trả về sai thứ tự: theta trước, rồi m, rồi v.",
)
def results_swapped__adam_step(
    theta: Array,
    m: Array,
    v: Array,
    t: int,
    grad: Array,
    learning_rate: float,
    beta1: float,
    beta2: float,
    eps: float,
) -> Triple:
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return m, v, theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps)


@misconception("adam_step", see="adam", **said.IN_PLACE)
def arguments_changed__adam_step(
    theta: Array,
    m: Array,
    v: Array,
    t: int,
    grad: Array,
    learning_rate: float,
    beta1: float,
    beta2: float,
    eps: float,
) -> Triple:
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    theta -= learning_rate * m_hat / (np.sqrt(v_hat) + eps)
    return theta, m, v


@misconception("adam_step", see="adam", **said.IN_PLACE)
def memory_changed__adam_step(
    theta: Array,
    m: Array,
    v: Array,
    t: int,
    grad: Array,
    learning_rate: float,
    beta1: float,
    beta2: float,
    eps: float,
) -> Triple:
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@misconception("adam_step", see="adam", **said.IN_PLACE)
def theta_changed__adam_step(
    theta: Array,
    m: Array,
    v: Array,
    t: int,
    grad: Array,
    learning_rate: float,
    beta1: float,
    beta2: float,
    eps: float,
) -> Triple:
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    theta -= learning_rate * m_hat / (np.sqrt(v_hat) + eps)
    return theta, m, v
