"""Drive a learner's object through one request and note what happened.

The same code runs in the notebook, in the grader's worker (learner's code) and in the judge (references and known
mistakes); what it returns is plain data.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from hocsau.judging.failure import Failure, failure_of
from hocsau.judging.gradients import gradients
from hocsau.judging.handed import fresh, recalled, remembered, same, shares, still_holds
from hocsau.judging.observed import observing
from hocsau.judging.outcomes import ObservationOutcome
from hocsau.judging.recipes import build
from hocsau.judging.request import Build, Call, Chain, Construct, Model, Recipe, Request
from hocsau.judging.tensors import Unreadable, one_thread
from hocsau.judging.values import Same, plain, readable, record

__all__ = ["Failure", "Observation", "drive"]

Builder = Callable[[Recipe], Callable[[Any], Any]]
MAX_WARNINGS = 20


@record
@dataclass(frozen=True)
class Observation:
    """What one request led to.

    outcome  how it ended
    value    what came back, as plain data (hocsau.judging.values)
    changed  arguments that were altered, by name
    aliased  arguments whose memory the result shares, by name
    calls    how often the function handed over was called
    warned   numerical warnings (an overflow, a division by zero) that the code caused, each once
    used     calls that are not allowed, as torch saw them
    strayed  where a tensor was made on another device than the inputs, when the case was tried on one (hocsau.judging.elsewhere)
    """

    outcome: ObservationOutcome
    value: Any = None
    failure: Failure | None = None
    changed: tuple[str, ...] = ()
    aliased: tuple[str, ...] = ()
    calls: int = 0
    warned: tuple[str, ...] = ()
    used: tuple[str, ...] = ()
    strayed: Failure | None = None


class _Counted:
    """A function handed to the learner; counts its calls. Every call gets a copy and gives a fresh array, or a float."""

    def __init__(self, function: Callable[[Any], Any], owner: _Run) -> None:
        self._function, self._owner = function, owner

    def __call__(self, w: Any) -> Any:
        self._owner.calls += 1
        result = self._function(np.array(w))
        return result if isinstance(result, float) else np.array(result, copy=True)

    def __deepcopy__(self, memo: dict[int, Any]) -> _Counted:
        return self


class _Run:
    def __init__(self, device: Any = "cpu", not_allowed: Sequence[str] = ()) -> None:
        self._device, self._not_allowed = device, not_allowed
        self.calls = 0
        self.changed: list[str] = []
        self.aliased: list[str] = []
        self.warned: list[str] = []
        self.used: list[str] = []

    def call(self, function: Callable[..., Any], request: Call) -> Any:
        """One call with fresh copies; afterwards, which of them were changed, and which live on in the result?"""
        arguments = request.arguments
        given = {name: fresh(value, self._device) for name, value in arguments.items()}
        with self._watched():
            result = function(*given.values())
        for name, value in given.items() if self._device == "cpu" else ():
            if not same(arguments[name], value):
                self._note(self.changed, name)
            if shares(value, result):
                self._note(self.aliased, name)
        models = [name for name, value in arguments.items() if isinstance(value, Model)]
        returned = next((Same(name) for name in models if result is given[name]), None)
        value = _part(plain(result), request.part) if returned is None else returned
        if request.backward is None and not request.watch:
            return value
        found = {"return": value}
        if request.backward is not None:
            found["gradients"] = gradients(result, arguments, given, request.backward)
        if request.watch:
            from hocsau.judging.models import state

            found |= {name: state(given[name]) for name in request.watch}
        return found

    def construct(self, target: Callable[..., Any], request: Construct) -> list[dict[str, Any]]:
        """An object from fresh copies of the arguments, and after each call of its method what the arguments hold."""
        arguments = request.arguments
        given = {name: fresh(value, self._device) for name, value in arguments.items()}
        # The arrays themselves are kept beside the lists that hold them: who rebinds an entry changes the list alone.
        kept = {name: remembered(value) for name, value in given.items()}
        with self._watched():
            thing = target(*given.values())
            method = getattr(thing, request.method)
        after = []
        for call in request.calls:
            returned = self.call(method, Call(call))
            states = {name: plain(recalled(kept[name])) for name in request.watch}
            after.append({"return": returned, **states})
        for name, value in given.items():
            if name in request.watch:
                altered = not still_holds(kept[name], value)
            else:
                altered = not same(arguments[name], value)
            if altered:
                self._note(self.changed, name)
        return after

    def build(self, target: Callable[..., Any], request: Build) -> dict[str, Any]:
        """A module made, its weights set, and called."""
        from hocsau.judging.modules import build as build_module

        with self._watched():
            return build_module(target, request, self._device, lambda name: self._note(self.changed, name))

    @staticmethod
    def _note(names: list[str], name: str) -> None:
        if name not in names:
            names.append(name)

    @contextlib.contextmanager
    def _watched(self) -> Iterator[None]:
        """Note numerical warnings; afterwards every warning goes on its way as if nobody had listened."""
        try:
            with (
                warnings.catch_warnings(record=True) as caught,
                np.errstate(divide="warn", over="warn", invalid="warn", under="ignore"),
            ):
                warnings.simplefilter("default")  # each place once: a loop may warn a million times
                with observing(self._not_allowed, self.used):
                    yield
        finally:
            for item in caught[:MAX_WARNINGS]:
                said = readable(str(item.message), 100)
                if issubclass(item.category, RuntimeWarning) and said not in self.warned:
                    self.warned.append(said)
        for item in caught[:MAX_WARNINGS]:
            warnings.warn_explicit(item.message, item.category, item.filename, item.lineno)

    def observation(self, outcome: ObservationOutcome, value: Any, failure: Failure | None = None) -> Observation:
        """What was seen, with the outcome."""
        names = (self.changed, self.aliased)
        changed, aliased = map(tuple, names)
        warned, used = tuple(self.warned), tuple(self.used)
        return Observation(outcome, value, failure, changed, aliased, self.calls, warned, used)


def _part(value: Any, part: int | None) -> Any:
    if part is None or not isinstance(value, (list, tuple)):
        return value
    return [item if index == part else None for index, item in enumerate(value)]


def drive(
    request: Request,
    find: Callable[[], Any],
    builder: Builder = build,
    not_allowed: Sequence[str] = (),
    device: Any = "cpu",
    threads: int = 1,
) -> Observation:
    """Run `request` on the object that `find` returns; whatever the learner's code raises is observed, not raised.

    A tensor of torch's own that cannot be read is no doing of the learner's: the outcome is then UNREADABLE.

    find         returns the learner's object; LookupError when there is none
    builder      makes the functions handed over; the grader's worker passes one that asks the judge
    not_allowed  calls of torch to look out for
    device       where tensors and models are made
    threads      in how many torch computes
    """
    try:
        target = find()
    except LookupError:
        return Observation(ObservationOutcome.MISSING)
    run = _Run(device, not_allowed)
    try:
        if not isinstance(request, (Call, Chain, Construct, Build)):
            return Observation(ObservationOutcome.RETURNED, plain(target))
        if not callable(target):
            return Observation(ObservationOutcome.NOT_CALLABLE, plain(target))
        with one_thread(threads):
            value = _follow(request, target, run, builder)
    except Unreadable as trouble:
        failure = Failure("Unreadable", str(trouble), "", 0)
        return run.observation(ObservationOutcome.UNREADABLE, None, failure)
    except NotImplementedError as error:
        return Observation(ObservationOutcome.UNFINISHED, failure=failure_of(error, target))
    except BaseException as error:  # SystemExit, an interrupt, an exception of their own making
        return run.observation(ObservationOutcome.RAISED, None, failure_of(error, target))
    return run.observation(ObservationOutcome.RETURNED, value)


def _follow(
    request: Call | Chain | Construct | Build,
    target: Callable[..., Any],
    run: _Run,
    builder: Builder,
) -> Any:
    if isinstance(request, Build):
        return run.build(target, request)
    arguments = {
        name: _Counted(builder(value), run) if isinstance(value, Recipe) else value
        for name, value in request.arguments.items()
    }
    if isinstance(request, Construct):
        return run.construct(target, replace(request, arguments=arguments))
    if isinstance(request, Call):
        return run.call(target, replace(request, arguments=arguments))
    values = [run.call(target, Call(arguments, watch=request.watch))]
    for change in request.changes:
        value = values[-1]
        carried = value if len(request.carry) > 1 else (value,)
        if request.carry:
            if not isinstance(carried, (list, tuple)) or len(carried) != len(request.carry):
                break  # the comparison will say what is wrong with the value itself
            arguments |= dict(zip(request.carry, carried, strict=True))
        arguments |= change
        values.append(run.call(target, Call(arguments, watch=request.watch)))
    return values
