"""Lesson 1's answers against closed forms, central differences, enumeration and torch; and the numbers its prose states."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from grader.reference import answers
from hocsau.datasets import auto_mpg

ANSWERS = answers("gradient_descent")
mse_loss = ANSWERS["mse_loss"]
mse_gradient = ANSWERS["mse_gradient"]
gradient_descent = ANSWERS["gradient_descent"]
sgd_epoch = ANSWERS["sgd_epoch"]
minibatches = ANSWERS["minibatches"]
minibatch_epoch = ANSWERS["minibatch_epoch"]
largest_stable_learning_rate = ANSWERS["largest_stable_learning_rate"]
gradient_noise = ANSWERS["gradient_noise"]
gradient_descent_bug_hunt = ANSWERS["gradient_descent_bug_hunt"]

Array = np.ndarray[Any, np.dtype[np.float64]]
SIZES = [(1, 4), (6, 1), (7, 3), (40, 5)]

# the table of the prose
X_HAND = np.array([[1.0, 1.0], [2.0, 1.0], [3.0, 1.0]])
Y_HAND = np.array([1.0, 4.0, 4.0])
ORIGIN = np.zeros(2)
BEST = np.array([1.5, 0.0])


def regression(n: int, d: int, seed: int = 0) -> tuple[Array, Array, Array]:
    """w (d,), X (n, d), y (n,)."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=d), rng.normal(size=(n, d)), rng.normal(size=n)


def hand_gradient(w: Array) -> Array:
    return np.asarray(mse_gradient(w, X_HAND, Y_HAND))


def cars() -> tuple[Array, Array]:
    """The standardised table of 1.17 with its column of ones, (392, 8), and the targets."""
    table = auto_mpg()
    scaled = (table.features - table.features.mean(axis=0)) / table.features.std(axis=0)
    return np.column_stack([scaled, np.ones(len(scaled))]), table.target


def unequal_means(w: Array, X: Array, y: Array, sizes: list[int]) -> Array:
    """What the bug hunt's program computes: the plain mean of the micro-batches' mean gradients."""
    ends = np.cumsum(sizes)
    parts = [slice(end - size, end) for size, end in zip(sizes, ends, strict=True)]
    return np.mean([mse_gradient(w, X[part], y[part]) for part in parts], axis=0)


# against independent oracles


@pytest.mark.parametrize(("n", "d"), SIZES)
def test_loss_and_gradient_are_those_of_torch(n: int, d: int) -> None:
    torch = pytest.importorskip("torch")
    w, X, y = regression(n, d)
    weights = torch.tensor(w, requires_grad=True)
    loss = torch.nn.MSELoss()(torch.tensor(X) @ weights, torch.tensor(y))
    loss.backward()
    assert mse_loss(w, X, y) == pytest.approx(loss.item())
    np.testing.assert_allclose(mse_gradient(w, X, y), weights.grad.numpy())


@pytest.mark.parametrize(("n", "d"), SIZES)
def test_gradient_agrees_with_central_differences(n: int, d: int) -> None:
    w, X, y = regression(n, d)
    h = 1e-5
    steps = h * np.eye(d)
    differences = [(mse_loss(w + e, X, y) - mse_loss(w - e, X, y)) / (2 * h) for e in steps]
    np.testing.assert_allclose(mse_gradient(w, X, y), differences, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize(("n", "d"), SIZES)
def test_the_full_gradient_is_the_mean_of_the_samples(n: int, d: int) -> None:
    w, X, y = regression(n, d)
    each = [mse_gradient(w, X[[i]], y[[i]]) for i in range(n)]
    np.testing.assert_allclose(mse_gradient(w, X, y), np.mean(each, axis=0))


@pytest.mark.parametrize("learning_rate", [0.1, 0.9, 1.1])
@pytest.mark.parametrize("steps", [0, 1, 25])
def test_descent_on_a_quadratic_has_a_closed_form(learning_rate: float, steps: int) -> None:
    curvature, w0 = np.array([0.5, 1.0, 2.0]), np.array([1.0, -2.0, 3.0])
    path = gradient_descent(lambda w: curvature * w, w0, learning_rate, steps)
    powers = (1 - learning_rate * curvature) ** np.arange(steps + 1)[:, None]
    np.testing.assert_allclose(path, powers * w0, rtol=1e-10)
    assert path.shape == (steps + 1, 3)
    assert w0.tolist() == [1.0, -2.0, 3.0]


def test_descent_diverges_in_large_numbers_and_not_in_an_error() -> None:
    path = gradient_descent(lambda w: 10 * w, np.array([1.0]), 1.0, 200)
    assert abs(path[-1, 0]) == pytest.approx(9.0**200)


@pytest.mark.parametrize(("n", "m"), [(10, 4), (12, 3), (5, 8), (4, 1), (6, 6)])
def test_batches_are_those_of_a_data_loader(n: int, m: int) -> None:
    torch = pytest.importorskip("torch")
    order = np.random.default_rng(n).permutation(n)
    loader = torch.utils.data.DataLoader(
        torch.arange(n), batch_size=m, sampler=order.tolist(), drop_last=False
    )
    cut = minibatches(order, m)
    assert [batch.tolist() for batch in cut] == [batch.tolist() for batch in loader]
    assert len(cut) == math.ceil(n / m)


@pytest.mark.parametrize("m", [1, 3, 4, 11, 20])
def test_an_epoch_is_that_of_torch_sgd(m: int) -> None:
    torch = pytest.importorskip("torch")
    w, X, y = regression(11, 3)
    order = np.random.default_rng(5).permutation(11)
    weights = torch.tensor(w, requires_grad=True)
    optimizer = torch.optim.SGD([weights], lr=0.05)
    for start in range(0, 11, m):
        batch = order[start : start + m]
        optimizer.zero_grad()
        torch.nn.MSELoss()(torch.tensor(X[batch]) @ weights, torch.tensor(y[batch])).backward()
        optimizer.step()
    came = minibatch_epoch(w, X, y, 0.05, order, m)
    np.testing.assert_allclose(came, weights.detach().numpy())
    if m == 1:
        np.testing.assert_allclose(came, sgd_epoch(w, X, y, 0.05, order))
    if m >= 11:
        np.testing.assert_allclose(came, w - 0.05 * mse_gradient(w, X, y))


@pytest.mark.parametrize(("n", "d"), SIZES)
def test_the_limit_is_where_descent_turns(n: int, d: int) -> None:
    _, X, y = regression(n, d)
    limit = largest_stable_learning_rate(X)
    assert limit == pytest.approx(n / np.linalg.svd(X, compute_uv=False)[0] ** 2)
    best, *_ = np.linalg.lstsq(X, y, rcond=None)
    steepest = np.linalg.svd(X)[2][0]
    for factor, shrinks in ((0.98, True), (1.02, False)):
        path = gradient_descent(
            lambda w: mse_gradient(w, X, y), best + steepest, factor * limit, 200
        )
        assert bool(np.linalg.norm(path[-1] - best) < 1) is shrinks


@pytest.mark.parametrize("m", range(1, 8))
def test_noise_equals_the_mean_over_all_batches(m: int) -> None:
    w, X, y = regression(7, 3)
    full = mse_gradient(w, X, y)
    squares = [
        np.sum((mse_gradient(w, X[list(batch)], y[list(batch)]) - full) ** 2)
        for batch in combinations(range(7), m)
    ]
    assert gradient_noise(w, X, y, m) == pytest.approx(np.mean(squares), abs=1e-12)


@pytest.mark.parametrize("sizes", [[40], [10, 10, 10, 10], [1, 30, 9], [39, 1]])
def test_the_mended_program_gives_the_full_gradient(sizes: list[int]) -> None:
    w, X, y = regression(40, 5)
    mended = gradient_descent_bug_hunt(w, X, y, sizes)
    np.testing.assert_allclose(mended, mse_gradient(w, X, y))
    equal = len(set(sizes)) == 1
    assert np.allclose(unequal_means(w, X, y, sizes), mended) is equal


# the numbers of the prose


def test_the_little_table() -> None:
    assert mse_loss(ORIGIN, X_HAND, Y_HAND) == pytest.approx(11)
    assert mse_loss(BEST, X_HAND, Y_HAND) == pytest.approx(0.5)
    np.testing.assert_allclose(hand_gradient(ORIGIN), [-14, -6])
    np.testing.assert_allclose(hand_gradient(BEST), 0, atol=1e-14)
    each = 2 * (X_HAND @ BEST - Y_HAND)[:, None] * X_HAND
    np.testing.assert_allclose(each, [[1, 1], [-4, -2], [3, 1]])


def test_three_batch_steps_by_hand() -> None:
    path = gradient_descent(hand_gradient, ORIGIN, 0.05, 3)
    np.testing.assert_allclose(path[1:], [[0.7, 0.3], [1.013, 0.43], [1.154, 0.484]], atol=5e-4)
    losses = [mse_loss(w, X_HAND, Y_HAND) for w in path]
    np.testing.assert_allclose(losses, [11, 2.617, 0.953, 0.622], atol=5e-4)
    np.testing.assert_allclose(hand_gradient(path[1]), [-6.267, -2.6], atol=5e-4)


def test_one_stochastic_epoch_by_hand() -> None:
    w = sgd_epoch(ORIGIN, X_HAND, Y_HAND, 0.05, np.array([2, 0, 1]))
    np.testing.assert_allclose(w, [1.416, 0.478])
    assert mse_loss(w, X_HAND, Y_HAND) == pytest.approx(0.601, abs=5e-4)


@pytest.mark.parametrize(
    ("learning_rate", "loss"),
    [(0.05, 0.50390), (0.1, 0.50034), (0.16, 0.50002), (0.18, 5.93), (0.181, 50.2), (0.19, 7.95e9)],
)
def test_the_table_of_learning_rates(learning_rate: float, loss: float) -> None:
    path = gradient_descent(hand_gradient, ORIGIN, learning_rate, 100)
    assert mse_loss(path[-1], X_HAND, Y_HAND) == pytest.approx(loss, rel=1e-3 if loss > 1 else 1e-5)


def test_the_curvature_of_the_little_table() -> None:
    smallest, largest = np.linalg.eigvalsh(2 / 3 * X_HAND.T @ X_HAND)
    assert (largest, smallest) == pytest.approx((11.093, 0.2404), rel=1e-4)
    assert largest / smallest == pytest.approx(46, abs=0.5)
    assert largest_stable_learning_rate(X_HAND) == pytest.approx(0.1803, abs=5e-5)
    assert 1 - 0.16 * largest == pytest.approx(-0.775, abs=5e-4)
    assert 1 - 0.16 * smallest == pytest.approx(0.962, abs=5e-4)


@pytest.mark.parametrize(("learning_rate", "steps"), [(0.05, 222), (0.16, 69)])
def test_the_stopping_rule_and_its_guarantee(learning_rate: float, steps: int) -> None:
    path = gradient_descent(hand_gradient, ORIGIN, learning_rate, 300)
    lengths = np.array([np.linalg.norm(hand_gradient(w)) for w in path])
    assert int(np.argmax(lengths <= 1e-2)) == steps
    excess = np.array([mse_loss(w, X_HAND, Y_HAND) - 0.5 for w in path])
    bound = lengths**2 / (2 * np.linalg.eigvalsh(2 / 3 * X_HAND.T @ X_HAND)[0])
    assert np.all(excess <= bound * (1 + 1e-9) + 1e-15)
    if learning_rate == 0.16:
        assert (excess[steps], bound[steps]) == pytest.approx((1.96e-4, 1.96e-4), rel=5e-3)


def test_the_noise_by_hand() -> None:
    noises = [gradient_noise(ORIGIN, X_HAND, Y_HAND, m) for m in (1, 2, 3)]
    assert noises == pytest.approx([272 / 3, 68 / 3, 0], abs=1e-12)
    gradients = 2 * (X_HAND @ ORIGIN - Y_HAND)[:, None] * X_HAND
    means = [gradients[list(pair)].mean(axis=0) for pair in combinations(range(3), 2)]
    np.testing.assert_allclose(means, [[-9, -5], [-13, -5], [-20, -8]])


def test_the_numbers_of_the_written_question_and_the_quiz() -> None:
    def factor(n: int, m: int) -> float:
        return (n - m) / (m * (n - 1))

    assert factor(50000, 64) / factor(50000, 32) == pytest.approx(0.4997, abs=5e-5)
    assert factor(100, 50) == pytest.approx(1 / 99)
    sizes = [len(batch) for batch in minibatches(np.arange(1000), 64)]
    assert (len(sizes), sizes[-1]) == (16, 40)


def test_the_numbers_of_the_cars() -> None:
    X, y = cars()
    eigenvalues = np.linalg.eigvalsh(2 / len(X) * X.T @ X)
    assert eigenvalues[-1] / eigenvalues[0] == pytest.approx(137, abs=0.5)
    assert largest_stable_learning_rate(X) == pytest.approx(0.217, abs=5e-4)
    table = auto_mpg().features
    raw = np.column_stack([table, np.ones(len(table))])
    assert largest_stable_learning_rate(raw) == pytest.approx(1e-7, rel=0.05)
    assert np.linalg.cond(raw) ** 2 > 7e9

    sizes, w = [128, 128, 128, 8], np.zeros(8)
    full = mse_gradient(w, X, y)
    error = np.linalg.norm(unequal_means(w, X, y, sizes) - full) / np.linalg.norm(full)
    assert error == pytest.approx(0.52, abs=5e-3)
    for _ in range(5000):
        w = w - 0.05 * unequal_means(w, X, y, sizes)
    best, *_ = np.linalg.lstsq(X, y, rcond=None)
    losses = (mse_loss(w, X, y), mse_loss(best, X, y))
    assert losses == pytest.approx((11.568, 10.847), abs=5e-4)


def stationary_floor(X: Array, y: Array, learning_rate: float) -> float:
    """E J(w) - J(w*) of SGD in the long run, one sample drawn independently for each step.

    With delta = w - w* and M_i = I - 2 eta x_i x_i^T, the covariance S of delta solves
    S = E[M_i S M_i] + eta^2 E[g_i g_i^T], g_i the gradient of sample i at w*; the floor is tr(H S) / 2.
    """
    n, d = X.shape
    best, *_ = np.linalg.lstsq(X, y, rcond=None)
    steps = np.eye(d) - 2 * learning_rate * X[:, :, None] * X[:, None, :]
    kept = np.einsum("nij,nkl->ikjl", steps, steps).reshape(d * d, d * d) / n
    gradients = 2 * (X @ best - y)[:, None] * X
    noise = learning_rate**2 * gradients.T @ gradients / n
    covariance = np.linalg.solve(np.eye(d * d) - kept, noise.reshape(-1)).reshape(d, d)
    return float(np.trace(2 / n * X.T @ X @ covariance) / 2)


@pytest.mark.parametrize(
    ("learning_rate", "floor"), [(0.001, 0.096), (0.002, 0.195), (0.004, 0.398), (0.008, 0.835)]
)
def test_the_error_floor_of_the_cars(learning_rate: float, floor: float) -> None:
    assert stationary_floor(*cars(), learning_rate) == pytest.approx(floor, abs=5e-4)
