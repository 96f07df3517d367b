"""The public half of a lesson's checks, as the notebook gets it. No quiz key, no hidden case, no code."""

from __future__ import annotations

from grader.cases import PUBLIC_SEED, draw_lesson
from grader.lessons import Lesson
from hocsau.judging.compare import compare
from hocsau.judging.exercise import Exercise, Pack
from hocsau.judging.probe import Observation
from hocsau.judging.scoring import Score, same_standing
from hocsau.judging.values import dumps, loads

__all__ = ["build_pack", "same_pack"]


def build_pack(lesson: Lesson) -> bytes:
    """The pack of `lesson` as bytes."""
    exercises = draw_lesson(lesson, PUBLIC_SEED, hidden=False)
    return dumps(Pack(lesson.name, lesson.number, lesson.title, exercises))


def same_pack(left: bytes, right: bytes) -> bool:
    """Do two packs agree: everything byte by byte save outputs, which may differ by rounding of the processor?"""
    if left == right:
        return True
    one, other = loads(left), loads(right)
    if (
        not isinstance(one, Pack)
        or not isinstance(other, Pack)
        or len(one.exercises) != len(other.exercises)
    ):
        return False
    if (one.lesson, one.number, one.title) != (other.lesson, other.number, other.title):
        return False
    return all(map(_same_exercise, one.exercises, other.exercises))


def _same_exercise(one: Exercise, other: Exercise) -> bool:
    inputs = [
        dumps([case.name, case.request, case.hidden, case.weight, case.score]) for case in one.cases
    ]
    others = [
        dumps([case.name, case.request, case.hidden, case.weight, case.score])
        for case in other.cases
    ]
    if inputs != others or dumps(one.mistakes) != dumps(other.mistakes):
        return False
    settings = [
        dumps(
            [
                e.name,
                e.points,
                e.kind,
                e.tolerance,
                e.picture,
                e.exact_calls,
                e.views,
                e.questions,
                e.letters,
                e.key,
                e.silent,
                e.not_allowed,
            ]
        )
        for e in (one, other)
    ]
    if settings[0] != settings[1]:
        return False
    for mine, theirs in zip(one.cases, other.cases, strict=True):
        if list(mine.mistaken) != list(theirs.mistaken):
            return False
        pairs = [
            (mine.expected, theirs.expected),
            *((mine.mistaken[k], theirs.mistaken[k]) for k in mine.mistaken),
        ]
        if not all(_same_output(left, right, one, mine.score) for left, right in pairs):
            return False
    return True


def _same_output(
    left: Observation, right: Observation, exercise: Exercise, score: Score | None
) -> bool:
    if exercise.silent and bool(left.warned) != bool(right.warned):
        return False
    if (left.outcome, left.changed, left.aliased, left.calls) != (
        right.outcome,
        right.changed,
        right.aliased,
        right.calls,
    ):
        return False
    if left.outcome != "returned":
        return True
    if score is not None:  # a training that diverges magnifies rounding
        return same_standing(score, left.value, right.value)
    return compare(left.value, right.value, exercise.tolerance) is None
