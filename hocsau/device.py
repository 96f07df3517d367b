"""The device to compute on: CUDA when there is one, then Apple's MPS, then the CPU. HOCSAU_DEVICE overrides."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

__all__ = ["describe", "device", "exact"]


def device(name: str = "auto") -> torch.device:
    """The torch device called `name`; "auto" picks the best one present (HOCSAU_DEVICE, CUDA, MPS, CPU).

    raises ValueError when the device asked for is not there
    """
    import torch

    wanted = os.environ.get("HOCSAU_DEVICE", "auto") if name == "auto" else name
    if wanted == "auto":
        wanted = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    found = torch.device(wanted)
    absent = (found.type == "cuda" and not torch.cuda.is_available()) or (
        found.type == "mps" and not torch.backends.mps.is_available()
    )
    if absent:
        raise ValueError(f"device {wanted!r} was asked for, but torch finds none here; use 'auto' or 'cpu'")
    return found


def describe() -> str:
    """The device in a word; without torch loaded it is the CPU, and torch is not loaded to ask."""
    return str(device()) if "torch" in sys.modules else "CPU"


@contextlib.contextmanager
def exact() -> Iterator[None]:
    """Within it a GPU multiplies float32 in full: TF32 keeps 10 bits of 23, which a check would take for a mistake."""
    import torch

    cudnn: Any = torch.backends.cudnn
    matmul = torch.backends.cuda.matmul
    name: str = "allow_tf32"
    full: Any = False
    settings: tuple[Any, ...] = (matmul, cudnn)
    if hasattr(matmul, "fp32_precision"):  # torch 2.9 and later
        name, full, settings = "fp32_precision", "ieee", (matmul, cudnn.conv, cudnn.rnn)
    before = [getattr(setting, name) for setting in settings]
    try:
        for setting in settings:
            setattr(setting, name, full)
        yield
    finally:
        for setting, value in zip(settings, before, strict=True):
            setattr(setting, name, value)
