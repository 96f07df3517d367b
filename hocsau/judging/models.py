"""The models that a check may hand to a learner: a closed list of small networks, so that only a name and arrays travel.

None of them is the answer of an exercise; they have the attributes on which the lessons agreed. This module loads torch:
import it only where a request asks for a model.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from hocsau.judging.request import Model
from hocsau.judging.states import ModelState
from hocsau.judging.tensors import read
from hocsau.judging.values import Tensor

__all__ = ["MODELS", "make", "named", "place", "set_weights", "state"]

MAX_INPUTS = 500


class _Notes:
    """In which modes a model was called, and what it learned from; a copy of the model keeps the same notes."""

    def __init__(self) -> None:
        self.modes: list[str] = []
        self.learning: list[str] = []
        self.inputs: list[Any] | None = None

    def __deepcopy__(self, memo: dict[int, Any]) -> _Notes:
        return self

    def add(self, model: nn.Module, x: Any) -> None:
        mode = _mode(model)
        for modes in [self.modes, *([self.learning] if torch.is_grad_enabled() else [])]:
            if mode not in modes:
                modes.append(mode)
        kept = self.inputs if torch.is_grad_enabled() else None
        if kept is not None and len(kept) < MAX_INPUTS:
            kept.append(read(x))


class _Watched(nn.Module):
    """A model that notes each call, also one of `forward` itself, and then answers."""

    def __init__(self) -> None:
        super().__init__()
        self.notes = _Notes()

    def forward(self, x: Any) -> Any:
        self.notes.add(self, x)
        return self.answer(x)

    def answer(self, x: Any) -> Any:
        raise NotImplementedError


class _Perceptron(_Watched):
    """(N, ...) -> (N, classes): one hidden layer of ReLU, with batch normalization where `normalize` says so."""

    def __init__(self, inputs: int, hidden: int, classes: int, normalize: bool = False) -> None:
        super().__init__()
        self.hidden = nn.Linear(inputs, hidden)
        self.norm = nn.BatchNorm1d(hidden) if normalize else nn.Identity()
        self.output = nn.Linear(hidden, classes)

    def answer(self, x: Any) -> Any:
        return self.output(torch.relu(self.norm(self.hidden(x.flatten(1)))))


class _Pixels(_Watched):
    """(N, 1, H, W) -> (N, classes): one convolution, batch normalization, ReLU, the mean over the picture."""

    def __init__(self, classes: int, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, channels, 3, padding=1)
        self.norm = nn.BatchNorm2d(channels)
        self.output = nn.Linear(channels, classes)

    def answer(self, x: Any) -> Any:
        return self.output(torch.relu(self.norm(self.conv(x))).mean((2, 3)))


class _LineForecaster(_Watched):
    """(N, length) -> (N, horizon), linear; buffers mean and std give the scale of the series."""

    mean: torch.Tensor
    std: torch.Tensor

    def __init__(self, length: int, horizon: int) -> None:
        super().__init__()
        self.head = nn.Linear(length, horizon)
        self.register_buffer("mean", torch.zeros(()))
        self.register_buffer("std", torch.ones(()))

    def answer(self, x: Any) -> Any:
        return self.head((x - self.mean) / self.std) * self.std + self.mean


class _LanguageModel(_Watched):
    """(N, T) ids -> (N, T, V) logits; more than context_length tokens are refused."""

    def __init__(self, vocab_size: int, context_length: int, width: int) -> None:
        super().__init__()
        self.context_length = context_length
        self.token = nn.Embedding(vocab_size, width)
        self.position = nn.Embedding(context_length, width)
        self.blocks = nn.ModuleList()
        self.norm: nn.Module = nn.Identity()
        self.head: nn.Module = nn.Identity()

    def answer(self, x: Any) -> Any:
        length = x.shape[1]
        if length > self.context_length:
            raise IndexError(f"this model takes at most {self.context_length} tokens, got {length}")
        places = torch.arange(length, device=x.device)
        return self.head(self.norm(self.mixed(self.token(x)) + self.position(places)))

    def mixed(self, x: Any) -> Any:
        """(N, T, width) -> (N, T, width): what the tokens say to one another."""
        return x


class _TableLanguageModel(_LanguageModel):
    """The logits are the row of the last token plus the row of its position."""

    def __init__(self, vocab_size: int, context_length: int) -> None:
        super().__init__(vocab_size, context_length, vocab_size)


class _WindowLanguageModel(_LanguageModel):
    """One hidden layer over the last `width` tokens (Bengio et al. 2003)."""

    def __init__(self, vocab_size: int, context_length: int, d_model: int, width: int) -> None:
        super().__init__(vocab_size, context_length, d_model)
        self.width = width
        self.window = nn.Linear(width * d_model, d_model)
        self.head = nn.Linear(d_model, vocab_size, bias=False)

    def mixed(self, x: Any) -> Any:
        padded = nn.functional.pad(x, (0, 0, self.width - 1, 0))
        parts = [padded[:, shift : shift + x.shape[1]] for shift in range(self.width)]
        return torch.tanh(self.window(torch.cat(parts, dim=2)))


MODELS: dict[str, type[_Watched]] = {
    "perceptron": _Perceptron,
    "pixels": _Pixels,
    "line_forecaster": _LineForecaster,
    "table_language_model": _TableLanguageModel,
    "window_language_model": _WindowLanguageModel,
}


def make(recipe: Model, device: Any = "cpu") -> nn.Module:
    """The model that `recipe` stands for; the global randomness stays as it is.

    raises KeyError for a name that is not on the list, ValueError for weights that do not fit
    """
    with torch.random.fork_rng(devices=[]), torch.device("cpu"):
        torch.manual_seed(recipe.seed)
        model: nn.Module = MODELS[recipe.name](**recipe.settings)
        place(model, device, recipe.dtype)
        set_weights(model, recipe.weights)
        for parameter in model.parameters() if recipe.stale else ():
            parameter.grad = torch.randn(parameter.shape, dtype=parameter.dtype).to(device)
    if recipe.record:
        model.notes.inputs = []  # type: ignore[union-attr]
    return model.train(recipe.training)


def named(module: nn.Module) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parameters and the buffers of a module, by name."""
    return dict(nn.Module.named_parameters(module)), dict(nn.Module.named_buffers(module))


def set_weights(module: nn.Module, weights: Mapping[str, Any]) -> None:
    """Copy arrays into the parameters and buffers of the same names; of a buffer only the size has to fit.

    raises ValueError for a name that is not there or a shape that does not fit
    """
    parameters, buffers = named(module)
    with torch.no_grad():
        for name, value in weights.items():
            array = value.array if isinstance(value, Tensor) else value
            there = parameters.get(name, buffers.get(name))
            given = torch.as_tensor(array)
            if there is None or (given.shape != there.shape and name in parameters):
                raise ValueError(f"no parameter {name!r} of the shape {tuple(given.shape)}")
            there.copy_(given.reshape(there.shape))


def place(module: nn.Module, device: Any, dtype: str) -> None:
    """Move a module to `device` and its floating numbers to `dtype`; on the made-up device part by part, as `.to` fails there."""
    wanted = getattr(torch, dtype)
    if torch.device(device).type != "gpu":
        module.to(device, wanted)
        return
    for owner in module.modules():
        for name, parameter in list(owner._parameters.items()):
            if parameter is not None:
                moved = parameter.detach().to(device, wanted)
                owner._parameters[name] = nn.Parameter(moved, parameter.requires_grad)
        for name, buffer in list(owner._buffers.items()):
            if buffer is not None:
                floating = buffer.is_floating_point()
                owner._buffers[name] = buffer.to(device, wanted if floating else buffer.dtype)


def state(model: Any) -> ModelState:
    """What became of a model that `make` made."""
    parameters, buffers = named(model)
    weights = {name: read(value.detach()) for name, value in {**parameters, **buffers}.items()}
    notes = model.notes
    return ModelState(weights, _mode(model), tuple(notes.modes), tuple(notes.learning), tuple(notes.inputs or ()))


def _mode(model: nn.Module) -> str:
    modes = {part.training for part in model.modules()}
    return "mixed" if len(modes) > 1 else "train" if True in modes else "eval"
