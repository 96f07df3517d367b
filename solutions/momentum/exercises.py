"""Lesson 2, momentum: what each exercise must see."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.course.definition import CaseKind, ExerciseDefinition
from hocsau.judging.compare import Tolerance
from hocsau.judging.request import Call, Chain, Recipe
from hocsau.language import Text

__all__ = ["EXERCISES", "MARKING_SCHEME"]

Rng = np.random.Generator
Arguments = dict[str, Any]


def _uniform(rng: Rng, low: float, high: float) -> float:
    return float(rng.uniform(low, high))


def _away_from_zero(rng: Rng, d: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """(d,) entries of random sign and size 0.5 to 2, so that no term of a formula can hide."""
    return np.asarray(rng.choice((-1.0, 1.0), size=d) * rng.uniform(0.5, 2.0, size=d))


def _bowl(rng: Rng, d: int, smallest: float = 0.5, largest: float = 6.0) -> Recipe:
    """Gradient A w - b with the eigenvalues of A spread over [smallest, largest] and A not diagonal."""
    rotation = np.linalg.qr(rng.normal(size=(d, d)))[0]
    eigenvalues = np.linspace(smallest, largest, d) if d > 1 else np.array([largest])
    matrix = rotation @ np.diag(eigenvalues) @ rotation.T
    return Recipe("quadratic_gradient", {"A": (matrix + matrix.T) / 2, "b": _away_from_zero(rng, d)})


def _plane(rng: Rng, d: int) -> Recipe:
    return Recipe("constant_gradient", {"g": _away_from_zero(rng, d)})


def _double_well(rng: Rng, d: int) -> Recipe:
    return Recipe("double_well_gradient", {"c": rng.uniform(-0.3, 0.3, size=d)})


# momentum_step and pytorch_momentum_step: one arithmetic step, so the same inputs suit both


def _step(state: str, rng: Rng, d: int, beta: tuple[float, float] = (0.6, 0.95)) -> Arguments:
    """Arguments of a step; `state` is what the exercise calls its memory ("v" or "buffer")."""
    return {
        "w": _away_from_zero(rng, d),
        state: _away_from_zero(rng, d),
        "grad": _away_from_zero(rng, d),
        "learning_rate": _uniform(rng, 0.05, 0.3),
        "beta": _uniform(rng, *beta),
    }


def _dropped(state: str, rng: Rng) -> Chain:
    first = _step(state, rng, 3)
    drop = {"grad": _away_from_zero(rng, 3), "learning_rate": first["learning_rate"] / 10}
    return Chain(first, ("w", state), (drop, {"grad": _away_from_zero(rng, 3)}))


def _constant_slope(state: str, rng: Rng) -> Chain:
    from_rest = _step(state, rng, 2, beta=(0.5, 0.8)) | {state: np.zeros(2)}
    return Chain(from_rest, ("w", state), ({},) * 24)


def _coasting(state: str, rng: Rng) -> Chain:
    return Chain(_step(state, rng, 5) | {"grad": np.zeros(5)}, ("w", state), ({}, {}))


def _step_cases(s: str) -> tuple[CaseKind, ...]:
    return (
        CaseKind(Text("one step, already moving"), lambda rng: Call(_step(s, rng, 3)), sees=("non-zero v", "arguments unchanged", "buffer = beta buffer + grad",)),
        CaseKind(Text("the first step, from rest"), lambda rng: Call(_step(s, rng, 4) | {s: np.zeros(4)})),
        CaseKind(Text("two steps in a row"), lambda rng: Chain(_step(s, rng, 2), ("w", s), ({"grad": _away_from_zero(rng, 2)},)), sees=("two steps", "arguments unchanged", "w - eta buffer",)),
        CaseKind(Text("the learning rate drops tenfold"), lambda rng: _dropped(s, rng), sees=("a learning-rate drop between them", "differs from ours after a learning-rate drop",)),
        CaseKind(Text("a constant gradient for 25 steps"), lambda rng: _constant_slope(s, rng), sees=("buffer = beta buffer + grad",)),
        CaseKind(Text("a single parameter"), lambda rng: Call(_step(s, rng, 1)), hidden=True),
        CaseKind(Text("zero gradient: only what is kept moves w"), lambda rng: _coasting(s, rng), hidden=True),
    )  # fmt: skip


# functions that are given a gradient function


def _descent(rng: Rng, gradient: Recipe, d: int, steps: int) -> Arguments:
    return {
        "gradient": gradient,
        "w0": _away_from_zero(rng, d),
        "learning_rate": _uniform(rng, 0.03, 0.1),
        "beta": _uniform(rng, 0.6, 0.9),
        "steps": steps,
    }


def _diverging(rng: Rng) -> Call:
    return Call(_descent(rng, _bowl(rng, 3), 3, 20) | {"learning_rate": _uniform(rng, 0.8, 1.2)})


DESCENT = (
    CaseKind(Text("a narrow bowl, 6 steps"), lambda rng: Call(_descent(rng, _bowl(rng, 3), 3, 6)), sees=("v starts at 0",)),
    CaseKind(Text("a tilted plane, 5 steps"), lambda rng: Call(_descent(rng, _plane(rng, 2), 2, 5))),
    CaseKind(
        Text("beta = 0 is gradient descent"),
        lambda rng: Call(_descent(rng, _bowl(rng, 2), 2, 4) | {"beta": 0.0}),
        sees=("beta=0 is gradient descent",),
    ),
    CaseKind(Text("no step at all"), lambda rng: Call(_descent(rng, _bowl(rng, 4), 4, 0))),
    CaseKind(Text("two valleys, 8 steps"), lambda rng: Call(_descent(rng, _double_well(rng, 3), 3, 8))),
    CaseKind(Text("a rate too large: the numbers grow"), _diverging, hidden=True),
    CaseKind(Text("one step"), lambda rng: Call(_descent(rng, _bowl(rng, 5), 5, 1)), hidden=True, sees=("v starts at 0",)),
    CaseKind(Text("a long run, 60 steps"), lambda rng: Call(_descent(rng, _bowl(rng, 4, 0.05, 4.0), 4, 60)), hidden=True),
)  # fmt: skip


def _look_ahead(rng: Rng, gradient: Recipe, d: int) -> Arguments:
    return {
        "w": _away_from_zero(rng, d),
        "v": _away_from_zero(rng, d),
        "gradient": gradient,
        "learning_rate": _uniform(rng, 0.03, 0.1),
        "beta": _uniform(rng, 0.6, 0.9),
    }


def _nesterov_drop(rng: Rng) -> Chain:
    first = _look_ahead(rng, _bowl(rng, 2), 2)
    return Chain(first, ("w", "v"), ({"learning_rate": first["learning_rate"] / 10}, {}))


NESTEROV = (
    CaseKind(Text("one step in a bowl, already moving"), lambda rng: Call(_look_ahead(rng, _bowl(rng, 3), 3)), sees=("gradient is a function, taken at w + beta v, called once",)),
    CaseKind(Text("two valleys, already moving"), lambda rng: Call(_look_ahead(rng, _double_well(rng, 2), 2)), sees=("gradient is a function, taken at w + beta v, called once",)),
    CaseKind(Text("the first step, from rest"), lambda rng: Call(_look_ahead(rng, _bowl(rng, 4), 4) | {"v": np.zeros(4)})),
    CaseKind(Text("three steps in a row"), lambda rng: Chain(_look_ahead(rng, _bowl(rng, 3), 3), ("w", "v"), ({}, {}))),
    CaseKind(Text("the learning rate drops tenfold"), _nesterov_drop),
    CaseKind(Text("a tilted plane: looking ahead changes nothing"), lambda rng: Call(_look_ahead(rng, _plane(rng, 5), 5)), hidden=True),
    CaseKind(Text("a single parameter"), lambda rng: Call(_look_ahead(rng, _bowl(rng, 1), 1)), hidden=True),
    CaseKind(Text("ten steps in a row"), lambda rng: Chain(_look_ahead(rng, _bowl(rng, 4), 4), ("w", "v"), ({},) * 9), hidden=True),
)  # fmt: skip


# formulas of numbers


def _eigenvalues(rng: Rng, smallest: tuple[float, float], condition: tuple[float, float]) -> Call:
    low = _uniform(rng, *smallest)
    return Call({"smallest_eigenvalue": low, "largest_eigenvalue": low * _uniform(rng, *condition)})


def _round_bowl(rng: Rng) -> Call:
    both = _uniform(rng, 2.0, 3.0)
    return Call({"smallest_eigenvalue": both, "largest_eigenvalue": both})


OPTIMUM = (
    CaseKind(Text("condition number 20 to 100"), lambda rng: _eigenvalues(rng, (0.1, 0.5), (20.0, 100.0)), sees=("Polyak's optimum on a quadratic: (2/(sqrt L + sqrt mu))^2, ((sqrt k - 1)/(sqrt k + 1))^2",)),
    CaseKind(Text("condition number above 1000"), lambda rng: _eigenvalues(rng, (0.01, 0.05), (1000.0, 9000.0)), sees=("Polyak's optimum on a quadratic: (2/(sqrt L + sqrt mu))^2, ((sqrt k - 1)/(sqrt k + 1))^2",)),
    CaseKind(Text("both eigenvalues large"), lambda rng: _eigenvalues(rng, (5.0, 20.0), (5.0, 15.0))),
    CaseKind(Text("a round bowl: no momentum needed"), _round_bowl, sees=("Polyak's optimum on a quadratic: (2/(sqrt L + sqrt mu))^2, ((sqrt k - 1)/(sqrt k + 1))^2",)),
    CaseKind(Text("both eigenvalues tiny"), lambda rng: _eigenvalues(rng, (1e-4, 1e-3), (30.0, 60.0)), hidden=True),
    CaseKind(Text("condition number near 1"), lambda rng: _eigenvalues(rng, (1.5, 4.0), (1.2, 3.0)), hidden=True),
)  # fmt: skip


def _rate(rng: Rng, beta: float, product: float) -> Call:
    """A call with eta lambda = product, split at random between eta and lambda."""
    eigenvalue = _uniform(rng, 2.0, 20.0)
    return Call({"learning_rate": product / eigenvalue, "beta": beta, "eigenvalue": eigenvalue})


def _complex_roots(rng: Rng) -> Call:
    return _rate(rng, _uniform(rng, 0.5, 0.9), _uniform(rng, 0.3, 1.8))


def _real_roots(rng: Rng) -> Call:
    return _rate(rng, _uniform(rng, 0.05, 0.2), _uniform(rng, 0.05, 0.15))


def _negative_roots(rng: Rng) -> Call:
    """Between (1 + sqrt(beta))^2, where the roots turn real again, and 2 (1 + beta), where stability ends."""
    beta = _uniform(rng, 0.05, 0.3)
    start = (1 + beta**0.5) ** 2
    return _rate(rng, beta, start + _uniform(rng, 0.3, 0.8) * (2 * (1 + beta) - start))


def _unstable(rng: Rng) -> Call:
    beta = _uniform(rng, 0.2, 0.8)
    return _rate(rng, beta, 2 * (1 + beta) * _uniform(rng, 1.4, 1.8))  # trace^2 > 4 for every beta


def _double_root(rng: Rng) -> Call:
    """(1 - sqrt(beta))^2 = eta lambda without a rounding error: sqrt(beta) is a number of eighths, eta a half, a quarter or an eighth."""
    root, rate = int(rng.integers(4, 8)) / 8, 0.5 ** int(rng.integers(1, 4))
    return Call({"learning_rate": rate, "beta": root**2, "eigenvalue": (1 - root) ** 2 / rate})


def _flat_direction(rng: Rng) -> Call:
    rate, beta = _uniform(rng, 0.05, 0.5), _uniform(rng, 0.5, 0.95)
    return Call({"learning_rate": rate, "beta": beta, "eigenvalue": 0.0})


RATE = (
    CaseKind(Text("complex roots: it oscillates"), _complex_roots, sees=("spectral radius of the 2x2 iteration matrix", "complex and real roots",)),
    CaseKind(Text("two positive real roots: it creeps"), _real_roots, sees=("spectral radius of the 2x2 iteration matrix", "complex and real roots",)),
    CaseKind(Text("two negative real roots: it jumps from side to side"), _negative_roots, sees=("complex and real roots",)),
    CaseKind(Text("unstable: the rate is above 1"), _unstable, sees=("> 1 when unstable",)),
    CaseKind(Text("beta = 0 is gradient descent"), lambda rng: _rate(rng, 0.0, _uniform(rng, 1.2, 1.8))),
    CaseKind(Text("complex roots, other numbers"), _complex_roots, hidden=True),
    CaseKind(Text("where the roots turn complex"), _double_root, hidden=True),
    CaseKind(Text("a flat direction"), _flat_direction, hidden=True),
)  # fmt: skip


def _training(rng: Rng, gradient: Recipe, d: int, epochs: int, steps_per_epoch: int) -> Call:
    arguments = _descent(rng, gradient, d, 0)
    del arguments["steps"]
    return Call(arguments | {"epochs": epochs, "steps_per_epoch": steps_per_epoch})


BUG_HUNT = (
    CaseKind(Text("3 epochs of 4 steps"), lambda rng: _training(rng, _bowl(rng, 3), 3, 3, 4)),
    CaseKind(Text("2 epochs of 5 steps, two valleys"), lambda rng: _training(rng, _double_well(rng, 2), 2, 2, 5)),
    CaseKind(Text("4 epochs of one step"), lambda rng: _training(rng, _bowl(rng, 2), 2, 4, 1)),
    CaseKind(Text("a single epoch"), lambda rng: _training(rng, _bowl(rng, 4), 4, 1, 6)),
    CaseKind(Text("6 epochs of 3 steps"), lambda rng: _training(rng, _bowl(rng, 5), 5, 6, 3), hidden=True),
)  # fmt: skip


MARKING_SCHEME = Text(
    "4 points, one each. (1) Where the claim is true: across the ravine, where ηλ is so large that gradient descent jumps from side "
    "to side, opposite pushes partly cancel in v, and the swings die out. (2) Where it is false: complex roots, that is "
    "(1 - √β)² < ηλ < (1 + √β)², make it overshoot where gradient descent crept down without a swing; an example with numbers, such as "
    "ηλ = 0.1, β = 0.9 and the overshoot to -0.60. (3) What 0.99 costs: with complex roots the rate is √β whatever η is, about 0.995, "
    "so 459 steps for a factor of ten (44 at 0.9); or the long-run step η/(1 - β), a hundred times η. (4) Advice with a reason: "
    "β from κ by Polyak's formula, or tuned together with η; lower η when β goes up. Accept other correct examples; "
    "a correct picture with an arithmetic slip loses at most half a point."
)


EXERCISES = (
    ExerciseDefinition("momentum_step", 3, _step_cases("v"), picture="vector"),
    ExerciseDefinition("momentum_descent", 3, DESCENT, picture="trajectory"),
    ExerciseDefinition("convergence_rate", 4, RATE, tolerance=Tolerance(relative=1e-6, absolute=1e-9)),
    ExerciseDefinition("optimal_momentum", 2, OPTIMUM),
    ExerciseDefinition("nesterov_step", 3, NESTEROV, picture="vector", exact_calls=True),
    ExerciseDefinition("pytorch_momentum_step", 3, _step_cases("buffer"), picture="vector"),
    ExerciseDefinition("momentum_bug_hunt", 3, BUG_HUNT, picture="trajectory", contract=False),
    ExerciseDefinition("momentum_written", 4, kind="written", contract=False),
    ExerciseDefinition("momentum_quiz", 4, kind="quiz", contract=False),
)
