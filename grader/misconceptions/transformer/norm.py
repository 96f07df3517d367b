"""Lesson 7: known mistakes in layer normalization."""

from __future__ import annotations

from typing import Any

import torch

from grader.misconceptions.catalogue import misconception

__all__: list[str] = []

Tensor = torch.Tensor


def _parts(x: Tensor, axis: int | tuple[int, ...] = -1, correction: int = 0) -> tuple[Tensor, Tensor]:  # fmt: skip
    """x minus its mean, and its variance, along `axis`."""
    mean = x.mean(dim=axis, keepdim=True)
    return x - mean, x.var(dim=axis, keepdim=True, correction=correction)


@misconception(
    "layer_norm",
    see="layer_norm",
    en="The variance is divided by d - 1: torch.var does that unless told otherwise (correction=0). Layer normalization divides by d; at d = 4 the standard deviation is off by 15 %.",
    vi="Phương sai bị chia cho d - 1: torch.var làm vậy nếu không dặn khác (correction=0). Chuẩn hóa theo lớp chia cho d; với d = 4, độ lệch chuẩn sai đi 15 %.",
)
def bessels_correction(x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> Any:
    centred, variance = _parts(x, correction=1)
    return centred / torch.sqrt(variance + eps) * gamma + beta


@misconception(
    "layer_norm",
    see="layer_norm",
    en="eps stands outside the root: sqrt(var) + eps. Here it is added to the variance, sqrt(var + eps).",
    vi="eps đứng ngoài căn: sqrt(var) + eps. Ở đây nó được cộng vào phương sai, sqrt(var + eps).",
)
def eps_outside_the_root(x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> Any:
    centred, variance = _parts(x)
    return centred / (torch.sqrt(variance) + eps) * gamma + beta


@misconception(
    "layer_norm",
    see="layer_norm",
    en="Two mistakes at once: the variance is divided by d - 1 (x.std without correction=0), and eps is added outside the root.",
    vi="Hai lỗi cùng lúc: phương sai chia cho d - 1 (x.std thiếu correction=0), và eps được cộng ở ngoài căn.",
)
def std_plus_eps(x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> Any:
    centred, variance = _parts(x, correction=1)
    return centred / (torch.sqrt(variance) + eps) * gamma + beta


@misconception(
    "layer_norm",
    see="layer_norm",
    en="You divide by the variance; its root is missing.",
    vi="Bạn chia cho phương sai; thiếu căn bậc hai.",
)
def root_missing(x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> Any:
    centred, variance = _parts(x)
    return centred / (variance + eps) * gamma + beta


@misconception(
    "layer_norm",
    see="layer_norm",
    en="Mean and variance are taken over the first axis, the samples: that is the idea of batch normalization. Here each vector is normalized by itself, along the last axis.",
    vi="Trung bình và phương sai được lấy theo trục đầu, tức qua các mẫu: đó là ý của chuẩn hóa theo batch. Ở đây mỗi vector tự chuẩn hóa theo trục cuối.",
)
def over_the_samples(x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> Any:
    centred, variance = _parts(x, axis=0)
    return centred / torch.sqrt(variance + eps) * gamma + beta


@misconception(
    "layer_norm",
    see="layer_norm",
    en="One mean and one variance for everything. Each vector along the last axis has its own: dim=-1 with keepdim=True.",
    vi="Bạn dùng một trung bình và một phương sai cho tất cả. Mỗi vector theo trục cuối có trung bình, phương sai riêng: dim=-1 với keepdim=True.",
)
def over_everything(x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> Any:
    centred, variance = _parts(x, axis=tuple(range(x.dim())))
    return centred / torch.sqrt(variance + eps) * gamma + beta


@misconception(
    "layer_norm",
    see="layer_norm",
    en="gamma and beta are left out: they let the network undo the normalization where that helps.",
    vi="Thiếu gamma và beta: chúng cho phép mạng bỏ bớt sự chuẩn hóa ở nơi cần thiết.",
)
def not_scaled_and_shifted(x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> Any:
    centred, variance = _parts(x)
    return centred / torch.sqrt(variance + eps)


@misconception(
    "layer_norm",
    see="layer_norm",
    en="beta is added before gamma multiplies. First scale by gamma, then shift by beta.",
    vi="beta được cộng trước khi nhân gamma. Hãy nhân với gamma trước rồi mới cộng beta.",
)
def shifted_before_scaled(x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> Any:
    centred, variance = _parts(x)
    return (centred / torch.sqrt(variance + eps) + beta) * gamma


@misconception(
    "layer_norm",
    see="layer_norm",
    en="The mean is not subtracted: you divide x itself. (RMSNorm does so, by the root of the mean square; layer normalization centres first.)",
    vi="Chưa trừ trung bình: bạn chia chính x. (RMSNorm làm như vậy, với căn của trung bình bình phương; chuẩn hóa theo lớp thì đưa về trung bình 0 trước.)",
)
def not_centred(x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> Any:
    _, variance = _parts(x)
    return x / torch.sqrt(variance + eps) * gamma + beta


@misconception(
    "layer_norm",
    see="layer_norm",
    en="That is RMSNorm: x over the root of its mean square, without taking the mean away. Layer normalization subtracts the mean first.",
    vi="Đó là RMSNorm: x chia cho căn của trung bình bình phương mà không trừ trung bình. Chuẩn hóa theo lớp trừ trung bình trước.",
)
def root_mean_square_norm(x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> Any:
    return x / torch.sqrt((x**2).mean(dim=-1, keepdim=True) + eps) * gamma + beta


@misconception(
    "layer_norm",
    see="layer_norm",
    en="eps is left out. A vector of equal entries has variance 0, and 0 divided by 0 is NaN; and with a large eps the result is simply another.",
    vi="Thiếu eps. Vector có mọi phần tử bằng nhau thì phương sai 0, mà 0 chia 0 là NaN; còn với eps lớn thì kết quả khác hẳn.",
)
def eps_left_out(x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> Any:
    centred, variance = _parts(x)
    return centred / torch.sqrt(variance) * gamma + beta
