"""Lesson 6: known mistakes in one recurrent step and in clipping."""

from __future__ import annotations

from typing import Any

import torch

from grader.misconceptions.catalogue import misconception
from grader.misconceptions.recurrent_networks.wording import NO_STATE, NOT_TRANSPOSED

Tensor = torch.Tensor


@misconception(
    "rnn_step",
    see="rnn",
    en="The tanh is missing: without it the step is linear, and so is any number of them.",
    vi="Thiếu tanh: không có nó thì bước này tuyến tính, và bao nhiêu bước nối nhau cũng vậy.",
)
def no_activation__rnn_step(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b: Tensor) -> Tensor:
    return x @ W_ih.T + h @ W_hh.T + b


@misconception(
    "rnn_step",
    see="rnn",
    en="You used the sigmoid. The step uses tanh, from -1 to 1; the sigmoid comes with the gates.",
    vi="Bạn dùng sigmoid. Bước này dùng tanh, chạy từ -1 đến 1; sigmoid sẽ đến cùng các cổng.",
)
def sigmoid_for_tanh__rnn_step(
    x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b: Tensor
) -> Tensor:
    return torch.sigmoid(x @ W_ih.T + h @ W_hh.T + b)


@misconception(
    "rnn_step",
    see="rnn",
    en="You used ReLU, as in lesson 4. A state that is fed back again and again has to stay bounded: here it is tanh.",
    vi="Bạn dùng ReLU như ở bài 4. Một trạng thái được đưa ngược lại mãi thì phải bị chặn: ở đây là tanh.",
)
def relu_for_tanh(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b: Tensor) -> Tensor:
    return torch.relu(x @ W_ih.T + h @ W_hh.T + b)


@misconception("rnn_step", see="rnn", **NO_STATE)
def state_ignored__rnn_step(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b: Tensor) -> Tensor:
    return torch.tanh(x @ W_ih.T + b)


@misconception("rnn_step", see="rnn", **NOT_TRANSPOSED)
def state_not_transposed__rnn_step(
    x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b: Tensor
) -> Tensor:
    return torch.tanh(x @ W_ih.T + h @ W_hh + b)


@misconception(
    "rnn_step",
    see="rnn",
    en="Both products lack the transpose: x @ W_ih fits only when D and H are equal. The weights have one row per hidden unit, the samples are rows too: x @ W_ih.T.",
    vi="Cả hai tích đều thiếu chuyển vị: x @ W_ih chỉ khớp khi D bằng H. Trọng số có mỗi hàng một nơ-ron ẩn, mẫu cũng nằm ở các hàng: x @ W_ih.T.",
)
def no_transpose(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b: Tensor) -> Tensor:
    return torch.tanh(x @ W_ih + h @ W_hh + b)


@misconception(
    "rnn_step",
    see="rnn",
    en="The bias b is missing from the sum inside the tanh.",
    vi="Thiếu bias b trong tổng nằm bên trong tanh.",
)
def bias_dropped__rnn_step(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b: Tensor) -> Tensor:
    return torch.tanh(x @ W_ih.T + h @ W_hh.T)


@misconception(
    "rnn_step",
    see="rnn",
    en="The state is added outside the tanh, so it can grow without end. Everything stands inside: tanh(W_ih x + W_hh h + b).",
    vi="Trạng thái được cộng ở ngoài tanh nên có thể lớn vô hạn. Mọi thứ phải nằm bên trong: tanh(W_ih x + W_hh h + b).",
)
def state_outside(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b: Tensor) -> Tensor:
    return torch.tanh(x @ W_ih.T + b) + h @ W_hh.T


@misconception(
    "rnn_step",
    see="rnn",
    en="The bias is added outside the tanh. Everything stands inside: tanh(W_ih x + W_hh h + b).",
    vi="Bias được cộng ở ngoài tanh. Mọi thứ phải nằm bên trong: tanh(W_ih x + W_hh h + b).",
)
def bias_outside(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b: Tensor) -> Tensor:
    return torch.tanh(x @ W_ih.T + h @ W_hh.T) + b


@misconception(
    "rnn_step",
    see="rnn",
    en="The numbers are right, but the result is cut off (.detach(), .data, torch.tensor(...)): no gradient can go back through it, and the network cannot learn.",
    vi="Các con số đều đúng, nhưng kết quả đã bị cắt rời (.detach(), .data, torch.tensor(...)): không gradient nào đi ngược qua được, và mạng không học được.",
)
def detached__rnn_step(x: Tensor, h: Tensor, W_ih: Tensor, W_hh: Tensor, b: Tensor) -> Tensor:
    return torch.tanh(x @ W_ih.T + h @ W_hh.T + b).detach()


def _norm(grads: list[Tensor]) -> Tensor:
    return torch.stack([(g**2).sum() for g in grads]).sum().sqrt()


@misconception(
    "clip_gradients",
    see="clipping",
    en="Each tensor is clipped by a norm of its own, which turns the direction of the whole step. There is one norm over all tensors together, and one factor.",
    vi="Mỗi tensor bị cắt theo chuẩn của riêng nó, làm lệch hướng của cả bước. Chỉ có một chuẩn tính trên mọi tensor gộp lại, và một hệ số chung.",
)
def clipped_one_by_one(grads: list[Tensor], max_norm: float) -> Any:
    return [g * torch.clamp(max_norm / g.norm(), max=1.0) for g in grads], _norm(grads)


@misconception(
    "clip_gradients",
    see="clipping",
    en="You cut every entry to the range from -max_norm to max_norm. That is clipping by value, and it bends the direction. Here the whole is shortened by one factor.",
    vi="Bạn cắt từng phần tử vào khoảng từ -max_norm đến max_norm. Đó là cắt theo giá trị, và nó làm lệch hướng. Ở đây tất cả được rút ngắn bằng một hệ số.",
)
def clipped_by_value(grads: list[Tensor], max_norm: float) -> Any:
    return [g.clamp(-max_norm, max_norm) for g in grads], _norm(grads)


@misconception(
    "clip_gradients",
    see="clipping",
    en="You rescale always, so short gradients grow to max_norm (and zero ones become NaN). Only what is too long is shortened: the factor is at most 1.",
    vi="Bạn luôn co giãn, nên gradient ngắn bị kéo dài thành max_norm (và gradient bằng 0 thành NaN). Chỉ rút ngắn cái quá dài: hệ số không bao giờ vượt quá 1.",
)
def always_rescaled(grads: list[Tensor], max_norm: float) -> Any:
    norm = _norm(grads)
    return [g * (max_norm / norm) for g in grads], norm


@misconception(
    "clip_gradients",
    see="clipping",
    en="You divide by norm + 1e-6, as PyTorch does, so the result is a little shorter than max_norm. Here it is exactly max_norm; zero gradients need no such care when the factor is cut off at 1.",
    vi="Bạn chia cho norm + 1e-6 như PyTorch, nên kết quả ngắn hơn max_norm một chút. Ở đây phải đúng bằng max_norm; gradient bằng 0 không cần thêm gì nếu hệ số được chặn ở 1.",
)
def epsilon_added(grads: list[Tensor], max_norm: float) -> Any:
    norm = _norm(grads)
    return [g * torch.clamp(max_norm / (norm + 1e-6), max=1.0) for g in grads], norm


@misconception(
    "clip_gradients",
    see="clipping",
    en="The root is missing: you compare the SQUARE of the norm with max_norm.",
    vi="Thiếu căn bậc hai: bạn đem BÌNH PHƯƠNG của chuẩn so với max_norm.",
)
def root_missing(grads: list[Tensor], max_norm: float) -> Any:
    norm = _norm(grads) ** 2
    return [g * torch.clamp(max_norm / norm, max=1.0) for g in grads], norm


@misconception(
    "clip_gradients",
    see="clipping",
    en="You add the norms of the tensors. Norms add like the sides of a right triangle: square them, add, take the root.",
    vi="Bạn cộng các chuẩn của từng tensor. Chuẩn cộng như các cạnh tam giác vuông: bình phương, cộng lại, rồi lấy căn.",
)
def norms_added(grads: list[Tensor], max_norm: float) -> Any:
    norm = torch.stack([g.norm() for g in grads]).sum()
    return [g * torch.clamp(max_norm / norm, max=1.0) for g in grads], norm


@misconception(
    "clip_gradients",
    see="clipping",
    en="The gradients are right, but you return their norm AFTER clipping. The norm before it is what you want to watch during training: it tells how often you clip.",
    vi="Các gradient đều đúng, nhưng bạn trả về chuẩn SAU khi cắt. Khi huấn luyện, cái cần theo dõi là chuẩn trước đó: nó cho biết bạn phải cắt thường xuyên đến đâu.",
)
def norm_after(grads: list[Tensor], max_norm: float) -> Any:
    norm = _norm(grads)
    clipped = [g * torch.clamp(max_norm / norm, max=1.0) for g in grads]
    return clipped, _norm(clipped)


@misconception(
    "clip_gradients",
    see="clipping",
    en="What is too long becomes 1 long: you divide by the norm and forget the limit. The factor is max_norm / norm.",
    vi="Cái quá dài bị rút về độ dài 1: bạn chia cho chuẩn mà quên giới hạn. Hệ số là max_norm / norm.",
)
def cut_to_length_one(grads: list[Tensor], max_norm: float) -> Any:
    norm = _norm(grads)
    return [g * torch.where(norm > max_norm, 1 / norm, 1.0) for g in grads], norm


@misconception(
    "clip_gradients",
    see="clipping",
    en="Both are right, but in the wrong order: return (clipped, norm), the list first.",
    vi="Cả hai đều đúng nhưng sai thứ tự: hãy trả về (clipped, norm), danh sách đứng trước.",
)
def norm_first(grads: list[Tensor], max_norm: float) -> Any:
    norm = _norm(grads)
    return norm, [g * torch.clamp(max_norm / norm, max=1.0) for g in grads]


@misconception(
    "clip_gradients",
    see="clipping",
    en="You return the clipped gradients alone. The norm before clipping belongs to the answer: return (clipped, norm).",
    vi="Bạn chỉ trả về các gradient đã cắt. Chuẩn trước khi cắt cũng thuộc về kết quả: hãy trả về (clipped, norm).",
)
def norm_not_returned(grads: list[Tensor], max_norm: float) -> Any:
    return [g * torch.clamp(max_norm / _norm(grads), max=1.0) for g in grads]


@misconception(
    "clip_gradients",
    see="clipping",
    en="The factor is upside down: norm / max_norm makes long gradients longer.",
    vi="Hệ số bị lộn ngược: norm / max_norm làm gradient dài càng dài thêm.",
)
def factor_inverted(grads: list[Tensor], max_norm: float) -> Any:
    norm = _norm(grads)
    return [g * torch.clamp(norm / max_norm, min=1.0) for g in grads], norm


@misconception(
    "clip_gradients",
    see="clipping",
    en="The numbers are right, but `*=` changed the caller's own gradients. Return new tensors.",
    vi="Các con số đều đúng, nhưng `*=` đã sửa chính các gradient của nơi gọi. Hãy trả về tensor mới.",
)
def arguments_changed__clip_gradients(grads: list[Tensor], max_norm: float) -> Any:
    norm = _norm(grads)
    if norm > max_norm:
        for g in grads:
            g *= max_norm / norm
        return [g.clone() for g in grads], norm
    return [g.clone() for g in grads], norm


@misconception(
    "clip_gradients",
    see="clipping",
    en="Below the limit you hand back the caller's own tensors: who changes one changes both. Return new ones in every case; a factor of 1 does it.",
    vi="Khi chưa tới giới hạn, bạn trả lại chính các tensor của nơi gọi: sửa cái này là sửa cả cái kia. Lúc nào cũng trả về tensor mới; nhân với 1 là đủ.",
)
def same_tensors(grads: list[Tensor], max_norm: float) -> Any:
    norm = _norm(grads)
    return ([g * (max_norm / norm) for g in grads] if norm > max_norm else grads), norm


@misconception(
    "clip_gradients",
    see="clipping",
    en="The gradients are right, but the norm is a Python number. Return the 0-d tensor itself: .item() makes a GPU wait in every step.",
    vi="Các gradient đều đúng, nhưng chuẩn lại là một số Python. Hãy trả về chính tensor 0 chiều: .item() bắt GPU phải chờ ở mỗi bước.",
)
def norm_as_number(grads: list[Tensor], max_norm: float) -> Any:
    norm = _norm(grads)
    return [g * torch.clamp(max_norm / norm, max=1.0) for g in grads], norm.item()


@misconception(
    "clip_gradients",
    see="clipping",
    en="You used the mean square of the entries. The norm is the root of their SUM of squares, whatever their number.",
    vi="Bạn dùng trung bình bình phương của các phần tử. Chuẩn là căn của TỔNG bình phương, bất kể có bao nhiêu phần tử.",
)
def mean_for_sum__clip_gradients(grads: list[Tensor], max_norm: float) -> Any:
    norm = torch.cat([g.flatten() for g in grads]).square().mean().sqrt()
    return [g * torch.clamp(max_norm / norm, max=1.0) for g in grads], norm
