"""Lesson 3: known mistakes in adagrad_step."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.misconceptions.adaptive_optimizers import wording as said
from grader.misconceptions.catalogue import misconception

__all__: list[str] = []

Array = np.ndarray[Any, np.dtype[np.float64]]
Pair = tuple[Array, Array]


@misconception("adagrad_step", see="adagrad", **said.ASCENT)
def sign__adagrad_step(
    theta: Array, G: Array, grad: Array, learning_rate: float, eps: float
) -> Pair:
    G = G + grad**2
    return theta + learning_rate * grad / np.sqrt(G + eps), G


@misconception("adagrad_step", see="epsilon", **said.EPS_OUTSIDE)
def eps_outside_root__adagrad_step(
    theta: Array, G: Array, grad: Array, learning_rate: float, eps: float
) -> Pair:
    G = G + grad**2
    return theta - learning_rate * grad / (np.sqrt(G) + eps), G


@misconception("adagrad_step", see="epsilon", **said.EPS_ON_PARAMETER)
def eps_added_to_parameter__adagrad_step(
    theta: Array, G: Array, grad: Array, learning_rate: float, eps: float
) -> Pair:
    G = G + grad**2
    return theta - learning_rate * grad / np.sqrt(G) + eps, G


@misconception("adagrad_step", see="adagrad", **said.EPS_LEFT_OUT)
def eps_left_out__adagrad_step(
    theta: Array, G: Array, grad: Array, learning_rate: float, eps: float
) -> Pair:
    G = G + grad**2
    return theta - learning_rate * grad / np.sqrt(G), G


@misconception("adagrad_step", see="adagrad", **said.EPS_STORED)
def eps_stored__adagrad_step(
    theta: Array, G: Array, grad: Array, learning_rate: float, eps: float
) -> Pair:
    G = G + grad**2 + eps
    return theta - learning_rate * grad / np.sqrt(G), G


@misconception("adagrad_step", see="adagrad", **said.ROOT_MISSING)
def root_missing__adagrad_step(
    theta: Array, G: Array, grad: Array, learning_rate: float, eps: float
) -> Pair:
    G = G + grad**2
    return theta - learning_rate * grad / (G + eps), G


@misconception("adagrad_step", see="adagrad", **said.GRADIENT_FOR_SQUARE)
def gradient_for_square__adagrad_step(
    theta: Array, G: Array, grad: Array, learning_rate: float, eps: float
) -> Pair:
    G = G + grad
    return theta - learning_rate * grad / np.sqrt(G + eps), G


@misconception("adagrad_step", see="adagrad", **said.GRADIENT_LEFT_OUT)
def current_gradient_left_out__adagrad_step(
    theta: Array, G: Array, grad: Array, learning_rate: float, eps: float
) -> Pair:
    return theta - learning_rate * grad / np.sqrt(G + eps), G + grad**2


@misconception("adagrad_step", see="adagrad", **said.ONE_RATE)
def one_rate_for_all__adagrad_step(
    theta: Array, G: Array, grad: Array, learning_rate: float, eps: float
) -> Pair:
    G = G + np.sum(grad**2)
    return theta - learning_rate * grad / np.sqrt(G + eps), G


@misconception("adagrad_step", see="adagrad", **said.PAIR_SWAPPED)
def pair_swapped__adagrad_step(
    theta: Array, G: Array, grad: Array, learning_rate: float, eps: float
) -> Pair:
    G = G + grad**2
    return G, theta - learning_rate * grad / np.sqrt(G + eps)


@misconception("adagrad_step", see="adagrad", **said.IN_PLACE)
def arguments_changed__adagrad_step(
    theta: Array, G: Array, grad: Array, learning_rate: float, eps: float
) -> Pair:
    G += grad**2
    theta -= learning_rate * grad / np.sqrt(G + eps)
    return theta, G


@misconception("adagrad_step", see="adagrad", **said.IN_PLACE)
def memory_changed__adagrad_step(
    theta: Array, G: Array, grad: Array, learning_rate: float, eps: float
) -> Pair:
    G += grad**2
    return theta - learning_rate * grad / np.sqrt(G + eps), G


@misconception("adagrad_step", see="adagrad", **said.IN_PLACE)
def theta_changed__adagrad_step(
    theta: Array, G: Array, grad: Array, learning_rate: float, eps: float
) -> Pair:
    G = G + grad**2
    theta -= learning_rate * grad / np.sqrt(G + eps)
    return theta, G


@misconception(
    "adagrad_step",
    see="adagrad",
    en="You overwrite G with the present g², so every step is about α long, like the sign of the gradient, and nothing is remembered. Adagrad's G is the sum of all squares since the first step: add to it.",
    vi="Bạn ghi đè G bằng g² hiện tại, nên bước nào cũng dài khoảng α, chỉ theo dấu của gradient, và không nhớ được gì. G của Adagrad là tổng mọi bình phương từ bước đầu tiên: hãy cộng dồn vào.",
)
def overwritten__adagrad_step(
    theta: Array, G: Array, grad: Array, learning_rate: float, eps: float
) -> Pair:
    G = grad**2
    return theta - learning_rate * grad / np.sqrt(G + eps), G


@misconception(
    "adagrad_step",
    see="adagrad",
    en="You hand on the root √(G + ε) in place of G, so the next step takes the root of a root. Keep the sum of squares itself; the root is taken anew in each step.",
    vi="Bạn chuyển tiếp căn √(G + ε) thay cho G, nên bước sau lấy căn của căn. Hãy giữ chính tổng bình phương; căn được lấy lại ở mỗi bước.",
)
def root_stored__adagrad_step(
    theta: Array, G: Array, grad: Array, learning_rate: float, eps: float
) -> Pair:
    root = np.sqrt(G + grad**2 + eps)
    return theta - learning_rate * grad / root, root


@misconception(
    "adagrad_step",
    see="adagrad",
    en="You move by α / √(G + ε) without the gradient: that is the effective rate, not the step. The step is the rate times ∇J.",
    vi="Bạn di chuyển theta một đoạn α / √(G + ε) mà không nhân gradient: đó mới là tốc độ học hiệu dụng, chưa phải bước đi. Bước đi là tốc độ đó nhân với ∇J.",
)
def gradient_forgotten__adagrad_step(
    theta: Array, G: Array, grad: Array, learning_rate: float, eps: float
) -> Pair:
    G = G + grad**2
    return theta - learning_rate / np.sqrt(G + eps), G
