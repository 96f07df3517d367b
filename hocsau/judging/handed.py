"""What a learner's object is handed: made fresh from plain data for every call, compared and remembered afterwards."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hocsau.judging.request import Device, Model, Seed
from hocsau.judging.tensors import is_tensor, memory, read, tensors_in, to_torch
from hocsau.judging.values import Tensor

__all__ = ["fresh", "recalled", "remembered", "same", "shares", "still_holds"]


def fresh(value: Any, device: Any = "cpu") -> Any:
    """A copy of `value` in which every tensor, generator, device and model that it stands for is made, on `device`."""
    if isinstance(value, Tensor):
        return to_torch(value, device)
    if isinstance(value, (Seed, Device)):
        import torch

        if isinstance(value, Device):
            return torch.device(device)
        return torch.Generator().manual_seed(value.value)
    if isinstance(value, Model):
        from hocsau.judging.models import make

        return make(value, device)
    if type(value) in (list, tuple):
        return type(value)(fresh(item, device) for item in value)
    if type(value) is dict:
        return {key: fresh(item, device) for key, item in value.items()}
    return copy.deepcopy(value)


def same(before: Any, after: Any) -> bool:
    """Does what was made from `before` still hold what it held? A generator has moved on, a model may be trained."""
    if isinstance(before, Tensor):
        now = read(after) if is_tensor(after) else None
        return isinstance(now, Tensor) and now.requires_grad == before.requires_grad and same(before.array, now.array)
    if isinstance(before, (Seed, Device, Model)):
        return True
    if isinstance(before, np.ndarray):
        return (
            isinstance(after, np.ndarray)
            and before.shape == after.shape
            and before.dtype == after.dtype
            and before.tobytes() == after.tobytes()
        )
    if isinstance(before, (list, tuple)):
        return len(before) == len(after) and all(map(same, before, after))
    if isinstance(before, Mapping):
        return before.keys() == after.keys() and all(same(before[key], after[key]) for key in before)
    return callable(before) or before is after or bool(before == after)


def shares(argument: Any, result: Any) -> bool:
    """Does any array or tensor of a result lie in the memory of one of the argument's?"""
    mine, theirs = _arrays(argument), _arrays(result)
    if any(np.may_share_memory(one, other) for other in theirs for one in mine):
        return True
    spans = [span for tensor in tensors_in(argument) if (span := memory(tensor)) is not None]
    return any(
        (span := memory(tensor)) is not None and any(span[0] < end and begin < span[1] for begin, end in spans)
        for tensor in (tensors_in(result) if spans else [])
    )


def _arrays(value: Any, depth: int = 0) -> list[Any]:
    """The arrays in a learner's value; a list may hold itself, hence the limits."""
    if isinstance(value, np.ndarray):
        return [value]
    if depth > 4:
        return []
    items: list[Any] = []
    if isinstance(value, (list, tuple)):
        items = list(value[:1000])
    elif isinstance(value, dict):
        items = list(value.values())[:1000]
    return [array for item in items for array in _arrays(item, depth + 1)][:1000]


@dataclass(frozen=True)
class _Kept:
    """A container as it was handed over: its kind, its keys, and the very objects in it."""

    kind: type[Any]
    keys: tuple[Any, ...]
    items: tuple[Any, ...]


def remembered(value: Any) -> Any:
    """`value` with its lists, tuples and dictionaries remembered entry by entry, and its arrays as they are."""
    if isinstance(value, (list, tuple)):
        return _Kept(type(value), (), tuple(map(remembered, value)))
    if isinstance(value, dict):
        return _Kept(dict, tuple(value), tuple(map(remembered, value.values())))
    return value


def recalled(kept: Any) -> Any:
    """What `remembered` was given, made of the objects that it held then."""
    if not isinstance(kept, _Kept):
        return kept
    items = map(recalled, kept.items)
    return dict(zip(kept.keys, items, strict=True)) if kept.kind is dict else kept.kind(items)


def still_holds(kept: Any, value: Any) -> bool:
    """Does a container still hold the very objects that it held when it was handed over?"""
    if not isinstance(kept, _Kept):
        return kept is value
    if kept.kind is dict and tuple(value) != kept.keys:
        return False
    items = tuple(value.values()) if kept.kind is dict else tuple(value)
    return len(items) == len(kept.items) and all(map(still_holds, kept.items, items))
