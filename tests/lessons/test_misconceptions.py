"""Every known mistake is caught by a public case and named by its own id and no other, whatever the seed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.course.lessons import Lesson, all_lessons
from grader.course.mistakes import of_lesson
from grader.publish.exercises import case_faults, message_faults, misnamed
from hocsau.judging.diagnose import diagnose
from hocsau.judging.verdict import judge
from hocsau.language import Text
from tests.drawn import DRIVEN, drawn, secrets_of

EVERY = [
    pytest.param(exercise, secret, id=f"{exercise}-{secret.decode()}")
    for exercise in DRIVEN
    for secret in secrets_of(exercise)
]


@pytest.mark.parametrize(("name", "secret"), EVERY)
def test_every_known_mistake_is_caught_and_named_by_its_own_id(name: str, secret: bytes) -> None:
    assert misnamed(drawn(name, secret)) == []


def test_a_mistake_that_no_case_sees_or_tells_apart_is_found() -> None:
    exercise = drawn("mse_gradient")
    first, second = list(exercise.mistakes)[:2]
    blind = [replace(case, mistaken={**case.mistaken, first: case.expected}) for case in exercise.cases]  # fmt: skip
    assert f"{first} is seen by no public case: passed, 3 points" in misnamed(replace(exercise, cases=tuple(blind)))  # fmt: skip
    alike = [replace(case, mistaken={**case.mistaken, first: case.mistaken[second]}) for case in exercise.cases]  # fmt: skip
    assert f"{first} is told from {second} by no public case" in misnamed(replace(exercise, cases=tuple(alike)))  # fmt: skip


@pytest.mark.parametrize(("name", "secret"), EVERY)
def test_the_reference_passes_and_is_no_known_mistake(name: str, secret: bytes) -> None:
    exercise = drawn(name, secret)
    observed = [case.expected for case in exercise.cases]
    verdict = judge(exercise, observed)
    assert (verdict.outcome, verdict.points) == ("passed", exercise.points)
    assert diagnose(exercise, observed) is None


def test_a_program_that_is_no_known_mistake_is_not_named() -> None:
    exercise = drawn("mse_loss", b"one")
    observed = [replace(case.expected, value=-123.5) for case in exercise.cases]
    verdict = judge(exercise, observed)
    assert (verdict.outcome, verdict.diagnosis) == ("failed", None)


@pytest.mark.parametrize("name", DRIVEN)
def test_an_exercise_has_public_and_hidden_cases_and_known_mistakes(name: str) -> None:
    lesson, definition = DRIVEN[name]
    assert case_faults(definition) == []
    assert of_lesson(lesson.name)[name]


def test_too_few_cases_are_found() -> None:
    _, definition = DRIVEN["mse_loss"]
    assert case_faults(replace(definition, cases=definition.cases[:1])) == [
        "expected 3 public cases or more, found 1",
        "expected 1 hidden case or more, found 0",
    ]


@pytest.mark.parametrize("lesson", all_lessons(), ids=lambda lesson: lesson.name)
def test_messages_stand_in_both_languages_and_differ(lesson: Lesson) -> None:
    assert [
        fault for known in of_lesson(lesson.name).values() for one in known.values() for fault in message_faults(one)
    ] == []


def test_a_message_in_one_language_or_too_short_is_found() -> None:
    mistake = next(iter(of_lesson("momentum")["momentum_step"].values()))
    assert len(message_faults(replace(mistake, message=Text.of("Wrong.", vi="Wrong.")))) == 2
