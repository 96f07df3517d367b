"""Does an exercise see what it must? Its cases, its known mistakes, and right answers in other styles."""

from __future__ import annotations

import warnings
from dataclasses import replace

from grader.course.answers import Style
from grader.course.definition import ExerciseDefinition
from grader.course.mistakes import Misconception
from hocsau.judging.allowed import library_calls
from hocsau.judging.diagnose import agrees, diagnose
from hocsau.judging.exercise import Exercise
from hocsau.judging.probe import drive
from hocsau.judging.verdict import judge

__all__ = ["HIDDEN", "PUBLIC", "STYLES", "case_faults", "message_faults", "misnamed", "style_faults"]

PUBLIC, HIDDEN, STYLES = 3, 1, 5
"""How many public cases, hidden cases and right answers in other styles an exercise has at least."""
SHORTEST = 30
"""Fewer letters are no message."""


def case_faults(definition: ExerciseDefinition) -> list[str]:
    """Too few cases, a sentence each."""
    hidden = sum(case.hidden for case in definition.cases)
    public = len(definition.cases) - hidden
    found = [] if public >= PUBLIC else [f"expected {PUBLIC} public cases or more, found {public}"]
    return found if hidden >= HIDDEN else [*found, f"expected {HIDDEN} hidden case or more, found {hidden}"]


def message_faults(mistake: Misconception) -> list[str]:
    """What is wrong with the words of a known mistake, a sentence each."""
    message = mistake.message
    short = min(len(message.en), len(message.vi)) <= SHORTEST
    found = [f"the message is too short; more than {SHORTEST} letters are expected in each language"] if short else []
    return [*found, "the message is the same in both languages"] if message.en == message.vi else found


def misnamed(exercise: Exercise) -> list[str]:
    """What is wrong with the names that the public cases give to the known mistakes, a sentence each."""
    public = replace(exercise, cases=tuple(case for case in exercise.cases if not case.hidden))
    faults = []
    for name in public.mistakes:
        observed = [case.mistaken[name] for case in public.cases]
        verdict = judge(public, observed)
        if verdict.outcome not in ("failed", "partly", "error") or verdict.points >= verdict.max_points:
            faults.append(f"{name} is seen by no public case: {verdict.outcome}, {verdict.points:g} points")
            continue
        if verdict.diagnosis != name:
            faults.append(f"{name} is called {verdict.diagnosis or 'by no name'}")
        faults += [
            f"{name} is told from {other} by no public case"
            for other in public.mistakes
            if other != name
            and all(
                agrees(case.mistaken[other], one, public, case.score)
                for case, one in zip(public.cases, observed, strict=True)
            )
        ]
    return faults


def style_faults(exercise: Exercise, style: Style) -> list[str]:
    """Why a right answer in another style would not get full points, a sentence each."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a learner's code may warn
        observed = [
            drive(case.request, lambda: style.program, not_allowed=exercise.not_allowed) for case in exercise.cases
        ]
    verdict = judge(exercise, observed)
    failed = [f"case {case.name.en!r}: {case.message.en}" for case in verdict.cases if not case.passed]
    if not failed and (verdict.outcome, verdict.points) != ("passed", exercise.points):
        failed = [f"{verdict.outcome}, {verdict.points:g} of {exercise.points:g} points"]
    named = diagnose(exercise, observed)
    failed += [f"it is called {named}"] if named else []
    calls = {*library_calls(style.program, exercise.not_allowed), *(call for came in observed for call in came.used)}
    return failed + [f"it calls {call}, which is not allowed" for call in sorted(map(str, calls))]
