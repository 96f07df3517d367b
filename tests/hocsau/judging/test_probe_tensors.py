"""Driving a function of tensors: fresh ones for every call, changes and shared memory seen, gradients taken back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from hocsau.judging.compare import Tolerance, compare
from hocsau.judging.probe import Observation, drive
from hocsau.judging.request import Call, Chain, Construct, Device, Model, Seed
from hocsau.judging.values import Foreign, Same, Tensor, dumps, loads

RNG = np.random.default_rng(5)
X = Tensor(RNG.normal(size=(3, 4)), requires_grad=True)
W = Tensor(RNG.normal(size=(4, 2)), requires_grad=True)
PLAIN = Tensor(RNG.normal(size=(3, 4)).astype(np.float32))


def call(function: Any, backward: int | None = None, **arguments: Any) -> Observation:
    return drive(Call(arguments or {"x": X, "w": W}, backward), lambda: function)


def said(reference: Any, function: Any, backward: int | None = None) -> tuple[str, str] | None:
    """The kind and the message of the first difference between two functions of X and W."""
    expected, came = call(reference, backward), call(function, backward)
    assert came.outcome == "returned", came.failure
    difference = compare(expected.value, came.value, Tolerance())
    return difference and (difference.kind, difference.message.en)


def product(x: Any, w: Any) -> Any:
    return torch.tanh(x @ w)


def test_a_request_of_tensors_travels() -> None:
    request = Call(
        {"x": X, "mask": Tensor(np.array([True, False])), "generator": Seed(3), "device": Device()},
        5,
        ("x",),
        1,
    )
    again = loads(dumps(request))
    assert np.array_equal(again.arguments["x"].array, X.array)
    assert (again.backward, again.watch, again.part) == (5, ("x",), 1)
    assert again.arguments["generator"] == Seed(3)


def test_arguments_are_tensors_of_their_dtype() -> None:
    seen: list[Any] = []
    call(
        lambda *given: seen.extend(given),
        x=X,
        ids=Tensor(np.arange(3)),
        y=PLAIN,
        items=[X, (PLAIN,)],
        place=Device(),
    )
    assert [t.dtype for t in seen[:3]] == [torch.float64, torch.int64, torch.float32]
    assert [t.requires_grad for t in seen[:3]] == [True, False, False]
    assert (seen[3][0].requires_grad, seen[3][1][0].dtype) == (True, torch.float32)
    assert seen[4] == torch.device("cpu")


def test_every_call_gets_fresh_tensors_and_generators() -> None:
    def function(x: Any, generator: Any) -> Any:
        x += 1
        return x.sum() + torch.rand(1, generator=generator)

    chain = Chain({"x": PLAIN, "generator": Seed(7)}, (), ({}, {"generator": Seed(8)}))
    values = drive(chain, lambda: function).value
    assert values[0].array == values[1].array != values[2].array


def test_a_chain_watches_a_model_that_is_made_anew_for_every_call() -> None:
    def train(model: Any, rate: float) -> Any:
        with torch.no_grad():
            model.head.bias += rate
        return model

    model = Model("line_forecaster", {"length": 2, "horizon": 1}, {"head.bias": np.zeros(1)})
    chain = Chain({"model": model, "rate": 0.5}, (), ({}, {"rate": 2.0}), ("model",))
    values = drive(chain, lambda: train).value
    assert [v["return"] for v in values] == [Same("model")] * 3
    assert [v["model"].weights["head.bias"].array.item() for v in values] == [0.5, 0.5, 2.0]


@pytest.mark.parametrize(
    ("function", "changed"),
    [
        (lambda x: x + 1, ()),
        (lambda x: (x.add_(1), 0.0)[1], ("x",)),
        (lambda x: (x.requires_grad_(), 0.0)[1], ("x",)),
        (lambda x: (x.t_(), 0.0)[1], ("x",)),
        (lambda x: (x.data.zero_(), 0.0)[1], ("x",)),
        (lambda x: (x.numpy().fill(3), 0.0)[1], ("x",)),
    ],
)
def test_changed_tensors_are_named(function: Any, changed: tuple[str, ...]) -> None:
    assert call(function, x=PLAIN).changed == changed
    assert call(lambda items: function(items[0]), items=[PLAIN]).changed == (("items",) if changed else ())


@pytest.mark.parametrize(
    ("function", "aliased"),
    [
        (lambda x: x * 1, ()),
        (lambda x: x, ("x",)),
        (lambda x: x.T, ("x",)),
        (lambda x: [x[1:], 3], ("x",)),
        (lambda x: x.detach(), ("x",)),
        (lambda x: x.unfold(1, 2, 1), ("x",)),
        (lambda x: x.clone(), ()),
        (lambda x: x.contiguous(), ("x",)),
        (lambda x: torch.empty(0), ()),
    ],
)
def test_shared_memory_is_named(function: Any, aliased: tuple[str, ...]) -> None:
    assert call(function, x=PLAIN).aliased == aliased


def test_gradients_are_those_of_the_closed_form() -> None:
    came = call(lambda x, w: x @ w, 9).value
    direction = np.random.default_rng([9, 0]).standard_normal((3, 2))
    assert np.allclose(came["return"].array, X.array @ W.array)
    assert np.allclose(came["gradients"]["x"].array, direction @ W.array.T)
    assert np.allclose(came["gradients"]["w"].array, X.array.T @ direction)


def test_gradients_of_nested_arguments_keep_their_structure() -> None:
    came = call(
        lambda items, scale: items["a"][0] * scale + items["a"][1].sum(),
        2,
        items={"a": [X, PLAIN]},
        scale=2.0,
    )
    gradients = came.value["gradients"]
    assert gradients.keys() == {"items"}
    first, second = gradients["items"]["a"]
    assert first.array.shape == (3, 4)
    assert second is None


DETACHED = "the numbers are right, but the result is cut off from the computation graph"


@pytest.mark.parametrize(
    ("function", "kind", "text"),
    [
        (lambda x, w: product(x, w).detach(), "detached", DETACHED),
        (lambda x, w: torch.tensor(product(x, w).tolist(), dtype=x.dtype), "detached", DETACHED),
        (
            lambda x, w: product(x, w).detach().numpy(),
            "not_torch",
            "got a NumPy array. Stay in torch",
        ),
        (lambda x, w: product(x, w).tolist(), "not_tensor", "got list(3)"),
        (
            lambda x, w: product(x.detach(), w),
            "no_gradient",
            "Gradient with respect to x: none arrives",
        ),
        (lambda x, w: product(x, w).float(), "dtype", "expected dtype float64, got float32"),
        (lambda x, w: product(x, w).T, "shape", "expected shape (3, 2), got (2, 3)"),
        (lambda x, w: product(x, w) + 1e-4, "value_at", "first differs at index [0, 0]"),
        (
            lambda x, w: product(x, w) + (x - x.detach()).sum(),
            "value_at",
            "Gradient with respect to x: first differs",
        ),
        (lambda x, w: None, "nothing", "is a return missing?"),
    ],
)
def test_what_is_wrong_has_its_own_message(function: Any, kind: str, text: str) -> None:
    found = said(product, function, 4)
    assert found is not None
    assert found[0] == kind
    assert text in found[1]


def test_a_right_function_in_another_style_is_right() -> None:
    assert said(product, lambda x, w: torch.stack([(x[:, :, None] * w).sum(1)])[0].tanh(), 4) is None


def test_a_result_must_be_differentiable_without_asking_for_gradients() -> None:
    found = said(product, lambda x, w: product(x, w).detach())
    assert found is not None
    assert found[0] == "detached"
    assert said(lambda x, w: product(x, w).detach(), product) is None  # more than is asked for


def test_an_error_on_the_way_back_is_observed() -> None:
    def function(x: Any, w: Any) -> Any:
        y = torch.exp(x @ w)
        result = y * 2
        y.add_(1)
        return result

    came = call(function, 3)
    assert came.outcome == "raised"
    assert came.failure is not None
    assert "inplace operation" in came.failure.text


def test_a_result_too_large_is_not_differentiated() -> None:
    came = call(lambda x, w: (x.sum() + w.sum()).expand(1 << 30), 3)
    assert isinstance(came.value["return"], Foreign)
    assert came.value["gradients"] == {"x": None, "w": None}


def test_one_part_of_a_tuple_counts() -> None:
    request = Call({"x": X}, part=1)
    expected = drive(request, lambda: lambda x: (x, 2 * x, 3 * x)).value
    assert expected[0] is None
    assert expected[2] is None
    right = drive(request, lambda: lambda x: [None, x + x, "?"]).value
    assert compare(expected, right, Tolerance()) is None
    for wrong, kind in (
        (lambda x: (x, 2 * x), "length"),
        (lambda x: 2 * x, "sequence"),
        (lambda x: (x, x, x), "value_at"),
    ):
        difference = compare(expected, drive(request, lambda wrong=wrong: wrong).value, Tolerance())
        assert difference is not None
        assert difference.kind == kind


def test_a_chain_carries_tensors() -> None:
    chain = Chain({"h": PLAIN, "x": PLAIN}, ("h",), ({}, {"x": Tensor(np.zeros((3, 4), np.float32))}))
    values = drive(chain, lambda: lambda h, x: h + x).value
    assert [np.allclose(v.array, f * PLAIN.array) for v, f in zip(values, (2, 3, 3), strict=True)] == [True] * 3


def test_an_object_made_of_tensors_is_watched() -> None:
    class Descent:
        def __init__(self, params: Any) -> None:
            self.params = params

        def step(self, grads: Any) -> None:
            for p, g in zip(self.params, grads, strict=True):
                p -= g

    request = Construct({"params": [PLAIN]}, "step", ({"grads": [PLAIN]},), ("params",))
    came = drive(request, lambda: Descent)
    assert not came.value[0]["params"][0].array.any()
    assert came.changed == ()


def test_a_result_that_answers_for_itself_is_read_as_it_is() -> None:
    class Liar(torch.Tensor):
        @classmethod
        def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            return torch.zeros(3)

    came = call(lambda x: torch.ones(3, 4).as_subclass(Liar), 3, x=X)  # type: ignore[arg-type]
    assert came.value["gradients"] == {"x": None}
    came = call(lambda x: torch.ones(3, 4).as_subclass(Liar), x=PLAIN)  # type: ignore[arg-type]
    assert came.value.array.shape == (3, 4)


def test_a_check_computes_in_one_thread_and_gives_the_others_back() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        assert call(lambda x: float(torch.get_num_threads()), x=PLAIN).value == 1.0
        assert torch.get_num_threads() == 2
        call(lambda x: torch.set_num_threads(3) or 1 / 0, x=PLAIN)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
