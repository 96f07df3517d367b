"""Lesson 3: known mistakes in the part of adamw_step that is Adam."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.misconceptions.adaptive_optimizers import wording as said
from grader.misconceptions.catalogue import misconception

__all__: list[str] = []

Array = np.ndarray[Any, np.dtype[np.float64]]
Triple = tuple[Array, Array, Array]


@misconception("adamw_step", see="bias", **said.NO_CORRECTION)
def no_bias_correction__adamw_step(
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
    return (
        theta - learning_rate * m / (np.sqrt(v) + eps) - learning_rate * weight_decay * theta,
        m,
        v,
    )


@misconception("adamw_step", see="bias", **said.CORRECTED_STORED)
def corrected_stored__adamw_step(
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
        - learning_rate * weight_decay * theta,
        m_hat,
        v_hat,
    )


@misconception("adamw_step", see="epsilon", **said.EPS_INSIDE)
def eps_inside_root__adamw_step(
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
    step = m_hat / np.sqrt(v_hat + eps) + weight_decay * theta
    return theta - learning_rate * step, m, v


@misconception("adamw_step", see="epsilon", **said.EPS_ON_PARAMETER)
def eps_added_to_parameter__adamw_step(
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
    step = m_hat / np.sqrt(v_hat) + weight_decay * theta
    return theta - learning_rate * step + eps, m, v


@misconception("adamw_step", see="bias", **said.T_FIXED)
def t_fixed_at_one__adamw_step(
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
    m_hat = m / (1 - beta1)
    v_hat = v / (1 - beta2)
    return (
        theta
        - learning_rate * m_hat / (np.sqrt(v_hat) + eps)
        - learning_rate * weight_decay * theta,
        m,
        v,
    )


@misconception("adamw_step", see="adam", **said.BETAS_SWAPPED)
def beta1_and_beta2_swapped__adamw_step(
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
    m = beta2 * m + (1 - beta2) * grad
    v = beta1 * v + (1 - beta1) * grad**2
    m_hat = m / (1 - beta2**t)
    v_hat = v / (1 - beta1**t)
    return (
        theta
        - learning_rate * m_hat / (np.sqrt(v_hat) + eps)
        - learning_rate * weight_decay * theta,
        m,
        v,
    )


@misconception("adamw_step", see="adam", **said.ASCENT)
def sign__adamw_step(
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
        + learning_rate * m_hat / (np.sqrt(v_hat) + eps)
        - learning_rate * weight_decay * theta,
        m,
        v,
    )


@misconception("adamw_step", see="adamw", **said.IN_PLACE)
def arguments_changed__adamw_step(
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
    m *= beta1
    m += (1 - beta1) * grad
    v *= beta2
    v += (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    theta -= learning_rate * m_hat / (np.sqrt(v_hat) + eps) + learning_rate * weight_decay * theta
    return theta, m, v


@misconception("adamw_step", see="adamw", **said.IN_PLACE)
def theta_changed__adamw_step(
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
    theta -= learning_rate * m_hat / (np.sqrt(v_hat) + eps) + learning_rate * weight_decay * theta
    return theta, m, v
