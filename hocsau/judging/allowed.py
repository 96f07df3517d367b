"""Which library calls does an answer make that its exercise does not allow? Read from the compiled code, nothing is run."""

from __future__ import annotations

import dis
import types
from collections.abc import Iterator, Sequence
from typing import Any

__all__ = ["library_calls"]

_GLOBAL_READS = ("LOAD_GLOBAL", "LOAD_NAME")
_ATTRIBUTE_READS = ("LOAD_ATTR", "LOAD_METHOD")


def library_calls(target: Any, not_allowed: Sequence[str]) -> tuple[str, ...]:
    """The dotted names under `not_allowed` ("torch.optim") that `target` uses, also under another name or through
    functions and classes beside it.

    target  a function or a class; anything else uses nothing
    """
    found: set[str] = set()
    waiting, met = list(_functions(target)), set[int]()
    while waiting:
        function = waiting.pop()
        if id(function) in met:
            continue
        met.add(id(function))
        for name, value in _uses(function):
            if any(f"{name}.".startswith(f"{prefix}.") for prefix in not_allowed):
                found.add(name)
            if getattr(value, "__module__", None) == function.__module__:
                waiting += _functions(value)
    return tuple(sorted(name for name in found if not any(f.startswith(f"{name}.") for f in found)))


def _functions(target: Any) -> Iterator[types.FunctionType]:
    members = list(vars(target).values()) if isinstance(target, type) else [target]
    for member in members:
        plain = member.__func__ if isinstance(member, (staticmethod, classmethod)) else member
        if isinstance(plain, types.FunctionType):
            yield plain


def _uses(function: types.FunctionType) -> Iterator[tuple[str, Any]]:
    """Each global that the code reads with the attributes behind it, and each import, by its full name."""
    codes = [function.__code__]
    while codes:
        code = codes.pop()
        codes += [item for item in code.co_consts if isinstance(item, types.CodeType)]
        value: Any = None
        module = ""
        for step in dis.get_instructions(code):
            if step.opname == "IMPORT_NAME":
                value, module = None, str(step.argval)
                yield module, None
            elif step.opname == "IMPORT_FROM":
                yield f"{module}.{step.argval}", None
            elif step.opname in _GLOBAL_READS:
                value = function.__globals__.get(str(step.argval))
                yield _full_name(value), value
            elif step.opname in _ATTRIBUTE_READS and isinstance(value, types.ModuleType):
                name = f"{value.__name__}.{step.argval}"
                value = vars(value).get(str(step.argval))
                yield name, value
            elif step.opname != "CACHE":
                value = None


def _full_name(value: Any) -> str:
    if isinstance(value, types.ModuleType):
        return str(value.__name__)
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    return f"{module}.{name}" if isinstance(module, str) and isinstance(name, str) else ""
