"""Is every tensor made where the inputs are? Asked by running a case with its tensors on another device.

Where there is no other device one is made up: fake tensors know their shape, dtype and device, and refuse to be mixed.
That registers a name in torch for good, so it belongs in a process that is thrown away afterwards.
"""

from __future__ import annotations

import contextlib
import linecache
import logging
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

from hocsau.device import exact
from hocsau.judging.exercise import Case, Exercise
from hocsau.judging.failure import Failure, home_of, is_own
from hocsau.judging.outcomes import ObservationOutcome
from hocsau.judging.probe import Observation, drive
from hocsau.judging.request import Build, Call, Request
from hocsau.judging.tensors import is_module, tensors_in
from hocsau.judging.values import readable
from hocsau.judging.verdict import judge_case

__all__ = ["MADE_UP", "can_be_made_up", "decided", "strayed", "tried_on"]

MADE_UP = "gpu"
_DIFFERENT = (
    "on the same device",
    "device type",
    "FakeTensorDeviceMismatch",
    "found at least two devices",
    "found two different devices",
)


def can_be_made_up() -> bool:
    """Does this torch know how to register a device that is written in Python? 2.10 and later do."""
    from torch.utils import backend_registration

    return hasattr(backend_registration, "_setup_privateuseone_for_python_backend")


def strayed(request: Request, find: Callable[[], Any], device: str = MADE_UP) -> Failure | None:
    """The learner's line that makes a tensor on the CPU while the inputs are on `device`; None where none is seen.

    The type of the Failure is the device's name. What a fake tensor cannot do (an `.item()`, an operation that depends on
    the numbers) is no fault and ends the search.
    """
    if device == MADE_UP and not can_be_made_up():
        return None
    try:
        target = find()
    except LookupError:
        return None
    origins = _origins()(home_of(target))
    results: list[Any] = []

    def kept(*arguments: Any) -> Any:
        result = target(*arguments)
        if is_module(result):
            result.register_forward_hook(lambda _module, _inputs, output: results.append(output))
        else:
            results.append(result)
        return result

    with _made_up() if device == MADE_UP else contextlib.nullcontext(), origins:
        came = drive(_forward_only(request), lambda: kept, device=device)
    return _judged(came, results, origins, device)


def tried_on(place: str, request: Request, find: Callable[[], Any]) -> tuple[Failure | None, Observation | None]:
    """A case on a real GPU: the line that makes a tensor elsewhere, else what the case leads to there."""
    with exact():
        found = strayed(request, find, place)
        return found, drive(request, find, device=place) if found is None else None


def decided(
    exercise: Exercise,
    case: Case,
    came: Observation,
    found: Failure | None,
    there: Observation | None,
) -> Observation:
    """What counts of a case that was right on the CPU: what `tried_on` gave where that is wrong, else what `came`."""
    if found is not None:
        return replace(came, strayed=found)
    if there is None or there.outcome != ObservationOutcome.RETURNED:  # (an Apple GPU has no float64)
        return came
    return came if judge_case(exercise, case, there, 0.0).passed else there


def _forward_only(request: Request) -> Request:
    """Without gradients of ours: what is made on the way forward shows there, and backward wants threads that a copy lacks."""
    if isinstance(request, Call):
        return replace(request, backward=None)
    if isinstance(request, Build):
        calls = tuple(replace(call, backward=None) for call in request.calls)
        return replace(request, calls=calls)
    return request


def _judged(came: Observation, results: list[Any], origins: Any, device: str) -> Failure | None:
    for tensor in tensors_in(results):
        if str(tensor.device.type) != device:
            line, number = origins.of(tensor) or ("", 0)
            return Failure(device, "the result is on the CPU", line, number)
    if came.outcome != ObservationOutcome.RAISED or came.failure is None:
        return None
    said = f"{came.failure.type}: {came.failure.text}"
    if not any(word in said for word in _DIFFERENT):
        return None  # not a matter of devices: the numbers of another case will say
    line, number = origins.blamed or ("", 0)
    return Failure(device, readable(came.failure.text, 300), line, number)


@contextlib.contextmanager
def _made_up() -> Iterator[None]:
    from torch._subclasses.fake_tensor import FakeTensorMode

    _register()
    disabled = logging.root.manager.disable
    logging.disable(logging.CRITICAL)  # torch logs what a fake tensor cannot do
    try:
        with warnings.catch_warnings(), FakeTensorMode(allow_non_fake_inputs=True):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)


@cache
def _register() -> None:
    from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

    _setup_privateuseone_for_python_backend(MADE_UP)


@cache
def _origins() -> Any:
    """The mode that remembers on which of the learner's lines each tensor on the CPU began."""
    from torch.overrides import TorchFunctionMode

    class Origins(TorchFunctionMode):
        def __init__(self, home: str) -> None:
            super().__init__()
            self._home = home
            self._lines: dict[int, tuple[Any, tuple[str, int]]] = {}
            self.blamed: tuple[str, int] | None = None

        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            given = [*args, *(kwargs or {}).values()]
            try:
                result = func(*args, **(kwargs or {}))
            except Exception:
                self.blamed = self.blamed or self._first(given)
                raise
            made = [tensor for tensor in tensors_in(result) if tensor.device.type == "cpu"]
            if made:
                line = self._first(given) or self._line()
                for tensor in made:
                    self._lines[id(tensor)] = (tensor, line)
            return result

        def of(self, tensor: Any) -> tuple[str, int] | None:
            """Where a tensor began."""
            return self._lines[id(tensor)][1] if id(tensor) in self._lines else None

        def _first(self, given: list[Any]) -> tuple[str, int] | None:
            """Where the first tensor on the CPU among some arguments began."""
            found = (self.of(item) for item in tensors_in(given))
            return next((line for line in found if line is not None), None)

        def _line(self) -> tuple[str, int]:
            frame = sys._getframe(2)
            while frame is not None:
                name = frame.f_code.co_filename
                if is_own(name, self._home):
                    return linecache.getline(name, frame.f_lineno).strip()[:300], frame.f_lineno
                if name == drive.__code__.co_filename:
                    break  # what called us may be a cell, too
                frame = frame.f_back  # type: ignore[assignment]
            return "", 0

    return Origins
