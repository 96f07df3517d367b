"""Every number that lesson 2's prose prints, section by section, computed anew."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.publish.source import read_source
from grader.reference import answers
from hocsau import datasets

ANSWERS = answers("momentum")
momentum_step = ANSWERS["momentum_step"]
momentum_descent = ANSWERS["momentum_descent"]
nesterov_step = ANSWERS["nesterov_step"]
pytorch_momentum_step = ANSWERS["pytorch_momentum_step"]
optimal_momentum = ANSWERS["optimal_momentum"]
convergence_rate = ANSWERS["convergence_rate"]

Array = np.ndarray[Any, np.dtype[np.float64]]
CURVATURES = np.array([1.0, 100.0])
START = np.array([-4.0, 2.0])


def ravine_gradient(w: Array) -> Array:
    return CURVATURES * w


def ravine_loss(points: Array) -> Array:
    return 0.5 * points**2 @ CURVATURES


def iteration_matrix(product: float, beta: float) -> Array:
    return np.array([[1 - product, beta], [-product, beta]])


def spectral_radius(matrix: Array) -> float:
    return float(np.abs(np.linalg.eigvals(matrix)).max())


def steps_for_a_tenth(rate: float) -> float:
    return math.log(10) / -math.log(rate)


def test_section_1_rates_of_gradient_descent() -> None:
    rates = [(kappa - 1) / (kappa + 1) for kappa in (10, 100, 10000)]
    assert [f"{rate:.4f}" for rate in rates] == ["0.8182", "0.9802", "0.9998"]
    assert [f"{steps_for_a_tenth(rate):.1f}" for rate in rates] == ["11.5", "115.1", "11512.9"]
    assert f"{0.99**100:.2f}" == "0.37"


def test_section_2_worked_numbers() -> None:
    w, v, rows = np.zeros(1), np.zeros(1), []
    for _ in range(4):
        w, v = momentum_step(w, v, np.ones(1), 0.1, 0.9)
        rows.append((v[0], w[0]))
    expected = [(-0.1, -0.1), (-0.19, -0.29), (-0.271, -0.561), (-0.3439, -0.9049)]
    np.testing.assert_allclose(rows, expected, rtol=0, atol=1e-12)
    for _ in range(400):
        w, v = momentum_step(w, v, np.ones(1), 0.1, 0.9)
    assert v[0] == pytest.approx(-0.1 / (1 - 0.9))
    for step in range(400):
        w, v = momentum_step(w, v, np.array([(-1.0) ** step]), 0.1, 0.9)
    assert abs(v[0]) == pytest.approx(0.1 / 1.9)
    assert f"{0.1 / 1.9:.3f}" == "0.053"
    np.testing.assert_allclose((1 + 0.9) / (1 - 0.9), 19)


def test_section_2_case_to_check_by_hand() -> None:
    w, v = momentum_step(
        np.array([1.0, -2.0]), np.array([0.5, 0.25]), np.array([2.0, -4.0]), 0.1, 0.9
    )
    np.testing.assert_allclose(v, [0.25, 0.625])
    np.testing.assert_allclose(w, [1.25, -1.375])


def test_section_4_memory_and_ravine() -> None:
    assert f"{math.log(0.5) / math.log(0.9):.1f}" == "6.6"
    assert f"{math.log(0.5) / math.log(0.99):.0f}" == "69"
    last = {
        beta: ravine_loss(momentum_descent(ravine_gradient, START, 0.01, beta, 100))[-1]
        for beta in (0.0, 0.8, 0.99)
    }
    assert f"{last[0.0]:.2f} {last[0.8]:.0e} {last[0.99]:.1f}" == "1.07 8e-06 9.8"
    plain = [
        ravine_loss(momentum_descent(ravine_gradient, START, eta, 0.0, 100))[-1]
        for eta in np.linspace(0.001, 0.02, 500)
    ]
    assert 0.159 < min(plain) < 0.161
    assert ravine_loss(momentum_descent(ravine_gradient, START, 0.033, 0.67, 100))[-1] < 1e-8


def test_section_5_overshoot() -> None:
    path = momentum_descent(lambda w: w, np.ones(1), 0.1, 0.9, 60)[:, 0]
    np.testing.assert_allclose(path[:7], [1, 0.9, 0.72, 0.486, 0.2268, -0.0292, -0.2566], atol=5e-5)
    assert (path.argmin(), f"{path.min():.2f}", f"{0.9**9:.2f}", f"{0.9**10:.2f}") == (
        9,
        "-0.60",
        "0.39",
        "0.35",
    )
    assert f"{convergence_rate(1.9, 0.5, 1.0):.3f}" == "0.707"
    assert f"{(1 - math.sqrt(0.1)) ** 2:.3f}" == "0.468"
    assert convergence_rate(0.1, 0.469, 1.0) == pytest.approx(math.sqrt(0.469))
    assert convergence_rate(0.1, 0.467, 1.0) > math.sqrt(0.467) + 1e-3


def test_section_6_table_and_map() -> None:
    rates = [
        convergence_rate(product, beta, 1.0)
        for product, beta in ((0.1, 0.9), (0.16, 0.25), (2.4, 0.25))
    ]
    assert [f"{rate:.3f}" for rate in rates] == ["0.949", "0.762", "0.859"]
    turn = math.degrees(float(np.angle(np.linalg.eigvals(iteration_matrix(0.1, 0.9))).max()))
    assert (f"{turn:.1f}", f"{360 / turn:.1f}") == ("18.4", "19.5")
    worst = {
        (eta, beta): max(convergence_rate(eta, beta, eigenvalue) for eigenvalue in CURVATURES)
        for eta, beta in ((0.01, 0.8), (0.01, 0.81), (0.033, 0.67), (0.034, 0.67), (2 / 101, 0.0))
    }
    assert [f"{rate:.3f}" for rate in worst.values()] == [
        "0.927",
        "0.900",
        "0.819",
        "1.145",
        "0.980",
    ]


def test_section_7_polyak() -> None:
    rate, beta = optimal_momentum(1.0, 100.0)
    assert (f"{rate:.4f}", f"{beta:.3f}") == ("0.0331", "0.669")
    for kappa, plain, with_momentum in (
        (100, "115", "11.5"),
        (400, "461", "23.0"),
        (10000, "11513", "115.1"),
    ):
        root = math.sqrt(kappa)
        assert f"{steps_for_a_tenth((kappa - 1) / (kappa + 1)):.0f}" == plain
        assert f"{steps_for_a_tenth((root - 1) / (root + 1)):.1f}" == with_momentum
    losses = ravine_loss(momentum_descent(ravine_gradient, START, rate, beta, 100))
    assert (losses[0], f"{losses.max():.0f}", losses.argmax()) == (208, "2753", 4)
    assert (np.flatnonzero(losses >= 208)[-1] + 1, f"{losses[-1]:.1e}") == (18, "2.5e-11")


def test_section_8_nesterov() -> None:
    here: tuple[Array, Array] = np.array([0.5]), np.array([-1.0])
    classical = momentum_step(*here, here[0], 0.1, 0.9)
    ahead = nesterov_step(*here, lambda w: w, 0.1, 0.9)
    np.testing.assert_allclose(
        np.ravel([classical, ahead]), [-0.45, -0.95, -0.36, -0.86], atol=1e-12
    )
    w, v, lowest = np.ones(1), np.zeros(1), 1.0
    for _ in range(60):
        w, v = nesterov_step(w, v, lambda u: u, 0.1, 0.9)
        lowest = min(lowest, float(w[0]))
    assert f"{lowest:.2f}" == "-0.35"
    assert spectral_radius(np.array([[0.9, 0.81], [-0.1, 0.81]])) == pytest.approx(0.9)


def test_section_9_after_the_drop() -> None:
    w, v, u, buffer = (np.zeros(1) for _ in range(4))
    for _ in range(300):
        w, v = momentum_step(w, v, np.ones(1), 0.1, 0.9)
        u, buffer = pytorch_momentum_step(u, buffer, np.ones(1), 0.1, 0.9)
    np.testing.assert_allclose(v, -0.1 * buffer, rtol=1e-12)
    before, ours, theirs = v[0], [], []
    for _ in range(3):
        w, v = momentum_step(w, v, np.ones(1), 0.01, 0.9)
        moved, buffer = pytorch_momentum_step(u, buffer, np.ones(1), 0.01, 0.9)
        ours.append(v[0] / before)
        theirs.append((moved - u)[0] / before)
        u = moved
    assert [f"{ratio:.3f}" for ratio in ours] == ["0.910", "0.829", "0.756"]
    assert [f"{ratio:.2f}" for ratio in theirs] == ["0.10"] * 3


def test_section_10_symptom_of_the_bug() -> None:
    namespace: dict[str, Any] = {"np": np}
    cell = next(cell for cell in read_source("momentum") if cell.key == "buggy_training")
    exec(compile(cell.source, "buggy_training", "exec"), namespace)
    buggy: Callable[..., Array] = namespace["buggy_training"]
    ends = [
        ravine_loss(buggy(ravine_gradient, START, 0.01, 0.8, *sizes))[-1]
        for sizes in ((1, 60), (6, 10), (60, 1))
    ]
    assert (f"{ends[0]:.4f}", f"{ends[2]:.4f}") == ("0.0036", "2.3950")
    assert ends == sorted(ends)
    assert ends[2] == pytest.approx(
        ravine_loss(momentum_descent(ravine_gradient, START, 0.01, 0.0, 60))[-1]
    )


@pytest.fixture(scope="module")
def cars() -> tuple[Array, Array, Array]:
    """X (392, 8), y (392,), the eigenvalues of the Hessian (8,)."""
    table = datasets.auto_mpg()
    lowest, highest = table.features.min(axis=0), table.features.max(axis=0)
    scaled = (table.features - lowest) / (highest - lowest)
    X = np.column_stack([scaled, np.ones(len(table.target))])
    return X, table.target, np.linalg.eigvalsh(2 / len(X) * X.T @ X)


def test_section_11_condition_number(cars: tuple[Array, Array, Array]) -> None:
    X, y, eigenvalues = cars
    assert X.shape == (392, 8)
    assert f"{eigenvalues[-1] / eigenvalues[0]:.0f}" == "862"
    scaled = np.column_stack([(X[:, :7] - X[:, :7].mean(axis=0)) / X[:, :7].std(axis=0), X[:, 7]])
    assert f"{np.linalg.cond(scaled) ** 2:.0f}" == "137"
    rate, beta = optimal_momentum(eigenvalues[0], eigenvalues[-1])
    assert (f"{1 / eigenvalues[-1]:.3f}", f"{rate:.3f}", f"{beta:.3f}") == (
        "0.229",
        "0.858",
        "0.873",
    )
    least = np.mean((X @ np.linalg.lstsq(X, y, rcond=None)[0] - y) ** 2)
    assert (f"{least:.3f}", f"{1.01 * least:.3f}") == ("10.847", "10.956")


@pytest.mark.parametrize(
    ("run", "epochs"),
    [
        ("plain", 786),
        ("plain at its best rate", 1821),
        ("momentum", 86),
        ("nesterov", 80),
        ("Polyak", 145),
    ],
)
def test_section_11_epochs_to_the_target(
    cars: tuple[Array, Array, Array], run: str, epochs: int
) -> None:
    X, y, eigenvalues = cars
    smallest, largest = eigenvalues[0], eigenvalues[-1]

    def gradient(w: Array) -> Array:
        return np.asarray(2 / len(y) * X.T @ (X @ w - y))

    def losses(points: Array) -> Array:
        return np.asarray(((points @ X.T - y) ** 2).mean(axis=1))

    least = losses(np.linalg.lstsq(X, y, rcond=None)[0][None])[0]
    rate, beta = {
        "plain": (1 / largest, 0.0),
        "plain at its best rate": (2 / (largest + smallest), 0.0),
        "momentum": (1 / largest, 0.9),
        "nesterov": (1 / largest, 0.9),
        "Polyak": optimal_momentum(smallest, largest),
    }[run]
    if run == "nesterov":
        w, v, points = np.zeros(8), np.zeros(8), [np.zeros(8)]
        for _ in range(200):
            w, v = nesterov_step(w, v, gradient, rate, beta)
            points.append(w)
        curve = losses(np.array(points))
    else:
        curve = losses(momentum_descent(gradient, np.zeros(8), rate, beta, 2000))
    assert np.flatnonzero(curve <= 1.01 * least)[0] == epochs
    if run == "Polyak":
        assert f"{curve[0]:.0f} {curve.max():.0f}" == "610 59492"
    if run in ("Polyak", "momentum"):
        assert np.flatnonzero(curve <= 1.001 * least)[0] == 164
        later = {"Polyak": 182, "momentum": 248}  # beyond that, Polyak's pair wins
        assert np.flatnonzero(curve <= 1.0001 * least)[0] == later[run]


def test_section_13_quiz() -> None:
    np.testing.assert_allclose(0.01 / (1 - 0.95), 0.2)
    assert (
        convergence_rate(0.5, 0.81, 1.0) == convergence_rate(1.0, 0.81, 1.0) == pytest.approx(0.9)
    )
    ratio = steps_for_a_tenth(399 / 401) / steps_for_a_tenth(19 / 21)
    assert ratio == pytest.approx(20, abs=0.05)
    assert ANSWERS["momentum_quiz"] == {"q1": "b", "q2": "d", "q3": "a", "q4": "c"}


@pytest.mark.parametrize(("beta", "steps"), [(0.9, 44), (0.99, 459)])
def test_section_12_cost_of_much_momentum(beta: float, steps: int) -> None:
    assert math.ceil(steps_for_a_tenth(math.sqrt(beta))) == steps
