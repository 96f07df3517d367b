"""Outcomes and kinds: no word stands for two reasons, every member is used, and an author's words are the judge's."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Any, get_args, get_type_hints

import pytest

from grader.course.definition import ExerciseDefinition
from grader.judge.judge import Judgement
from grader.judge.records import pack, unpack
from hocsau.judging.exercise import ExerciseKind, PictureKind
from hocsau.judging.outcomes import CaseOutcome, DifferenceKind, ObservationOutcome, Outcome, Reason, reason_of
from hocsau.judging.verdict import judge
from tests.toys import DOUBLE, observe

REASONS: list[Reason] = [*ObservationOutcome, *DifferenceKind, *CaseOutcome]


def test_no_word_stands_for_two_reasons() -> None:
    assert len({str(reason) for reason in REASONS}) == len(REASONS)
    assert all(reason_of(str(reason)) is reason for reason in REASONS)


@pytest.mark.parametrize("word", ["", "passed", "RAISED", "nothing "])
def test_another_word_is_no_reason(word: str) -> None:
    with pytest.raises(ValueError, match="is not why a case was judged"):
        reason_of(word)


@pytest.mark.parametrize(("field", "kinds"), [("kind", ExerciseKind), ("picture", PictureKind)])
def test_what_an_author_may_write_is_what_the_judge_knows(field: str, kinds: type[StrEnum]) -> None:
    assert set(get_args(get_type_hints(ExerciseDefinition)[field])) == {kind.value for kind in kinds}


def stored(**changes: Any) -> bytes:
    """A stored judgement whose verdict has these fields."""
    verdict = judge(DOUBLE, observe(DOUBLE, lambda w: 3 * w))
    return pack(Judgement("toy", [replace(verdict, **changes)], {}), [])


def test_a_stored_judgement_comes_back_with_members() -> None:
    (verdict,) = unpack(stored(), []).verdicts
    assert verdict.outcome is Outcome.FAILED
    assert {case.kind for case in verdict.cases} == {DifferenceKind.VALUE}
    assert all(isinstance(case.kind, DifferenceKind) for case in verdict.cases)


def test_a_stored_word_that_is_unknown_is_refused() -> None:
    (case, *_) = judge(DOUBLE, observe(DOUBLE, lambda w: 3 * w)).cases
    for blob in (stored(outcome="pased"), stored(cases=(replace(case, kind="vlaue"),))):  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="expected one of"):
            unpack(blob, [])
