"""A quadratic loss needs no loop: its paths are powers of a number or of a 2x2 matrix.

J(w) = 1/2 sum_k lambda_k w_k^2 falls apart into one dimension per eigenvalue lambda_k, and in each of them a step of an
optimizer is a linear map, so that t steps are its t-th power.
"""

from __future__ import annotations

import numpy as np

from hocsau.explore.attempt import Array

__all__ = ["ellipse", "loss", "plain_path", "spectral_radius", "step_matrix", "velocity_path"]


def loss(path: Array, eigenvalues: Array) -> Array:
    """J(w) = 1/2 sum_k lambda_k w_k^2 along a path.

    path: (T, d); eigenvalues: (d,)
    returns (T,); inf where it is too large for a float
    """
    with np.errstate(over="ignore", invalid="ignore"):
        values: Array = 0.5 * (path**2) @ eigenvalues
    return values


def plain_path(start: Array, eigenvalues: Array, learning_rate: float, steps: int) -> Array:
    """Gradient descent from `start`: w_k after t steps is (1 - eta lambda_k)^t w_k.

    start, eigenvalues: (d,)
    returns (steps + 1, d)
    """
    t = np.arange(steps + 1)[:, None]
    path: Array = (1 - learning_rate * eigenvalues) ** t * start
    return path


def step_matrix(learning_rate: float, beta: float, eigenvalue: float) -> Array:
    """One step with momentum in one dimension as the matrix that takes (w, v) to the next (w, v); (2, 2)."""
    new_velocity = np.array([-learning_rate * eigenvalue, beta])
    return np.stack([np.array([1.0, 0.0]) + new_velocity, new_velocity])


def velocity_path(start: Array, eigenvalues: Array, learning_rate: float, beta: float, steps: int) -> Array:
    """Descent with momentum from rest: w_k after t steps is (M_k^t)[0, 0] w_k, M_k the step matrix.

    The powers come by doubling: from M^0 .. M^(n-1) and M^n follow M^n .. M^(2n-1).
    start, eigenvalues: (d,)
    returns (steps + 1, d)
    """
    columns = []
    for eigenvalue in eigenvalues:
        square = step_matrix(learning_rate, beta, float(eigenvalue))
        powers = np.eye(2)[None]
        while len(powers) <= steps:
            powers = np.concatenate([powers, powers @ square])
            square = square @ square
        columns.append(powers[: steps + 1, 0, 0])
    path: Array = np.stack(columns, axis=1) * start
    return path


def spectral_radius(matrices: Array) -> Array:
    """How much each matrix stretches per step in the long run: its largest |eigenvalue|; (..., n, n) -> (...)."""
    radius: Array = np.abs(np.linalg.eigvals(matrices)).max(axis=-1)
    return radius


def ellipse(level: float, eigenvalues: Array, points: int = 181) -> Array:
    """The contour J = level of a loss in two dimensions; (points, 2)."""
    angle = np.linspace(0, 2 * np.pi, points)
    radius = np.sqrt(2 * level / eigenvalues)
    contour: Array = np.stack([np.cos(angle), np.sin(angle)], axis=1) * radius
    return contour
