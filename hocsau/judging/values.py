"""Plain values, and how they travel: a JSON skeleton and raw arrays in one safetensors blob. Never pickle.

`plain` turns whatever a learner returned into numbers, arrays, strings, lists, tuples and dictionaries;
anything else becomes a `Foreign` that only says what it was. `dumps` and `loads` carry plain values, bytes, requests,
observations and verdicts between processes and into files; the reader treats every byte as hostile.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from types import UnionType
from typing import Any, TypeVar, get_args, get_type_hints, overload

import numpy as np

__all__ = [
    "DTYPES",
    "Foreign",
    "Malformed",
    "Same",
    "Tensor",
    "dumps",
    "loads",
    "plain",
    "readable",
    "record",
    "record_tensors",
    "type_name",
]

T = TypeVar("T")

DTYPES = frozenset(
    f"{kind}{bits}"
    for kind, widths in {
        "float": (16, 32, 64),
        "int": (8, 16, 32, 64),
        "uint": (8, 16, 32, 64),
    }.items()
    for bits in widths
) | {"bool"}
"""The dtypes of the arrays and tensors that travel."""
MAX_DEPTH = 12
MAX_LEAVES = 100_000
ARRAY_LEAVES = 9
"""What an array costs besides itself: its name and place stand in a header, so that 10,000 are enough."""
MAX_BYTES = 64 << 20
MAX_TEXT = 10_000
MAX_HEADER = 32 << 20
MAX_CONTAINERS = 1_000_000
MAX_ITEMS = 4_000_000


class Malformed(ValueError):
    """The bytes are not a value of ours: too deep, too many, an unknown kind, a dtype that is not on the list."""


@dataclasses.dataclass(frozen=True)
class Foreign:
    """Something a check cannot use; `described` says what it was."""

    described: str


@dataclasses.dataclass(frozen=True)
class Tensor:
    """A torch tensor as plain data.

    requires_grad  to be handed over: a leaf that asks for a gradient; come back: a gradient can flow to or through it
    device         the kind of device that it came back from
    """

    array: Any
    requires_grad: bool = False
    device: str = "cpu"


@dataclasses.dataclass(frozen=True)
class Same:
    """What came back is the very object that was handed over under this name."""

    name: str


_is_tensor: Callable[[Any], bool] = lambda _: False  # noqa: E731
_read_tensor: Callable[[Any], Tensor | Foreign] = lambda _: Foreign("tensor")  # noqa: E731


def record_tensors(is_tensor: Callable[[Any], bool], read: Callable[[Any], Tensor | Foreign]) -> None:
    """Let `plain` know how torch tensors are told and read (hocsau.judging.tensors does this, without loading torch)."""
    global _is_tensor, _read_tensor
    _is_tensor, _read_tensor = is_tensor, read


def readable(text: str, limit: int = MAX_TEXT) -> str:
    """`text` on one line: cut at `limit`, without control characters (no terminal codes) and lone surrogates."""
    kept = "".join(letter if letter.isprintable() else " " for letter in text[:limit])
    return kept.encode("utf-8", "replace").decode("utf-8")


def type_name(value: Any) -> str:
    """The name of the type of `value`, whatever its metaclass says."""
    return readable(type.__dict__["__name__"].__get__(type(value)), 100)


def plain(value: Any, text: int = MAX_TEXT) -> Any:
    """`value` as plain data: exact NumPy arrays, Python numbers, strings, lists, tuples, dictionaries with string keys.

    A NumPy scalar becomes a 0-d array of its dtype. Subclasses of ndarray, list, tuple and dict are read as what they
    hold, without calling anything that they define. Strings are cut at `text` characters.
    """
    return _Plain(text).of(value, 0)


class _Plain:
    """One conversion with its budget. Types are compared with `is`: a metaclass can answer `==` as it likes."""

    def __init__(self, text: int) -> None:
        self._text, self._leaves, self._bytes = text, MAX_LEAVES, MAX_BYTES

    def of(self, value: Any, depth: int) -> Any:
        kind = type(value)
        self._leaves -= 1
        if depth > MAX_DEPTH or self._leaves < 0:
            return Foreign("a structure too deep or too large")
        if value is None or kind is bool or kind is float:
            return value
        if kind is int:
            return value if -(2**63) <= value < 2**63 else Foreign("an integer beyond 64 bits")
        if kind is str:
            return self._string(value)
        if kind is Foreign:
            return Foreign(readable(value.described) if type(value.described) is str else "?")
        if issubclass(kind, (np.ndarray, np.generic)):
            return self._array(value)
        if _is_tensor(value):
            return self._tensor(_read_tensor(value))
        if kind is Tensor:
            return self._tensor(value)
        if kind in _results:
            names = _fields[kind]
            return kind(**{name: self.of(getattr(value, name), depth + 1) for name in names})
        if issubclass(kind, list):
            return list(self._items(list.__iter__(value), depth))
        if issubclass(kind, tuple):
            return tuple(self._items(tuple.__iter__(value), depth))
        if issubclass(kind, dict):
            keys = map(self._key, dict.__iter__(value))
            return dict(zip(keys, self._items(iter(dict.values(value)), depth), strict=False))
        return Foreign(type_name(value))

    def _items(self, items: Iterator[Any], depth: int) -> Iterator[Any]:
        """Each item until there are too many; the last one then says so."""
        for item in items:
            spent = self._leaves < 0
            yield self.of(item, depth + 1)
            if spent:
                return

    def _string(self, value: str) -> Any:
        value = value[: self._text]
        self._bytes -= len(value)
        if self._bytes < 0:
            return Foreign("a string too long")
        return value.encode("utf-8", "replace").decode("utf-8")

    @staticmethod
    def _key(key: Any) -> str:
        if type(key) is not str:
            return f"<{type_name(key)}>"
        return key[:200].encode("utf-8", "replace").decode("utf-8")

    def _tensor(self, value: Tensor | Foreign) -> Any:
        if isinstance(value, Foreign):
            return value
        array = self._array(value.array) if type(value.array) is np.ndarray else Foreign("tensor")
        if isinstance(array, Foreign):
            return array
        device = readable(value.device, 20) if type(value.device) is str else "?"
        return Tensor(array, value.requires_grad is True, device)

    def _array(self, value: Any) -> Any:
        if isinstance(value, np.generic):
            if np.generic.dtype.__get__(value).type is not type(value):
                return Foreign(type_name(value))  # a subclass could say anything
            value = np.asarray(value)
        array = np.ndarray.view(value, np.ndarray)
        self._leaves -= ARRAY_LEAVES
        self._bytes -= array.nbytes
        if self._bytes < 0:
            return Foreign(f"an array of {array.nbytes / 2**20:.0f} MiB")
        if _name_of(array.dtype) not in DTYPES:
            return Foreign(f"array {array.shape} {array.dtype.name}")
        native = array.astype(array.dtype.newbyteorder("="), order="C", copy=True)
        return native.reshape(array.shape)


@lru_cache(maxsize=64)
def _name_of(dtype: Any) -> str:
    """NumPy makes the name anew each time it is asked."""
    return str(dtype.name)


def _enums(kind: Any) -> tuple[type[StrEnum], ...]:
    """The enumeration that a field's type is, or those that it is one of; none where it is something else."""
    kinds = get_args(kind) if isinstance(kind, UnionType) else (kind,)
    return kinds if all(isinstance(one, type) and issubclass(one, StrEnum) for one in kinds) else ()


_records: dict[str, type[Any]] = {}
_fields: dict[type[Any], tuple[str, ...]] = {}
_results: set[type[Any]] = set()
_members: dict[type[Any], dict[str, dict[str, StrEnum]]] = {}
"""Of each record the fields that hold a member of an enumeration, and the members by their words."""


@overload
def record(cls: type[T]) -> type[T]: ...
@overload
def record(*, result: bool) -> Callable[[type[T]], type[T]]: ...
def record(cls: type[T] | None = None, *, result: bool = False) -> Any:
    """Let a dataclass travel: its name and fields, nothing else. A `result` may also stand in what comes back from a learner.

    A member of an enumeration travels as its word; `loads` refuses a word that the enumeration does not have.
    """

    def enter(cls: type[T]) -> type[T]:
        _records[cls.__name__] = cls
        _fields[cls] = tuple(field.name for field in dataclasses.fields(cls))  # type: ignore[arg-type]
        enums = {name: kinds for name, kind in get_type_hints(cls).items() if (kinds := _enums(kind))}
        _members[cls] = {
            name: {member.value: member for kind in reversed(kinds) for member in kind} for name, kinds in enums.items()
        }
        if result:
            _results.add(cls)
        return cls

    return enter if cls is None else enter(cls)


record(Foreign)
record(Tensor)
record(result=True)(Same)


def dumps(value: Any) -> bytes:
    """`value` as bytes: safetensors with the skeleton in its metadata.

    raises TypeError for what is neither plain nor a registered record
    """
    from safetensors.numpy import save

    arrays: dict[str, Any] = {}
    skeleton = _skeleton(value, arrays)
    return bytes(save(arrays, {"tree": _encode(skeleton)}))


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, check_circular=False).encode


def _skeleton(value: Any, arrays: dict[str, Any]) -> Any:
    kind = type(value)
    if value is None or kind is bool or kind is int:
        return value
    if kind is str:
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if kind is float:
        return {"f": value.hex()}
    if kind is np.ndarray:
        name = f"a{len(arrays)}"
        arrays[name] = np.ascontiguousarray(value).reshape(value.shape)
        return {"a": name}
    if kind is bytes:
        name = f"a{len(arrays)}"
        arrays[name] = np.frombuffer(value, np.uint8)
        return {"b": name}
    if isinstance(value, (list, tuple)):
        return {"l" if isinstance(value, list) else "t": [_skeleton(item, arrays) for item in value]}
    if isinstance(value, Mapping):
        return {"d": [[key, _skeleton(item, arrays)] for key, item in value.items()]}
    if isinstance(value, StrEnum):
        return value.value
    name = kind.__name__
    if _records.get(name) is kind:
        fields = {field: _skeleton(getattr(value, field), arrays) for field in _fields[kind]}
        return {"r": name, "v": fields}
    raise TypeError(f"a {name} cannot travel: use plain values (see hocsau.judging.values.plain)")


def loads(blob: bytes) -> Any:
    """The value that `dumps` wrote.

    raises Malformed for anything else
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        length = int.from_bytes(blob[:8], "little")
        header = _parse(blob[8 : 8 + min(length, MAX_HEADER + 1)].decode("utf-8"))
        skeleton = _parse(header["__metadata__"]["tree"])
        return _restore(skeleton, load(blob), 0)
    except Malformed:
        raise
    except (
        SafetensorError,
        ValueError,
        KeyError,
        AttributeError,
        TypeError,
        RecursionError,
        OverflowError,
        MemoryError,
    ) as error:
        raise Malformed(f"not a value that can travel: {type(error).__name__}: {error}") from error


def _parse(text: str) -> Any:
    """JSON of bounded size: a few megabytes of brackets would become gigabytes of lists."""
    containers = text.count("{") + text.count("[")
    if len(text) > MAX_HEADER or containers > MAX_CONTAINERS or text.count(",") > MAX_ITEMS:
        raise Malformed("a skeleton too large")
    return json.loads(text)


def _whole(text: Any) -> str:
    """`text` itself; a lone surrogate in it, which nothing could print, raises UnicodeEncodeError."""
    if not isinstance(text, str):
        raise Malformed(f"expected a string, got {type(text).__name__}")
    if not text.isascii():
        text.encode("utf-8")
    return text


def _restore(node: Any, arrays: Mapping[str, Any], depth: int) -> Any:
    if depth > 4 * MAX_DEPTH:
        raise Malformed("nested too deep")
    kind = type(node)  # JSON gives these types and no other
    if node is None or kind is bool or kind is int:
        return node
    if kind is str:
        return _whole(node)
    if kind is not dict or not node:
        raise Malformed(f"a bare {kind.__name__}")
    below = depth + 1
    if "f" in node:
        return float.fromhex(node["f"])
    if "a" in node:
        array = arrays[node["a"]]
        if _name_of(array.dtype) not in DTYPES:
            raise Malformed(f"dtype {array.dtype} is not on the list")
        return array
    if "b" in node:
        return arrays[node["b"]].tobytes()
    if "l" in node:
        return [_restore(item, arrays, below) for item in node["l"]]
    if "t" in node:
        return tuple([_restore(item, arrays, below) for item in node["t"]])
    if "d" in node:
        return {_whole(key): _restore(item, arrays, below) for key, item in node["d"]}
    cls = _records.get(node.get("r", ""))
    if cls is None:
        raise Malformed(f"unknown record {node.get('r')!r}")
    fields = {key: _restore(item, arrays, below) for key, item in node["v"].items()}
    for name, members in _members[cls].items():
        if name in fields:
            fields[name] = _member(members, fields[name])
    return cls(**fields)


def _member(members: Mapping[str, StrEnum], word: Any) -> StrEnum:
    if type(word) is not str or word not in members:
        raise Malformed(f"expected one of {', '.join(members)}")
    return members[word]
