"""Mutants that are listed as right answers give what the reference gives, on 1,000 random inputs each."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from grader.lessons import all_lessons
from grader.proofs.equivalent import equivalent
from grader.proofs.mutants import Mutant, driven, mutants
from grader.proofs.same import RANDOM_INPUTS, differs
from grader.reference import variant

DRIVEN = {
    definition.name: (lesson, definition)
    for lesson in all_lessons()
    for definition in driven(lesson)
}


@cache
def _listed(name: str) -> dict[tuple[str, ...], list[Mutant]]:
    """The listed changes of an exercise, each with the mutants that make it."""
    found: dict[tuple[str, ...], list[Mutant]] = {change: [] for change in equivalent()[name]}
    for mutant in mutants(*DRIVEN[name]):
        if mutant.changed in found:
            found[mutant.changed].append(mutant)
    return found


@pytest.mark.parametrize("name", equivalent())
def test_a_listed_mutant_exists_and_equals_the_reference_on_random_inputs(name: str) -> None:
    lesson, definition = DRIVEN[name]
    programs: dict[str, Any] = {}
    for change, made in _listed(name).items():
        assert made, f"no mutant of {name} has the change {change}: the list is out of date"
        programs |= {one.source: variant(lesson.name, name, one.source) for one in made}
    assert RANDOM_INPUTS == 1000
    assert differs(lesson, definition, programs) == {}
