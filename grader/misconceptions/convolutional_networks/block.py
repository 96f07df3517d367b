"""Lesson 5: known mistakes in ResidualBlock. Each is the right module with one part exchanged."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn
from torch.nn import functional as F

from grader.misconceptions.catalogue import misconception

__all__: list[str] = []


class _Block(nn.Module):
    """The right answer, its parts to be exchanged one by one."""

    bias, side_bias = False, False

    def __init__(self, in_channels: int, out_channels: int, stride: int) -> None:
        super().__init__()
        one, two = self.strides(stride)
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, one, 1, bias=self.bias)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, two, 1, bias=self.bias)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.shortcut = nn.Sequential()
        if self.projects(in_channels, out_channels, stride):
            side = self.side_stride(stride)
            conv = nn.Conv2d(in_channels, out_channels, 1, side, bias=self.side_bias)
            self.shortcut = nn.Sequential(conv, *self.side_norm(out_channels))

    def strides(self, stride: int) -> tuple[int, int]:
        return stride, 1

    def side_stride(self, stride: int, /) -> int:
        return stride

    def projects(self, in_channels: int, out_channels: int, stride: int, /) -> bool:
        return stride != 1 or in_channels != out_channels

    def side_norm(self, channels: int, /) -> list[nn.Module]:
        return [nn.BatchNorm2d(channels)]

    def branch(self, x: Tensor) -> Tensor:
        branch: Tensor = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return branch

    def forward(self, x: Tensor) -> Any:
        return F.relu(self.branch(x) + self.shortcut(x))


@misconception(
    "ResidualBlock",
    see="deeper",
    en="The shortcut is added after the last activation. Then the block can only raise its input, and what comes out is relu(f(x)) + x: add first, then ReLU.",
    vi="Đường tắt được cộng sau hàm kích hoạt cuối. Khi đó khối chỉ có thể làm đầu vào tăng lên, kết quả là relu(f(x)) + x: hãy cộng trước, rồi mới ReLU.",
)
class shortcut_after_the_activation(_Block):
    def forward(self, x: Tensor) -> Any:
        return F.relu(self.branch(x)) + self.shortcut(x)


@misconception(
    "ResidualBlock",
    see="deeper",
    en="There is no shortcut: two plain convolutions. Add the input (or its projection) to what the branch gives.",
    vi="Không có đường tắt: chỉ là hai lớp tích chập thường. Hãy cộng đầu vào (hoặc phép chiếu của nó) vào kết quả của nhánh.",
)
class no_shortcut(_Block):
    def forward(self, x: Tensor) -> Any:
        return F.relu(self.branch(x))


@misconception(
    "ResidualBlock",
    see="deeper",
    en="The shortcut is always the identity. Where the number of channels or the size changes, x no longer fits f(x): a 1 x 1 convolution with the stride, and a batch norm, must bring it there.",
    vi="Đường tắt lúc nào cũng là phép đồng nhất. Khi số kênh hoặc kích thước thay đổi, x không còn khớp với f(x): cần một tích chập 1 x 1 với bước trượt đó và một lớp chuẩn hóa.",
)
class identity_without_projection(_Block):
    def projects(self, *_: int) -> bool:
        return False


@misconception(
    "ResidualBlock",
    see="deeper",
    en="The projection comes only when the number of channels changes. A stride makes the picture smaller too, and x no longer fits.",
    vi="Phép chiếu chỉ có khi số kênh thay đổi. Bước trượt cũng làm ảnh nhỏ lại, và x không còn khớp.",
)
class projection_for_channels_alone(_Block):
    def projects(self, in_channels: int, out_channels: int, _: int) -> bool:
        return in_channels != out_channels


@misconception(
    "ResidualBlock",
    see="deeper",
    en="The projection comes only with a stride. Where the number of channels changes x does not fit either.",
    vi="Phép chiếu chỉ có khi có bước trượt. Khi số kênh thay đổi, x cũng không khớp.",
)
class projection_for_the_stride_alone(_Block):
    def projects(self, _: int, __: int, stride: int) -> bool:
        return stride != 1


@misconception(
    "ResidualBlock",
    see="deeper",
    en="The shortcut is a projection even where shape and stride stay as they are. There it should be an empty nn.Sequential(), without parameters: doing nothing must be easy.",
    vi="Đường tắt là phép chiếu ngay cả khi hình dạng và kích thước giữ nguyên. Ở đó nó phải là nn.Sequential() rỗng, không tham số: không làm gì phải thật dễ.",
)
class always_projected(_Block):
    def projects(self, *_: int) -> bool:
        return True


@misconception(
    "ResidualBlock",
    see="deeper",
    en="The projection has no batch norm of its own: nn.Sequential of a 1 x 1 convolution and a BatchNorm2d.",
    vi="Phép chiếu không có lớp chuẩn hóa riêng: phải là nn.Sequential gồm tích chập 1 x 1 và BatchNorm2d.",
)
class projection_without_norm(_Block):
    def side_norm(self, _: int) -> list[nn.Module]:
        return []


@misconception(
    "ResidualBlock",
    see="deeper",
    en="With a stride, branch and shortcut are of different sizes. The stride stands exactly twice: at conv1 and at the 1 x 1 convolution of the projection; conv2 has stride 1.",
    vi="Khi có bước trượt, nhánh và đường tắt khác kích thước. Bước trượt đặt ở đúng hai chỗ: conv1 và tích chập 1 x 1 của phép chiếu; conv2 có bước trượt 1.",
)
class projection_without_stride(_Block):
    def side_stride(self, _: int) -> int:
        return 1


@misconception(
    "ResidualBlock",
    see="deeper",
    en="One batch norm serves both convolutions: bn1 is used twice. Each place has statistics, a scale and a shift of its own.",
    vi="Một lớp chuẩn hóa phục vụ cả hai tích chập: bn1 được dùng hai lần. Mỗi nơi có thống kê, hệ số và độ dời của riêng nó.",
)
class one_norm_shared(_Block):
    def branch(self, x: Tensor) -> Tensor:
        branch: Tensor = self.bn1(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return branch


@misconception(
    "ResidualBlock",
    see="deeper",
    en="bn2 is made but not used: what conv2 gives is added as it is. The branch ends in batch norm.",
    vi="bn2 được tạo nhưng không dùng: kết quả của conv2 được cộng nguyên như vậy. Nhánh phải kết thúc bằng chuẩn hóa theo batch.",
)
class second_norm_unused(_Block):
    def branch(self, x: Tensor) -> Tensor:
        branch: Tensor = self.conv2(F.relu(self.bn1(self.conv1(x))))
        return branch


@misconception(
    "ResidualBlock",
    see="deeper",
    en="The ReLU between the two convolutions is missing: without a bend they are one linear map.",
    vi="Thiếu ReLU giữa hai tích chập: không có chỗ uốn cong thì chúng chỉ là một ánh xạ tuyến tính.",
)
class no_relu_between(_Block):
    def branch(self, x: Tensor) -> Tensor:
        branch: Tensor = self.bn2(self.conv2(self.bn1(self.conv1(x))))
        return branch


@misconception(
    "ResidualBlock",
    see="deeper",
    en="The last ReLU is missing: your block gives negative values. relu(f(x) + x).",
    vi="Thiếu ReLU cuối cùng: khối của bạn cho ra giá trị âm. Phải là relu(f(x) + x).",
)
class no_relu_at_the_end(_Block):
    def forward(self, x: Tensor) -> Any:
        return self.branch(x) + self.shortcut(x)


@misconception(
    "ResidualBlock",
    see="deeper",
    en="The branch has a ReLU of its own before the sum, so it can only add and never take away: relu(relu(f(x)) + x). Sum first, then one ReLU.",
    vi="Nhánh có ReLU riêng trước phép cộng nên chỉ có thể thêm vào chứ không bớt đi: relu(relu(f(x)) + x). Hãy cộng trước, rồi chỉ một ReLU.",
)
class branch_rectified(_Block):
    def branch(self, x: Tensor) -> Tensor:
        return F.relu(super().branch(x))


@misconception(
    "ResidualBlock",
    see="deeper",
    en="The ReLU comes before the batch norm: conv, relu, bn. The order here is conv, bn, relu.",
    vi="ReLU đứng trước chuẩn hóa: conv, relu, bn. Thứ tự ở đây là conv, bn, relu.",
)
class relu_before_norm(_Block):
    def branch(self, x: Tensor) -> Tensor:
        branch: Tensor = self.bn2(self.conv2(self.bn1(F.relu(self.conv1(x)))))
        return branch


@misconception(
    "ResidualBlock",
    see="deeper",
    en="x goes through a ReLU before the block begins, so branch and shortcut both carry relu(x). The block begins with conv1, and the shortcut carries x itself.",
    vi="x đi qua ReLU trước khi khối bắt đầu, nên cả nhánh lẫn đường tắt đều mang relu(x). Khối bắt đầu bằng conv1, còn đường tắt mang chính x.",
)
class input_rectified(_Block):
    def forward(self, x: Tensor) -> Any:
        return super().forward(F.relu(x))


@misconception(
    "ResidualBlock",
    see="deeper",
    en="The input was changed: an in-place ReLU (relu_, inplace=True) acted on x itself, so the shortcut carries relu(x) and the caller's tensor is spoilt. Do not write to x.",
    vi="Đầu vào bị sửa: một ReLU tại chỗ (relu_, inplace=True) đã tác động lên chính x, nên đường tắt mang relu(x) và tensor của người gọi bị hỏng. Đừng ghi vào x.",
)
class input_rectified_in_place(_Block):
    def forward(self, x: Tensor) -> Any:
        return super().forward(F.relu_(x))


@misconception(
    "ResidualBlock",
    see="deeper",
    en="Branch and shortcut go through a ReLU each, and then they are added: relu(f(x)) + relu(x). Add first, then one ReLU over the sum.",
    vi="Nhánh và đường tắt mỗi bên qua một ReLU rồi mới cộng: relu(f(x)) + relu(x). Hãy cộng trước, rồi một ReLU cho cả tổng.",
)
class both_rectified(_Block):
    def forward(self, x: Tensor) -> Any:
        return F.relu(self.branch(x)) + F.relu(self.shortcut(x))


@misconception(
    "ResidualBlock",
    see="deeper",
    en="bn1 is made but not used: conv1 goes straight into the ReLU. The order is conv1, bn1, ReLU.",
    vi="bn1 được tạo nhưng không dùng: conv1 đi thẳng vào ReLU. Thứ tự là conv1, bn1, ReLU.",
)
class first_norm_unused(_Block):
    def branch(self, x: Tensor) -> Tensor:
        branch: Tensor = self.bn2(self.conv2(F.relu(self.conv1(x))))
        return branch


@misconception(
    "ResidualBlock",
    see="deeper",
    en="There is no second batch norm: bn2 is missing, or it is the very object that bn1 is. Each place needs statistics, a scale and a shift of its own: nn.BatchNorm2d twice.",
    vi="Không có lớp chuẩn hóa thứ hai: thiếu bn2, hoặc nó chính là đối tượng bn1. Mỗi nơi cần thống kê, hệ số và độ dời của riêng mình: hãy tạo nn.BatchNorm2d hai lần.",
)
class second_norm_missing(_Block):
    def __init__(self, in_channels: int, out_channels: int, stride: int) -> None:
        super().__init__(in_channels, out_channels, stride)
        self.bn2 = self.bn1


@misconception(
    "ResidualBlock",
    see="deeper",
    en="There is a ReLU within the shortcut, behind its batch norm. The shortcut is linear: 1 x 1 convolution and batch norm, nothing else; the only ReLU comes after the sum.",
    vi="Trong đường tắt có ReLU sau lớp chuẩn hóa. Đường tắt là tuyến tính: tích chập 1 x 1 và chuẩn hóa, không gì khác; ReLU chỉ đứng sau phép cộng.",
)
class projection_rectified(_Block):
    def side_norm(self, channels: int) -> list[nn.Module]:
        return [nn.BatchNorm2d(channels), nn.ReLU()]


@misconception(
    "ResidualBlock",
    see="deeper",
    en="The 1 x 1 convolution of the projection has a bias. The batch norm behind it takes any bias away: bias=False.",
    vi="Tích chập 1 x 1 của phép chiếu có bias. Lớp chuẩn hóa phía sau xóa mất mọi bias: bias=False.",
)
class projection_with_bias(_Block):
    side_bias = True


@misconception(
    "ResidualBlock",
    see="deeper",
    en="The projection comes only when the number of channels AND the size change. One of them is enough for x not to fit: `or`.",
    vi="Phép chiếu chỉ có khi CẢ số kênh LẪN kích thước thay đổi. Chỉ cần một trong hai là x đã không khớp: `or`.",
)
class projection_when_both_change(_Block):
    def projects(self, in_channels: int, out_channels: int, stride: int) -> bool:
        return stride != 1 and in_channels != out_channels


@misconception(
    "ResidualBlock",
    see="deeper",
    en="The convolutions have biases. The batch norm behind each has a shift of its own and takes any bias away: bias=False.",
    vi="Các tích chập có bias. Lớp chuẩn hóa phía sau mỗi tích chập đã có độ dời riêng và xóa mất mọi bias: bias=False.",
)
class convolutions_with_bias(_Block):
    bias = True


@misconception(
    "ResidualBlock",
    see="deeper",
    en="The stride stands at conv2. It belongs to conv1: conv2 works on the smaller picture and has stride 1.",
    vi="Bước trượt đặt ở conv2. Nó thuộc về conv1: conv2 làm việc trên ảnh đã nhỏ lại với bước trượt 1.",
)
class stride_at_the_second(_Block):
    def strides(self, stride: int) -> tuple[int, int]:
        return 1, stride


@misconception(
    "ResidualBlock",
    see="deeper",
    en="Batch norm uses the statistics of the batch in eval mode too. Use the modules (self.bn1(...)): they know their mode; functional.batch_norm(..., training=True) does not.",
    vi="Chuẩn hóa vẫn dùng thống kê của batch khi ở chế độ eval. Hãy dùng các module (self.bn1(...)): chúng biết mình ở chế độ nào; functional.batch_norm(..., training=True) thì không.",
)
class always_in_train_mode(_Block):
    def forward(self, x: Tensor) -> Any:
        mode = self.training
        self.train()
        try:
            return super().forward(x)
        finally:
            self.train(mode)
