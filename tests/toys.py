"""Small exercises for tests: an answer, known mistakes, public and hidden cases; none of it is in a lesson."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from hocsau.judging.exercise import Case, Exercise, KnownMistake
from hocsau.judging.probe import Observation, drive
from hocsau.judging.request import Call, Chain, Recipe, Request
from hocsau.language import Text

__all__ = [
    "DESCEND",
    "DOUBLE",
    "QUIZ",
    "QUIZ_KEY",
    "STEP",
    "WRITTEN",
    "descend",
    "double",
    "observe",
    "quiz",
]


def double(w: Any) -> Any:
    """2 w."""
    return 2 * w


def _triple(w: Any) -> Any:
    return 3 * w


def _in_place(w: Any) -> Any:
    w *= 2
    return w.copy()


def _argument_itself(w: Any) -> Any:
    return w


def _raises(w: Any) -> Any:
    return w @ np.ones((9, 9))


def descend(gradient: Any, w0: Any, steps: Any) -> Any:
    """Rows w_0 .. w_steps of w := w - 0.1 gradient(w)."""
    path = [w0.copy()]
    for _ in range(steps):
        path.append(path[-1] - 0.1 * gradient(path[-1]))
    return np.array(path)


def _ascend(gradient: Any, w0: Any, steps: Any) -> Any:
    path = [w0.copy()]
    for _ in range(steps):
        path.append(path[-1] + 0.1 * gradient(path[-1]))
    return np.array(path)


def _asks_twice(gradient: Any, w0: Any, steps: Any) -> Any:
    gradient(w0)
    return descend(gradient, w0, steps)


def step(w: Any, v: Any, grad: Any) -> Any:
    """v := v / 2 - grad; w := w + v."""
    v = 0.5 * v - grad
    return w + v, v


def _case(
    english: str,
    request: Request,
    reference: Any,
    mistakes: dict[str, Any],
    hidden: bool,
    weight: int,
) -> Case:
    expected = drive(request, lambda: reference)
    mistaken = {name: drive(request, lambda program=program: program) for name, program in mistakes.items()}  # type: ignore[misc]
    return Case(Text.of(english, vi=f"{english} (vi)"), request, expected, hidden, weight, mistaken)


def _made(
    name: str,
    points: float,
    reference: Callable[..., Any],
    cases: dict[str, tuple[Request, bool, int]],
    mistakes: dict[str, Callable[..., Any]],
    **options: Any,
) -> Exercise:
    return Exercise(
        name,
        points,
        cases=tuple(
            _case(english, request, reference, mistakes, hidden, weight)
            for english, (request, hidden, weight) in cases.items()
        ),
        mistakes={
            mistake: KnownMistake(
                Text.of(f"This is {mistake}.", vi=f"Đây là {mistake}."),
                Text.of("1.2 Doubling", vi="1.2 Nhân đôi"),
            )
            for mistake in mistakes
        },
        **options,
    )


DOUBLE = _made(
    "double",
    2,
    double,
    {
        "two numbers": (Call({"w": np.array([1.5, -2.5])}), False, 1),
        "three numbers": (Call({"w": np.array([4.25, 5.0, -6.75])}), False, 1),
        "other numbers": (Call({"w": np.array([0.123456, 7.0, 8.5, 9.0])}), True, 1),
    },
    {
        "triple": _triple,
        "in_place": _in_place,
        "argument_itself": _argument_itself,
        "raises": _raises,
    },
    picture="vector",
)
"""Three cases of equal weight for two points; the last one is hidden."""

BOWL = Recipe("quadratic_gradient", {"A": np.array([[2.0, 0.5], [0.5, 1.0]]), "b": np.array([1.0, -1.0])})

DESCEND = _made(
    "descend",
    3,
    descend,
    {
        "three steps": (Call({"gradient": BOWL, "w0": np.array([1.0, 2.0]), "steps": 3}), False, 2),
        "no step": (Call({"gradient": BOWL, "w0": np.array([3.0, 4.0]), "steps": 0}), False, 1),
        "far away": (Call({"gradient": BOWL, "w0": np.array([8.0, -9.0]), "steps": 5}), True, 2),
    },
    {"ascend": _ascend, "asks_twice": _asks_twice},
    picture="trajectory",
    exact_calls=True,
)

STEP = _made(
    "step",
    1,
    step,
    {
        "three calls": (
            Chain(
                {
                    "w": np.array([1.0, 2.0]),
                    "v": np.array([0.5, -0.5]),
                    "grad": np.array([3.0, 1.0]),
                },
                ("w", "v"),
                ({"grad": np.array([-1.0, 2.0])}, {}),
            ),
            False,
            1,
        )
    },
    {"unmoved": lambda w, v, grad: (w + 0.5 * v, 0.5 * v)},
    picture="vector",
)

QUIZ_KEY = {"q1": "b", "q2": "a", "q3": "d"}


def quiz(*, key: bool) -> Exercise:
    """Three questions for four points, with the key as the grader has it, or without as the notebook has it."""
    return Exercise(
        "toy_quiz",
        4,
        "quiz",
        questions=tuple(QUIZ_KEY),
        letters="abcd",
        key=dict(QUIZ_KEY) if key else {},
    )


QUIZ = quiz(key=False)
WRITTEN = Exercise("toy_written", 5, "written")


def observe(exercise: Exercise, answer: Any) -> list[Observation]:
    """What every case of `exercise` shows of `answer`."""
    return [drive(case.request, lambda: answer) for case in exercise.cases]
