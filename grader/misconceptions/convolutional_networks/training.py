"""Lesson 5: known mistakes in train_cnn. Each is the right loop with one part exchanged."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from grader.misconceptions.catalogue import misconception

__all__: list[str] = []

Generator = torch.Generator


def _train(
    model: nn.Module,
    images: Tensor,
    labels: Tensor,
    epochs: int,
    learning_rate: float,
    batch_size: int,
    generator: Generator,
    *,
    optimizer: Callable[..., torch.optim.Optimizer] = torch.optim.Adam,
    loss_of: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy,
    zero: bool = True,
    mode: bool = True,
    shuffled: bool = True,
    paired: bool = True,
    whole_batches: bool = False,
    each_epoch: Sequence[str] = ("order",),
    seen: bool = True,
) -> nn.Module:
    """The right answer, with one part exchanged.

    each_epoch: "order" and "optimizer" are made anew, "zero" and "step" come once instead of in each batch; "late": zero after the step
    seen:       whether the generator is used
    """
    steps = optimizer(model.parameters(), lr=learning_rate)
    model.train(mode)
    for epoch in range(epochs):
        if epoch == 0 or "order" in each_epoch:
            order = torch.randperm(len(images), generator=generator if seen else None)
        if not shuffled:
            order = torch.arange(len(images))
        if "optimizer" in each_epoch:
            steps = optimizer(model.parameters(), lr=learning_rate)
        if "zero" in each_epoch:
            steps.zero_grad()
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            if whole_batches and len(batch) < batch_size:
                continue
            if zero and not {"zero", "late"} & set(each_epoch):
                steps.zero_grad()
            target = labels[batch] if paired else labels[start : start + batch_size]
            loss = loss_of(model(images[batch]), target)
            loss.backward()  # type: ignore[no-untyped-call]
            if "step" not in each_epoch:
                steps.step()
            if "late" in each_epoch:
                steps.zero_grad()
        if "step" in each_epoch:
            steps.step()
    return model


@misconception(
    "train_cnn",
    see="training",
    en="The gradients are never set back to zero: backward() adds into .grad, so each step uses the sum of all gradients so far, and those that somebody left there before. optimizer.zero_grad() in every batch.",
    vi="Gradient không bao giờ được đặt lại về không: backward() cộng dồn vào .grad, nên mỗi bước dùng tổng của mọi gradient trước đó, kể cả những gì ai đó để lại. Mỗi batch cần optimizer.zero_grad().",
)
def zero_grad_missing(model: nn.Module, images: Tensor, labels: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: Generator) -> Any:  # fmt: skip
    return _train(model, images, labels, epochs, learning_rate, batch_size, generator, zero=False)


@misconception(
    "train_cnn",
    see="training",
    en="A softmax stands before F.cross_entropy, which applies one itself. Twice flattens the gradient at the logits; hand over the logits.",
    vi="Có softmax đứng trước F.cross_entropy, mà hàm này tự áp dụng softmax rồi. Hai lần thì gradient tại logits bị dẹt đi; hãy đưa logits vào.",
)
def softmax_before_cross_entropy(model: nn.Module, images: Tensor, labels: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: Generator) -> Any:  # fmt: skip
    def loss_of(logits: Tensor, target: Tensor) -> Tensor:
        return F.cross_entropy(logits.softmax(dim=1), target)

    return _train(model, images, labels, epochs, learning_rate, batch_size, generator, loss_of=loss_of)  # fmt: skip


@misconception(
    "train_cnn",
    see="training",
    en="The model trains in eval mode: batch norm uses running averages that then never change. Call model.train() first.",
    vi="Mô hình được huấn luyện ở chế độ eval: chuẩn hóa theo batch dùng các trung bình động mà chúng thì không bao giờ thay đổi. Hãy gọi model.train() trước.",
)
def trained_in_eval_mode(model: nn.Module, images: Tensor, labels: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: Generator) -> Any:  # fmt: skip
    return _train(model, images, labels, epochs, learning_rate, batch_size, generator, mode=False)


@misconception(
    "train_cnn",
    see="training",
    en="You put the model into eval mode before you return it. It is asked for in train mode; whoever judges it calls model.eval().",
    vi="Trước khi trả về, bạn chuyển mô hình sang chế độ eval. Đề bài yêu cầu để nó ở chế độ huấn luyện; ai đánh giá sẽ tự gọi model.eval().",
)
def left_in_eval_mode(model: nn.Module, images: Tensor, labels: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: Generator) -> Any:  # fmt: skip
    return _train(model, images, labels, epochs, learning_rate, batch_size, generator).eval()


@misconception(
    "train_cnn",
    see="training",
    en="The optimizer is plain gradient descent (SGD). Adam is asked for: torch.optim.Adam.",
    vi="Bộ tối ưu là gradient descent thường (SGD). Đề bài yêu cầu Adam: torch.optim.Adam.",
)
def sgd_for_adam(model: nn.Module, images: Tensor, labels: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: Generator) -> Any:  # fmt: skip
    return _train(model, images, labels, epochs, learning_rate, batch_size, generator, optimizer=torch.optim.SGD)  # fmt: skip


@misconception(
    "train_cnn",
    see="training",
    en="The optimizer is AdamW, which also lets the weights decay. Plain Adam is asked for.",
    vi="Bộ tối ưu là AdamW, nó còn làm trọng số suy giảm. Đề bài yêu cầu Adam thường.",
)
def adamw_for_adam(model: nn.Module, images: Tensor, labels: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: Generator) -> Any:  # fmt: skip
    return _train(model, images, labels, epochs, learning_rate, batch_size, generator, optimizer=torch.optim.AdamW)  # fmt: skip


@misconception(
    "train_cnn",
    see="training",
    en="`learning_rate` is not used: Adam was made without it and takes 0.001.",
    vi="`learning_rate` chưa được dùng: Adam được tạo mà không có nó nên lấy 0.001.",
)
def learning_rate_ignored(model: nn.Module, images: Tensor, labels: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: Generator) -> Any:  # fmt: skip
    return _train(model, images, labels, epochs, 0.001, batch_size, generator)


@misconception(
    "train_cnn",
    see="training",
    en="`epochs` is not used: you go through the data once.",
    vi="`epochs` chưa được dùng: bạn chỉ duyệt dữ liệu một lượt.",
)
def one_epoch(model: nn.Module, images: Tensor, labels: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: Generator) -> Any:  # fmt: skip
    return _train(model, images, labels, 1, learning_rate, batch_size, generator)


@misconception(
    "train_cnn",
    see="training",
    en="The optimizer is made anew in every epoch and forgets its moments and its clock. Make it once, before the loop.",
    vi="Mỗi epoch bạn tạo lại bộ tối ưu nên nó quên các trung bình và đồng hồ của mình. Hãy tạo một lần, trước vòng lặp.",
)
def optimizer_per_epoch(model: nn.Module, images: Tensor, labels: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: Generator) -> Any:  # fmt: skip
    return _train(model, images, labels, epochs, learning_rate, batch_size, generator, each_epoch=("order", "optimizer"))  # fmt: skip


@misconception(
    "train_cnn",
    see="training",
    en="The short last batch is dropped, and with batch_size > n nothing trains at all. Slicing past the end is harmless: keep what is left.",
    vi="Batch cuối ngắn hơn bị bỏ đi, và khi batch_size > n thì chẳng huấn luyện gì cả. Cắt quá cuối không sao: hãy giữ phần còn lại.",
)
def last_batch_dropped__train_cnn(model: nn.Module, images: Tensor, labels: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: Generator) -> Any:  # fmt: skip
    return _train(model, images, labels, epochs, learning_rate, batch_size, generator, whole_batches=True)  # fmt: skip


@misconception(
    "train_cnn",
    see="training",
    en="The pictures are shuffled and the labels are not: each picture learns another one's label. Index both with the same batch.",
    vi="Ảnh được xáo trộn còn nhãn thì không: mỗi ảnh học nhãn của ảnh khác. Hãy lấy chỉ số cả hai bằng cùng một batch.",
)
def labels_unpaired__train_cnn(model: nn.Module, images: Tensor, labels: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: Generator) -> Any:  # fmt: skip
    return _train(model, images, labels, epochs, learning_rate, batch_size, generator, paired=False)


@misconception(
    "train_cnn",
    see="training",
    en="The pictures are taken as they lie, without shuffling. These are sorted by class: at the end of each epoch the network has seen nothing but the last class for a while, and forgets the others. Draw a new order in every epoch.",
    vi="Ảnh được lấy theo thứ tự sẵn có, không xáo trộn. Ảnh ở đây xếp theo loại: cuối mỗi epoch, mạng chỉ thấy toàn loại cuối cùng nên quên các loại khác. Mỗi epoch hãy lấy một thứ tự mới.",
)
def not_shuffled(model: nn.Module, images: Tensor, labels: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: Generator) -> Any:  # fmt: skip
    return _train(model, images, labels, epochs, learning_rate, batch_size, generator, shuffled=False)  # fmt: skip


@misconception(
    "train_cnn",
    see="training",
    en="Nothing is returned. Return the model that was handed over.",
    vi="Không có gì được trả về. Hãy trả về chính mô hình đã được đưa vào.",
)
def nothing_returned__train_cnn(model: nn.Module, images: Tensor, labels: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: Generator) -> Any:  # fmt: skip
    _train(model, images, labels, epochs, learning_rate, batch_size, generator)


@misconception(
    "train_cnn",
    see="training",
    en="You trained a copy: the model that was handed over did not change. Train it in place and return it.",
    vi="Bạn huấn luyện một bản sao: mô hình được đưa vào không thay đổi. Hãy huấn luyện chính nó rồi trả về.",
)
def copy_trained(model: nn.Module, images: Tensor, labels: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: Generator) -> Any:  # fmt: skip
    return _train(copy.deepcopy(model), images, labels, epochs, learning_rate, batch_size, generator)  # fmt: skip


@misconception(
    "train_cnn",
    see="training",
    en="The loss climbs: you go up the gradient. Minimise the cross-entropy, not its negative.",
    vi="Mất mát tăng lên: bạn đang đi lên theo gradient. Hãy cực tiểu hóa entropy chéo, không phải số đối của nó.",
)
def ascent__train_cnn(model: nn.Module, images: Tensor, labels: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: Generator) -> Any:  # fmt: skip
    def loss_of(logits: Tensor, target: Tensor) -> Tensor:
        return -F.cross_entropy(logits, target)

    return _train(model, images, labels, epochs, learning_rate, batch_size, generator, loss_of=loss_of)  # fmt: skip


@misconception(
    "train_cnn",
    see="training",
    en="The gradients are set to zero once an epoch: within it every batch still steps along the sum of all batches so far. optimizer.zero_grad() belongs into the inner loop.",
    vi="Gradient chỉ được đặt về không mỗi epoch một lần: trong epoch đó, batch nào cũng vẫn bước theo tổng của mọi batch trước. optimizer.zero_grad() phải nằm trong vòng lặp trong.",
)
def zero_grad_per_epoch(model: nn.Module, images: Tensor, labels: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: Generator) -> Any:  # fmt: skip
    return _train(model, images, labels, epochs, learning_rate, batch_size, generator, each_epoch=("order", "zero"))  # fmt: skip


@misconception(
    "train_cnn",
    see="training",
    en="The gradients are set to zero after the step, so the first batch still uses what somebody left there before. Set them to zero before backward().",
    vi="Gradient được đặt về không sau khi bước, nên batch đầu tiên vẫn dùng những gì ai đó để lại trước đó. Hãy đặt về không trước backward().",
)
def zero_grad_after_the_step(model: nn.Module, images: Tensor, labels: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: Generator) -> Any:  # fmt: skip
    return _train(model, images, labels, epochs, learning_rate, batch_size, generator, each_epoch=("order", "late"))  # fmt: skip


@misconception(
    "train_cnn",
    see="training",
    en="One step an epoch, behind the loop over the batches. Each batch is followed by a step of its own: optimizer.step() belongs into the inner loop.",
    vi="Mỗi epoch chỉ có một bước, sau vòng lặp qua các batch. Sau mỗi batch phải có một bước: optimizer.step() phải nằm trong vòng lặp trong.",
)
def one_step_per_epoch(model: nn.Module, images: Tensor, labels: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: Generator) -> Any:  # fmt: skip
    return _train(model, images, labels, epochs, learning_rate, batch_size, generator, each_epoch=("order", "step"))  # fmt: skip


@misconception(
    "train_cnn",
    see="training",
    en="The order is drawn once, before the loop, and every epoch repeats it. Draw a new one in every epoch.",
    vi="Thứ tự chỉ được lấy một lần, trước vòng lặp, và epoch nào cũng lặp lại nó. Mỗi epoch hãy lấy một thứ tự mới.",
)
def one_order_for_all_epochs(model: nn.Module, images: Tensor, labels: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: Generator) -> Any:  # fmt: skip
    return _train(model, images, labels, epochs, learning_rate, batch_size, generator, each_epoch=())  # fmt: skip


@misconception(
    "train_cnn",
    see="training",
    en="The order is drawn from torch's global randomness; `generator` is not used, so nobody can repeat the training. torch.randperm(n, generator=generator, ...).",
    vi="Thứ tự được lấy từ nguồn ngẫu nhiên toàn cục của torch; `generator` chưa được dùng, nên không ai lặp lại được lần huấn luyện này. torch.randperm(n, generator=generator, ...).",
)
def generator_ignored(model: nn.Module, images: Tensor, labels: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: Generator) -> Any:  # fmt: skip
    return _train(model, images, labels, epochs, learning_rate, batch_size, generator, seen=False)


@misconception(
    "train_cnn",
    see="training",
    en='The losses of a batch are added up (reduction="sum"): a short last batch then weighs less than the others. F.cross_entropy takes the mean by itself.',
    vi='Các mất mát trong batch được cộng lại (reduction="sum"): batch cuối ngắn hơn thì có trọng lượng nhỏ hơn. F.cross_entropy vốn lấy trung bình.',
)
def losses_summed(model: nn.Module, images: Tensor, labels: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: Generator) -> Any:  # fmt: skip
    def loss_of(logits: Tensor, target: Tensor) -> Tensor:
        return F.cross_entropy(logits, target, reduction="sum")

    return _train(model, images, labels, epochs, learning_rate, batch_size, generator, loss_of=loss_of)  # fmt: skip


@misconception(
    "train_cnn",
    see="training",
    en="There is one epoch too many: range(epochs) already has `epochs` rounds.",
    vi="Thừa một epoch: range(epochs) đã có đúng `epochs` lượt.",
)
def one_epoch_more(model: nn.Module, images: Tensor, labels: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: Generator) -> Any:  # fmt: skip
    return _train(model, images, labels, epochs + 1, learning_rate, batch_size, generator)


@misconception(
    "train_cnn",
    see="training",
    en="The weight decay is not zero. Adam is asked for as it is, without weight_decay.",
    vi="weight_decay khác không. Đề bài yêu cầu Adam như vốn có, không có weight_decay.",
)
def weights_decay(model: nn.Module, images: Tensor, labels: Tensor, epochs: int, learning_rate: float, batch_size: int, generator: Generator) -> Any:  # fmt: skip
    def decaying(parameters: Any, lr: float) -> torch.optim.Optimizer:
        return torch.optim.Adam(parameters, lr=lr, weight_decay=1e-4)

    return _train(model, images, labels, epochs, learning_rate, batch_size, generator, optimizer=decaying)  # fmt: skip
