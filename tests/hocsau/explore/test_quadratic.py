"""Closed forms of a quadratic's paths against the steps themselves, one after another."""

from __future__ import annotations

import numpy as np
import pytest

from hocsau.explore import quadratic

START = np.array([-4.0, 2.0, 0.7])
EIGENVALUES = np.array([1.0, 13.0, 40.0])


def stepped(learning_rate, beta, steps):
    w, v, rows = START.copy(), np.zeros(3), [START.copy()]
    for _ in range(steps):
        v = beta * v - learning_rate * EIGENVALUES * w
        w = w + v
        rows.append(w)
    return np.array(rows)


@pytest.mark.parametrize("steps", [0, 1, 2, 7, 64, 100])
@pytest.mark.parametrize("learning_rate", [0.003, 0.04, 0.06])
def test_plain_path(steps, learning_rate):
    path = quadratic.plain_path(START, EIGENVALUES, learning_rate, steps)
    np.testing.assert_allclose(path, stepped(learning_rate, 0.0, steps), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("steps", [0, 1, 2, 7, 64, 100])
@pytest.mark.parametrize(("learning_rate", "beta"), [(0.01, 0.0), (0.03, 0.6), (0.04, 0.95), (0.2, 0.3)])
def test_velocity_path(steps, learning_rate, beta):
    path = quadratic.velocity_path(START, EIGENVALUES, learning_rate, beta, steps)
    np.testing.assert_allclose(path, stepped(learning_rate, beta, steps), rtol=1e-8, atol=1e-11)


def test_loss_and_its_contours():
    path = np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 1.0]])
    np.testing.assert_allclose(quadratic.loss(path, EIGENVALUES), [0.5 * (1 + 52 + 360), 20.0])
    eigenvalues = np.array([1.0, 20.0])
    contour = quadratic.ellipse(3.0, eigenvalues, points=11)
    assert contour.shape == (11, 2)
    np.testing.assert_allclose(quadratic.loss(contour, eigenvalues), 3.0)


def test_the_spectral_radius_is_the_larger_root_of_the_characteristic_polynomial():
    matrices = np.random.default_rng(0).normal(size=(5, 3, 2, 2))
    half = np.trace(matrices, axis1=-2, axis2=-1) / 2
    root = np.emath.sqrt(half**2 - np.linalg.det(matrices))
    expected = np.maximum(np.abs(half + root), np.abs(half - root))
    np.testing.assert_allclose(quadratic.spectral_radius(matrices), expected, rtol=1e-9)


@pytest.mark.parametrize(
    ("learning_rate", "beta", "expected"),
    [
        (0.1, 0.9, np.sqrt(0.9)),  # complex roots: sqrt(beta)
        (0.1, 0.0, 0.9),  # no momentum: |1 - eta lambda|
        (2.5, 0.0, 1.5),  # and unstable
        (1.0, 0.0, 0.0),  # one step to the minimum
        ((1 - np.sqrt(0.5)) ** 2, 0.5, np.sqrt(0.5)),  # the double root
    ],
)
def test_spectral_radius_of_momentum_at_eigenvalue_one(learning_rate, beta, expected):
    matrix = quadratic.step_matrix(learning_rate, beta, 1.0)
    # Rounding splits a double root by the square root of the machine precision.
    assert quadratic.spectral_radius(matrix) == pytest.approx(expected, abs=1e-6)
