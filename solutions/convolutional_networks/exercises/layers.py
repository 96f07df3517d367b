"""Lesson 5: the cases of the layers written by hand. No two axes are of one length, so that a transposition shows."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.course.definition import CaseKind
from hocsau.judging.request import Call
from hocsau.judging.values import Tensor
from hocsau.language import Text

__all__ = [
    "BUG_HUNT",
    "CONV2D",
    "CONV2D_BACKWARD",
    "MAX_POOL2D",
    "MAX_POOL2D_BACKWARD",
    "OUTPUT_SIZE",
    "RECEPTIVE_FIELD",
    "entries",
]

Rng = np.random.Generator
Array = np.ndarray[Any, np.dtype[Any]]
Shape = tuple[int, ...]


def entries(rng: Rng, *shape: int, dtype: str = "float64") -> Array:
    """Entries of random sign and size 0.5 to 2, so that no term of a sum can hide."""
    signs = rng.choice((-1.0, 1.0), size=shape)
    return np.asarray(signs * rng.uniform(0.5, 2.0, size=shape)).astype(dtype)


def _size(rng: Rng, kernel: int, stride: int, padding: int, rest: int, places: int | None = None) -> Call:
    """A length at which some windows fit and `rest` pixels are left over."""
    fit = int(rng.integers(7, 15)) if places is None else places
    size = kernel + stride * (fit - 1) + rest - 2 * padding
    return Call({"size": size, "kernel": kernel, "stride": stride, "padding": padding})


OUTPUT_SIZE = (
    CaseKind(Text("stride 1, no padding"), lambda rng: _size(rng, 3, 1, 0, 0)),
    CaseKind(Text("stride 1, padding 2"), lambda rng: _size(rng, 5, 1, 2, 0)),
    CaseKind(Text("stride 2, nothing left over"), lambda rng: _size(rng, 3, 2, 1, 0)),
    CaseKind(Text("stride 3, an even kernel, a pixel left over"), lambda rng: _size(rng, 4, 3, 1, 1), sees=("floors", "even kernels",)),
    CaseKind(Text("stride 3, two pixels left over"), lambda rng: _size(rng, 5, 3, 2, 2), sees=("floors",)),
    CaseKind(Text("a window as large as everything"), lambda rng: _size(rng, 6, 2, 1, 0, places=1), hidden=True),
    CaseKind(Text("one pixel a window"), lambda rng: _size(rng, 1, 4, 0, 3), hidden=True),
)  # fmt: skip


def _layers(rng: Rng, strides: Shape) -> Call:
    return Call({"layers": [(int(rng.integers(2, 8)), stride) for stride in strides]})


RECEPTIVE_FIELD = (
    CaseKind(Text("LeNet up to its second pooling"), lambda _: Call({"layers": [(5, 1), (2, 2), (5, 1), (2, 2)]}), sees=("LeNet's second pooling sees 16",)),
    CaseKind(Text("a stride before a kernel"), lambda rng: _layers(rng, (3, 1)), sees=("stride before and after a kernel",)),
    CaseKind(Text("a stride behind a kernel"), lambda rng: _layers(rng, (1, 3)), sees=("stride before and after a kernel",)),
    CaseKind(Text("five layers"), lambda rng: _layers(rng, (2, 1, 3, 2, 2)), sees=("layers: list of (kernel, stride)",)),
    CaseKind(Text("one layer"), lambda rng: _layers(rng, (2,)), hidden=True),
    CaseKind(Text("no layer"), lambda _: Call({"layers": []}), hidden=True),
    CaseKind(Text("twelve layers"), lambda rng: _layers(rng, (2, 1) * 6), hidden=True, sees=("layers: list of (kernel, stride)",)),
)  # fmt: skip


def _conv(
    rng: Rng,
    x: Shape,
    weight: Shape,
    stride: int,
    padding: int,
    *,
    bias: bool = True,
    dtype: str = "float64",
    backward: bool = False,
) -> Call:
    def tensor(*shape: int) -> Tensor:
        return Tensor(entries(rng, *shape, dtype=dtype), requires_grad=True)

    arguments = {
        "x": tensor(*x),
        "weight": tensor(*weight),
        "bias": tensor(weight[0]) if bias else None,
        "stride": stride,
        "padding": padding,
    }
    seed = int(rng.integers(1 << 30)) if backward else None
    return Call(arguments, backward=seed)


CONV2D = (
    CaseKind(Text("one grey picture, stride 1"), lambda rng: _conv(rng, (1, 1, 5, 6), (1, 1, 3, 2), 1, 0)),
    CaseKind(Text("several channels, padding 1"), lambda rng: _conv(rng, (2, 3, 5, 6), (4, 3, 3, 2), 1, 1), device=True, sees=("asymmetric kernels", "several channels",)),
    CaseKind(Text("stride 2, padding 1"), lambda rng: _conv(rng, (3, 2, 8, 7), (5, 2, 2, 3), 2, 1), sees=("asymmetric kernels",)),
    CaseKind(Text("without a bias"), lambda rng: _conv(rng, (2, 3, 7, 9), (2, 3, 3, 4), 2, 2, bias=False), sees=("bias None",)),
    CaseKind(Text("float32, a square kernel"), lambda rng: _conv(rng, (2, 4, 6, 9), (3, 4, 3, 3), 1, 1, dtype="float32"), device=True),
    CaseKind(Text("gradients flow through it"), lambda rng: _conv(rng, (2, 2, 6, 5), (3, 2, 3, 2), 2, 1, backward=True)),
    CaseKind(Text("a kernel as large as the picture"), lambda rng: _conv(rng, (3, 2, 4, 6), (5, 2, 4, 6), 1, 0), hidden=True),
    CaseKind(Text("1 x 1 kernels, stride 2"), lambda rng: _conv(rng, (2, 3, 5, 8), (4, 3, 1, 1), 2, 0), hidden=True),
    CaseKind(Text("stride 3, wide padding, float32"), lambda rng: _conv(rng, (2, 2, 9, 7), (3, 2, 4, 5), 3, 3, dtype="float32"), hidden=True),
)  # fmt: skip


def _conv_back(
    rng: Rng,
    x: Shape,
    weight: Shape,
    stride: int,
    padding: int,
    *,
    dtype: str = "float64",
    part: int | None = None,
) -> Call:
    places = [(n + 2 * padding - k) // stride + 1 for n, k in zip(x[2:], weight[2:], strict=True)]
    arguments = {
        "dy": Tensor(entries(rng, x[0], weight[0], *places, dtype=dtype)),
        "x": Tensor(entries(rng, *x, dtype=dtype)),
        "weight": Tensor(entries(rng, *weight, dtype=dtype)),
        "stride": stride,
        "padding": padding,
    }
    return Call(arguments, part=part)


DX, DWEIGHT, DBIAS = 0, 1, 2
CONV2D_BACKWARD = (
    CaseKind(Text("dbias alone"), lambda rng: _conv_back(rng, (2, 3, 5, 6), (4, 3, 3, 2), 1, 0, part=DBIAS), device=True),
    CaseKind(Text("dweight, stride 1, no padding"), lambda rng: _conv_back(rng, (2, 3, 5, 6), (4, 3, 3, 2), 1, 0, part=DWEIGHT)),
    CaseKind(Text("dweight, stride 2, padding 1"), lambda rng: _conv_back(rng, (3, 2, 8, 7), (5, 2, 3, 2), 2, 1, part=DWEIGHT), sees=("agrees with autograd",)),
    CaseKind(Text("dx, stride 1, no padding"), lambda rng: _conv_back(rng, (2, 3, 5, 6), (4, 3, 3, 2), 1, 0, part=DX)),
    CaseKind(Text("dx, stride 2, padding 1"), lambda rng: _conv_back(rng, (3, 2, 8, 7), (5, 2, 3, 4), 2, 1, part=DX), sees=("agrees with autograd",)),
    CaseKind(Text("all three, float32"), lambda rng: _conv_back(rng, (2, 3, 6, 9), (4, 3, 2, 3), 2, 1, dtype="float32"), device=True, sees=("no autograd inside",)),
    CaseKind(Text("dx, pixels that no window reaches"), lambda rng: _conv_back(rng, (2, 2, 9, 10), (3, 2, 3, 2), 4, 0, part=DX), hidden=True),
    CaseKind(Text("dweight, pixels that no window reaches"), lambda rng: _conv_back(rng, (2, 2, 10, 9), (3, 2, 3, 2), 4, 0, part=DWEIGHT), hidden=True),
    CaseKind(Text("all three, wide padding"), lambda rng: _conv_back(rng, (2, 1, 4, 7), (3, 1, 5, 3), 3, 2), hidden=True, sees=("agrees with autograd",)),
    CaseKind(Text("dx, padding wider than the kernel"), lambda rng: _conv_back(rng, (2, 2, 3, 5), (3, 2, 1, 2), 1, 4, part=DX)),
    CaseKind(Text("dx, a kernel wider than the picture"), lambda rng: _conv_back(rng, (2, 3, 4, 3), (2, 3, 1, 5), 1, 1, part=DX), hidden=True),
    CaseKind(Text("dx, a tall kernel on a narrow picture"), lambda rng: _conv_back(rng, (2, 3, 7, 2), (2, 3, 4, 1), 1, 1, part=DX), hidden=True),
)  # fmt: skip


def _pool(
    rng: Rng, shape: Shape, kernel: int, stride: int, *, dtype: str = "float64", kind: str = "any",
    backward: bool = False,
) -> Call:  # fmt: skip
    x = Tensor(_pictures(rng, shape, kind).astype(dtype), requires_grad=True)
    seed = int(rng.integers(1 << 30)) if backward else None
    return Call({"x": x, "kernel": kernel, "stride": stride}, backward=seed)


def _pictures(rng: Rng, shape: Shape, kind: str) -> Array:
    """ "any" has both signs and no ties; "negative" none above -0.5; "ties" few whole numbers, none above 0."""
    if kind == "ties":
        return rng.integers(-3, 1, size=shape).astype(np.float64)
    values = np.abs(entries(rng, *shape))
    return -values if kind == "negative" else values * rng.choice((-1.0, 1.0), size=shape)


MAX_POOL2D = (
    CaseKind(Text("2 x 2 windows, stride 2"), lambda rng: _pool(rng, (2, 3, 6, 8), 2, 2), device=True),
    CaseKind(Text("all values negative"), lambda rng: _pool(rng, (2, 2, 6, 4), 2, 2, kind="negative"), sees=("negative inputs",)),
    CaseKind(Text("3 x 3 windows that overlap, stride 1"), lambda rng: _pool(rng, (2, 3, 5, 7), 3, 1), sees=("overlap (3, stride 1/2) adds up",)),
    CaseKind(Text("3 x 3 windows, stride 2, a rest left over"), lambda rng: _pool(rng, (3, 2, 8, 6), 3, 2, kind="negative"), sees=("overlap (3, stride 1/2) adds up",)),
    CaseKind(Text("many equal values, float32"), lambda rng: _pool(rng, (2, 2, 7, 5), 3, 2, kind="ties", dtype="float32"), device=True, sees=("ties go to the first maximum",)),
    CaseKind(Text("gradients flow through it"), lambda rng: _pool(rng, (2, 2, 5, 6), 3, 1, backward=True)),
    CaseKind(Text("a stride larger than the window"), lambda rng: _pool(rng, (2, 3, 9, 8), 2, 3), hidden=True),
    CaseKind(Text("one window over everything"), lambda rng: _pool(rng, (3, 2, 4, 5), 4, 1, kind="negative", dtype="float32"), hidden=True),
)  # fmt: skip


def _pool_back(rng: Rng, shape: Shape, kernel: int, stride: int, *, dtype: str = "float64", kind: str = "any") -> Call:
    places = [(n - kernel) // stride + 1 for n in shape[2:]]
    x = _pictures(rng, shape, kind)
    if kind == "ties":
        x[:, 0] = 0.0  # a channel of nothing but ties
    arguments = {
        "dy": Tensor(entries(rng, *shape[:2], *places, dtype=dtype)),
        "x": Tensor(x.astype(dtype)),
        "kernel": kernel,
        "stride": stride,
    }
    return Call(arguments)


MAX_POOL2D_BACKWARD = (
    CaseKind(Text("2 x 2 windows, stride 2"), lambda rng: _pool_back(rng, (2, 3, 6, 8), 2, 2), device=True),
    CaseKind(Text("3 x 3 windows that overlap, stride 1"), lambda rng: _pool_back(rng, (2, 3, 5, 7), 3, 1), sees=("overlap (3, stride 1/2) adds up",)),
    CaseKind(Text("many equal values"), lambda rng: _pool_back(rng, (2, 3, 6, 4), 2, 2, kind="ties"), sees=("ties go to the first maximum",)),
    CaseKind(Text("overlaps and equal values, negative, float32"), lambda rng: _pool_back(rng, (2, 2, 8, 5), 3, 2, kind="ties", dtype="float32"), device=True, sees=("overlap (3, stride 1/2) adds up",)),
    CaseKind(Text("all values negative, a rest left over"), lambda rng: _pool_back(rng, (2, 2, 7, 9), 2, 2, kind="negative"), sees=("negative inputs",)),
    CaseKind(Text("a stride larger than the window"), lambda rng: _pool_back(rng, (2, 3, 9, 8), 2, 3), hidden=True),
    CaseKind(Text("one window over everything"), lambda rng: _pool_back(rng, (2, 2, 4, 5), 4, 1, kind="ties"), hidden=True),
)  # fmt: skip


def _colours(rng: Rng, *shape: int) -> Call:
    return Call({"pictures": Tensor(rng.integers(1, 256, size=shape).astype(np.uint8))})


BUG_HUNT = (
    CaseKind(Text("two colour pictures"), lambda rng: _colours(rng, 2, 4, 5, 3), device=True),
    CaseKind(Text("as many rows as colours"), lambda rng: _colours(rng, 2, 3, 5, 3)),
    CaseKind(Text("two channels"), lambda rng: _colours(rng, 3, 6, 5, 2)),
    CaseKind(Text("grey pictures"), lambda rng: _colours(rng, 2, 5, 4, 1), hidden=True),
    CaseKind(Text("four channels, one picture"), lambda rng: _colours(rng, 1, 4, 7, 4), hidden=True),
)  # fmt: skip
