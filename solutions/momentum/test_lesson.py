"""Lesson 2's answers against torch.optim, matrix eigenvalues and closed forms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.course.reference import answers

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


def quadratic(seed: int, d: int) -> tuple[Array, Array]:
    """A positive definite matrix (d, d) and a vector (d,)."""
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(d, d + 2))
    return root @ root.T / d, rng.normal(size=d)


def torch_trajectory(w0: Array, matrix: Array, vector: Array, rates: tuple[float, ...], **options: Any) -> Array:
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
    assert trajectory[200] / trajectory[199] == pytest.approx(convergence_rate(0.03, 0.2, 2.0), abs=1e-9)


@pytest.mark.parametrize(("smallest", "condition"), [(1.0, 100.0), (0.02, 3000.0), (7.0, 1.5), (2.5, 1.0)])
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


def test_torchs_first_nesterov_step_is_longer_than_ours() -> None:
    options = {"momentum": 0.9, "nesterov": True}
    theirs = torch_trajectory(np.ones(1), np.eye(1), np.zeros(1), (0.1,), **options)
    ours, _ = nesterov_step(np.ones(1), np.zeros(1), lambda w: w, 0.1, 0.9)
    np.testing.assert_allclose([theirs[0, 0] - theirs[1, 0], 1 - ours[0]], [1.9 * 0.1, 0.1])


def test_the_quiz_key_is_what_the_formulas_give() -> None:
    """In the long run a step is eta g / (1 - beta); complex roots have one rate; kappa against its root."""
    shown = {"a": 0.01, "b": 0.2, "c": 0.0095, "d": 0.19}
    assert shown[ANSWERS["momentum_quiz"]["q1"]] == pytest.approx(0.01 / (1 - 0.95))
    rates = convergence_rate(0.5, 0.81, 1.0), convergence_rate(1.0, 0.81, 1.0)
    assert rates == pytest.approx((0.9, 0.9))
    assert ANSWERS["momentum_quiz"]["q2"] == "d"
    _, ours = momentum_step(np.zeros(1), -np.ones(1), np.ones(1), 0.01, 0.9)
    moved, _ = pytorch_momentum_step(np.zeros(1), 10 * np.ones(1), np.ones(1), 0.01, 0.9)
    np.testing.assert_allclose([ours[0], moved[0]], [-0.91, -0.1])
    assert ANSWERS["momentum_quiz"]["q3"] == "a"
    fewer = np.log(399 / 401) / np.log(19 / 21)
    assert {"a": 2, "b": 400, "c": 20, "d": 4}[ANSWERS["momentum_quiz"]["q4"]] == round(1 / fewer)
