"""From observations to a verdict: points per case, the outcome, the diagnosis, the sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from hocsau.judging.compare import Difference, compare, name_of
from hocsau.judging.diagnose import diagnose
from hocsau.judging.exercise import Case, Exercise
from hocsau.judging.probe import Observation
from hocsau.judging.wording import WORDS
from hocsau.language import Text

__all__ = ["CaseVerdict", "Verdict", "blame", "judge", "judge_case", "judge_manual", "judge_quiz"]


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
    """One exercise. outcome: passed, partly, failed, error, timeout, forbidden, missing or manual."""

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
    total = sum(case.weight for case in exercise.cases)
    cases = tuple(
        judge_case(exercise, case, came, round(exercise.points * case.weight / total, 4))
        for case, came in zip(exercise.cases, observed, strict=True)
    )
    passed = sum(
        case.weight for case, result in zip(exercise.cases, cases, strict=True) if result.passed
    )
    points = exercise.points if passed == total else round(exercise.points * passed / total, 2)
    outcome = _outcome(cases)
    if outcome == "missing":
        points, cases = 0.0, tuple(replace(case, points=0.0, passed=False) for case in cases)
    word = {"passed": "passed", "partly": "partly", "missing": "not_done"}.get(outcome, "failed")
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


def _outcome(cases: Sequence[CaseVerdict]) -> str:
    kinds = {case.kind for case in cases if not case.passed}
    if not kinds:
        return "passed"
    if kinds & {"missing", "unfinished"} and not any(case.passed for case in cases):
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
    name = exercise.name
    if came.outcome in ("missing", "unfinished"):
        return came.outcome, WORDS[came.outcome].format(name=name)
    if came.outcome == "not_callable":
        return "not_callable", WORDS["not_callable"].format(name=name, actual=name_of(came.value))
    if came.outcome == "timeout":
        return "timeout", WORDS["timeout"].format(seconds=came.value)
    if came.outcome == "died":
        return "died", WORDS["died"]
    if came.outcome == "broken" and came.failure is not None:
        failure = came.failure
        return "broken", WORDS["broken"].format(name=name, type=failure.type, text=failure.text)
    if came.outcome == "raised":
        return "raised", _raised(came, case.hidden)
    difference = compare(case.expected.value, came.value, exercise.tolerance)
    if difference is not None:
        return difference.kind, _differs(difference, case.hidden)
    if came.changed:
        return "changed", WORDS["changed"].format(names=", ".join(came.changed))
    if came.aliased and not exercise.views:
        return "aliased", WORDS["aliased"].format(names=", ".join(came.aliased))
    if exercise.exact_calls and came.calls != case.expected.calls:
        return "calls", WORDS["calls"].format(actual=came.calls, expected=case.expected.calls)
    return "right", WORDS["right"]


def _differs(difference: Difference, hidden: bool) -> Text:
    telling = ("value", "integers", "other", "keys")  # these quote expected values
    return WORDS["hidden_differs"] if hidden and difference.kind in telling else difference.message


def _raised(came: Observation, hidden: bool) -> Text:
    failure = came.failure
    if failure is None:
        return WORDS["raised_nowhere"].format(type="an error", text="")
    if hidden:
        return WORDS["raised_hidden"].format(type=failure.type, number=failure.number)
    word = "raised" if failure.line else "raised_nowhere"
    return WORDS[word].format(
        type=failure.type, text=failure.text, line=failure.line, number=failure.number
    )


def judge_quiz(exercise: Exercise, came: Observation) -> Verdict:
    """The verdict on a quiz. Without a key (in the notebook) it only says what is answered."""
    if came.outcome == "missing":
        word = WORDS["missing"].format(name=exercise.name)
        return Verdict(exercise.name, 0.0, exercise.points, "missing", word)
    answers = came.value
    if not isinstance(answers, dict) or set(answers) != set(exercise.questions):
        word = WORDS["quiz_shape"].format(keys=", ".join(exercise.questions))
        return Verdict(exercise.name, 0.0, exercise.points, "error", word)
    share = exercise.points / len(exercise.questions)
    cases = tuple(_question(exercise, name, answers[name], share) for name in exercise.questions)
    answered = sum(case.kind != "unfinished" for case in cases)
    points = round(sum(case.points for case in cases), 2)
    if not answered:
        outcome, word = "missing", "not_done"
    elif not exercise.key:
        later = WORDS["quiz_later"].format(done=answered, total=len(cases))
        return Verdict(exercise.name, 0.0, exercise.points, "manual", later, cases)
    else:
        outcome = "passed" if points == exercise.points else "partly" if points else "failed"
        word = outcome
    message = WORDS[word].format(points=points, maximum=exercise.points)
    return Verdict(exercise.name, points, exercise.points, outcome, message, cases)


def _question(exercise: Exercise, name: str, answer: Any, share: float) -> CaseVerdict:
    title = WORDS["quiz_question"].format(number=name.removeprefix("q"))
    if answer is None or answer == "":
        return CaseVerdict(title, False, False, 0.0, WORDS["quiz_empty"], "unfinished")
    letter = answer.strip().strip(".)").lower() if isinstance(answer, str) else ""
    if len(letter) != 1 or letter not in exercise.letters:
        letters = ", ".join(exercise.letters)
        said = answer if isinstance(answer, str) else name_of(answer)
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


def blame(verdict: Verdict, wrong: Sequence[str]) -> Verdict:
    """When `verdict` failed and its answer uses other answers that are wrong themselves: say that first."""
    if not wrong or verdict.outcome in ("passed", "missing", "manual"):
        return verdict
    text = WORDS["depends"].format(name=verdict.exercise, others=", ".join(wrong))
    return replace(verdict, diagnosis=None, explanation=text, section=None)
