"""Every known mistake is caught by a public case and named by its own id and no other, whatever the seed."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from grader.cases import PUBLIC_SEED, draw_exercise
from grader.lessons import ExerciseDefinition, Lesson, all_lessons
from grader.misconceptions import of_lesson
from hocsau.judging.diagnose import agrees, diagnose
from hocsau.judging.exercise import Exercise
from hocsau.judging.verdict import judge

SECRETS = (PUBLIC_SEED, b"one", b"two", b"three")
DRIVEN = [
    (lesson, definition)
    for lesson in all_lessons()
    for definition in lesson.exercises
    if definition.kind == "function"
]


def _secrets(definition: ExerciseDefinition) -> tuple[bytes, ...]:
    """The seeds that an exercise is drawn from; a training takes seconds a mistake and gets two."""
    return SECRETS[:2] if definition.name.startswith("train_") else SECRETS


REFERENCES = [
    pytest.param(lesson, definition, secret, id=f"{definition.name}-{secret.decode()}")
    for lesson, definition in DRIVEN
    for secret in _secrets(definition)
]
NAMED = [
    pytest.param(lesson, definition, name, secret, id=f"{definition.name}-{name}-{secret.decode()}")
    for lesson, definition in DRIVEN
    for secret in _secrets(definition)
    for name in of_lesson(lesson.name)[definition.name]
]


@cache
def _drawn(lesson: Lesson, definition: ExerciseDefinition, secret: bytes) -> Exercise:
    return draw_exercise(lesson, definition, secret, hidden=True)


def _public(exercise: Exercise) -> Exercise:
    return replace(exercise, cases=tuple(case for case in exercise.cases if not case.hidden))


@pytest.mark.parametrize(("lesson", "definition", "name", "secret"), NAMED)
def test_a_known_mistake_is_named_by_its_own_id(
    lesson: Lesson, definition: ExerciseDefinition, name: str, secret: bytes
) -> None:
    exercise = _public(_drawn(lesson, definition, secret))
    verdict = judge(exercise, [case.mistaken[name] for case in exercise.cases])
    assert verdict.outcome in ("failed", "partly", "error")
    assert verdict.points < verdict.max_points
    assert verdict.diagnosis == name
    observed = [case.mistaken[name] for case in exercise.cases]
    others = [
        other
        for other in exercise.mistakes
        if other != name
        and all(
            agrees(case.mistaken[other], came, exercise, case.score)
            for case, came in zip(exercise.cases, observed, strict=True)
        )
    ]
    assert others == []


@pytest.mark.parametrize(("lesson", "definition", "secret"), REFERENCES)
def test_the_reference_passes_and_is_no_known_mistake(
    lesson: Lesson, definition: ExerciseDefinition, secret: bytes
) -> None:
    exercise = _drawn(lesson, definition, secret)
    observed = [case.expected for case in exercise.cases]
    verdict = judge(exercise, observed)
    assert (verdict.outcome, verdict.points) == ("passed", definition.points)
    assert diagnose(exercise, observed) is None


def test_a_program_that_is_no_known_mistake_is_not_named() -> None:
    lesson, definition = DRIVEN[0]
    exercise = draw_exercise(lesson, definition, b"one", hidden=True)
    observed = [replace(case.expected, value=-123.5) for case in exercise.cases]
    verdict = judge(exercise, observed)
    assert (verdict.outcome, verdict.diagnosis) == ("failed", None)


@pytest.mark.parametrize(
    ("lesson", "definition"), [pytest.param(*pair, id=pair[1].name) for pair in DRIVEN]
)
def test_an_exercise_has_public_and_hidden_cases_and_known_mistakes(
    lesson: Lesson, definition: ExerciseDefinition
) -> None:
    hidden = [kind.hidden for kind in definition.cases]
    assert hidden.count(False) >= 3
    assert hidden.count(True) >= 1
    assert of_lesson(lesson.name)[definition.name]


@pytest.mark.parametrize("lesson", all_lessons(), ids=lambda lesson: lesson.name)
def test_messages_stand_in_both_languages_and_differ(lesson: Lesson) -> None:
    for known in of_lesson(lesson.name).values():
        for mistake in known.values():
            assert len(mistake.message.en) > 30
            assert len(mistake.message.vi) > 30
            assert mistake.message.en != mistake.message.vi
