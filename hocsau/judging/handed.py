"""What a learner's object was handed, remembered array by array: an entry rebound in a list does not hide the original."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["recalled", "remembered", "still_holds"]


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
