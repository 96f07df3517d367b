"""Drive a learner's object through one request and note what happened.

The same code runs in the notebook, in the grader's worker (learner's code) and in the judge (references and known
mistakes); what it returns is plain data.
"""

from __future__ import annotations

import contextlib
import copy
import dis
import traceback
import types
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from hocsau.judging.handed import recalled, remembered, still_holds
from hocsau.judging.recipes import build
from hocsau.judging.request import Call, Chain, Construct, Recipe, Request
from hocsau.judging.values import plain, readable, record, type_name

__all__ = ["Failure", "Observation", "dependencies", "drive"]

Outcome = Literal["returned", "raised", "unfinished", "missing", "not_callable"]
Builder = Callable[[Recipe], Callable[[Any], Any]]
MAX_WARNINGS = 20


@record
@dataclass(frozen=True)
class Failure:
    """An exception in the learner's code: its type and text, and the learner's own line."""

    type: str
    text: str
    line: str
    number: int


@record
@dataclass(frozen=True)
class Observation:
    """What one request led to.

    value    what came back, as plain data (hocsau.judging.values)
    changed  arguments that were altered, by name
    aliased  arguments whose memory the result shares, by name
    calls    how often the function handed over was called
    warned   numerical warnings (an overflow, a division by zero) that the code caused, each once
    """

    outcome: str
    value: Any = None
    failure: Failure | None = None
    changed: tuple[str, ...] = ()
    aliased: tuple[str, ...] = ()
    calls: int = 0
    warned: tuple[str, ...] = ()


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
    def __init__(self) -> None:
        self.calls = 0
        self.changed: list[str] = []
        self.aliased: list[str] = []
        self.warned: list[str] = []

    def call(self, function: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
        """One call with fresh copies; afterwards, which of them were changed, and which live on in the result?"""
        given = {name: copy.deepcopy(value) for name, value in arguments.items()}
        with self._watched():
            result = function(*given.values())
        for name, value in given.items():
            if not _same(arguments[name], value):
                self._note(self.changed, name)
            if _shares(value, result):
                self._note(self.aliased, name)
        return plain(result)

    def construct(
        self,
        target: Callable[..., Any],
        arguments: Mapping[str, Any],
        request: Construct,
    ) -> list[dict[str, Any]]:
        """An object from fresh copies of the arguments, and after each call of its method what the arguments hold."""
        given = {name: copy.deepcopy(value) for name, value in arguments.items()}
        # The arrays themselves are kept beside the lists that hold them: who rebinds an entry changes the list alone.
        kept = {name: remembered(value) for name, value in given.items()}
        with self._watched():
            thing = target(*given.values())
            method = getattr(thing, request.method)
        after = []
        for call in request.calls:
            returned = self.call(method, call)
            states = {name: plain(recalled(kept[name])) for name in request.watch}
            after.append({"return": returned, **states})
        for name, value in given.items():
            if name in request.watch:
                altered = not still_holds(kept[name], value)
            else:
                altered = not _same(arguments[name], value)
            if altered:
                self._note(self.changed, name)
        return after

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
                yield
        finally:
            for item in caught[:MAX_WARNINGS]:
                said = readable(str(item.message), 100)
                if issubclass(item.category, RuntimeWarning) and said not in self.warned:
                    self.warned.append(said)
        for item in caught[:MAX_WARNINGS]:
            warnings.warn_explicit(item.message, item.category, item.filename, item.lineno)

    def observation(
        self, outcome: Outcome, value: Any, failure: Failure | None = None
    ) -> Observation:
        """What was seen, with the outcome."""
        changed, aliased = tuple(self.changed), tuple(self.aliased)
        return Observation(
            outcome, value, failure, changed, aliased, self.calls, tuple(self.warned)
        )


def drive(request: Request, find: Callable[[], Any], builder: Builder = build) -> Observation:
    """Run `request` on the object that `find` returns; whatever the learner's code raises is observed, not raised.

    find     returns the learner's object; LookupError when there is none
    builder  makes the functions handed over; the grader's worker passes one that asks the judge
    """
    try:
        target = find()
    except LookupError:
        return Observation("missing")
    if not isinstance(request, (Call, Chain, Construct)):
        return Observation("returned", plain(target))
    if not callable(target):
        return Observation("not_callable", plain(target))
    run = _Run()
    try:
        value = _follow(request, target, run, builder)
    except NotImplementedError as error:
        return Observation("unfinished", failure=_failure(error, target))
    except BaseException as error:  # SystemExit, an interrupt, an exception of their own making
        return run.observation("raised", None, _failure(error, target))
    return run.observation("returned", value)


def _follow(
    request: Call | Chain | Construct, target: Callable[..., Any], run: _Run, builder: Builder
) -> Any:
    arguments = {
        name: _Counted(builder(value), run) if isinstance(value, Recipe) else value
        for name, value in request.arguments.items()
    }
    if isinstance(request, Construct):
        return run.construct(target, arguments, request)
    value = run.call(target, arguments)
    if isinstance(request, Call):
        return value
    values = [value]
    for change in request.changes:
        carried = value if len(request.carry) > 1 else (value,)
        if not isinstance(carried, (list, tuple)) or len(carried) != len(request.carry):
            break  # the comparison will say what is wrong with the value itself
        arguments |= dict(zip(request.carry, carried, strict=True)) | change
        value = run.call(target, arguments)
        values.append(value)
    return values


def _same(before: Any, after: Any) -> bool:
    if isinstance(before, np.ndarray):
        return (
            isinstance(after, np.ndarray)
            and before.shape == after.shape
            and before.dtype == after.dtype
            and before.tobytes() == after.tobytes()
        )
    if isinstance(before, (list, tuple)):
        return len(before) == len(after) and all(map(_same, before, after))
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(
            _same(before[key], after[key]) for key in before
        )
    return isinstance(before, _Counted) or before is after or bool(before == after)


def _arrays(value: Any, depth: int = 0) -> list[Any]:
    """The arrays in a learner's value; a list may hold itself, hence the limits."""
    if isinstance(value, np.ndarray):
        return [value]
    if depth > 4:
        return []
    items: list[Any] = []
    if isinstance(value, (list, tuple)):
        items = list(value[:1000])
    elif isinstance(value, dict):
        items = list(value.values())[:1000]
    return [array for item in items for array in _arrays(item, depth + 1)][:1000]


def _shares(argument: Any, result: Any) -> bool:
    mine = _arrays(argument)
    if not mine:
        return False
    return any(np.may_share_memory(one, other) for other in _arrays(result) for one in mine)


def _failure(error: BaseException, target: Any) -> Failure:
    """The exception with the deepest line that stands in a notebook cell or in the learner's file."""
    parts = vars(target).values() if isinstance(target, type) else (target,)
    codes = (getattr(part, "__code__", None) for part in parts)
    code = next((one for one in codes if isinstance(one, types.CodeType)), None)
    home = code.co_filename if isinstance(code, types.CodeType) else ""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename == home or _is_cell(frame.filename)]
    line = readable((own[-1].line or "").strip(), 300) if own else ""
    number = (own[-1].lineno or 0) if own else 0
    try:
        text = readable(str(error), 500)
    except Exception:  # the learner's own __str__
        text = ""
    return Failure(type_name(error), text, line, number)


def _is_cell(filename: str) -> bool:
    return "ipykernel_" in filename or filename.startswith("<ipython-input")


def dependencies(target: Any, names: frozenset[str]) -> tuple[str, ...]:
    """Which of `names` the function `target` uses, also through other functions beside it.

    Only names looked up as globals count: `F.conv2d` is not the learner's `conv2d`.
    """
    found: set[str] = set()
    functions = list(vars(target).values()) if isinstance(target, type) else [target]
    met = set[int]()
    while functions:
        function = functions.pop()
        if not isinstance(function, types.FunctionType) or id(function) in met:
            continue
        met.add(id(function))
        codes = [function.__code__]
        while codes:
            code = codes.pop()
            codes += [
                constant for constant in code.co_consts if isinstance(constant, types.CodeType)
            ]
            used = {
                str(step.argval)
                for step in dis.get_instructions(code)
                if step.opname in _GLOBAL_READS
            }
            found |= used & names
            beside = (function.__globals__.get(name) for name in used - names)
            functions += [other for other in beside if _is_beside(function, other)]
    return tuple(sorted(found - {getattr(target, "__name__", "")}))


_GLOBAL_READS = ("LOAD_GLOBAL", "LOAD_NAME")


def _is_beside(function: types.FunctionType, other: Any) -> bool:
    return isinstance(other, types.FunctionType) and other.__globals__ is function.__globals__
