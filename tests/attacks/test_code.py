"""Rows 1-4, 7, 21-24: what runs in the learner's process decides nothing, finds nothing, and spoils nothing for others."""

from __future__ import annotations

import time
from typing import Any

import pytest

from grader.course.lessons import of_name
from grader.judge.judge import Judgement, judge_submission
from grader.judge.submission import CellSource, Submission
from grader.sandbox.process import Worker
from tests.attacks.classroom import (
    FULL,
    PATIENT,
    QUICK,
    SECRET,
    cells_of,
    of,
    others_are_right,
    printed,
    ways,
)
from tests.attacks.witness import Witness


def earns_nothing(judgement: Judgement) -> bool:
    """No points for `double`, all of them for the others."""
    return of(judgement, "double").points == 0 and others_are_right(judgement)


@pytest.mark.parametrize("name", ["01_strips_checks", "02_patches_the_checkers"])
def test_checks_that_were_stripped_or_patched_decide_nothing(attacked: Any, name: str) -> None:
    judgement = attacked(name)
    assert earns_nothing(judgement)
    assert of(judgement, "double").diagnosis == "triple"  # judged as what it is


@pytest.mark.parametrize("way", ways("03_says_it_is_equal"))
def test_objects_that_say_they_are_equal_are_not(attacked: Any, witness: Witness, way: str) -> None:
    judgement = attacked("03_says_it_is_equal", {**witness.known, "way": way})
    assert earns_nothing(judgement)
    assert witness.is_untouched()


def test_nothing_to_be_found_holds_an_expected_value(attacked: Any) -> None:
    judgement = attacked("04_looks_for_the_answer")
    assert of(judgement, "double").outcome == "failed", of(judgement, "double").cases
    assert earns_nothing(judgement)


def test_one_who_looks_for_an_answer_that_is_there_finds_it(attacked: Any, worker: Worker) -> None:
    """So the searches above search well: here the answer lies about, in one place after the other."""
    hidden = {
        "in_frames": "kept = 2 * w",
        "in_the_history": "_ = get_ipython().user_ns.__setitem__('_9', 2 * w)",
        "in_the_memory": "kept = (2 * w).tobytes()",
    }
    for place, statement in hidden.items():
        cells = cells_of("04_looks_for_the_answer")
        cells[-1] = cells[-1].replace("def double(w):", f"def double(w):\n    {statement}")
        assert "in PLACES if len(w) == 2 else PLACES[:1]:" in cells[-1]
        cells[-1] = cells[-1].replace("in PLACES if len(w) == 2 else PLACES[:1]:", f"in [{place}]:")
        made = tuple(CellSource(index, source, True) for index, source in enumerate(cells))
        from tests.attacks.classroom import LESSON

        judgement = judge_submission(LESSON, Submission(made), worker, SECRET, PATIENT)
        assert of(judgement, "double").outcome == "passed", place


@pytest.mark.parametrize("way", ways("07_results_of_every_kind"))
def test_a_result_of_another_kind_is_not_right(attacked: Any, way: str) -> None:
    judgement = attacked("07_results_of_every_kind", {"way": way}, limits=QUICK)
    assert earns_nothing(judgement)
    for case in of(judgement, "double").cases:
        assert 0 < len(case.message.en) < 1500


def test_nothing_looks_like_grading(attacked: Any) -> None:
    judgement = attacked("21_asks_where_it_is", {"now": time.time()})
    assert "because of nothing" in printed(judgement)
    assert earns_nothing(judgement)


# --- row 22


def test_recorded_answers_earn_nothing(attacked: Any) -> None:
    judgement = attacked("22_replays_public_answers")
    assert "\n0 recorded answers" in "\n" + printed(judgement)
    assert earns_nothing(judgement)


def test_the_packs_of_a_real_lesson_are_not_there_and_its_cases_are_others(worker: Worker) -> None:
    """Even with the pack in hand: no request in it is one that is graded."""
    from grader.course.places import PACKS
    from grader.judge.draw import draw_lesson
    from hocsau.judging.values import loads

    lesson = of_name("momentum")
    pack = loads((PACKS / "momentum.pack").read_bytes())
    public = {repr(case.request) for exercise in pack.exercises for case in exercise.cases}
    graded = {repr(case.request) for exercise in draw_lesson(lesson, SECRET, hidden=True) for case in exercise.cases}
    assert len(public) > 10
    assert public.isdisjoint(graded)
    names = [exercise.name for exercise in pack.exercises if exercise.cases]
    replaying = [f"def {name}(*arguments):\n    raise LookupError" for name in names]
    cells = [*cells_of("22_replays_public_answers")[:2], *replaying]
    made = tuple(CellSource(index, source, True) for index, source in enumerate(cells))
    judgement = judge_submission(lesson, Submission(made), worker, SECRET, PATIENT)
    assert judgement.score == 0
    assert "\n0 recorded answers" in "\n" + printed(judgement)


# --- row 23


@pytest.mark.parametrize("way", ways("23_keeps_state"))
def test_state_is_kept_from_nobody_else(attacked: Any, way: str) -> None:
    judgement = attacked("23_keeps_state", {"way": way})
    assert others_are_right(judgement)
    honest = (
        "one array for all",
        "earlier arguments",
        "the other exercises",
        "numpy",
        "the interpreter",
        "all arrays",
    )
    if way not in honest:
        assert of(judgement, "double").points < 2


def test_a_changed_argument_is_said_as_such(attacked: Any) -> None:
    verdict = of(attacked("23_keeps_state", {"way": "its argument"}), "double")
    assert {case.kind for case in verdict.cases} == {"changed"}


# --- row 24


@pytest.mark.parametrize("way", ways("24_forbidden_calls"))
def test_a_call_that_is_not_allowed_earns_nothing(attacked: Any, way: str) -> None:
    judgement = attacked("24_forbidden_calls", {"way": way}, not_allowed=("torch",))
    assert earns_nothing(judgement), of(judgement, "double")
    assert of(judgement, "double").outcome == "forbidden"
    assert "is not allowed here" in of(judgement, "double").message.en


@pytest.mark.parametrize("way", ways("24_forbidden_calls")[:3])
def test_the_same_calls_earn_everything_where_they_are_allowed(attacked: Any, way: str) -> None:
    judgement = attacked("24_forbidden_calls", {"way": way})
    assert judgement.score == FULL
