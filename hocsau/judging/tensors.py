"""Torch tensors as plain data and back. torch is looked up, never imported, until a request asks for a tensor."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from hocsau.judging.values import DTYPES, MAX_BYTES, Foreign, Tensor, readable, record_tensors

if TYPE_CHECKING:
    import torch

__all__ = [
    "Unreadable",
    "bare",
    "is_module",
    "is_tensor",
    "memory",
    "one_thread",
    "read",
    "tensors_in",
    "to_torch",
]

_MAX_ITEMS = 1000


class Unreadable(Exception):
    """A tensor of torch's own, which any torch should give out, could not be read: the machine's trouble, never an answer's."""


def _torch() -> Any:
    """torch when it is loaded, else None; the learner may have put anything under that name."""
    found = sys.modules.get("torch")
    return found if isinstance(getattr(found, "Tensor", None), type) else None


def is_tensor(value: Any) -> bool:
    """Is `value` a tensor or an object of a subclass? Asked of its type, not of itself."""
    torch = _torch()
    return torch is not None and issubclass(type(value), torch.Tensor)


def is_module(value: Any) -> bool:
    """Is `value` an nn.Module?"""
    torch = _torch()
    return torch is not None and issubclass(type(value), torch.nn.Module)


def read(value: Any) -> Tensor | Foreign:
    """A tensor as plain data: its numbers on the CPU, where it was, whether a gradient can flow to or through it.

    A subclass is read as the tensor it is, without calling anything that it defines; one that has no memory of its own
    (it answers every operation itself), a sparse, quantized, complex or bfloat16 tensor is Foreign.
    raises Unreadable for an honest tensor that should be readable and is not
    """
    torch = _torch()
    if any("__torch_dispatch__" in vars(cls) for cls in _strict_bases(type(value), torch.Tensor)):
        return Foreign(readable(f"tensor of the type {type.__dict__['__name__'].__get__(type(value))}", 100))
    with torch._C.DisableTorchFunctionSubclass(), torch.no_grad():
        try:
            return _read(torch, value)
        except MemoryError:
            raise  # who filled the memory was not torch
        except Exception as error:
            if _is_honest(torch, value):
                said = f"torch {torch.__version__}, {type(error).__name__}: {error}"
                raise Unreadable(readable(said, 400)) from error
            return Foreign(readable(f"a tensor that cannot be read ({type(error).__name__})", 100))


def _is_honest(torch: Any, value: Any) -> bool:
    """Is it torch's own kind of tensor, in the machine's memory, and not one that lives inside torch.func alone?

    Asked of its type with `is`. What another device did wrong (an index out of range on a GPU) shows only when a tensor
    is fetched from there, so that such a failure may be the answer's.
    """
    return (
        any(type(value) is kind for kind in (torch.Tensor, torch.nn.Parameter))
        and torch.Tensor.device.__get__(value).type == "cpu"
        and not torch._C._functorch.is_functorch_wrapped_tensor(value)
    )


def _strict_bases(kind: type[Any], base: type[Any]) -> Iterator[type[Any]]:
    for cls in type.__dict__["__mro__"].__get__(kind):
        if cls is base:
            return
        yield cls


def _read(torch: Any, value: Any) -> Tensor | Foreign:
    """Its properties are asked of torch's own class, where a subclass may have others of the same name."""
    base = torch.Tensor
    if base.is_nested.__get__(value):
        return Foreign("nested tensor")
    dtype, layout = base.dtype.__get__(value), base.layout.__get__(value)
    said = f"tensor {tuple(base.shape.__get__(value))} {str(dtype).removeprefix('torch.')}"
    if layout is not torch.strided:
        return Foreign(f"{said}, {str(layout).removeprefix('torch._').removeprefix('torch.')}")
    tensor = base.as_subclass(value, base)
    if tensor.is_quantized or tensor.is_meta or torch._is_zerotensor(tensor):
        return Foreign(f"{said}, {'meta' if tensor.is_meta else 'not plain'}")
    if str(dtype).removeprefix("torch.") not in DTYPES:
        return Foreign(said)
    if tensor.numel() * tensor.element_size() > MAX_BYTES:
        return Foreign(f"{said}, larger than {MAX_BYTES >> 20} MiB")
    attached = bool(base.requires_grad.__get__(value))
    array = tensor.detach().to("cpu").resolve_neg().numpy()
    return Tensor(np.array(array, copy=True, order="C"), attached, str(tensor.device.type))


record_tensors(is_tensor, read)


@contextlib.contextmanager
def one_thread(count: int = 1) -> Iterator[None]:
    """Within it torch computes in one thread: the tensors of a check are small, and on a busy machine threads that wait for
    one another take thirty times as long. (Another `count` is for the proof that it makes no difference.)"""
    torch = _torch()
    if torch is None:
        yield
        return
    threads = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def to_torch(tensor: Tensor, device: Any = "cpu") -> torch.Tensor:
    """A fresh tensor of the record's numbers on `device`; a leaf that asks for a gradient where the record does."""
    import torch

    array = np.array(tensor.array, copy=True, order="C")
    made = torch.from_numpy(array.reshape(tensor.array.shape)).to(device)
    return made.requires_grad_() if tensor.requires_grad else made


def bare(tensor: Any) -> Any:
    """The tensor behind a subclass, in the same graph; what cannot be made bare stays as it is."""
    torch = _torch()
    with torch._C.DisableTorchFunctionSubclass():
        try:
            return torch.Tensor.as_subclass(tensor, torch.Tensor)
        except (RuntimeError, TypeError, NotImplementedError):
            return tensor


def tensors_in(value: Any, depth: int = 0) -> list[Any]:
    """The tensors in a learner's value, in order; a list may hold itself, hence the limits."""
    if is_tensor(value):
        return [value]
    if depth > 4:
        return []
    items: list[Any] = []
    if issubclass(type(value), (list, tuple)):
        items = list(value[:_MAX_ITEMS])
    elif issubclass(type(value), dict):
        items = list(value.values())[:_MAX_ITEMS]
    return [found for item in items for found in tensors_in(item, depth + 1)][:_MAX_ITEMS]


def memory(value: Any) -> tuple[int, int] | None:
    """Where a tensor's numbers lie, from the first byte of its storage to the last; None where it has none."""
    torch = _torch()
    try:
        with torch._C.DisableTorchFunctionSubclass():
            storage = torch.Tensor.untyped_storage(value)
            begin, length = int(storage.data_ptr()), int(storage.nbytes())
    except (RuntimeError, NotImplementedError, TypeError):
        return None
    return (begin, begin + length) if begin and length else None
