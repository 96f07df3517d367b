"""Right answers to lesson 1: those of the demonstration's class, and others."""

from __future__ import annotations

from functools import reduce
from itertools import accumulate, pairwise

import numpy as np

from grader.course.answers import style


@style("minibatch_epoch")
def epoch_by_reduce(w, X, y, learning_rate, order, batch_size):
    def step(w, start):
        rows = order[start : start + batch_size]
        error = np.tensordot(X[rows], w, axes=1) - y[rows]
        return w - learning_rate * 2 * np.average(error[:, None] * X[rows], axis=0)

    return reduce(step, range(0, order.size, batch_size), w)


@style("gradient_descent_bug_hunt")
def accumulated_from_slices(w, X, y, batch_sizes):
    total = np.zeros(w.shape)
    for start, end in pairwise([0, *accumulate(batch_sizes)]):
        total = total + (X[start:end] @ w - y[start:end]) @ X[start:end]
    return 2 * total / sum(batch_sizes)


@style("gradient_descent_bug_hunt")
def accumulated_by_weighted_means(w, X, y, batch_sizes):
    n, start, result = sum(batch_sizes), 0, np.zeros_like(w)
    for size in batch_sizes:
        rows = slice(start, start + size)
        mean = 2 / size * X[rows].T @ (X[rows] @ w - y[rows])
        result += size / n * mean
        start += size
    return result


@style("gradient_descent_bug_hunt")
def accumulated_sample_by_sample(w, X, y, batch_sizes):
    n = sum(batch_sizes)
    samples = iter(zip(X, y, strict=True))
    result = np.zeros(len(w))
    for size in batch_sizes:
        for _ in range(size):
            x, target = next(samples)
            result += 2 * (np.dot(x, w) - target) * x / n
    return result


@style("gradient_descent_bug_hunt")
def all_at_once(w, X, y, batch_sizes):
    return 2 * np.einsum("nd,n->d", X, X @ w - y) / len(y)


@style("gradient_descent_bug_hunt")
def accumulated_by_split(w, X, y, batch_sizes):
    cuts = np.cumsum(batch_sizes)[:-1]
    parts = zip(np.split(X, cuts), np.split(y, cuts), strict=True)
    return sum(A.T @ (A @ w - b) for A, b in parts) * (2 / X.shape[0])
