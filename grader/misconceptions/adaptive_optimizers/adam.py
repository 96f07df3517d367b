"""Lesson 3: known mistakes in how adam_step moves theta."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.misconceptions.adaptive_optimizers import wording as said
from grader.misconceptions.catalogue import misconception

__all__: list[str] = []

Array = np.ndarray[Any, np.dtype[np.float64]]
Triple = tuple[Array, Array, Array]


@misconception(
    "adam_step",
    see="epsilon",
    en="You moved the correction into the rate, α √(1 - β₂ᵗ)/(1 - β₁ᵗ), and added ε to the uncorrected √v. The paper offers this as a shortcut, but its ε (ε̂) is another one: ours is √(1 - β₂ᵗ) times smaller beside √v. Correct v first, then add ε.",
    vi="Bạn đưa hiệu chỉnh vào tốc độ học, α √(1 - β₂ᵗ)/(1 - β₁ᵗ), rồi cộng ε vào √v chưa hiệu chỉnh. Bài báo gốc có nêu cách viết tắt này, nhưng ε của nó (ε̂) là một ε khác: so với √v, ε của ta nhỏ hơn, còn √(1 - β₂ᵗ) lần. Hãy hiệu chỉnh v trước rồi mới cộng ε.",
)
def epsilon_hat__adam_step(
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
    rate = learning_rate * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return theta - rate * m / (np.sqrt(v) + eps), m, v


@misconception("adam_step", see="epsilon", **said.EPS_INSIDE)
def eps_inside_root__adam_step(
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
    return theta - learning_rate * m_hat / np.sqrt(v_hat + eps), m, v


@misconception("adam_step", see="epsilon", **said.EPS_ON_PARAMETER)
def eps_added_to_parameter__adam_step(
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
    return theta - learning_rate * m_hat / np.sqrt(v_hat) + eps, m, v


@misconception("adam_step", see="adam", **said.EPS_LEFT_OUT)
def eps_left_out__adam_step(
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
    return theta - learning_rate * m_hat / np.sqrt(v_hat), m, v


@misconception("adam_step", see="adam", **said.ROOT_MISSING)
def root_missing__adam_step(
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
    return theta - learning_rate * m_hat / (v_hat + eps), m, v


@misconception("adam_step", see="adam", **said.ASCENT)
def sign__adam_step(
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
    return theta + learning_rate * m_hat / (np.sqrt(v_hat) + eps), m, v
