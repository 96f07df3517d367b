"""What a hidden case may say: a sentence from a closed list, with nothing in it that came from the learner's process.

A learner's code sees the inputs of a hidden case and can put them into anything that it returns or raises: a shape, the
name of a type, the number of a line, a text. So nothing of that is repeated; and what a public case does repeat was all
said before the first hidden case was put (see grader.judge.judge).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hocsau.judging.outcomes import CaseOutcome, DifferenceKind, ObservationOutcome, Reason
from hocsau.judging.probe import Failure, Observation
from hocsau.judging.verdict import CaseVerdict, Verdict
from hocsau.judging.wording.differences import HIDDEN_DIFFERENCE
from hocsau.language import Text

__all__ = ["concealed", "own_line", "trimmed"]

MAX_LINE = 400
"""The number of a line says no more than this many things."""

_SAID: tuple[Reason, ...] = (
    ObservationOutcome.RAISED,
    ObservationOutcome.UNFINISHED,
    ObservationOutcome.MISSING,
    ObservationOutcome.TIMEOUT,
    ObservationOutcome.DIED,
    ObservationOutcome.BROKEN,
    DifferenceKind.NOTHING,
    DifferenceKind.FINITE,
    DifferenceKind.SCORE,
    CaseOutcome.RIGHT,
    CaseOutcome.CHANGED,
    CaseOutcome.ALIASED,
    CaseOutcome.WARNED,
)
"""Reasons whose sentence holds nothing of the learner's; of RAISED it is a built-in type and a line (see `trimmed`)."""

_SHAPE = Text("the result has not the right type, shape or length on inputs that only the grader sees.")
_CONCEALED: Mapping[Reason, Text] = {
    DifferenceKind.SEQUENCE: _SHAPE,
    DifferenceKind.LENGTH: _SHAPE,
    DifferenceKind.KIND: _SHAPE,
    DifferenceKind.SCALAR: _SHAPE,
    DifferenceKind.SHAPE: _SHAPE,
    DifferenceKind.DTYPE: _SHAPE,
    DifferenceKind.KEYS: _SHAPE,
    CaseOutcome.CALLS: Text(
        "the result is right, but the function you were given is called too often, or too seldom, on inputs that only "
        "the grader sees."
    ),
    CaseOutcome.DEVICE: Text(
        "the result is right, but a tensor is made on another device than the inputs, which only the grader sees."
    ),
    ObservationOutcome.NOT_CALLABLE: Text(
        "it is not a function any more when it is called on inputs that only the grader sees."
    ),
}


def concealed(verdict: Verdict) -> Verdict:
    """`verdict` in which no hidden case says anything of its inputs, in whatever way."""
    return replace(verdict, cases=tuple(map(_concealed, verdict.cases)))


def _concealed(case: CaseVerdict) -> CaseVerdict:
    if not case.hidden or case.kind in _SAID:
        return case
    return replace(case, message=_CONCEALED.get(case.kind, HIDDEN_DIFFERENCE))


def trimmed(came: Observation, lines: int) -> Observation:
    """What a hidden case led to, without texts: of an exception the type and, if the learner's code is that long, the line.

    lines  the length of the learner's longest cell
    """
    failure = came.failure
    if failure is not None:
        number = failure.number if failure.number <= min(lines, MAX_LINE) else 0
        failure = Failure(failure.type, "", "…" if number else "", number)
    return replace(came, failure=failure, warned=("",) if came.warned else (), used=())


def own_line(place: Failure, sources: Sequence[str]) -> Failure:
    """A place in the learner's code, its line only if it does stand there."""
    lines = {line.strip() for source in sources for line in source.split("\n")}
    return place if place.line in lines else replace(place, line="", number=0)
