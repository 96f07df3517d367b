"""Lesson 4: known mistakes in mlp_loss_and_gradients."""

# ruff: noqa: ARG005 (each exchanged part sees all that it may need)
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from grader.misconceptions.catalogue import misconception
from grader.misconceptions.neural_networks.loss import correct
from grader.misconceptions.neural_networks.wording import (
    ASCENT,
    AT_ZERO,
    BIAS_NOT_SUMMED,
    GRADIENT_NOT_AVERAGED,
    NO_MINUS_ONE,
    SUMMED,
    UPDATED_WEIGHTS,
    WRONG_AXIS,
    WRONG_MASK,
)

__all__ = ["mlp", "over_samples"]

Array = np.ndarray[Any, np.dtype[np.float64]]
Labels = np.ndarray[Any, np.dtype[np.int64]]
Params = Mapping[str, Array]
Result = tuple[Any, dict[str, Any]]


def _rectified(z: Array) -> Array:
    return np.maximum(z, 0.0)


def over_samples(logits: Array, labels: Labels) -> tuple[Any, Array, Array]:
    """Like `correct`, with the softmax over the samples."""
    exponents = np.exp(logits - logits.max(axis=0))
    p = exponents / exponents.sum(axis=0)
    rows = np.arange(len(labels))
    dlogits = p.copy()
    dlogits[rows, labels] -= 1
    return float(-np.log(p[rows, labels]).mean()), dlogits / len(labels), p


def mlp(
    params: Params,
    X: Array,
    labels: Labels,
    *,
    activate: Callable[[Array], Array] = _rectified,
    slope: Callable[[Array, Array, Array], Any] = lambda z, dh, x: z > 0,
    at_logits: Callable[[Array, Array, int], Array] = lambda d, p, n: d,
    bias: Callable[[Array], Array] = lambda d: d.sum(axis=0),
    loss_of: Callable[[Array, Labels], tuple[Any, Array, Array]] = correct,
    back: Callable[[Array, Array], Array] = lambda W2, dW2: W2,
    seen: Callable[[Array, Array], Array] = lambda h, z: h,
) -> Result:
    """The two-layer network with one part exchanged: what is passed in is what goes wrong."""
    Z = X @ params["W1"] + params["b1"]
    H = activate(Z)
    logits = H @ params["W2"] + params["b2"]
    loss, dlogits, p = loss_of(logits, labels)
    dlogits = at_logits(dlogits, p, len(labels))
    dW2 = seen(H, Z).T @ dlogits
    dH = dlogits @ back(params["W2"], dW2).T
    dZ = dH * slope(Z, dH, X)
    return loss, {"W1": X.T @ dZ, "b1": bias(dZ), "W2": dW2, "b2": bias(dlogits)}


@misconception("mlp_loss_and_gradients", see="mlp", **AT_ZERO)
def slope_at_zero__mlp(params: Params, X: Array, labels: Labels) -> Result:
    return mlp(params, X, labels, slope=lambda z, dh, x: z >= 0)


@misconception(
    "mlp_loss_and_gradients",
    see="mlp",
    en="The gradient passes back through ReLU as if nothing were there. Where z ≤ 0 the unit was cut to 0, so nothing flows back: "
    "multiply dH by the mask z > 0.",
    vi="Gradient truyền ngược qua ReLU như thể không có gì ở đó. Nơi z ≤ 0, đầu ra đã bị cắt về 0 nên không có gì truyền ngược lại: hãy nhân dH với mặt nạ z > 0.",
)
def mask_missing(params: Params, X: Array, labels: Labels) -> Result:
    return mlp(params, X, labels, slope=lambda z, dh, x: np.ones_like(z))


@misconception(
    "mlp_loss_and_gradients",
    see="mlp",
    en="You applied ReLU to the gradient: the mask is where dH > 0. What decides is the sign of z in the forward pass, whatever the gradient's sign.",
    vi="Bạn áp dụng ReLU lên chính gradient: mặt nạ lấy ở nơi dH > 0. Thứ quyết định là dấu của z ở lượt lan truyền xuôi, bất kể dấu của gradient.",
)
def mask_of_gradient(params: Params, X: Array, labels: Labels) -> Result:
    return mlp(params, X, labels, slope=lambda z, dh, x: dh > 0)


@misconception("mlp_loss_and_gradients", see="mlp", **WRONG_MASK)
def mask_of_wrong_layer__mlp(params: Params, X: Array, labels: Labels) -> Result:
    return mlp(params, X, labels, slope=lambda z, dh, x: x > 0)


@misconception("mlp_loss_and_gradients", see="loss", **SUMMED)
def sum_for_mean__mlp(params: Params, X: Array, labels: Labels) -> Result:
    loss, grads = mlp(params, X, labels, at_logits=lambda d, p, n: n * d)
    return loss * len(labels), grads


@misconception("mlp_loss_and_gradients", see="loss", **GRADIENT_NOT_AVERAGED)
def gradient_not_averaged__mlp(params: Params, X: Array, labels: Labels) -> Result:
    return mlp(params, X, labels, at_logits=lambda d, p, n: n * d)


@misconception(
    "mlp_loss_and_gradients",
    see="backward",
    en="Your gradients are n times too small: 1/n was applied in the loss and again in the layers. It belongs to the loss alone, and reaches the layers through dlogits.",
    vi="Các gradient của bạn nhỏ đi n lần: hệ số 1/n đã áp dụng ở hàm mất mát rồi lại áp dụng lần nữa ở các lớp. Nó chỉ thuộc về hàm mất mát và tới các lớp qua dlogits.",
)
def averaged_twice(params: Params, X: Array, labels: Labels) -> Result:
    return mlp(params, X, labels, at_logits=lambda d, p, n: d / n)


@misconception("mlp_loss_and_gradients", see="loss", **NO_MINUS_ONE)
def minus_one_missing__mlp(params: Params, X: Array, labels: Labels) -> Result:
    return mlp(params, X, labels, at_logits=lambda d, p, n: p / n)


@misconception("mlp_loss_and_gradients", see="loss", **ASCENT)
def ascent__mlp(params: Params, X: Array, labels: Labels) -> Result:
    return mlp(params, X, labels, at_logits=lambda d, p, n: -d)


@misconception("mlp_loss_and_gradients", see="bug_hunt", **WRONG_AXIS)
def wrong_axis__mlp(params: Params, X: Array, labels: Labels) -> Result:
    return mlp(params, X, labels, loss_of=over_samples)


@misconception("mlp_loss_and_gradients", see="backward", **BIAS_NOT_SUMMED)
def bias_not_summed__mlp(params: Params, X: Array, labels: Labels) -> Result:
    return mlp(params, X, labels, bias=lambda d: d)


@misconception(
    "mlp_loss_and_gradients",
    see="backward",
    en="The bias gradients are averaged over the samples. 1/n already stands in dlogits: add up the samples' contributions.",
    vi="Gradient theo bias bị lấy trung bình qua các mẫu. Hệ số 1/n đã có trong dlogits: chỉ cần cộng phần đóng góp của các mẫu.",
)
def bias_averaged__mlp(params: Params, X: Array, labels: Labels) -> Result:
    return mlp(params, X, labels, bias=lambda d: d.mean(axis=0))


@misconception(
    "mlp_loss_and_gradients",
    see="backward",
    en="The weight gradients are transposed. dW must have the shape of W, (inputs, outputs): it is Hᵀ times the gradient behind the layer.",
    vi="Gradient theo trọng số bị chuyển vị. dW phải có hình dạng của W, (đầu vào, đầu ra): đó là Hᵀ nhân với gradient phía sau lớp.",
)
def gradient_transposed__mlp(params: Params, X: Array, labels: Labels) -> Result:
    loss, grads = mlp(params, X, labels)
    return loss, {name: np.ascontiguousarray(value.T) for name, value in grads.items()}


@misconception("mlp_loss_and_gradients", see="mlp", **UPDATED_WEIGHTS)
def updated_weights__mlp(params: Params, X: Array, labels: Labels) -> Result:
    return mlp(params, X, labels, back=lambda W2, dW2: W2 - dW2)


@misconception(
    "mlp_loss_and_gradients",
    see="mlp",
    en="For dW2 you used the pre-activation Z1. The second layer's input is H = relu(Z1), and a layer's weight gradient is its INPUT, transposed, times the gradient behind it.",
    vi="Để tính dW2 bạn dùng Z1, trước khi kích hoạt. Đầu vào của lớp thứ hai là H = relu(Z1), và gradient theo trọng số của một lớp là ĐẦU VÀO của nó, chuyển vị, nhân với gradient phía sau.",
)
def input_before_activation(params: Params, X: Array, labels: Labels) -> Result:
    return mlp(params, X, labels, seen=lambda h, z: z)


@misconception(
    "mlp_loss_and_gradients",
    see="why_deep",
    en="There is no activation between your layers, so the two of them are one linear map. ReLU stands behind the first layer.",
    vi="Giữa hai lớp của bạn không có hàm kích hoạt, nên cả hai chỉ là một ánh xạ tuyến tính. ReLU đứng sau lớp thứ nhất.",
)
def activation_forgotten(params: Params, X: Array, labels: Labels) -> Result:
    return mlp(params, X, labels, activate=lambda z: z, slope=lambda z, dh, x: np.ones_like(z))


@misconception(
    "mlp_loss_and_gradients",
    see="mlp",
    en="Your hidden activation is the sigmoid; this network uses ReLU, max(0, z), and the mask z > 0 on the way back.",
    vi="Lớp ẩn của bạn dùng sigmoid; mạng này dùng ReLU, max(0, z), và mặt nạ z > 0 ở chiều ngược lại.",
)
def sigmoid_for_relu(params: Params, X: Array, labels: Labels) -> Result:
    def s(z: Array) -> Array:
        return 1 / (1 + np.exp(-z))

    return mlp(params, X, labels, activate=s, slope=lambda z, dh, x: s(z) * (1 - s(z)))


@misconception(
    "mlp_loss_and_gradients",
    see="mlp",
    en="You put ReLU on the logits as well: classes with a negative logit all look alike. The last layer stays linear; softmax is its activation.",
    vi="Bạn đặt ReLU lên cả logits: các loại có logit âm trở nên như nhau. Lớp cuối để nguyên tuyến tính; softmax chính là hàm kích hoạt của nó.",
)
def rectified_logits(params: Params, X: Array, labels: Labels) -> Result:
    def cut(logits: Array, labels: Labels) -> tuple[Any, Array, Array]:
        loss, dlogits, p = correct(np.maximum(logits, 0), labels)
        return loss, dlogits * (logits > 0), p

    return mlp(params, X, labels, loss_of=cut)
