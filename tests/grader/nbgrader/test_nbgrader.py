"""Through nbgrader itself: release, autograde, feedback, gradebook, on real folders with real processes."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from traitlets.config import Config

from grader.course.lessons import Lesson, of_name
from grader.nbgrader import grading
from grader.nbgrader.stock import StockRun
from tests.grader.conftest import answered, cell_of, hand_in, released, without

MOMENTUM = of_name("momentum")
LESSONS = (MOMENTUM, of_name("recurrent_networks"))
"""One of arrays and one of tensors; test_whole_lessons.py judges every lesson."""
NOISY = "import sys, warnings\nwarnings.warn('careful')\nprint('to stderr', file=sys.stderr)\n"


def _submissions(lesson: Lesson) -> Iterator[tuple[str, object]]:
    yield "right-en", answered(lesson)
    yield "right-vi", answered(lesson, "vi")
    yield "blank-en", released(lesson)
    yield "blank-vi", released(lesson, "vi")
    if lesson is not MOMENTUM:
        return
    noisy = answered(lesson)
    cell_of(noisy, "momentum_step").source = NOISY + cell_of(noisy, "momentum_step").source
    yield "noisy", noisy
    yield "check-deleted", without(answered(lesson), "check-momentum_step")
    doubled = answered(lesson)
    doubled.cells.append(copy.deepcopy(cell_of(doubled, "check-momentum_step")))
    yield "check-doubled", doubled
    edited = answered(lesson)
    cell_of(edited, "check-momentum_step").source = "raise SystemExit"
    cell_of(edited, "check-momentum_step").metadata.nbgrader.points = 1000
    yield "check-edited", edited
    stripped = answered(lesson)
    for cell in stripped.cells:
        cell.metadata.pop("nbgrader", None)
    yield "metadata-removed", stripped
    crashing = answered(lesson)
    cell_of(crashing, "nesterov_step").source = "import os\nos._exit(1)"
    yield "crash", crashing
    forging = released(lesson)
    cell_of(forging, "momentum_step").source += "\nprint('1000.0')\n1000.0"
    yield "forging", forging
    yield "not-a-notebook", "{"


@pytest.fixture(scope="module")
def runs(course: Path) -> dict[str, StockRun]:
    found = {}
    for lesson in LESSONS:
        grading.release(lesson, course)
        for student, notebook in _submissions(lesson):
            hand_in(course, student, lesson, notebook)  # type: ignore[arg-type]
        found[lesson.name] = grading.autograde(lesson, course)
        grading.feedback(lesson, course)
    return found


@pytest.fixture
def gradebook(course: Path, runs: dict[str, StockRun]) -> Iterator[Gradebook]:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as opened:
        yield opened


def _automatic(lesson: Lesson) -> float:
    return sum(exercise.points for exercise in lesson.exercises if exercise.kind != "written")


def _score(gradebook: Gradebook, lesson: Lesson, student: str) -> float:
    return float(gradebook.find_submission(lesson.assignment, student).score)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
@pytest.mark.parametrize("language", ["en", "vi"])
def test_reference_answers_earn_all_points_and_blanks_none(gradebook: Gradebook, lesson: Lesson, language: str) -> None:
    assert gradebook.find_assignment(lesson.assignment).max_score == _automatic(lesson) + 4
    assert _score(gradebook, lesson, f"right-{language}") == _automatic(lesson)
    assert _score(gradebook, lesson, f"blank-{language}") == 0


def test_a_written_answer_waits_for_a_person_and_a_blank_one_does_not(gradebook: Gradebook) -> None:
    right = gradebook.find_submission(MOMENTUM.assignment, "right-en")
    blank = gradebook.find_submission(MOMENTUM.assignment, "blank-en")
    assert right.needs_manual_grade
    assert not blank.needs_manual_grade


@pytest.mark.parametrize("student", ["noisy", "check-deleted", "check-doubled", "check-edited", "metadata-removed"])
def test_what_is_not_a_mistake_costs_nothing(gradebook: Gradebook, student: str) -> None:
    assert _score(gradebook, MOMENTUM, student) == _automatic(MOMENTUM)


def test_a_crash_costs_its_own_exercise(gradebook: Gradebook) -> None:
    points = next(e.points for e in MOMENTUM.exercises if e.name == "nesterov_step")
    assert _score(gradebook, MOMENTUM, "crash") == _automatic(MOMENTUM) - points


def test_a_printed_score_is_worth_nothing(gradebook: Gradebook) -> None:
    assert _score(gradebook, MOMENTUM, "forging") == 0


def test_a_file_that_is_no_notebook_stops_nobody_else(gradebook: Gradebook, runs: dict[str, StockRun]) -> None:
    graded = {s.student.id for s in gradebook.find_assignment(MOMENTUM.assignment).submissions if s.score > 0}
    assert len(graded) == 8
    assert any("not-a-notebook" in line for line in runs["momentum"].trouble)


def _feedback(course: Path, student: str) -> str:
    path = course / "feedback" / student / MOMENTUM.assignment / f"{MOMENTUM.assignment}.html"
    return path.read_text(encoding="utf-8")


def test_feedback_speaks_the_learners_language_and_shows_no_marking_scheme(
    course: Path, runs: dict[str, StockRun]
) -> None:
    english, vietnamese = _feedback(course, "blank-en"), _feedback(course, "blank-vi")
    assert "Not done yet" in english
    assert "Chưa làm" in vietnamese
    for page, scheme in (
        (english, MOMENTUM.marking_scheme.en),
        (vietnamese, MOMENTUM.marking_scheme.vi),
    ):
        for line in scheme.splitlines():
            words = re.sub(r"[^\w ]", " ", line).split()
            assert len(words) < 6 or " ".join(words[:6]) not in re.sub(r"[^\w ]", " ", page)
    autograded = course / "autograded" / "right-en" / MOMENTUM.assignment / f"{MOMENTUM.assignment}.ipynb"
    assert '"marking_scheme": true' in autograded.read_text(encoding="utf-8")


def test_feedback_says_what_was_mended(course: Path, runs: dict[str, StockRun]) -> None:
    assert "check-momentum_step: was deleted, put back" in _feedback(course, "check-deleted")


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_the_formgraders_button_goes_through_the_same_judge(
    course: Path, runs: dict[str, StockRun], monkeypatch: pytest.MonkeyPatch, lesson: Lesson
) -> None:
    from nbgrader.apps.api import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    from grader.nbgrader import configure

    monkeypatch.setenv("HOCSAU_COURSE", str(course))
    config = Config()
    configure(config)
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    expected = {}
    for language in ("en", "vi"):
        hand_in(course, f"button-right-{language}", lesson, answered(lesson, language))
        hand_in(course, f"button-blank-{language}", lesson, released(lesson, language))
        expected[f"button-right-{language}"] = _automatic(lesson)
        expected[f"button-blank-{language}"] = 0
    for student in expected:
        result = api.autograde(lesson.assignment, student)
        assert result["success"], result
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        assert {student: _score(gradebook, lesson, student) for student in expected} == expected
