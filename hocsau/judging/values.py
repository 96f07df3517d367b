"""Plain values, and how they travel: a JSON skeleton and raw arrays in one safetensors blob. Never pickle.

`plain` turns whatever a learner returned into numbers, arrays, strings, lists, tuples and dictionaries;
anything else becomes a `Foreign` that only says what it was. `dumps` and `loads` carry plain values, requests
and observations between processes and into the check packs; the reader treats every byte as hostile.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

__all__ = ["DTYPES", "Foreign", "Malformed", "dumps", "loads", "plain", "record"]

DTYPES = frozenset(
    f"{kind}{bits}"
    for kind, widths in {
        "float": (16, 32, 64),
        "int": (8, 16, 32, 64),
        "uint": (8, 16, 32, 64),
    }.items()
    for bits in widths
) | {"bool"}
MAX_DEPTH = 12
MAX_LEAVES = 100_000
MAX_BYTES = 64 << 20


class Malformed(ValueError):
    """The bytes are not a value of ours: too deep, too many, an unknown kind, a dtype that is not on the list."""


@dataclasses.dataclass(frozen=True)
class Foreign:
    """Something a check cannot use; `described` says what it was."""

    described: str


def plain(value: Any) -> Any:
    """`value` as plain data: exact NumPy arrays, Python numbers, strings, lists, tuples, dictionaries with string keys.

    A NumPy scalar becomes a 0-d array of its dtype. Subclasses of ndarray are read as what they hold.
    """
    budget = [MAX_LEAVES, MAX_BYTES]
    return _plain(value, 0, budget)


def _plain(value: Any, depth: int, budget: list[int]) -> Any:
    budget[0] -= 1
    if depth > MAX_DEPTH or budget[0] < 0:
        return Foreign("a structure too deep or too large")
    if value is None or type(value) in (bool, float, str):
        return value[:10_000] if isinstance(value, str) else value
    if type(value) is int:
        return value if abs(value) < 2**63 else Foreign("an integer beyond 64 bits")
    if isinstance(value, (np.ndarray, np.generic)):
        return _plain_array(value, budget)
    if isinstance(value, (list, tuple)):
        items = (
            [_plain(item, depth + 1, budget) for item in list.__iter__(value)]
            if isinstance(value, list)
            else [_plain(item, depth + 1, budget) for item in tuple.__iter__(value)]
        )
        return items if isinstance(value, list) else tuple(items)
    if type(value) is dict:
        return {str(key)[:200]: _plain(item, depth + 1, budget) for key, item in value.items()}
    return Foreign(type(value).__name__)


def _plain_array(value: Any, budget: list[int]) -> Any:
    array = np.array(
        value.view(np.ndarray) if isinstance(value, np.ndarray) else value, subok=False
    )
    budget[1] -= array.nbytes
    if budget[1] < 0:
        return Foreign(f"an array of {array.nbytes / 2**20:.0f} MiB")
    if array.dtype.name not in DTYPES:
        return Foreign(f"array {array.shape} {array.dtype}")
    return np.ascontiguousarray(array).reshape(array.shape)


_records: dict[str, type] = {}


def record(cls: type) -> type:
    """Let a dataclass travel: its name and fields, nothing else."""
    _records[cls.__name__] = cls
    return cls


def dumps(value: Any) -> bytes:
    """`value` as bytes: safetensors with the skeleton in its metadata.

    raises TypeError for what is neither plain nor a registered record
    """
    from safetensors.numpy import save

    arrays: dict[str, Any] = {}
    skeleton = _skeleton(value, arrays)
    return bytes(save(arrays, {"tree": json.dumps(skeleton, ensure_ascii=False, sort_keys=True)}))


def _skeleton(value: Any, arrays: dict[str, Any]) -> Any:
    if value is None or type(value) in (bool, int, str):
        return value
    if type(value) is float:
        return {"f": value.hex()}
    if type(value) is np.ndarray:
        name = f"a{len(arrays)}"
        arrays[name] = np.ascontiguousarray(value).reshape(value.shape)
        return {"a": name}
    if isinstance(value, (list, tuple)):
        return {
            "l" if isinstance(value, list) else "t": [_skeleton(item, arrays) for item in value]
        }
    if isinstance(value, Mapping):
        return {"d": [[key, _skeleton(item, arrays)] for key, item in value.items()]}
    name = type(value).__name__
    if _records.get(name) is type(value):
        fields = {
            f.name: _skeleton(getattr(value, f.name), arrays) for f in dataclasses.fields(value)
        }
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
        header = json.loads(blob[8 : 8 + length])
        skeleton = json.loads(header["__metadata__"]["tree"])
        return _restore(skeleton, load(blob), 0)
    except Malformed:
        raise
    except (
        SafetensorError,
        ValueError,
        KeyError,
        TypeError,
        RecursionError,
        OverflowError,
        MemoryError,
    ) as error:
        raise Malformed(f"not a value that can travel: {type(error).__name__}: {error}") from error


def _restore(node: Any, arrays: Mapping[str, Any], depth: int) -> Any:
    if depth > 4 * MAX_DEPTH:
        raise Malformed("nested too deep")
    if node is None or isinstance(node, (bool, int, str)):
        return node
    if not isinstance(node, dict) or not node:
        raise Malformed(f"a bare {type(node).__name__}")
    restore: Callable[[Any], Any] = lambda item: _restore(item, arrays, depth + 1)  # noqa: E731
    if "f" in node:
        return float.fromhex(node["f"])
    if "a" in node:
        array = arrays[node["a"]]
        if array.dtype.name not in DTYPES:
            raise Malformed(f"dtype {array.dtype} is not on the list")
        return array
    if "l" in node:
        return [restore(item) for item in node["l"]]
    if "t" in node:
        return tuple(restore(item) for item in node["t"])
    if "d" in node:
        return {str(key): restore(item) for key, item in node["d"]}
    cls = _records.get(node.get("r", ""))
    if cls is None:
        raise Malformed(f"unknown record {node.get('r')!r}")
    return cls(**{key: restore(item) for key, item in node["v"].items()})
