"""Mutants that are right answers after all, listed by hand in solutions/<lesson>/equivalent.toml, each with the reason.

`python -m tools prove equivalent` compares every one of them with the reference on 1,000 random inputs.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache

from grader.course.places import SOLUTIONS
from grader.errors import BuildError

__all__ = ["equivalent", "is_equivalent"]


@cache
def equivalent() -> dict[str, dict[tuple[str, ...], str]]:
    """By exercise: the changed lines of a mutant, and why it gives what the reference gives.

    raises BuildError when a change is listed twice or a reason is missing
    """
    found: dict[str, dict[tuple[str, ...], str]] = {}
    for exercise, change, because in _entries():
        known = found.setdefault(exercise, {})
        if change in known or not because:
            raise BuildError(f"equivalent mutants of {exercise}: {change} has no reason, or two")
        known[change] = because
    return found


def _entries() -> Iterator[tuple[str, tuple[str, ...], str]]:
    for path in sorted(SOLUTIONS.glob("*/equivalent.toml")):
        listed = tomllib.loads(path.read_text(encoding="utf-8"))
        for exercise, entries in listed.items():
            for entry in entries:
                for change in entry["changes"]:
                    yield exercise, tuple(change.strip().splitlines()), entry["because"].strip()


def is_equivalent(exercise: str, changed: tuple[str, ...]) -> bool:
    """Does this change stand in the list?"""
    return tuple(changed) in equivalent().get(exercise, {})
