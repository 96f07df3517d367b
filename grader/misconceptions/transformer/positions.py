"""Lesson 7: known mistakes in the positional encoding and in the bug hunt."""

from __future__ import annotations

from typing import Any

import torch

from grader.misconceptions.catalogue import misconception

__all__: list[str] = []

Tensor = torch.Tensor


def _waves(angles: Tensor, d_model: int) -> Tensor:
    """Sines of angles (length, ceil(d / 2)) in the even columns, cosines in the odd ones."""
    encoding = torch.empty(len(angles), d_model)
    encoding[:, 0::2] = torch.sin(angles)
    encoding[:, 1::2] = torch.cos(angles[:, : d_model // 2])
    return encoding


def _angles(length: int, d_model: int, base: float = 10000.0, double: float = 1.0, start: int = 0) -> Tensor:  # fmt: skip
    t = torch.arange(start, start + length)[:, None]
    return t / base ** (double * torch.arange(0, d_model, 2) / d_model)


@misconception(
    "positional_encoding",
    see="positions",
    en="The exponent is doubled: torch.arange(0, d_model, 2) already is 2i, and you multiply it by 2 once more. The waves become slow too fast.",
    vi="Số mũ bị nhân đôi: torch.arange(0, d_model, 2) đã là 2i, bạn lại nhân với 2 lần nữa. Các sóng chậm đi quá nhanh.",
)
def exponent_doubled(length: int, d_model: int) -> Any:
    return _waves(_angles(length, d_model, double=2.0), d_model)


@misconception(
    "positional_encoding",
    see="positions",
    en="The exponent is halved: it is 2i / d_model for the pair of columns 2i and 2i+1, and you took i / d_model.",
    vi="Số mũ bị giảm một nửa: với cặp cột 2i và 2i+1, số mũ là 2i / d_model, còn bạn dùng i / d_model.",
)
def exponent_halved(length: int, d_model: int) -> Any:
    return _waves(_angles(length, d_model, double=0.5), d_model)


@misconception(
    "positional_encoding",
    see="positions",
    en="All sines come first, then all cosines. Here they alternate: column 2i the sine, column 2i+1 the cosine of the same angle.",
    vi="Bạn xếp tất cả sin trước rồi đến cos. Ở đây chúng xen kẽ: cột 2i là sin, cột 2i+1 là cos của cùng một góc.",
)
def sines_then_cosines(length: int, d_model: int) -> Any:
    angles = _angles(length, d_model)
    return torch.cat([torch.sin(angles), torch.cos(angles[:, : d_model // 2])], dim=1)


@misconception(
    "positional_encoding",
    see="positions",
    en="Sines and cosines are exchanged: even columns are sines, so position 0 begins with 0, 1, 0, 1.",
    vi="Sin và cos bị đổi chỗ: cột chẵn là sin, nên vị trí 0 bắt đầu bằng 0, 1, 0, 1.",
)
def cosines_first(length: int, d_model: int) -> Any:
    angles = _angles(length, d_model)
    encoding = torch.empty(length, d_model)
    encoding[:, 0::2] = torch.cos(angles)
    encoding[:, 1::2] = torch.sin(angles[:, : d_model // 2])
    return encoding


@misconception(
    "positional_encoding",
    see="positions",
    en="Every column has a frequency of its own. Columns 2i and 2i+1 are a pair with one angle: without that a shift is no longer a rotation.",
    vi="Mỗi cột của bạn có một tần số riêng. Cột 2i và 2i+1 là một cặp cùng góc: không như vậy thì phép dời vị trí không còn là phép quay.",
)
def frequency_per_column(length: int, d_model: int) -> Any:
    columns = torch.arange(d_model)
    angles = torch.arange(length)[:, None] / 10000 ** (columns / d_model)
    return torch.where(columns % 2 == 0, torch.sin(angles), torch.cos(angles))


@misconception(
    "positional_encoding",
    see="positions",
    en="Positions are counted from 1; they begin at 0: row 0 is 0, 1, 0, 1, ...",
    vi="Vị trí được đếm từ 1; phải bắt đầu từ 0: hàng 0 là 0, 1, 0, 1, ...",
)
def counted_from_one(length: int, d_model: int) -> Any:
    return _waves(_angles(length, d_model, start=1), d_model)


@misconception(
    "positional_encoding",
    see="positions",
    en="The base is 1000, not 10000: one zero is missing.",
    vi="Cơ số là 1000 chứ không phải 10000: thiếu một số không.",
)
def base_one_thousand(length: int, d_model: int) -> Any:
    return _waves(_angles(length, d_model, base=1000.0), d_model)


@misconception(
    "positional_encoding",
    see="positions",
    en="You multiply where the formula divides: the angle is t / 10000^(2i/d), so later columns turn more slowly, not faster.",
    vi="Bạn nhân ở chỗ công thức chia: góc là t / 10000^(2i/d), nên các cột sau quay chậm hơn chứ không nhanh hơn.",
)
def multiplied_frequency(length: int, d_model: int) -> Any:
    return _waves(_angles(length, d_model, base=1e-4), d_model)


@misconception(
    "positional_encoding",
    see="positions",
    en="The result is float64. A table that is to be added to embeddings has torch's default dtype; begin with torch.arange instead of NumPy.",
    vi="Kết quả là float64. Bảng để cộng vào embedding phải có dtype mặc định của torch; hãy bắt đầu bằng torch.arange thay vì NumPy.",
)
def double_precision(length: int, d_model: int) -> Any:
    return _waves(_angles(length, d_model), d_model).double()


@misconception(
    "positional_encoding",
    see="positions",
    en="An odd number of columns fails: there is one cosine fewer than sines, so take only d_model // 2 angles for them.",
    vi="Số cột lẻ thì hàm bị lỗi: số cột cos ít hơn số cột sin một cột, nên chỉ lấy d_model // 2 góc cho cos.",
)
def odd_width_fails(length: int, d_model: int) -> Any:
    angles = _angles(length, d_model)
    encoding = torch.empty(length, d_model)
    encoding[:, 0::2] = torch.sin(angles)
    encoding[:, 1::2] = torch.cos(angles)
    return encoding


@misconception(
    "positional_encoding",
    see="positions",
    en="Rows and columns are exchanged: the result is (length, d_model), a row for each position.",
    vi="Hàng và cột bị đổi chỗ: kết quả là (length, d_model), mỗi hàng một vị trí.",
)
def transposed__positions(length: int, d_model: int) -> Any:
    return _waves(_angles(length, d_model), d_model).T.contiguous()


@misconception(
    "transformer_bug_hunt",
    see="bug_hunt",
    en="The bug is still there: all tokens of a sample get the same vector, that of the sample's place in the batch. Look at which axis counts the tokens.",
    vi="Lỗi vẫn còn: mọi token của một mẫu nhận cùng một vector, ứng với chỗ của mẫu trong batch. Hãy xem trục nào đếm token.",
)
def bug_left(x: Tensor, encoding: Tensor) -> Any:
    return x + encoding[: x.shape[0]][:, None, :]


@misconception(
    "transformer_bug_hunt",
    see="bug_hunt",
    en="Half is mended: the new axis is gone, but the rows are still counted along the batch. Where N and T differ this fails, where they are equal it only happens to be right.",
    vi="Mới sửa một nửa: trục thêm vào đã bỏ, nhưng số hàng vẫn đếm theo batch. N khác T thì báo lỗi, N bằng T thì chỉ tình cờ đúng.",
)
def rows_of_the_batch(x: Tensor, encoding: Tensor) -> Any:
    return x + encoding[: x.shape[0]]


@misconception(
    "transformer_bug_hunt",
    see="bug_hunt",
    en="Now every token of every sample gets row 0 of the table: each position needs its own row.",
    vi="Bây giờ token nào của mẫu nào cũng nhận hàng 0 của bảng: mỗi vị trí cần hàng của riêng nó.",
)
def one_row_for_all(x: Tensor, encoding: Tensor) -> Any:
    return x + encoding[0]


@misconception(
    "transformer_bug_hunt",
    see="bug_hunt",
    en="You take the last T rows of the table. Position 0 has row 0, whatever the length of the table.",
    vi="Bạn lấy T hàng cuối của bảng. Vị trí 0 ứng với hàng 0, bất kể bảng dài bao nhiêu.",
)
def last_rows(x: Tensor, encoding: Tensor) -> Any:
    return x + encoding[len(encoding) - x.shape[1] :]


@misconception(
    "transformer_bug_hunt",
    see="bug_hunt",
    en="x itself is changed: += writes into the caller's tensor. Return a new one, x + ...",
    vi="Chính x bị sửa: += ghi đè lên tensor của nơi gọi. Hãy trả về tensor mới, x + ...",
)
def in_place(x: Tensor, encoding: Tensor) -> Any:
    with torch.no_grad():
        x += encoding[: x.shape[1]]
    return x
