"""Driving a learner's module: its names, its weights, both modes, gradients and buffers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from hocsau.judging.compare import Tolerance, compare
from hocsau.judging.probe import Observation, drive
from hocsau.judging.request import Build, Drawn, Forward
from hocsau.judging.states import ModelState, Names, Sketch
from hocsau.judging.values import Tensor, dumps, loads, plain

RNG = np.random.default_rng(6)
X = Tensor(RNG.normal(size=(5, 4)), requires_grad=True)
WEIGHTS = {
    "linear.weight": RNG.normal(size=(3, 4)),
    "linear.bias": RNG.normal(size=3),
    "norm.weight": RNG.normal(size=3),
    "norm.bias": RNG.normal(size=3),
    "norm.running_mean": RNG.normal(size=3),
    "norm.running_var": RNG.uniform(1, 2, size=3),
}
REQUEST = Build(
    {"inputs": 4, "outputs": 3},
    WEIGHTS,
    (Forward({"x": X}, True, 3), Forward({"x": X}, False, 4)),
    "float64",
)


class Block(nn.Module):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, outputs)
        self.norm = nn.BatchNorm1d(outputs)

    def forward(self, x: Any) -> Any:
        return torch.tanh(self.norm(self.linear(x)))


def build(target: Any, request: Build = REQUEST) -> Observation:
    came = drive(request, lambda: target)
    assert came.outcome == "returned", came.failure
    return came


def said(target: Any, request: Build = REQUEST) -> tuple[str, str] | None:
    found = compare(build(Block, request).value, build(target, request).value, Tolerance())
    return found and (found.kind, found.message.en)


def by_hand(training: bool) -> tuple[Any, Any, Any]:
    """Output, running mean and running variance in NumPy."""
    z = X.array @ WEIGHTS["linear.weight"].T + WEIGHTS["linear.bias"]
    mean, var = WEIGHTS["norm.running_mean"], WEIGHTS["norm.running_var"]
    if training:
        mean, var = z.mean(0), z.var(0)
    y = np.tanh((z - mean) / np.sqrt(var + 1e-5) * WEIGHTS["norm.weight"] + WEIGHTS["norm.bias"])
    return y, z.mean(0), z.var(0, ddof=1)


def test_the_outputs_and_buffers_are_those_of_the_formula() -> None:
    value = build(Block).value
    first, second = value["calls"]
    y, mean, var = by_hand(training=True)
    assert np.allclose(first["return"].array, y)
    running = 0.9 * WEIGHTS["norm.running_mean"] + 0.1 * mean
    assert np.allclose(first["buffers"]["norm.running_mean"].array, running)
    assert np.allclose(first["buffers"]["norm.running_var"].array, 0.9 * WEIGHTS["norm.running_var"] + 0.1 * var)
    assert "buffers" not in second
    z = X.array @ WEIGHTS["linear.weight"].T + WEIGHTS["linear.bias"]
    scaled = (z - running) / np.sqrt(first["buffers"]["norm.running_var"].array + 1e-5)
    assert np.allclose(second["return"].array, np.tanh(scaled * WEIGHTS["norm.weight"] + WEIGHTS["norm.bias"]))


def test_gradients_reach_the_input_and_every_parameter() -> None:
    gradients = build(Block).value["calls"][1]["gradients"]
    assert list(gradients) == ["x", "linear.weight", "linear.bias", "norm.weight", "norm.bias"]
    y = build(Block).value["calls"][1]["return"].array
    direction = np.random.default_rng([4, 0]).standard_normal((5, 3))
    assert np.allclose(gradients["norm.bias"].array, (direction * (1 - y**2)).sum(0))


def test_names_and_shapes_are_told() -> None:
    value = build(Block).value
    assert value["parameters"].shapes["linear.weight"] == (3, 4)
    assert value["buffers"].shapes["norm.num_batches_tracked"] == ()


class Renamed(nn.Module):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.fc = nn.Linear(inputs, outputs)
        self.norm = nn.BatchNorm1d(outputs)

    def forward(self, x: Any) -> Any:
        return torch.tanh(self.norm(self.fc(x)))


class Turned(Block):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs)
        self.linear = nn.Linear(outputs, inputs)


class Unnormed(Block):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs)
        self.norm = nn.BatchNorm1d(outputs, track_running_stats=False)


class Frozen(Block):
    def forward(self, x: Any) -> Any:
        with torch.no_grad():
            z = self.linear(x)
        return torch.tanh(self.norm(z))


class AlwaysTraining(Block):
    def forward(self, x: Any) -> Any:
        self.norm.train()
        return super().forward(x)


class Silent(Block):
    def forward(self, x: Any) -> Any:
        super().forward(x)


class Extra(Block):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs)
        self.scale = nn.Parameter(torch.ones(()))


@pytest.mark.parametrize(
    ("target", "kind", "text"),
    [
        (
            Renamed,
            "names_parameters",
            "Missing: linear.weight, linear.bias. Not expected: fc.weight, fc.bias.",
        ),
        (Extra, "names_parameters", "Missing: -. Not expected: scale."),
        (Turned, "parameter_shape", "linear.weight should have shape (3, 4), yours has (4, 3)."),
        (
            Unnormed,
            "names_buffers",
            "these buffers are missing: norm.running_mean, norm.running_var",
        ),
        (Frozen, "no_gradient", "In call 1: Gradient with respect to x: none arrives."),
        (AlwaysTraining, "value_at", "In call 2: first differs"),
        (Silent, "nothing", "In call 1: your function returned None"),
        (lambda inputs, outputs: 3, "module", "your class must be an nn.Module"),
        (lambda inputs, outputs: None, "module", "got None"),
    ],
)
def test_what_is_wrong_has_its_own_message(target: Any, kind: str, text: str) -> None:
    found = said(target)
    assert found is not None
    assert found[0] == kind
    assert text in found[1]


class Masked(Block):
    """A mask as a buffer is nobody's fault."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs)
        self.register_buffer("mask", torch.ones(outputs))


def test_further_buffers_are_allowed() -> None:
    assert said(Masked) is None
    assert said(Block) is None


@pytest.mark.parametrize("shape", [(), (1,), (1, 1)])
def test_a_buffer_of_one_number_may_have_any_shape(shape: tuple[int, ...]) -> None:
    class Scaled(nn.Module):
        scale: torch.Tensor

        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("scale", torch.ones(shape))

        def forward(self, x: Any) -> Any:
            return (x * self.scale).reshape(x.shape)

    request = Build({}, {"scale": np.array(3.0)}, (Forward({"x": X}),), "float64")
    assert np.allclose(build(Scaled, request).value["calls"][0]["return"].array, 3 * X.array)


def test_an_input_that_is_changed_is_named() -> None:
    class Greedy(Block):
        def forward(self, x: Any) -> Any:
            return super().forward(x.data.mul_(2))

    assert build(Greedy).changed == ("x",)
    assert build(Block).changed == ()


def test_without_weights_the_beginning_is_part_of_the_value() -> None:
    request = Build({"inputs": 4, "outputs": 3}, None, (Forward({"x": X}),), "float64", seed=5)
    state = torch.random.get_rng_state()
    first, second = build(Block, request).value, build(Block, request).value
    assert torch.equal(torch.random.get_rng_state(), state)
    assert np.array_equal(first["weights"]["linear.weight"].array, second["weights"]["linear.weight"].array)
    other = build(Block, Build({"inputs": 4, "outputs": 3}, None, (), "float64", seed=6)).value
    assert not np.array_equal(first["weights"]["linear.weight"].array, other["weights"]["linear.weight"].array)
    assert said(lambda *_: 3, request) is not None


class Lazy(Block):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__(inputs, outputs)
        self.linear = nn.LazyLinear(outputs)  # type: ignore[assignment]
        self.norm = nn.LazyBatchNorm1d()  # type: ignore[assignment]


def test_lazy_layers_learn_their_shapes_before_weights_are_set() -> None:
    assert said(Lazy) is None
    wide = said(lambda inputs, outputs: Lazy(inputs, outputs + 1))
    assert wide is not None
    assert wide[1].startswith("linear.weight should have shape (3, 4), yours has (4, 4)")


def test_a_lazy_module_that_is_never_called_has_no_shapes() -> None:
    found = compare(
        build(Block, Build({"inputs": 4, "outputs": 3}, WEIGHTS, (), "float64")).value,
        build(Lazy, Build({"inputs": 4, "outputs": 3}, WEIGHTS, (), "float64")).value,
        Tolerance(),
    )
    assert found is not None
    assert found.kind == "parameter_shape"


def test_an_exception_in_forward_names_the_learners_line() -> None:
    class Broken(Block):
        def forward(self, x: Any) -> Any:
            return x @ self.linear.weight

    came = drive(REQUEST, lambda: Broken)
    assert came.outcome == "raised"
    assert came.failure is not None
    assert came.failure.line == "return x @ self.linear.weight"


def test_a_stub_is_unfinished() -> None:
    class Stub(nn.Module):
        def __init__(self, inputs: int, outputs: int) -> None:
            raise NotImplementedError

    assert drive(REQUEST, lambda: Stub).outcome == "unfinished"


def test_what_is_found_travels_and_is_checked() -> None:
    value = loads(dumps(build(Block))).value
    assert compare(build(Block).value, plain(value), Tolerance()) is None
    hostile = {**value, "parameters": Names("parameters", [3])}  # type: ignore[arg-type]
    for parameters in (Names("x", {}), Names(3, {"a": 3.5}), ModelState({}, 3), None, {"a": 1}):  # type: ignore[arg-type]
        hostile["parameters"] = parameters
        assert compare(value, plain(hostile), Tolerance()) is not None


# --- modules too large to send around


DRAWN = Build(
    {"inputs": 40, "outputs": 30},
    Drawn(7),
    (Forward({"x": Tensor(RNG.normal(size=(5, 40)))}, True, 3, sketch=True),),
)
DRAWN = Build(DRAWN.arguments, DRAWN.weights, DRAWN.calls, "float64")


def test_drawn_weights_are_the_same_in_everybodys_module() -> None:
    class Another(Block):
        def __init__(self, inputs: int, outputs: int) -> None:
            torch.rand(3)
            nn.Module.__init__(self)
            self.norm = nn.BatchNorm1d(outputs)
            self.register_buffer("mask", torch.ones(outputs))
            self.linear = nn.Linear(inputs, outputs)

        def forward(self, x: Any) -> Any:
            return super().forward(x) * self.mask

    assert said(Another, DRAWN) is None
    other = Build(DRAWN.arguments, Drawn(8), DRAWN.calls, "float64")
    assert compare(build(Block, DRAWN).value, build(Block, other).value, Tolerance()) is not None


def test_a_large_gradient_is_sketched_and_still_seen_to_be_wrong() -> None:
    class Doubled(Block):
        def forward(self, x: Any) -> Any:
            w = self.linear.weight
            twice = 2 * w - w.detach()
            return torch.tanh(self.norm(x @ twice.T + self.linear.bias))

    gradients = build(Block, DRAWN).value["calls"][0]["gradients"]
    sketch = gradients["linear.weight"]
    assert isinstance(sketch, Sketch)
    assert (sketch.shape, sketch.numbers.shape) == ((30, 40), (16,))
    assert isinstance(gradients["norm.bias"], Tensor)
    assert len(dumps(build(Block, DRAWN))) < 10_000
    found = said(Doubled, DRAWN)
    assert found == (
        "sketch",
        "In call 1: Gradient with respect to linear.weight: its numbers are not right.",
    )
    found = said(Frozen, DRAWN)
    assert found is not None
    assert found[0] == "no_gradient"


def test_a_sketch_is_checked() -> None:
    value = build(Block, DRAWN).value
    good = value["calls"][0]["gradients"]["linear.weight"]
    for bad in (
        Sketch((30, 41), "float64", good.numbers),
        Sketch((30, 40), "float32", good.numbers),
        Sketch((30, 40), "float64", good.numbers[:3]),
        Sketch((30, 40), "float64", None),
        3,
        None,
        Sketch("a", [], {}),
    ):  # type: ignore[arg-type]
        assert compare(good, plain(bad), Tolerance()) is not None
    assert compare(good, plain(good), Tolerance()) is None


def test_weights_are_drawn_as_a_good_start() -> None:
    class Wide(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(8, 64, 5)
            self.norm = nn.BatchNorm2d(64)

        def forward(self, x: Any) -> Any:
            return self.norm(self.conv(x))

    x = Tensor(RNG.normal(size=(2, 8, 6, 6)))
    found = build(Wide, Build({}, Drawn(3), (Forward({"x": x}),), "float64")).value["calls"][0]["return"].array
    assert 0.3 < found.std() < 5
