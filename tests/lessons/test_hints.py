"""Hints of every graded exercise: three, in both languages, coming closer, and never the answer."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from grader.course.lessons import Lesson, all_lessons, lesson_names, of_name
from grader.course.source import solution_cells
from grader.publish import hints
from grader.publish.hints import given_away, hint_faults, hints_of
from hocsau.language import Text


@pytest.mark.parametrize("lesson", all_lessons(), ids=lambda lesson: lesson.name)
def test_every_graded_exercise_has_three_hints_and_none_holds_the_answer(lesson: Lesson) -> None:
    assert hint_faults(lesson) == []


def test_a_line_of_the_answer_is_found() -> None:
    text = "Write `v = beta * v  - learning_rate * grad`, then the pair."
    answer = solution_cells("momentum")["momentum_step"]
    assert given_away(answer, text) == ["v=beta*v-learning_rate*grad"]


LONG = "Which of the two lines does the gradient enter?"
LONG_VI = "Trong hai dòng ấy, gradient đi vào dòng nào?"


@pytest.mark.parametrize(
    ("hint", "fault"),
    [
        (Text.of("Look.", vi=LONG_VI), "too short"),
        (Text(LONG), "the same in both languages"),
        (Text.of(LONG + " `w`", vi=LONG_VI), "differs between the languages"),
        (Text.of(LONG + " v = beta * v - learning_rate * grad", vi=LONG_VI), "gives a line of the answer away"),
        (Text.of(LONG, vi=LONG_VI), ""),
    ],
)
def test_what_is_wrong_with_a_hint_is_found(hint: Text, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    momentum = of_name("momentum")
    only = replace(momentum, exercises=momentum.exercises[:1])
    others = hints_of("momentum")["momentum_step"][1:]
    monkeypatch.setattr(hints, "hints_of", lambda lesson: {"momentum_step": (hint, *others)})
    found = hint_faults(only)
    assert len(found) == bool(fault), found
    assert all(fault in one for one in found)


def test_a_hint_too_few_and_a_stray_one_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    momentum = of_name("momentum")
    only = replace(momentum, exercises=momentum.exercises[:1])
    three = hints_of("momentum")["momentum_step"]
    monkeypatch.setattr(hints, "hints_of", lambda lesson: {"momentum_step": (*three[:2], three[0]), "gone": three})
    assert hint_faults(only) == [
        "gone: there is no exercise of this name",
        "momentum_step: expected three hints, each another, found 2",
    ]


def test_no_two_hints_are_the_same() -> None:
    texts = sorted(text.en for lesson in lesson_names() for three in hints_of(lesson).values() for text in three)
    assert not [one for one, other in pairwise(texts) if one == other]
