"""One case on its way to the learner's object: the question as it is sent, and the calls that the judge answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from grader.sandbox.child import Question
from hocsau.judging.exercise import Exercise
from hocsau.judging.recipes import build
from hocsau.judging.request import Call, Chain, Construct, Lookup, Recipe, Request

__all__ = ["Probe"]

MAX_ARGUMENT = 100_000
"""Numbers in one argument of a function that the judge answers."""


class Probe:
    """`request` put to the learner's answer to `exercise`, which has `seconds` for it.

    question  what the child is asked
    calls     how often the learner has called a function that was handed over
    """

    def __init__(self, exercise: Exercise, request: Request, seconds: float) -> None:
        self.request, self.seconds, self.calls = request, seconds, 0
        stripped, recipes = _strip(request)
        self._functions = [build(recipe) for recipe in recipes]
        message = {
            "do": "probe",
            "name": exercise.name,
            "request": stripped,
            "not_allowed": list(exercise.not_allowed),
        }
        self.question = Question(message, seconds, self._answer)

    @property
    def runs(self) -> bool:
        """Does it run any code of the learner's?"""
        return not isinstance(self.request, Lookup)

    def _answer(self, index: Any, w: Any) -> Any:
        self.calls += 1
        if not isinstance(w, np.ndarray) or w.size > MAX_ARGUMENT:
            raise TypeError("this function takes an array of numbers")
        return self._functions[index](w)


def _strip(request: Request) -> tuple[Request, list[Recipe]]:
    """The request without the arrays of its recipes, and the recipes in the order in which the driver builds them."""
    if not isinstance(request, (Call, Chain, Construct)):
        return request, []
    recipes = [value for value in request.arguments.values() if isinstance(value, Recipe)]
    arguments = {
        name: Recipe(value.name) if isinstance(value, Recipe) else value for name, value in request.arguments.items()
    }
    return replace(request, arguments=arguments), recipes
