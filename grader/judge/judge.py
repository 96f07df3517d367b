"""One submission in, verdicts out. The learner's code runs in the sandbox; cases, references and points stay here."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from grader.course.lessons import Lesson
from grader.errors import TorchError
from grader.judge.conceal import concealed
from grader.judge.devices import demand_a_device
from grader.judge.draw import draw_exercise, draw_lesson
from grader.judge.session import Limits, Session
from grader.judge.submission import Submission
from grader.sandbox.process import Worker
from hocsau.judging.examine import examine
from hocsau.judging.exercise import Exercise
from hocsau.judging.outcomes import ObservationOutcome, Outcome
from hocsau.judging.picture import picture
from hocsau.judging.probe import Observation
from hocsau.judging.verdict import Verdict

__all__ = ["Judgement", "Limits", "judge_submission", "warm_up"]


@dataclass
class Judgement:
    """All verdicts on one submission, the outputs of its cells by place, and pictures by exercise."""

    lesson: str
    verdicts: list[Verdict]
    outputs: dict[int, list[dict[str, Any]]]
    pictures: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def score(self) -> float:
        return round(sum(verdict.points for verdict in self.verdicts), 2)

    @property
    def max_score(self) -> float:
        return sum(verdict.max_points for verdict in self.verdicts)


def judge_submission(
    lesson: Lesson,
    submission: Submission,
    worker: Worker,
    secret: bytes,
    limits: Limits | None = None,
) -> Judgement:
    """Run the submission, put every case of every exercise to it, and judge what comes back.

    raises TorchError when torch cannot give out a tensor of its own that an answer returned, or is too old to judge this
    lesson: nothing is scored then
    """
    demand_a_device(lesson, worker.gpu)
    began = time.monotonic()
    contract = {definition.name: definition.contract for definition in lesson.exercises}
    exercises = [
        exercise for exercise in _drawn(lesson, secret) if contract[exercise.name] or not submission.contract_only
    ]
    session = Session(submission, worker, limits or Limits())
    try:
        examined = examine(
            exercises, session, with_mistakes=lambda exercise: _with_mistakes(lesson, exercise.name, secret)
        )
    finally:
        session.close()
    for name, one in examined.items():
        if one.verdict.outcome == Outcome.UNREADABLE:
            raise TorchError(_UNREADABLE.format(name=name, said=_unread(one.observed)))
    pictures = {
        exercise.name: picture(exercise, one.observed, submission.language)
        for exercise in exercises
        if (one := examined[exercise.name]).observed
        and one.verdict.outcome not in (Outcome.PASSED, Outcome.MISSING, Outcome.MANUAL)
    }
    verdicts = [concealed(examined[exercise.name].verdict) for exercise in exercises]
    return Judgement(lesson.name, verdicts, session.outputs, pictures, time.monotonic() - began)


def warm_up(lesson: Lesson, secret: bytes) -> None:
    """Draw once the cases that every submission of `lesson` needs, and those of wrong answers."""
    for exercise in _drawn(lesson, secret):
        _with_mistakes(lesson, exercise.name, secret)


@lru_cache(maxsize=16)
def _drawn(lesson: Lesson, secret: bytes) -> tuple[Exercise, ...]:
    """The lesson's cases: drawn once for a whole class."""
    return draw_lesson(lesson, secret, hidden=True, mistakes=False)


@lru_cache(maxsize=64)
def _with_mistakes(lesson: Lesson, name: str, secret: bytes) -> Exercise:
    """The exercise with what every known mistake gives: drawn for wrong answers alone, and once for a whole class."""
    definition = next(exercise for exercise in lesson.exercises if exercise.name == name)
    return draw_exercise(lesson, definition, secret, hidden=True)


_UNREADABLE = (
    "{name}: torch made a tensor that it cannot give out ({said}). The answer may be right, so nothing of this submission "
    "was scored. Grade it again; where every submission is hit, install another torch; where it is this one alone, see what "
    "its code does to torch, and mark it by hand"
)


def _unread(observed: list[Observation]) -> str:
    """What torch said."""
    failures = (came.failure for came in observed if came.outcome == ObservationOutcome.UNREADABLE)
    return next((failure.text for failure in failures if failure is not None), "no reason given")
