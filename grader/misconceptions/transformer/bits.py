"""Lesson 7: known mistakes in bits_per_character."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import torch
import torch.nn.functional as F

from grader.misconceptions.catalogue import misconception

__all__: list[str] = []

Tensor = torch.Tensor
Windows = Callable[[Tensor, int], Iterator[tuple[Tensor, Tensor]]]


def _cut(ids: Tensor, C: int) -> list[Tensor]:
    return [ids[start : start + C] for start in range(0, len(ids), C)]


def _consecutive(ids: Tensor, C: int) -> Iterator[tuple[Tensor, Tensor]]:
    return zip(_cut(ids[:-1], C), _cut(ids[1:], C), strict=True)


def _losses(model: Any, ids: Tensor, windows: Windows = _consecutive, mode: bool | None = False, restore: bool = True) -> list[Tensor]:  # fmt: skip
    """-log2 p of the targets of each window."""
    training = model.training
    if mode is not None:
        model.train(mode)
    with torch.no_grad():
        found = [F.cross_entropy(model(x[None])[0], y, reduction="none") / math.log(2) for x, y in windows(ids, model.context_length)]  # fmt: skip
    if restore:
        model.train(training)
    return found


def _mean(losses: list[Tensor]) -> float:
    return torch.cat(losses).double().mean().item()


@misconception(
    "bits_per_character",
    see="bits",
    en="These are nats: F.cross_entropy takes the natural logarithm. Divide by ln 2 to get bits.",
    vi="Đây là nat: F.cross_entropy dùng logarit tự nhiên. Hãy chia cho ln 2 để có bit.",
)
def nats_for_bits(model: Any, ids: Tensor) -> Any:
    return _mean(_losses(model, ids)) * math.log(2)


@misconception(
    "bits_per_character",
    see="bits",
    en="You multiply by ln 2 where you should divide: a nat is 1.44 bits.",
    vi="Bạn nhân với ln 2 ở chỗ phải chia: một nat là 1.44 bit.",
)
def multiplied_by_ln_2(model: Any, ids: Tensor) -> Any:
    return _mean(_losses(model, ids)) * math.log(2) ** 2


@misconception(
    "bits_per_character",
    see="bits",
    en="That is the sum over all characters. Bits per character are the mean.",
    vi="Đó là tổng qua mọi ký tự. Số bit mỗi ký tự là trung bình.",
)
def sum_over_the_text(model: Any, ids: Tensor) -> Any:
    return torch.cat(_losses(model, ids)).double().sum().item()


@misconception(
    "bits_per_character",
    see="bits",
    en="The sum is divided by the number of ids. The first is not scored, so one fewer characters are: divide by len(ids) - 1.",
    vi="Tổng bị chia cho số lượng ids. Ký tự đầu không được tính, nên số ký tự ít hơn một: hãy chia cho len(ids) - 1.",
)
def divided_by_all(model: Any, ids: Tensor) -> Any:
    return torch.cat(_losses(model, ids)).double().sum().item() / len(ids)


@misconception(
    "bits_per_character",
    see="bits",
    en="The targets are not shifted: you ask how well the model guesses the character that it has just read. The target of position t is ids[t + 1].",
    vi="Đích không được dời: bạn đang đo xem mô hình đoán lại ký tự nó vừa đọc giỏi đến đâu. Đích của vị trí t là ids[t + 1].",
)
def targets_not_shifted(model: Any, ids: Tensor) -> Any:
    return _mean(_losses(model, ids, lambda t, C: zip(_cut(t[:-1], C), _cut(t[:-1], C), strict=True)))  # fmt: skip


def _whole(ids: Tensor, C: int) -> Iterator[tuple[Tensor, Tensor]]:
    return ((x, y) for x, y in _consecutive(ids, C) if len(x) == C)


@misconception(
    "bits_per_character",
    see="bits",
    en="The short last window is dropped. It counts as well, with the characters that it has.",
    vi="Cửa sổ cuối ngắn hơn bị bỏ. Nó cũng được tính, với những ký tự nó có.",
)
def last_window_dropped(model: Any, ids: Tensor) -> Any:
    return _mean(_losses(model, ids, _whole))


@misconception(
    "bits_per_character",
    see="bits",
    en="You average the means of the windows: a character of the short last window then weighs more than another. Sum over all characters, divide once.",
    vi="Bạn lấy trung bình của các trung bình cửa sổ: ký tự trong cửa sổ cuối ngắn hơn sẽ nặng hơn ký tự khác. Hãy cộng qua mọi ký tự rồi chia một lần.",
)
def mean_of_means(model: Any, ids: Tensor) -> Any:
    losses = _losses(model, ids)
    return sum(loss.double().mean().item() for loss in losses) / len(losses)


def _cut_apart(ids: Tensor, C: int) -> Iterator[tuple[Tensor, Tensor]]:
    return ((part[:-1], part[1:]) for part in _cut(ids, C) if len(part) > 1)


@misconception(
    "bits_per_character",
    see="bits",
    en="You cut the text into windows first and shift within each: the first character of every window is never scored. Shift first (ids[:-1], ids[1:]), then cut both.",
    vi="Bạn cắt văn bản thành cửa sổ rồi mới dời bên trong: ký tự đầu mỗi cửa sổ không bao giờ được tính. Hãy dời trước (ids[:-1], ids[1:]) rồi cắt cả hai.",
)
def shifted_within_windows(model: Any, ids: Tensor) -> Any:
    return _mean(_losses(model, ids, _cut_apart))


def _sliding(ids: Tensor, C: int) -> Iterator[tuple[Tensor, Tensor]]:
    last = max(1, len(ids) - C)
    return ((ids[s : s + C][: len(ids) - 1 - s], ids[s + 1 : s + C + 1]) for s in range(last))


@misconception(
    "bits_per_character",
    see="bits",
    en="Your windows overlap (they move by one), so most characters are scored many times. Windows are consecutive: they move by context_length.",
    vi="Các cửa sổ của bạn chồng lên nhau (mỗi lần dời một), nên hầu hết ký tự được tính nhiều lần. Cửa sổ phải liên tiếp: mỗi lần dời context_length.",
)
def overlapping_windows(model: Any, ids: Tensor) -> Any:
    return _mean(_losses(model, ids, _sliding))


@misconception(
    "bits_per_character",
    see="bits",
    en="That is the perplexity, 2 to the power of the bits. The bits themselves are asked for.",
    vi="Đó là perplexity, tức 2 mũ số bit. Cần chính số bit.",
)
def perplexity(model: Any, ids: Tensor) -> Any:
    return 2 ** _mean(_losses(model, ids))


@misconception(
    "bits_per_character",
    see="bits",
    en="The result is a tensor; a plain float is asked for: .item().",
    vi="Kết quả là tensor; cần một số float thường: .item().",
)
def tensor_for_float(model: Any, ids: Tensor) -> Any:
    return torch.cat(_losses(model, ids)).mean()


@misconception(
    "bits_per_character",
    see="bits",
    en="The model is scored in the mode it came in: with dropout in train mode the result is noisy and too high. model.eval() first, and its mode back afterwards.",
    vi="Mô hình được chấm ở nguyên chế độ lúc đưa vào: có dropout mà ở chế độ train thì kết quả nhiễu và quá cao. Hãy gọi model.eval() trước, rồi trả lại chế độ cũ.",
)
def eval_mode_not_set(model: Any, ids: Tensor) -> Any:
    return _mean(_losses(model, ids, mode=None))


@misconception(
    "bits_per_character",
    see="bits",
    en="The model is left in eval mode: whoever goes on training it trains without dropout. Remember model.training and restore it.",
    vi="Mô hình bị để lại ở chế độ eval: ai huấn luyện tiếp sẽ huấn luyện không có dropout. Hãy nhớ model.training và trả lại.",
)
def mode_not_restored(model: Any, ids: Tensor) -> Any:
    return _mean(_losses(model, ids, restore=False))


@misconception(
    "bits_per_character",
    see="bits",
    en="The model always comes back in train mode, even when it came in eval mode. Restore what it was.",
    vi="Mô hình luôn trở về chế độ train, kể cả khi lúc đưa vào nó ở chế độ eval. Hãy trả lại đúng chế độ cũ.",
)
def always_back_to_train(model: Any, ids: Tensor) -> Any:
    found = _mean(_losses(model, ids))
    model.train()
    return found
