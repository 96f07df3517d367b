"""Driving a learner's function: what it returned or raised, what it changed, shared and called."""

from __future__ import annotations

import linecache
import warnings
from collections.abc import Callable
from types import FunctionType
from typing import Any

import numpy as np
import pytest

from hocsau.judging.dependencies import dependencies
from hocsau.judging.probe import Observation, drive
from hocsau.judging.request import Call, Chain, Lookup, Recipe
from hocsau.judging.values import Foreign

W = np.array([1.0, 2.0, 3.0])


def call(function: Any, **arguments: Any) -> Observation:
    return drive(Call(arguments or {"w": W, "v": 2 * W}), lambda: function)


def test_a_value_comes_back_as_plain_data() -> None:
    came = call(lambda w, v: (w @ v, [w + v]))
    assert came.outcome == "returned"
    assert came.value[0] == 28.0
    assert came.value[0].dtype == np.float64
    assert came.value[1][0].tolist() == [3.0, 6.0, 9.0]
    assert (came.changed, came.aliased, came.calls, came.failure) == ((), (), 0, None)


def test_what_is_not_there_is_missing() -> None:
    namespace: dict[str, Any] = {}
    assert drive(Call({}), lambda: namespace["momentum_step"]).outcome == "missing"
    assert drive(Lookup(), lambda: namespace["quiz"]).outcome == "missing"


def test_what_cannot_be_called_says_what_it_is() -> None:
    assert call(3.5) == Observation("not_callable", 3.5)
    assert call({1, 2}) == Observation("not_callable", Foreign("set"))


def test_a_lookup_gives_the_value() -> None:
    assert drive(Lookup(), lambda: {"q1": "b"}) == Observation("returned", {"q1": "b"})


def test_the_stub_is_unfinished() -> None:
    def stub(w: Any, v: Any) -> Any:
        raise NotImplementedError

    came = call(stub)
    assert came.outcome == "unfinished"
    assert came.failure is not None
    assert came.failure.type == "NotImplementedError"


class OwnError(BaseException):
    """Not even an Exception."""


class Speechless(Exception):
    def __str__(self) -> str:
        raise RuntimeError


def raiser(error: BaseException) -> Callable[..., Any]:
    def function(w: Any, v: Any) -> Any:
        raise error

    return function


@pytest.mark.parametrize(
    ("error", "name", "text"),
    [
        (ValueError("two\nlines \x1b[31m"), "ValueError", "two lines  [31m"),
        (SystemExit(3), "SystemExit", "3"),
        (KeyboardInterrupt(), "KeyboardInterrupt", ""),
        (GeneratorExit(), "GeneratorExit", ""),
        (OwnError("mine"), "OwnError", "mine"),
        (Speechless(), "Speechless", ""),
        (ValueError("x" * 9999), "ValueError", "x" * 500),
        (ValueError("\ud800"), "ValueError", " "),
    ],
)
def test_whatever_is_raised_is_observed(error: BaseException, name: str, text: str) -> None:
    came = call(raiser(error))
    assert came.outcome == "raised"
    assert came.failure is not None
    assert (came.failure.type, came.failure.text) == (name, text)
    assert came.failure.line == "raise error"


def test_endless_recursion_is_observed() -> None:
    def function(w: Any, v: Any) -> Any:
        return function(w, v)

    came = call(function)
    assert came.failure is not None
    assert came.failure.type == "RecursionError"
    assert came.failure.line == "return function(w, v)"


def test_wrong_arguments_are_the_learners_error() -> None:
    def function(w: Any) -> Any:
        return w

    came = call(function)
    assert came.failure is not None
    assert came.failure.type == "TypeError"
    assert "takes 1 positional argument but 2 were given" in came.failure.text


def define(source: str, filename: str) -> dict[str, Any]:
    """Run `source` as a cell: its lines can be looked up, as IPython makes them."""
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    namespace: dict[str, Any] = {"np": np}
    exec(compile(source, filename, "exec"), namespace)
    return namespace


CELL = """\
def helper(w):
    return w @ np.ones((2, 2))

def step(w, v):
    w = w + v
    return helper(w)
"""


@pytest.mark.parametrize("filename", ["/tmp/ipykernel_123/456.py", "<ipython-input-3-abcdef>", "answers.py"])
def test_the_learners_own_deepest_line_is_quoted(filename: str) -> None:
    came = call(define(CELL, filename)["step"])
    assert came.failure is not None
    assert came.failure.type == "ValueError"
    assert came.failure.line == "return w @ np.ones((2, 2))"
    assert came.failure.number == 2


def test_a_line_inside_a_library_is_not_quoted() -> None:
    def function(w: Any, v: Any) -> Any:
        return np.linalg.inv(np.zeros((2, 2)))

    came = call(function)
    assert came.failure is not None
    assert came.failure.type == "LinAlgError"
    assert came.failure.line == "return np.linalg.inv(np.zeros((2, 2)))"


# --- arguments: fresh copies, changes and shared memory seen


def grow(w: Any, v: Any) -> Any:
    w += v
    return w.copy()


def test_arguments_are_fresh_copies() -> None:
    first, second = call(grow), call(grow)
    assert first.value.tolist() == second.value.tolist() == [3.0, 6.0, 9.0]
    assert W.tolist() == [1.0, 2.0, 3.0]
    assert first.changed == ("w",)


def _set_nan(w: Any, v: Any) -> Any:
    v[0] = np.nan
    return 0.0


def _reshape(w: Any, v: Any) -> Any:
    v.shape = (3, 1)
    return 0.0


@pytest.mark.parametrize(
    ("function", "changed"),
    [
        (lambda w, v: w + v, ()),
        (grow, ("w",)),
        (_set_nan, ("v",)),
        pytest.param(_reshape, ("v",), marks=pytest.mark.filterwarnings("ignore:Setting the shape")),
        (
            lambda w, v: (w.sort(), v.fill(0.0), 1.0)[2],
            ("v",),
        ),  # sorting sorted numbers changes nothing
        (lambda w, v: (np.negative(w, out=w), v.fill(0.0), 1.0)[2], ("w", "v")),
    ],
    ids=["none", "in place", "nan", "shape", "fill", "both"],
)
def test_changed_arguments_are_named(function: Any, changed: tuple[str, ...]) -> None:
    assert call(function).changed == changed


@pytest.mark.parametrize(
    ("function", "changed"),
    [
        (lambda order, sizes: len(order), ()),
        (lambda order, sizes: order.append(1), ("order",)),
        (lambda order, sizes: order.reverse(), ("order",)),
        (lambda order, sizes: sizes.update(b=2), ("sizes",)),
        (lambda order, sizes: sizes["a"].fill(7.0), ("sizes",)),
    ],
)
def test_changed_lists_and_dictionaries_are_named(function: Any, changed: tuple[str, ...]) -> None:
    assert call(function, order=[1, 2, 3], sizes={"a": np.zeros(2)}).changed == changed


def test_arguments_changed_before_an_exception_are_named() -> None:
    def function(w: Any, v: Any) -> Any:
        w += 1
        raise ValueError

    assert call(function).changed == ()  # it is the exception that counts


@pytest.mark.parametrize(
    ("function", "aliased"),
    [
        (lambda w, v: w + v, ()),
        (lambda w, v: w, ("w",)),
        (lambda w, v: w[1:], ("w",)),
        (lambda w, v: (v.reshape(3, 1), w + 1), ("v",)),
        (lambda w, v: {"a": [w, v]}, ("w", "v")),
        (lambda w, v: w.copy(), ()),
        (lambda w, v: np.asarray(w), ("w",)),
    ],
)
def test_shared_memory_is_named(function: Any, aliased: tuple[str, ...]) -> None:
    assert call(function).aliased == aliased


def test_a_result_that_holds_itself_ends() -> None:
    def function(w: Any, v: Any) -> Any:
        result: list[Any] = [w]
        result += [result, result]
        return result

    came = call(function)
    assert came.outcome == "returned"
    assert came.aliased == ("w",)


# --- functions handed over


BOWL = Recipe("quadratic_gradient", {"A": np.diag([1.0, 2.0, 4.0]), "b": np.ones(3)})


def test_a_function_handed_over_answers_and_is_counted() -> None:
    came = drive(Call({"gradient": BOWL, "w": W}), lambda: lambda gradient, w: gradient(w) + gradient(0 * w))
    assert came.value.tolist() == [-1.0, 2.0, 10.0]
    assert came.calls == 2
    assert came.changed == came.aliased == ()


def test_a_function_handed_over_cannot_be_spoilt() -> None:
    def function(gradient: Any, w: Any) -> Any:
        gradient(w)[:] = 100.0
        kept = gradient(w)
        return gradient(kept)

    recipe = Recipe("constant_gradient", {"g": np.array([1.0, -1.0, 2.0])})
    came = drive(Call({"gradient": recipe, "w": W}), lambda: function)
    assert came.value.tolist() == [1.0, -1.0, 2.0]
    assert recipe.arrays["g"].tolist() == [1.0, -1.0, 2.0]


def test_calls_before_an_exception_are_counted() -> None:
    def function(gradient: Any, w: Any) -> Any:
        return gradient(gradient(w)[:2])

    came = drive(Call({"gradient": BOWL, "w": W}), lambda: function)
    assert came.outcome == "raised"
    assert came.calls == 2


def test_a_diverging_run_overflows_in_silence() -> None:
    well = Recipe("double_well_gradient", {"c": np.zeros(3)})
    came = drive(Call({"gradient": well, "w": W * 1e200}), lambda: lambda gradient, w: gradient(w))
    assert np.isinf(came.value).all()


# --- chains


def test_a_chain_carries_results_and_changes_arguments() -> None:
    seen = []

    def step(w: Any, v: Any, grad: Any, learning_rate: Any) -> Any:
        seen.append((w.tolist(), v.tolist(), grad.tolist(), learning_rate))
        return w + 1, v + grad

    chain = Chain(
        {"w": np.zeros(2), "v": np.ones(2), "grad": np.array([1.0, 2.0]), "learning_rate": 0.1},
        ("w", "v"),
        ({"grad": np.array([5.0, 5.0])}, {"learning_rate": 0.01}),
    )
    came = drive(chain, lambda: step)
    assert seen == [
        ([0.0, 0.0], [1.0, 1.0], [1.0, 2.0], 0.1),
        ([1.0, 1.0], [2.0, 3.0], [5.0, 5.0], 0.1),
        ([2.0, 2.0], [7.0, 8.0], [5.0, 5.0], 0.01),
    ]
    assert [[part.tolist() for part in value] for value in came.value][-1] == [
        [3.0, 3.0],
        [12.0, 13.0],
    ]
    assert came.changed == ()


def test_a_chain_of_one_result() -> None:
    came = drive(Chain({"w": np.ones(2)}, ("w",), ({}, {})), lambda: lambda w: 2 * w)
    assert [value.tolist() for value in came.value] == [[2.0, 2.0], [4.0, 4.0], [8.0, 8.0]]


@pytest.mark.parametrize("result", [3.0, (1.0,), (1.0, 2.0, 3.0), None, {"w": 1.0}])
def test_a_chain_whose_results_cannot_be_carried_stops(result: Any) -> None:
    came = drive(Chain({"w": 1.0, "v": 2.0}, ("w", "v"), ({}, {})), lambda: lambda w, v: result)
    assert came.outcome == "returned"
    assert came.value == [result]


def test_changes_in_any_step_of_a_chain_are_named_once() -> None:
    def step(w: Any, v: Any) -> Any:
        v += w
        return w + 1, v.copy()

    came = drive(Chain({"w": W, "v": W}, ("w", "v"), ({}, {})), lambda: step)
    assert came.changed == ("v",)
    assert [value[1].tolist() for value in came.value][-1] == [6.0, 12.0, 18.0][:0] + [
        1 + 1 + 2 + 3,
        2 + 2 + 3 + 4,
        3 + 3 + 4 + 5,
    ]


# --- which other answers does an answer use?

USING = """\
import math
def mse_loss(w): return w
def mse_gradient(w): return w
def relu(w): return w
def helper(w): return mse_gradient(w)
def other(w): return other(w)

def sgd(w):
    def inner():
        return [mse_loss(i) for i in w]
    return inner() + helper(w) + math.relu(w) + other(w)
"""
NAMES = frozenset({"mse_loss", "mse_gradient", "relu", "sgd", "absent"})


@pytest.mark.parametrize(
    ("name", "used"),
    [
        ("sgd", ("mse_gradient", "mse_loss")),
        ("helper", ("mse_gradient",)),
        ("other", ()),
        ("math", ()),
    ],
)
def test_dependencies(name: str, used: tuple[str, ...]) -> None:
    assert dependencies(define(USING, "<ipython-input-9-a>")[name], NAMES) == used


def test_a_function_that_calls_itself_depends_on_no_other() -> None:
    namespace = define("def sgd(w): return sgd(w) + relu(w)", "<ipython-input-9-b>")
    assert isinstance(namespace["sgd"], FunctionType)
    assert dependencies(namespace["sgd"], NAMES) == ("relu",)


@pytest.mark.parametrize("target", [None, 3, "sgd", len, np.add, OwnError])
def test_what_has_no_code_depends_on_nothing(target: Any) -> None:
    assert dependencies(target, NAMES) == ()


# --- numerical warnings


@pytest.mark.parametrize(
    ("function", "warned"),
    [
        (lambda w, v: np.exp(1e4 * w), ("overflow encountered in exp",)),
        (lambda w, v: w / (w - w), ("divide by zero encountered in divide",)),
        (
            lambda w, v: [np.exp(1e4 * w) for _ in range(5000)].pop(),
            ("overflow encountered in exp",),
        ),
        (lambda w, v: np.exp(-1e4 * w), ()),  # running into zero is no fault
        (lambda w, v: w + v, ()),
    ],
)
@pytest.mark.filterwarnings("default:.*encountered:RuntimeWarning")
def test_numerical_warnings_are_noted_and_go_on_their_way(function: Any, warned: tuple[str, ...]) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        came = call(function)
    assert came.warned == warned
    assert [str(item.message) for item in caught] == list(warned)
