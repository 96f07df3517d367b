"""Right answers to lesson 2: those of the demonstration's class, and others."""

from __future__ import annotations

import math

import numpy as np

from grader.course.answers import style


@style("nesterov_step")
def nesterov_by_ufuncs(w, v, gradient, learning_rate, beta):
    kept = np.multiply(beta, v)
    velocity = np.subtract(kept, np.multiply(learning_rate, gradient(np.add(w, kept))))
    return [np.add(w, velocity), velocity]


@style("optimal_momentum")
def optimum_by_condition_number(smallest_eigenvalue, largest_eigenvalue):
    root = math.sqrt(largest_eigenvalue / smallest_eigenvalue)
    q = (root - 1) / (root + 1)
    return (1 + q) ** 2 / largest_eigenvalue, q * q


@style("convergence_rate")
def rate_by_powers_of_the_matrix(learning_rate, beta, eigenvalue):
    """Where the roots are apart: the eigenvalues of the map of (w, v)."""
    matrix = np.array([[1 - learning_rate * eigenvalue, beta], [-learning_rate * eigenvalue, beta]])
    return float(np.max(np.abs(np.linalg.eigvals(matrix))))


@style("momentum_bug_hunt")
def epochs_in_one_count(gradient, w0, learning_rate, beta, epochs, steps_per_epoch):
    w, v, rows = w0.copy(), np.zeros(w0.shape), [w0.copy()]
    for step in range(1, epochs * steps_per_epoch + 1):
        v *= beta
        v -= learning_rate * gradient(w)
        w += v
        if step % steps_per_epoch == 0:
            rows.append(w.copy())
    return np.stack(rows)


@style("momentum_bug_hunt")
def epochs_into_a_table(gradient, w0, learning_rate, beta, epochs, steps_per_epoch):
    table = np.empty((epochs + 1, len(w0)))
    table[0], v = w0, 0.0
    for epoch in range(epochs):
        w = table[epoch].copy()
        for _ in range(steps_per_epoch):
            v = beta * v - learning_rate * gradient(w)
            w = w + v
        table[epoch + 1] = w
    return table


@style("momentum_bug_hunt")
def epochs_as_a_heavy_ball(gradient, w0, learning_rate, beta, epochs, steps_per_epoch):
    path = [w0, w0]  # w_{t+1} = w_t + beta (w_t - w_{t-1}) - eta g
    for _ in range(epochs * steps_per_epoch):
        now, before = path[-1], path[-2]
        path.append(now + beta * (now - before) - learning_rate * gradient(now))
    return np.array(path[1::steps_per_epoch])


@style("momentum_bug_hunt")
def epochs_by_a_generator(gradient, w0, learning_rate, beta, epochs, steps_per_epoch):
    def walk():
        w, v = w0, np.zeros_like(w0)
        while True:
            yield w
            v = beta * v - learning_rate * gradient(w)
            w = w + v

    steps = walk()
    kept = []
    for number in range(epochs * steps_per_epoch + 1):
        w = next(steps)
        if number % steps_per_epoch == 0:
            kept.append(w)
    return np.vstack(kept)


@style("momentum_bug_hunt")
def epochs_by_a_running_sum(gradient, w0, learning_rate, beta, epochs, steps_per_epoch):
    state = {"w": np.array(w0), "sum": np.zeros(w0.size)}
    rows = [state["w"]]
    for _ in range(epochs):
        for _ in range(steps_per_epoch):
            state["sum"] = beta * state["sum"] + gradient(state["w"])
            state["w"] = state["w"] - learning_rate * state["sum"]
        rows.append(state["w"])
    return np.asarray(rows)
