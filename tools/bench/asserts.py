"""The course's cases as nbgrader wants them: a test cell with asserts, the hidden ones between its own markers.

Inputs and expected arrays stand there as literals, the same that our judge draws from the course's secret.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.errors import BuildError
from hocsau.judging.compare import Tolerance
from hocsau.judging.exercise import Case, Exercise, ExerciseKind
from hocsau.judging.request import Call, Chain, Recipe

__all__ = ["BEGIN", "END", "cell_of_tests"]

BEGIN, END = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
GRADIENTS = {
    "quadratic_gradient": "lambda w: {A} @ w - {b}",
    "constant_gradient": "lambda w: {g}",
    "double_well_gradient": "lambda w: w**3 - w + {c}",
}


def cell_of_tests(exercise: Exercise) -> str:
    """The cell that tests `exercise`: public cases in sight, the others hidden."""
    if exercise.kind == ExerciseKind.QUIZ:
        lines = [f"assert {exercise.name}[{question!r}] == {letter!r}" for question, letter in exercise.key.items()]
        return "\n".join([BEGIN, *lines, END])
    public = [case for case in exercise.cases if not case.hidden]
    hidden = [case for case in exercise.cases if case.hidden]
    return "\n".join(
        [
            *_asserts(exercise, public),
            BEGIN,
            *_asserts(exercise, hidden),
            END,
        ]
    )


def _asserts(exercise: Exercise, cases: Sequence[Case]) -> list[str]:
    lines: list[str] = []
    for case in cases:
        lines += [f"# {case.name.en}", *_case(exercise, case)]
    return lines


def _case(exercise: Exercise, case: Case) -> list[str]:
    request, tolerance = case.request, exercise.tolerance
    if not isinstance(request, (Call, Chain)):
        raise BuildError(f"{exercise.name}: {type(request).__name__} has no form as asserts")
    lines = [f"{name} = {literal(value)}" for name, value in request.arguments.items()]
    call = f"result = {exercise.name}({', '.join(request.arguments)})"
    if isinstance(request, Call):
        return [*lines, call, *_same("result", case.expected.value, tolerance)]
    carried = f"{', '.join(request.carry)}{',' if len(request.carry) == 1 else ''} = result"
    changes: list[dict[str, Any]] = [{}, *request.changes]
    for number, (change, expected) in enumerate(zip(changes, case.expected.value, strict=True)):
        if number and request.carry:
            lines.append(carried)
        lines += [f"{name} = {literal(value)}" for name, value in change.items()]
        lines += [call, *_same("result", expected, tolerance)]
    return lines


def _same(name: str, expected: Any, tolerance: Tolerance) -> list[str]:
    """Asserts that `name` is as expected."""
    if isinstance(expected, (list, tuple)):
        lines = [f"assert len({name}) == {len(expected)}"]
        for index, entry in enumerate(expected):
            lines += _same(f"{name}[{index}]", entry, tolerance)
        return lines
    close = f"rtol={tolerance.relative!r}, atol={max(tolerance.absolute, 1e-12)!r}"
    return [
        f"assert np.shape({name}) == {np.shape(expected)}",
        f"assert np.allclose({name}, {literal(expected)}, {close})",
    ]


def literal(value: Any) -> str:
    """`value` as Python writes it, to the last digit."""
    if isinstance(value, Recipe):
        arrays = {name: literal(array) for name, array in value.arrays.items()}
        return GRADIENTS[value.name].format(**arrays)
    if isinstance(value, np.ndarray):
        made = f"np.array({value.tolist()!r}, dtype={value.dtype.name!r})"
        return made if value.size else f"{made}.reshape({value.shape})"
    return repr(value)
