"""Lesson 5: known mistakes in conv2d."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from grader.misconceptions.catalogue import misconception

__all__ = ["convolved"]


def convolved(
    x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: int, pad: Any = None
) -> Tensor:
    """The right answer; `pad` exchanges what is put around x: (left, right, top, bottom)."""
    kH, kW = weight.shape[2:]
    x = functional.pad(x, (padding,) * 4 if pad is None else pad)
    windows = x.unfold(2, kH, stride).unfold(3, kW, stride)
    y = torch.einsum("ncijuv,ocuv->noij", windows, weight)
    return y if bias is None else y + bias[:, None, None]


@misconception(
    "conv2d",
    see="convolution",
    en="Your kernel is turned by 180 degrees: that is the convolution of mathematics. Deep learning computes the cross-correlation, weight[u, v] meets x[i + u, j + v].",
    vi="Nhân của bạn bị xoay 180 độ: đó là tích chập trong toán học. Học sâu tính tương quan chéo: weight[u, v] gặp x[i + u, j + v].",
)
def kernel_flipped(x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: int) -> Any:  # fmt: skip
    return convolved(x, weight.flip(2, 3), bias, stride, padding)


@misconception(
    "conv2d",
    see="channels",
    en="Height and width of the kernel are exchanged: weight is (C_out, C_in, kH, kW), rows first. A square kernel would have the right shape and still wrong numbers.",
    vi="Chiều cao và chiều rộng của nhân bị đổi chỗ: weight là (C_out, C_in, kH, kW), hàng trước. Với nhân vuông thì hình dạng vẫn đúng mà số vẫn sai.",
)
def kernel_transposed(x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: int) -> Any:  # fmt: skip
    return convolved(x, weight.transpose(2, 3), bias, stride, padding)


@misconception(
    "conv2d",
    see="channels",
    en="Height and width of the result are exchanged: (N, C_out, H', W'), rows before columns. Did an index or a reshape take W' first?",
    vi="Chiều cao và chiều rộng của kết quả bị đổi chỗ: phải là (N, C_out, H', W'), hàng trước cột. Có chỉ số hay reshape nào lấy W' trước không?",
)
def result_transposed(x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: int) -> Any:  # fmt: skip
    return convolved(x, weight, bias, stride, padding).transpose(2, 3).contiguous()


@misconception(
    "conv2d",
    see="convolution",
    en="Your result lacks the last row and the last column: H' = (H + 2p - kH) // s + 1, and the + 1 is the first place, before any step.",
    vi="Kết quả của bạn thiếu hàng cuối và cột cuối: H' = (H + 2p - kH) // s + 1, và số + 1 là chỗ đầu tiên, trước mọi bước.",
)
def one_missing__conv2d(x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: int) -> Any:  # fmt: skip
    return convolved(x, weight, bias, stride, padding)[:, :, :-1, :-1].clone()


@misconception(
    "conv2d",
    see="convolution",
    en="The zeros stand on one side only, above and to the left. Padding goes on all four sides: F.pad takes (left, right, top, bottom).",
    vi="Số không chỉ được đệm ở một phía, bên trên và bên trái. Phải đệm cả bốn phía: F.pad nhận (trái, phải, trên, dưới).",
)
def padding_on_one_side(x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: int) -> Any:  # fmt: skip
    return convolved(x, weight, bias, stride, padding, (padding, 0, padding, 0))


@misconception(
    "conv2d",
    see="convolution",
    en="Only the width is padded: F.pad(x, (p, p)) acts on the last axis alone. It takes (left, right, top, bottom).",
    vi="Chỉ chiều rộng được đệm: F.pad(x, (p, p)) chỉ tác động lên trục cuối. Nó nhận (trái, phải, trên, dưới).",
)
def width_padded_alone(x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: int) -> Any:  # fmt: skip
    return convolved(x, weight, bias, stride, padding, (padding, padding))


@misconception(
    "conv2d",
    see="convolution",
    en="`padding` is not used: put that many zeros on each of the four sides before the windows are cut.",
    vi="`padding` chưa được dùng: hãy thêm ngần ấy số không vào cả bốn phía trước khi cắt cửa sổ.",
)
def padding_ignored__conv2d(x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: int) -> Any:  # fmt: skip
    return convolved(x, weight, bias, stride, 0)


@misconception(
    "conv2d",
    see="convolution",
    en="`stride` is not used: your windows move by one pixel.",
    vi="`stride` chưa được dùng: cửa sổ của bạn chỉ dời một điểm ảnh.",
)
def stride_ignored__conv2d(x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: int) -> Any:  # fmt: skip
    return convolved(x, weight, bias, 1, padding)


@misconception(
    "conv2d",
    see="convolution",
    en="The result has the right size, but its windows start at i and j: with a stride they start at stride * i and stride * j.",
    vi="Kết quả có kích thước đúng, nhưng các cửa sổ bắt đầu ở i và j: có bước trượt thì phải bắt đầu ở stride * i và stride * j.",
)
def windows_too_close(x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: int) -> Any:  # fmt: skip
    H, W = convolved(x, weight, bias, stride, padding).shape[2:]
    return convolved(x, weight, bias, 1, padding)[:, :, :H, :W].clone()


@misconception(
    "conv2d",
    see="channels",
    en="The bias is added once for every input channel. Sum over the channels first, then add b once.",
    vi="Bias bị cộng một lần cho mỗi kênh đầu vào. Hãy cộng qua các kênh trước, rồi cộng b một lần.",
)
def bias_per_input_channel(x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: int) -> Any:  # fmt: skip
    return convolved(x, weight, None if bias is None else bias * x.shape[1], stride, padding)


@misconception(
    "conv2d",
    see="channels",
    en="The bias is missing: each output channel has one number that is added at all its places.",
    vi="Thiếu bias: mỗi kênh đầu ra có một số được cộng vào mọi chỗ của nó.",
)
def bias_dropped__conv2d(x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: int) -> Any:  # fmt: skip
    return convolved(x, weight, None, stride, padding)


@misconception(
    "conv2d",
    see="channels",
    en="bias=None is allowed and means no bias; your function fails on it. Ask `if bias is not None`.",
    vi="bias=None là hợp lệ, nghĩa là không có bias; hàm của bạn bị lỗi ở đó. Hãy kiểm tra `if bias is not None`.",
)
def bias_required(x: Tensor, weight: Tensor, bias: Any, stride: int, padding: int) -> Any:
    return convolved(x, weight, None, stride, padding) + bias[:, None, None]


@misconception(
    "conv2d",
    see="channels",
    en="You take the mean over the input channels; their products are added up.",
    vi="Bạn lấy trung bình qua các kênh đầu vào; các tích của chúng phải được cộng lại.",
)
def mean_over_channels(x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: int) -> Any:  # fmt: skip
    return convolved(x, weight / x.shape[1], bias, stride, padding)


@misconception(
    "conv2d",
    see="channels",
    en="Only the first input channel is used. A kernel covers all channels of its input at once, and the sum runs over them too.",
    vi="Chỉ kênh đầu vào thứ nhất được dùng. Một nhân phủ lên mọi kênh đầu vào cùng lúc, và tổng chạy qua cả các kênh.",
)
def first_channel_alone(x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: int) -> Any:  # fmt: skip
    return convolved(x[:, :1], weight[:, :1], bias, stride, padding)


@misconception(
    "conv2d",
    see="goals",
    en="Your result is float32 whatever the inputs are: torch.zeros without a dtype makes float32. Use x.new_zeros(...) or dtype=x.dtype.",
    vi="Kết quả của bạn luôn là float32 dù đầu vào là gì: torch.zeros không ghi dtype thì tạo float32. Hãy dùng x.new_zeros(...) hoặc dtype=x.dtype.",
)
def always_float32(x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: int) -> Any:  # fmt: skip
    return convolved(x, weight, bias, stride, padding).to(torch.float32)


@misconception(
    "conv2d",
    see="channels",
    en="The columns are not cut into places and channels in the order in which they lie: reshape(N, C_out, H', W') of a matrix of (N H' W', C_out) mixes them. "
    "Reshape to (N, H', W', C_out) first, then permute.",
    vi="Ma trận kết quả không được cắt thành vị trí và kênh theo đúng thứ tự đang có: reshape(N, C_out, H', W') từ ma trận (N H' W', C_out) làm trộn lẫn chúng. "
    "Hãy reshape thành (N, H', W', C_out) trước, rồi permute.",
)
def reshape_for_permute(x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: int) -> Any:  # fmt: skip
    y = convolved(x, weight, bias, stride, padding)
    return y.permute(0, 2, 3, 1).reshape(y.shape)


@misconception(
    "conv2d",
    see="channels",
    en="The windows are reshaped into rows before their axes are in order, so numbers of different windows and channels share a row. "
    "Permute to (N, H', W', C_in, kH, kW) first; reshape only merges axes that lie side by side.",
    vi="Các cửa sổ được reshape thành hàng khi các trục chưa đúng thứ tự, nên số của những cửa sổ và kênh khác nhau nằm chung một hàng. "
    "Hãy permute thành (N, H', W', C_in, kH, kW) trước; reshape chỉ gộp các trục nằm cạnh nhau.",
)
def windows_not_permuted(x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: int) -> Any:  # fmt: skip
    N, _, H, W = (windows := _cut(x, weight, stride, padding)).shape[:4]
    rows = windows.reshape(N * H * W, -1) @ weight.flatten(1).T
    y = rows.reshape(N, H, W, -1).permute(0, 3, 1, 2)
    return y if bias is None else y + bias[:, None, None]


@misconception(
    "conv2d",
    see="channels",
    en="The windows are reshaped into columns before their axes are in order, so numbers of different windows share a column. "
    "Permute to (N, C_in, kH, kW, H', W') first; reshape only merges axes that lie side by side.",
    vi="Các cửa sổ được reshape thành cột khi các trục chưa đúng thứ tự, nên số của những cửa sổ khác nhau nằm chung một cột. "
    "Hãy permute thành (N, C_in, kH, kW, H', W') trước; reshape chỉ gộp các trục nằm cạnh nhau.",
)
def columns_not_permuted(x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: int) -> Any:  # fmt: skip
    N, _, H, W = (windows := _cut(x, weight, stride, padding)).shape[:4]
    y = (weight.flatten(1) @ windows.reshape(N, -1, H * W)).reshape(N, -1, H, W)
    return y if bias is None else y + bias[:, None, None]


def _cut(x: Tensor, weight: Tensor, stride: int, padding: int) -> Tensor:
    """(N, C_in, H', W', kH, kW)"""
    kH, kW = weight.shape[2:]
    return functional.pad(x, (padding,) * 4).unfold(2, kH, stride).unfold(3, kW, stride)


@misconception(
    "conv2d",
    see="channels",
    en="The bias meets the wrong axis: (C_out,) beside (N, C_out, H', W') is laid along the width. Give it two axes more, bias[:, None, None].",
    vi="Bias gặp sai trục: (C_out,) đặt cạnh (N, C_out, H', W') sẽ nằm dọc theo chiều rộng. Hãy thêm cho nó hai trục, bias[:, None, None].",
)
def bias_along_the_width(x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: int) -> Any:  # fmt: skip
    y = convolved(x, weight, None, stride, padding)
    return y if bias is None else y + bias


@misconception(
    "conv2d",
    see="convolution",
    en="You take the mean of the products in a window; they are added up.",
    vi="Bạn lấy trung bình của các tích trong cửa sổ; chúng phải được cộng lại.",
)
def mean_for_sum(x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: int) -> Any:
    return convolved(x, weight / weight[0].numel(), bias, stride, padding)


@misconception(
    "conv2d",
    see="convolution",
    en="There is a ReLU in your convolution: negative results come out as 0. The activation is a step of its own.",
    vi="Trong phép tích chập của bạn có ReLU: kết quả âm thành 0. Hàm kích hoạt là một bước riêng.",
)
def rectified(x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: int) -> Any:
    return convolved(x, weight, bias, stride, padding).relu()


@misconception(
    "conv2d",
    see="goals",
    en="The sums were stored as float32 before the bias came: torch.zeros without a dtype makes float32, and half of a float64's digits are lost. Use x.new_zeros(...) or dtype=x.dtype.",
    vi="Các tổng đã bị lưu thành float32 trước khi cộng bias: torch.zeros không ghi dtype thì tạo float32, và mất một nửa số chữ số của float64. Hãy dùng x.new_zeros(...) hoặc dtype=x.dtype.",
)
def float32_on_the_way(x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: int) -> Any:  # fmt: skip
    y = convolved(x, weight, None, stride, padding).to(torch.float32)
    return y if bias is None else y + bias[:, None, None]
