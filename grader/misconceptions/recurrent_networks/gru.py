"""Lesson 6: known mistakes in gru_cell."""

# ruff: noqa: ARG005 (each exchanged part sees all that it may need)
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from grader.misconceptions.catalogue import misconception
from grader.misconceptions.recurrent_networks.wording import (
    BIAS_HH_DROPPED,
    BIAS_IH_DROPPED,
    NOT_TRANSPOSED,
)

__all__: list[str] = []

Tensor = torch.Tensor


def _cell(
    x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Any, b_hh: Any,
    *,
    order: str = "rzn",
    squash: Callable[[Tensor], Tensor] = torch.sigmoid,
    candidate: Callable[[Tensor, Tensor, Tensor], Tensor] = lambda a, u, r: torch.tanh(a + r * u),
    mix: Callable[[Tensor, Tensor, Tensor], Tensor] = lambda z, n, h: (1 - z) * n + z * h,
) -> Tensor:  # fmt: skip
    """A GRU cell with one part exchanged. candidate: of the n blocks a (from x), u (from h) and the reset gate."""
    a = dict(zip(order, (x @ W_ih.T + b_ih).chunk(3, dim=1), strict=True))
    u = dict(zip(order, (h @ W_hh.T + b_hh).chunk(3, dim=1), strict=True))
    r, z = squash(a["r"] + u["r"]), squash(a["z"] + u["z"])
    return mix(z, candidate(a["n"], u["n"], r), h)


@misconception(
    "gru_cell",
    see="gru",
    en="z works the wrong way round: you keep 1 - z of the old state. In PyTorch z is the share that is KEPT: (1 - z) n + z h. (Cho's paper agrees, Chung's has it the other way.)",
    vi="z bị hiểu ngược: bạn giữ 1 - z của trạng thái cũ. Trong PyTorch, z là phần được GIỮ: (1 - z) n + z h. (Bài báo của Cho cũng vậy, bài của Chung thì ngược lại.)",
)
def update_gate_reversed(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Tensor:  # fmt: skip
    return _cell(x, h, W_ih, W_hh, b_ih, b_hh, mix=lambda z, n, h: z * n + (1 - z) * h)


@misconception(
    "gru_cell",
    see="gru",
    en="You reset the state BEFORE the matrix, W_hn (r * h) + b_hn, as the published paper of 2014 does. PyTorch resets behind it, r * (W_hn h + b_hn). Both are GRUs, but weights do not carry over from one to the other.",
    vi="Bạn đặt lại trạng thái TRƯỚC ma trận, W_hn (r * h) + b_hn, như bản công bố của bài báo năm 2014. PyTorch đặt lại sau đó, r * (W_hn h + b_hn). Cả hai đều là GRU, nhưng trọng số không dùng chung được.",
)
def reset_before_the_matrix(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Tensor:  # fmt: skip
    H = h.shape[1]
    r = torch.sigmoid((x @ W_ih.T + b_ih + h @ W_hh.T + b_hh)[:, :H])
    inner = (r * h) @ W_hh[2 * H :].T + b_hh[2 * H :]
    return _cell(x, h, W_ih, W_hh, b_ih, b_hh, candidate=lambda a, u, r: torch.tanh(a + inner))


@misconception(
    "gru_cell",
    see="gru",
    en="The reset gate leaves out the bias: r * (W_hn h) + b_hn. In PyTorch b_hn stands inside, r * (W_hn h + b_hn); that is why the GRU cannot merge its two biases.",
    vi="Cổng đặt lại bỏ sót bias: r * (W_hn h) + b_hn. Trong PyTorch, b_hn nằm bên trong, r * (W_hn h + b_hn); vì thế GRU không gộp hai bias làm một được.",
)
def bias_not_reset(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Tensor:  # fmt: skip
    b = b_hh[2 * h.shape[1] :]
    return _cell(x, h, W_ih, W_hh, b_ih, b_hh, candidate=lambda a, u, r: torch.tanh(a + r * (u - b) + b))  # fmt: skip


@misconception(
    "gru_cell",
    see="gru",
    en="Reset and update gate are exchanged: the blocks stand in the order r, z, n. (Keras has z first.)",
    vi="Cổng đặt lại và cổng cập nhật bị đổi chỗ: các khối xếp theo thứ tự r, z, n. (Keras để z trước.)",
)
def gates_swapped(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Tensor:  # fmt: skip
    return _cell(x, h, W_ih, W_hh, b_ih, b_hh, order="zrn")


@misconception(
    "gru_cell",
    see="gru",
    en="The reset gate is not used: n = tanh(W_in x + b_in + W_hn h + b_hn) always sees the whole old state.",
    vi="Cổng đặt lại không được dùng: n = tanh(W_in x + b_in + W_hn h + b_hn) lúc nào cũng thấy toàn bộ trạng thái cũ.",
)
def no_reset(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Tensor:  # fmt: skip
    return _cell(x, h, W_ih, W_hh, b_ih, b_hh, candidate=lambda a, u, r: torch.tanh(a + u))


@misconception(
    "gru_cell",
    see="gru",
    en="The reset gate multiplies everything inside the tanh. It acts on what comes from the old state alone: a_n + r * u_n.",
    vi="Cổng đặt lại nhân với mọi thứ trong tanh. Nó chỉ tác động lên phần đến từ trạng thái cũ: a_n + r * u_n.",
)
def input_reset_too(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Tensor:  # fmt: skip
    return _cell(x, h, W_ih, W_hh, b_ih, b_hh, candidate=lambda a, u, r: torch.tanh(r * (a + u)))


@misconception(
    "gru_cell",
    see="gru",
    en="n went through the sigmoid. It is the new content, not a gate: tanh.",
    vi="n bị đưa qua sigmoid. Nó là nội dung mới chứ không phải cổng: tanh.",
)
def sigmoid_for_n(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Tensor:  # fmt: skip
    return _cell(x, h, W_ih, W_hh, b_ih, b_hh, candidate=lambda a, u, r: torch.sigmoid(a + r * u))


@misconception(
    "gru_cell",
    see="gru",
    en="The gates went through tanh. A gate lies between 0 and 1: the sigmoid.",
    vi="Các cổng bị đưa qua tanh. Cổng phải nằm giữa 0 và 1: sigmoid.",
)
def tanh_for_the_gates__gru_cell(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Tensor:  # fmt: skip
    return _cell(x, h, W_ih, W_hh, b_ih, b_hh, squash=torch.tanh)


@misconception("gru_cell", see="convention", **BIAS_IH_DROPPED)
def bias_ih_dropped__gru_cell(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Tensor:  # fmt: skip
    return _cell(x, h, W_ih, W_hh, 0 * b_ih, b_hh)


@misconception("gru_cell", see="convention", **BIAS_HH_DROPPED)
def bias_hh_dropped__gru_cell(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Tensor:  # fmt: skip
    return _cell(x, h, W_ih, W_hh, b_ih, 0 * b_hh)


@misconception(
    "gru_cell",
    see="gru",
    en="The new state is z h + n: the old one is weighed, the new one is not, so the state can leave the range of tanh. The two shares must add up to 1.",
    vi="Trạng thái mới là z h + n: phần cũ có trọng số còn phần mới thì không, nên trạng thái có thể vượt khỏi khoảng của tanh. Hai phần phải cộng lại bằng 1.",
)
def shares_do_not_add_up(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Tensor:  # fmt: skip
    return _cell(x, h, W_ih, W_hh, b_ih, b_hh, mix=lambda z, n, h: n + z * h)


@misconception(
    "gru_cell",
    see="gru",
    en="Nothing of the old state is kept: you return (1 - z) n. z h is what gives the GRU its memory.",
    vi="Không giữ lại gì của trạng thái cũ: bạn trả về (1 - z) n. Chính z h cho GRU trí nhớ.",
)
def nothing_kept(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Tensor:  # fmt: skip
    return _cell(x, h, W_ih, W_hh, b_ih, b_hh, mix=lambda z, n, h: (1 - z) * n)


@misconception("gru_cell", see="gru", **NOT_TRANSPOSED)
def state_not_transposed__gru_cell(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Tensor:  # fmt: skip
    turned = torch.cat([block.T for block in W_hh.chunk(3)])
    return _cell(x, h, W_ih, turned, b_ih, b_hh)


@misconception(
    "gru_cell",
    see="gru",
    en="You return a pair. A GRU has no cell state: its one state h is memory and output at once.",
    vi="Bạn trả về một cặp. GRU không có trạng thái ô nhớ: trạng thái duy nhất h vừa là trí nhớ vừa là đầu ra.",
)
def pair_returned(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Any:  # fmt: skip
    h = _cell(x, h, W_ih, W_hh, b_ih, b_hh)
    return h, h


@misconception(
    "gru_cell",
    see="gru",
    en="You return the candidate n, and z is not used at all. The new state is a mixture: (1 - z) n + z h.",
    vi="Bạn trả về giá trị đề xuất n, còn z không hề được dùng. Trạng thái mới là một hỗn hợp: (1 - z) n + z h.",
)
def candidate_returned(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Tensor:  # fmt: skip
    return _cell(x, h, W_ih, W_hh, b_ih, b_hh, mix=lambda z, n, h: n)


@misconception(
    "gru_cell",
    see="gru",
    en="The tanh around the candidate is missing: n = tanh(a_n + r * u_n).",
    vi="Thiếu tanh quanh giá trị đề xuất: n = tanh(a_n + r * u_n).",
)
def no_tanh_on_n(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Tensor:  # fmt: skip
    return _cell(x, h, W_ih, W_hh, b_ih, b_hh, candidate=lambda a, u, r: a + r * u)
