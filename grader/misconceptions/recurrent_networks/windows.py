"""Lesson 6: known mistakes in make_windows."""

from __future__ import annotations

import torch

from grader.misconceptions.catalogue import misconception

__all__: list[str] = []

Tensor = torch.Tensor
Pair = tuple[Tensor, Tensor]


def _windows(
    series: Tensor, length: int, horizon: int, *, shift: int = 0, stride: int = 1, fewer: int = 0
) -> Pair:
    """Windows with one part exchanged. shift: of the targets; stride: between windows; fewer: left out at the end."""
    n = len(series) - length - horizon + 1 - fewer
    starts = range(0, n, stride)
    inputs = [series[i : i + length] for i in starts]
    targets = [series[i + length + shift : i + length + shift + horizon] for i in starts]
    if not inputs:
        return series.new_zeros(0, length), series.new_zeros(0, horizon)
    return torch.stack(inputs), torch.stack(targets)


@misconception(
    "make_windows",
    see="windows",
    en="The targets are not shifted far enough: their first value is the last one of the inputs. The forecaster only has to copy it, and its error looks wonderful.",
    vi="Các target dịch chưa đủ: giá trị đầu của chúng chính là giá trị cuối của đầu vào. Bộ dự báo chỉ việc chép lại, và sai số trông thật tuyệt vời.",
)
def targets_not_shifted(series: Tensor, length: int, horizon: int) -> Pair:
    return _windows(series, length, horizon, shift=-1)


@misconception(
    "make_windows",
    see="windows",
    en="The targets are the last values of the inputs themselves. What is to be forecast comes AFTER the window.",
    vi="Các target chính là những giá trị cuối của đầu vào. Thứ cần dự báo nằm SAU cửa sổ.",
)
def targets_from_the_inputs(series: Tensor, length: int, horizon: int) -> Pair:
    inputs, _ = _windows(series, length, horizon)
    return inputs, inputs[:, -horizon:].clone()


@misconception(
    "make_windows",
    see="windows",
    en="The last window is missing. A range leaves out its end, hence the + 1: n = T - length - horizon + 1.",
    vi="Thiếu cửa sổ cuối cùng. range không lấy đầu mút cuối, vì thế có + 1: n = T - length - horizon + 1.",
)
def last_window_missing(series: Tensor, length: int, horizon: int) -> Pair:
    return _windows(series, length, horizon, fewer=1)


@misconception(
    "make_windows",
    see="windows",
    en="Your windows do not overlap: each begins where the last one ends. They move on by a single step, so that every value is once the first to be forecast.",
    vi="Các cửa sổ của bạn không chồng lên nhau: cái sau bắt đầu ở chỗ cái trước kết thúc. Chúng chỉ dịch một bước mỗi lần, để giá trị nào cũng có lần là giá trị đầu tiên cần dự báo.",
)
def windows_do_not_overlap(series: Tensor, length: int, horizon: int) -> Pair:
    return _windows(series, length, horizon, stride=length)


@misconception(
    "make_windows",
    see="windows",
    en="The targets are a single value, `horizon` steps ahead. All the values on the way there are asked for: (n, horizon).",
    vi="Target chỉ là một giá trị, ở cách `horizon` bước. Cần mọi giá trị trên đường tới đó: (n, horizon).",
)
def far_value_alone(series: Tensor, length: int, horizon: int) -> Pair:
    inputs, targets = _windows(series, length, horizon)
    return inputs, targets[:, -1:].clone()


@misconception(
    "make_windows",
    see="windows",
    en="The targets are the next value alone, whatever the horizon.",
    vi="Target chỉ là giá trị kế tiếp, bất kể tầm dự báo là bao nhiêu.",
)
def next_value_alone(series: Tensor, length: int, horizon: int) -> Pair:
    inputs, targets = _windows(series, length, horizon)
    return inputs, targets[:, :1].clone()


@misconception(
    "make_windows",
    see="windows",
    en="For a horizon of 1 your targets have shape (n,). They keep their second axis, (n, 1): otherwise forecast minus target is silently broadcast to (n, n).",
    vi="Khi tầm dự báo là 1, target của bạn có dạng (n,). Hãy giữ trục thứ hai, (n, 1): nếu không, dự báo trừ target sẽ lặng lẽ thành (n, n).",
)
def targets_squeezed(series: Tensor, length: int, horizon: int) -> Pair:
    inputs, targets = _windows(series, length, horizon)
    return inputs, targets.squeeze(1)


@misconception(
    "make_windows",
    see="windows",
    en="There is a gap: you skip the value right behind the window. The first target is series[i + length].",
    vi="Có một khoảng hở: bạn bỏ qua giá trị ngay sau cửa sổ. Target đầu tiên là series[i + length].",
)
def one_skipped(series: Tensor, length: int, horizon: int) -> Pair:
    return _windows(series, length, horizon, shift=1, fewer=1)


@misconception(
    "make_windows",
    see="windows",
    en="Time runs down the columns: your inputs are (length, n). One window per row, (n, length).",
    vi="Thời gian chạy dọc theo cột: đầu vào của bạn là (length, n). Mỗi hàng một cửa sổ, (n, length).",
)
def time_first(series: Tensor, length: int, horizon: int) -> Pair:
    inputs, targets = _windows(series, length, horizon)
    return inputs.T.clone(), targets.T.clone()


@misconception(
    "make_windows",
    see="windows",
    en="At the end you went round to the beginning of the series (roll, or a modulo): the last windows are continued by the first values.",
    vi="Đến cuối chuỗi bạn lại vòng về đầu (roll, hoặc phép chia lấy dư): các cửa sổ cuối được nối bằng những giá trị đầu.",
)
def wrapped_around(series: Tensor, length: int, horizon: int) -> Pair:
    n = len(series)
    rolled = torch.stack([series.roll(-k) for k in range(length + horizon)], dim=1)[:n]
    return rolled[:, :length].clone(), rolled[:, length:].clone()


@misconception(
    "make_windows",
    see="windows",
    en="The windows are right, but they are views of the series (unfold, as_strided): whoever scales them in place scales the series, several times over. Copy them.",
    vi="Các cửa sổ đều đúng, nhưng chúng là khung nhìn (view) của chuỗi (unfold, as_strided): ai co giãn chúng tại chỗ sẽ co giãn chính chuỗi, nhiều lần chồng lên nhau. Hãy sao chép.",
)
def views_of_the_series(series: Tensor, length: int, horizon: int) -> Pair:
    both = series.unfold(0, length + horizon, 1)
    return both[:, :length], both[:, length:]


@misconception(
    "make_windows",
    see="windows",
    en="The targets are the first values of the inputs: not shifted at all. What is to be forecast comes AFTER the window, from series[i + length] on.",
    vi="Các target là những giá trị đầu của đầu vào: không hề dịch. Thứ cần dự báo nằm SAU cửa sổ, từ series[i + length] trở đi.",
)
def targets_from_the_window_start(series: Tensor, length: int, horizon: int) -> Pair:
    return _windows(series, length, horizon, shift=-length)


@misconception(
    "make_windows",
    see="windows",
    en="The targets are whole windows, moved on by `horizon`. Asked for are the `horizon` values behind the window alone: (n, horizon).",
    vi="Các target là cả cửa sổ, dịch đi `horizon` bước. Chỉ cần `horizon` giá trị nằm sau cửa sổ: (n, horizon).",
)
def whole_windows_for_targets(series: Tensor, length: int, horizon: int) -> Pair:
    inputs, _ = _windows(series, length, horizon)
    return inputs, _windows(series, horizon, length)[1]


@misconception(
    "make_windows",
    see="windows",
    en="The windows are right, but .contiguous() copies only what does not lie in a row already: with one window, or targets of one value, you still hand out a view of the series. .clone() always copies.",
    vi="Các cửa sổ đều đúng, nhưng .contiguous() chỉ sao chép khi dữ liệu chưa nằm liền nhau: với một cửa sổ, hay target một giá trị, bạn vẫn đưa ra khung nhìn (view) của chuỗi. .clone() thì luôn sao chép.",
)
def contiguous_for_clone(series: Tensor, length: int, horizon: int) -> Pair:
    both = series.unfold(0, length + horizon, 1)
    return both[:, :length].contiguous(), both[:, length:].contiguous()
