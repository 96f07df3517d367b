"""Lesson 5: known mistakes in LeNet. Each is the right module with one part exchanged."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from grader.misconceptions.catalogue import misconception

__all__: list[str] = []


class _LeNet(nn.Module):
    """The right answer, its parts to be exchanged one by one."""

    padding, second = 2, 16

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=self.padding)
        self.conv2 = nn.Conv2d(6, self.second, 5)
        side = 5 if self.padding else 4
        self.fc1 = nn.Linear(self.second * side * side, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def act(self, x: Tensor) -> Tensor:
        return F.relu(x)

    def pool(self, x: Tensor) -> Tensor:
        return F.max_pool2d(x, 2)

    def features(self, x: Tensor) -> Tensor:
        x = self.pool(self.act(self.conv1(x)))
        return self.pool(self.act(self.conv2(x)))

    def flat(self, x: Tensor) -> Tensor:
        return x.flatten(1)

    def classify(self, x: Tensor) -> Tensor:
        x = self.act(self.fc1(x))
        logits: Tensor = self.fc3(self.act(self.fc2(x)))
        return logits

    def forward(self, x: Tensor) -> Any:
        return self.classify(self.flat(self.features(x)))


@misconception(
    "LeNet",
    see="lenet",
    en="Your LeNet ends in a softmax. Logits are asked for: F.cross_entropy applies the softmax itself, and twice flattens the gradient.",
    vi="LeNet của bạn kết thúc bằng softmax. Ở đây cần logits: F.cross_entropy tự áp dụng softmax, làm hai lần thì gradient bị dẹt đi.",
)
class softmax_at_the_end(_LeNet):
    def forward(self, x: Tensor) -> Any:
        return super().forward(x).softmax(dim=1)


@misconception(
    "LeNet",
    see="lenet",
    en="There is a ReLU behind fc3 as well: negative logits become 0 and their classes get no gradient. The last layer has no activation.",
    vi="Sau fc3 cũng có ReLU: logit âm thành 0 và loại của nó không nhận gradient. Lớp cuối không có hàm kích hoạt.",
)
class relu_at_the_end(_LeNet):
    def forward(self, x: Tensor) -> Any:
        return F.relu(super().forward(x))


@misconception(
    "LeNet",
    see="lenet",
    en="You pool by the mean, as the original did. Ours pools by the maximum.",
    vi="Bạn gộp bằng trung bình, như bản gốc. LeNet của ta gộp bằng cực đại.",
)
class average_pooling(_LeNet):
    def pool(self, x: Tensor) -> Tensor:
        return F.avg_pool2d(x, 2)


@misconception(
    "LeNet",
    see="lenet",
    en="Your activation is tanh, as in the original. Ours is ReLU.",
    vi="Hàm kích hoạt của bạn là tanh, như bản gốc. LeNet của ta dùng ReLU.",
)
class tanh_for_relu(_LeNet):
    def act(self, x: Tensor) -> Tensor:
        return torch.tanh(x)


@misconception(
    "LeNet",
    see="lenet",
    en="There is no ReLU behind the convolutions. Without a bend between them two linear layers are one (lesson 4).",
    vi="Không có ReLU sau các lớp tích chập. Không có chỗ uốn cong ở giữa thì hai lớp tuyến tính chỉ là một (bài 4).",
)
class no_relu_behind_convolutions(_LeNet):
    def features(self, x: Tensor) -> Tensor:
        return self.pool(self.conv2(self.pool(self.conv1(x))))


@misconception(
    "LeNet",
    see="lenet",
    en="There is no ReLU between the fully connected layers: three of them without a bend are one (lesson 4).",
    vi="Không có ReLU giữa các lớp kết nối đầy đủ: ba lớp không có chỗ uốn cong chỉ là một (bài 4).",
)
class no_relu_behind_linear_layers(_LeNet):
    def classify(self, x: Tensor) -> Tensor:
        logits: Tensor = self.fc3(self.fc2(self.fc1(x)))
        return logits


@misconception(
    "LeNet",
    see="lenet",
    en="conv1 has no padding: 28 x 28 becomes 24 x 24, and 256 numbers are left instead of 400. The original took pictures of 32 x 32; ours pads by 2.",
    vi="conv1 không có đệm: 28 x 28 thành 24 x 24, và chỉ còn 256 số thay vì 400. Bản gốc nhận ảnh 32 x 32; của ta đệm 2.",
)
class no_padding(_LeNet):
    padding = 0


@misconception(
    "LeNet",
    see="lenet",
    en="Rows and columns are exchanged before the pictures are flattened. flatten(start_dim=1) keeps the order channel, row, column.",
    vi="Hàng và cột bị đổi chỗ trước khi duỗi ảnh thành vector. flatten(start_dim=1) giữ thứ tự kênh, hàng, cột.",
)
class flattened_in_another_order(_LeNet):
    def flat(self, x: Tensor) -> Tensor:
        return x.transpose(2, 3).flatten(1)


@misconception(
    "LeNet",
    see="lenet",
    en="The channels come last before flattening, as in TensorFlow. PyTorch's order is channel, row, column.",
    vi="Trước khi duỗi, kênh bị đưa ra cuối như trong TensorFlow. Thứ tự của PyTorch là kênh, hàng, cột.",
)
class channels_last(_LeNet):
    def flat(self, x: Tensor) -> Tensor:
        return x.permute(0, 2, 3, 1).flatten(1)


@misconception(
    "LeNet",
    see="autograd",
    en="The convolutions receive no gradient: .detach() (or torch.no_grad, or NumPy) behind them cuts them off, and they would never learn.",
    vi="Các lớp tích chập không nhận được gradient: .detach() (hoặc torch.no_grad, hoặc NumPy) phía sau chúng đã cắt đường, nên chúng sẽ không bao giờ học.",
)
class features_cut_off(_LeNet):
    def features(self, x: Tensor) -> Tensor:
        return super().features(x).detach()


@misconception(
    "LeNet",
    see="lenet",
    en="fc2 is never used: what comes out of fc1 meets fc3. Every layer that you make must have its turn in forward.",
    vi="fc2 không bao giờ được dùng. Lớp nào tạo ra cũng phải có lượt của nó trong forward.",
)
class fc2_unused(_LeNet):
    def classify(self, x: Tensor) -> Tensor:
        logits: Tensor = self.fc3(self.act(self.fc1(x))[:, :84])
        return logits


@misconception(
    "LeNet",
    see="lenet",
    en="Your LeNet ends in a log-softmax. Logits are asked for, what fc3 gives; the loss does the rest.",
    vi="LeNet của bạn kết thúc bằng log-softmax. Ở đây cần logits, đúng như fc3 cho ra; phần còn lại do hàm mất mát làm.",
)
class log_softmax_at_the_end(_LeNet):
    def forward(self, x: Tensor) -> Any:
        return super().forward(x).log_softmax(dim=1)


@misconception(
    "LeNet",
    see="lenet",
    en="You return the class with the largest logit. The ten logits themselves are asked for: a choice has no gradient to learn from.",
    vi="Bạn trả về loại có logit lớn nhất. Ở đây cần chính mười logit: một lựa chọn thì không có gradient để học.",
)
class class_for_logits(_LeNet):
    def forward(self, x: Tensor) -> Any:
        return super().forward(x).argmax(dim=1)


@misconception(
    "LeNet",
    see="lenet",
    en="Your activation is the sigmoid. Ours is ReLU.",
    vi="Hàm kích hoạt của bạn là sigmoid. LeNet của ta dùng ReLU.",
)
class sigmoid_for_relu(_LeNet):
    def act(self, x: Tensor) -> Tensor:
        return torch.sigmoid(x)


@misconception(
    "LeNet",
    see="lenet",
    en="You use the sigmoid and average pooling, as some books still do. Ours uses ReLU and max pooling.",
    vi="Bạn dùng sigmoid và gộp trung bình, như vài cuốn sách vẫn viết. LeNet của ta dùng ReLU và gộp cực đại.",
)
class sigmoid_and_average(sigmoid_for_relu):
    def pool(self, x: Tensor) -> Tensor:
        return F.avg_pool2d(x, 2)


@misconception(
    "LeNet",
    see="lenet",
    en="You use tanh and average pooling, close to the original of 1998. Ours uses ReLU and max pooling.",
    vi="Bạn dùng tanh và gộp trung bình, gần với bản gốc năm 1998. LeNet của ta dùng ReLU và gộp cực đại.",
)
class tanh_and_average(tanh_for_relu):
    def pool(self, x: Tensor) -> Tensor:
        return F.avg_pool2d(x, 2)


@misconception(
    "LeNet",
    see="lenet",
    en="There is no ReLU behind conv1. Each layer but the last has one.",
    vi="Thiếu ReLU sau conv1. Lớp nào cũng có một ReLU, trừ lớp cuối.",
)
class no_relu_behind_conv1(_LeNet):
    def features(self, x: Tensor) -> Tensor:
        return self.pool(self.act(self.conv2(self.pool(self.conv1(x)))))


@misconception(
    "LeNet",
    see="lenet",
    en="There is no ReLU behind conv2. Each layer but the last has one.",
    vi="Thiếu ReLU sau conv2. Lớp nào cũng có một ReLU, trừ lớp cuối.",
)
class no_relu_behind_conv2(_LeNet):
    def features(self, x: Tensor) -> Tensor:
        return self.pool(self.conv2(self.pool(self.act(self.conv1(x)))))


@misconception(
    "LeNet",
    see="lenet",
    en="There is no ReLU behind fc1. Each layer but the last has one.",
    vi="Thiếu ReLU sau fc1. Lớp nào cũng có một ReLU, trừ lớp cuối.",
)
class no_relu_behind_fc1(_LeNet):
    def classify(self, x: Tensor) -> Tensor:
        logits: Tensor = self.fc3(self.act(self.fc2(self.fc1(x))))
        return logits


@misconception(
    "LeNet",
    see="lenet",
    en="There is no ReLU behind fc2. Each layer but the last has one.",
    vi="Thiếu ReLU sau fc2. Lớp nào cũng có một ReLU, trừ lớp cuối.",
)
class no_relu_behind_fc2(_LeNet):
    def classify(self, x: Tensor) -> Tensor:
        logits: Tensor = self.fc3(self.fc2(self.act(self.fc1(x))))
        return logits
