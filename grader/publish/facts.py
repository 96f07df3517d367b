"""Is each number of the prose what its facts compute, and does each stand in both languages?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from grader.course.lessons import lesson_names
from grader.course.source import Cell, read_facts, read_source
from grader.publish.claims import Claim, make_claims
from grader.publish.numbers import demanded, numbers, section_numbers

__all__ = [
    "computed_fault",
    "exact_claims",
    "fact_faults",
    "prose_faults",
    "sections",
]


@cache
def exact_claims(lesson: str) -> tuple[Claim, ...]:
    """The claims of `lesson`, the exact ones computed."""
    return make_claims(lesson, read_facts(lesson))


@cache
def sections() -> frozenset[str]:
    """The numbers of all headings of the course."""
    prose = (cell.source for lesson in lesson_names() for cell in read_source(lesson) if cell.role == "prose")
    return frozenset(number for source in prose for number in section_numbers(source))


def fact_faults(lesson: str) -> list[str]:
    """What is wrong with the numbers of `lesson`, a sentence each; empty when nothing is.

    raises BuildError when its facts cannot be computed
    """
    claims = exact_claims(lesson)
    found = [computed_fault(claim) for claim in claims if claim.fault is not None]
    found += prose_faults(read_source(lesson), claims)
    return [f"solutions/{lesson}/lesson.py, {fault}" for fault in found]


def computed_fault(claim: Claim) -> str:
    """One sentence: the cell, the expression, what it gives, what is printed and what to do."""
    return (
        f"facts of {claim.key!r}: {claim.expression} {claim.fault}; "
        "mend the prose of both languages and the literal, or the expression"
    )


def prose_faults(cells: Sequence[Cell], claims: Iterable[Claim]) -> list[str]:
    """Claimed numbers that the prose `cells` do not print, and numbers in them that nobody claims."""
    claimed: dict[str, set[str]] = {}
    for claim in claims:
        claimed.setdefault(claim.key, set()).add(claim.literal)
    found = []
    for cell in cells:
        if cell.role in ("prose", "written"):
            found += _cell_faults(cell, claimed.get(cell.key, set()))
    return found


def _cell_faults(cell: Cell, claimed: set[str]) -> list[str]:
    place = f"prose {cell.key!r}" + (f" ({cell.language})" if cell.language else "")
    printed = {number.literal for number in numbers(cell.source)}
    found = [
        f"{place}: {literal} is claimed in facts={cell.key!r} and does not stand there; print it, or take the claim out"
        for literal in sorted(claimed - printed)
    ]
    for number in demanded(cell.source, sections()):
        if number.literal not in claimed:
            around = " ".join(cell.source[max(0, number.start - 25) : number.end + 15].split())
            found.append(
                f'{place}: nothing claims {number.literal} in "{around}"; compute it by fact(..., "{number.literal}") '
                f"in the cell facts={cell.key!r} behind the prose, or list it there in given(...) when it was chosen"
            )
    return found
