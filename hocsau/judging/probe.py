"""Drive a learner's object through one request and note what happened.

The same code runs in the notebook, in the grader's worker (learner's code) and in the judge (references and known
mistakes); what it returns is plain data.
"""

from __future__ import annotations

import copy
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from hocsau.judging.recipes import build
from hocsau.judging.request import Call, Chain, Recipe, Request
from hocsau.judging.values import plain, record

__all__ = ["Failure", "Observation", "dependencies", "drive"]

Outcome = Literal["returned", "raised", "unfinished", "missing", "not_callable"]
Builder = Callable[[Recipe], Callable[[Any], Any]]


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
    """

    outcome: str
    value: Any = None
    failure: Failure | None = None
    changed: tuple[str, ...] = ()
    aliased: tuple[str, ...] = ()
    calls: int = 0


class _Counted:
    """A function handed to the learner; counts its calls. Every call gets a copy and gives a fresh array."""

    def __init__(self, function: Callable[[Any], Any], owner: _Run) -> None:
        self._function, self._owner = function, owner

    def __call__(self, w: Any) -> Any:
        self._owner.calls += 1
        return np.array(self._function(np.array(w)), copy=True)

    def __deepcopy__(self, memo: dict[int, Any]) -> _Counted:
        return self


class _Run:
    def __init__(self) -> None:
        self.calls = 0
        self.changed: list[str] = []
        self.aliased: list[str] = []

    def call(self, function: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
        """One call with fresh copies; afterwards, which of them were changed, and which live on in the result?"""
        given = {name: copy.deepcopy(value) for name, value in arguments.items()}
        result = function(*given.values())
        for name, value in given.items():
            if not _same(arguments[name], value) and name not in self.changed:
                self.changed.append(name)
            if _shares(value, result) and name not in self.aliased:
                self.aliased.append(name)
        return plain(result)


def drive(request: Request, find: Callable[[], Any], builder: Builder = build) -> Observation:
    """Run `request` on the object that `find` returns.

    find     returns the learner's object; LookupError when there is none
    builder  makes the functions handed over; the grader's worker passes one that asks the judge
    """
    try:
        target = find()
    except LookupError:
        return Observation("missing")
    if not isinstance(request, (Call, Chain)):
        return Observation("returned", plain(target))
    if not callable(target):
        return Observation("not_callable", plain(target))
    run = _Run()
    try:
        value = _follow(request, target, run, builder)
    except NotImplementedError as error:
        return Observation("unfinished", failure=_failure(error))
    except (Exception, SystemExit, KeyboardInterrupt, RecursionError) as error:
        return Observation(
            "raised", None, _failure(error), tuple(run.changed), tuple(run.aliased), run.calls
        )
    return Observation("returned", value, None, tuple(run.changed), tuple(run.aliased), run.calls)


def _follow(request: Call | Chain, target: Callable[..., Any], run: _Run, builder: Builder) -> Any:
    arguments = {
        name: _Counted(builder(value), run) if isinstance(value, Recipe) else value
        for name, value in request.arguments.items()
    }
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


def _arrays(value: Any) -> list[Any]:
    if isinstance(value, np.ndarray):
        return [value]
    if isinstance(value, (list, tuple)):
        return [array for item in value[:1000] for array in _arrays(item)]
    if isinstance(value, dict):
        return [array for item in value.values() for array in _arrays(item)]
    return []


def _shares(argument: Any, result: Any) -> bool:
    return any(
        np.may_share_memory(mine, theirs)
        for mine in _arrays(argument)
        for theirs in _arrays(result)
    )


def _failure(error: BaseException) -> Failure:
    """The exception with the deepest line that stands in a notebook cell or in the learner's file."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if _is_learners(frame.filename)]
    frame = own[-1] if own else None
    line = (frame.line or "").strip() if frame else ""
    number = (frame.lineno or 0) if frame else 0
    return Failure(type(error).__name__, str(error)[:500], line[:300], number)


def _is_learners(filename: str) -> bool:
    return (
        "ipykernel_" in filename or filename.startswith("<") or filename.endswith("submission.py")
    )


def dependencies(target: Any, names: frozenset[str]) -> tuple[str, ...]:
    """Which of `names` the function `target` mentions in its code, nested functions included."""
    code = getattr(target, "__code__", None)
    found: set[str] = set()
    waiting = [code] if code is not None else []
    while waiting:
        current = waiting.pop()
        found |= set(current.co_names) & names
        waiting += [constant for constant in current.co_consts if hasattr(constant, "co_names")]
    return tuple(sorted(found - {getattr(target, "__name__", "")}))
