"""Wrong answers as students write them: a collection of them for one lesson, and what the judge says of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hocsau.judging.probe import drive
from hocsau.judging.verdict import judge
from tests.drawn import drawn

__all__ = ["Mistakes"]


class Mistakes:
    """`@mistakes("lstm", "c_not_carried")` enters a wrong answer with the id that it must be told by, None for no id.

    entered: a pytest parameter for each (exercise, program, id)
    """

    def __init__(self) -> None:
        self.entered: list[Any] = []

    def __call__(self, exercise: str, name: str | None = None) -> Callable[[Any], Any]:
        def enter(program: Any) -> Any:
            key = f"{exercise}-{program.__name__}"
            self.entered.append(pytest.param(exercise, program, name, id=key))
            return program

        return enter

    def told(self, exercise: str, program: Any, name: str | None) -> None:
        """Less than full marks, one of the notebook's own cases fails, and the mistake is told by `name` and no other."""
        seen = drawn(exercise, b"one")
        verdict = judge(seen, [drive(case.request, lambda: program) for case in seen.cases])
        assert verdict.points < verdict.max_points
        assert verdict.diagnosis == name
        assert not all(case.passed for case in verdict.cases if not case.hidden)
