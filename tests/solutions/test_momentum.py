"""Lesson 2's answers against torch.optim, matrix eigenvalues and closed forms, and every number its prose prints."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.build.source import read_source
from grader.reference import answers
from hocsau import datasets

ANSWERS = answers("momentum")
momentum_step = ANSWERS["momentum_step"]
momentum_descent = ANSWERS["momentum_descent"]
nesterov_step = ANSWERS["nesterov_step"]
pytorch_momentum_step = ANSWERS["pytorch_momentum_step"]
optimal_momentum = ANSWERS["optimal_momentum"]
convergence_rate = ANSWERS["convergence_rate"]
momentum_bug_hunt = ANSWERS["momentum_bug_hunt"]

Array = np.ndarray[Any, np.dtype[np.float64]]
CURVATURES = np.array([1.0, 100.0])
START = np.array([-4.0, 2.0])
RATES = (0.05, 0.05, 0.05, 0.005, 0.005, 0.02, 0.02)


def ravine_gradient(w: Array) -> Array:
    return CURVATURES * w


def ravine_loss(points: Array) -> Array:
    return 0.5 * points**2 @ CURVATURES


def quadratic(seed: int, d: int) -> tuple[Array, Array]:
    """A positive definite matrix (d, d) and a vector (d,)."""
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(d, d + 2))
    return root @ root.T / d, rng.normal(size=d)


def torch_trajectory(
    w0: Array, matrix: Array, vector: Array, rates: tuple[float, ...], **options: Any
) -> Array:
    """torch.optim.SGD on 1/2 w^T A w - b^T w with one learning rate per step; (len(rates) + 1, d)."""
    torch = pytest.importorskip("torch")
    w = torch.tensor(w0, dtype=torch.float64, requires_grad=True)
    a, b = torch.tensor(matrix), torch.tensor(vector)
    optimizer = torch.optim.SGD([w], lr=rates[0], **options)
    points = [w.detach().numpy().copy()]
    for rate in rates:
        optimizer.param_groups[0]["lr"] = rate
        optimizer.zero_grad()
        (0.5 * w @ a @ w - b @ w).backward()
        optimizer.step()
        points.append(w.detach().numpy().copy())
    return np.array(points)


def iteration_matrix(product: float, beta: float) -> Array:
    return np.array([[1 - product, beta], [-product, beta]])


def spectral_radius(matrix: Array) -> float:
    return float(np.abs(np.linalg.eigvals(matrix)).max())


def steps_for_a_tenth(rate: float) -> float:
    return math.log(10) / -math.log(rate)


@pytest.mark.parametrize("seed", range(3))
def test_descent_at_a_constant_rate_is_torchs(seed: int) -> None:
    matrix, vector = quadratic(seed, 4)
    w0 = np.random.default_rng(seed + 100).normal(size=4)
    ours = momentum_descent(lambda w: matrix @ w - vector, w0, 0.05, 0.9, 7)
    theirs = torch_trajectory(w0, matrix, vector, (0.05,) * 7, momentum=0.9)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_pytorch_momentum_step_is_torchs_through_rate_changes(seed: int) -> None:
    matrix, vector = quadratic(seed, 3)
    w, buffer = np.random.default_rng(seed).normal(size=3), np.zeros(3)
    theirs = torch_trajectory(w, matrix, vector, RATES, momentum=0.8)
    points = [w]
    for rate in RATES:
        w, buffer = pytorch_momentum_step(w, buffer, matrix @ w - vector, rate, 0.8)
        points.append(w)
    np.testing.assert_allclose(np.array(points), theirs, rtol=0, atol=1e-12)


def test_our_step_parts_from_torch_when_the_rate_changes() -> None:
    """The comparison above can fail: the same run with our form does not follow torch past the change."""
    matrix, vector = quadratic(0, 3)
    w, v = np.random.default_rng(0).normal(size=3), np.zeros(3)
    theirs = torch_trajectory(w, matrix, vector, RATES, momentum=0.8)
    points = [w]
    for rate in RATES:
        w, v = momentum_step(w, v, matrix @ w - vector, rate, 0.8)
        points.append(w)
    same = np.abs(np.array(points) - theirs).max(axis=1) < 1e-12
    assert same.tolist() == [True] * 4 + [False] * 4


@pytest.mark.parametrize("seed", range(3))
def test_nesterov_is_torchs_whose_parameters_stand_ahead(seed: int) -> None:
    """torch stores u = w + beta v: started from rest, its u after each step is our w + beta v."""
    matrix, vector = quadratic(seed, 5)
    w, v = np.random.default_rng(seed).normal(size=5), np.zeros(5)
    theirs = torch_trajectory(w, matrix, vector, (0.04,) * 7, momentum=0.85, nesterov=True)
    ahead = [w]
    for _ in range(7):
        w, v = nesterov_step(w, v, lambda u: matrix @ u - vector, 0.04, 0.85)
        ahead.append(w + 0.85 * v)
    np.testing.assert_allclose(np.array(ahead), theirs, rtol=0, atol=1e-12)


@pytest.mark.parametrize("steps", [0, 1, 6])
def test_velocity_is_the_faded_sum_of_gradients(steps: int) -> None:
    gradients = np.random.default_rng(steps).normal(size=(steps, 3))
    w, v = np.ones(3), np.zeros(3)
    for gradient in gradients:
        w, v = momentum_step(w, v, gradient, 0.1, 0.7)
    weights = 0.7 ** np.arange(steps)[::-1]
    np.testing.assert_allclose(v, -0.1 * weights @ gradients, rtol=0, atol=1e-14)


@pytest.mark.parametrize("product", [0.02, 0.1, 0.5, 1.3, 2.4, 3.2, 4.5])
@pytest.mark.parametrize("beta", [0.0, 0.1, 0.25, 0.6, 0.9, 0.99])
def test_convergence_rate_is_the_spectral_radius(product: float, beta: float) -> None:
    rate = convergence_rate(product / 7, beta, 7.0)
    assert isinstance(rate, float)
    assert rate == pytest.approx(spectral_radius(iteration_matrix(product, beta)), abs=1e-12)
    complex_roots = (1 - beta**0.5) ** 2 < product < (1 + beta**0.5) ** 2
    if complex_roots:
        assert rate == pytest.approx(beta**0.5, abs=1e-12)
    assert (rate < 1) == (product < 2 * (1 + beta))


@pytest.mark.parametrize("beta", [0.1, 0.36, 0.67, 0.9])
@pytest.mark.parametrize("sign", [-1, 1])
def test_convergence_rate_at_the_double_root(beta: float, sign: int) -> None:
    """There the eigenvalues of the matrix are good to half their digits only; the closed form is sqrt(beta)."""
    product = (1 + sign * beta**0.5) ** 2
    rate = convergence_rate(product / 3, beta, 3.0)
    assert rate == pytest.approx(beta**0.5, abs=3e-8)
    assert rate == pytest.approx(spectral_radius(iteration_matrix(product, beta)), abs=1e-7)


def test_convergence_rate_is_what_a_long_run_shows() -> None:
    trajectory = momentum_descent(lambda w: 2.0 * w, np.array([1.0]), 0.03, 0.2, 200)[:, 0]
    assert trajectory[200] / trajectory[199] == pytest.approx(
        convergence_rate(0.03, 0.2, 2.0), abs=1e-9
    )


@pytest.mark.parametrize(
    ("smallest", "condition"), [(1.0, 100.0), (0.02, 3000.0), (7.0, 1.5), (2.5, 1.0)]
)
def test_optimal_momentum_is_the_best_of_a_neighbourhood(smallest: float, condition: float) -> None:
    largest = smallest * condition
    rate, beta = optimal_momentum(smallest, largest)
    assert np.sqrt(rate * smallest) == pytest.approx(1 - np.sqrt(beta), abs=1e-12)
    assert np.sqrt(rate * largest) == pytest.approx(1 + np.sqrt(beta), abs=1e-12)

    def worst(eta: float, b: float) -> float:
        return max(convergence_rate(eta, b, eigenvalue) for eigenvalue in (smallest, largest))

    root = np.sqrt(condition)
    best = worst(rate, beta)
    assert best == pytest.approx((root - 1) / (root + 1), abs=1e-7)
    for eta in rate * np.linspace(0.9, 1.1, 21):
        for b in np.clip(beta + np.linspace(-0.1, 0.1, 21), 0, 0.999):
            assert worst(eta, b) >= best - 1e-7


@pytest.mark.parametrize(("epochs", "steps"), [(1, 12), (3, 4), (12, 1)])
def test_mended_training_does_not_depend_on_epochs(epochs: int, steps: int) -> None:
    whole = momentum_descent(ravine_gradient, START, 0.01, 0.8, 12)
    mended = momentum_bug_hunt(ravine_gradient, START, 0.01, 0.8, epochs, steps)
    np.testing.assert_allclose(mended, whole[::steps], rtol=0, atol=1e-12)


# the numbers of the prose, section by section


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
    assert (1 + 0.9) / (1 - 0.9) == pytest.approx(19)


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
    first = torch_trajectory(
        np.ones(1), np.eye(1), np.zeros(1), (0.1,), momentum=0.9, nesterov=True
    )
    assert (first[0] - first[1])[0] == pytest.approx(1.9 * 0.1)


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


def test_section_13_quiz() -> None:
    assert 0.01 / (1 - 0.95) == pytest.approx(0.2)
    assert (
        convergence_rate(0.5, 0.81, 1.0) == convergence_rate(1.0, 0.81, 1.0) == pytest.approx(0.9)
    )
    ratio = steps_for_a_tenth(399 / 401) / steps_for_a_tenth(19 / 21)
    assert ratio == pytest.approx(20, abs=0.05)
    assert ANSWERS["momentum_quiz"] == {"q1": "b", "q2": "d", "q3": "a", "q4": "c"}


@pytest.mark.parametrize(("beta", "steps"), [(0.9, 44), (0.99, 459)])
def test_section_12_cost_of_much_momentum(beta: float, steps: int) -> None:
    assert math.ceil(steps_for_a_tenth(math.sqrt(beta))) == steps
