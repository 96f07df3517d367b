"""Lesson 5: known mistakes in sizes and receptive fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grader.misconceptions.catalogue import misconception

Layers = Sequence[tuple[int, int]]


@misconception(
    "conv_output_size",
    see="convolution",
    en="The + 1 is missing: you count the steps that the window makes, but it also stands at its first place, before any step.",
    vi="Thiếu + 1: bạn đếm số bước mà cửa sổ đi, nhưng trước bước đầu tiên nó đã đứng ở một chỗ rồi.",
)
def one_missing__conv_output_size(size: int, kernel: int, stride: int, padding: int) -> Any:
    return (size + 2 * padding - kernel) // stride


@misconception(
    "conv_output_size",
    see="convolution",
    en="Padding is put on both ends of the axis, before and after: it counts twice, n + 2p - k.",
    vi="Đệm được thêm vào cả hai đầu của trục, trước và sau: nó được tính hai lần, n + 2p - k.",
)
def padding_once(size: int, kernel: int, stride: int, padding: int) -> Any:
    return (size + padding - kernel) // stride + 1


@misconception(
    "conv_output_size",
    see="convolution",
    en="The padding is not counted. It makes the axis longer by 2p before the window starts.",
    vi="Bạn chưa tính phần đệm. Nó làm trục dài thêm 2p trước khi cửa sổ bắt đầu.",
)
def padding_ignored(size: int, kernel: int, stride: int, padding: int) -> Any:
    return (size - kernel) // stride + 1


@misconception(
    "conv_output_size",
    see="convolution",
    en="The stride is not used: with stride s the window makes only one step for every s pixels.",
    vi="Bạn chưa dùng bước trượt: với bước trượt s, cứ s điểm cửa sổ mới đi một bước.",
)
def stride_ignored__conv_output_size(size: int, kernel: int, stride: int, padding: int) -> Any:
    return size + 2 * padding - kernel + 1


@misconception(
    "conv_output_size",
    see="convolution",
    en="You round up: the pixels left over at the end get a window of their own, which would hang over the edge. They are dropped, so round down.",
    vi="Bạn làm tròn lên: những điểm dư ở cuối được một cửa sổ riêng, mà cửa sổ đó thò ra ngoài. Chúng bị bỏ, nên phải làm tròn xuống.",
)
def ceiling_for_floor(size: int, kernel: int, stride: int, padding: int) -> Any:
    return -((kernel - size - 2 * padding) // stride) + 1


@misconception(
    "conv_output_size",
    see="convolution",
    en="The 1 is added before dividing by the stride. That is right for stride 1 alone: divide first, then count the first place.",
    vi="Bạn cộng 1 trước khi chia cho bước trượt. Cách đó chỉ đúng với bước trượt 1: hãy chia trước, rồi mới tính chỗ đầu tiên.",
)
def one_inside_the_division(size: int, kernel: int, stride: int, padding: int) -> Any:
    return (size + 2 * padding - kernel + 1) // stride


@misconception(
    "conv_output_size",
    see="convolution",
    en="You divide with /, which gives a float, and a fraction where pixels are left over. A number of places is a whole number: // rounds down.",
    vi="Bạn chia bằng /, kết quả là số thực, và lẻ khi có điểm dư. Số chỗ đứng phải là số nguyên: // làm tròn xuống.",
)
def fraction(size: int, kernel: int, stride: int, padding: int) -> Any:
    return (size + 2 * padding - kernel) / stride + 1


@misconception(
    "conv_output_size",
    see="convolution",
    en="The kernel is not subtracted: a window that starts at the last pixel would hang over the edge. Its last start is k before the end, plus one.",
    vi="Bạn chưa trừ cỡ nhân: cửa sổ bắt đầu ở điểm cuối sẽ thò ra ngoài. Nó phải bắt đầu trước điểm cuối ít nhất k - 1 điểm.",
)
def kernel_ignored(size: int, kernel: int, stride: int, padding: int) -> Any:
    return (size + 2 * padding) // stride


@misconception(
    "receptive_field",
    see="field",
    en="You multiply by the layer's own stride as well. How far its window reaches depends on the strides of the layers BEFORE it: take (k - 1) times the product so far, then multiply the stride in.",
    vi="Bạn nhân luôn cả bước trượt của chính lớp đó. Cửa sổ của một lớp với tới đâu là do bước trượt của các lớp TRƯỚC nó: lấy (k - 1) nhân với tích hiện có, rồi mới nhân bước trượt vào tích.",
)
def own_stride_counted(layers: Layers) -> Any:
    field, jump = 1, 1
    for kernel, stride in layers:
        jump *= stride
        field += (kernel - 1) * jump
    return field


@misconception(
    "receptive_field",
    see="field",
    en="The strides are not used. Behind a stride of 2 neighbouring values lie 2 pixels apart, so every later window reaches twice as far.",
    vi="Bạn chưa dùng các bước trượt. Sau bước trượt 2, hai giá trị cạnh nhau cách nhau 2 điểm ảnh, nên mọi cửa sổ về sau với xa gấp đôi.",
)
def strides_ignored(layers: Layers) -> Any:
    return 1 + sum(kernel - 1 for kernel, _ in layers)


@misconception(
    "receptive_field",
    see="field",
    en="You add k times the distance where it is k - 1: of the k values that a window reads, the first one's field is already counted.",
    vi="Bạn cộng k lần khoảng cách, trong khi phải là k - 1: trong k giá trị cửa sổ đọc, trường tiếp nhận của giá trị đầu đã được tính rồi.",
)
def kernel_for_kernel_less_one(layers: Layers) -> Any:
    field, jump = 1, 1
    for kernel, stride in layers:
        field += kernel * jump
        jump *= stride
    return field


@misconception(
    "receptive_field",
    see="field",
    en="You start from 0: without any layer a value sees one pixel, itself, so the count starts at 1.",
    vi="Bạn bắt đầu từ 0: khi chưa có lớp nào, một giá trị nhìn thấy một điểm ảnh, là chính nó, nên phải bắt đầu từ 1.",
)
def starts_at_zero(layers: Layers) -> Any:
    field, jump = 0, 1
    for kernel, stride in layers:
        field += (kernel - 1) * jump
        jump *= stride
    return field


@misconception(
    "receptive_field",
    see="field",
    en="You add the strides up; they multiply. Two strides of 2 put neighbouring values 4 pixels apart because each step of the second is two steps of the first. Three of them give 8, not 6.",
    vi="Bạn cộng các bước trượt; phải nhân chúng. Một bước của lớp sau bằng nhiều bước của lớp trước: ba bước trượt 2 làm hai giá trị cạnh nhau cách 8 điểm ảnh, không phải 6.",
)
def strides_added(layers: Layers) -> Any:
    field, jump = 1, 0
    for kernel, stride in layers:
        field += (kernel - 1) * max(jump, 1)
        jump += stride
    return field


@misconception(
    "receptive_field",
    see="field",
    en="The layers are gone through from the last to the first with the formula for the other direction. From the picture onwards, multiply the strides of the layers already passed.",
    vi="Bạn duyệt các lớp từ cuối về đầu nhưng lại dùng công thức của chiều ngược lại. Hãy đi từ ảnh trở đi và nhân dần bước trượt của các lớp đã qua.",
)
def from_the_wrong_end(layers: Layers) -> Any:
    field, jump = 1, 1
    for kernel, stride in reversed(layers):
        field += (kernel - 1) * jump
        jump *= stride
    return field


@misconception(
    "receptive_field",
    see="field",
    en="You multiply the kernels. Fields add up: two 3 x 3 convolutions see 5 pixels, not 9.",
    vi="Bạn nhân các cỡ nhân với nhau. Trường tiếp nhận cộng dồn: hai lớp tích chập 3 x 3 nhìn thấy 5 điểm ảnh, không phải 9.",
)
def kernels_multiplied(layers: Layers) -> Any:
    field = 1
    for kernel, _ in layers:
        field *= kernel
    return field


@misconception(
    "conv_output_size",
    see="convolution",
    en="The number is right, but it is a float. A number of places is counted: return an int.",
    vi="Con số đúng, nhưng nó là số thực. Số chỗ đứng là thứ để đếm: hãy trả về một số nguyên (int).",
)
def float_for_int(size: int, kernel: int, stride: int, padding: int) -> Any:
    return float((size + 2 * padding - kernel) // stride + 1)


@misconception(
    "conv_output_size",
    see="convolution",
    en="You round to the nearest whole number. A window that fits only by half does not fit: round down, //.",
    vi="Bạn làm tròn tới số nguyên gần nhất. Cửa sổ chỉ vừa một nửa thì vẫn là không vừa: hãy làm tròn xuống, //.",
)
def rounded_to_the_nearest(size: int, kernel: int, stride: int, padding: int) -> Any:
    return round((size + 2 * padding - kernel) / stride) + 1


@misconception(
    "conv_output_size",
    see="convolution",
    en="The 1 is counted twice, once within the division (kernel - 1) and once behind it. Take kernel away, divide, then add 1.",
    vi="Số 1 bị tính hai lần, một lần trong phép chia (kernel - 1) và một lần sau nó. Hãy trừ kernel, chia, rồi mới cộng 1.",
)
def one_counted_twice(size: int, kernel: int, stride: int, padding: int) -> Any:
    return (size + 2 * padding - kernel + 1) // stride + 1


@misconception(
    "receptive_field",
    see="field",
    en="You add the kernels up. A further layer adds k - 1, since the first of its k values is already counted, and each times the distance between the values it reads.",
    vi="Bạn cộng các cỡ nhân lại. Thêm một lớp chỉ cộng thêm k - 1, vì giá trị đầu trong k giá trị đã được tính rồi, và còn nhân với khoảng cách giữa các giá trị nó đọc.",
)
def kernels_added(layers: Layers) -> Any:
    return sum(kernel for kernel, _ in layers)


@misconception(
    "receptive_field",
    see="field",
    en="Only the layer's own stride multiplies (k - 1). It is the other way round: the layer's own stride does not count, the product of all strides before it does.",
    vi="Bạn chỉ nhân (k - 1) với bước trượt của chính lớp đó. Phải ngược lại: không tính bước trượt của chính nó, mà tính tích mọi bước trượt trước nó.",
)
def own_stride_alone(layers: Layers) -> Any:
    return 1 + sum((kernel - 1) * stride for kernel, stride in layers)


@misconception(
    "receptive_field",
    see="field",
    en="Only the stride of the layer just before multiplies (k - 1). All strides before it do, multiplied with one another.",
    vi="Bạn chỉ nhân (k - 1) với bước trượt của lớp ngay trước. Phải là tích của mọi bước trượt trước nó.",
)
def last_stride_alone(layers: Layers) -> Any:
    field, jump = 1, 1
    for kernel, stride in layers:
        field += (kernel - 1) * jump
        jump = stride
    return field


@misconception(
    "receptive_field",
    see="field",
    en="Each layer is (kernel, stride), in this order; you read stride and kernel in each other's place.",
    vi="Mỗi lớp là (kernel, stride), theo đúng thứ tự này; bạn đã đọc lẫn bước trượt với cỡ nhân.",
)
def kernel_and_stride_exchanged(layers: Layers) -> Any:
    field, jump = 1, 1
    for stride, kernel in layers:
        field += (kernel - 1) * jump
        jump *= stride
    return field


@misconception(
    "receptive_field",
    see="field",
    en="field * stride + (kernel - 1) is the step of the other direction, from the last layer back to the picture. Going from the picture onwards, the field is not multiplied.",
    vi="field * stride + (kernel - 1) là bước tính của chiều ngược lại, từ lớp cuối về ảnh. Đi từ ảnh trở đi thì không nhân trường tiếp nhận với bước trượt.",
)
def step_of_the_other_direction(layers: Layers) -> Any:
    field = 1
    for kernel, stride in layers:
        field = field * stride + kernel - 1
    return field
