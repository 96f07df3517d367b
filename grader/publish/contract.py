"""docs/contract.md of a course that has one: what it promises of each lesson's exercises, and which of it no case sees."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from grader.course.lessons import Lesson
from grader.course.places import SOLUTIONS

__all__ = ["PAGE", "Row", "contract_faults", "rows", "sections", "unseen"]

PAGE = SOLUTIONS.parent / "docs" / "contract.md"


@dataclass(frozen=True)
class Row:
    """One row of the page."""

    names: tuple[str, ...]
    signature: str
    must_see: str


def sections(page: str) -> dict[str, str]:
    """What the page says of each lesson, by its heading, "2 NAME"."""
    parts = re.split(r"^## (\d \w+).*$", page, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def rows(section: str) -> list[Row]:
    """The table of a lesson."""
    cells = [line.strip("| ").split(" | ") for line in section.splitlines() if line[:2] == "| "]
    return [
        Row(tuple(re.split(", | / ", name)), signature, must_see)
        for name, signature, must_see in cells
        if name != "exercise"
    ]


def unseen(must_see: str, phrases: Iterable[str]) -> str:
    """What is left of a row's text when the phrases that cases see are taken out; "" when nothing is.

    >>> unseen("n=1; d=1", ["n=1"])
    'd=1'
    """
    rest = must_see
    for phrase in sorted(phrases, key=len, reverse=True):
        if phrase in must_see:
            rest = rest.replace(phrase, "", 1)
    return "; ".join(part for piece in rest.split(";") if (part := " ".join(piece.split())))


def contract_faults(lesson: Lesson, page: Path = PAGE) -> list[str]:
    """What the cases of `lesson` don't see of its rows, and exercises without a row; empty where the course has no such page."""
    if not page.is_file():
        return []
    said = {heading.split()[1]: section for heading, section in sections(page.read_text(encoding="utf-8")).items()}
    table = rows(said.get(lesson.name, ""))
    promised = {name for row in table for name in row.names}
    sees = {one.name: [phrase for case in one.cases for phrase in case.sees] for one in lesson.exercises}
    found = [
        f"{one.name}: {page.name} has no row for it; write one, or say contract=False"
        for one in lesson.exercises
        if one.kind == "function" and one.contract and one.name not in promised
    ]
    for row in table:
        rest = unseen(row.must_see, [phrase for name in row.names for phrase in sees.get(name, ())])
        if rest:
            found.append(f"{', '.join(row.names)}: {page.name} says {rest!r}, and no case says that it sees it (sees=)")
    return found
