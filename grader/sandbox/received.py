"""What a child sent, checked field by field: the judge believes no type, no length and no name of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hocsau.judging.outcomes import ObservationOutcome
from hocsau.judging.probe import Failure, Observation
from hocsau.judging.request import Build, Call, Chain, Construct, Request
from hocsau.judging.values import plain, readable

__all__ = ["MAX_OUTPUTS", "known_names", "length", "lines", "observation", "outputs", "strayed"]

MAX_OUTPUTS = 210  # the shell's own limit, its note, errors
MAX_LINES = 1000
MAX_CHARACTERS = 16 << 20

_CLAIMED = (
    ObservationOutcome.RETURNED,
    ObservationOutcome.RAISED,
    ObservationOutcome.UNREADABLE,
    ObservationOutcome.UNFINISHED,
    ObservationOutcome.MISSING,
    ObservationOutcome.NOT_CALLABLE,
)
"""What a child may say of itself; that it died or took too long is the judge's to say."""


def observation(came: Any, request: Request, calls: int) -> Observation | None:
    """The observation in a child's reply with the calls that the judge counted; None when it is not one."""
    if type(came) is not Observation or not isinstance(came.outcome, str) or came.outcome not in _CLAIMED:
        return None
    outcome = ObservationOutcome(came.outcome)
    arguments = _arguments(request)
    return Observation(
        outcome,
        plain(came.value) if outcome in (ObservationOutcome.RETURNED, ObservationOutcome.NOT_CALLABLE) else None,
        _failure(came.failure),
        tuple(name for name in arguments if _holds(came.changed, name)),
        tuple(name for name in arguments if _holds(came.aliased, name)),
        calls,
        _texts(came.warned),
        _texts(came.used),
    )


def strayed(came: Any) -> Failure | None:
    """Where a tensor was made on the wrong device, as the child says."""
    return _failure(came)


def _arguments(request: Request) -> tuple[str, ...]:
    """The names under which something was handed over."""
    if isinstance(request, (Call, Chain)):
        return tuple(request.arguments)
    if isinstance(request, Construct):
        return tuple(dict.fromkeys([*request.arguments, *(n for call in request.calls for n in call)]))
    if isinstance(request, Build):
        return tuple(dict.fromkeys(name for call in request.calls for name in call.inputs))
    return ()


def _texts(came: Any) -> tuple[str, ...]:
    return tuple(_line(text, 100) for text in came[:20]) if isinstance(came, tuple) else ()


def _holds(names: Any, name: str) -> bool:
    return isinstance(names, tuple) and any(type(item) is str and item == name for item in names)


def _failure(came: Any) -> Failure | None:
    if type(came) is not Failure:
        return None
    number = came.number if type(came.number) is int and 0 < came.number < 1_000_000 else 0
    return Failure(_line(came.type, 100), _line(came.text, 500), _line(came.line, 300), number)


def _line(came: Any, limit: int) -> str:
    return readable(came, limit) if type(came) is str else ""


def known_names(came: Any, known: Sequence[str]) -> list[str]:
    """Those of `known` that stand in a child's list."""
    return [name for name in known if isinstance(came, list) and _holds(tuple(came), name)]


def lines(came: Any) -> list[str]:
    """The short strings in a child's list."""
    kept = [_line(item, 200) for item in came[:20]] if isinstance(came, list) else []
    return [line for line in kept if line]


def outputs(came: Any) -> list[dict[str, Any]]:
    """The well-formed nbformat outputs in a child's reply; anything else is dropped."""
    kept: list[dict[str, Any]] = []
    left = MAX_CHARACTERS
    for item in came[:MAX_OUTPUTS] if isinstance(came, list) else ():
        read = _READERS.get(_line(item.get("output_type"), 20)) if isinstance(item, dict) else None
        output = read(item) if read is not None else None
        if output is not None:
            left -= length(output)
            if left < 0:
                break
            kept.append(output)
    return kept


def length(output: Any) -> int:
    """Characters in all of `output`."""
    if isinstance(output, dict):
        return sum(map(length, output.values()))
    return sum(map(length, output)) if isinstance(output, list) else len(str(output))


def _stream(item: dict[str, Any]) -> dict[str, Any] | None:
    name, text = item.get("name"), item.get("text")
    if not isinstance(name, str) or not isinstance(text, str) or name not in ("stdout", "stderr"):
        return None
    return {"output_type": "stream", "name": name, "text": text}


def _error(item: dict[str, Any]) -> dict[str, Any] | None:
    lines = item.get("traceback")
    lines = lines[:MAX_LINES] if isinstance(lines, list) else []
    return {
        "output_type": "error",
        "ename": _line(item.get("ename"), 100),
        "evalue": _line(item.get("evalue"), 10_000),
        "traceback": [line for line in lines if isinstance(line, str)],
    }


def _data(item: dict[str, Any]) -> dict[str, Any] | None:
    data = item.get("data")
    kept = {kind: text for kind, text in data.items() if isinstance(text, str)} if isinstance(data, dict) else {}
    return {"output_type": "display_data", "data": kept, "metadata": {}} if kept else None


def _result(item: dict[str, Any]) -> dict[str, Any] | None:
    output = _data(item)
    return None if output is None else {**output, "output_type": "execute_result", "execution_count": None}


_READERS: dict[str, Callable[[dict[str, Any]], dict[str, Any] | None]] = {
    "stream": _stream,
    "error": _error,
    "display_data": _data,
    "execute_result": _result,
}
