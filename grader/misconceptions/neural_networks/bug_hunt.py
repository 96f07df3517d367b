"""Lesson 4: known mistakes in the bug hunt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from grader.misconceptions.catalogue import misconception

__all__: list[str] = []

Array = np.ndarray[Any, np.dtype[np.float64]]
Params = Mapping[str, Array]


def _logits(params: Params, X: Array) -> Any:
    hidden = np.maximum(X @ params["W1"] + params["b1"], 0.0)
    return np.asarray(hidden @ params["W2"] + params["b2"])


@misconception(
    "neural_networks_bug_hunt",
    see="bug_hunt",
    en="The bug is still there: a single sample gets probability 1 for every class. Print the sums of the rows and of the columns, and ask which should be 1.",
    vi="Lỗi vẫn còn: với một mẫu duy nhất, loại nào cũng có xác suất 1. Hãy in tổng các hàng và tổng các cột rồi tự hỏi tổng nào phải bằng 1.",
)
def bug_left(params: Params, X: Array) -> Any:
    logits = _logits(params, X)
    exponents = np.exp(logits - logits.max(axis=0))
    return exponents / exponents.sum(axis=0)


@misconception(
    "neural_networks_bug_hunt",
    see="bug_hunt",
    en="Half is mended: you shift by the row's maximum but still divide by the sums of the columns. Both run over the classes.",
    vi="Mới sửa một nửa: bạn trừ giá trị lớn nhất của hàng nhưng vẫn chia cho tổng của cột. Cả hai đều phải chạy qua các loại.",
)
def shift_mended_alone(params: Params, X: Array) -> Any:
    logits = _logits(params, X)
    exponents = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponents / exponents.sum(axis=0)


@misconception(
    "neural_networks_bug_hunt",
    see="bug_hunt",
    en="Half is mended: the rows sum to 1, but you still subtract the maximum of each COLUMN, which is not one constant per row and changes the softmax.",
    vi="Mới sửa một nửa: các hàng đã có tổng bằng 1, nhưng bạn vẫn trừ giá trị lớn nhất của từng CỘT; đó không phải một hằng số cho cả hàng nên làm đổi softmax.",
)
def sum_mended_alone(params: Params, X: Array) -> Any:
    logits = _logits(params, X)
    exponents = np.exp(logits - logits.max(axis=0))
    return exponents / exponents.sum(axis=1, keepdims=True)


@misconception(
    "neural_networks_bug_hunt",
    see="bug_hunt",
    en="You made the rows sum to 1 afterwards; the softmax over the samples is still underneath, so the answer for one sample still depends on the others.",
    vi="Bạn chỉ chuẩn hóa lại cho các hàng có tổng bằng 1; bên dưới vẫn là softmax qua các mẫu, nên kết quả của một mẫu vẫn phụ thuộc vào các mẫu khác.",
)
def rows_rescaled(params: Params, X: Array) -> Any:
    p = bug_left(params, X)
    return np.asarray(p / p.sum(axis=1, keepdims=True))


@misconception(
    "neural_networks_bug_hunt",
    see="bug_hunt",
    en="Now everything together sums to 1, samples and classes alike. Each sample, each row, has probabilities of its own.",
    vi="Bây giờ tất cả cộng lại bằng 1, cả mẫu lẫn loại. Mỗi mẫu, tức mỗi hàng, có xác suất của riêng nó.",
)
def one_sum_for_all(params: Params, X: Array) -> Any:
    exponents = np.exp(_logits(params, X))
    return exponents / exponents.sum()


@misconception(
    "neural_networks_bug_hunt",
    see="loss",
    en="You return logits. Probabilities are asked for: the softmax of each row.",
    vi="Bạn trả về logits. Cần xác suất: softmax của từng hàng.",
)
def logits_returned(params: Params, X: Array) -> Any:
    return _logits(params, X)
