"""Lesson 4: known mistakes in train_mlp."""

# ruff: noqa: ARG005 (each exchanged part sees all that it may need)
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.misconceptions.catalogue import misconception
from grader.misconceptions.neural_networks.mlp import mlp
from grader.misconceptions.neural_networks.wording import UPDATED_WEIGHTS

__all__: list[str] = []

Array = np.ndarray[Any, np.dtype[np.float64]]
Integers = np.ndarray[Any, np.dtype[np.int64]]
Params = dict[str, Array]


def _train(
    params: Params,
    X: Array,
    labels: Integers,
    orders: Any,
    rate: float,
    size: int,
    *,
    rows: Callable[[Array, int, int], tuple[Any, Any]] = lambda order, start, size: (
        order[start : start + size],
        order[start : start + size],
    ),
    starts: Callable[[int, int], range] = lambda n, size: range(0, n, size),
    scale: Callable[[int, int], float] = lambda m, size: 1.0,
) -> Params:
    """Training with one part exchanged. rows: which samples and which labels; starts: where batches begin; scale: of the step."""
    for order in orders:
        for start in starts(len(order), size):
            mine, theirs = rows(order, start, size)
            grads = mlp(params, X[mine], labels[theirs])[1]
            step = rate * scale(len(order[start : start + size]), size)
            params = {name: params[name] - step * grads[name] for name in params}
    return {name: value.copy() for name, value in params.items()}


@misconception(
    "train_mlp",
    see="training",
    en="`order_per_epoch` is not used: your batches are the rows as they lie. Each epoch has its own order, take the batches from it.",
    vi="`order_per_epoch` không được dùng: batch của bạn lấy các hàng theo thứ tự sẵn có. Mỗi epoch có thứ tự riêng, hãy lấy batch theo thứ tự đó.",
)
def order_ignored(params: Params, X: Array, labels: Integers, order_per_epoch: Any, learning_rate: float, batch_size: int) -> Params:  # fmt: skip
    orders = [np.arange(len(X)) for _ in order_per_epoch]
    return _train(params, X, labels, orders, learning_rate, batch_size)


@misconception(
    "train_mlp",
    see="training",
    en="Every epoch goes through the samples in the order of the first one. Take the next row of `order_per_epoch` in each epoch.",
    vi="Epoch nào cũng duyệt các mẫu theo thứ tự của epoch đầu. Ở mỗi epoch hãy lấy hàng tiếp theo của `order_per_epoch`.",
)
def first_order_reused(params: Params, X: Array, labels: Integers, order_per_epoch: Any, learning_rate: float, batch_size: int) -> Params:  # fmt: skip
    orders = [order_per_epoch[0] for _ in order_per_epoch]
    return _train(params, X, labels, orders, learning_rate, batch_size)


@misconception(
    "train_mlp",
    see="training",
    en="You shuffle the already shuffled data again: X = X[order] in one epoch is the starting point of the next. The orders refer to the original rows, "
    "so index the original arrays.",
    vi="Bạn lại xáo trộn dữ liệu đã xáo trộn: X = X[order] của epoch này thành điểm xuất phát của epoch sau. Các thứ tự chỉ vào những hàng ban đầu, "
    "nên hãy lấy chỉ số trên mảng gốc.",
)
def shuffled_again(params: Params, X: Array, labels: Integers, order_per_epoch: Any, learning_rate: float, batch_size: int) -> Params:  # fmt: skip
    orders, rows = [], np.arange(len(X))
    for order in order_per_epoch:
        rows = rows[order]
        orders.append(rows)
    return _train(params, X, labels, orders, learning_rate, batch_size)


@misconception(
    "train_mlp",
    see="training",
    en="The pictures are shuffled and the labels are not: each sample is trained with another one's label. Index both with the same batch.",
    vi="Dữ liệu bị xáo trộn nhưng nhãn thì không: mỗi mẫu được học với nhãn của mẫu khác. Hãy lấy chỉ số cả hai bằng cùng một batch.",
)
def labels_unpaired(params: Params, X: Array, labels: Integers, order_per_epoch: Any, learning_rate: float, batch_size: int) -> Params:  # fmt: skip
    def rows(order: Array, start: int, size: int) -> tuple[Any, Any]:
        return order[start : start + size], slice(start, start + size)

    return _train(params, X, labels, order_per_epoch, learning_rate, batch_size, rows=rows)


@misconception(
    "train_mlp",
    see="training",
    en="The short last batch is dropped: its samples never train, and with batch_size > n nothing trains at all. Slicing past the end is harmless, keep what is left.",
    vi="Batch cuối ngắn hơn bị bỏ đi: các mẫu trong đó không bao giờ được học, và khi batch_size > n thì chẳng học gì cả. Cắt quá cuối mảng không sao, hãy giữ phần còn lại.",
)
def last_batch_dropped(params: Params, X: Array, labels: Integers, order_per_epoch: Any, learning_rate: float, batch_size: int) -> Params:  # fmt: skip
    def starts(n: int, size: int) -> range:
        return range(0, n - size + 1, size)

    return _train(params, X, labels, order_per_epoch, learning_rate, batch_size, starts=starts)


@misconception(
    "train_mlp",
    see="training",
    en="Each epoch makes one step, on its first batch. Go on through the whole order, slice by slice.",
    vi="Mỗi epoch chỉ đi một bước, với batch đầu tiên. Hãy đi tiếp hết thứ tự của epoch, từng lát một.",
)
def one_step_per_epoch(params: Params, X: Array, labels: Integers, order_per_epoch: Any, learning_rate: float, batch_size: int) -> Params:  # fmt: skip
    return _train(params, X, labels, order_per_epoch, learning_rate, batch_size, starts=lambda n, size: range(1))  # fmt: skip


@misconception(
    "train_mlp",
    see="training",
    en="You return after the first epoch: is the return inside the loop?",
    vi="Bạn trả về ngay sau epoch đầu: có phải return nằm trong vòng lặp?",
)
def first_epoch_only(params: Params, X: Array, labels: Integers, order_per_epoch: Any, learning_rate: float, batch_size: int) -> Params:  # fmt: skip
    return _train(params, X, labels, order_per_epoch[:1], learning_rate, batch_size)


@misconception(
    "train_mlp",
    see="training",
    en="Every epoch starts again from the parameters you were given, so only the last epoch counts. Carry the parameters from epoch to epoch.",
    vi="Epoch nào cũng bắt đầu lại từ tham số ban đầu, nên chỉ epoch cuối có tác dụng. Hãy mang tham số từ epoch này sang epoch sau.",
)
def restarted_each_epoch(params: Params, X: Array, labels: Integers, order_per_epoch: Any, learning_rate: float, batch_size: int) -> Params:  # fmt: skip
    return _train(params, X, labels, order_per_epoch[-1:], learning_rate, batch_size)


@misconception(
    "train_mlp",
    see="training",
    en="Each step uses the gradient of the whole data set. That is as many full passes as there are batches: use the batch's samples alone.",
    vi="Mỗi bước dùng gradient của toàn bộ dữ liệu. Như vậy có bao nhiêu batch là bấy nhiêu lượt duyệt toàn bộ: chỉ dùng các mẫu của batch.",
)
def whole_data_each_step(params: Params, X: Array, labels: Integers, order_per_epoch: Any, learning_rate: float, batch_size: int) -> Params:  # fmt: skip
    def rows(order: Array, start: int, size: int) -> tuple[Any, Any]:
        return slice(None), slice(None)

    return _train(params, X, labels, order_per_epoch, learning_rate, batch_size, rows=rows)


@misconception(
    "train_mlp",
    see="training",
    en="Your step is as many times too long as the batch has samples: the gradient of the sum, not of the mean, over the batch.",
    vi="Bước của bạn dài gấp số mẫu trong batch: đó là gradient của tổng chứ không phải của trung bình trên batch.",
)
def sum_over_batch(params: Params, X: Array, labels: Integers, order_per_epoch: Any, learning_rate: float, batch_size: int) -> Params:  # fmt: skip
    return _train(params, X, labels, order_per_epoch, learning_rate, batch_size, scale=lambda m, size: m)  # fmt: skip


@misconception(
    "train_mlp",
    see="training",
    en="The short last batch was divided by batch_size. Its mean is over the samples it really has.",
    vi="Batch cuối ngắn hơn bị chia cho batch_size. Trung bình của nó phải tính trên số mẫu thật sự có.",
)
def short_batch_diluted(params: Params, X: Array, labels: Integers, order_per_epoch: Any, learning_rate: float, batch_size: int) -> Params:  # fmt: skip
    return _train(params, X, labels, order_per_epoch, learning_rate, batch_size, scale=lambda m, size: m / size)  # fmt: skip


@misconception(
    "train_mlp",
    see="training",
    en="You add the gradient: the loss climbs. Descent subtracts, p := p - η ∂J/∂p.",
    vi="Bạn cộng gradient: hàm mất mát đi lên. Muốn đi xuống phải trừ, p := p - η ∂J/∂p.",
)
def ascent__train_mlp(params: Params, X: Array, labels: Integers, order_per_epoch: Any, learning_rate: float, batch_size: int) -> Params:  # fmt: skip
    return _train(params, X, labels, order_per_epoch, -learning_rate, batch_size)


@misconception(
    "train_mlp",
    see="training",
    en="The biases stay where they were: only the weights are updated. All four arrays learn.",
    vi="Các bias giữ nguyên: chỉ trọng số được cập nhật. Cả bốn mảng đều phải học.",
)
def biases_frozen(params: Params, X: Array, labels: Integers, order_per_epoch: Any, learning_rate: float, batch_size: int) -> Params:  # fmt: skip
    for order in order_per_epoch:
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            grads = mlp(params, X[batch], labels[batch])[1]
            params = params | {name: params[name] - learning_rate * grads[name] for name in ("W1", "W2")}  # fmt: skip
    return {name: value.copy() for name, value in params.items()}


@misconception("train_mlp", see="mlp", **UPDATED_WEIGHTS)
def updated_weights__train_mlp(params: Params, X: Array, labels: Integers, order_per_epoch: Any, learning_rate: float, batch_size: int) -> Params:  # fmt: skip
    for order in order_per_epoch:
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            grads = mlp(params, X[batch], labels[batch], back=lambda W, dW: W - learning_rate * dW)[1]  # fmt: skip
            params = {name: params[name] - learning_rate * grads[name] for name in params}
    return params


@misconception(
    "train_mlp",
    see="training",
    en="The numbers are right, but `-=` changed the caller's own arrays: whoever wants to train twice from the same start no longer can. Return new arrays.",
    vi="Các con số đều đúng, nhưng `-=` đã sửa chính các mảng của nơi gọi: ai muốn huấn luyện lại từ cùng điểm xuất phát thì không được nữa. Hãy trả về mảng mới.",
)
def arguments_changed__train_mlp(params: Params, X: Array, labels: Integers, order_per_epoch: Any, learning_rate: float, batch_size: int) -> Params:  # fmt: skip
    for order in order_per_epoch:
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            grads = mlp(params, X[batch], labels[batch])[1]
            for name in params:
                params[name] -= learning_rate * grads[name]
    return params
