"""Which library calls does an answer make that its exercise does not allow? Read from the compiled code, nothing is run."""

from __future__ import annotations

import dis
import types
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Any

__all__ = [
    "ATTENTION",
    "AUTOGRAD",
    "CONVOLUTION",
    "LAYER_NORM",
    "POOLING",
    "RECURRENT",
    "is_listed",
    "library_calls",
]

CONVOLUTION = (
    "torch.conv*",
    "torch.*convolution*",
    "torch.nn.functional.conv*",
    "torch.nn.functional.unfold",
    "torch.nn.functional.fold",
    "torch.nn.Conv*",
    "torch.nn.LazyConv*",
    "torch.nn.Unfold",
    "torch.nn.Fold",
    "torch.nn.modules.conv",
    "torch.nn.modules.fold",
    "torch.nn.grad",
    "torch.ops.aten.*conv*",
    "torch.ops.aten.im2col",
    "torch.ops.aten.col2im",
    "aten::*convolution*",
    "aten::im2col",
    "aten::col2im",
)
"""Convolutions of the library, and patches by F.unfold; Tensor.unfold, as_strided and F.pad are no part of it."""

POOLING = (
    "torch.*_pool[123]d*",
    "torch.nn.functional.*pool*",
    "torch.nn.*Pool*",
    "torch.nn.*Unpool*",
    "torch.nn.modules.pooling",
    "torch.ops.aten.*pool*",
    "aten::*pool*",
)
"""Poolings of the library, forward and back."""

AUTOGRAD = (
    "torch.autograd",
    "torch.func",
    "torch.Tensor.backward",
    "torch.nn.grad",
    "torch.ops.aten.*_backward*",
    "aten::*_backward*",
)
"""Gradients by the library. (Tensor.requires_grad_ alone is no gradient.)"""

RECURRENT = (
    "torch.nn.RNN*",
    "torch.nn.LSTM*",
    "torch.nn.GRU*",
    "torch.nn.modules.rnn",
    "torch.lstm*",
    "torch.gru*",
    "torch.rnn_*",
    "torch._VF",
    "torch.ops.aten.*lstm*",
    "torch.ops.aten.*gru*",
    "torch.ops.aten.*rnn*",
    "aten::*lstm*",
    "aten::*gru*",
    "aten::*rnn*",
)
"""Recurrent layers and cells of the library."""

ATTENTION = (
    "torch.nn.functional.scaled_dot_product_attention",
    "torch.nn.functional.multi_head_attention_forward",
    "torch.nn.attention",
    "torch.nn.MultiheadAttention",
    "torch.nn.Transformer*",
    "torch.nn.modules.activation.MultiheadAttention",
    "torch.nn.modules.transformer",
    "torch._native_multi_head_attention",
    "torch._scaled_dot_product*",
    "torch.ops.aten.*attention*",
    "aten::*scaled_dot_product*",
    "aten::*attention*",
)
"""Attention and Transformer layers of the library."""

LAYER_NORM = (
    "torch.layer_norm",
    "torch.native_layer_norm",
    "torch.nn.functional.*layer_norm",
    "torch.nn.functional.group_norm",
    "torch.nn.LayerNorm",
    "torch.nn.GroupNorm",
    "torch.nn.modules.normalization",
    "torch.ops.aten.*layer_norm*",
    "aten::*layer_norm*",
    "aten::*group_norm*",
)
"""Layer normalization of the library, and group normalization, which is the same with one group."""

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
            if is_listed(name, not_allowed):
                found.add(name)
            if getattr(value, "__module__", None) == function.__module__:
                waiting += _functions(value)
    return tuple(sorted(name for name in found if not any(f.startswith(f"{name}.") for f in found)))


def is_listed(name: str, not_allowed: Sequence[str]) -> bool:
    """Is `name` one of `not_allowed`, or within one of them? A star stands for any letters.

    >>> is_listed("torch.nn.functional.conv2d", ["torch.nn.functional.conv*"]), is_listed("torch.optim.Adam", ["torch.optim"])
    (True, True)
    >>> is_listed("torch.optimal", ["torch.optim"])
    False
    """
    return any(
        f"{name}.".startswith(f"{listed}.") or ("*" in listed and fnmatchcase(name, listed)) for listed in not_allowed
    )


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
