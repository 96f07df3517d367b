"""What is noted of modules and trainings, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, Literal

import numpy as np

from hocsau.judging.values import record

__all__ = ["Blank", "ModelState", "Names", "Outline", "Sketch", "outline", "sketch"]


@record(result=True)
@dataclass(frozen=True)
class Names:
    """The parameters or buffers of a module: their shapes by name."""

    kind: Literal["parameters", "buffers"]
    shapes: dict[str, Any] = field(default_factory=dict)


@record(result=True)
@dataclass(frozen=True)
class ModelState:
    """What became of a model handed over.

    weights   its parameters and buffers by name
    mode      the mode it was left in: "train", "eval", or "mixed" where parts differ
    modes     the modes in which it was called, each once, in the order of first use
    learning  the same of those calls through which a gradient could flow
    inputs    what it was called with in those, where the model records that
    """

    weights: dict[str, Any]
    mode: str
    modes: tuple[str, ...] = ()
    learning: tuple[str, ...] = ()
    inputs: tuple[Any, ...] = ()


@record(result=True)
@dataclass(frozen=True)
class Sketch:
    """A large array by its shape, its dtype and 16 projections on random signs: equal sketches are equal arrays."""

    shape: tuple[int, ...]
    dtype: str
    numbers: Any


def sketch(array: Any, name: str) -> Sketch:
    """The sketch of an array; the signs depend on its size and `name`."""
    size = max(array.size, 1)
    rng = np.random.default_rng([size, *name.encode()])
    signs = rng.integers(0, 2, size=(16, array.size), dtype=np.int8) * 2.0 - 1.0
    numbers = signs @ array.reshape(-1).astype(np.float64) / size**0.5
    return Sketch(array.shape, str(array.dtype), numbers.astype(array.dtype))


@record
@dataclass(frozen=True)
class Blank:
    """An array of which only the shape, the dtype and whether all of it is finite are kept."""

    shape: tuple[int, ...]
    dtype: str
    finite: bool = True


@record
@dataclass(frozen=True)
class Outline:
    """A scored value without its numbers, and the score it reached; None where the rule could not read it."""

    value: Any
    score: float | None


def outline(value: Any) -> Any:
    """`value` with a Blank for each array: what a pack keeps of a training."""
    if isinstance(value, np.ndarray) and value.ndim:
        finite = value.dtype.kind != "f" or bool(np.isfinite(value).all())
        return Blank(value.shape, str(value.dtype), finite)
    if isinstance(value, (list, tuple)):
        return type(value)(map(outline, value))
    if isinstance(value, dict):
        return {key: outline(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: outline(getattr(value, f.name)) for f in fields(value)})
    return value
