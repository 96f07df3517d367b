"""From observations to a verdict: points per case, the outcome, the diagnosis, the sentences."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from hocsau.judging.compare import Difference, compare, name_of
from hocsau.judging.diagnose import diagnose
from hocsau.judging.exercise import Case, Exercise, ExerciseKind
from hocsau.judging.outcomes import CaseOutcome, DifferenceKind, ObservationOutcome, Outcome, Reason
from hocsau.judging.probe import Failure, Observation
from hocsau.judging.scoring import shortfall
from hocsau.judging.values import readable, record
from hocsau.judging.wording import differences
from hocsau.judging.wording import quiz as quiz_words
from hocsau.judging.wording import verdicts as words
from hocsau.language import Text

__all__ = [
    "CaseVerdict",
    "Verdict",
    "blame",
    "forbid",
    "judge",
    "judge_case",
    "judge_manual",
    "judge_quiz",
]


@record
@dataclass(frozen=True)
class CaseVerdict:
    """One case: did it pass, for how many points, and if not, why not."""

    name: Text
    hidden: bool
    passed: bool
    points: float
    message: Text
    kind: Reason


@record
@dataclass(frozen=True)
class Verdict:
    """One exercise: its points, the outcome, its cases, and the known mistake where it is one."""

    exercise: str
    points: float
    max_points: float
    outcome: Outcome
    message: Text
    cases: tuple[CaseVerdict, ...] = ()
    diagnosis: str | None = None
    explanation: Text | None = None
    section: Text | None = None


def judge(exercise: Exercise, observed: Sequence[Observation]) -> Verdict:
    """The verdict on one exercise from what was observed on each of its cases."""
    if exercise.kind == ExerciseKind.QUIZ:
        return judge_quiz(exercise, observed[0])
    shares = _shares(exercise.points, [case.weight for case in exercise.cases])
    cases = tuple(
        judge_case(exercise, case, came, share)
        for case, came, share in zip(exercise.cases, observed, shares, strict=True)
    )
    outcome = _outcome(cases)
    points = round(sum(case.points for case in cases), 2)
    message = words.SUMMARIES[outcome].format(points=points, maximum=exercise.points)
    verdict = Verdict(exercise.name, points, exercise.points, outcome, message, cases)
    if outcome in (Outcome.PARTLY, Outcome.FAILED, Outcome.ERROR):
        name = diagnose(exercise, observed)
        if name is not None:
            mistake = exercise.mistakes[name]
            return replace(verdict, diagnosis=name, explanation=mistake.message, section=mistake.section)
    return verdict


def _shares(points: float, weights: Sequence[int]) -> list[float]:
    """`points` dealt out by weight in hundredths, so that the shares add up to it exactly."""
    total, dealt, shares = sum(weights), 0.0, []
    for index in range(len(weights)):
        upto = round(points * sum(weights[: index + 1]) / total, 2)
        shares.append(round(upto - dealt, 2))
        dealt = upto
    return shares


def _outcome(cases: Sequence[CaseVerdict]) -> Outcome:
    reasons = {case.kind for case in cases if not case.passed}
    if not reasons:
        return Outcome.PASSED
    if ObservationOutcome.UNREADABLE in reasons:
        return Outcome.UNREADABLE
    if any(case.passed for case in cases):
        return Outcome.PARTLY
    if reasons <= {ObservationOutcome.MISSING, ObservationOutcome.UNFINISHED}:
        return Outcome.MISSING
    if reasons <= {ObservationOutcome.RAISED, ObservationOutcome.BROKEN, ObservationOutcome.DIED}:
        return Outcome.ERROR
    return Outcome.TIMEOUT if ObservationOutcome.TIMEOUT in reasons else Outcome.FAILED


def judge_case(exercise: Exercise, case: Case, came: Observation, points: float) -> CaseVerdict:
    """The verdict on one case; a hidden case never says what its inputs or its expected values were."""
    kind, message = _fault(exercise, case, came)
    passed = kind == CaseOutcome.RIGHT
    return CaseVerdict(case.name, case.hidden, passed, points if passed else 0.0, message, kind)


def _fault(exercise: Exercise, case: Case, came: Observation) -> tuple[Reason, Text]:
    if came.outcome != ObservationOutcome.RETURNED:
        return came.outcome, _stopped(exercise.name, came, case.hidden)
    if case.score is not None:
        difference = shortfall(case.score, case.expected.value, came.value)
    else:
        difference = compare(case.expected.value, came.value, exercise.tolerance)
    if difference is not None:
        return difference.kind, _differs(difference, case.hidden)
    if came.changed:
        return CaseOutcome.CHANGED, words.CHANGED.format(names=", ".join(came.changed))
    if came.aliased and not exercise.views:
        return CaseOutcome.ALIASED, words.ALIASED.format(names=", ".join(came.aliased))
    if came.strayed is not None:
        return CaseOutcome.DEVICE, _strayed(came.strayed)
    if exercise.exact_calls and came.calls != case.expected.calls:
        return CaseOutcome.CALLS, words.CALLS.format(actual=came.calls, expected=case.expected.calls)
    if exercise.silent and came.warned:
        warned = words.WARNED_HIDDEN if case.hidden else words.WARNED
        return CaseOutcome.WARNED, warned.format(warning=came.warned[0])
    return CaseOutcome.RIGHT, words.RIGHT


def _strayed(place: Failure) -> Text:
    text = words.STRAYED if place.line else words.STRAYED_NOWHERE
    return text.format(device=place.type, line=place.line, number=place.number)


_QUOTING = (
    DifferenceKind.VALUE,
    DifferenceKind.VALUE_AT,
    DifferenceKind.INTEGERS,
    DifferenceKind.OTHER,
    DifferenceKind.KEYS,
)
"""Differences whose sentence quotes expected values."""


def _differs(difference: Difference, hidden: bool) -> Text:
    return differences.HIDDEN_DIFFERENCE if hidden and difference.kind in _QUOTING else difference.message


def _stopped(name: str, came: Observation, hidden: bool = False) -> Text:
    """Why there is no value to compare."""
    outcome, failure = came.outcome, came.failure
    if outcome == ObservationOutcome.NOT_CALLABLE:
        return words.ENDINGS[outcome].format(name=name, actual=name_of(came.value))
    if outcome == ObservationOutcome.TIMEOUT:
        return words.ENDINGS[outcome].format(seconds=came.value)
    if outcome in (ObservationOutcome.MISSING, ObservationOutcome.UNFINISHED):
        return words.ENDINGS[outcome].format(name=name)
    if outcome == ObservationOutcome.DIED or failure is None:
        return words.ENDINGS[ObservationOutcome.DIED]
    if outcome == ObservationOutcome.RAISED:
        return _raised(failure, hidden)
    return words.ENDINGS[outcome].format(name=name, type=failure.type, text=failure.text)


def _raised(failure: Failure, hidden: bool) -> Text:
    if hidden:
        text = words.RAISED_HIDDEN if failure.line else words.RAISED_HIDDEN_NOWHERE
    else:
        text = words.ENDINGS[ObservationOutcome.RAISED] if failure.line else words.RAISED_NOWHERE
    said: str | Text = failure.type
    if hidden and failure.type != "LinAlgError" and not hasattr(builtins, failure.type):
        said = words.OWN_EXCEPTION  # the name of a class made on the spot can quote the inputs
    return text.format(type=said, text=failure.text, line=failure.line, number=failure.number)


_WITHOUT_ANSWERS = {
    ObservationOutcome.MISSING: Outcome.MISSING,
    ObservationOutcome.TIMEOUT: Outcome.TIMEOUT,
    ObservationOutcome.UNREADABLE: Outcome.UNREADABLE,
}
"""The verdict on a quiz whose dictionary did not come; in every other case an error."""


def judge_quiz(exercise: Exercise, came: Observation) -> Verdict:
    """The verdict on a quiz. Without a key (in the notebook) it only says what is answered."""
    if came.outcome != ObservationOutcome.RETURNED:
        outcome = _WITHOUT_ANSWERS.get(came.outcome, Outcome.ERROR)
        return Verdict(exercise.name, 0.0, exercise.points, outcome, _stopped(exercise.name, came))
    answers = came.value
    if not isinstance(answers, dict) or not set(answers) & set(exercise.questions):
        said = quiz_words.SHAPE.format(keys=", ".join(exercise.questions))
        return Verdict(exercise.name, 0.0, exercise.points, Outcome.ERROR, said)
    shares = _shares(exercise.points, [1] * len(exercise.questions))
    cases = tuple(
        _question(exercise, name, answers.get(name), share)
        for name, share in zip(exercise.questions, shares, strict=True)
    )
    answered = sum(case.kind != ObservationOutcome.UNFINISHED for case in cases)
    points = round(sum(case.points for case in cases), 2)
    if not answered:
        outcome = Outcome.MISSING
    elif not exercise.key:
        later = quiz_words.LATER.format(done=answered, total=len(cases))
        return Verdict(exercise.name, 0.0, exercise.points, Outcome.MANUAL, later, cases)
    elif points == exercise.points:
        outcome = Outcome.PASSED
    else:
        outcome = Outcome.PARTLY if points else Outcome.FAILED
    message = words.SUMMARIES[outcome].format(points=points, maximum=exercise.points)
    return Verdict(exercise.name, points, exercise.points, outcome, message, cases)


def _question(exercise: Exercise, name: str, answer: Any, share: float) -> CaseVerdict:
    title = quiz_words.QUESTION.format(number=name.removeprefix("q"))
    if answer is None or (isinstance(answer, str) and not answer.strip()):
        return CaseVerdict(title, False, False, 0.0, quiz_words.EMPTY, ObservationOutcome.UNFINISHED)
    letter = answer.strip().strip("(.)").lower() if isinstance(answer, str) else ""
    if len(letter) != 1 or letter not in exercise.letters:
        letters = ", ".join(exercise.letters)
        said = readable(answer, 40) if isinstance(answer, str) else name_of(answer)
        message = quiz_words.BAD_LETTER.format(answer=said, letters=letters)
        return CaseVerdict(title, False, False, 0.0, message, CaseOutcome.BAD_LETTER)
    if not exercise.key:
        return CaseVerdict(title, False, False, 0.0, quiz_words.NOTED.format(answer=letter), CaseOutcome.NOTED)
    if exercise.key[name] != letter:
        return CaseVerdict(title, False, False, 0.0, quiz_words.WRONG.format(answer=letter), CaseOutcome.WRONG)
    return CaseVerdict(title, False, True, share, quiz_words.RIGHT.format(answer=letter), CaseOutcome.RIGHT)


def judge_manual(exercise: Exercise) -> Verdict:
    """A written answer waits for a person."""
    message = words.SUMMARIES[Outcome.MANUAL].format(maximum=exercise.points)
    return Verdict(exercise.name, 0.0, exercise.points, Outcome.MANUAL, message)


def forbid(exercise: Exercise, verdict: Verdict, calls: Sequence[str]) -> Verdict:
    """When the answer makes calls that are not allowed: say so politely; it earns nothing. "" is a call without a name."""
    if not calls or verdict.outcome == Outcome.MISSING:
        return verdict
    libraries = ", ".join(exercise.not_allowed)
    used = ", ".join(_plainest(calls))
    text = words.FORBIDDEN_CALLS if "*" in libraries else words.FORBIDDEN_LIBRARY
    text = text if used else words.FORBIDDEN_UNNAMED
    message = text.format(libraries=libraries, calls=used, maximum=exercise.points)
    return Verdict(exercise.name, 0.0, exercise.points, Outcome.FORBIDDEN, message)


def _plainest(calls: Sequence[str]) -> list[str]:
    """The calls by the names that learners know; an operation beneath them is named where nothing else is."""
    known = {call for call in calls if call}
    named = sorted(call for call in known if "::" not in call)
    return named or sorted({call.partition("::")[2] for call in known})


def blame(verdict: Verdict, wrong: Sequence[str]) -> Verdict:
    """When `verdict` failed and its answer uses other answers that are wrong themselves: say that first."""
    if not wrong or verdict.outcome in (Outcome.PASSED, Outcome.MANUAL, Outcome.FORBIDDEN):
        return verdict
    text = words.DEPENDS.format(name=verdict.exercise, others=", ".join(wrong))
    if verdict.outcome == Outcome.MISSING:  # it is written; what it calls is not
        return replace(verdict, cases=tuple(replace(case, message=text) for case in verdict.cases))
    return replace(verdict, diagnosis=None, explanation=text, section=None)
