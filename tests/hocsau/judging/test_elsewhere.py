"""A tensor made on the CPU while the inputs are elsewhere is found on a laptop, with the learner's own line."""

from __future__ import annotations

import os
import time
from typing import Any

import numpy as np
import psutil
import pytest
import torch
from torch import nn

from hocsau.judging import disposable, elsewhere
from hocsau.judging.disposable import strays
from hocsau.judging.elsewhere import strayed
from hocsau.judging.failure import Failure
from hocsau.judging.request import Build, Call, Chain, Device, Forward, Model, Seed
from hocsau.judging.values import Tensor
from tests.tensor_toys import wrong_device_is_seen

RNG = np.random.default_rng(2)
X = Tensor(RNG.normal(size=(5, 4)), requires_grad=True)
REQUEST = Call({"x": X}, backward=3)
BUILD = Build(
    {"inputs": 4},
    {"linear.weight": RNG.normal(size=(3, 4)), "linear.bias": RNG.normal(size=3)},
    (Forward({"x": X}, training=True, backward=2),),
    "float64",
)


def tried(function: Any, request: Any = REQUEST) -> Failure | None:
    return strays([request], lambda: function)[0]


def masked(x: Any) -> Any:
    scores = x @ x.T
    mask = torch.tril(torch.ones(5, 5, dtype=torch.bool))
    upside_down = ~mask
    return scores.masked_fill(upside_down, 0.0)


def filled(x: Any) -> Any:
    result = torch.zeros(5, 4)
    for row in range(5):
        result[row] = x[row]
    return result


class Kept(nn.Module):
    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, 3)
        self.scale = torch.ones(3, dtype=torch.float64)

    def forward(self, x: Any) -> Any:
        return self.linear(x) * self.scale


@wrong_device_is_seen
@pytest.mark.parametrize(
    ("function", "request_", "line"),
    [
        (masked, REQUEST, "mask = torch.tril(torch.ones(5, 5, dtype=torch.bool))"),
        (filled, REQUEST, "result = torch.zeros(5, 4)"),
        (Kept, BUILD, "self.scale = torch.ones(3, dtype=torch.float64)"),
    ],
)
def test_the_line_that_makes_it_is_named(function: Any, request_: Any, line: str) -> None:
    found = tried(function, request_)
    assert found is not None
    assert (found.type, found.line) == ("gpu", line)
    assert found.number > 0


class Registered(nn.Module):
    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, 3)
        self.norm = nn.LayerNorm(3)
        self.register_buffer("scale", torch.ones(3, dtype=torch.float64))

    def forward(self, x: Any) -> Any:
        hidden = torch.zeros(len(x), 3, device=x.device, dtype=x.dtype)
        return self.linear(x) * self.scale + hidden


def looped(x: Any) -> Any:
    result = torch.zeros_like(x)
    for row in range(5):
        result[row] = x[row] * 2
    return result


def on_its_device(x: Any) -> Any:
    mask = torch.tril(torch.ones(5, 5, dtype=torch.bool, device=x.device))
    return (x @ x.T).masked_fill(~mask, -torch.inf).softmax(-1) * torch.tensor(2.0)


def unknowable(x: Any) -> Any:
    return x * float(x.max().item())


def wrong(x: Any) -> Any:
    return x @ x


def raising(x: Any) -> Any:
    raise ValueError("no")


@pytest.mark.parametrize("function", [looped, on_its_device, unknowable, wrong, raising])
def test_what_is_no_fault_is_none(function: Any) -> None:
    assert tried(function) is None


def test_a_module_that_keeps_its_tensors_is_none() -> None:
    assert tried(Registered, BUILD) is None


@wrong_device_is_seen
def test_the_device_is_handed_over() -> None:
    request = Call({"length": 3, "device": Device()})
    assert tried(lambda length, device: torch.ones(length, device=device), request) is None
    found = tried(lambda length, device: torch.ones(length), request)
    assert found is not None
    assert found.text == "the result is on the CPU"


@wrong_device_is_seen
def test_chains_are_tried() -> None:
    request = Chain({"x": X, "y": X}, (), ({}, {}))
    assert tried(lambda x, y: x + y, request) is None
    assert tried(lambda x, y: x + torch.ones(4), request) is not None


MODEL = Model("perceptron", {"inputs": 4, "hidden": 3, "classes": 2}, dtype="float64", stale=True)
TRAINING = Call(
    {"model": MODEL, "x": X, "labels": Tensor(np.zeros(5, dtype=int)), "generator": Seed(1)},
    watch=("model",),
)


def trains(model: Any, x: Any, labels: Any, generator: Any, move: bool = True) -> Any:
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    noise = torch.rand(5, 4, generator=generator, dtype=x.dtype)
    noise = noise.to(x.device) if move else noise
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(x.detach() + noise), labels).backward()
    optimizer.step()
    return model


@wrong_device_is_seen
def test_a_training_is_tried_with_a_generator_on_the_cpu() -> None:
    assert tried(trains, TRAINING) is None
    found = tried(lambda *given: trains(*given, move=False), TRAINING)
    assert found is not None
    assert found.line == "noise = torch.rand(5, 4, generator=generator, dtype=x.dtype)"


def test_what_is_not_there_is_none() -> None:
    def find() -> Any:
        raise KeyError

    assert strayed(REQUEST, find) is None


def test_no_trace_is_left_in_this_process() -> None:
    tried(on_its_device)
    assert not hasattr(torch, "gpu")
    with pytest.raises(RuntimeError):
        torch.ones(2, device="gpu")


# --- the copy of the process


def test_a_copy_that_dies_or_hangs_is_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disposable, "SECONDS", 0.5)
    before = psutil.Process().children()  # a worker that another test keeps warm
    assert tried(lambda x: os._exit(3)) is None
    began = time.monotonic()
    assert tried(lambda x: time.sleep(30)) is None
    assert time.monotonic() - began < 10
    assert psutil.Process().children() == before  # nothing is left behind


def test_a_copy_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    tried(lambda x: (print("printed", flush=True), os.write(2, b"written")))
    tried(lambda x: os.abort())
    assert capfd.readouterr() == ("", "")


@wrong_device_is_seen
def test_a_line_is_found_after_gradients_were_taken_here() -> None:
    """The threads of autograd are not in the copy."""
    torch.ones(2, requires_grad=True).sum().backward()
    found = tried(filled)
    assert found is not None
    assert found.line == "result = torch.zeros(5, 4)"


@wrong_device_is_seen
def test_threads_of_the_original_do_not_stop_the_copy() -> None:
    """Parallel work before the fork leaves a pool of threads that the copy does not have."""
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        matrix = torch.rand(600, 600)
        (matrix @ matrix).exp().sum()

        def busy(x: Any) -> Any:
            matrix @ matrix
            return x + torch.ones(4)

        assert tried(busy) is not None
    finally:
        torch.set_num_threads(threads)


def test_a_torch_that_cannot_make_up_a_device_gives_no_verdict(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (disposable, elsewhere):
        monkeypatch.setattr(module, "can_be_made_up", lambda: False)
    assert strays([REQUEST, REQUEST], lambda: masked) == [None, None]
    assert strayed(REQUEST, lambda: masked) is None


def test_without_fork_there_is_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    assert strays([REQUEST, REQUEST], lambda: masked) == [None, None]


def test_an_answer_that_is_none_of_ours_is_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    for answer in (b"", b"nonsense"):
        monkeypatch.setattr(disposable, "_answer", lambda _, out, answer=answer: os.write(out, answer))
        assert tried(masked) is None


@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch sees no CUDA GPU here")
def test_a_real_gpu_says_the_same() -> None:
    assert strayed(REQUEST, lambda: on_its_device, "cuda") is None
    found = strayed(REQUEST, lambda: masked, "cuda")
    assert found is not None
    assert found.line == "mask = torch.tril(torch.ones(5, 5, dtype=torch.bool))"
