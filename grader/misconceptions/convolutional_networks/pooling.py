"""Lesson 5: known mistakes in max_pool2d."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from grader.misconceptions.catalogue import misconception

__all__: list[str] = []


def _windows(x: Tensor, kernel: int, stride: int) -> Tensor:
    """(N, C, H', W', kernel * kernel)"""
    return x.unfold(2, kernel, stride).unfold(3, kernel, stride).flatten(4)


@misconception(
    "max_pool2d",
    see="pooling",
    en="That is average pooling: you take the mean of each window where the largest value is asked for.",
    vi="Đó là gộp trung bình: bạn lấy trung bình của mỗi cửa sổ, trong khi cần giá trị lớn nhất.",
)
def average_for_max(x: Tensor, kernel: int, stride: int) -> Any:
    return _windows(x, kernel, stride).mean(dim=4)


@misconception(
    "max_pool2d",
    see="pooling",
    en="You take the smallest value of each window.",
    vi="Bạn lấy giá trị nhỏ nhất của mỗi cửa sổ.",
)
def minimum_for_maximum__max_pool2d(x: Tensor, kernel: int, stride: int) -> Any:
    return _windows(x, kernel, stride).amin(dim=4)


@misconception(
    "max_pool2d",
    see="pooling",
    en="Where all values of a window are negative you answer 0: the search for the maximum starts at 0 (or a ReLU stands behind it). Start at the window's first value, or at -infinity.",
    vi="Ở cửa sổ có mọi giá trị đều âm, bạn trả lời 0: việc tìm cực đại bắt đầu từ 0 (hoặc có ReLU phía sau). Hãy bắt đầu từ giá trị đầu tiên của cửa sổ, hoặc từ âm vô cực.",
)
def maximum_starts_at_zero(x: Tensor, kernel: int, stride: int) -> Any:
    return _windows(x, kernel, stride).max(dim=4).values.clamp(min=0)


@misconception(
    "max_pool2d",
    see="pooling",
    en="You pad with zeros before pooling. No padding is asked for, and a zero beats every negative value; the neutral padding of a maximum would be -infinity.",
    vi="Bạn đệm số không trước khi gộp. Ở đây không có đệm, và số không thắng mọi giá trị âm; phần đệm trung tính cho cực đại phải là âm vô cực.",
)
def padded_with_zeros(x: Tensor, kernel: int, stride: int) -> Any:
    half = kernel // 2
    return _windows(functional.pad(x, (half,) * 4), kernel, stride).max(dim=4).values


@misconception(
    "max_pool2d",
    see="pooling",
    en="The pixels left over at the right and at the bottom get windows of their own, filled up with zeros. Windows that do not fit are dropped: round down.",
    vi="Những điểm dư ở bên phải và bên dưới được cửa sổ riêng, chèn thêm số không cho đủ. Cửa sổ không vừa thì bỏ: hãy làm tròn xuống.",
)
def rest_filled_up(x: Tensor, kernel: int, stride: int) -> Any:
    down, right = ((kernel - n) % stride for n in x.shape[2:])
    return _windows(functional.pad(x, (0, right, 0, down)), kernel, stride).max(dim=4).values


@misconception(
    "max_pool2d",
    see="pooling",
    en="`stride` is not used: your windows stand side by side, kernel pixels apart. They may overlap.",
    vi="`stride` chưa được dùng: các cửa sổ của bạn xếp sát nhau, cách nhau đúng cỡ cửa sổ. Chúng được phép chồng lên nhau.",
)
def stride_is_the_kernel(x: Tensor, kernel: int, stride: int) -> Any:
    return _windows(x, kernel, kernel).max(dim=4).values


@misconception(
    "max_pool2d",
    see="pooling",
    en="`stride` is not used: your windows move by one pixel.",
    vi="`stride` chưa được dùng: cửa sổ của bạn chỉ dời một điểm ảnh.",
)
def stride_is_one(x: Tensor, kernel: int, stride: int) -> Any:
    return _windows(x, kernel, 1).max(dim=4).values


@misconception(
    "max_pool2d",
    see="pooling",
    en="Height and width of the result are exchanged: (N, C, H', W'), rows before columns.",
    vi="Chiều cao và chiều rộng của kết quả bị đổi chỗ: phải là (N, C, H', W'), hàng trước cột.",
)
def result_transposed__max_pool2d(x: Tensor, kernel: int, stride: int) -> Any:
    return _windows(x, kernel, stride).max(dim=4).values.transpose(2, 3).contiguous()


@misconception(
    "max_pool2d",
    see="pooling",
    en="You return the value that is largest in size, with its sign: -3 is not larger than 1.",
    vi="Bạn trả về giá trị có độ lớn lớn nhất kèm dấu của nó: -3 không lớn hơn 1.",
)
def largest_in_size(x: Tensor, kernel: int, stride: int) -> Any:
    windows = _windows(x, kernel, stride)
    return windows.gather(4, windows.abs().argmax(dim=4, keepdim=True)).squeeze(4)


@misconception(
    "max_pool2d",
    see="pooling",
    en="The maximum runs over the channels too, and all channels come out alike. Each channel is pooled by itself.",
    vi="Bạn lấy cực đại qua cả các kênh nên kênh nào cũng ra giống nhau. Mỗi kênh phải được gộp riêng.",
)
def over_the_channels(x: Tensor, kernel: int, stride: int) -> Any:
    largest = _windows(x, kernel, stride).amax(dim=4).amax(dim=1, keepdim=True)
    return largest.repeat(1, x.shape[1], 1, 1)


@misconception(
    "max_pool2d",
    see="pooling",
    en="You return where the maximum lies (its index in the window), not the value. torch's max(dim=...) gives both: take .values.",
    vi="Bạn trả về chỗ có cực đại (chỉ số trong cửa sổ) chứ không phải giá trị. max(dim=...) của torch cho cả hai: hãy lấy .values.",
)
def index_for_value(x: Tensor, kernel: int, stride: int) -> Any:
    return _windows(x, kernel, stride).max(dim=4).indices


@misconception(
    "max_pool2d",
    see="goals",
    en="Your result is float32 whatever the input is: torch.zeros without a dtype makes float32. Use x.new_zeros(...) or dtype=x.dtype.",
    vi="Kết quả của bạn luôn là float32 dù đầu vào là gì: torch.zeros không ghi dtype thì tạo float32. Hãy dùng x.new_zeros(...) hoặc dtype=x.dtype.",
)
def always_float32__max_pool2d(x: Tensor, kernel: int, stride: int) -> Any:
    return _windows(x, kernel, stride).max(dim=4).values.to(torch.float32)


@misconception(
    "max_pool2d",
    see="pooling",
    en="`kernel` is not used: your windows are as large as the stride. They are kernel x kernel, and overlap where the stride is smaller.",
    vi="`kernel` chưa được dùng: cửa sổ của bạn chỉ lớn bằng bước trượt. Cửa sổ phải là kernel x kernel, và chồng lên nhau khi bước trượt nhỏ hơn.",
)
def windows_of_the_stride(x: Tensor, kernel: int, stride: int) -> Any:
    H, W = ((n - kernel) // stride + 1 for n in x.shape[2:])
    return _windows(x, stride, stride)[:, :, :H, :W].max(dim=4).values


@misconception(
    "max_pool2d",
    see="pooling",
    en="You return the pair (values, indices) that torch's max(dim=...) gives. Take .values, or use amax.",
    vi="Bạn trả về cả cặp (values, indices) mà max(dim=...) của torch cho ra. Hãy lấy .values, hoặc dùng amax.",
)
def pair_for_values(x: Tensor, kernel: int, stride: int) -> Any:
    return _windows(x, kernel, stride).max(dim=4)


@misconception(
    "max_pool2d",
    see="pooling",
    en="You return the largest size: the sign is lost. -3 is not larger than 1, and 3 is not -3.",
    vi="Bạn trả về độ lớn lớn nhất và làm mất dấu. -3 không lớn hơn 1, và 3 không phải là -3.",
)
def sign_lost(x: Tensor, kernel: int, stride: int) -> Any:
    return _windows(x, kernel, stride).abs().amax(dim=4)
