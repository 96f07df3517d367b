"""Lesson 4: known mistakes in network_loss_and_gradients."""

# ruff: noqa: ARG005 (each exchanged part sees all that it may need)
from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.misconceptions.catalogue import misconception
from grader.misconceptions.neural_networks.loss import correct
from grader.misconceptions.neural_networks.mlp import over_samples
from grader.misconceptions.neural_networks.wording import (
    AT_ZERO,
    BIAS_NOT_SUMMED,
    GRADIENT_NOT_AVERAGED,
    NO_MINUS_ONE,
    SUMMED,
    UPDATED_WEIGHTS,
    WRONG_AXIS,
    WRONG_MASK,
)

__all__: list[str] = []

Array = np.ndarray[Any, np.dtype[np.float64]]
Labels = np.ndarray[Any, np.dtype[np.int64]]
Layers = Sequence[tuple[Array, Array]]
Result = tuple[Any, Any]
Slope = Callable[[Array, Array, str], Array]


def _sigmoid(z: Array) -> Array:
    return np.asarray(0.5 * (1 + np.tanh(z / 2)))


def _activate(z: Array, activation: str) -> Array:
    return np.maximum(z, 0.0) if activation == "relu" else _sigmoid(z)


def _slope(z: Array, a: Array, activation: str) -> Array:
    return np.asarray(z > 0) if activation == "relu" else a * (1 - a)


def _network(
    layers: Layers,
    X: Array,
    labels: Labels,
    activation: str,
    *,
    slope: Slope = _slope,
    at_logits: Callable[[Array, Array, int], Array] = lambda d, p, n: d,
    bias: Callable[[Array], Array] = lambda d: d.sum(axis=0),
    back: Callable[[Array, Array], Array] = lambda W, dW: W.T,
    loss_of: Callable[[Array, Labels], tuple[Any, Array, Array]] = correct,
    wrong_layer: bool = False,
    last_activated: bool = False,
) -> Result:
    """The network with one part exchanged: what is passed in is what goes wrong."""
    inputs, before, A = [], [], X
    for W, b in layers:
        inputs.append(A)
        before.append(A @ W + b)
        A = _activate(before[-1], activation)
    loss, dZ, p = loss_of(A if last_activated else before[-1], labels)
    dZ = at_logits(dZ, p, len(labels))
    if last_activated:
        dZ = dZ * _slope(before[-1], A, activation)
    grads = []
    for k in reversed(range(len(layers))):
        dW = inputs[k].T @ dZ
        grads.append((dW, bias(dZ)))
        dA = dZ @ back(layers[k][0], dW)
        if k:
            z, a = (inputs[k - 1],) * 2 if wrong_layer else (before[k - 1], inputs[k])
            dZ = dA * slope(z, a, activation)
    return loss, grads[::-1]


@misconception("network_loss_and_gradients", see="depth", **AT_ZERO)
def slope_at_zero__network(layers: Layers, X: Array, labels: Labels, activation: str) -> Result:
    def slope(z: Array, a: Array, activation: str) -> Array:
        return np.asarray(z >= 0) if activation == "relu" else a * (1 - a)

    return _network(layers, X, labels, activation, slope=slope)


@misconception(
    "network_loss_and_gradients",
    see="depth",
    en='The argument `activation` is not used: your hidden layers are ReLU also where "sigmoid" is asked for.',
    vi='Đối số `activation` không được dùng: các lớp ẩn của bạn luôn là ReLU, kể cả khi cần "sigmoid".',
)
def activation_ignored(layers: Layers, X: Array, labels: Labels, activation: str) -> Result:
    return _network(layers, X, labels, "relu")


@misconception(
    "network_loss_and_gradients",
    see="depth",
    en="For the sigmoid you multiply by z(1 - z). The short form σ' = a(1 - a) needs the activated value a = σ(z), not the pre-activation.",
    vi="Với sigmoid bạn nhân với z(1 - z). Dạng gọn σ' = a(1 - a) cần giá trị sau kích hoạt a = σ(z), không phải z.",
)
def sigmoid_slope_of_z(layers: Layers, X: Array, labels: Labels, activation: str) -> Result:
    def slope(z: Array, a: Array, activation: str) -> Array:
        return np.asarray(z > 0) if activation == "relu" else z * (1 - z)

    return _network(layers, X, labels, activation, slope=slope)


@misconception(
    "network_loss_and_gradients",
    see="depth",
    en="Your sigmoid' is taken at the activated value: σ(a)(1 - σ(a)) applies the sigmoid twice. Either σ(z)(1 - σ(z)) from the pre-activation, or a(1 - a).",
    vi="Đạo hàm sigmoid của bạn được lấy tại giá trị đã kích hoạt: σ(a)(1 - σ(a)) áp dụng sigmoid hai lần. Hoặc dùng σ(z)(1 - σ(z)) từ z, hoặc a(1 - a).",
)
def sigmoid_applied_twice(layers: Layers, X: Array, labels: Labels, activation: str) -> Result:
    def slope(z: Array, a: Array, activation: str) -> Array:
        return np.asarray(z > 0) if activation == "relu" else _sigmoid(a) * (1 - _sigmoid(a))

    return _network(layers, X, labels, activation, slope=slope)


@misconception(
    "network_loss_and_gradients",
    see="depth",
    en="The derivative of the activation is missing on the way back: between two layers the gradient must be multiplied by f'(z).",
    vi="Ở chiều ngược lại thiếu đạo hàm của hàm kích hoạt: giữa hai lớp, gradient phải được nhân với f'(z).",
)
def slope_missing(layers: Layers, X: Array, labels: Labels, activation: str) -> Result:
    return _network(layers, X, labels, activation, slope=lambda z, a, name: np.ones_like(z))


@misconception("network_loss_and_gradients", see="depth", **WRONG_MASK)
def mask_of_wrong_layer__network(
    layers: Layers, X: Array, labels: Labels, activation: str
) -> Result:
    return _network(layers, X, labels, activation, wrong_layer=True)


@misconception("network_loss_and_gradients", see="loss", **SUMMED)
def sum_for_mean__network(layers: Layers, X: Array, labels: Labels, activation: str) -> Result:
    loss, grads = _network(layers, X, labels, activation, at_logits=lambda d, p, n: n * d)
    return loss * len(labels), grads


@misconception("network_loss_and_gradients", see="loss", **GRADIENT_NOT_AVERAGED)
def gradient_not_averaged__network(
    layers: Layers, X: Array, labels: Labels, activation: str
) -> Result:
    return _network(layers, X, labels, activation, at_logits=lambda d, p, n: n * d)


@misconception("network_loss_and_gradients", see="loss", **NO_MINUS_ONE)
def minus_one_missing__network(layers: Layers, X: Array, labels: Labels, activation: str) -> Result:
    return _network(layers, X, labels, activation, at_logits=lambda d, p, n: p / n)


@misconception("network_loss_and_gradients", see="bug_hunt", **WRONG_AXIS)
def wrong_axis__network(layers: Layers, X: Array, labels: Labels, activation: str) -> Result:
    return _network(layers, X, labels, activation, loss_of=over_samples)


@misconception("network_loss_and_gradients", see="backward", **BIAS_NOT_SUMMED)
def bias_not_summed__network(layers: Layers, X: Array, labels: Labels, activation: str) -> Result:
    return _network(layers, X, labels, activation, bias=lambda d: d)


@misconception(
    "network_loss_and_gradients",
    see="depth",
    en="The gradients stand in the order of the backward pass, last layer first. Return them in the order of `layers`.",
    vi="Các gradient xếp theo thứ tự lan truyền ngược, lớp cuối đứng đầu. Hãy trả về theo thứ tự của `layers`.",
)
def order_of_backward_pass(layers: Layers, X: Array, labels: Labels, activation: str) -> Result:
    loss, grads = _network(layers, X, labels, activation)
    return loss, grads[::-1]


@misconception(
    "network_loss_and_gradients",
    see="depth",
    en="You applied the activation behind the last layer too. It stands BETWEEN layers; the logits stay as they are, softmax follows.",
    vi="Bạn áp dụng hàm kích hoạt cả sau lớp cuối. Nó đứng GIỮA các lớp; logits để nguyên, tiếp theo là softmax.",
)
def last_layer_activated(layers: Layers, X: Array, labels: Labels, activation: str) -> Result:
    return _network(layers, X, labels, activation, last_activated=True)


@misconception(
    "network_loss_and_gradients",
    see="depth",
    en="Each pair is swapped: the gradient of W first, then that of b, as in `layers`.",
    vi="Mỗi cặp bị đảo: gradient của W trước, rồi của b, như trong `layers`.",
)
def pairs_swapped(layers: Layers, X: Array, labels: Labels, activation: str) -> Result:
    loss, grads = _network(layers, X, labels, activation)
    return loss, [(db, dW) for dW, db in grads]


@misconception(
    "network_loss_and_gradients",
    see="backward",
    en="On the way back you multiply by W where Wᵀ belongs. Layers of equal width hide it: no error, only wrong numbers.",
    vi="Ở chiều ngược lại bạn nhân với W trong khi phải là Wᵀ. Các lớp rộng bằng nhau che mất lỗi này: không báo lỗi, chỉ có số sai.",
)
def weights_not_transposed__network(
    layers: Layers, X: Array, labels: Labels, activation: str
) -> Result:
    return _network(layers, X, labels, activation, back=lambda W, dW: W)


@misconception("network_loss_and_gradients", see="mlp", **UPDATED_WEIGHTS)
def updated_weights__network(layers: Layers, X: Array, labels: Labels, activation: str) -> Result:
    return _network(layers, X, labels, activation, back=lambda W, dW: (W - dW).T)


@misconception(
    "network_loss_and_gradients",
    see="depth",
    en="The numbers are right for the last layer only; for the others you return zeros or stop early. The loop must reach the first layer.",
    vi="Các con số chỉ đúng ở lớp cuối; ở các lớp khác bạn trả về số không hoặc dừng sớm. Vòng lặp phải đi tới tận lớp đầu tiên.",
)
def last_layer_only(layers: Layers, X: Array, labels: Labels, activation: str) -> Result:
    loss, grads = _network(layers, X, labels, activation)
    zeros = [(np.zeros_like(W), np.zeros_like(b)) for W, b in layers[:-1]]
    return loss, [*zeros, grads[-1]]
