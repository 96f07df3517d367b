"""Models handed to a learner: what they compute, and what is noted of them while they are trained."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from hocsau.judging.compare import Tolerance, compare
from hocsau.judging.models import MODELS, make
from hocsau.judging.probe import Observation, drive
from hocsau.judging.request import Call, Model, Seed
from hocsau.judging.values import Foreign, Same, Tensor, dumps, loads

RNG = np.random.default_rng(8)
IMAGES = Tensor(RNG.normal(size=(14, 2, 3)))
LABELS = Tensor(RNG.integers(3, size=14))
NET = Model(
    "perceptron",
    {"inputs": 6, "hidden": 5, "classes": 3, "normalize": True},
    dtype="float64",
    training=False,
    stale=True,
)
SETTINGS: dict[str, dict[str, Any]] = {
    "perceptron": {"inputs": 6, "hidden": 5, "classes": 3},
    "pixels": {"classes": 3, "channels": 4},
    "line_forecaster": {"length": 6, "horizon": 2},
    "table_language_model": {"vocab_size": 7, "context_length": 4},
    "window_language_model": {"vocab_size": 7, "context_length": 4, "d_model": 6, "width": 3},
}


def test_every_model_has_a_test() -> None:
    assert SETTINGS.keys() == MODELS.keys()


def inputs_for(name: str) -> Any:
    if "language" in name:
        return torch.arange(8).reshape(2, 4) % 7
    return torch.ones(2, 1, 5, 7) if name == "pixels" else torch.ones(2, 6)


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_model_is_the_same_each_time_and_leaves_the_randomness_alone(name: str, dtype: str) -> None:
    x = inputs_for(name)
    x = x.to(getattr(torch, dtype)) if x.is_floating_point() else x
    before = torch.random.get_rng_state()
    one, other = (make(Model(name, SETTINGS[name], seed=3, dtype=dtype)) for _ in range(2))
    assert torch.equal(torch.random.get_rng_state(), before)
    result = one.eval()(x)
    assert torch.equal(result, other.eval()(x))
    assert str(result.dtype) == f"torch.{dtype}"
    assert not torch.equal(result, make(Model(name, SETTINGS[name], seed=4, dtype=dtype)).eval()(x))


def test_an_unknown_model_or_weight_is_refused() -> None:
    with pytest.raises(KeyError):
        make(Model("transformer"))
    for weights in ({"nothing": np.zeros(3)}, {"hidden.bias": np.zeros(4)}):
        with pytest.raises(ValueError, match="no parameter"):
            make(Model("perceptron", SETTINGS["perceptron"], weights))


def test_the_table_is_a_bigram_with_places() -> None:
    token, position = RNG.normal(size=(7, 7)), RNG.normal(size=(4, 7))
    weights = {"token.weight": token, "position.weight": position}
    model = make(Model("table_language_model", SETTINGS["table_language_model"], weights, dtype="float64"))
    ids = torch.tensor([[1, 6, 2], [0, 0, 5]])
    assert np.allclose(model(ids).detach().numpy(), token[ids.numpy()] + position[:3])
    with pytest.raises(IndexError, match="at most 4 tokens, got 5"):
        model(torch.zeros(1, 5, dtype=torch.long))


def test_the_window_sees_its_width_and_not_the_future() -> None:
    model = make(Model("window_language_model", SETTINGS["window_language_model"]))
    ids = torch.tensor([[1, 2, 3, 4]])
    logits = model(ids)
    for place in range(4):
        changed = ids.clone()
        changed[0, place] = 6
        differs = (model(changed) - logits).abs().amax(-1)[0] > 1e-7
        assert differs.tolist() == [place <= t < place + 3 for t in range(4)]


def test_the_forecaster_answers_in_the_units_of_its_buffers() -> None:
    weights = {"mean": np.array(5.0), "std": np.array(2.0)}
    model = make(Model("line_forecaster", SETTINGS["line_forecaster"], weights))
    flat = make(Model("line_forecaster", SETTINGS["line_forecaster"]))
    x = torch.randn(3, 6, generator=torch.Generator().manual_seed(1))
    assert torch.allclose(model(2 * x + 5), 2 * flat(x) + 5, atol=1e-5)


# --- trainings


def train(
    model: Any,
    images: Any,
    labels: Any,
    epochs: Any,
    learning_rate: Any,
    batch_size: Any,
    generator: Any,
) -> Any:
    model.train()
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    for _ in range(epochs):
        for rows in torch.randperm(len(images), generator=generator).split(batch_size):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(images[rows]), labels[rows]).backward()
            optimizer.step()
    return model


ARGUMENTS = {
    "model": NET,
    "images": IMAGES,
    "labels": LABELS,
    "epochs": 3,
    "learning_rate": 0.01,
    "batch_size": 50,
    "generator": Seed(4),
}
REQUEST = Call(ARGUMENTS, watch=("model",))


def trained(function: Any, request: Call = REQUEST) -> Observation:
    came = drive(request, lambda: function)
    assert came.outcome == "returned", came.failure
    return came


def test_a_training_is_seen_from_outside() -> None:
    came = trained(train)
    assert came.value["return"] == Same("model")
    after = came.value["model"]
    assert (after.mode, after.modes, after.learning, after.inputs) == (
        "train",
        ("train",),
        ("train",),
        (),
    )
    assert came.changed == came.aliased == ()
    start = make(NET)
    assert not np.allclose(after.weights["hidden.weight"].array, start.hidden.weight.detach().numpy())
    assert after.weights["norm.num_batches_tracked"].array == 3
    assert compare(came.value, loads(dumps(came)).value, Tolerance()) is None


def test_the_first_steps_of_adam_are_those_of_the_formula() -> None:
    """Full batches, one step: every weight moves by the learning rate against the sign of its gradient."""
    after = trained(train, Call({**ARGUMENTS, "epochs": 1}, watch=("model",))).value["model"].weights
    model = make(NET).train()
    model.zero_grad()
    nn.functional.cross_entropy(model(torch.tensor(IMAGES.array)), torch.tensor(LABELS.array)).backward()
    for name, parameter in model.named_parameters():
        gradient = parameter.grad
        assert gradient is not None
        moved = after[name].array - parameter.detach().numpy()
        big = gradient.abs().numpy() > 1e-5
        assert np.allclose(moved[big], -0.01 * np.sign(gradient.numpy()[big]), rtol=1e-2)


def test_stale_gradients_and_the_mode_are_as_asked() -> None:
    model = make(NET)
    assert not model.training
    assert all(p.grad is not None and bool(p.grad.abs().sum() > 0) for p in model.parameters())
    assert make(Model("perceptron", SETTINGS["perceptron"])).training


def without_zero_grad(model: Any, images: Any, labels: Any, *_: Any) -> Any:
    model.train()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(3):
        nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()
    return model


def left_in_eval(*given: Any) -> Any:
    return train(*given).eval()


def returns_nothing(*given: Any) -> None:
    train(*given)


def trains_a_copy(model: Any, *given: Any) -> Any:
    return train(copy.deepcopy(model), *given)


def in_eval_mode(model: Any, images: Any, labels: Any, *_: Any) -> Any:
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(3):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()
    return model.train()


def never_calls(model: Any, *_: Any) -> Any:
    return model.train()


def evaluates_on_the_way(*given: Any) -> Any:
    model = train(*given)
    model.eval()
    with torch.no_grad():
        model(given[1])
    return model.train()


def calls_forward(model: Any, images: Any, labels: Any, *_: Any) -> Any:
    model.train()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(3):
        model.zero_grad()
        nn.functional.cross_entropy(model.forward(images), labels).backward()
        optimizer.step()
    return model


@pytest.mark.parametrize(
    ("function", "kind", "text"),
    [
        (without_zero_grad, "value_at", ".weight afterwards: first differs"),
        (left_in_eval, "mode_after", "must be left in train mode; yours is left in eval mode"),
        (returns_nothing, "nothing", "is a return missing?"),
        (
            trains_a_copy,
            "same",
            "return the very model that you were given, changed in place; got _Perceptron.",
        ),
        (in_eval_mode, "value_at", "afterwards"),
        (never_calls, "value_at", "afterwards"),
    ],
)
def test_a_wrong_training_has_its_own_message(function: Any, kind: str, text: str) -> None:
    found = compare(trained(train).value, trained(function).value, Tolerance(1e-7, 1e-9))
    assert found is not None
    assert found.kind == kind
    assert text in found.message.en


@pytest.mark.parametrize("function", [evaluates_on_the_way, calls_forward])
def test_another_right_training_is_right(function: Any) -> None:
    assert compare(trained(train).value, trained(function).value, Tolerance(1e-7, 1e-9)) is None


def test_modes_are_compared_where_the_weights_say_nothing() -> None:
    """A model without batch normalization: only the mode in which it is called tells."""
    quiet = Model("table_language_model", {"vocab_size": 5, "context_length": 3})

    def score(model: Any, ids: Any, mode: bool = False, restore: bool = True) -> float:
        before = model.training
        model.train(mode)
        with torch.no_grad():
            result = float(model(ids).sum())
        model.train(before if restore else not before)
        return result

    request = Call({"model": quiet, "ids": Tensor(np.array([[1, 2, 3]]))}, watch=("model",))
    expected = trained(score, request).value
    for function, kind in (
        (lambda m, i: score(m, i, mode=True), "mode_during"),
        (lambda m, i: score(m, i, restore=False), "mode_after"),
        (lambda m, i: expected["return"], "never_called"),
    ):
        found = compare(expected, trained(function, request).value, Tolerance())
        assert found is not None
        assert found.kind == kind
        assert found.message.en != found.message.vi


def test_inputs_that_are_learned_from_are_kept_on_request() -> None:
    recorder = Model("table_language_model", {"vocab_size": 5, "context_length": 3}, record=True)
    request = Call({"model": recorder, "ids": Tensor(np.array([[1, 2, 3]]))}, watch=("model",))

    def calls(model: Any, ids: Any) -> Any:
        with torch.no_grad():
            model(ids[:, 1:])
        return (model(ids), model(ids[:, :2]))[0]

    inputs = trained(calls, request).value["model"].inputs
    assert [x.array.tolist() for x in inputs] == [[[1, 2, 3]], [[1, 2]]]


def test_a_model_returned_without_being_watched_is_recognized() -> None:
    assert trained(train, Call(ARGUMENTS)).value == Same("model")
    assert trained(trains_a_copy, Call(ARGUMENTS)).value == Foreign("_Perceptron")
