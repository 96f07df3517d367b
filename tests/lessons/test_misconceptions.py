"""Every known mistake is caught by a public case and named by its own id and no other, whatever the seed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.lessons import Lesson, all_lessons
from grader.misconceptions import of_lesson
from hocsau.judging.diagnose import agrees, diagnose
from hocsau.judging.exercise import Exercise
from hocsau.judging.verdict import judge
from tests.drawn import DRIVEN, drawn, secrets_of

EVERY = [
    pytest.param(exercise, secret, id=f"{exercise}-{secret.decode()}")
    for exercise in DRIVEN
    for secret in secrets_of(exercise)
]


def misnamed(exercise: Exercise) -> list[str]:
    """What is wrong with the names that the public cases give to the known mistakes, a line for each."""
    public = replace(exercise, cases=tuple(case for case in exercise.cases if not case.hidden))
    faults = []
    for name in public.mistakes:
        observed = [case.mistaken[name] for case in public.cases]
        verdict = judge(public, observed)
        if verdict.outcome not in ("failed", "partly", "error") or verdict.points >= verdict.max_points:  # fmt: skip
            faults.append(f"{name} is not caught: {verdict.outcome}, {verdict.points:g} points")
        if verdict.diagnosis != name:
            faults.append(f"{name} is called {verdict.diagnosis}")
        faults += [
            f"{name} is told from {other} by no case"
            for other in public.mistakes
            if other != name
            and all(
                agrees(case.mistaken[other], one, public, case.score)
                for case, one in zip(public.cases, observed, strict=True)
            )
        ]
    return faults


@pytest.mark.parametrize(("name", "secret"), EVERY)
def test_every_known_mistake_is_caught_and_named_by_its_own_id(name: str, secret: bytes) -> None:
    assert misnamed(drawn(name, secret)) == []


def test_a_mistake_that_no_case_sees_or_tells_apart_is_found() -> None:
    exercise = drawn("mse_gradient")
    first, second = list(exercise.mistakes)[:2]
    blind = [replace(case, mistaken={**case.mistaken, first: case.expected}) for case in exercise.cases]  # fmt: skip
    assert f"{first} is not caught: passed, 3 points" in misnamed(replace(exercise, cases=tuple(blind)))  # fmt: skip
    alike = [replace(case, mistaken={**case.mistaken, first: case.mistaken[second]}) for case in exercise.cases]  # fmt: skip
    assert f"{first} is told from {second} by no case" in misnamed(replace(exercise, cases=tuple(alike)))  # fmt: skip


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
    hidden = [kind.hidden for kind in definition.cases]
    assert hidden.count(False) >= 3
    assert hidden.count(True) >= 1
    assert of_lesson(lesson.name)[name]


@pytest.mark.parametrize("lesson", all_lessons(), ids=lambda lesson: lesson.name)
def test_messages_stand_in_both_languages_and_differ(lesson: Lesson) -> None:
    for known in of_lesson(lesson.name).values():
        for mistake in known.values():
            assert len(mistake.message.en) > 30
            assert len(mistake.message.vi) > 30
            assert mistake.message.en != mistake.message.vi
