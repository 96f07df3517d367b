"""From observations to a verdict: points per case, the outcome, the diagnosis, the sentences."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from hocsau.judging.compare import Difference, compare, name_of
from hocsau.judging.diagnose import diagnose
from hocsau.judging.exercise import Case, Exercise
from hocsau.judging.probe import Failure, Observation
from hocsau.judging.scoring import shortfall
from hocsau.judging.values import readable
from hocsau.judging.wording import WORDS
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


@dataclass(frozen=True)
class CaseVerdict:
    """One case: did it pass, for how many points, and if not, why not. `kind` is a stable name of the reason."""

    name: Text
    hidden: bool
    passed: bool
    points: float
    message: Text
    kind: str


@dataclass(frozen=True)
class Verdict:
    """One exercise. outcome: passed, partly, failed, error, timeout, forbidden, missing, manual or unreadable.

    unreadable is no verdict on the answer: torch failed to give out a tensor. The grader scores no submission with one.
    """

    exercise: str
    points: float
    max_points: float
    outcome: str
    message: Text
    cases: tuple[CaseVerdict, ...] = ()
    diagnosis: str | None = None
    explanation: Text | None = None
    section: Text | None = None


def judge(exercise: Exercise, observed: Sequence[Observation]) -> Verdict:
    """The verdict on one exercise from what was observed on each of its cases."""
    if exercise.kind == "quiz":
        return judge_quiz(exercise, observed[0])
    shares = _shares(exercise.points, [case.weight for case in exercise.cases])
    cases = tuple(
        judge_case(exercise, case, came, share)
        for case, came, share in zip(exercise.cases, observed, shares, strict=True)
    )
    outcome = _outcome(cases)
    points = round(sum(case.points for case in cases), 2)
    words = {
        "passed": "passed",
        "partly": "partly",
        "missing": "not_done",
        "unreadable": "unjudged",
    }
    word = words.get(outcome, "failed")
    message = WORDS[word].format(points=points, maximum=exercise.points)
    verdict = Verdict(exercise.name, points, exercise.points, outcome, message, cases)
    if outcome in ("partly", "failed", "error"):
        name = diagnose(exercise, observed)
        if name is not None:
            mistake = exercise.mistakes[name]
            return replace(
                verdict, diagnosis=name, explanation=mistake.message, section=mistake.section
            )
    return verdict


def _shares(points: float, weights: Sequence[int]) -> list[float]:
    """`points` dealt out by weight in hundredths, so that the shares add up to it exactly."""
    total, dealt, shares = sum(weights), 0.0, []
    for index in range(len(weights)):
        upto = round(points * sum(weights[: index + 1]) / total, 2)
        shares.append(round(upto - dealt, 2))
        dealt = upto
    return shares


def _outcome(cases: Sequence[CaseVerdict]) -> str:
    kinds = {case.kind for case in cases if not case.passed}
    if not kinds:
        return "passed"
    if "unreadable" in kinds:
        return "unreadable"
    if kinds <= {"missing", "unfinished"} and not any(case.passed for case in cases):
        return "missing"
    if any(case.passed for case in cases):
        return "partly"
    for outcome, marks in (("timeout", {"timeout"}), ("error", {"raised", "broken", "died"})):
        if kinds <= marks:
            return outcome
    return "timeout" if "timeout" in kinds else "failed"


def judge_case(exercise: Exercise, case: Case, came: Observation, points: float) -> CaseVerdict:
    """The verdict on one case; a hidden case never says what its inputs or its expected values were."""
    kind, message = _fault(exercise, case, came)
    passed = kind == "right"
    return CaseVerdict(case.name, case.hidden, passed, points if passed else 0.0, message, kind)


def _fault(exercise: Exercise, case: Case, came: Observation) -> tuple[str, Text]:
    if came.outcome != "returned":
        return came.outcome, _stopped(exercise.name, came, case.hidden)
    if case.score is not None:
        difference = shortfall(case.score, case.expected.value, came.value)
    else:
        difference = compare(case.expected.value, came.value, exercise.tolerance)
    if difference is not None:
        return difference.kind, _differs(difference, case.hidden)
    if came.changed:
        return "changed", WORDS["changed"].format(names=", ".join(came.changed))
    if came.aliased and not exercise.views:
        return "aliased", WORDS["aliased"].format(names=", ".join(came.aliased))
    if came.strayed is not None:
        return "device", _strayed(came.strayed)
    if exercise.exact_calls and came.calls != case.expected.calls:
        return "calls", WORDS["calls"].format(actual=came.calls, expected=case.expected.calls)
    if exercise.silent and came.warned:
        word = "warned_hidden" if case.hidden else "warned"
        return "warned", WORDS[word].format(warning=came.warned[0])
    return "right", WORDS["right"]


def _strayed(place: Failure) -> Text:
    word = "strayed" if place.line else "strayed_nowhere"
    return WORDS[word].format(device=place.type, line=place.line, number=place.number)


def _differs(difference: Difference, hidden: bool) -> Text:
    telling = ("value", "value_at", "integers", "other", "keys")  # these quote expected values
    return WORDS["hidden_differs"] if hidden and difference.kind in telling else difference.message


def _stopped(name: str, came: Observation, hidden: bool = False) -> Text:
    """Why there is no value to compare."""
    failure = came.failure
    if came.outcome == "not_callable":
        return WORDS["not_callable"].format(name=name, actual=name_of(came.value))
    if came.outcome == "timeout":
        return WORDS["timeout"].format(seconds=came.value)
    if came.outcome == "broken" and failure is not None:
        return WORDS["broken"].format(name=name, type=failure.type, text=failure.text)
    if came.outcome == "raised" and failure is not None:
        return _raised(failure, hidden)
    if came.outcome == "unreadable" and failure is not None:
        return WORDS["unreadable"].format(text=failure.text)
    return WORDS[came.outcome if came.outcome in ("missing", "unfinished") else "died"].format(
        name=name
    )


def _raised(failure: Failure, hidden: bool) -> Text:
    word = "raised_hidden" if hidden else "raised"
    said: str | Text = failure.type
    if hidden and failure.type != "LinAlgError" and not hasattr(builtins, failure.type):
        said = WORDS["own_exception"]  # the name of a class made on the spot can quote the inputs
    if not failure.line:
        word += "_nowhere"
    return WORDS[word].format(
        type=said, text=failure.text, line=failure.line, number=failure.number
    )


def judge_quiz(exercise: Exercise, came: Observation) -> Verdict:
    """The verdict on a quiz. Without a key (in the notebook) it only says what is answered."""
    if came.outcome != "returned":
        known = came.outcome in ("missing", "timeout", "unreadable")
        outcome = came.outcome if known else "error"
        said = _stopped(exercise.name, came)
        return Verdict(exercise.name, 0.0, exercise.points, outcome, said)
    answers = came.value
    if not isinstance(answers, dict) or not set(answers) & set(exercise.questions):
        said = WORDS["quiz_shape"].format(keys=", ".join(exercise.questions))
        return Verdict(exercise.name, 0.0, exercise.points, "error", said)
    shares = _shares(exercise.points, [1] * len(exercise.questions))
    cases = tuple(
        _question(exercise, name, answers.get(name), share)
        for name, share in zip(exercise.questions, shares, strict=True)
    )
    answered = sum(case.kind != "unfinished" for case in cases)
    points = round(sum(case.points for case in cases), 2)
    if not answered:
        outcome = "missing"
    elif not exercise.key:
        later = WORDS["quiz_later"].format(done=answered, total=len(cases))
        return Verdict(exercise.name, 0.0, exercise.points, "manual", later, cases)
    else:
        outcome = "passed" if points == exercise.points else "partly" if points else "failed"
    message = WORDS["not_done" if outcome == "missing" else outcome].format(
        points=points, maximum=exercise.points
    )
    return Verdict(exercise.name, points, exercise.points, outcome, message, cases)


def _question(exercise: Exercise, name: str, answer: Any, share: float) -> CaseVerdict:
    title = WORDS["quiz_question"].format(number=name.removeprefix("q"))
    if answer is None or (isinstance(answer, str) and not answer.strip()):
        return CaseVerdict(title, False, False, 0.0, WORDS["quiz_empty"], "unfinished")
    letter = answer.strip().strip("(.)").lower() if isinstance(answer, str) else ""
    if len(letter) != 1 or letter not in exercise.letters:
        letters = ", ".join(exercise.letters)
        said = readable(answer, 40) if isinstance(answer, str) else name_of(answer)
        message = WORDS["quiz_bad_letter"].format(answer=said, letters=letters)
        return CaseVerdict(title, False, False, 0.0, message, "bad_letter")
    if not exercise.key:
        return CaseVerdict(
            title, False, False, 0.0, WORDS["quiz_noted"].format(answer=letter), "noted"
        )
    right = exercise.key[name] == letter
    message = WORDS["quiz_right" if right else "quiz_wrong"].format(answer=letter)
    return CaseVerdict(
        title, False, right, share if right else 0.0, message, "right" if right else "wrong"
    )


def judge_manual(exercise: Exercise) -> Verdict:
    """A written answer waits for a person."""
    return Verdict(
        exercise.name,
        0.0,
        exercise.points,
        "manual",
        WORDS["manual"].format(maximum=exercise.points),
    )


def forbid(exercise: Exercise, verdict: Verdict, calls: Sequence[str]) -> Verdict:
    """When the answer makes calls that are not allowed: say so politely; it earns nothing. "" is a call without a name."""
    if not calls or verdict.outcome == "missing":
        return verdict
    libraries = ", ".join(exercise.not_allowed)
    used = ", ".join(_plainest(calls))
    word = "forbidden_torch" if "*" in libraries else "forbidden"
    word = word if used else "forbidden_unnamed"
    message = WORDS[word].format(libraries=libraries, calls=used, maximum=exercise.points)
    return Verdict(exercise.name, 0.0, exercise.points, "forbidden", message)


def _plainest(calls: Sequence[str]) -> list[str]:
    """The calls by the names that learners know; an operation beneath them is named where nothing else is."""
    known = {call for call in calls if call}
    named = sorted(call for call in known if "::" not in call)
    return named or sorted({call.partition("::")[2] for call in known})


def blame(verdict: Verdict, wrong: Sequence[str]) -> Verdict:
    """When `verdict` failed and its answer uses other answers that are wrong themselves: say that first."""
    if not wrong or verdict.outcome in ("passed", "manual", "forbidden"):
        return verdict
    text = WORDS["depends"].format(name=verdict.exercise, others=", ".join(wrong))
    if verdict.outcome == "missing":  # it is written; what it calls is not
        return replace(verdict, cases=tuple(replace(case, message=text) for case in verdict.cases))
    return replace(verdict, diagnosis=None, explanation=text, section=None)
