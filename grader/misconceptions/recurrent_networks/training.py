"""Lesson 6: known mistakes in train_forecaster."""

# ruff: noqa: ARG005 (each exchanged part sees all that it may need)
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from grader.misconceptions.catalogue import misconception

__all__: list[str] = []

Tensor = torch.Tensor


def _mean_square(forecast: Tensor, target: Tensor, model: Any) -> Any:
    return (((forecast - target) / model.std) ** 2).mean()


def _train(
    model: Any, inputs: Tensor, targets: Tensor, epochs: int, rate: float, size: int, generator: torch.Generator,
    *,
    scale: Callable[[Tensor, Tensor], tuple[Any, Any]] = lambda x, y: (x.mean(), x.std()),
    optimizer: Callable[..., torch.optim.Optimizer] = torch.optim.Adam,
    loss: Callable[[Tensor, Tensor, Any], Any] = _mean_square,
    mode: bool | None = True,
    zero: bool = True,
    stop: Callable[[int, int], int] = lambda n, size: n,
    rows: Callable[[Tensor], Any] = lambda batch: batch,
    order: Callable[[int, torch.Generator], Any] = lambda n, generator: torch.randperm(n, generator=generator),
) -> Any:  # fmt: skip
    """Training with one part exchanged. scale: (mean, std); order: of an epoch; stop: where batches end; rows: of the targets."""
    mean, std = scale(inputs, targets)
    model.mean.copy_(mean)
    model.std.copy_(std)
    steps = optimizer(model.parameters(), lr=rate)
    if mode is not None:
        model.train(mode)
    for _ in range(epochs):
        kept = order(len(inputs), generator)[: stop(len(inputs), size)]
        for batch in kept.split(size) if len(kept) else ():
            if zero:
                steps.zero_grad()
            loss(model(inputs[batch]), targets[rows(batch)], model).backward()
            steps.step()
    return model


@misconception(
    "train_forecaster",
    see="training",
    en="zero_grad is missing: the gradients of all batches pile up, together with what lay in .grad before you began.",
    vi="Thiếu zero_grad: gradient của mọi batch chồng lên nhau, cộng cả những gì có sẵn trong .grad trước khi bắt đầu.",
)
def gradients_not_zeroed(model: Any, inputs: Tensor, targets: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(model, inputs, targets, epochs, learning_rate, batch_size, generator, zero=False)


@misconception(
    "train_forecaster",
    see="training",
    en="The model stays in the mode it came in: call model.train() before learning. Layers such as dropout and batch norm depend on it.",
    vi="Mô hình giữ nguyên chế độ lúc được đưa vào: hãy gọi model.train() trước khi học. Các lớp như dropout và chuẩn hóa theo batch phụ thuộc vào nó.",
)
def train_mode_not_set(model: Any, inputs: Tensor, targets: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(model, inputs, targets, epochs, learning_rate, batch_size, generator, mode=None)


@misconception(
    "train_forecaster",
    see="training",
    en="The model is left in eval mode. The contract: it comes back in train mode; whoever evaluates says so.",
    vi="Mô hình bị để lại ở chế độ eval. Theo quy ước nó trở về ở chế độ train; ai đánh giá thì tự chuyển.",
)
def left_in_eval_mode(model: Any, inputs: Tensor, targets: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(model, inputs, targets, epochs, learning_rate, batch_size, generator).eval()


@misconception(
    "train_forecaster",
    see="training",
    en="The model's mean and std are never set: it works with 0 and 1, in the raw units of the series.",
    vi="mean và std của mô hình không hề được đặt: nó làm việc với 0 và 1, trên đơn vị gốc của chuỗi.",
)
def scale_not_set(model: Any, inputs: Tensor, targets: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(model, inputs, targets, epochs, learning_rate, batch_size, generator, scale=lambda x, y: (0.0, 1.0))  # fmt: skip


@misconception(
    "train_forecaster",
    see="training",
    en="Only the mean is set; std is still 1, so the inputs are centred but as large as before.",
    vi="Chỉ mean được đặt; std vẫn là 1, nên đầu vào đã quy về tâm nhưng vẫn lớn như cũ.",
)
def std_not_set(model: Any, inputs: Tensor, targets: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(model, inputs, targets, epochs, learning_rate, batch_size, generator, scale=lambda x, y: (x.mean(), 1.0))  # fmt: skip


@misconception(
    "train_forecaster",
    see="training",
    en="std holds the variance. The standard deviation is its root.",
    vi="std đang chứa phương sai. Độ lệch chuẩn là căn bậc hai của nó.",
)
def variance_for_std(model: Any, inputs: Tensor, targets: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(model, inputs, targets, epochs, learning_rate, batch_size, generator, scale=lambda x, y: (x.mean(), x.var()))  # fmt: skip


@misconception(
    "train_forecaster",
    see="training",
    en="mean and std come from the targets. They are what is to be forecast; the scale is measured on the inputs.",
    vi="mean và std lấy từ các target. Đó là thứ cần dự báo; thang đo phải lấy từ đầu vào.",
)
def scale_of_the_targets(model: Any, inputs: Tensor, targets: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(model, inputs, targets, epochs, learning_rate, batch_size, generator, scale=lambda x, y: (y.mean(), y.std()))  # fmt: skip


@misconception(
    "train_forecaster",
    see="training",
    en="mean and std come from the first window or batch alone. Measure them on all training inputs.",
    vi="mean và std chỉ lấy từ cửa sổ hay batch đầu tiên. Hãy đo trên mọi đầu vào huấn luyện.",
)
def scale_of_the_first_window(model: Any, inputs: Tensor, targets: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(model, inputs, targets, epochs, learning_rate, batch_size, generator, scale=lambda x, y: (x[0].mean(), x[0].std()))  # fmt: skip


@misconception(
    "train_forecaster",
    see="training",
    en="The error climbs: you take the negative of the loss, or step along the gradient instead of against it.",
    vi="Sai số tăng lên: bạn lấy âm của hàm mất mát, hoặc bước theo gradient thay vì ngược lại.",
)
def ascent__train_forecaster(model: Any, inputs: Tensor, targets: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(model, inputs, targets, epochs, learning_rate, batch_size, generator, loss=lambda f, y, m: -_mean_square(f, y, m))  # fmt: skip


@misconception(
    "train_forecaster",
    see="training",
    en="Plain gradient descent (SGD) where Adam is asked for: learning_rate is Adam's.",
    vi="Bạn dùng gradient descent thường (SGD) trong khi cần Adam: learning_rate là của Adam.",
)
def sgd_for_adam(model: Any, inputs: Tensor, targets: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(model, inputs, targets, epochs, learning_rate, batch_size, generator, optimizer=torch.optim.SGD)  # fmt: skip


@misconception(
    "train_forecaster",
    see="training",
    en="You used AdamW, which also shrinks every weight in each step. Here it is Adam, without weight decay.",
    vi="Bạn dùng AdamW, mỗi bước nó còn làm mọi trọng số co lại. Ở đây là Adam, không có suy giảm trọng số.",
)
def adamw_for_adam(model: Any, inputs: Tensor, targets: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(model, inputs, targets, epochs, learning_rate, batch_size, generator, optimizer=torch.optim.AdamW)  # fmt: skip


@misconception(
    "train_forecaster",
    see="training",
    en="learning_rate is not handed to Adam, which then takes its own 0.001.",
    vi="learning_rate không được đưa vào Adam, nên nó dùng giá trị riêng 0.001.",
)
def learning_rate_ignored(model: Any, inputs: Tensor, targets: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(model, inputs, targets, epochs, 0.001, batch_size, generator)


@misconception(
    "train_forecaster",
    see="training",
    en="The short last batch is dropped, and with batch_size > n nothing is learned at all. Keep what is left.",
    vi="Batch cuối ngắn hơn bị bỏ đi, và khi batch_size > n thì chẳng học gì cả. Hãy giữ phần còn lại.",
)
def last_batch_dropped__train_forecaster(model: Any, inputs: Tensor, targets: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(model, inputs, targets, epochs, learning_rate, batch_size, generator, stop=lambda n, size: n // size * size)  # fmt: skip


@misconception(
    "train_forecaster",
    see="training",
    en="The windows come in one and the same order in every epoch, whatever the generator. Draw a new random order for each: torch.randperm(n, generator=generator).",
    vi="Epoch nào các cửa sổ cũng đến theo đúng một thứ tự, bất kể generator. Hãy rút một thứ tự ngẫu nhiên mới cho mỗi epoch: torch.randperm(n, generator=generator).",
)
def not_shuffled(model: Any, inputs: Tensor, targets: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(model, inputs, targets, epochs, learning_rate, batch_size, generator, order=lambda n, generator: torch.arange(n))  # fmt: skip


@misconception(
    "train_forecaster",
    see="training",
    en="One random order is drawn and used in every epoch. Draw it inside the loop: each epoch has an order of its own.",
    vi="Chỉ rút một thứ tự ngẫu nhiên rồi dùng cho mọi epoch. Hãy rút trong vòng lặp: mỗi epoch có thứ tự riêng.",
)
def one_order_for_all_epochs(model: Any, inputs: Tensor, targets: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: torch.Generator) -> Any:  # fmt: skip
    drawn = torch.randperm(len(inputs), generator=generator)
    return _train(model, inputs, targets, epochs, learning_rate, batch_size, generator, order=lambda n, generator: drawn)  # fmt: skip


@misconception(
    "train_forecaster",
    see="training",
    en="In an epoch some windows come twice and others not at all. Draw a permutation (torch.randperm, not randint) and cut it into consecutive slices: then each comes once.",
    vi="Trong một epoch có cửa sổ đến hai lần, có cửa sổ không lần nào. Hãy rút một hoán vị (torch.randperm, không phải randint) rồi cắt thành các lát liên tiếp: mỗi cửa sổ sẽ đến đúng một lần.",
)
def not_every_window(model: Any, inputs: Tensor, targets: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(model, inputs, targets, epochs, learning_rate, batch_size, generator, order=lambda n, generator: torch.randint(n, (n,), generator=generator))  # fmt: skip


@misconception(
    "train_forecaster",
    see="training",
    en="Too little is learned from: fewer windows than `epochs` times all of them. Does the loop over epochs run `epochs` times, and each epoch to its last batch?",
    vi="Học quá ít: số cửa sổ đã dùng ít hơn `epochs` lần tất cả. Vòng lặp epoch có chạy đủ `epochs` lần, và mỗi epoch có tới batch cuối cùng không?",
)
def too_few_epochs(model: Any, inputs: Tensor, targets: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(model, inputs, targets, 1, learning_rate, batch_size, generator)


@misconception(
    "train_forecaster",
    see="training",
    en="The loop over epochs ends early: each window is learned from fewer than `epochs` times. range(epochs) counts from 0 and runs `epochs` times; range(1, epochs) and range(epochs - 1) run once less, and never where `epochs` is 1.",
    vi="Vòng lặp epoch dừng sớm: mỗi cửa sổ được học ít hơn `epochs` lần. range(epochs) đếm từ 0 và chạy đủ `epochs` lần; range(1, epochs) và range(epochs - 1) chạy thiếu một lần, và không chạy lần nào khi `epochs` bằng 1.",
)
def an_epoch_less(model: Any, inputs: Tensor, targets: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(model, inputs, targets, epochs - 1, learning_rate, batch_size, generator)


@misconception(
    "train_forecaster",
    see="training",
    en="The orders do not come from `generator`. The same seed must give the same model, or nobody can repeat your result, and another seed another one: torch.randperm(n, generator=generator).",
    vi="Các thứ tự không lấy từ `generator`. Cùng một seed phải cho cùng một mô hình, nếu không thì không ai lặp lại được kết quả của bạn, còn seed khác thì cho mô hình khác: torch.randperm(n, generator=generator).",
)
def generator_ignored(model: Any, inputs: Tensor, targets: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(model, inputs, targets, epochs, learning_rate, batch_size, generator, order=lambda n, generator: torch.randperm(n))  # fmt: skip


@misconception(
    "train_forecaster",
    see="training",
    en="The windows are shuffled and the targets are not: each window learns what followed another one. Index both with the same batch.",
    vi="Cửa sổ bị xáo trộn còn target thì không: mỗi cửa sổ học thứ đi sau một cửa sổ khác. Hãy lấy chỉ số cả hai bằng cùng một batch.",
)
def targets_unpaired(model: Any, inputs: Tensor, targets: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: torch.Generator) -> Any:  # fmt: skip
    # from the end, so that it is wrong whatever order the generator gives
    return _train(model, inputs, targets, epochs, learning_rate, batch_size, generator, rows=lambda batch: len(targets) - 1 - batch)  # fmt: skip


@misconception(
    "train_forecaster",
    see="training",
    en="The targets are scaled, the forecast is not: the model answers in the series' own units, so compare it with targets in those units (or scale both).",
    vi="Target được chuẩn hóa còn dự báo thì không: mô hình trả lời bằng đơn vị gốc, nên hãy so với target cùng đơn vị (hoặc chuẩn hóa cả hai).",
)
def targets_scaled_alone(model: Any, inputs: Tensor, targets: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: torch.Generator) -> Any:  # fmt: skip
    return _train(model, inputs, targets, epochs, learning_rate, batch_size, generator, loss=lambda f, y, m: ((f - (y - m.mean) / m.std) ** 2).mean())  # fmt: skip


@misconception(
    "train_forecaster",
    see="training",
    en="The inputs are scaled before they go in, but the model scales them itself: they are scaled twice.",
    vi="Đầu vào được chuẩn hóa trước khi đưa vào, nhưng mô hình tự chuẩn hóa rồi: vậy là hai lần.",
)
def scaled_twice(model: Any, inputs: Tensor, targets: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: torch.Generator) -> Any:  # fmt: skip
    mean, std = inputs.mean(), inputs.std()
    return _train(model, (inputs - mean) / std, targets, epochs, learning_rate, batch_size, generator, scale=lambda x, y: (mean, std))  # fmt: skip


@misconception(
    "train_forecaster",
    see="training",
    en="The training is right, but nothing is returned. Return the model.",
    vi="Huấn luyện đúng rồi nhưng không trả về gì. Hãy trả về mô hình.",
)
def nothing_returned(model: Any, inputs: Tensor, targets: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: torch.Generator) -> None:  # fmt: skip
    _train(model, inputs, targets, epochs, learning_rate, batch_size, generator)


@misconception(
    "train_forecaster",
    see="training",
    en="You step before going backward: the first step uses gradients that were there before you began.",
    vi="Bạn bước trước khi lan truyền ngược: bước đầu dùng gradient có từ trước khi bắt đầu.",
)
def step_before_backward(model: Any, inputs: Tensor, targets: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: torch.Generator) -> Any:  # fmt: skip
    model.mean.copy_(inputs.mean())
    model.std.copy_(inputs.std())
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    model.train()
    for _ in range(epochs):
        order: Any = torch.randperm(len(inputs), generator=generator)
        for batch in order.split(batch_size):
            loss = _mean_square(model(inputs[batch]), targets[batch], model)
            optimizer.step()
            optimizer.zero_grad()
            loss.backward()
    return model
