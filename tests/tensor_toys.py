"""Small exercises of tensors for tests: a function, a module, a training; none of it is in a lesson."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from grader.course.lessons import CaseKind, ExerciseDefinition, Lesson
from hocsau.judging.allowed import ATTENTION
from hocsau.judging.compare import Tolerance
from hocsau.judging.elsewhere import can_be_made_up
from hocsau.judging.request import Build, Call, Forward, Model, Seed
from hocsau.judging.scoring import Score, Scored
from hocsau.judging.values import Tensor
from hocsau.language import Text

__all__ = ["ANSWERS", "LESSON", "MISTAKES", "RIGHT", "wrong_device_is_seen"]

_UNSEEN = (
    "there is no os.fork (Windows), so no copy of the process to make up a device in"
    if not hasattr(os, "fork")
    else "torch before 2.10 cannot make up a device"
    if not can_be_made_up()
    else ""
)
wrong_device_is_seen = pytest.mark.skipif(_UNSEEN != "", reason=_UNSEEN)
"""Marks the tests in which a notebook must find a tensor on the wrong device."""

RIGHT = {
    "attend": """\
def attend(query, key):
    scores = query @ key.transpose(-1, -2) / query.shape[-1] ** 0.5
    mask = torch.ones(scores.shape[-2:], dtype=torch.bool, device=query.device).tril()
    return torch.softmax(scores.masked_fill(~mask, -torch.inf), -1)
""",
    "Gate": """\
class Gate(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.gate = nn.Linear(inputs, outputs)
        self.norm = nn.BatchNorm1d(outputs)

    def forward(self, x):
        return torch.sigmoid(self.norm(self.gate(x)))
""",
    "fit": """\
def fit(model, images, labels, epochs, learning_rate, batch_size, generator):
    model.train()
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    for _ in range(epochs):
        order = torch.randperm(len(images), generator=generator, device=generator.device)
        for rows in order.to(images.device).split(batch_size):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(images[rows]), labels[rows]).backward()
            optimizer.step()
    return model
""",
}
"""Right answers, as learners write them."""


def defined(source: str, name: str) -> Any:
    """The object that `source` defines."""
    namespace: dict[str, Any] = {"torch": torch, "nn": nn, "np": np}
    exec(source, namespace)
    return namespace[name]


ANSWERS = {name: defined(source, name) for name, source in RIGHT.items()}
MISTAKES = {
    "attend": {"unscaled": defined(RIGHT["attend"].replace("** 0.5", "** 0"), "attend")},
    "Gate": {"no_norm": defined(RIGHT["Gate"].replace("self.norm(self.gate(x))", "self.gate(x)"), "Gate")},
    "fit": {
        "no_zero_grad": defined(RIGHT["fit"].replace("            optimizer.zero_grad()\n", ""), "fit"),
        "untrained": lambda model, *_: model.train(),
    },
}


def _attend(rng: np.random.Generator, dtype: str = "float64") -> Call:
    query, key = (Tensor(rng.normal(size=(2, 5, 4)).astype(dtype), requires_grad=True) for _ in "qk")
    return Call({"query": query, "key": key}, backward=int(rng.integers(1000)))


def _gate(rng: np.random.Generator) -> Build:
    weights = {
        "gate.weight": rng.normal(size=(3, 4)),
        "gate.bias": rng.normal(size=3),
        "norm.weight": rng.normal(size=3),
        "norm.bias": rng.normal(size=3),
        "norm.running_mean": rng.normal(size=3),
        "norm.running_var": rng.uniform(1, 2, size=3),
    }
    x = Tensor(rng.normal(size=(6, 4)), requires_grad=True)
    calls = (Forward({"x": x}, training=True, backward=1), Forward({"x": x}))
    return Build({"inputs": 4, "outputs": 3}, weights, calls, "float64")


def _blobs(rng: np.random.Generator, n: int, dtype: str) -> tuple[Any, Any]:
    labels = np.arange(n) % 3
    corners = np.random.default_rng(0).normal(size=(3, 4)) * 3
    return (corners[labels] + rng.normal(size=(n, 4))).astype(dtype), labels


def _model(rng: np.random.Generator, dtype: str) -> Model:
    settings = {"inputs": 4, "hidden": 6, "classes": 3, "normalize": True}
    return Model("perceptron", settings, {}, int(rng.integers(1000)), dtype, training=False, stale=True)


def _fit(rng: np.random.Generator, n: int, epochs: int, batch_size: int, dtype: str) -> tuple[Call, Model]:
    images, labels = _blobs(rng, n, dtype)
    model = _model(rng, dtype)
    arguments = {
        "model": model,
        "images": Tensor(images),
        "labels": Tensor(labels),
        "epochs": epochs,
        "learning_rate": 0.02,
        "batch_size": batch_size,
        "generator": Seed(int(rng.integers(1000))),
    }
    return Call(arguments, watch=("model",)), model


def _scored(rng: np.random.Generator) -> Scored:
    call, model = _fit(rng, 60, 20, 10, "float32")
    images, labels = _blobs(rng, 90, "float32")
    return Scored(call, Score("accuracy", {"model": model, "inputs": Tensor(images), "labels": labels}, 0.8))


def _text(words: str) -> Text:
    return Text.of(words, vi=f"{words} (vi)")


LESSON = Lesson(
    "tensor_toys",
    5,
    _text("Tensor toys"),
    (
        ExerciseDefinition(
            "attend",
            2,
            (
                CaseKind(_text("float64"), _attend, device=True),
                CaseKind(_text("float32"), lambda rng: _attend(rng, "float32")),
                CaseKind(_text("other numbers"), _attend, hidden=True),
            ),
            not_allowed=ATTENTION,
        ),
        ExerciseDefinition("Gate", 2, (CaseKind(_text("both modes"), _gate, device=True), CaseKind(_text("other weights"), _gate, hidden=True))),
        ExerciseDefinition(
            "fit",
            2,
            (
                CaseKind(_text("full batches"), lambda rng: _fit(rng, 12, 3, 12, "float64")[0], device=True),
                CaseKind(_text("held-out accuracy"), _scored, hidden=True, seconds=30),
            ),
            tolerance=Tolerance(1e-7, 1e-9),
        ),
    ),
    _text("No written answer."),
)  # fmt: skip
