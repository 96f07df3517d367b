"""The hints of a lesson: three for each exercise, in both languages, and never a line of the answer."""

from __future__ import annotations

import re

from grader.course.lessons import Lesson, part
from grader.course.source import answer_lines, solution_cells
from grader.publish.twins import refused_terms
from hocsau.language import Text

__all__ = ["given_away", "hint_faults", "hints_of"]

SHORTEST = 30
"""Fewer letters are no hint."""
_TELLING = 10
_CODE = re.compile(r"`([^`]+)`")


def hints_of(lesson: str) -> dict[str, tuple[Text, ...]]:
    """The hints of each exercise of `lesson`."""
    found: dict[str, tuple[Text, ...]] = part(lesson, "hints").HINTS
    return found


def given_away(answer: str, text: str) -> list[str]:
    """The lines of an `answer`, the source of its cell, that stand in a text."""
    bare = [_squeezed(line.partition("  #")[0]).removeprefix("return") for line in answer_lines(answer)]
    return [line for line in bare if len(line) >= _TELLING and line in _squeezed(text)]


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def hint_faults(lesson: Lesson) -> list[str]:
    """What is wrong with the hints of `lesson`, a sentence each; empty when nothing is."""
    hints, cells = hints_of(lesson.name), solution_cells(lesson.name)
    names = [exercise.name for exercise in lesson.exercises]
    found = [f"{name}: there is no exercise of this name" for name in hints if name not in names]
    quizzes = {exercise.name for exercise in lesson.exercises if exercise.kind == "quiz"}
    for name in names:
        three = hints.get(name, ())
        if len({*three}) != 3:
            found.append(f"{name}: expected three hints, each another, found {len({*three})}")
        for number, text in enumerate(three, 1):
            answer = "" if name in quizzes else cells.get(name, "")
            found += [f"{name}, hint {number}: {fault}" for fault in _faults(text, answer)]
    return found


def _faults(text: Text, answer: str) -> list[str]:
    found = []
    if min(len(text.en), len(text.vi)) <= SHORTEST:
        found.append(f"too short; more than {SHORTEST} letters are expected in each language")
    if text.en == text.vi:
        found.append("the same in both languages; write the Vietnamese")
    if set(_CODE.findall(text.en)) != set(_CODE.findall(text.vi)):
        found.append("the code in it (`...`) differs between the languages")
    found += [
        f"the glossary refuses {bad!r} in Vietnamese; use {good!r}"
        for bad, good in refused_terms().items()
        if re.search(rf"\b{re.escape(bad)}\b", text.vi, re.IGNORECASE)
    ]
    return found + [f"it gives a line of the answer away, {line!r}" for line in given_away(answer, text.en)]
