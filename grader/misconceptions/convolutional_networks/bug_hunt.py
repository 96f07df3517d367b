"""Lesson 5: known mistakes in the bug hunt."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from grader.misconceptions.catalogue import misconception

__all__: list[str] = []


@misconception(
    "convolutional_networks_bug_hunt",
    see="bug_hunt",
    en="The bug is still there: the shape is right, but the numbers only stand in the same order as before, cut elsewhere. Look at one channel of a picture that is pure red.",
    vi="Lỗi vẫn còn: hình dạng đúng, nhưng các số vẫn theo thứ tự cũ, chỉ bị cắt ở chỗ khác. Hãy nhìn một kênh của bức ảnh đỏ thuần.",
)
def bug_left__convolutional_networks_bug_hunt(pictures: Tensor) -> Any:
    N, H, W, C = pictures.shape
    return pictures.reshape(N, C, H, W).to(torch.float32) / 255


@misconception(
    "convolutional_networks_bug_hunt",
    see="bug_hunt",
    en="The colours are right now, but rows and columns are exchanged: the pictures lie on their side. The order of axes is (0, 3, 1, 2).",
    vi="Màu thì đúng rồi, nhưng hàng và cột bị đổi chỗ: các bức ảnh nằm nghiêng. Thứ tự các trục là (0, 3, 1, 2).",
)
def on_its_side(pictures: Tensor) -> Any:
    return pictures.transpose(1, 3).to(torch.float32) / 255


@misconception(
    "convolutional_networks_bug_hunt",
    see="bug_hunt",
    en="Rows and columns are exchanged, then forced into the right shape by a reshape. Exchange the axes alone: (0, 3, 1, 2).",
    vi="Hàng và cột bị đổi chỗ rồi bị reshape ép về đúng hình dạng. Chỉ cần đổi chỗ các trục: (0, 3, 1, 2).",
)
def on_its_side_and_reshaped(pictures: Tensor) -> Any:
    N, H, W, C = pictures.shape
    return pictures.transpose(1, 3).reshape(N, C, H, W).to(torch.float32) / 255


@misconception(
    "convolutional_networks_bug_hunt",
    see="bug_hunt",
    en="The axes are right, but the values still run from 0 to 255: divide by 255.",
    vi="Các trục đúng rồi, nhưng giá trị vẫn từ 0 đến 255: hãy chia cho 255.",
)
def not_scaled(pictures: Tensor) -> Any:
    return pictures.permute(0, 3, 1, 2).to(torch.float32)


@misconception(
    "convolutional_networks_bug_hunt",
    see="bug_hunt",
    en="The axes are right, but // 255 leaves whole numbers, nearly all of them 0. Convert to float32 first, then divide with /.",
    vi="Các trục đúng rồi, nhưng // 255 chỉ để lại số nguyên, gần như toàn số 0. Hãy đổi sang float32 trước, rồi chia bằng /.",
)
def whole_division(pictures: Tensor) -> Any:
    return (pictures.permute(0, 3, 1, 2) // 255).to(torch.float32)


@misconception(
    "convolutional_networks_bug_hunt",
    see="bug_hunt",
    en="The numbers are right, the dtype is float64. Networks compute in float32: .to(torch.float32).",
    vi="Các số đều đúng, nhưng dtype là float64. Mạng tính bằng float32: .to(torch.float32).",
)
def float64_for_float32(pictures: Tensor) -> Any:
    return pictures.permute(0, 3, 1, 2).to(torch.float64) / 255
