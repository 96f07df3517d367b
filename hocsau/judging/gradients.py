"""Backward through a learner's result: do the gradients that arrive equal the reference's?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from hocsau.judging.tensors import bare, read, tensors_in
from hocsau.judging.values import MAX_BYTES, Tensor

__all__ = ["asks", "gradients"]


def asks(argument: Any) -> bool:
    """Does any tensor in an argument ask for a gradient?"""
    if isinstance(argument, Tensor):
        return argument.requires_grad
    items = argument.values() if isinstance(argument, Mapping) else argument
    return isinstance(argument, (list, tuple, Mapping)) and any(map(asks, items))


def gradients(result: Any, arguments: Mapping[str, Any], given: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """The gradient for each argument that asks for one, in its structure; None where none arrives.

    arguments  the plain arguments, `given` what was made of them
    seed       draws a standard normal gradient for each floating tensor of the result, of its own shape
    """
    wanted = [name for name, value in arguments.items() if asks(value)]
    leaves = [leaf for name in wanted for leaf in _leaves(arguments[name], given[name])]
    arrived = iter(_backward(result, leaves, seed))
    return {name: _gathered(arguments[name], arrived) for name in wanted}


def _leaves(argument: Any, given: Any) -> Iterator[Any]:
    if isinstance(argument, Tensor):
        if argument.requires_grad:
            yield given
    elif isinstance(argument, (list, tuple, Mapping)):
        keys = argument if isinstance(argument, Mapping) else range(len(argument))
        for key in keys:
            yield from _leaves(argument[key], given[key])


def _gathered(argument: Any, arrived: Iterator[Any]) -> Any:
    if isinstance(argument, Tensor):
        return next(arrived) if argument.requires_grad else None
    if isinstance(argument, Mapping):
        return {key: _gathered(item, arrived) for key, item in argument.items()}
    if isinstance(argument, (list, tuple)):
        return [_gathered(item, arrived) for item in argument]
    return None


def _backward(result: Any, leaves: list[Any], seed: int) -> list[Any]:
    import torch

    outputs, directions = [], []
    for index, tensor in enumerate(map(bare, tensors_in(result))):
        floating = tensor.is_floating_point() and tensor.numel() * 8 <= MAX_BYTES
        if floating and tensor.requires_grad:
            drawn = np.random.default_rng([seed, index]).standard_normal(tuple(tensor.shape))
            outputs.append(tensor)
            directions.append(torch.as_tensor(drawn, dtype=tensor.dtype).to(tensor.device))
    if not outputs or not leaves:
        return [None] * len(leaves)
    found = torch.autograd.grad(outputs, leaves, directions, allow_unused=True)
    return [None if gradient is None else read(gradient.detach()) for gradient in found]
