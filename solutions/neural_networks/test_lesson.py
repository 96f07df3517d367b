"""Lesson 4's answers against torch's autograd and central differences, and its statements about torch."""

from __future__ import annotations

import warnings
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from grader.course.reference import answers
from grader.publish.claims import source_cell

ANSWERS = answers("neural_networks")
EXACT: dict[str, Any] = {"rtol": 0, "atol": 1e-10}


def random_layers(rng: np.random.Generator, widths: tuple[int, ...]) -> list[tuple[Any, Any]]:
    return [(rng.normal(size=(a, b)) / a**0.5, rng.normal(size=b)) for a, b in pairwise(widths)]


def torch_gradients(layers: Any, X: Any, labels: Any, activation: str) -> tuple[float, list[Any]]:
    """Loss and (dW, db) per layer by autograd, in float64."""
    torch = pytest.importorskip("torch")
    tensors = [tuple(torch.tensor(p, requires_grad=True) for p in layer) for layer in layers]
    values = torch.tensor(X)
    for k, (W, b) in enumerate(tensors):
        values = values @ W + b
        if k < len(tensors) - 1:
            values = torch.relu(values) if activation == "relu" else torch.sigmoid(values)
    loss = torch.nn.functional.cross_entropy(values, torch.tensor(labels))
    loss.backward()
    return float(loss.detach()), [tuple(p.grad.numpy() for p in layer) for layer in tensors]


@pytest.mark.parametrize("shape", [(4,), (5, 4)])
def test_neuron_is_the_weighted_sum(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=shape), rng.normal(size=4)
    z = ANSWERS["neuron"](x, w, 0.3)
    assert z.shape == shape[:-1]
    np.testing.assert_allclose(z, (x * w).sum(axis=-1) + 0.3, **EXACT)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 3, 4)])
@pytest.mark.parametrize("name", ["relu", "sigmoid"])
def test_activations_are_torchs(name: str, shape: tuple[int, ...]) -> None:
    torch = pytest.importorskip("torch")
    x = 5 * np.random.default_rng(1).normal(size=shape)
    np.testing.assert_allclose(ANSWERS[name](x), getattr(torch, name)(torch.tensor(x)), **EXACT)


def test_sigmoid_is_silent_far_out_and_the_plain_formula_is_not() -> None:
    far = np.array([-1000.0, -40.0, 0.0, 40.0, 1000.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_allclose(ANSWERS["sigmoid"](far), [0, np.exp(-40), 0.5, 1, 1], rtol=1e-12)
        with pytest.raises(RuntimeWarning, match="overflow"):
            1 / (1 + np.exp(-far))


@pytest.mark.parametrize(("n", "classes", "size"), [(5, 3, 1.0), (1, 4, 1.0), (6, 2, 1e4)])
def test_softmax_cross_entropy_is_torchs(n: int, classes: int, size: float) -> None:
    rng = np.random.default_rng(n)
    logits, labels = size * rng.normal(size=(n, classes)), rng.integers(classes, size=n)
    loss, dlogits = ANSWERS["softmax_cross_entropy"](logits, labels)
    theirs, grads = torch_gradients([(np.eye(classes), np.zeros(classes))], logits, labels, "relu")
    assert isinstance(loss, float)
    np.testing.assert_allclose(loss, theirs, rtol=1e-12)
    np.testing.assert_allclose(dlogits.sum(axis=0), grads[0][1], **EXACT)
    np.testing.assert_allclose(logits.T @ dlogits, grads[0][0], rtol=0, atol=1e-10 * size)


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
@pytest.mark.parametrize("widths", [(4, 3), (3, 6, 4), (3, 9, 7, 8, 6, 5, 4)])
def test_network_agrees_with_autograd(widths: tuple[int, ...], activation: str) -> None:
    rng = np.random.default_rng(len(widths))
    layers, X = random_layers(rng, widths), rng.normal(size=(8, widths[0]))
    labels = rng.integers(widths[-1], size=8)
    loss, grads = ANSWERS["network_loss_and_gradients"](layers, X, labels, activation)
    theirs, expected = torch_gradients(layers, X, labels, activation)
    np.testing.assert_allclose(loss, theirs, **EXACT)
    for ours, torchs in zip(grads, expected, strict=True):
        for one, other in zip(ours, torchs, strict=True):
            np.testing.assert_allclose(one, other, **EXACT)


def mlp_case(seed: int = 0) -> tuple[dict[str, Any], Any, Any]:
    rng = np.random.default_rng(seed)
    params = {"W1": rng.normal(size=(3, 6)), "b1": rng.normal(size=6)}
    params |= {"W2": rng.normal(size=(6, 4)), "b2": rng.normal(size=4)}
    return params, rng.normal(size=(7, 3)), rng.integers(4, size=7)


def test_mlp_is_the_network_of_two_layers_and_autograds() -> None:
    params, X, labels = mlp_case()
    layers = [(params["W1"], params["b1"]), (params["W2"], params["b2"])]
    loss, grads = ANSWERS["mlp_loss_and_gradients"](params, X, labels)
    theirs, ((dW1, db1), (dW2, db2)) = torch_gradients(layers, X, labels, "relu")
    np.testing.assert_allclose(loss, theirs, **EXACT)
    for name, expected in {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}.items():
        np.testing.assert_allclose(grads[name], expected, **EXACT)


def test_mlp_agrees_with_its_own_numerical_gradient() -> None:
    params, X, labels = mlp_case(3)
    _, grads = ANSWERS["mlp_loss_and_gradients"](params, X, labels)
    for name in params:

        def loss_of(value: Any, name: str = name) -> float:
            return float(ANSWERS["mlp_loss_and_gradients"](params | {name: value}, X, labels)[0])

        numbers = ANSWERS["numerical_gradient"](loss_of, params[name], 1e-5)
        np.testing.assert_allclose(grads[name], numbers, rtol=0, atol=1e-8)


def test_linear_backward_agrees_with_autograd() -> None:
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(2)
    dY, X, W = rng.normal(size=(5, 4)), rng.normal(size=(5, 3)), rng.normal(size=(3, 4))
    tensors = [torch.tensor(value, requires_grad=True) for value in (X, W, np.zeros(4))]
    (tensors[0] @ tensors[1] + tensors[2]).backward(torch.tensor(dY))
    for ours, tensor in zip(ANSWERS["linear_backward"](dY, X, W), tensors, strict=True):
        np.testing.assert_allclose(ours, tensor.grad.numpy(), **EXACT)


@pytest.mark.parametrize("batch_size", [1, 4, 50])
def test_training_is_torchs_sgd(batch_size: int) -> None:
    torch = pytest.importorskip("torch")
    params, X, labels = mlp_case(5)
    orders = np.array([np.random.default_rng(e).permutation(7) for e in range(3)])
    before = {name: value.copy() for name, value in params.items()}
    ours = ANSWERS["train_mlp"](params, X, labels, orders, 0.2, batch_size)
    theirs = {k: torch.tensor(v, requires_grad=True) for k, v in params.items()}
    optimizer = torch.optim.SGD(theirs.values(), lr=0.2)
    for order in orders:
        for start in range(0, 7, batch_size):
            batch = torch.tensor(order[start : start + batch_size])
            hidden = torch.relu(torch.tensor(X)[batch] @ theirs["W1"] + theirs["b1"])
            logits = hidden @ theirs["W2"] + theirs["b2"]
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(logits, torch.tensor(labels)[batch]).backward()
            optimizer.step()
    for name, value in ours.items():
        np.testing.assert_allclose(value, theirs[name].detach().numpy(), **EXACT)
        np.testing.assert_array_equal(params[name], before[name])


def test_mended_prediction_is_torchs_softmax() -> None:
    torch = pytest.importorskip("torch")
    params, X, _ = mlp_case(6)
    hidden = np.maximum(X @ params["W1"] + params["b1"], 0)
    expected = torch.softmax(torch.tensor(hidden @ params["W2"] + params["b2"]), dim=1)
    ours = ANSWERS["neural_networks_bug_hunt"](params, X)
    np.testing.assert_allclose(ours, expected.numpy(), **EXACT)


def test_layers_collapse_without_a_bend() -> None:
    rng = np.random.default_rng(0)
    X, W1, b1 = rng.normal(size=(4, 3)), rng.normal(size=(3, 5)), rng.normal(size=5)
    W2, b2 = rng.normal(size=(5, 2)), rng.normal(size=2)
    two = ANSWERS["linear_forward"](ANSWERS["linear_forward"](X, W1, b1), W2, b2)
    np.testing.assert_allclose(two, ANSWERS["linear_forward"](X, W1 @ W2, b1 @ W2 + b2))


def test_torchs_layer_is_ours_transposed_and_its_sum_n_times_our_mean() -> None:
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(1)
    X, W, b = rng.normal(size=(5, 3)), rng.normal(size=(3, 4)), rng.normal(size=4)
    labels = rng.integers(4, size=5)
    linear = torch.nn.Linear(3, 4, dtype=torch.float64)
    with torch.no_grad():
        linear.weight.copy_(torch.tensor(W.T))
        linear.bias.copy_(torch.tensor(b))
    logits = linear(torch.tensor(X))
    Y = ANSWERS["linear_forward"](X, W, b)
    np.testing.assert_allclose(Y, logits.detach().numpy(), atol=1e-12)
    loss, dlogits = ANSWERS["softmax_cross_entropy"](Y, labels)
    theirs = torch.nn.functional.cross_entropy(logits, torch.tensor(labels))
    theirs.backward()
    assert loss == pytest.approx(theirs.item())
    _, dW, db = ANSWERS["linear_backward"](dlogits, X, W)
    np.testing.assert_allclose(linear.weight.grad.numpy(), dW.T, atol=1e-12)
    np.testing.assert_allclose(linear.bias.grad.numpy(), db, atol=1e-12)
    summed = torch.nn.functional.cross_entropy(logits.detach(), torch.tensor(labels), reduction="sum")
    assert summed.item() == pytest.approx(5 * loss)


def test_torchs_start_is_uniform_with_a_sixth_of_hes_variance() -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    weight = torch.nn.Linear(400, 500).weight.detach().numpy()
    assert weight.var() == pytest.approx(1 / (3 * 400), rel=0.02)
    assert np.abs(weight).max() <= 1 / 20


def test_the_mended_probabilities_do_not_depend_on_the_batch() -> None:
    buggy = source_cell("neural_networks", "buggy_predict")["buggy_predict"]
    params = {"W1": np.ones((2, 4)), "b1": np.zeros(4), "W2": np.eye(4, 3), "b2": np.arange(3.0)}
    points = np.random.default_rng(0).normal(size=(5, 2))
    np.testing.assert_allclose(buggy(params, points[:1]), np.ones((1, 3)))
    mended = ANSWERS["neural_networks_bug_hunt"](params, points)
    np.testing.assert_allclose(mended.sum(axis=1), np.ones(5))
    np.testing.assert_allclose(ANSWERS["neural_networks_bug_hunt"](params, points[:1]), mended[:1], atol=1e-12)


def test_the_quiz_key_is_what_the_formulas_give() -> None:
    """Layers collapse, shapes fit one product alone, an untrained loss is ln 10, and a sigmoid's slope is at most 1/4."""
    key = ANSWERS["neural_networks_quiz"]
    dY, X, W = np.ones((64, 10)), np.ones((64, 100)), np.ones((100, 10))
    _, dW, _ = ANSWERS["linear_backward"](dY, X, W)
    fitting = {"a": (dY, X.T), "b": (X.T, dY), "c": (X, dY.T), "d": (dY, W.T)}
    fits = [
        letter
        for letter, (left, right) in fitting.items()
        if left.shape[1] == right.shape[0] and (left @ right).shape == dW.shape
    ]
    assert fits == [key["q2"]]
    loss, _ = ANSWERS["softmax_cross_entropy"](np.zeros((3, 10)), np.arange(3))
    assert {"a": 0, "b": 0.1, "c": 1, "d": 2.3}[key["q3"]] == pytest.approx(loss, abs=0.01)
    assert (key["q1"], key["q4"]) == ("c", "a")
