"""Which of a lesson's answers does an answer use? Read from the compiled code, nothing is run."""

from __future__ import annotations

import dis
import types
from typing import Any

__all__ = ["dependencies"]


def dependencies(target: Any, names: frozenset[str]) -> tuple[str, ...]:
    """Which of `names` the function `target` uses, also through other functions beside it.

    Only names looked up as globals count: `F.conv2d` is not the learner's `conv2d`.
    """
    found: set[str] = set()
    functions = list(vars(target).values()) if isinstance(target, type) else [target]
    met = set[int]()
    while functions:
        function = functions.pop()
        if not isinstance(function, types.FunctionType) or id(function) in met:
            continue
        met.add(id(function))
        codes = [function.__code__]
        while codes:
            code = codes.pop()
            codes += [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
            used = {str(step.argval) for step in dis.get_instructions(code) if step.opname in _GLOBAL_READS}
            found |= used & names
            beside = (function.__globals__.get(name) for name in used - names)
            functions += [other for other in beside if _is_beside(function, other)]
    return tuple(sorted(found - {getattr(target, "__name__", "")}))


_GLOBAL_READS = ("LOAD_GLOBAL", "LOAD_NAME")


def _is_beside(function: types.FunctionType, other: Any) -> bool:
    return isinstance(other, types.FunctionType) and other.__globals__ is function.__globals__
