"""One submission in, verdicts out. The learner's code runs in the sandbox; cases, references and points stay here."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from grader.cases import draw_exercise, draw_lesson
from grader.devices import demand_a_device
from grader.errors import TorchError
from grader.forbidden import written_calls
from grader.hidden import concealed
from grader.lessons import Lesson
from grader.pictures import picture_once
from grader.running import Begun, Limits, Run
from grader.sandbox.process import Worker
from grader.submission import Submission
from hocsau.judging.chart import bars
from hocsau.judging.exercise import Exercise
from hocsau.judging.probe import Observation
from hocsau.judging.verdict import Verdict, blame, forbid, judge, judge_manual
from hocsau.judging.wording import WORDS

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
    run = Run(submission, worker, limits or Limits())
    contract = {definition.name: definition.contract for definition in lesson.exercises}
    exercises = [
        exercise
        for exercise in _drawn(lesson, secret)
        if contract[exercise.name] or not submission.contract_only
    ]
    verdicts, pictures = {}, {}
    try:
        run.prepare()
        # Public cases of all exercises first: what they show was said before the learner's code saw a hidden input.
        # A quiz before those: nothing has run yet that could have changed its answers.
        begun = {
            exercise.name: run.begin(exercise)
            for exercise in sorted(exercises, key=lambda exercise: exercise.kind != "quiz")
        }
        passed: list[tuple[Exercise, list[Observation]]] = []
        for exercise in exercises:
            verdict, observed = _judge_one(
                exercise, run, begun[exercise.name], submission, lesson, secret
            )
            if verdict.outcome in ("passed", "partly"):
                passed.append((exercise, observed))
            verdicts[exercise.name] = verdict
            if verdict.outcome not in ("passed", "missing", "manual") and observed:
                pictures[exercise.name] = picture_once(
                    exercise, observed, submission.language, (lesson.name, secret)
                )
        for (
            exercise,
            observed,
        ) in passed:  # last of all: no case runs in a child that knows a made-up device
            if run.try_elsewhere(exercise, observed):
                verdicts[exercise.name] = judge(exercise, observed)
        _blame(exercises, verdicts, run)
    finally:
        run.close()
    ordered = [concealed(verdicts[exercise.name]) for exercise in exercises]
    return Judgement(lesson.name, ordered, run.outputs, pictures, time.monotonic() - began)


def warm_up(lesson: Lesson, secret: bytes) -> None:
    """Draw once what every submission of `lesson` needs, and what wrong answers need."""
    for exercise in _drawn(lesson, secret):
        _with_mistakes(lesson, exercise.name, secret)
    bars(([1.0], [1.0]), ("", ""), "fonts and all else that the first picture needs")


_WRONG = ("failed", "partly", "error", "timeout")
_ACTED = ("returned", "raised")


@lru_cache(maxsize=16)
def _drawn(lesson: Lesson, secret: bytes) -> tuple[Exercise, ...]:
    """The lesson's cases: drawn once for a whole class."""
    return draw_lesson(lesson, secret, hidden=True, mistakes=False)


@lru_cache(maxsize=64)
def _with_mistakes(lesson: Lesson, name: str, secret: bytes) -> Exercise:
    """The exercise with what every known mistake gives: drawn for wrong answers alone, and once for a whole class."""
    definition = next(exercise for exercise in lesson.exercises if exercise.name == name)
    return draw_exercise(lesson, definition, secret, hidden=True)


def _judge_one(
    exercise: Exercise,
    run: Run,
    begun: Begun,
    submission: Submission,
    lesson: Lesson,
    secret: bytes,
) -> tuple[Verdict, list[Observation]]:
    if exercise.kind == "written":
        verdict = judge_manual(exercise)
        if exercise.name not in submission.written:
            verdict = replace(verdict, outcome="missing", message=WORDS["manual_empty"])
        return verdict, []
    clean = begun.clean or (begun.alone and run.untouched(exercise.name))
    observed = run.observe(exercise, begun)
    verdict = _diagnosed(lesson, exercise, observed, secret)
    if not clean and _may_be_innocent(verdict, observed, run):
        run.prepare()  # what an earlier exercise left behind must not cost this one
        observed = run.observe(exercise)
        verdict = _diagnosed(lesson, exercise, observed, secret)
    trouble = run.trouble_defining(exercise.name) if verdict.outcome == "missing" else None
    if trouble is not None:
        observed = [trouble] * len(observed)
        verdict = judge(exercise, observed)
    if exercise.not_allowed and verdict.outcome != "missing":
        used = [name for came in observed for name in came.used]
        sources = [cell.source for cell in submission.cells if cell.runs]
        written = written_calls(sources, exercise.name, exercise.not_allowed)
        verdict = forbid(exercise, verdict, [*written, *begun.library_calls, *used])
    if verdict.outcome == "unreadable":
        raise TorchError(_UNREADABLE.format(name=exercise.name, said=_unread(observed)))
    return verdict, observed


_UNREADABLE = (
    "{name}: torch made a tensor that it cannot give out ({said}). The answer may be right, so nothing of this submission "
    "was scored. Grade it again; where every submission is hit, install another torch; where it is this one alone, see what "
    "its code does to torch, and mark it by hand"
)


def _unread(observed: list[Observation]) -> str:
    """What torch said."""
    failures = (came.failure for came in observed if came.outcome == "unreadable")
    return next((failure.text for failure in failures if failure is not None), "no reason given")


def _diagnosed(
    lesson: Lesson, exercise: Exercise, observed: list[Observation], secret: bytes
) -> Verdict:
    """The verdict, with the mistake where it is a known one."""
    verdict = judge(exercise, observed)
    if verdict.outcome in _WRONG and any(came.outcome in _ACTED for came in observed):
        verdict = judge(_with_mistakes(lesson, exercise.name, secret), observed)
    return verdict


def _may_be_innocent(verdict: Verdict, observed: list[Observation], run: Run) -> bool:
    """Could it be the doing of an earlier exercise? Not when nothing was done, nor when every case is a known mistake's."""
    if verdict.outcome == "missing":
        undone = all(came.outcome == "unfinished" for came in observed)
        return not undone and run.defines(verdict.exercise)
    return verdict.outcome != "passed" and verdict.diagnosis is None


def _blame(exercises: Sequence[Exercise], verdicts: dict[str, Verdict], run: Run) -> None:
    """Where a wrong answer uses another wrong answer, say so."""
    functions = [exercise.name for exercise in exercises if exercise.kind == "function"]
    failed = [name for name in functions if verdicts[name].outcome != "passed"]
    for name in failed:
        if len(failed) > 1:
            used = run.dependencies(name, functions)
            verdicts[name] = blame(verdicts[name], [other for other in used if other in failed])
