"""One judgement as the JSON of `grader judge --json`, and as lines for a terminal."""

from __future__ import annotations

from typing import Any

from grader.judge.judge import Judgement
from grader.sandbox.policy import layers
from hocsau.judging.outcomes import Outcome
from hocsau.judging.show import as_text
from hocsau.judging.verdict import Verdict
from hocsau.language import Text

__all__ = ["as_dict", "as_lines", "exercise_as_dict", "message_of"]


def as_dict(judgement: Judgement, language: str) -> dict[str, Any]:
    """The judgement as plain JSON data; messages in the learner's language."""
    return {
        "lesson": judgement.lesson,
        "score": judgement.score,
        "max_score": judgement.max_score,
        "isolation": list(layers()),
        "seconds": round(judgement.seconds, 3),
        "exercises": [exercise_as_dict(verdict, language) for verdict in judgement.verdicts],
    }


def exercise_as_dict(verdict: Verdict, language: str) -> dict[str, Any]:
    """One verdict as plain JSON data."""
    return {
        "exercise": verdict.exercise,
        "points": verdict.points,
        "max_points": verdict.max_points,
        "outcome": verdict.outcome,
        "diagnosis": verdict.diagnosis,
        "message": message_of(verdict).say(language),
        "cases": [
            {
                "name": case.name.say(language),
                "visibility": "hidden" if case.hidden else "public",
                "passed": case.passed,
                "points": case.points,
            }
            for case in verdict.cases
        ],
    }


def message_of(verdict: Verdict) -> Text:
    """The one sentence that matters most: the explanation, else the first case that failed, else the summary."""
    if verdict.explanation is not None:
        return verdict.explanation
    failed = next((case for case in verdict.cases if not case.passed), None)
    if failed is not None and verdict.outcome not in (Outcome.PASSED, Outcome.MANUAL):
        return verdict.message + Text(" ") + failed.message
    return verdict.message


def as_lines(judgement: Judgement, language: str) -> list[str]:
    """The judgement as text."""
    head = f"{judgement.lesson}: {judgement.score:g} / {judgement.max_score:g}  ({judgement.seconds:.1f} s)"
    return [head, *(as_text(verdict, language) for verdict in judgement.verdicts)]
