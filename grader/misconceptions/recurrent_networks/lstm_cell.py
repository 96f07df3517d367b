"""Lesson 6: known mistakes in lstm_cell."""

# ruff: noqa: ARG005 (each exchanged part sees all that it may need)
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from grader.misconceptions.catalogue import misconception
from grader.misconceptions.recurrent_networks.wording import (
    BIAS_HH_DROPPED,
    BIAS_IH_DROPPED,
    NO_STATE,
    NOT_TRANSPOSED,
)

__all__ = ["cell"]

Tensor = torch.Tensor
Pair = tuple[Tensor, Tensor]


def cell(
    x: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Any, b_hh: Any,
    *,
    order: str = "ifgo",
    squash: Callable[[Tensor], Tensor] = torch.sigmoid,
    candidate: Callable[[Tensor], Tensor] = torch.tanh,
    show: Callable[[Tensor], Tensor] = torch.tanh,
    kept: Callable[[Tensor, Tensor], Tensor] = lambda f, i: f,
    written: Callable[[Tensor, Tensor], Tensor] = lambda f, i: i,
    before: Callable[[Tensor, Tensor], Tensor] = lambda h, c: c,
) -> Pair:  # fmt: skip
    """An LSTM cell with one part exchanged. order: of the blocks; kept, written: what multiplies the old state and g."""
    blocks = (x @ W_ih.T + b_ih + h @ W_hh.T + b_hh).chunk(4, dim=1)
    named = dict(zip(order, blocks, strict=True))
    i, f, o = squash(named["i"]), squash(named["f"]), squash(named["o"])
    c = kept(f, i) * before(h, c) + written(f, i) * candidate(named["g"])
    return o * show(c), c


@misconception(
    "lstm_cell",
    see="cell",
    en="You read the blocks in the order i, f, o, g. PyTorch stacks them as i, f, g, o (input, forget, candidate, output).",
    vi="Bạn đọc các khối theo thứ tự i, f, o, g. PyTorch xếp chúng là i, f, g, o (đầu vào, quên, giá trị đề xuất, đầu ra).",
)
def order_ifog(x: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Pair:  # fmt: skip
    return cell(x, h, c, W_ih, W_hh, b_ih, b_hh, order="ifog")


@misconception(
    "lstm_cell",
    see="cell",
    en="Forget and input gate are exchanged: you read the blocks as f, i, g, o, or multiply c by i and g by f. In PyTorch the input gate comes first; f multiplies the old c, i the new g.",
    vi="Cổng quên và cổng đầu vào bị đổi chỗ: bạn đọc các khối là f, i, g, o, hoặc nhân c với i và g với f. Trong PyTorch, cổng đầu vào đứng trước; f nhân với c cũ, i nhân với g mới.",
)
def forget_and_input_swapped(x: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Pair:  # fmt: skip
    return cell(x, h, c, W_ih, W_hh, b_ih, b_hh, order="figo")


@misconception(
    "lstm_cell",
    see="convention",
    en="You read the blocks as i, o, f, g, the order of ONNX. PyTorch's is i, f, g, o.",
    vi="Bạn đọc các khối là i, o, f, g, thứ tự của ONNX. Thứ tự của PyTorch là i, f, g, o.",
)
def order_of_onnx(x: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Pair:  # fmt: skip
    return cell(x, h, c, W_ih, W_hh, b_ih, b_hh, order="iofg")


@misconception(
    "lstm_cell",
    see="cell",
    en="The tanh around the cell state is missing: h' = o * tanh(c'). Without it |h| can exceed 1 and grow with c.",
    vi="Thiếu tanh quanh trạng thái ô nhớ: h' = o * tanh(c'). Không có nó, |h| có thể vượt quá 1 và lớn theo c.",
)
def no_tanh_on_c(x: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Pair:  # fmt: skip
    return cell(x, h, c, W_ih, W_hh, b_ih, b_hh, show=lambda c: c)


@misconception(
    "lstm_cell",
    see="cell",
    en="g went through the sigmoid. It is no gate but the new content, and must be able to be negative: tanh(g). Otherwise the cell can only count upwards.",
    vi="g bị đưa qua sigmoid. Nó không phải cổng mà là nội dung mới, và phải có thể âm: tanh(g). Nếu không, ô nhớ chỉ biết cộng thêm.",
)
def sigmoid_for_g(x: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Pair:  # fmt: skip
    return cell(x, h, c, W_ih, W_hh, b_ih, b_hh, candidate=torch.sigmoid)


@misconception(
    "lstm_cell",
    see="cell",
    en="g is used as it is: the tanh around the candidate is missing.",
    vi="g được dùng nguyên như vậy: thiếu tanh quanh giá trị đề xuất.",
)
def no_tanh_on_g(x: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Pair:  # fmt: skip
    return cell(x, h, c, W_ih, W_hh, b_ih, b_hh, candidate=lambda g: g)


@misconception(
    "lstm_cell",
    see="cell",
    en="The gates went through tanh. A gate says which share passes, so it must lie between 0 and 1: the sigmoid.",
    vi="Các cổng bị đưa qua tanh. Cổng cho biết bao nhiêu phần được đi qua, nên phải nằm giữa 0 và 1: sigmoid.",
)
def tanh_for_the_gates(x: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Pair:  # fmt: skip
    return cell(x, h, c, W_ih, W_hh, b_ih, b_hh, squash=torch.tanh)


@misconception(
    "lstm_cell",
    see="cell",
    en="The forget gate works the wrong way round: you keep the share 1 - f. In spite of its name, f is what is KEPT; f = 1 forgets nothing.",
    vi="Cổng quên bị hiểu ngược: bạn giữ lại phần 1 - f. Tuy tên là cổng quên, f là phần được GIỮ; f = 1 thì không quên gì.",
)
def forget_gate_reversed(x: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Pair:  # fmt: skip
    return cell(x, h, c, W_ih, W_hh, b_ih, b_hh, kept=lambda f, i: 1 - f)


@misconception(
    "lstm_cell",
    see="gru",
    en="You write with 1 - f and never use the input gate. That couples the two gates, as the GRU does; an LSTM can keep everything and write as well.",
    vi="Bạn ghi với hệ số 1 - f và không hề dùng cổng đầu vào. Như vậy hai cổng bị buộc vào nhau, giống GRU; LSTM có thể giữ tất cả mà vẫn ghi thêm.",
)
def gates_coupled(x: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Pair:  # fmt: skip
    return cell(x, h, c, W_ih, W_hh, b_ih, b_hh, written=lambda f, i: 1 - f)


@misconception(
    "lstm_cell",
    see="cell",
    en="There is no forgetting: you add to the old cell state in full. That is the LSTM of 1997; the forget gate of 2000 multiplies c by sigmoid(f).",
    vi="Không hề có việc quên: bạn cộng vào toàn bộ trạng thái cũ. Đó là LSTM năm 1997; cổng quên năm 2000 nhân c với sigmoid(f).",
)
def nothing_forgotten(x: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Pair:  # fmt: skip
    return cell(x, h, c, W_ih, W_hh, b_ih, b_hh, kept=lambda f, i: torch.ones_like(f))


@misconception("lstm_cell", see="convention", **BIAS_IH_DROPPED)
def bias_ih_dropped__lstm_cell(x: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Pair:  # fmt: skip
    return cell(x, h, c, W_ih, W_hh, 0 * b_ih, b_hh)


@misconception("lstm_cell", see="convention", **BIAS_HH_DROPPED)
def bias_hh_dropped__lstm_cell(x: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Pair:  # fmt: skip
    return cell(x, h, c, W_ih, W_hh, b_ih, 0 * b_hh)


@misconception(
    "lstm_cell",
    see="cell",
    en="The forget gate multiplies h where the old CELL state c belongs: then nothing of c survives the step.",
    vi="Cổng quên nhân với h ở chỗ lẽ ra là trạng thái Ô NHỚ cũ c: như vậy không gì của c sống qua được bước này.",
)
def h_used_for_c(x: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Pair:  # fmt: skip
    return cell(x, h, c, W_ih, W_hh, b_ih, b_hh, before=lambda h, c: h)


@misconception(
    "lstm_cell",
    see="cell",
    en="The gates look at c. They look at the input and at the hidden state h: W_hh meets h.",
    vi="Các cổng nhìn vào c. Chúng phải nhìn vào đầu vào và trạng thái ẩn h: W_hh nhân với h.",
)
def gates_see_c(x: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Pair:  # fmt: skip
    return cell(x, c, c, W_ih, W_hh, b_ih, b_hh)


@misconception(
    "lstm_cell",
    see="cell",
    en="The output shows the OLD cell state. First comes the new c', then h' = o * tanh(c').",
    vi="Đầu ra cho thấy trạng thái ô nhớ CŨ. Trước hết tính c' mới, rồi mới đến h' = o * tanh(c').",
)
def old_state_shown(x: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Pair:  # fmt: skip
    return cell(x, h, c, W_ih, W_hh, b_ih, b_hh, show=lambda _: torch.tanh(c))


@misconception(
    "lstm_cell",
    see="cell",
    en="Both are right, but in the wrong order: return (h', c'), the hidden state first.",
    vi="Cả hai đều đúng nhưng sai thứ tự: hãy trả về (h', c'), trạng thái ẩn đứng trước.",
)
def returned_in_reverse(x: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Pair:  # fmt: skip
    h, c = cell(x, h, c, W_ih, W_hh, b_ih, b_hh)
    return c, h


@misconception(
    "lstm_cell",
    see="cell",
    en="You return h' alone. The next step needs the cell state too: return (h', c').",
    vi="Bạn chỉ trả về h'. Bước sau còn cần trạng thái ô nhớ: hãy trả về (h', c').",
)
def h_alone(x: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Tensor:  # fmt: skip
    return cell(x, h, c, W_ih, W_hh, b_ih, b_hh)[0]


@misconception("lstm_cell", see="cell", **NOT_TRANSPOSED)
def state_not_transposed__lstm_cell(x: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Pair:  # fmt: skip
    turned = torch.cat([block.T for block in W_hh.chunk(4)])
    return cell(x, h, c, W_ih, turned, b_ih, b_hh)


@misconception("lstm_cell", see="cell", **NO_STATE)
def state_ignored__lstm_cell(x: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Pair:  # fmt: skip
    return cell(x, 0 * h, c, W_ih, W_hh, b_ih, b_hh)


@misconception(
    "lstm_cell",
    see="cell",
    en="The 4H columns were dealt out like cards (gates[:, 0::4] or a reshape to (H, 4)). The blocks lie one after the other: the first H are i, the next H are f ...",
    vi="4H cột bị chia như chia bài (gates[:, 0::4] hoặc reshape thành (H, 4)). Các khối nằm nối tiếp nhau: H cột đầu là i, H cột sau là f ...",
)
def blocks_interleaved(x: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Pair:  # fmt: skip
    a = x @ W_ih.T + b_ih + h @ W_hh.T + b_hh
    i, f, g, o = (a[:, k::4] for k in range(4))
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


@misconception(
    "lstm_cell",
    see="cell",
    en="The numbers are right, but the cell state is detached: no gradient passes through c, and c is the very path that an LSTM was invented for.",
    vi="Các con số đều đúng, nhưng trạng thái ô nhớ bị detach: không gradient nào đi qua c, mà c chính là con đường khiến người ta nghĩ ra LSTM.",
)
def cell_state_detached(x: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Pair:  # fmt: skip
    return cell(x, h, c.detach(), W_ih, W_hh, b_ih, b_hh)


@misconception(
    "lstm_cell",
    see="cell",
    en="The input gate is not used: g is written in full. c' = sigmoid(f) * c + sigmoid(i) * tanh(g).",
    vi="Cổng đầu vào không được dùng: g được ghi toàn bộ. c' = sigmoid(f) * c + sigmoid(i) * tanh(g).",
)
def input_gate_missing(x: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Pair:  # fmt: skip
    return cell(x, h, c, W_ih, W_hh, b_ih, b_hh, written=lambda f, i: torch.ones_like(i))


@misconception(
    "lstm_cell",
    see="cell",
    en="The output gate is not used: the whole state is shown. h' = sigmoid(o) * tanh(c').",
    vi="Cổng đầu ra không được dùng: toàn bộ trạng thái được xuất ra. h' = sigmoid(o) * tanh(c').",
)
def output_gate_missing(x: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Pair:  # fmt: skip
    _, c = cell(x, h, c, W_ih, W_hh, b_ih, b_hh)
    return torch.tanh(c), c


@misconception(
    "lstm_cell",
    see="cell",
    en="You hand on tanh(c'). The tanh is for the output alone; the cell state itself goes on as it is, else the memory is squeezed in every step.",
    vi="Bạn chuyển tiếp tanh(c'). tanh chỉ dành cho đầu ra; chính trạng thái ô nhớ đi tiếp nguyên vẹn, nếu không trí nhớ bị nén ở mỗi bước.",
)
def squashed_state_handed_on(x: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Pair:  # fmt: skip
    h, c = cell(x, h, c, W_ih, W_hh, b_ih, b_hh)
    return h, torch.tanh(c)


@misconception(
    "lstm_cell",
    see="convention",
    en="Both biases are missing: W_ih x + b_ih + W_hh h + b_hh.",
    vi="Thiếu cả hai bias: phải là W_ih x + b_ih + W_hh h + b_hh.",
)
def both_biases_dropped(x: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Pair:  # fmt: skip
    return cell(x, h, c, W_ih, W_hh, 0 * b_ih, 0 * b_hh)
