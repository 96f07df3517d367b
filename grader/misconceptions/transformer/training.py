"""Lesson 7: known mistakes in train_gpt."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from grader.misconceptions.catalogue import misconception

__all__: list[str] = []

Tensor = torch.Tensor


def _cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


def _adamw(parameters: Any, rate: float) -> torch.optim.Optimizer:
    return torch.optim.AdamW(parameters, lr=rate)


def _train(
    model: Any, ids: Tensor, steps: int, batch_size: int, rate: float, generator: torch.Generator,
    *,
    optimizer: Callable[[Any, float], torch.optim.Optimizer] = _adamw,
    loss: Callable[[Tensor, Tensor], Tensor] = _cross_entropy,
    targets: Callable[[Tensor], Tensor] = lambda windows: windows[:, 1:],
    starts: Callable[[int, int], int] = lambda n, C: n - C,
    apart: int = 1,
    mode: bool | None = True,
    zero: bool = True,
) -> Any:  # fmt: skip
    """Training with one part exchanged. targets: of windows (batch, C + 1); starts: how many there are; apart: how far from one to the next."""
    C = model.context_length
    steps_of = optimizer(model.parameters(), rate)
    if mode is not None:
        model.train(mode)
    for _ in range(steps):
        count = -(-starts(len(ids), C) // apart)
        first = apart * torch.randint(count, (batch_size, 1), generator=generator)
        windows = ids[first + torch.arange(C + 1)]
        if zero:
            steps_of.zero_grad()
        loss(model(windows[:, :-1]), targets(windows)).backward()  # type: ignore[no-untyped-call]
        steps_of.step()
    return model


@misconception(
    "train_gpt",
    see="training",
    en="The targets are not shifted: the model learns to repeat the token it has just read. The target of each position is the next token, windows[:, 1:].",
    vi="Đích không được dời: mô hình học lặp lại token vừa đọc. Đích của mỗi vị trí là token kế tiếp, windows[:, 1:].",
)
def targets_not_shifted__training(model: Any, ids: Tensor, steps: int, batch_size: int, learning_rate: float, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(model, ids, steps, batch_size, learning_rate, generator, targets=lambda w: w[:, :-1])  # fmt: skip


@misconception(
    "train_gpt",
    see="training",
    en="The targets are shifted within the window by torch.roll, so the last position is asked for the window's first token. Take one id more than the context, and shift by slicing.",
    vi="Đích được dời bên trong cửa sổ bằng torch.roll, nên vị trí cuối lại bị bắt đoán token đầu cửa sổ. Hãy lấy nhiều hơn ngữ cảnh một id rồi dời bằng cách cắt.",
)
def targets_rolled(model: Any, ids: Tensor, steps: int, batch_size: int, learning_rate: float, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(model, ids, steps, batch_size, learning_rate, generator, targets=lambda w: w[:, :-1].roll(-1, dims=1))  # fmt: skip


@misconception(
    "train_gpt",
    see="training",
    en="zero_grad is missing: the gradients of all steps pile up, together with what lay in .grad before you began.",
    vi="Thiếu zero_grad: gradient của mọi bước chồng lên nhau, cộng cả những gì có sẵn trong .grad trước khi bắt đầu.",
)
def gradients_not_zeroed__gpt(model: Any, ids: Tensor, steps: int, batch_size: int, learning_rate: float, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(model, ids, steps, batch_size, learning_rate, generator, zero=False)


@misconception(
    "train_gpt",
    see="training",
    en="Only the last position is scored. Every position predicts its next token: one window gives context_length examples for the price of one.",
    vi="Chỉ vị trí cuối được tính mất mát. Vị trí nào cũng dự đoán token kế tiếp: một cửa sổ cho context_length ví dụ mà chỉ tốn bằng một ví dụ.",
)
def last_position_scored(model: Any, ids: Tensor, steps: int, batch_size: int, learning_rate: float, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(
        model, ids, steps, batch_size, learning_rate, generator,
        loss=lambda logits, y: F.cross_entropy(logits[:, -1], y[:, -1]),
    )  # fmt: skip


@misconception(
    "train_gpt",
    see="training",
    en="A softmax stands before the cross-entropy, which applies one itself. It learns, but slowly: hand over logits.",
    vi="Có một softmax đứng trước entropy chéo, mà bản thân entropy chéo đã lấy softmax. Vẫn học được nhưng chậm: hãy đưa logits.",
)
def softmax_before_the_loss(model: Any, ids: Tensor, steps: int, batch_size: int, learning_rate: float, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(
        model, ids, steps, batch_size, learning_rate, generator,
        loss=lambda logits, y: _cross_entropy(logits.softmax(dim=-1), y),
    )  # fmt: skip


@misconception(
    "train_gpt",
    see="training",
    en="That is Adam. AdamW is asked for: it also pulls every weight towards zero (lesson 3), by default by learning_rate times 0.01 a step.",
    vi="Đây là Adam. Đề bài cần AdamW: nó còn kéo mọi trọng số về không (bài 3), mặc định mỗi bước learning_rate nhân 0.01.",
)
def adam_for_adamw(model: Any, ids: Tensor, steps: int, batch_size: int, learning_rate: float, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(model, ids, steps, batch_size, learning_rate, generator, optimizer=lambda p, rate: torch.optim.Adam(p, lr=rate))  # fmt: skip


@misconception(
    "train_gpt",
    see="training",
    en="That is plain gradient descent (SGD); AdamW is asked for.",
    vi="Đây là gradient descent thường (SGD); đề bài cần AdamW.",
)
def sgd_for_adamw(model: Any, ids: Tensor, steps: int, batch_size: int, learning_rate: float, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(model, ids, steps, batch_size, learning_rate, generator, optimizer=lambda p, rate: torch.optim.SGD(p, lr=rate))  # fmt: skip


@misconception(
    "train_gpt",
    see="training",
    en="The learning rate that was handed over is not used: AdamW runs with its default, 0.001.",
    vi="Tốc độ học được đưa vào không được dùng: AdamW chạy với giá trị mặc định 0.001.",
)
def learning_rate_ignored(model: Any, ids: Tensor, steps: int, batch_size: int, learning_rate: float, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(model, ids, steps, batch_size, 1e-3, generator)


@misconception(
    "train_gpt",
    see="training",
    en="The last window can never be drawn: with n ids there are n - C starts, 0 .. n - C - 1, and your range ends one earlier. On a text of a single window nothing is left to draw from.",
    vi="Cửa sổ cuối không bao giờ được lấy: với n id có n - C điểm bắt đầu, 0 .. n - C - 1, mà khoảng của bạn dừng sớm một. Văn bản chỉ dài một cửa sổ thì không còn gì để lấy.",
)
def last_window_never_drawn(model: Any, ids: Tensor, steps: int, batch_size: int, learning_rate: float, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(model, ids, steps, batch_size, learning_rate, generator, starts=lambda n, C: n - C - 1)  # fmt: skip


@misconception(
    "train_gpt",
    see="training",
    en="Some starts lie too far back: the window with its targets needs C + 1 ids, so the last start is n - C - 1. Yours reach over the end.",
    vi="Có điểm bắt đầu quá gần cuối: cửa sổ cùng với đích cần C + 1 id, nên điểm bắt đầu cuối cùng là n - C - 1. Của bạn vượt qua cuối văn bản.",
)
def start_beyond_the_end(model: Any, ids: Tensor, steps: int, batch_size: int, learning_rate: float, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(model, ids, steps, batch_size, learning_rate, generator, starts=lambda n, _: n + 1)  # fmt: skip


@misconception(
    "train_gpt",
    see="training",
    en="Only windows that begin at a multiple of the context length are drawn: the text is cut into blocks, and what straddles two of them is never learned. Every start 0 .. n - C - 1 is possible.",
    vi="Chỉ những cửa sổ bắt đầu ở bội số của độ dài ngữ cảnh được lấy: văn bản bị cắt thành khối, những gì vắt qua hai khối không bao giờ được học. Điểm bắt đầu nào từ 0 đến n - C - 1 cũng phải có thể được lấy.",
)
def blocks_for_windows(model: Any, ids: Tensor, steps: int, batch_size: int, learning_rate: float, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(model, ids, steps, batch_size, learning_rate, generator, apart=model.context_length)  # fmt: skip


@misconception(
    "train_gpt",
    see="training",
    en="The model stays in the mode it came in: call model.train() before learning, or dropout sleeps.",
    vi="Mô hình giữ nguyên chế độ lúc được đưa vào: hãy gọi model.train() trước khi học, nếu không dropout sẽ không hoạt động.",
)
def train_mode_not_set__gpt(model: Any, ids: Tensor, steps: int, batch_size: int, learning_rate: float, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(model, ids, steps, batch_size, learning_rate, generator, mode=None)


@misconception(
    "train_gpt",
    see="training",
    en="The model is left in eval mode. The contract: it comes back in train mode; whoever evaluates says so.",
    vi="Mô hình bị để lại ở chế độ eval. Theo quy ước nó trở về ở chế độ train; ai đánh giá thì tự chuyển.",
)
def left_in_eval_mode__gpt(model: Any, ids: Tensor, steps: int, batch_size: int, learning_rate: float, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(model, ids, steps, batch_size, learning_rate, generator).eval()


@misconception(
    "train_gpt",
    see="training",
    en="A copy is trained and the model handed over stays as it was. Train it in place and return it.",
    vi="Bạn huấn luyện một bản sao, còn mô hình được đưa vào vẫn như cũ. Hãy huấn luyện tại chỗ và trả về chính nó.",
)
def copy_trained(model: Any, ids: Tensor, steps: int, batch_size: int, learning_rate: float, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(copy.deepcopy(model), ids, steps, batch_size, learning_rate, generator)


@misconception(
    "train_gpt",
    see="training",
    en="Nothing is returned. The trained model itself is: the same object, in train mode.",
    vi="Không có gì được trả về. Cần trả về chính mô hình đã huấn luyện: cùng đối tượng, ở chế độ train.",
)
def model_not_returned(model: Any, ids: Tensor, steps: int, batch_size: int, learning_rate: float, generator: torch.Generator) -> Any:  # fmt: skip
    _train(model, ids, steps, batch_size, learning_rate, generator)


@misconception(
    "train_gpt",
    see="training",
    en="One optimizer for each step: made inside the loop it forgets its averages every time. Make it once, before the loop.",
    vi="Mỗi bước một bộ tối ưu: tạo trong vòng lặp thì lần nào nó cũng quên các trung bình. Hãy tạo một lần trước vòng lặp.",
)
def optimizer_made_anew(model: Any, ids: Tensor, steps: int, batch_size: int, learning_rate: float, generator: torch.Generator) -> Any:  # fmt: skip
    for _ in range(steps):
        _train(model, ids, 1, batch_size, learning_rate, generator)
    return model


@misconception(
    "train_gpt",
    see="training",
    en="The embedding table is not trained: only matrices named blocks, norm and head are handed to the optimizer. Use model.parameters().",
    vi="Bảng embedding không được huấn luyện: chỉ tham số của blocks, norm và head được đưa cho bộ tối ưu. Hãy dùng model.parameters().",
)
def embeddings_not_trained(model: Any, ids: Tensor, steps: int, batch_size: int, learning_rate: float, generator: torch.Generator) -> Any:  # fmt: skip
    chosen = [p for name, p in model.named_parameters() if not name.startswith(("token", "position"))]  # fmt: skip
    spare = nn.Parameter(torch.zeros(1))
    return _train(model, ids, steps, batch_size, learning_rate, generator, optimizer=lambda _p, rate: torch.optim.AdamW([*chosen, spare], lr=rate))  # fmt: skip
