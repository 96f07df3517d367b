"""The functions that a check may hand to a learner: a closed list, so that only a name and arrays travel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from hocsau.judging.request import Recipe

__all__ = ["RECIPES", "build"]

Array = np.ndarray[Any, np.dtype[Any]]


def _quadratic_gradient(arrays: Mapping[str, Array]) -> Callable[[Array], Array]:
    """grad of (1/2) w^T A w - b^T w: A w - b."""
    matrix, vector = arrays["A"], arrays["b"]
    return lambda w: np.asarray(matrix @ w - vector)


def _constant_gradient(arrays: Mapping[str, Array]) -> Callable[[Array], Array]:
    """The same vector everywhere: a tilted plane."""
    vector = arrays["g"]
    return lambda _: np.array(vector, copy=True)


def _double_well_gradient(arrays: Mapping[str, Array]) -> Callable[[Array], Array]:
    """grad of sum_i (w_i^4 / 4 - w_i^2 / 2 + c_i w_i): w^3 - w + c."""
    tilt = arrays["c"]
    return lambda w: np.asarray(w**3 - w + tilt)


def _cubic(arrays: Mapping[str, Array]) -> Callable[[Array], float]:
    """A number from an array of any one shape: sum(A w^3) + (sum(B w))^2; A, B of w's shape."""
    cubic, linear = arrays["A"], arrays["B"]

    def function(w: Array) -> float:
        _demand_shape(w, cubic.shape)
        return float((cubic * w**3).sum() + (linear * w).sum() ** 2)

    return function


def _waves(arrays: Mapping[str, Array]) -> Callable[[Array], float]:
    """A number from an array of any one shape: sum(sin(A w)) + prod(cos(w)); A of w's shape."""
    frequency = arrays["A"]

    def function(w: Array) -> float:
        _demand_shape(w, frequency.shape)
        return float(np.sin(frequency * w).sum() + np.cos(w).prod())

    return function


def _demand_shape(w: Array, shape: tuple[int, ...]) -> None:
    if w.shape != shape:
        raise ValueError(f"this function takes an array of shape {shape}, got {w.shape}")


RECIPES: dict[str, Callable[[Mapping[str, Array]], Callable[[Array], Any]]] = {
    "quadratic_gradient": _quadratic_gradient,
    "constant_gradient": _constant_gradient,
    "double_well_gradient": _double_well_gradient,
    "cubic": _cubic,
    "waves": _waves,
}


def build(recipe: Recipe) -> Callable[[Array], Any]:
    """The function that `recipe` stands for: gradients give arrays, losses a float. Far out it overflows to inf in silence, as a diverging run should.

    raises KeyError for a name that is not on the list
    """
    function = RECIPES[recipe.name](recipe.arrays)

    def quiet(w: Array) -> Any:
        with np.errstate(all="ignore"):
            return function(w)

    return quiet
