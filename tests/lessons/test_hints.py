"""Hints of every graded exercise: three, in both languages, coming closer, and never the answer."""

from __future__ import annotations

import re
from importlib import import_module
from itertools import pairwise

import pytest

from grader.lessons import LESSON_NAMES, Lesson, all_lessons
from grader.publish.source import answer_lines, solution_cells
from grader.publish.twins import refused_terms
from hocsau.hints import steps

CODE = re.compile(r"`([^`]+)`")


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def told(lesson: str, name: str, text: str) -> list[str]:
    """The lines of the answer that a text gives away."""
    lines = answer_lines(solution_cells(lesson)[name])
    bare = [squeezed(line.partition("  #")[0]).removeprefix("return") for line in lines]
    return [line for line in bare if len(line) >= 10 and line in squeezed(text)]


@pytest.mark.parametrize("lesson", all_lessons(), ids=lambda lesson: lesson.name)
def test_every_graded_exercise_has_three_hints(lesson: Lesson) -> None:
    hints = import_module(f"hocsau.hints.{lesson.name}").HINTS
    assert list(hints) == [name for name in hints if name in {e.name for e in lesson.exercises}]
    assert set(hints) == {exercise.name for exercise in lesson.exercises}
    for name in hints:
        three = steps(lesson.name, name)
        assert len(three) == 3
        assert len({*three}) == 3
        for text in three:
            assert len(text.en) > 30
            assert len(text.vi) > 30
            assert text.en != text.vi
            assert set(CODE.findall(text.en)) == set(CODE.findall(text.vi)), name
            assert not [
                word for word in refused_terms() if re.search(rf"\b{word}\b", text.vi, re.I)
            ]


@pytest.mark.parametrize("lesson", LESSON_NAMES)
def test_no_hint_holds_a_line_of_the_answer(lesson: str) -> None:
    for name in solution_cells(lesson):
        if not name.endswith("_quiz"):
            for text in steps(lesson, name):
                assert told(lesson, name, text.en) == []


def test_this_test_can_fail() -> None:
    text = "Write `v = beta * v  - learning_rate * grad`, then the pair."
    assert told("momentum", "momentum_step", text) == ["v=beta*v-learning_rate*grad"]


def test_no_two_hints_are_the_same() -> None:
    texts = sorted(
        text.en for lesson in LESSON_NAMES for name in solution_cells(lesson) for text in steps(lesson, name)
    )  # fmt: skip
    assert not [one for one, other in pairwise(texts) if one == other]
