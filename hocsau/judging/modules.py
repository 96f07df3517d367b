"""Drive a learner's nn.Module: make it, set its weights by name, call it. This module loads torch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import torch

from hocsau.judging.gradients import gradients
from hocsau.judging.handed import fresh, same
from hocsau.judging.models import named, place, set_weights
from hocsau.judging.request import Build, BuildWith, Drawn, Forward
from hocsau.judging.states import Names, sketch
from hocsau.judging.tensors import is_module, read
from hocsau.judging.values import Tensor, plain

__all__ = ["build"]

LARGE = 256
"""Entries from which on a gradient is sketched."""


def build(
    target: Callable[..., Any],
    request: Build,
    device: Any,
    changed: Callable[[str], None],
) -> dict[str, Any]:
    """What a Build asks for, as plain data; `changed` is told the name of each input that a call altered.

    Weights are set only where every name and shape fits; otherwise there are no calls, and the names say why.
    """
    found: dict[str, Any]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(request.seed)
        module = target(*(fresh(value, device) for value in request.arguments.values()))
        if not is_module(module):
            found = {"parameters": plain(module), "buffers": None, "calls": []}
            found |= {"attributes": {}} if isinstance(request, BuildWith) else {}
            return found if request.weights is not None else {**found, "weights": {}}
        place(module, device, request.dtype)
        _settle(module, request.calls, device)
        parameters, buffers = named(module)
        found = {
            "parameters": Names("parameters", {n: _shape(p) for n, p in parameters.items()}),
            "buffers": Names("buffers", {n: _shape(b) for n, b in buffers.items()}),
        }
        if isinstance(request, BuildWith):
            found["attributes"] = {name: plain(getattr(module, name, None)) for name in request.attributes}  # fmt: skip
        kept = _weights(request.weights, parameters, buffers)
        if request.weights is None:
            found["weights"] = {name: read(p.detach()) for name, p in parameters.items()}
        elif not _fit(parameters, buffers, kept):
            return {**found, "calls": []}
        set_weights(module, kept)
        found["calls"] = [_call(module, forward, device, list(kept), changed) for forward in request.calls]
    return found


def _settle(module: Any, calls: tuple[Forward, ...], device: Any) -> None:
    """Lazy layers (nn.LazyConv2d) learn their shapes from a first call; it comes before weights are set, so nothing of it stays."""
    parameters, buffers = named(module)
    if calls and any(_shape(part) is None for part in (*parameters.values(), *buffers.values())):
        module.eval()
        with torch.no_grad():
            module(*(fresh(value, device) for value in calls[0].inputs.values()))


def _weights(
    weights: Mapping[str, Any] | Drawn | None,
    parameters: Mapping[str, Any],
    buffers: Mapping[str, Any],
) -> Mapping[str, Any]:
    """The weights to set, by name; drawn ones for every parameter and for what a batch norm remembers."""
    if not isinstance(weights, Drawn):
        return weights or {}
    remembered = {n: b for n, b in buffers.items() if n.endswith(("running_mean", "running_var"))}
    return {name: _drawn(weights.seed, name, _shape(part) or ()) for name, part in {**parameters, **remembered}.items()}


def _drawn(seed: int, name: str, shape: tuple[int, ...]) -> Any:
    """Matrices as in He et al. 2015, scales near 1, variances positive, the rest small."""
    rng = np.random.default_rng([seed, *name.encode()])
    if len(shape) > 1:
        return rng.normal(size=shape) * (2 / _size(shape[1:])) ** 0.5
    if name.endswith("running_var"):
        return rng.uniform(0.5, 2.0, size=shape)
    return 0.3 * rng.normal(size=shape) + (1.0 if name.endswith("weight") else 0.0)


def _shape(part: Any) -> Any:
    try:
        return tuple(part.shape)
    except RuntimeError:  # a lazy module that has not been called yet
        return None


def _fit(parameters: Mapping[str, Any], buffers: Mapping[str, Any], weights: Mapping[str, Any]) -> bool:
    """Has each weight its place, and each parameter its weight?"""
    shapes = {name: _array(value).shape for name, value in weights.items()}
    return parameters.keys() <= shapes.keys() and all(
        _shape(parameters[name]) == shape
        if name in parameters
        else name in buffers and buffers[name].numel() == _size(shape)
        for name, shape in shapes.items()
    )


def _array(value: Any) -> Any:
    return value.array if isinstance(value, Tensor) else value


def _size(shape: Iterable[int]) -> int:
    size = 1
    for axis in shape:
        size *= axis
    return size


def _call(
    module: Any, forward: Forward, device: Any, kept: list[str], changed: Callable[[str], None]
) -> dict[str, Any]:
    given = {name: fresh(value, device) for name, value in forward.inputs.items()}
    module.train(forward.training)
    result = module(*given.values())
    found: dict[str, Any] = {"return": plain(result)}
    for name, value in given.items():
        if str(device) == "cpu" and not same(forward.inputs[name], value):
            changed(name)
    parameters, buffers = named(module)
    if forward.backward is not None:
        asked = {name: Tensor(None, requires_grad=True) for name in parameters}
        found["gradients"] = gradients(result, {**forward.inputs, **asked}, {**given, **parameters}, forward.backward)
        if forward.sketch:
            found["gradients"] = {n: _short(g, n) for n, g in found["gradients"].items()}
    if forward.training:
        found["buffers"] = {name: read(buffers[name]) for name in kept if name in buffers}
    return found


def _short(gradient: Any, name: str) -> Any:
    large = isinstance(gradient, Tensor) and gradient.array.size > LARGE
    return sketch(gradient.array, name) if large else gradient
