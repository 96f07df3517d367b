"""Pictures that lesson 5's explorers show, and the learner's tensor functions called with arrays."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from hocsau import datasets
from hocsau.explore.attempt import Array
from hocsau.judging.tensors import one_thread
from hocsau.language import Text

__all__ = ["PICTURES", "on_tensors", "picture", "tiled"]


# Rows of Fashion-MNIST's held-out part.
_ROWS = {"trouser": 35, "t_shirt": 11, "boot": 13, "bag": 10, "sandal": 95}
PICTURES: dict[str, Text] = {
    "trouser": Text("trouser"),
    "t_shirt": Text("striped T-shirt"),
    "boot": Text("ankle boot"),
    "bag": Text("bag"),
    "sandal": Text("sandal"),
}


@functools.cache
def picture(name: str) -> Array:
    """The picture called `name`, (28, 28), from 0 (background) to 1; not to be written to."""
    values: Array = datasets.fashion_mnist().x_test[_ROWS[name]] / 255.0
    values.setflags(write=False)
    return values


def on_tensors(function: Callable[..., Any] | None) -> Callable[..., Any] | None:
    """`function` with arrays among its arguments handed over as tensors, and its tensors taken back as arrays."""
    if function is None:
        return None

    def call(*arguments: Any) -> Any:
        import torch

        given = [torch.tensor(a) if isinstance(a, np.ndarray) else a for a in arguments]
        with one_thread():  # tensors as small as an explorer's only wait for one another
            return _array(function(*given))

    return call


def _array(value: Any) -> Any:
    import torch

    if isinstance(value, torch.Tensor):
        return value.detach().cpu().numpy()
    return [_array(item) for item in value] if isinstance(value, (list, tuple)) else value


def tiled(maps: Array, columns: int, gap: int = 1) -> Array:
    """Maps (k, h, w) side by side in rows of `columns`, with `gap` cells of NaN between them."""
    k, h, w = maps.shape
    rows = -(-k // columns)
    sheet = np.full((rows * (h + gap) - gap, columns * (w + gap) - gap), np.nan)
    for index, one in enumerate(maps):
        top, left = (index // columns) * (h + gap), (index % columns) * (w + gap)
        sheet[top : top + h, left : left + w] = one
    return sheet
