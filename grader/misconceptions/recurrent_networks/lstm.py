"""Lesson 6: known mistakes in lstm, the cell over a whole sequence."""

# ruff: noqa: ARG005 (each exchanged part sees all that it may need)
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from grader.misconceptions.catalogue import misconception
from grader.misconceptions.recurrent_networks.lstm_cell import cell

__all__: list[str] = []

Tensor = torch.Tensor
Pair = tuple[Tensor, Tensor]
Result = tuple[Tensor, Pair]


def _run(
    xs: Tensor, h: Tensor, c: Tensor, weights: tuple[Tensor, ...],
    *,
    carry: Callable[[Pair, Pair, Pair], Pair] = lambda start, old, new: new,
    output: Callable[[Pair], Tensor] = lambda state: state[0],
) -> Result:  # fmt: skip
    """The sequence with one part exchanged. carry: (first state, old state, new state) -> state for the next step."""
    start = state = (h, c)
    outputs, new = [], state
    for x in xs:
        new = cell(x, *state, *weights)
        outputs.append(output(new))
        state = carry(start, state, new)
    return torch.stack(outputs), new


@misconception(
    "lstm",
    see="sequence",
    en="Only h is carried from step to step; c starts from the beginning each time. The cell state is the long memory: hand both on.",
    vi="Chỉ h được mang từ bước này sang bước sau; c lần nào cũng bắt đầu lại. Trạng thái ô nhớ chính là trí nhớ dài: hãy chuyển tiếp cả hai.",
)
def c_not_carried(xs: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Result:  # fmt: skip
    return _run(xs, h, c, (W_ih, W_hh, b_ih, b_hh), carry=lambda start, old, new: (new[0], start[1]))  # fmt: skip


@misconception(
    "lstm",
    see="sequence",
    en="Only c is carried from step to step; h starts from the beginning each time, so the gates never see what was said before.",
    vi="Chỉ c được mang từ bước này sang bước sau; h lần nào cũng bắt đầu lại, nên các cổng không thấy điều đã xảy ra trước đó.",
)
def h_not_carried(xs: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Result:  # fmt: skip
    return _run(xs, h, c, (W_ih, W_hh, b_ih, b_hh), carry=lambda start, old, new: (start[0], new[1]))  # fmt: skip


@misconception(
    "lstm",
    see="sequence",
    en="Every step starts from the first state: nothing is carried, so the order of the inputs does not matter at all.",
    vi="Bước nào cũng bắt đầu từ trạng thái ban đầu: không có gì được chuyển tiếp, nên thứ tự đầu vào chẳng có ý nghĩa gì.",
)
def nothing_carried(xs: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Result:  # fmt: skip
    return _run(xs, h, c, (W_ih, W_hh, b_ih, b_hh), carry=lambda start, old, new: start)


@misconception(
    "lstm",
    see="sequence",
    en="h and c are exchanged on the way to the next step: lstm_cell returns (h, c) and takes h before c.",
    vi="h và c bị đổi chỗ trên đường sang bước sau: lstm_cell trả về (h, c) và nhận h trước c.",
)
def states_exchanged(xs: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Result:  # fmt: skip
    return _run(xs, h, c, (W_ih, W_hh, b_ih, b_hh), carry=lambda start, old, new: (new[1], new[0]))


@misconception(
    "lstm",
    see="sequence",
    en="The state that you were given is not used: you start from zeros. A sequence may go on where another one ended.",
    vi="Trạng thái được đưa vào không được dùng: bạn bắt đầu từ 0. Một chuỗi có thể tiếp tục từ chỗ chuỗi khác kết thúc.",
)
def started_from_zeros(xs: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Result:  # fmt: skip
    return _run(xs, 0 * h, 0 * c, (W_ih, W_hh, b_ih, b_hh))


@misconception(
    "lstm",
    see="sequence",
    en="The outputs hold the cell states. What an LSTM shows to the outside is h.",
    vi="Các đầu ra của bạn chứa trạng thái ô nhớ. Thứ LSTM cho bên ngoài thấy là h.",
)
def cell_states_as_outputs(xs: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Result:  # fmt: skip
    return _run(xs, h, c, (W_ih, W_hh, b_ih, b_hh), output=lambda state: state[1])


@misconception(
    "lstm",
    see="sequence",
    en="You return the last hidden state alone as the outputs. All of them are asked for, stacked: (T, N, H).",
    vi="Bạn chỉ trả về trạng thái ẩn cuối cùng làm đầu ra. Cần tất cả, xếp chồng lại: (T, N, H).",
)
def last_output_alone(xs: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Result:  # fmt: skip
    outputs, state = _run(xs, h, c, (W_ih, W_hh, b_ih, b_hh))
    return outputs[-1], state


@misconception(
    "lstm",
    see="sequence",
    en="The final state is that of the FIRST step. Return the state after the last one.",
    vi="Trạng thái cuối bạn trả về là của bước ĐẦU TIÊN. Hãy trả về trạng thái sau bước cuối.",
)
def first_state_for_last(xs: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Result:  # fmt: skip
    weights = (W_ih, W_hh, b_ih, b_hh)
    return _run(xs, h, c, weights)[0], cell(xs[0], h, c, *weights)


@misconception(
    "lstm",
    see="sequence",
    en="The outputs are stacked along the second axis, (N, T, H). Here time comes first: (T, N, H).",
    vi="Các đầu ra bị xếp theo trục thứ hai, (N, T, H). Ở đây thời gian đứng trước: (T, N, H).",
)
def outputs_batch_first(xs: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Result:  # fmt: skip
    outputs, state = _run(xs, h, c, (W_ih, W_hh, b_ih, b_hh))
    return outputs.transpose(0, 1), state


@misconception(
    "lstm",
    see="sequence",
    en="You walk along the batch instead of the time: xs is (T, N, D), so `for x in xs` gives one step after the other, with all samples in each.",
    vi="Bạn đi dọc theo batch thay vì theo thời gian: xs là (T, N, D), nên `for x in xs` cho lần lượt từng bước, mỗi bước gồm mọi mẫu.",
)
def time_and_batch_swapped(xs: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Result:  # fmt: skip
    return _run(xs.transpose(0, 1), h, c, (W_ih, W_hh, b_ih, b_hh))


@misconception(
    "lstm",
    see="sequence",
    en="The sequence is read from its end to its beginning.",
    vi="Chuỗi bị đọc ngược từ cuối về đầu: bước đầu tiên phải đọc xs[0].",
)
def read_backwards(xs: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Result:  # fmt: skip
    return _run(xs.flip(0), h, c, (W_ih, W_hh, b_ih, b_hh))


@misconception(
    "lstm",
    see="sequence",
    en="The state before the first step stands among the outputs, so there are T + 1 of them. Collect h after each step.",
    vi="Trạng thái trước bước đầu cũng nằm trong các đầu ra, nên có T + 1 cái. Hãy gom h sau mỗi bước.",
)
def start_among_the_outputs(xs: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Result:  # fmt: skip
    outputs, state = _run(xs, h, c, (W_ih, W_hh, b_ih, b_hh))
    return torch.cat([h[None], outputs]), state


@misconception(
    "lstm",
    see="sequence",
    en="You return (outputs, h, c). Asked for is a pair whose second part is a pair: (outputs, (h, c)), as PyTorch has it.",
    vi="Bạn trả về (outputs, h, c). Cần một cặp mà phần thứ hai cũng là một cặp: (outputs, (h, c)), như PyTorch.",
)
def three_returned(xs: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Any:  # fmt: skip
    outputs, state = _run(xs, h, c, (W_ih, W_hh, b_ih, b_hh))
    return outputs, *state


@misconception(
    "lstm",
    see="sequence",
    en="The outputs are a Python list. torch.stack makes one tensor of them, (T, N, H).",
    vi="Các đầu ra là một list của Python. torch.stack ghép chúng thành một tensor, (T, N, H).",
)
def outputs_not_stacked(xs: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Any:  # fmt: skip
    outputs, state = _run(xs, h, c, (W_ih, W_hh, b_ih, b_hh))
    return list(outputs), state


@misconception(
    "lstm",
    see="sequence",
    en="The numbers are right, but the state is detached between the steps: the gradient reaches back a single step, and nothing long can be learned. (Detaching belongs between batches of a very long text.)",
    vi="Các con số đều đúng, nhưng trạng thái bị detach giữa các bước: gradient chỉ lùi được một bước, không học được gì dài hạn. (Detach chỉ dùng giữa các batch của một văn bản rất dài.)",
)
def detached_between_steps(xs: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Result:  # fmt: skip
    return _run(xs, h, c, (W_ih, W_hh, b_ih, b_hh), carry=lambda start, old, new: (new[0].detach(), new[1].detach()))  # fmt: skip


@misconception(
    "lstm",
    see="sequence",
    en="You collect h BEFORE each step: the given state is among the outputs and the last one is missing. Append h after calling the cell.",
    vi="Bạn gom h TRƯỚC mỗi bước: trạng thái cho sẵn lọt vào các đầu ra, còn trạng thái cuối thì thiếu. Hãy gom h sau khi gọi ô LSTM.",
)
def outputs_before_the_step(xs: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Result:  # fmt: skip
    outputs, state = _run(xs, h, c, (W_ih, W_hh, b_ih, b_hh))
    return torch.cat([h[None], outputs[:-1]]), state


@misconception(
    "lstm",
    see="sequence",
    en="The state after the last step comes back as (c, h). Return (outputs, (h, c)), h first.",
    vi="Trạng thái sau bước cuối được trả về là (c, h). Hãy trả về (outputs, (h, c)), h đứng trước.",
)
def state_in_reverse(xs: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Result:  # fmt: skip
    outputs, (h, c) = _run(xs, h, c, (W_ih, W_hh, b_ih, b_hh))
    return outputs, (c, h)


@misconception(
    "lstm",
    see="sequence",
    en="You call the cell with c before h. lstm_cell takes (x, h, c, ...), and returns (h, c).",
    vi="Bạn gọi ô LSTM với c đứng trước h. lstm_cell nhận (x, h, c, ...) và trả về (h, c).",
)
def cell_called_with_c_first(xs: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Result:  # fmt: skip
    outputs = []
    for x in xs:
        h, c = cell(x, c, h, W_ih, W_hh, b_ih, b_hh)
        outputs.append(h)
    return torch.stack(outputs), (h, c)


@misconception(
    "lstm",
    see="sequence",
    en="You treat xs as (N, T, D), as with batch_first=True, in and out. Here time comes first: xs[t] is one step of all samples, and the outputs are (T, N, H).",
    vi="Bạn coi xs là (N, T, D), như với batch_first=True, cả đầu vào lẫn đầu ra. Ở đây thời gian đứng trước: xs[t] là một bước của mọi mẫu, và đầu ra là (T, N, H).",
)
def batch_first_throughout(xs: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Result:  # fmt: skip
    outputs, state = _run(xs.transpose(0, 1), h, c, (W_ih, W_hh, b_ih, b_hh))
    return outputs.transpose(0, 1), state
