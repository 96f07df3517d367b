"""Every number that lesson 4's prose prints, section by section, computed anew (4a to 4c: with the explorers' tests)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from grader.publish.source import read_source
from grader.publish.twins import faults
from grader.reference import answers
from hocsau import datasets

ANSWERS = answers("neural_networks")
CELLS = read_source("neural_networks")
ENGLISH = {c.key: " ".join(c.source.split()) for c in CELLS if c.language == "en"}


def test_twins_agree() -> None:
    assert faults(CELLS) == []


def test_section_3_one_neuron() -> None:
    z = ANSWERS["neuron"](np.array([1.0, 2.0]), np.array([3.0, -1.0]), 0.5)
    assert z == 1.5
    assert f"{ANSWERS['sigmoid'](np.array(1.5)):.3f}" == "0.818"


def test_section_4_slopes() -> None:
    x = np.linspace(-6, 6, 1201)
    s = ANSWERS["sigmoid"](x)
    slope = s * (1 - s)
    assert slope.max() == 0.25
    assert x[slope.argmax()] == pytest.approx(0)
    np.testing.assert_allclose(np.gradient(s, x)[1:-1], slope[1:-1], atol=1e-5)


def test_section_5_layers_collapse_without_a_bend() -> None:
    rng = np.random.default_rng(0)
    X, W1, b1 = rng.normal(size=(4, 3)), rng.normal(size=(3, 5)), rng.normal(size=5)
    W2, b2 = rng.normal(size=(5, 2)), rng.normal(size=2)
    two = ANSWERS["linear_forward"](ANSWERS["linear_forward"](X, W1, b1), W2, b2)
    np.testing.assert_allclose(two, ANSWERS["linear_forward"](X, W1 @ W2, b1 @ W2 + b2))


def test_section_5_two_neurons_solve_xor() -> None:
    total = np.array([0.0, 1.0, 1.0, 2.0])  # x1 + x2 at (0,0), (0,1), (1,0), (1,1)
    relu = ANSWERS["relu"]
    assert (relu(total) - 2 * relu(total - 1)).tolist() == [0, 1, 1, 0]


def test_section_7_differences_of_a_cube() -> None:
    def cube(w: Any) -> float:
        return float((w**3).sum())

    central = ANSWERS["numerical_gradient"](cube, np.array([1.0]), 0.1)[0]
    assert central == pytest.approx(3.01)
    assert (cube(np.array([1.1])) - 1) / 0.1 == pytest.approx(3.31)


@pytest.mark.parametrize(
    ("h", "central", "forward"),
    [
        (0.1, "4.5e-03", "1.4e-01"),
        (0.001, "4.5e-07", "1.4e-03"),
        (1e-5, "5.9e-11", "1.4e-05"),
    ],
)
def test_section_7_errors_of_differences(h: float, central: str, forward: str) -> None:
    def f(w: Any) -> float:
        return float(np.exp(w).sum())

    found = ANSWERS["numerical_gradient"](f, np.array([1.0]), h)[0]
    assert abs(found - math.e) == pytest.approx(float(central), rel=0.05)
    assert (math.exp(1 + h) - math.e) / h - math.e == pytest.approx(float(forward), rel=0.05)


def test_section_7_tiny_steps_are_worse() -> None:
    found = ANSWERS["numerical_gradient"](lambda w: float(np.exp(w).sum()), np.ones(1), 1e-12)[0]
    assert 1e-5 < abs(found - math.e) < 1e-3


def test_section_7_number_of_parameters() -> None:
    count = 784 * 64 + 64 + 64 * 10 + 10
    assert (count, 2 * count) == (50890, 101780)


def test_section_8_softmax_by_hand() -> None:
    logits = np.array([[2.0, 1.0, 0.0]])
    easy, _ = ANSWERS["softmax_cross_entropy"](logits, np.array([0]))
    hard, dlogits = ANSWERS["softmax_cross_entropy"](logits, np.array([2]))
    assert (f"{easy:.3f}", f"{hard:.3f}") == ("0.408", "2.408")
    assert [f"{value:.3f}" for value in dlogits[0]] == ["0.665", "0.245", "-0.910"]
    assert f"{math.log(10):.3f}" == "2.303"
    untrained, _ = ANSWERS["softmax_cross_entropy"](np.zeros((4, 10)), np.arange(4))
    assert f"{untrained:.1f}" == "2.3"


def test_section_10_backward_by_hand() -> None:
    params = {
        "W1": np.array([[1.0, -1.0], [2.0, 1.0]]), "b1": np.array([0.0, 1.0]),
        "W2": np.array([[1.0, 0.0], [0.0, 2.0]]), "b2": np.zeros(2),
    }  # fmt: skip
    loss, grads = ANSWERS["mlp_loss_and_gradients"](params, np.array([[1.0, 0.5]]), np.array([1]))
    assert f"{loss:.3f}" == "1.313"
    np.testing.assert_allclose(grads["b2"], [0.731, -0.731], atol=5e-4)
    np.testing.assert_allclose(grads["b1"], [0.731, -1.462], atol=5e-4)
    np.testing.assert_allclose(grads["W1"], [[0.731, -1.462], [0.366, -0.731]], atol=5e-4)


def test_section_11_a_quarter_twenty_times() -> None:
    assert f"{0.25**20:.1e}" == "9.1e-13"
    assert "9.1e-13" in ENGLISH["vanishing"]


def test_section_13_conversion_to_torch() -> None:
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
    summed = torch.nn.functional.cross_entropy(
        logits.detach(), torch.tensor(labels), reduction="sum"
    )
    assert summed.item() == pytest.approx(5 * loss)


def test_section_13_torchs_start() -> None:
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    weight = torch.nn.Linear(400, 500).weight.detach().numpy()
    assert weight.var() == pytest.approx(1 / (3 * 400), rel=0.02)
    assert np.abs(weight).max() <= 1 / 20


def test_section_14_symptom_and_cure() -> None:
    namespace: dict[str, Any] = {"np": np}
    exec(next(c.source for c in CELLS if c.key == "buggy_predict"), namespace)
    params = {"W1": np.ones((2, 4)), "b1": np.zeros(4), "W2": np.eye(4, 3), "b2": np.arange(3.0)}
    points = np.random.default_rng(0).normal(size=(5, 2))
    np.testing.assert_allclose(namespace["buggy_predict"](params, points[:1]), np.ones((1, 3)))
    mended = ANSWERS["neural_networks_bug_hunt"](params, points)
    np.testing.assert_allclose(mended.sum(axis=1), np.ones(5))
    np.testing.assert_allclose(
        ANSWERS["neural_networks_bug_hunt"](params, points[:1]), mended[:1], atol=1e-12
    )


@pytest.mark.parametrize(("seed", "expected"), [(0, 0.820), (1, 0.824), (2, 0.806)])
def test_section_15_sixteen_hidden_neurons(seed: int, expected: float) -> None:
    clothes = datasets.fashion_mnist()
    X, X_test = (a.reshape(len(a), -1) / 255 for a in (clothes.x_train, clothes.x_test))
    labels = clothes.y_train.astype(int)
    rng = np.random.default_rng(seed)
    params = {
        "W1": rng.normal(size=(784, 16)) * np.sqrt(2 / 784), "b1": np.zeros(16),
        "W2": rng.normal(size=(16, 10)) * np.sqrt(2 / 16), "b2": np.zeros(10),
    }  # fmt: skip
    for _ in range(10):
        order = rng.permutation(len(labels))
        params = ANSWERS["train_mlp"](params, X, labels, order[None, :], 0.1, 50)
    answered = ANSWERS["neural_networks_bug_hunt"](params, X_test).argmax(axis=1)
    assert (answered == clothes.y_test).mean() == pytest.approx(expected, abs=0.01)


def test_the_quiz_follows_from_the_lesson() -> None:
    assert ANSWERS["neural_networks_quiz"] == {"q1": "c", "q2": "b", "q3": "d", "q4": "a"}
