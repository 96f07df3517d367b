"""Lesson 3: known mistakes in adam_step's correction of m and v."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.misconceptions.adaptive_optimizers import wording as said
from grader.misconceptions.catalogue import misconception

__all__: list[str] = []

Array = np.ndarray[Any, np.dtype[np.float64]]
Triple = tuple[Array, Array, Array]


@misconception("adam_step", see="bias", **said.NO_CORRECTION)
def no_bias_correction__adam_step(
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
    return theta - learning_rate * m / (np.sqrt(v) + eps), m, v


@misconception(
    "adam_step",
    see="bias",
    en="You correct m and leave v as it is. v starts at 0 and is far too small at first: the first step is 31.6 α with the usual numbers. Correct both.",
    vi="Bạn chỉ hiệu chỉnh m mà để nguyên v. v bắt đầu từ 0 và lúc đầu nhỏ hơn nhiều so với giá trị đúng: với các con số thường dùng, bước đầu dài 31.6 α. Hãy hiệu chỉnh cả hai.",
)
def only_m_corrected__adam_step(
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
    return theta - learning_rate * m_hat / (np.sqrt(v) + eps), m, v


@misconception(
    "adam_step",
    see="bias",
    en="You correct v and leave m as it is: the first step is a tenth of α with the usual numbers. Both averages start at 0, so both need their correction.",
    vi="Bạn chỉ hiệu chỉnh v mà để nguyên m: với các con số thường dùng, bước đầu chỉ dài một phần mười α. Cả hai trung bình đều bắt đầu từ 0 nên cả hai đều cần hiệu chỉnh.",
)
def only_v_corrected__adam_step(
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
    return theta - learning_rate * m / (np.sqrt(v_hat) + eps), m, v


@misconception("adam_step", see="bias", **said.CORRECTED_STORED)
def corrected_stored__adam_step(
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
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m_hat, v_hat


@misconception("adam_step", see="bias", **said.T_FIXED)
def t_fixed_at_one__adam_step(
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
    m_hat = m / (1 - beta1)
    v_hat = v / (1 - beta2)
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@misconception("adam_step", see="bias", **said.T_FROM_ZERO)
def t_from_zero__adam_step(
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
    m_hat = m / (1 - beta1 ** (t - 1))
    v_hat = v / (1 - beta2 ** (t - 1))
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@misconception(
    "adam_step",
    see="bias",
    en="You advance t once more before you use it: the t you are given already counts this step (1 in the first). So your correction is that of the next step.",
    vi="Bạn tăng t thêm một lần trước khi dùng: t được truyền vào đã tính cả bước này (bước đầu là 1). Vì vậy bạn đang dùng hệ số hiệu chỉnh của bước kế tiếp.",
)
def t_advanced_again__adam_step(
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
    m_hat = m / (1 - beta1 ** (t + 1))
    v_hat = v / (1 - beta2 ** (t + 1))
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@misconception(
    "adam_step",
    see="bias",
    en="You use β · t where the power βᵗ is meant. 1 - β · t soon turns negative; 1 - βᵗ runs from 1 - β up to 1.",
    vi="Bạn dùng β · t trong khi phải là lũy thừa βᵗ. 1 - β · t sẽ sớm thành số âm; còn 1 - βᵗ tăng từ 1 - β lên tới 1.",
)
def times_for_power__adam_step(
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
    m_hat = m / (1 - beta1 * t)
    v_hat = v / (1 - beta2 * t)
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@misconception(
    "adam_step",
    see="bias",
    en="You multiply by 1 - βᵗ where you must divide. The averages are too small at first; the correction makes them larger.",
    vi="Bạn nhân với 1 - βᵗ trong khi phải chia. Lúc đầu các trung bình nhỏ hơn giá trị đúng; hiệu chỉnh phải làm chúng lớn lên.",
)
def correction_multiplied__adam_step(
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
    m_hat = m * (1 - beta1**t)
    v_hat = v * (1 - beta2**t)
    return theta - learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v


@misconception(
    "adam_step",
    see="bias",
    en="You take the root of v first and correct it afterwards, √v / (1 - β₂ᵗ). The correction belongs under the root: it is v whose mean is too small by 1 - β₂ᵗ.",
    vi="Bạn lấy căn của v trước rồi mới hiệu chỉnh, √v / (1 - β₂ᵗ). Phải hiệu chỉnh ở trong căn: chính v mới nhỏ đi 1 - β₂ᵗ lần.",
)
def root_before_correction__adam_step(
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
    return theta - learning_rate * m_hat / (np.sqrt(v) / (1 - beta2**t) + eps), m, v
