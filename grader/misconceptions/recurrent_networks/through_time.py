"""Lesson 6: known mistakes in gradient_through_time."""

# ruff: noqa: ARG005 (each exchanged part sees all that it may need)
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from grader.misconceptions.catalogue import misconception

__all__: list[str] = []

Tensor = torch.Tensor


def _spectral(product: Tensor) -> Tensor:
    norm: Tensor = torch.linalg.matrix_norm(product, ord=2)
    return norm


def _norms(
    hs: Tensor,
    step: Callable[[int], Tensor],
    *,
    norm: Callable[[Tensor], Tensor] = _spectral,
    grow: Callable[[Tensor, Tensor], Tensor] = lambda product, J: product @ J,
) -> Tensor:
    """The product from the end with one part exchanged. step(k): the factor between k-1 and k, places counted from 0."""
    T, H = hs.shape
    product = torch.eye(H, dtype=hs.dtype, device=hs.device)
    norms = [norm(product)]
    for k in range(T - 1, 0, -1):
        product = grow(product, step(k))
        norms.append(norm(product))
    return torch.stack(norms[::-1])


def _factor(W_hh: Tensor, hs: Tensor, k: int) -> Tensor:
    return (1 - hs[k] ** 2)[:, None] * W_hh


@misconception(
    "gradient_through_time",
    see="through_time",
    en="The slope of tanh, 1 - h², is missing: your factors are bare W_hh. It is this slope, never above 1, that makes the gradient of a tanh network shrink.",
    vi="Thiếu độ dốc của tanh, 1 - h²: mỗi thừa số của bạn chỉ là W_hh. Chính độ dốc này, không bao giờ quá 1, làm gradient của mạng tanh co lại.",
)
def slope_missing(W_hh: Tensor, hs: Tensor) -> Tensor:
    return _norms(hs, lambda k: W_hh)


@misconception(
    "gradient_through_time",
    see="through_time",
    en="The slope comes from the wrong state: the step from h_(k-1) to h_k has the slope 1 - h_k², of the state that comes OUT of the tanh.",
    vi="Độ dốc lấy từ sai trạng thái: bước từ h_(k-1) tới h_k có độ dốc 1 - h_k², của trạng thái đi RA khỏi tanh.",
)
def slope_of_the_state_before(W_hh: Tensor, hs: Tensor) -> Tensor:
    return _norms(hs, lambda k: _factor(W_hh, hs, k - 1))


@misconception(
    "gradient_through_time",
    see="through_time",
    en="The slope of tanh is 1 - h², you wrote 1 - h.",
    vi="Độ dốc của tanh là 1 - h², bạn viết 1 - h.",
)
def square_missing(W_hh: Tensor, hs: Tensor) -> Tensor:
    return _norms(hs, lambda k: (1 - hs[k])[:, None] * W_hh)


@misconception(
    "gradient_through_time",
    see="through_time",
    en="You used h(1 - h), the slope of the sigmoid. The network here has tanh: 1 - h².",
    vi="Bạn dùng h(1 - h), độ dốc của sigmoid. Mạng ở đây dùng tanh: 1 - h².",
)
def slope_of_the_sigmoid(W_hh: Tensor, hs: Tensor) -> Tensor:
    return _norms(hs, lambda k: (hs[k] * (1 - hs[k]))[:, None] * W_hh)


@misconception(
    "gradient_through_time",
    see="through_time",
    en="The matrices stand in the reverse order. Matrices do not commute: the chain rule from h_t to h_T has the LATEST step on the left, D_T W ... D_(t+1) W.",
    vi="Các ma trận đứng ngược thứ tự. Tích ma trận không giao hoán: quy tắc chuỗi từ h_t tới h_T có bước MUỘN NHẤT ở bên trái, D_T W ... D_(t+1) W.",
)
def product_reversed(W_hh: Tensor, hs: Tensor) -> Tensor:
    return _norms(hs, lambda k: _factor(W_hh, hs, k), grow=lambda product, J: J @ product)


@misconception(
    "gradient_through_time",
    see="through_time",
    en="The slope multiplies the columns of W_hh (W D). It belongs to the rows, D W: unit j's own slope scales everything that comes into unit j.",
    vi="Độ dốc nhân vào các cột của W_hh (W D). Nó thuộc về các hàng, D W: độ dốc của nơ-ron j nhân vào mọi thứ đi vào nơ-ron j.",
)
def slope_on_the_columns(W_hh: Tensor, hs: Tensor) -> Tensor:
    return _norms(hs, lambda k: W_hh * (1 - hs[k] ** 2))


@misconception(
    "gradient_through_time",
    see="through_time",
    en="You used the transpose of W_hh. dh_k/dh_(k-1) is D_k W_hh itself; a transpose appears when a gradient is pulled back, and then the whole product is transposed.",
    vi="Bạn dùng chuyển vị của W_hh. dh_k/dh_(k-1) chính là D_k W_hh; chuyển vị chỉ xuất hiện khi kéo gradient ngược lại, và khi đó cả tích bị chuyển vị.",
)
def weights_transposed(W_hh: Tensor, hs: Tensor) -> Tensor:
    return _norms(hs, lambda k: _factor(W_hh.T, hs, k))


@misconception(
    "gradient_through_time",
    see="through_time",
    en="That is the Frobenius norm, the root of the sum of all squares (the default of torch.norm). The spectral norm is the largest singular value; the last one must be 1, yours is √H.",
    vi="Đó là chuẩn Frobenius, căn của tổng mọi bình phương (mặc định của torch.norm). Chuẩn phổ là giá trị kỳ dị lớn nhất; số cuối phải là 1, của bạn là √H.",
)
def frobenius_norm(W_hh: Tensor, hs: Tensor) -> Tensor:
    return _norms(hs, lambda k: _factor(W_hh, hs, k), norm=lambda product: product.norm())


@misconception(
    "gradient_through_time",
    see="through_time",
    en="You took the largest eigenvalue. For a matrix that is not symmetric it can be far below the spectral norm, the largest singular value, which says how much a vector can grow.",
    vi="Bạn lấy trị riêng lớn nhất. Với ma trận không đối xứng, nó có thể nhỏ hơn nhiều so với chuẩn phổ, tức giá trị kỳ dị lớn nhất, số cho biết một vector có thể dài thêm bao nhiêu lần.",
)
def eigenvalue_for_norm(W_hh: Tensor, hs: Tensor) -> Tensor:
    return _norms(
        hs,
        lambda k: _factor(W_hh, hs, k),
        norm=lambda product: torch.linalg.eigvals(product).abs().max(),
    )


@misconception(
    "gradient_through_time",
    see="through_time",
    en="These are the norms of single steps. The gradient from T back to t passes through all steps between them: multiply the matrices first.",
    vi="Đây là chuẩn của từng bước riêng lẻ. Gradient từ T lùi về t đi qua mọi bước ở giữa: hãy nhân các ma trận trước đã.",
)
def single_steps(W_hh: Tensor, hs: Tensor) -> Tensor:
    return _norms(hs, lambda k: _factor(W_hh, hs, k), grow=lambda product, J: J)


@misconception(
    "gradient_through_time",
    see="through_time",
    en="You multiplied the norms of the steps. That is an upper bound: a step may shrink just the direction in which the one before has grown. Multiply the matrices, then take the norm.",
    vi="Bạn nhân các chuẩn của từng bước với nhau. Đó chỉ là cận trên: bước này có thể co đúng hướng mà bước kia vừa giãn. Hãy nhân các ma trận rồi mới lấy chuẩn.",
)
def product_of_norms(W_hh: Tensor, hs: Tensor) -> Tensor:
    norms = [hs.new_ones(())]
    for k in range(len(hs) - 1, 0, -1):
        norms.append(norms[-1] * _spectral(_factor(W_hh, hs, k)))
    return torch.stack(norms[::-1])


@misconception(
    "gradient_through_time",
    see="through_time",
    en="The order in time is turned round: the entry for h_1 must come first and the 1 of h_T last.",
    vi="Thứ tự thời gian bị đảo: phần tử của h_1 phải đứng đầu, còn số 1 của h_T đứng cuối.",
)
def time_reversed(W_hh: Tensor, hs: Tensor) -> Tensor:
    return _norms(hs, lambda k: _factor(W_hh, hs, k)).flip(0)


@misconception(
    "gradient_through_time",
    see="through_time",
    en="You took one step too many: your last entry is the norm of dh_T/dh_(T-1). Entry t belongs to dh_T/dh_t, and dh_T/dh_T is the identity, of norm 1.",
    vi="Bạn đi thừa một bước: phần tử cuối của bạn là chuẩn của dh_T/dh_(T-1). Phần tử t ứng với dh_T/dh_t, mà dh_T/dh_T là ma trận đơn vị, chuẩn bằng 1.",
)
def one_step_too_many(W_hh: Tensor, hs: Tensor) -> Tensor:
    product, norms = torch.eye(hs.shape[1], dtype=hs.dtype, device=hs.device), []
    for h in hs.flip(0):
        product = product @ ((1 - h**2)[:, None] * W_hh)
        norms.append(_spectral(product))
    return torch.stack(norms[::-1])


@misconception(
    "gradient_through_time",
    see="through_time",
    en="The numbers are right, but they were taken out of torch (.item(), .tolist() or .detach()): the result can no longer be differentiated.",
    vi="Các con số đều đúng, nhưng đã bị lấy ra khỏi torch (.item(), .tolist() hoặc .detach()): không còn lấy đạo hàm qua kết quả được nữa.",
)
def taken_out_of_torch(W_hh: Tensor, hs: Tensor) -> Any:
    return _norms(hs, lambda k: _factor(W_hh, hs, k)).detach()


@misconception(
    "gradient_through_time",
    see="through_time",
    en="torch.eye(H) is float32 whatever the states are, and torch refuses to multiply it with float64. Make it in the dtype and on the device of hs.",
    vi="torch.eye(H) là float32 bất kể trạng thái là gì, và torch từ chối nhân nó với float64. Hãy tạo nó theo dtype và thiết bị của hs.",
)
def identity_of_another_dtype(W_hh: Tensor, hs: Tensor) -> Tensor:
    product = torch.eye(hs.shape[1], device=hs.device)
    norms = [_spectral(product)]
    for h in hs.flip(0)[:-1]:
        product = product @ ((1 - h**2)[:, None] * W_hh)
        norms.append(_spectral(product))
    return torch.stack(norms[::-1])


@misconception(
    "gradient_through_time",
    see="through_time",
    en="You start at the wrong end: these are the norms of dh_t/dh_1, away from the first state. Asked for is dh_T/dh_t, back from the last one.",
    vi="Bạn bắt đầu sai đầu: đây là chuẩn của dh_t/dh_1, tính từ trạng thái đầu đi tới. Cần dh_T/dh_t, tính từ trạng thái cuối lùi về.",
)
def from_the_first_state(W_hh: Tensor, hs: Tensor) -> Tensor:
    product = torch.eye(hs.shape[1], dtype=hs.dtype, device=hs.device)
    norms = [_spectral(product)]
    for k in range(1, len(hs)):
        product = _factor(W_hh, hs, k) @ product
        norms.append(_spectral(product))
    return torch.stack(norms)


@misconception(
    "gradient_through_time",
    see="through_time",
    en="You took the tanh once more: 1 - tanh(h)². hs holds the states, which have come out of the tanh already: 1 - h².",
    vi="Bạn lấy tanh thêm một lần: 1 - tanh(h)². hs chứa các trạng thái, vốn đã đi ra khỏi tanh: 1 - h².",
)
def tanh_once_more(W_hh: Tensor, hs: Tensor) -> Tensor:
    return _norms(hs, lambda k: _factor(W_hh, torch.tanh(hs), k))


@misconception(
    "gradient_through_time",
    see="through_time",
    en="The root is missing: the largest eigenvalue of J^T J is the SQUARE of the largest singular value of J.",
    vi="Thiếu căn bậc hai: trị riêng lớn nhất của J^T J là BÌNH PHƯƠNG của giá trị kỳ dị lớn nhất của J.",
)
def singular_value_squared(W_hh: Tensor, hs: Tensor) -> Tensor:
    return _norms(hs, lambda k: _factor(W_hh, hs, k), norm=lambda product: _spectral(product) ** 2)
