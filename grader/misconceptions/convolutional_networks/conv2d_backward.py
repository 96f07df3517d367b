"""Lesson 5: known mistakes in conv2d_backward."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from grader.misconceptions.catalogue import misconception

__all__: list[str] = []


def _windows(x: Tensor, weight: Tensor, stride: int, padding: int) -> Tensor:
    kH, kW = weight.shape[2:]
    return functional.pad(x, (padding,) * 4).unfold(2, kH, stride).unfold(3, kW, stride)


def _dweight(dy: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int) -> Tensor:
    H, W = dy.shape[2:]
    windows = _windows(x, weight, stride, padding)[:, :, :H, :W]
    return torch.einsum("noij,ncijuv->ocuv", dy, windows)


def _dpadded(
    dy: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int, add: bool = True
) -> Tensor:
    """What each pixel of the padded picture receives; without `add` the last window to reach it has its way."""
    kH, kW = weight.shape[2:]
    dpadded = torch.zeros_like(functional.pad(x, (padding,) * 4))
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            place = (..., slice(i * stride, i * stride + kH), slice(j * stride, j * stride + kW))
            sent = torch.einsum("no,ocuv->ncuv", dy[:, :, i, j], weight)
            dpadded[place] = dpadded[place] + sent if add else sent
    return dpadded


def _dx(dy: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int, add: bool = True) -> Tensor:  # fmt: skip
    H, W = x.shape[2:]
    dpadded = _dpadded(dy, x, weight, stride, padding, add)
    return dpadded[:, :, padding : padding + H, padding : padding + W]


def _backward(
    dy: Tensor,
    x: Tensor,
    weight: Tensor,
    stride: int,
    padding: int,
    *,
    dx: Callable[..., Any] = _dx,
    dweight: Callable[..., Any] = _dweight,
    dbias: Callable[[Tensor], Any] = lambda dy: dy.sum(dim=(0, 2, 3)),
) -> Any:
    """The three gradients, one of them exchanged."""
    return (
        dx(dy, x, weight, stride, padding),
        dweight(dy, x, weight, stride, padding),
        dbias(dy),
    )


@misconception(
    "conv2d_backward",
    see="backward",
    en="dbias still has one row per picture: b is shared by all pictures and all places, so its gradient is the sum over both, shape (C_out,).",
    vi="dbias vẫn còn mỗi ảnh một hàng: mọi ảnh và mọi chỗ dùng chung b, nên gradient của nó là tổng qua cả hai, có dạng (C_out,).",
)
def bias_not_summed(dy: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int) -> Any:
    return _backward(dy, x, weight, stride, padding, dbias=lambda dy: dy.sum(dim=(2, 3)))


@misconception(
    "conv2d_backward",
    see="backward",
    en="dbias is a mean. The bias acts at every place of every picture, and what comes back from them adds up; a mean over the batch is already inside dy.",
    vi="dbias là một trung bình. Bias tác động ở mọi chỗ của mọi ảnh, và những gì từ đó gửi về được cộng lại; phép trung bình qua batch đã nằm trong dy.",
)
def bias_averaged(dy: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int) -> Any:
    return _backward(dy, x, weight, stride, padding, dbias=lambda dy: dy.mean(dim=(0, 2, 3)))


@misconception(
    "conv2d_backward",
    see="backward",
    en="dweight is averaged over the N pictures. The mean is part of the loss and reaches you inside dy: add the pictures up.",
    vi="dweight bị lấy trung bình qua N ảnh. Phép trung bình thuộc về hàm mất mát và đến với bạn ở trong dy: hãy cộng các ảnh lại.",
)
def dweight_averaged(dy: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int) -> Any:
    def mean(dy: Tensor, *rest: Any) -> Tensor:
        return _dweight(dy, *rest) / len(dy)

    return _backward(dy, x, weight, stride, padding, dweight=mean)


@misconception(
    "conv2d_backward",
    see="backward",
    en="dweight ignores the stride: output (i, j) saw the window that starts at (stride i, stride j), not at (i, j).",
    vi="dweight bỏ qua bước trượt: đầu ra (i, j) đã nhìn cửa sổ bắt đầu ở (stride i, stride j), không phải ở (i, j).",
)
def dweight_without_stride(dy: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int) -> Any:  # fmt: skip
    def wrong(dy: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int) -> Tensor:
        return _dweight(dy, x, weight, 1, padding)

    return _backward(dy, x, weight, stride, padding, dweight=wrong)


@misconception(
    "conv2d_backward",
    see="backward",
    en="dx ignores the stride: what output (i, j) sends back belongs to the window that starts at (stride i, stride j), not at (i, j).",
    vi="dx bỏ qua bước trượt: thứ mà đầu ra (i, j) gửi về thuộc về cửa sổ bắt đầu ở (stride i, stride j), không phải ở (i, j).",
)
def dx_without_stride(dy: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int) -> Any:
    def wrong(dy: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int) -> Tensor:
        return _dx(dy, x, weight, 1, padding)

    return _backward(dy, x, weight, stride, padding, dx=wrong)


@misconception(
    "conv2d_backward",
    see="backward",
    en="The stride is ignored in dx and in dweight: output (i, j) belongs to the window that starts at (stride i, stride j).",
    vi="Bước trượt bị bỏ qua ở cả dx lẫn dweight: đầu ra (i, j) thuộc về cửa sổ bắt đầu ở (stride i, stride j).",
)
def stride_ignored__conv2d_backward(dy: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int) -> Any:  # fmt: skip
    return _backward(dy, x, weight, 1, padding)


@misconception(
    "conv2d_backward",
    see="backward",
    en="dx still has its padding. The zeros around the picture were no inputs: cut `padding` rows and columns off on each side.",
    vi="dx vẫn còn phần đệm. Các số không quanh ảnh không phải là đầu vào: hãy cắt `padding` hàng và cột ở mỗi phía.",
)
def dx_still_padded(dy: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int) -> Any:
    return _backward(dy, x, weight, stride, padding, dx=_dpadded)


@misconception(
    "conv2d_backward",
    see="backward",
    en="The padding is cut off at the wrong place: dx starts at row and column `padding` of the padded gradient, not at its first.",
    vi="Phần đệm bị cắt sai chỗ: dx bắt đầu ở hàng và cột thứ `padding` của gradient có đệm, không phải ở hàng, cột đầu tiên.",
)
def dx_cut_at_the_wrong_corner(dy: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int) -> Any:  # fmt: skip
    def wrong(dy: Tensor, x: Tensor, *rest: Any) -> Tensor:
        return _dpadded(dy, x, *rest)[:, :, : x.shape[2], : x.shape[3]]

    return _backward(dy, x, weight, stride, padding, dx=wrong)


@misconception(
    "conv2d_backward",
    see="backward",
    en="Where windows overlap, the last one overwrites what the others sent: `=` for `+=`. A pixel that several windows saw receives the sum.",
    vi="Ở chỗ các cửa sổ chồng lên nhau, cửa sổ cuối ghi đè lên thứ các cửa sổ khác gửi về: `=` thay cho `+=`. Điểm được nhiều cửa sổ nhìn thấy phải nhận tổng.",
)
def overlaps_overwritten(dy: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int) -> Any:
    def wrong(dy: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int) -> Tensor:
        return _dx(dy, x, weight, stride, padding, add=False)

    return _backward(dy, x, weight, stride, padding, dx=wrong)


@misconception(
    "conv2d_backward",
    see="backward",
    en="In dx the kernel is turned once too often or once too little. Scattered, it lies as in the forward pass; gathered as a convolution of dy, it is turned by 180 degrees.",
    vi="Trong dx, nhân bị xoay thừa hoặc thiếu một lần. Nếu rải ra thì nhân nằm như ở lượt xuôi; nếu gom về như một phép tích chập của dy thì nhân bị xoay 180 độ.",
)
def dx_kernel_not_turned(dy: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int) -> Any:
    def wrong(dy: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int) -> Tensor:
        return _dx(dy, x, weight.flip(2, 3), stride, padding)

    return _backward(dy, x, weight, stride, padding, dx=wrong)


@misconception(
    "conv2d_backward",
    see="backward",
    en="Your dweight is turned by 180 degrees. dweight[u, v] is the sum of dy[i, j] x'[stride i + u, stride j + v]: forwards there was no turned kernel, so there is none here.",
    vi="dweight của bạn bị xoay 180 độ. dweight[u, v] là tổng của dy[i, j] x'[stride i + u, stride j + v]: lượt xuôi không xoay nhân thì ở đây cũng không.",
)
def dweight_flipped(dy: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int) -> Any:
    def wrong(*rest: Any) -> Tensor:
        return _dweight(*rest).flip(2, 3)

    return _backward(dy, x, weight, stride, padding, dweight=wrong)


@misconception(
    "conv2d_backward",
    see="backward",
    en="dweight forgets the padding: the forward pass laid the kernels on the padded picture, so here too the windows come from the padded one.",
    vi="dweight quên phần đệm: lượt xuôi đặt nhân lên ảnh đã đệm, nên ở đây các cửa sổ cũng phải lấy từ ảnh đã đệm.",
)
def dweight_without_padding(dy: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int) -> Any:  # fmt: skip
    def wrong(dy: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int) -> Tensor:
        # What the windows of the bare picture cannot reach is left out.
        windows = _windows(x, weight, stride, 0)
        H, W = windows.shape[2:4]
        return torch.einsum("noij,ncijuv->ocuv", dy[:, :, :H, :W], windows)

    return _backward(dy, x, weight, stride, padding, dweight=wrong)


@misconception(
    "conv2d_backward",
    see="backward",
    en="Only the first picture's share of dweight is there: every picture of the batch contributes, sum over N.",
    vi="dweight chỉ có phần của ảnh đầu tiên: ảnh nào trong batch cũng đóng góp, hãy cộng qua N.",
)
def first_picture_alone(dy: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int) -> Any:
    def wrong(dy: Tensor, x: Tensor, *rest: Any) -> Tensor:
        return _dweight(dy[:1], x[:1], *rest)

    return _backward(dy, x, weight, stride, padding, dweight=wrong)


@misconception(
    "conv2d_backward",
    see="backward",
    en="The three gradients come back in another order: dx, dweight, dbias, as the arguments of conv2d.",
    vi="Ba gradient được trả về sai thứ tự: dx, dweight, dbias, như các đối số của conv2d.",
)
def another_order(dy: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int) -> Any:
    dx, dweight, dbias = _backward(dy, x, weight, stride, padding)
    return dweight, dbias, dx


@misconception(
    "conv2d_backward",
    see="backward",
    en="dbias is averaged over the N pictures. The mean is part of the loss and reaches you inside dy: add the pictures up.",
    vi="dbias bị lấy trung bình qua N ảnh. Phép trung bình thuộc về hàm mất mát và đến với bạn ở trong dy: hãy cộng các ảnh lại.",
)
def bias_averaged_over_pictures(dy: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int) -> Any:  # fmt: skip
    return _backward(dy, x, weight, stride, padding, dbias=_mean_bias)


def _mean_bias(dy: Tensor) -> Tensor:
    return dy.sum(dim=(2, 3)).mean(dim=0)


def _mean_weight(dy: Tensor, *rest: Any) -> Tensor:
    return _dweight(dy, *rest) / len(dy)


@misconception(
    "conv2d_backward",
    see="backward",
    en="dweight and dbias are averaged over the N pictures. The mean is part of the loss and reaches you inside dy: add the pictures up.",
    vi="dweight và dbias bị lấy trung bình qua N ảnh. Phép trung bình thuộc về hàm mất mát và đến với bạn ở trong dy: hãy cộng các ảnh lại.",
)
def weight_and_bias_averaged(dy: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int) -> Any:  # fmt: skip
    return _backward(dy, x, weight, stride, padding, dweight=_mean_weight, dbias=_mean_bias)


@misconception(
    "conv2d_backward",
    see="backward",
    en="All three gradients are divided by N. The mean is part of the loss and reaches you inside dy: nothing is divided here.",
    vi="Cả ba gradient bị chia cho N. Phép trung bình thuộc về hàm mất mát và đến với bạn ở trong dy: ở đây không chia gì cả.",
)
def all_averaged(dy: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int) -> Any:
    return _backward(dy / len(dy), x, weight, stride, padding)


@misconception(
    "conv2d_backward",
    see="backward",
    en="dbias is one number: you summed over the output channels too. Each channel has a bias of its own: sum over pictures and places, axes (0, 2, 3).",
    vi="dbias chỉ là một số: bạn cộng cả qua các kênh đầu ra. Mỗi kênh có bias riêng: hãy cộng qua các ảnh và các chỗ, tức các trục (0, 2, 3).",
)
def bias_summed_over_everything(dy: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int) -> Any:  # fmt: skip
    return _backward(dy, x, weight, stride, padding, dbias=lambda dy: dy.sum())


@misconception(
    "conv2d_backward",
    see="backward",
    en="In dweight each window overwrites what the others gave: `=` for `+=`. A weight acts at every place, and the places add up.",
    vi="Trong dweight, cửa sổ sau ghi đè lên đóng góp của cửa sổ trước: `=` thay cho `+=`. Trọng số tác động ở mọi chỗ, và các chỗ được cộng lại.",
)
def dweight_overwritten(dy: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int) -> Any:
    def wrong(dy: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int) -> Tensor:
        H, W = dy.shape[2:]
        last = _windows(x, weight, stride, padding)[:, :, H - 1, W - 1]
        return torch.einsum("no,ncuv->ocuv", dy[:, :, -1, -1], last)

    return _backward(dy, x, weight, stride, padding, dweight=wrong)


@misconception(
    "conv2d_backward",
    see="backward",
    en="dx is empty when there is no padding: [padding:-padding] is [0:-0], and -0 is 0. Cut by length: [padding : padding + H].",
    vi="dx rỗng khi không có đệm: [padding:-padding] thành [0:-0], mà -0 là 0. Hãy cắt theo độ dài: [padding : padding + H].",
)
def cut_from_the_end(dy: Tensor, x: Tensor, weight: Tensor, stride: int, padding: int) -> Any:
    def wrong(*rest: Any) -> Tensor:
        return _dpadded(*rest)[:, :, padding:-padding, padding:-padding]

    return _backward(dy, x, weight, stride, padding, dx=wrong)
