"""Lesson 6: known mistakes in the bug hunt."""

from __future__ import annotations

from typing import Any

import torch

from grader.misconceptions.catalogue import misconception

__all__: list[str] = []

Tensor = torch.Tensor
Pair = tuple[Tensor, Tensor]


def _with(series: Tensor, split: int, mean: Any, std: Any) -> Pair:
    scaled = (series - mean) / std
    return scaled[:split].clone(), scaled[split:].clone()


@misconception(
    "recurrent_networks_bug_hunt",
    see="bug_hunt",
    en="The bug is still there: change a single held-out value and every training value changes. Which values may the mean and the standard deviation be taken from?",
    vi="Lỗi vẫn còn: đổi một giá trị giữ lại thì mọi giá trị huấn luyện đổi theo. Trung bình và độ lệch chuẩn được phép lấy từ những giá trị nào?",
)
def bug_left__recurrent_networks_bug_hunt(series: Tensor, split: int) -> Pair:
    return _with(series, split, series.mean(), series.std())


@misconception(
    "recurrent_networks_bug_hunt",
    see="bug_hunt",
    en="Now each stretch has a scale of its own. The held-out stretch is scaled by statistics that are only known when it is over, and the same number of bicycles means two things.",
    vi="Bây giờ mỗi đoạn có thang đo riêng. Đoạn giữ lại được chuẩn hóa bằng những thống kê chỉ biết khi nó đã kết thúc, và cùng một số lượt thuê lại mang hai ý nghĩa.",
)
def each_by_its_own(series: Tensor, split: int) -> Pair:
    past, future = series[:split], series[split:]
    std = future.std() if len(future) > 1 else past.std()
    return (past - past.mean()) / past.std(), (future - future.mean()) / std


@misconception(
    "recurrent_networks_bug_hunt",
    see="bug_hunt",
    en="Half is mended: the mean comes from the past, but the standard deviation still from everything.",
    vi="Mới sửa một nửa: trung bình lấy từ quá khứ, nhưng độ lệch chuẩn vẫn lấy từ tất cả.",
)
def mean_mended_alone(series: Tensor, split: int) -> Pair:
    return _with(series, split, series[:split].mean(), series.std())


@misconception(
    "recurrent_networks_bug_hunt",
    see="bug_hunt",
    en="Half is mended: the standard deviation comes from the past, but the mean still from everything.",
    vi="Mới sửa một nửa: độ lệch chuẩn lấy từ quá khứ, nhưng trung bình vẫn lấy từ tất cả.",
)
def std_mended_alone(series: Tensor, split: int) -> Pair:
    return _with(series, split, series.mean(), series[:split].std())


@misconception(
    "recurrent_networks_bug_hunt",
    see="bug_hunt",
    en="The scale comes from the FUTURE alone: slices exchanged? What may be known is series[:split].",
    vi="Thang đo chỉ lấy từ TƯƠNG LAI: có phải bạn lấy nhầm đoạn? Thứ được phép biết là series[:split].",
)
def scale_of_the_future(series: Tensor, split: int) -> Pair:
    future = series[split:]
    std = future.std() if len(future) > 1 else series[:split].std()
    return _with(series, split, future.mean(), std)


@misconception(
    "recurrent_networks_bug_hunt",
    see="bug_hunt",
    en="The held-out stretch is left in its own units. A model that learned on scaled values has to be asked in scaled values too, with the same scale.",
    vi="Đoạn giữ lại vẫn ở đơn vị gốc. Mô hình học trên giá trị đã chuẩn hóa thì cũng phải được hỏi bằng giá trị chuẩn hóa, cùng một thang đo.",
)
def held_out_not_scaled(series: Tensor, split: int) -> Pair:
    past = series[:split]
    return (past - past.mean()) / past.std(), series[split:].clone()


@misconception(
    "recurrent_networks_bug_hunt",
    see="bug_hunt",
    en="That is scaling to the range from 0 to 1. Here the scale is the mean and the standard deviation, of the past.",
    vi="Đó là co về khoảng từ 0 đến 1. Ở đây thang đo là trung bình và độ lệch chuẩn, của quá khứ.",
)
def range_for_std(series: Tensor, split: int) -> Pair:
    past = series[:split]
    return _with(series, split, past.min(), past.max() - past.min())


@misconception(
    "recurrent_networks_bug_hunt",
    see="bug_hunt",
    en="The split is off by one: the value at place `split` already belongs to the held-out stretch.",
    vi="Chỗ chia lệch một bước: giá trị ở vị trí `split` đã thuộc về đoạn giữ lại.",
)
def split_off_by_one(series: Tensor, split: int) -> Pair:
    past = series[: split + 1]
    return _with(series, split + 1, past.mean(), past.std())


@misconception(
    "recurrent_networks_bug_hunt",
    see="bug_hunt",
    en="Now the right values are used, but divided by the variance. The scale is the standard deviation, its root.",
    vi="Các giá trị đã lấy đúng chỗ, nhưng bạn chia cho phương sai. Thang đo là độ lệch chuẩn, căn bậc hai của nó.",
)
def variance_for_std__recurrent_networks_bug_hunt(series: Tensor, split: int) -> Pair:
    past = series[:split]
    return _with(series, split, past.mean(), past.var())


@misconception(
    "recurrent_networks_bug_hunt",
    see="bug_hunt",
    en="Almost: you divide by the standard deviation with 1/n (correction=0, or NumPy's). Asked for is that of torch.std, with 1/(n-1).",
    vi="Gần đúng: bạn chia cho độ lệch chuẩn với 1/n (correction=0, hoặc của NumPy). Ở đây cần độ lệch chuẩn của torch.std, với 1/(n-1).",
)
def std_of_numpy(series: Tensor, split: int) -> Pair:
    past = series[:split]
    return _with(series, split, past.mean(), past.std(correction=0))
