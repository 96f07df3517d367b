"""Driving a learner's class: made once, its method called several times, its arguments changed in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from hocsau.judging.dependencies import dependencies
from hocsau.judging.probe import Observation, drive
from hocsau.judging.request import Construct, Recipe
from hocsau.judging.values import dumps, loads

PARAMS = [np.ones(3), np.zeros((2, 4))]
GRADS = [np.arange(3.0), np.full((2, 4), 2.0)]
REQUEST = Construct({"params": PARAMS, "rate": 0.5}, "step", ({"grads": GRADS}, {"grads": GRADS}), ("params",))


class Plain:
    """Gradient descent in place; `step` counts its calls."""

    def __init__(self, params: list[Any], rate: float) -> None:
        self.params, self.rate, self.t = params, rate, 0

    def step(self, grads: list[Any]) -> Any:
        self.t += 1
        for index, grad in enumerate(grads):
            self.move(index, self.rate * grad)
        return None

    def move(self, index: int, step: Any) -> None:
        self.params[index] -= step


class Rebinding(Plain):
    def move(self, index: int, step: Any) -> None:
        self.params[index] = self.params[index] - step


class Lost(Plain):
    def move(self, index: int, step: Any) -> None:
        p = self.params[index]
        p = p - step


class Copying(Plain):
    def __init__(self, params: list[Any], rate: float) -> None:
        super().__init__([p.copy() for p in params], rate)


class Growing(Plain):
    def step(self, grads: list[Any]) -> Any:
        self.params.append(np.zeros(1))
        return super().step([*grads])


class Greedy(Plain):
    def step(self, grads: list[Any]) -> Any:
        for grad in grads:
            grad *= 0
        return grads


class Unfinished(Plain):
    def step(self, grads: list[Any]) -> Any:
        raise NotImplementedError


class Failing(Plain):
    def step(self, grads: list[Any]) -> Any:
        super().step(grads)
        raise ValueError("second thoughts")


def run(target: Callable[..., Any] | type[Any], request: Construct = REQUEST) -> Observation:
    return drive(request, lambda: target)


def states(came: Observation) -> list[list[list[float]]]:
    """The watched parameters after each call."""
    return [[array.ravel().tolist() for array in entry["params"]] for entry in came.value]


def test_state_after_each_call_and_what_came_back() -> None:
    came = run(Plain)
    assert came.outcome == "returned"
    assert [entry["return"] for entry in came.value] == [None, None]
    assert states(came) == [
        [[1.0, 0.5, 0.0], [-1.0] * 8],
        [[1.0, 0.0, -1.0], [-2.0] * 8],
    ]
    assert came.value[0]["params"][1].shape == (2, 4)
    assert (came.changed, came.aliased) == ((), ())


def test_the_request_is_left_as_it_was() -> None:
    run(Plain)
    run(Greedy)
    assert PARAMS[0].tolist() == [1.0, 1.0, 1.0]
    assert GRADS[0].tolist() == [0.0, 1.0, 2.0]


@pytest.mark.parametrize(
    ("target", "changed"),
    [(Rebinding, ("params",)), (Lost, ()), (Copying, ()), (Growing, ("params",))],
)
def test_what_is_not_done_in_place_is_not_seen(target: type[Plain], changed: tuple[str]) -> None:
    came = run(target)
    moved = [[[1.0, 0.5, 0.0], [-1.0] * 8], [[1.0, 0.0, -1.0], [-2.0] * 8]]
    still = [[[1.0] * 3, [0.0] * 8]] * 2
    assert states(came) == (moved if target is Growing else still)
    assert came.changed == changed


def test_arguments_of_a_call_that_change_or_live_on_are_named() -> None:
    came = run(Greedy)
    assert came.changed == ("grads",)
    assert came.aliased == ("grads",)
    assert came.value[1]["return"][0].tolist() == [0.0, 0.0, 0.0]


def test_an_argument_that_is_not_watched_must_not_change() -> None:
    came = run(Plain, Construct(REQUEST.arguments, "step", REQUEST.calls))
    assert came.changed == ("params",)
    assert came.value == [{"return": None}] * 2


@pytest.mark.parametrize(
    ("target", "outcome", "error"),
    [
        (Unfinished, "unfinished", "NotImplementedError"),
        (Failing, "raised", "ValueError"),
        (lambda params: None, "raised", "TypeError"),
        (lambda params, rate: None, "raised", "AttributeError"),
    ],
)
def test_what_goes_wrong_is_observed(target: Any, outcome: str, error: str) -> None:
    came = run(target)
    assert came.outcome == outcome
    assert came.failure is not None
    assert came.failure.type == error


def test_the_line_of_a_method_is_quoted() -> None:
    came = run(Failing)
    assert came.failure is not None
    assert came.failure.line == 'raise ValueError("second thoughts")'


def test_every_object_starts_anew() -> None:
    assert states(run(Plain)) == states(run(Plain))


def test_dictionaries_and_functions_can_be_handed_over() -> None:
    class Descent:
        def __init__(self, params: dict[str, Any], gradient: Any) -> None:
            self.params, self.gradient = params, gradient

        def step(self) -> float:
            self.params["w"] -= self.gradient(self.params["w"])
            return float(self.params["w"].sum())

    bowl = Recipe("quadratic_gradient", {"A": np.diag([0.5, 0.25]), "b": np.zeros(2)})
    request = Construct({"params": {"w": np.array([4.0, 8.0])}, "gradient": bowl}, "step", ({}, {}), ("params",))
    came = run(Descent, request)
    assert [entry["return"] for entry in came.value] == [8.0, 5.5]
    assert came.value[1]["params"]["w"].tolist() == [1.0, 4.5]
    assert came.calls == 2


def test_a_request_can_travel() -> None:
    came = loads(dumps(REQUEST))
    assert states(run(Plain, came)) == states(run(Plain))


def test_a_class_depends_on_what_its_methods_use() -> None:
    namespace: dict[str, Any] = {"__name__": "cell"}
    exec(
        "def adam_step(p): return p\nclass Adam:\n    def step(self, p): return adam_step(p)\n",
        namespace,
    )
    assert dependencies(namespace["Adam"], frozenset({"adam_step", "Adam"})) == ("adam_step",)
