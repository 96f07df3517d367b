"""Lesson 7: known mistakes in generate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from grader.misconceptions.catalogue import misconception

__all__: list[str] = []

Tensor = torch.Tensor


_ELSEWHERE = torch.Generator().manual_seed(0)
"""In the place of torch's global randomness, so that a pack is built alike each time."""


def _drawn(logits: Tensor, temperature: float, generator: torch.Generator) -> Tensor:
    """(N, 1): the next token of each row."""
    if temperature == 0:
        return logits.argmax(dim=-1, keepdim=True)
    return torch.multinomial(torch.softmax(logits / temperature, dim=-1), 1, generator=generator)


def _continued(
    model: Any, ids: Tensor, new_tokens: int, temperature: float, generator: torch.Generator,
    *,
    cropped: Callable[[Tensor, int], Tensor] = lambda ids, C: ids[:, -C:],
    place: Callable[[Tensor], Tensor] = lambda logits: logits[:, -1],
    drawn: Callable[[Tensor, float, torch.Generator], Tensor] = _drawn,
    mode: bool | None = False,
    restore: bool = True,
) -> Tensor:  # fmt: skip
    """Generation with one part exchanged."""
    training = model.training
    if mode is not None:
        model.train(mode)
    with torch.no_grad():
        for _ in range(new_tokens):
            logits = place(model(cropped(ids, model.context_length)))  # (N, V)
            ids = torch.cat([ids, drawn(logits, temperature, generator)], dim=1)
    if restore:
        model.train(training)
    return ids


@misconception(
    "generate",
    see="generate",
    en="Only the new tokens come back; prompt and new tokens are asked for, (N, T + new_tokens).",
    vi="Bạn chỉ trả về các token mới; cần cả prompt lẫn token mới, (N, T + new_tokens).",
)
def prompt_left_out(model: Any, ids: Tensor, new_tokens: int, temperature: float, generator: torch.Generator) -> Any:  # fmt: skip
    return _continued(model, ids, new_tokens, temperature, generator)[:, ids.shape[1] :]


@misconception(
    "generate",
    see="generate",
    en="The context is not cropped: beyond context_length tokens the model has no position to give. Feed it ids[:, -context_length:].",
    vi="Ngữ cảnh không được cắt bớt: quá context_length token thì mô hình không còn vector vị trí nào để dùng. Hãy đưa vào ids[:, -context_length:].",
)
def context_not_cropped(model: Any, ids: Tensor, new_tokens: int, temperature: float, generator: torch.Generator) -> Any:  # fmt: skip
    return _continued(model, ids, new_tokens, temperature, generator, cropped=lambda ids, _: ids)


@misconception(
    "generate",
    see="generate",
    en="The context keeps the FIRST tokens: beyond context_length the model always reads the same text and repeats itself. Keep the last ones, ids[:, -context_length:].",
    vi="Ngữ cảnh giữ lại các token ĐẦU: quá context_length, mô hình luôn đọc cùng một văn bản và tự lặp lại. Hãy giữ các token cuối, ids[:, -context_length:].",
)
def first_tokens_kept(model: Any, ids: Tensor, new_tokens: int, temperature: float, generator: torch.Generator) -> Any:  # fmt: skip
    return _continued(model, ids, new_tokens, temperature, generator, cropped=lambda ids, C: ids[:, :C])  # fmt: skip


@misconception(
    "generate",
    see="generate",
    en="The logits are not those of the last position. The first position predicts the second token, which you know already: take logits[:, -1].",
    vi="Logits không phải của vị trí cuối. Vị trí đầu dự đoán token thứ hai, mà token đó đã biết: hãy lấy logits[:, -1].",
)
def first_position_read(model: Any, ids: Tensor, new_tokens: int, temperature: float, generator: torch.Generator) -> Any:  # fmt: skip
    return _continued(model, ids, new_tokens, temperature, generator, place=lambda logits: logits[:, 0])  # fmt: skip


@misconception(
    "generate",
    see="generate",
    en="The logits of all positions are averaged. The last position alone predicts what comes next.",
    vi="Logits của mọi vị trí bị lấy trung bình. Chỉ vị trí cuối dự đoán token kế tiếp.",
)
def positions_averaged(model: Any, ids: Tensor, new_tokens: int, temperature: float, generator: torch.Generator) -> Any:  # fmt: skip
    return _continued(model, ids, new_tokens, temperature, generator, place=lambda logits: logits.mean(dim=1))  # fmt: skip


def _multiplied(logits: Tensor, temperature: float, generator: torch.Generator) -> Tensor:
    return _drawn(logits, 1 / temperature if temperature else 0, generator)


@misconception(
    "generate",
    see="generate",
    en="The logits are multiplied by the temperature. They are divided: a low temperature makes differences larger and the choice surer.",
    vi="Logits bị nhân với nhiệt độ. Phải chia: nhiệt độ thấp làm các khác biệt lớn lên và lựa chọn chắc chắn hơn.",
)
def temperature_multiplied(model: Any, ids: Tensor, new_tokens: int, temperature: float, generator: torch.Generator) -> Any:  # fmt: skip
    return _continued(model, ids, new_tokens, temperature, generator, drawn=_multiplied)


def _unscaled(logits: Tensor, temperature: float, generator: torch.Generator) -> Tensor:
    return _drawn(logits, 1.0 if temperature else 0, generator)


@misconception(
    "generate",
    see="generate",
    en="The temperature has no effect: you draw from softmax(logits) whatever it is. (Dividing the probabilities does nothing either: drawing normalizes them again. Divide the logits.)",
    vi="Nhiệt độ không có tác dụng: bạn luôn lấy mẫu từ softmax(logits). (Chia xác suất cũng vô ích: khi lấy mẫu chúng lại được chuẩn hóa. Hãy chia logits.)",
)
def temperature_ignored(model: Any, ids: Tensor, new_tokens: int, temperature: float, generator: torch.Generator) -> Any:  # fmt: skip
    return _continued(model, ids, new_tokens, temperature, generator, drawn=_unscaled)


@misconception(
    "generate",
    see="generate",
    en="You always take the likeliest token. Above temperature 0 the next token is drawn from the distribution.",
    vi="Bạn luôn lấy token có khả năng nhất. Với nhiệt độ trên 0, token kế tiếp phải được lấy ngẫu nhiên theo phân phối.",
)
def always_greedy(model: Any, ids: Tensor, new_tokens: int, temperature: float, generator: torch.Generator) -> Any:  # fmt: skip
    return _continued(model, ids, new_tokens, 0.0, generator)


@misconception(
    "generate",
    see="generate",
    en="Temperature 0 divides by zero: the probabilities are NaN. At 0 take the largest logit, argmax.",
    vi="Nhiệt độ 0 gây chia cho không: xác suất thành NaN. Tại 0 hãy lấy logit lớn nhất, argmax.",
)
def zero_not_treated(model: Any, ids: Tensor, new_tokens: int, temperature: float, generator: torch.Generator) -> Any:  # fmt: skip
    def drawn(logits: Tensor, temperature: float, generator: torch.Generator) -> Tensor:
        p = torch.softmax(logits / torch.tensor(temperature), dim=-1)
        return torch.multinomial(p, 1, generator=generator)

    return _continued(model, ids, new_tokens, temperature, generator, drawn=drawn)


@misconception(
    "generate",
    see="generate",
    en="The generator is not used: you draw from torch's global randomness, so the same seed gives another text. Pass generator=generator to torch.multinomial.",
    vi="generator không được dùng: bạn lấy mẫu từ nguồn ngẫu nhiên chung của torch, nên cùng seed lại cho văn bản khác. Hãy truyền generator=generator cho torch.multinomial.",
)
def generator_ignored(model: Any, ids: Tensor, new_tokens: int, temperature: float, generator: torch.Generator) -> Any:  # fmt: skip
    return _continued(model, ids, new_tokens, temperature, generator, drawn=lambda logits, t, _g: _drawn(logits, t, _ELSEWHERE))  # fmt: skip


@misconception(
    "generate",
    see="generate",
    en="The generator is seeded anew inside: every text comes out the same, whatever generator is handed over. Use it as it comes.",
    vi="Bạn gieo lại seed cho generator ở bên trong: văn bản nào cũng giống nhau dù đưa vào generator nào. Hãy dùng nó như được đưa vào.",
)
def generator_reseeded(model: Any, ids: Tensor, new_tokens: int, temperature: float, generator: torch.Generator) -> Any:  # fmt: skip
    own = torch.Generator().manual_seed(0)
    return _continued(model, ids, new_tokens, temperature, own)


@misconception(
    "generate",
    see="generate",
    en="The model runs in the mode it came in: with dropout in train mode it would write as if drunk. model.eval() first.",
    vi="Mô hình chạy ở nguyên chế độ lúc đưa vào: có dropout mà ở chế độ train thì nó viết như người say. Hãy gọi model.eval() trước.",
)
def eval_mode_not_set__generate(model: Any, ids: Tensor, new_tokens: int, temperature: float, generator: torch.Generator) -> Any:  # fmt: skip
    return _continued(model, ids, new_tokens, temperature, generator, mode=None)


@misconception(
    "generate",
    see="generate",
    en="Train mode is not restored: the model is left in eval mode. Remember model.training and put it back.",
    vi="Chế độ train không được trả lại: mô hình bị để ở chế độ eval. Hãy nhớ model.training rồi trả lại.",
)
def mode_not_restored__generate(model: Any, ids: Tensor, new_tokens: int, temperature: float, generator: torch.Generator) -> Any:  # fmt: skip
    return _continued(model, ids, new_tokens, temperature, generator, restore=False)


@misconception(
    "generate",
    see="generate",
    en="The model always comes back in train mode, even when it came in eval mode. Restore what it was.",
    vi="Mô hình luôn trở về chế độ train, kể cả khi lúc đưa vào nó ở chế độ eval. Hãy trả lại đúng chế độ cũ.",
)
def always_back_to_train__generate(model: Any, ids: Tensor, new_tokens: int, temperature: float, generator: torch.Generator) -> Any:  # fmt: skip
    found = _continued(model, ids, new_tokens, temperature, generator)
    model.train()
    return found
