"""Lesson 5: known mistakes in max_pool2d_backward."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from grader.misconceptions.catalogue import misconception

__all__: list[str] = []


def _first(window: Tensor) -> Tensor:
    """1 at the first maximum of each window, row by row; window (N, C, k, k)."""
    flat = window.flatten(2)
    return torch.nn.functional.one_hot(flat.argmax(dim=2), flat.shape[2]).reshape(window.shape)


def _ties(window: Tensor) -> Tensor:
    """1 at every maximum of each window."""
    return (window == window.amax(dim=(2, 3), keepdim=True)).to(window.dtype)


def _backward(
    dy: Tensor,
    x: Tensor,
    kernel: int,
    stride: int,
    *,
    share: Callable[[Tensor], Tensor] = _first,
    add: bool = True,
    step: int | None = None,
) -> Any:
    """The right answer, window by window, with one part exchanged. share: of each place of a window in its gradient."""
    dx = torch.zeros_like(x)
    apart = stride if step is None else step
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            down, right = slice(i * apart, i * apart + kernel), slice(j * apart, j * apart + kernel)
            shares = share(x[:, :, down, right]).to(dy.dtype)
            sent = shares * dy[:, :, i, j, None, None]
            if add:
                dx[:, :, down, right] += sent
            else:
                dx[:, :, down, right] = torch.where(shares > 0, sent, dx[:, :, down, right])
    return dx


@misconception(
    "max_pool2d_backward",
    see="pooling",
    en="Where windows overlap, a value that wins several of them keeps only the last one's gradient: `=` for `+=`. The contributions add up.",
    vi="Ở chỗ các cửa sổ chồng lên nhau, giá trị thắng ở nhiều cửa sổ chỉ giữ gradient của cửa sổ cuối: `=` thay cho `+=`. Các đóng góp phải được cộng lại.",
)
def overlaps_overwritten__max_pool2d_backward(dy: Tensor, x: Tensor, kernel: int, stride: int) -> Any:  # fmt: skip
    return _backward(dy, x, kernel, stride, add=False)


@misconception(
    "max_pool2d_backward",
    see="pooling",
    en="With equal maxima every one of them gets the whole gradient (x == max). One window sends its gradient once: to the first of them, row by row.",
    vi="Khi có nhiều cực đại bằng nhau, cái nào cũng nhận trọn gradient (x == max). Một cửa sổ chỉ gửi gradient một lần: cho cái đầu tiên, theo từng hàng.",
)
def every_tie(dy: Tensor, x: Tensor, kernel: int, stride: int) -> Any:
    return _backward(dy, x, kernel, stride, share=_ties)


@misconception(
    "max_pool2d_backward",
    see="pooling",
    en="With equal maxima you divide the gradient among them (as amax's gradient does). Our convention, and that of torch's pooling: the first one, row by row, gets all of it.",
    vi="Khi có nhiều cực đại bằng nhau, bạn chia gradient cho chúng (như gradient của amax). Quy ước của ta, cũng là của lớp gộp trong torch: cái đầu tiên, theo từng hàng, nhận tất cả.",
)
def ties_share(dy: Tensor, x: Tensor, kernel: int, stride: int) -> Any:
    return _backward(dy, x, kernel, stride, share=lambda w: _ties(w) / _ties(w).sum(dim=(2, 3), keepdim=True))  # fmt: skip


@misconception(
    "max_pool2d_backward",
    see="pooling",
    en="With equal maxima the LAST one gets the gradient (>= in a loop does that). It is the first one, row by row: >.",
    vi="Khi có nhiều cực đại bằng nhau, cái CUỐI nhận gradient (do >= trong vòng lặp). Phải là cái đầu tiên, theo từng hàng: >.",
)
def last_tie(dy: Tensor, x: Tensor, kernel: int, stride: int) -> Any:
    return _backward(dy, x, kernel, stride, share=lambda w: _first(w.flip(2, 3)).flip(2, 3))


@misconception(
    "max_pool2d_backward",
    see="pooling",
    en="With equal maxima you take the first one column by column. Go through a window row by row.",
    vi="Khi có nhiều cực đại bằng nhau, bạn lấy cái đầu tiên theo từng cột. Hãy duyệt cửa sổ theo từng hàng.",
)
def first_by_columns(dy: Tensor, x: Tensor, kernel: int, stride: int) -> Any:
    return _backward(dy, x, kernel, stride, share=lambda w: _first(w.transpose(2, 3)).transpose(2, 3))  # fmt: skip


@misconception(
    "max_pool2d_backward",
    see="pooling",
    en="Row and column of the winner are exchanged: with index k in a window read row by row, the row is k // kernel and the column k % kernel.",
    vi="Hàng và cột của điểm thắng cuộc bị đổi chỗ: với chỉ số k trong cửa sổ đọc theo từng hàng, hàng là k // kernel và cột là k % kernel.",
)
def row_and_column_exchanged(dy: Tensor, x: Tensor, kernel: int, stride: int) -> Any:
    return _backward(dy, x, kernel, stride, share=lambda w: _first(w).transpose(2, 3))


@misconception(
    "max_pool2d_backward",
    see="pooling",
    en="You spread the gradient evenly over the window: that is average pooling's. A maximum sends it to one place alone.",
    vi="Bạn rải đều gradient khắp cửa sổ: đó là của gộp trung bình. Phép lấy cực đại gửi tất cả về đúng một chỗ.",
)
def spread_evenly(dy: Tensor, x: Tensor, kernel: int, stride: int) -> Any:
    return _backward(dy, x, kernel, stride, share=lambda w: torch.ones_like(w) / kernel**2)


@misconception(
    "max_pool2d_backward",
    see="pooling",
    en="Every place of the window gets the whole gradient. Only the one that won does: a small change of any other changes nothing.",
    vi="Chỗ nào trong cửa sổ cũng nhận trọn gradient. Chỉ chỗ thắng cuộc được nhận: thay đổi nhỏ ở chỗ khác không làm đổi gì.",
)
def everyone_gets_it(dy: Tensor, x: Tensor, kernel: int, stride: int) -> Any:
    return _backward(dy, x, kernel, stride, share=torch.ones_like)


@misconception(
    "max_pool2d_backward",
    see="pooling",
    en="The stride is ignored: window (i, j) starts at (stride i, stride j). Yours move by one pixel.",
    vi="Bước trượt bị bỏ qua: cửa sổ (i, j) bắt đầu ở (stride i, stride j). Cửa sổ của bạn chỉ dời mỗi lần một điểm ảnh.",
)
def stride_ignored__max_pool2d_backward(dy: Tensor, x: Tensor, kernel: int, stride: int) -> Any:
    return _backward(dy, x, kernel, stride, step=1)


@misconception(
    "max_pool2d_backward",
    see="pooling",
    en="The value itself comes back, x times dy. The slope of a maximum at the place that wins is 1: send dy, not x dy.",
    vi="Bạn gửi về cả giá trị, x nhân dy. Độ dốc của cực đại tại chỗ thắng cuộc là 1: hãy gửi dy, không phải x dy.",
)
def times_the_value(dy: Tensor, x: Tensor, kernel: int, stride: int) -> Any:
    return _backward(dy, x, kernel, stride, share=lambda w: _first(w)) * x


@misconception(
    "max_pool2d_backward",
    see="pooling",
    en="Negative winners get nothing: you masked with x > 0. That is ReLU's rule; a maximum may be negative.",
    vi="Điểm thắng cuộc mang giá trị âm không nhận được gì: bạn đã dùng mặt nạ x > 0. Đó là quy tắc của ReLU; cực đại có thể âm.",
)
def negative_winners_dropped(dy: Tensor, x: Tensor, kernel: int, stride: int) -> Any:
    return _backward(dy, x, kernel, stride) * (x > 0)


@misconception(
    "max_pool2d_backward",
    see="pooling",
    en="Each window overwrites all of its places, also those that won elsewhere: `dx[window] = ...` for `+=`. What several windows send adds up.",
    vi="Mỗi cửa sổ ghi đè lên mọi chỗ của nó, kể cả những chỗ đã thắng ở cửa sổ khác: `dx[window] = ...` thay cho `+=`. Những gì nhiều cửa sổ gửi về được cộng lại.",
)
def windows_overwritten(dy: Tensor, x: Tensor, kernel: int, stride: int) -> Any:
    return _overwritten(dy, x, kernel, stride, _first)


@misconception(
    "max_pool2d_backward",
    see="pooling",
    en="Two things: each window overwrites all of its places (`=` for `+=`), and with equal maxima every one of them gets the whole gradient. Add up, and only the first of equals gets it.",
    vi="Có hai lỗi: mỗi cửa sổ ghi đè lên mọi chỗ của nó (`=` thay cho `+=`), và khi có nhiều cực đại bằng nhau thì cái nào cũng nhận trọn gradient. Hãy cộng dồn, và chỉ cái đầu tiên được nhận.",
)
def windows_overwritten_every_tie(dy: Tensor, x: Tensor, kernel: int, stride: int) -> Any:
    return _overwritten(dy, x, kernel, stride, _ties)


def _overwritten(
    dy: Tensor, x: Tensor, kernel: int, stride: int, share: Callable[[Tensor], Tensor]
) -> Tensor:
    dx = torch.zeros_like(x)
    for i in range(dy.shape[2]):
        for j in range(dy.shape[3]):
            place = (..., slice(i * stride, i * stride + kernel), slice(j * stride, j * stride + kernel))  # fmt: skip
            dx[place] = share(x[place]) * dy[:, :, i, j, None, None]
    return dx
