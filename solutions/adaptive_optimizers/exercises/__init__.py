"""Lesson 3, adaptive optimizers: what each exercise must see."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.course.definition import CaseKind, ExerciseDefinition
from hocsau.judging.request import Call, Construct, Recipe
from hocsau.language import Text
from solutions.adaptive_optimizers.exercises.steps import (
    ADAM,
    ADAMW,
    away_from_zero,
    step_cases,
    uniform,
)

__all__ = ["EXERCISES", "MARKING_SCHEME", "NOT_ALLOWED"]

Rng = np.random.Generator
Array = np.ndarray[Any, np.dtype[np.float64]]

# the class


def _object(rng: Rng, shapes: tuple[tuple[int, ...], ...], steps: int, eps: float) -> Construct:
    arguments = {
        "params": [away_from_zero(rng, *shape) for shape in shapes],
        "learning_rate": uniform(rng, 0.05, 0.3),
        "beta1": uniform(rng, 0.6, 0.8),
        "beta2": uniform(rng, 0.87, 0.95),
        "eps": eps,
    }
    calls = tuple({"grads": [away_from_zero(rng, *shape) for shape in shapes]} for _ in range(steps))
    return Construct(arguments, "step", calls, watch=("params",))


ADAM_CLASS = (
    CaseKind(Text("one parameter array, four steps"), lambda rng: _object(rng, ((3,),), 4, 1e-2), sees=("step returns None",)),
    CaseKind(Text("a matrix and a vector, three steps"), lambda rng: _object(rng, ((4, 3), (3,)), 3, 0.1), sees=("params: list of arrays of different shapes, the arrays themselves change in place (rebinding list entries is wrong)", "t advances once per step",)),
    CaseKind(Text("two arrays of the same shape"), lambda rng: _object(rng, ((2, 5), (2, 5)), 3, 1e-2), sees=("params: list of arrays of different shapes, the arrays themselves change in place (rebinding list entries is wrong)", "state per parameter",)),
    CaseKind(Text("three arrays of different shapes, one step, eps = 1"), lambda rng: _object(rng, ((2,), (3, 4), (1,)), 1, 1.0), sees=("params: list of arrays of different shapes, the arrays themselves change in place (rebinding list entries is wrong)",)),
    CaseKind(Text("a network's worth of arrays, ten steps"), lambda rng: _object(rng, ((4, 3), (3,), (3, 2), (2,)), 10, 1e-2), hidden=True, sees=("t advances once per step",)),
    CaseKind(Text("three axes"), lambda rng: _object(rng, ((2, 3, 4), (5,)), 2, 0.1), hidden=True),
)  # fmt: skip


# the schedule, and the rates


def _schedule(rng: Rng, step: float, warmup: bool = True, floor: bool = True) -> Call:
    """`step` in plan time: 0 .. 1 is the warm-up, 1 .. 2 the cosine, beyond 2 the floor."""
    warmup_steps = int(rng.integers(4, 9)) * 10 if warmup else 0
    cosine_steps = int(rng.integers(11, 20)) * 10
    if step <= 1:
        at = round(step * warmup_steps)
    else:
        at = warmup_steps + round((step - 1) * cosine_steps)
    peak = uniform(rng, 0.1, 0.9)
    low = peak * uniform(rng, 0.05, 0.3) if floor else 0.0
    return Call(
        {
            "step": at,
            "total_steps": warmup_steps + cosine_steps,
            "warmup_steps": warmup_steps,
            "peak": peak,
            "floor": low,
        }
    )


SCHEDULE = (
    CaseKind(Text("step 0: the warm-up starts from 0"), lambda rng: _schedule(rng, 0.0), sees=("linear from 0 at step 0 to peak at step == warmup_steps",)),
    CaseKind(Text("halfway through the warm-up"), lambda rng: _schedule(rng, 0.5), sees=("linear from 0 at step 0 to peak at step == warmup_steps",)),
    CaseKind(Text("step == warmup_steps: the peak"), lambda rng: _schedule(rng, 1.0), sees=("linear from 0 at step 0 to peak at step == warmup_steps",)),
    CaseKind(Text("three tenths down the cosine"), lambda rng: _schedule(rng, 1.3), sees=("cosine to floor at total_steps",)),
    CaseKind(Text("total_steps: the floor"), lambda rng: _schedule(rng, 2.0), sees=("cosine to floor at total_steps",)),
    CaseKind(Text("beyond total_steps: still the floor"), lambda rng: _schedule(rng, 2.6), sees=("floor beyond",)),
    CaseKind(Text("no warm-up: step 0 is the peak"), lambda rng: _schedule(rng, 1.0, warmup=False), sees=("warmup_steps may be 0",)),
    CaseKind(Text("no warm-up, seven tenths down"), lambda rng: _schedule(rng, 1.7, warmup=False), hidden=True, sees=("warmup_steps may be 0",)),
    CaseKind(Text("a floor of 0"), lambda rng: _schedule(rng, 1.8, floor=False), hidden=True),
    CaseKind(Text("far beyond the end"), lambda rng: _schedule(rng, 3.9), hidden=True, sees=("floor beyond",)),
)  # fmt: skip


def _rates(rng: Rng, grads: Array, eps: float) -> Call:
    return Call({"grads": grads, "learning_rate": uniform(rng, 0.05, 0.3), "eps": eps})


def _sparse(rng: Rng) -> Call:
    """Column 0 has a gradient in every step, column 1 in the first and the fourth alone."""
    grads = away_from_zero(rng, 6, 2)
    grads[[1, 2, 4, 5], 1] = 0.0
    return _rates(rng, grads, 1e-2)


RATES = (
    CaseKind(Text("five steps, three parameters, eps = 0.1"), lambda rng: _rates(rng, away_from_zero(rng, 5, 3), 0.1), sees=("row t is alpha / sqrt(G_t + eps) with gradient t included",)),
    CaseKind(Text("a frequent and a rare feature"), _sparse, sees=("never grows",)),
    CaseKind(Text("eps = 1"), lambda rng: _rates(rng, away_from_zero(rng, 4, 2), 1.0), sees=("row t is alpha / sqrt(G_t + eps) with gradient t included",)),
    CaseKind(Text("a single step"), lambda rng: _rates(rng, away_from_zero(rng, 1, 4), 1e-2), sees=("row t is alpha / sqrt(G_t + eps) with gradient t included",)),
    CaseKind(Text("a single parameter"), lambda rng: _rates(rng, away_from_zero(rng, 7, 1), 1e-2), hidden=True),
    CaseKind(Text("a long run"), lambda rng: _rates(rng, away_from_zero(rng, 80, 5), 1e-8), hidden=True, sees=("never grows",)),
)  # fmt: skip


# the bug hunt


def _bowl(rng: Rng, d: int) -> Recipe:
    """Gradient A w - b with eigenvalues of A from 0.5 to 4 and A not diagonal."""
    rotation = np.linalg.qr(rng.normal(size=(d, d)))[0]
    matrix = rotation @ np.diag(np.linspace(4.0, 0.5, d)) @ rotation.T
    return Recipe("quadratic_gradient", {"A": (matrix + matrix.T) / 2, "b": away_from_zero(rng, d)})


def _plane(rng: Rng, d: int) -> Recipe:
    return Recipe("constant_gradient", {"g": away_from_zero(rng, d)})


def _descent(rng: Rng, gradient: Recipe, d: int, steps: int, eps: float) -> Call:
    return Call(
        {
            "gradient": gradient,
            "theta0": away_from_zero(rng, d),
            "learning_rate": uniform(rng, 0.05, 0.2),
            "beta1": uniform(rng, 0.6, 0.85),
            "beta2": uniform(rng, 0.9, 0.97),
            "eps": eps,
            "steps": steps,
        }
    )


BUG_HUNT = (
    CaseKind(Text("a constant slope, 8 steps"), lambda rng: _descent(rng, _plane(rng, 2), 2, 8, 1e-8)),
    CaseKind(Text("a bowl, 6 steps"), lambda rng: _descent(rng, _bowl(rng, 3), 3, 6, 1e-2)),
    CaseKind(Text("a bowl, 3 steps, eps = 0.1"), lambda rng: _descent(rng, _bowl(rng, 4), 4, 3, 0.1)),
    CaseKind(Text("a single step"), lambda rng: _descent(rng, _bowl(rng, 2), 2, 1, 1e-2)),
    CaseKind(Text("a long run, 50 steps"), lambda rng: _descent(rng, _bowl(rng, 5), 5, 50, 1e-2), hidden=True),
)  # fmt: skip


MARKING_SCHEME = Text(
    "4 points, one each. (1) What Adam does for rare words: the step is divided by the root of the mean square of that parameter's own "
    "gradients, so parameters with small or rare gradients take steps of about the size α too; a common rate would leave them behind (Adagrad's "
    "idea; a number such as the ratio 4.08 at one gradient in 16). (2) Why α still matters: without noise an Adam step is about α whatever the "
    "size of the gradient, so α sets the step length directly; too large and it circles the minimum, too small and it crawls; 0.001 is a habit, not "
    'a law. (3) Why "strongest" is no theorem: Reddi et al. 2018 give a convex problem on which Adam does not converge, Wilson et al. 2017 '
    "tasks on which it generalises worse than gradient descent with momentum; or the lesson's own sweep, in which tuned momentum is as good. "
    "(4) Advice with a reason: try several α (factors of about 3), with a warm-up and decay of the rate, against tuned momentum as a baseline; decoupled decay. "
    "Accept other correct examples; a right argument with a slip in a number loses at most half a point."
)


EXERCISES = (
    ExerciseDefinition("adagrad_step", 2, step_cases("G"), picture="vector"),
    ExerciseDefinition("adagrad_effective_rate", 2, RATES),
    ExerciseDefinition("rmsprop_step", 2, step_cases("s"), picture="vector"),
    ExerciseDefinition("adam_step", 4, ADAM, picture="vector"),
    ExerciseDefinition("Adam", 4, ADAM_CLASS),
    ExerciseDefinition("adamw_step", 3, ADAMW, picture="vector"),
    ExerciseDefinition("warmup_cosine", 3, SCHEDULE),
    ExerciseDefinition("adaptive_optimizers_bug_hunt", 3, BUG_HUNT, picture="trajectory", contract=False),
    ExerciseDefinition("adaptive_optimizers_written", 4, kind="written", contract=False),
    ExerciseDefinition("adaptive_optimizers_quiz", 4, kind="quiz", contract=False),
)

NOT_ALLOWED = ("torch.optim",)
"""Libraries that its answers must do without."""
