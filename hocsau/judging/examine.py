"""The order in which answers are judged, one for the notebook and the grader: put to the cases, compared, named, said.

    examined = examine(exercises, subject)   # {"momentum_step": Examined(verdict, observed)}

A subject is the learner's answers and the place where they run: this process (hocsau.checking), or a child behind walls
(grader.judge.session).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from hocsau.judging.exercise import Exercise, ExerciseKind
from hocsau.judging.outcomes import ObservationOutcome, Outcome
from hocsau.judging.probe import Observation
from hocsau.judging.verdict import Verdict, blame, forbid, judge, judge_manual
from hocsau.judging.wording import verdicts as words

__all__ = ["WRONG", "Examined", "Subject", "examine"]

WRONG = (Outcome.FAILED, Outcome.PARTLY, Outcome.ERROR, Outcome.TIMEOUT)
"""Outcomes of an answer that was given and is not right."""
_ACTED = (ObservationOutcome.RETURNED, ObservationOutcome.RAISED)


class Subject(Protocol):
    """A learner's answers, and how they are put to cases. Where a method has nothing to do, this class's own may be inherited."""

    def begin(self, exercises: Sequence[Exercise]) -> None:
        """Called once, with all exercises that will be observed."""

    def wrote(self, exercise: Exercise) -> bool:  # noqa: ARG002
        """Was anything written in the place of a written answer?"""
        return True

    def observe(self, exercise: Exercise) -> list[Observation]:
        """What each case leads to."""

    def observe_alone(self, exercise: Exercise) -> list[Observation] | None:  # noqa: ARG002
        """The same where no other exercise has run; None where that was so already, or cannot be had."""
        return None

    def mentions(self, name: str) -> bool:
        """Does the learner's code speak of `name`?"""

    def stopped(self, exercise: Exercise) -> Observation | None:  # noqa: ARG002
        """What ended the code that should define the exercise; None when nothing did."""
        return None

    def library_calls(self, exercise: Exercise) -> list[str]:
        """The calls in the answer that the exercise does not allow, by dotted name."""

    def elsewhere(self, exercise: Exercise, observed: list[Observation]) -> list[Observation]:
        """`observed` after the cases that are right, and meant for it, were tried with their tensors on another device."""

    def dependencies(self, name: str, names: Sequence[str]) -> list[str]:
        """Which of `names` the answer `name` uses."""


@dataclass(frozen=True)
class Examined:
    """The verdict on one exercise and what was observed on its cases; nothing was observed of a written answer."""

    verdict: Verdict
    observed: list[Observation]


def examine(
    exercises: Sequence[Exercise],
    subject: Subject,
    *,
    others: Sequence[Exercise] = (),
    with_mistakes: Callable[[Exercise], Exercise] = lambda exercise: exercise,
) -> dict[str, Examined]:
    """The verdict on each of `exercises`, by name.

    others         exercises of the lesson that are looked at only where an answer uses them
    with_mistakes  gives an exercise with what every known mistake does on it; asked for wrong answers alone
    """
    subject.begin(exercises)
    examined = {exercise.name: _examine(exercise, subject, with_mistakes) for exercise in exercises}
    for exercise in exercises:  # after all others: no case runs where a made-up device is known
        before = examined[exercise.name]
        if before.verdict.outcome in (Outcome.PASSED, Outcome.PARTLY) and any(case.device for case in exercise.cases):
            observed = subject.elsewhere(exercise, before.observed)
            if any(now is not then for now, then in zip(observed, before.observed, strict=True)):
                examined[exercise.name] = Examined(_judged(exercise, observed, with_mistakes), observed)
    return _with_blame(exercises, others, subject, examined, with_mistakes)


def _examine(exercise: Exercise, subject: Subject, with_mistakes: Callable[[Exercise], Exercise]) -> Examined:
    """One exercise by itself: neither other devices nor the answers that it uses are looked at."""
    if exercise.kind == ExerciseKind.WRITTEN:
        verdict = judge_manual(exercise)
        if not subject.wrote(exercise):
            verdict = replace(verdict, outcome=Outcome.MISSING, message=words.NOTHING_WRITTEN)
        return Examined(verdict, [])
    observed = subject.observe(exercise)
    verdict = _judged(exercise, observed, with_mistakes)
    if _may_be_innocent(verdict, observed, subject):
        alone = subject.observe_alone(exercise)
        if alone is not None:  # what an earlier exercise left behind must not cost this one
            observed, verdict = alone, _judged(exercise, alone, with_mistakes)
    stopped = subject.stopped(exercise) if verdict.outcome == Outcome.MISSING else None
    if stopped is not None:
        observed = [stopped] * len(observed)
        verdict = judge(exercise, observed)
    if exercise.not_allowed and verdict.outcome != Outcome.MISSING:
        used = [name for observation in observed for name in observation.used]
        verdict = forbid(exercise, verdict, [*subject.library_calls(exercise), *used])
    return Examined(verdict, observed)


def _judged(
    exercise: Exercise, observed: Sequence[Observation], with_mistakes: Callable[[Exercise], Exercise]
) -> Verdict:
    """The verdict, with the mistake where it is a known one."""
    verdict = judge(exercise, observed)
    if verdict.outcome in WRONG and any(observation.outcome in _ACTED for observation in observed):
        full = with_mistakes(exercise)
        verdict = verdict if full is exercise else judge(full, observed)
    return verdict


def _may_be_innocent(verdict: Verdict, observed: Sequence[Observation], subject: Subject) -> bool:
    """Could it be the doing of an earlier exercise? Not when nothing was done, nor when every case is a known mistake's."""
    if verdict.outcome == Outcome.MISSING:
        undone = all(observation.outcome == ObservationOutcome.UNFINISHED for observation in observed)
        return not undone and subject.mentions(verdict.exercise)
    return verdict.outcome != Outcome.PASSED and verdict.diagnosis is None


def _with_blame(
    exercises: Sequence[Exercise],
    others: Sequence[Exercise],
    subject: Subject,
    examined: dict[str, Examined],
    with_mistakes: Callable[[Exercise], Exercise],
) -> dict[str, Examined]:
    """`examined`, where a wrong answer that uses another wrong answer says so."""
    functions = {
        exercise.name: exercise for exercise in (*exercises, *others) if exercise.kind == ExerciseKind.FUNCTION
    }
    outcomes = {name: examined[name].verdict.outcome for name in functions if name in examined}

    def wrong(name: str) -> bool:
        if name not in outcomes:
            outcomes[name] = _examine(functions[name], subject, with_mistakes).verdict.outcome
        return outcomes[name] != Outcome.PASSED

    blamed = dict(examined)
    for exercise in exercises:
        verdict = examined[exercise.name].verdict
        suspects = [name for name in functions if name != exercise.name and outcomes.get(name) != Outcome.PASSED]
        if (
            exercise.name in functions
            and suspects
            and verdict.outcome not in (Outcome.PASSED, Outcome.FORBIDDEN, Outcome.UNREADABLE)
        ):
            used = subject.dependencies(exercise.name, list(functions))
            blamed[exercise.name] = replace(
                examined[exercise.name], verdict=blame(verdict, [name for name in used if wrong(name)])
            )
    return blamed
