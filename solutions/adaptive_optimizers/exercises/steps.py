"""Lesson 3: the cases of the exercises that make one step, and the draws that the others share."""

from __future__ import annotations

from typing import Any

import numpy as np

from grader.course.definition import CaseKind
from hocsau.judging.request import Call, Chain
from hocsau.language import Text

__all__ = ["ADAM", "ADAMW", "away_from_zero", "step_cases", "uniform"]

Rng = np.random.Generator
Arguments = dict[str, Any]
Array = np.ndarray[Any, np.dtype[np.float64]]


def uniform(rng: Rng, low: float, high: float) -> float:
    """A number between low and high."""
    return float(rng.uniform(low, high))


def away_from_zero(rng: Rng, *shape: int) -> Array:
    """Entries of random sign and size 0.5 to 2, so that no term of a formula can hide."""
    return np.asarray(rng.choice((-1.0, 1.0), size=shape) * rng.uniform(0.5, 2.0, size=shape))


def _positive(rng: Rng, *shape: int) -> Array:
    """Squares that have been gathered already, 0.3 to 2."""
    return np.asarray(rng.uniform(0.3, 2.0, size=shape))


def _more(rng: Rng, d: int, steps: int) -> tuple[dict[str, Any], ...]:
    """The changes of a chain: a gradient of its own for each further step."""
    return tuple({"grad": away_from_zero(rng, d)} for _ in range(steps))


# adagrad_step and rmsprop_step: the same inputs, but for the state's name and beta


def _step(state: str, rng: Rng, d: int, eps: float) -> Arguments:
    """Arguments of one step; rmsprop_step, whose state is "s", has a beta before eps."""
    arguments = {
        "theta": away_from_zero(rng, d),
        state: _positive(rng, d),
        "grad": away_from_zero(rng, d),
        "learning_rate": uniform(rng, 0.05, 0.3),
    }
    if state == "s":
        arguments["beta"] = uniform(rng, 0.6, 0.9)
    return arguments | {"eps": eps}


def _first(state: str, rng: Rng, d: int, eps: float) -> Arguments:
    return _step(state, rng, d, eps) | {state: np.zeros(d)}


def _tiny(state: str, rng: Rng) -> Call:
    """Gradients of 1e-4 beside the usual eps, 1e-8: there its place shows even so."""
    arguments = _first(state, rng, 3, 1e-8)
    return Call(arguments | {"grad": 1e-4 * away_from_zero(rng, 3)})


def _run(state: str, rng: Rng, d: int, steps: int, eps: float) -> Chain:
    return Chain(_first(state, rng, d, eps), ("theta", state), _more(rng, d, steps - 1))


def _silent_feature(state: str, rng: Rng) -> Chain:
    """One feature has no gradient at first: nothing may divide by zero."""
    first = _first(state, rng, 3, 1e-2)
    first["grad"][1] = 0.0
    return Chain(first, ("theta", state), _more(rng, 3, 1))


def step_cases(s: str) -> tuple[CaseKind, ...]:
    """The cases of adagrad_step (state "G") and of rmsprop_step (state "s")."""
    return (
        CaseKind(Text("one step, eps = 0.01"), lambda rng: Call(_step(s, rng, 3, 1e-2)), sees=("large eps (1e-2, 1) so that its place shows", "same",)),
        CaseKind(Text("one step, eps = 1"), lambda rng: Call(_step(s, rng, 4, 1.0)), sees=("large eps (1e-2, 1) so that its place shows", "same",)),
        CaseKind(Text("the first step: nothing gathered yet"), lambda rng: Call(_first(s, rng, 2, 1e-2))),
        CaseKind(Text("tiny gradients, eps = 1e-8"), lambda rng: _tiny(s, rng), sees=("tiny gradients", "same",)),
        CaseKind(Text("four steps in a row, eps = 0.1"), lambda rng: _run(s, rng, 3, 4, 0.1), sees=("several steps", "same",)),
        CaseKind(Text("a feature whose gradient is 0 at first"), lambda rng: _silent_feature(s, rng)),
        CaseKind(Text("a single parameter, eps = 1"), lambda rng: Call(_step(s, rng, 1, 1.0)), hidden=True),
        CaseKind(Text("twelve steps in a row"), lambda rng: _run(s, rng, 5, 12, 1e-2), hidden=True, sees=("several steps",)),
    )  # fmt: skip


# adam_step and adamw_step: the same inputs, but for the decay at the end


def _adam(rng: Rng, d: int, t: int, eps: float, decay: bool) -> Arguments:
    """Arguments of step t; before the first step nothing is gathered."""
    arguments = {
        "theta": away_from_zero(rng, d),
        "m": np.zeros(d) if t == 1 else 0.5 * away_from_zero(rng, d),
        "v": np.zeros(d) if t == 1 else _positive(rng, d),
        "t": t,
        "grad": away_from_zero(rng, d),
        "learning_rate": uniform(rng, 0.05, 0.3),
        "beta1": uniform(rng, 0.6, 0.8),
        "beta2": uniform(rng, 0.87, 0.95),
        "eps": eps,
    }
    return arguments | ({"weight_decay": uniform(rng, 0.1, 0.4)} if decay else {})


def _adam_run(rng: Rng, d: int, steps: int, eps: float, decay: bool) -> Chain:
    """From the first step on, t counting 1, 2, ..."""
    changes = tuple(change | {"t": t} for t, change in enumerate(_more(rng, d, steps - 1), start=2))
    return Chain(_adam(rng, d, 1, eps, decay), ("theta", "m", "v"), changes)


def _times_thousand(rng: Rng) -> Chain:
    """With eps = 0 the size of the gradients cancels: theta goes as if they were a thousand times smaller."""
    chain = _adam_run(rng, 3, 3, 0.0, False)
    first = chain.arguments | {"grad": 1000 * chain.arguments["grad"]}
    changes = tuple(change | {"grad": 1000 * change["grad"]} for change in chain.changes)
    return Chain(first, chain.carry, changes)


def _coasting(rng: Rng, t: int) -> Call:
    """No gradient any more: m alone moves theta on, and the decay."""
    return Call(_adam(rng, 4, t, 0.1, True) | {"grad": np.zeros(4)})


def _only_decay(rng: Rng) -> Call:
    return Call(_adam(rng, 3, 1, 1e-2, True) | {"grad": np.zeros(3)})


ADAM = (
    CaseKind(Text("the first step (t = 1), eps = 0.01"), lambda rng: Call(_adam(rng, 3, 1, 1e-2, False)), sees=("t = 1, 2, 10",)),
    CaseKind(Text("t = 2, eps = 0.1"), lambda rng: Call(_adam(rng, 4, 2, 0.1, False)), sees=("t = 1, 2, 10",)),
    CaseKind(Text("t = 10, eps = 1"), lambda rng: Call(_adam(rng, 2, 10, 1.0, False)), sees=("t = 1, 2, 10",)),
    CaseKind(Text("four steps in a row: what is handed on"), lambda rng: _adam_run(rng, 3, 4, 1e-2, False), sees=("returned m, v are the uncorrected ones",)),
    CaseKind(Text("gradients times 1000 at eps = 0"), _times_thousand),
    CaseKind(Text("a single parameter, t = 3"), lambda rng: Call(_adam(rng, 1, 3, 1e-2, False)), hidden=True),
    CaseKind(Text("a late step, t = 500"), lambda rng: Call(_adam(rng, 3, 500, 0.1, False)), hidden=True),
    CaseKind(Text("ten steps in a row"), lambda rng: _adam_run(rng, 5, 10, 0.1, False), hidden=True, sees=("returned m, v are the uncorrected ones",)),
)  # fmt: skip

ADAMW = (
    CaseKind(Text("one step, t = 3, eps = 0.1"), lambda rng: Call(_adam(rng, 3, 3, 0.1, True)), sees=("decay uses theta before the step",)),
    CaseKind(Text("no gradient at all: it still decays"), _only_decay, sees=("grad = 0 still decays",)),
    CaseKind(Text("the gradient has just become 0"), lambda rng: _coasting(rng, 5), sees=("grad = 0 still decays",)),
    CaseKind(Text("three steps in a row"), lambda rng: _adam_run(rng, 2, 3, 1e-2, True), sees=("decay uses theta before the step",)),
    CaseKind(Text("weight_decay = 0 is Adam"), lambda rng: Call(_adam(rng, 4, 2, 1e-2, True) | {"weight_decay": 0.0})),
    CaseKind(Text("a single parameter"), lambda rng: Call(_adam(rng, 1, 2, 1.0, True)), hidden=True),
    CaseKind(Text("eight steps in a row"), lambda rng: _adam_run(rng, 5, 8, 0.1, True), hidden=True),
)  # fmt: skip
