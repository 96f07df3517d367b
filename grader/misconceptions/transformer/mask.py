"""Lesson 7: known mistakes in the causal mask."""

from __future__ import annotations

from typing import Any

import torch

from grader.misconceptions.catalogue import misconception

__all__: list[str] = []


def _all(length: int, device: Any) -> torch.Tensor:
    return torch.ones(length, length, dtype=torch.bool, device=device)


@misconception(
    "causal_mask",
    see="causal",
    en="The diagonal is missing: no position may look at itself, and the first one at nothing at all. Position t may attend to 0 .. t, itself included.",
    vi="Thiếu đường chéo: không vị trí nào được nhìn chính nó, còn vị trí đầu thì không được nhìn gì cả. Vị trí t được nhìn 0 .. t, kể cả chính nó.",
)
def diagonal_missing(length: int, device: Any) -> Any:
    return _all(length, device).tril(-1)


@misconception(
    "causal_mask",
    see="causal",
    en="One diagonal too many: every position sees the next one, which is just the token it should predict. The loss would fall to nearly 0, and the model be useless.",
    vi="Thừa một đường chéo: vị trí nào cũng thấy vị trí kế tiếp, đúng token mà nó phải dự đoán. Mất mát sẽ giảm gần về 0 mà mô hình thì vô dụng.",
)
def sees_the_next(length: int, device: Any) -> Any:
    return _all(length, device).tril(1)


@misconception(
    "causal_mask",
    see="causal",
    en="Your mask is True where one may NOT attend (strictly above the diagonal). Here True means may attend.",
    vi="Mặt nạ của bạn là True ở chỗ KHÔNG được nhìn (phía trên đường chéo). Ở đây True là được nhìn.",
)
def true_means_hidden(length: int, device: Any) -> Any:
    return _all(length, device).triu(1)


@misconception(
    "causal_mask",
    see="causal",
    en="Rows and columns are exchanged: every position sees itself and the future. The row is the query, the column the key: True where column <= row.",
    vi="Hàng và cột bị đổi chỗ: vị trí nào cũng thấy chính nó và tương lai. Hàng là query, cột là key: True khi cột <= hàng.",
)
def transposed(length: int, device: Any) -> Any:
    return _all(length, device).triu()


@misconception(
    "causal_mask",
    see="causal",
    en="The triangle is right, but made of floats, 1.0 and 0.0. A mask is bool here: ~ and masked_fill need it, and added to scores 1.0 hides nothing.",
    vi="Tam giác đúng nhưng gồm số thực 1.0 và 0.0. Ở đây mặt nạ là bool: ~ và masked_fill cần như vậy, còn cộng 1.0 vào điểm thì chẳng che được gì.",
)
def ones_and_zeros(length: int, device: Any) -> Any:
    return _all(length, device).tril().float()


@misconception(
    "causal_mask",
    see="causal",
    en="That is the additive mask, 0 and minus infinity, to be added to scores. Here a mask is bool, True = may attend.",
    vi="Đó là mặt nạ cộng, gồm 0 và âm vô cực, dùng để cộng vào điểm. Ở đây mặt nạ là bool, True là được nhìn.",
)
def additive_mask(length: int, device: Any) -> Any:
    return torch.zeros(length, length, device=device).masked_fill(~_all(length, device).tril(), float("-inf"))  # fmt: skip


@misconception(
    "causal_mask",
    see="causal",
    en="Everything is allowed. A model that reads from left to right must not see what comes after: only the triangle below the diagonal, diagonal included.",
    vi="Mọi thứ đều được phép. Mô hình đọc từ trái sang phải không được thấy phần phía sau: chỉ tam giác dưới đường chéo, kể cả đường chéo.",
)
def everything_allowed(length: int, device: Any) -> Any:
    return _all(length, device)


@misconception(
    "causal_mask",
    see="causal",
    en="Each position sees only itself. What came before may be seen as well: that is what attention is for.",
    vi="Mỗi vị trí chỉ thấy chính nó. Những gì đứng trước cũng được nhìn: cơ chế chú ý để làm việc đó.",
)
def only_itself(length: int, device: Any) -> Any:
    return torch.eye(length, dtype=torch.bool, device=device)
