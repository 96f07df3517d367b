"""What facts cells say: they run in order, in one namespace, and each call of `fact`, `trained` or `given` is a claim.

fact(expression, "0.818")                            computed by every build; must round to what is printed
trained(function, "0.86", tolerance=0.01)            computed by `grader facts --trained` alone: a training, or what takes seconds
given("0.01", "392")                                 chosen by the author or given by the data's source; not computed
source_cell("cars", "cars_race")["X"]                what cells of the lesson define, run in this order
"""

from __future__ import annotations

import ast
import contextlib
import inspect
import io
import math
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import FrameType
from typing import Any, Literal

import numpy as np

from grader.course.reference import namespace
from grader.course.source import read_source
from grader.errors import BuildError
from grader.publish.numbers import canonical
from hocsau.judging.tensors import one_thread

__all__ = ["Claim", "make_claims", "source_cell"]

_SLACK = 1e-9
"""Of half a unit of the last digit: 0.0625 may be printed 0.062 or 0.063."""


@dataclass(frozen=True)
class Claim:
    """One literal that prose prints. `gives` is None where nothing was computed; `fault` says what is wrong with it."""

    kind: Literal["fact", "trained", "given"]
    key: str
    literal: str
    expression: str = ""
    gives: float | None = None
    fault: str | None = None
    seconds: float = 0.0


@dataclass
class _Claims:
    """Collects the claims of the cells that call its methods."""

    train: bool
    key: str = ""
    sources: dict[str, str] = field(default_factory=dict)
    made: list[Claim] = field(default_factory=list)

    def fact(self, value: Any, printed: str) -> None:
        self._add("fact", printed, inspect.currentframe(), lambda: value, 0.0)

    def trained(self, function: Callable[[], Any], printed: str, *, tolerance: float = 0.0) -> None:
        run = function if self.train else None
        self._add("trained", printed, inspect.currentframe(), run, tolerance)

    def given(self, *printed: str) -> None:
        for literal in printed:
            self.made.append(Claim("given", self.key, _read(literal)))

    def _add(
        self,
        kind: Literal["fact", "trained"],
        printed: str,
        frame: FrameType | None,
        run: Callable[[], Any] | None,
        tolerance: float,
    ) -> None:
        literal = _read(printed)
        expression = _expression(self.sources, frame.f_back if frame else None)
        if run is None:
            self.made.append(Claim(kind, self.key, literal, expression))
            return
        begin = time.perf_counter()
        value = run()
        seconds = time.perf_counter() - begin
        gives, fault = _compare(value, literal, tolerance)
        self.made.append(Claim(kind, self.key, literal, expression, gives, fault, seconds))


def _read(literal: str) -> str:
    try:
        read = canonical(literal)
        float(read)
    except (ValueError, AttributeError) as error:
        raise ValueError(
            f'{literal!r} is not a number as prose prints it; write "0.818", "-0.60", "11513" or "2.5e-11"'
        ) from error
    return read


def _compare(value: Any, literal: str, tolerance: float) -> tuple[float | None, str | None]:
    """The number that was computed, and why it cannot be printed as `literal`."""
    try:
        gives = float(value) if np.ndim(value) == 0 else math.nan
    except (TypeError, ValueError):
        gives = math.nan
    if not math.isfinite(gives):
        return None, f"gives {value!r}, and one finite number was expected"
    mantissa, _, exponent = literal.partition("e")
    digits = len(mantissa.partition(".")[2])
    unit = 10.0 ** (int(exponent or 0) - digits)
    if abs(gives - float(literal)) <= max(tolerance, unit / 2 * (1 + _SLACK)):
        return gives, None
    right = f"{gives:.{digits}{'e' if exponent else 'f'}}"
    within = f" within {tolerance:g}" if tolerance else ""
    return gives, f"gives {right} ({gives!r}), but {literal} is printed{within}"


def _expression(sources: Mapping[str, str], frame: FrameType | None) -> str:
    """What stands in the call of `frame` as its first argument, with the values of the names in it that a loop sets."""
    if frame is None or frame.f_code.co_filename not in sources:
        return ""
    positions = inspect.getframeinfo(frame).positions
    nodes = list(ast.walk(ast.parse(sources[frame.f_code.co_filename])))
    here = (positions.lineno, positions.col_offset, positions.end_col_offset) if positions else None
    call = next(
        node
        for node in nodes
        if isinstance(node, ast.Call) and (node.lineno, node.col_offset, node.end_col_offset) == here
    )
    targets = (node.target for node in nodes if isinstance(node, ast.For))
    looping = {node.id for loop in targets for node in ast.walk(loop) if isinstance(node, ast.Name)}
    used = {node.id for node in ast.walk(call.args[0]) if isinstance(node, ast.Name)}
    known = {**frame.f_globals, **frame.f_locals}
    values = ", ".join(f"{name} = {known[name]!r:.40}" for name in sorted(used & looping))
    return ast.unparse(call.args[0]) + (f" [{values}]" if values else "")


def source_cell(lesson: str, *keys: str) -> dict[str, Any]:
    """What the code cells `keys` of `lesson` define when they are run one after the other, quietly, with the reference answers.

    raises BuildError when there is no such cell
    """
    cells = {cell.key: cell for cell in read_source(lesson) if cell.role in ("code", "explore")}
    names = namespace(lesson)
    for key in keys:
        if key not in cells:
            raise BuildError(f"there is no code cell {key!r}; there are {', '.join(cells)}")
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            exec(compile(cells[key].source, f"<solutions/{lesson}/lesson.py {key}>", "exec"), names)
    return names


def make_claims(
    lesson: str,
    cells: Mapping[str, str],
    *,
    train: bool = False,
    before: Callable[[str], None] = lambda _: None,
) -> tuple[Claim, ...]:
    """Run the facts cells of `lesson`, source by key; `before` is called with each key.

    raises BuildError with the cell and the line when one fails
    """
    claims = _Claims(train)
    names = {
        **namespace(lesson),
        "np": np,
        "math": math,
        "fact": claims.fact,
        "trained": claims.trained,
        "given": claims.given,
        "source_cell": partial(source_cell, lesson),
    }
    with one_thread() if "torch" in sys.modules else contextlib.nullcontext():
        for key, source in cells.items():
            before(key)
            file = f"<solutions/{lesson}/lesson.py facts={key}>"
            claims.key, claims.sources[file] = key, source
            try:
                exec(compile(source, file, "exec"), names)
            except Exception as error:
                raise BuildError(
                    f"solutions/{lesson}/lesson.py, facts of {key!r}{_line(error, file)}: {type(error).__name__}: {error}"
                ) from error
    return tuple(claims.made)


def _line(error: Exception, file: str) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename == file]
    return f", line {lines[-1]} of the cell" if lines else ""
