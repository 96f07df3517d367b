"""Lesson 1's answers against closed forms, central differences, enumeration and torch."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from grader.course.reference import answers

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


def regression(n: int, d: int, seed: int = 0) -> tuple[Array, Array, Array]:
    """w (d,), X (n, d), y (n,)."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=d), rng.normal(size=(n, d)), rng.normal(size=n)


def unequal_means(w: Array, X: Array, y: Array, sizes: list[int]) -> Array:
    """What the bug hunt's program computes: the plain mean of the micro-batches' mean gradients."""
    ends = np.cumsum(sizes)
    parts = [slice(end - size, end) for size, end in zip(sizes, ends, strict=True)]
    return np.mean([mse_gradient(w, X[part], y[part]) for part in parts], axis=0)


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
    loader = torch.utils.data.DataLoader(torch.arange(n), batch_size=m, sampler=order.tolist(), drop_last=False)
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
        path = gradient_descent(lambda w: mse_gradient(w, X, y), best + steepest, factor * limit, 200)
        assert bool(np.linalg.norm(path[-1] - best) < 1) is shrinks


@pytest.mark.parametrize("m", range(1, 8))
def test_noise_equals_the_mean_over_all_batches(m: int) -> None:
    w, X, y = regression(7, 3)
    full = mse_gradient(w, X, y)
    squares = [
        np.sum((mse_gradient(w, X[list(batch)], y[list(batch)]) - full) ** 2) for batch in combinations(range(7), m)
    ]
    assert gradient_noise(w, X, y, m) == pytest.approx(np.mean(squares), abs=1e-12)


@pytest.mark.parametrize("sizes", [[40], [10, 10, 10, 10], [1, 30, 9], [39, 1]])
def test_the_mended_program_gives_the_full_gradient(sizes: list[int]) -> None:
    w, X, y = regression(40, 5)
    mended = gradient_descent_bug_hunt(w, X, y, sizes)
    np.testing.assert_allclose(mended, mse_gradient(w, X, y))
    equal = len(set(sizes)) == 1
    assert np.allclose(unequal_means(w, X, y, sizes), mended) is equal
