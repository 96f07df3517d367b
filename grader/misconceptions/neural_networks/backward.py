"""Lesson 4: known mistakes in linear_backward."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.misconceptions.catalogue import misconception
from grader.misconceptions.neural_networks.wording import BIAS_NOT_SUMMED

__all__: list[str] = []

Array = np.ndarray[Any, np.dtype[np.float64]]
Triple = tuple[Any, Any, Any]


@misconception("linear_backward", see="backward", **BIAS_NOT_SUMMED)
def bias_not_summed__linear_backward(dY: Array, X: Array, W: Array) -> Triple:
    return dY @ W.T, X.T @ dY, dY.copy()


@misconception(
    "linear_backward",
    see="backward",
    en="db is averaged over the samples. The 1/n of the mean is already inside dY; here the samples' contributions are added up.",
    vi="db bị lấy trung bình qua các mẫu. Hệ số 1/n của trung bình đã nằm sẵn trong dY; ở đây chỉ cộng phần đóng góp của các mẫu.",
)
def bias_averaged(dY: Array, X: Array, W: Array) -> Triple:
    return dY @ W.T, X.T @ dY, dY.mean(axis=0)


@misconception(
    "linear_backward",
    see="backward",
    en="dW and db are divided by n once more. The 1/n of the mean already came in with dY, from the loss: a layer only adds up.",
    vi="dW và db bị chia cho n thêm một lần nữa. Hệ số 1/n của trung bình đã đi vào cùng dY, từ hàm mất mát: một lớp chỉ lấy tổng.",
)
def averaged_again(dY: Array, X: Array, W: Array) -> Triple:
    return dY @ W.T, X.T @ dY / len(X), dY.mean(axis=0)


@misconception(
    "linear_backward",
    see="backward",
    en="db sums over the neurons (axis 1) and has one entry per sample. b has one entry per neuron: sum over the samples, axis 0.",
    vi="db cộng qua các nơ-ron (trục 1) nên có một phần tử cho mỗi mẫu. b có một phần tử cho mỗi nơ-ron: hãy cộng qua các mẫu, trục 0.",
)
def bias_over_wrong_axis(dY: Array, X: Array, W: Array) -> Triple:
    return dY @ W.T, X.T @ dY, dY.sum(axis=1)


@misconception(
    "linear_backward",
    see="backward",
    en="db has shape (1, d_out), a row, where b has (d_out,). Sum over axis 0 without keeping it.",
    vi="db có dạng (1, d_out), tức một hàng, trong khi b có dạng (d_out,). Hãy cộng theo trục 0 mà không giữ lại trục đó.",
)
def bias_row(dY: Array, X: Array, W: Array) -> Triple:
    return dY @ W.T, X.T @ dY, dY.sum(axis=0, keepdims=True)


@misconception(
    "linear_backward",
    see="backward",
    en="db is one number: you summed over samples and neurons. Every neuron has a bias of its own.",
    vi="db chỉ là một số: bạn cộng cả qua các mẫu lẫn các nơ-ron. Mỗi nơ-ron có bias riêng.",
)
def bias_total(dY: Array, X: Array, W: Array) -> Triple:
    return dY @ W.T, X.T @ dY, dY.sum()


@misconception(
    "linear_backward",
    see="backward",
    en="dW is transposed: dYᵀ X is (d_out, d_in), and W is (d_in, d_out). Let the shapes tell you: the axis n must vanish between Xᵀ and dY.",
    vi="dW bị chuyển vị: dYᵀ X có dạng (d_out, d_in), còn W là (d_in, d_out). Hãy để hình dạng mách bạn: trục n phải mất đi giữa Xᵀ và dY.",
)
def gradient_transposed(dY: Array, X: Array, W: Array) -> Triple:
    return dY @ W.T, dY.T @ X, dY.sum(axis=0)


@misconception(
    "linear_backward",
    see="backward",
    en="dX uses W without the transpose. An input x_j reaches output k through W_jk, so its gradient gathers Σ_k dY_k W_jk: that is dY Wᵀ. "
    "With a square W nothing fails, only the numbers are wrong.",
    vi="dX dùng W mà không chuyển vị. Đầu vào x_j đi tới đầu ra k qua W_jk, nên gradient của nó là Σ_k dY_k W_jk, tức dY Wᵀ. "
    "Khi W vuông thì không báo lỗi, chỉ có số sai.",
)
def weights_not_transposed(dY: Array, X: Array, W: Array) -> Triple:
    return dY @ W, X.T @ dY, dY.sum(axis=0)


@misconception(
    "linear_backward",
    see="backward",
    en="The results came back in the wrong order: first dX, then dW, then db.",
    vi="Các kết quả trả về sai thứ tự: dX trước, rồi dW, rồi db.",
)
def order_swapped(dY: Array, X: Array, W: Array) -> Triple:
    return X.T @ dY, dY @ W.T, dY.sum(axis=0)


@misconception(
    "linear_backward",
    see="backward",
    en="Your db is all ones times n or so: ∂Y/∂b is 1, but the chain rule still multiplies it by dY. Sum dY over the samples.",
    vi="db của bạn chỉ là số mẫu: ∂Y/∂b bằng 1, nhưng quy tắc chuỗi còn phải nhân nó với dY. Hãy cộng dY qua các mẫu.",
)
def bias_counts_samples(dY: Array, X: Array, W: Array) -> Triple:
    return dY @ W.T, X.T @ dY, np.full(W.shape[1], float(len(X)))
