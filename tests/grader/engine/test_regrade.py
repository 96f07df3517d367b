"""Grading again: what is run anew, what is made anew from stored verdicts, and when a person is asked again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.api import Gradebook

from grader.course.places import SOLUTIONS
from grader.engine import Report, grade, task
from grader.engine.version import lesson_version, page_version
from grader.nbgrader import grading
from grader.nbgrader.answers import KnownAnswers, answer_hashes
from tests.grader.conftest import answered, cell_of, hand_in
from tests.grader.engine.conftest import LESSON
from tests.grader.engine.test_version import with_comment

NAME, WRITTEN, CHECK = LESSON.assignment, "momentum_written", "check-momentum_step"
STUDENT = "lan"


@pytest.fixture(scope="module")
def once_graded(new_course: Callable[[], Path]) -> Path:
    """A course with one student, whose written answer was marked by hand."""
    course = new_course()
    wrong = answered(LESSON)
    cell = cell_of(wrong, "momentum_step")
    cell.source = cell.source.replace("beta * v - ", "v - ")
    hand_in(course, STUDENT, LESSON, wrong)
    assert grade(LESSON, course).graded == [STUDENT]
    with _gradebook(course) as gradebook:
        written = gradebook.find_grade(WRITTEN, NAME, NAME, STUDENT)
        assert written.needs_manual_grade
        written.manual_score, written.extra_credit, written.needs_manual_grade = 3.0, 0.5, False
        gradebook.find_comment(WRITTEN, NAME, NAME, STUDENT).manual_comment = "Name the friction."
        overridden = gradebook.find_grade(CHECK, NAME, NAME, STUDENT)
        overridden.manual_score = 1.0
        assert not overridden.needs_manual_grade
        gradebook.db.commit()
    return course


@pytest.fixture
def graded(once_graded: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(once_graded, tmp_path / "course")


def _gradebook(course: Path) -> Gradebook:
    return Gradebook(f"sqlite:///{course}/gradebook.db")


def _marks(course: Path, cell: str = WRITTEN) -> tuple[Any, ...]:
    """(manual score, extra credit, asked for, comment) of a cell, and whether the submission stands in the queue."""
    with _gradebook(course) as gradebook:
        found = gradebook.find_grade(cell, NAME, NAME, STUDENT)
        comment = gradebook.find_comment(cell.removeprefix("check-"), NAME, NAME, STUDENT)
        queued = bool(gradebook.find_submission(NAME, STUDENT).needs_manual_grade)
        marks = (found.manual_score, found.extra_credit, bool(found.needs_manual_grade))
        return *marks, comment.manual_comment, queued


KEPT = (3.0, 0.5, False, "Name the friction.", False)
ASKED = (3.0, 0.5, True, "Name the friction.", True)


def _resubmit(course: Path, change: Callable[[NotebookNode], None]) -> None:
    path = course / "submitted" / STUDENT / NAME / f"{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    change(notebook)
    path.write_text(json.dumps(notebook), encoding="utf-8")


def _other_answer(notebook: NotebookNode) -> None:
    cell_of(notebook, WRITTEN).source += " More friction, less speed."


def _other_code(notebook: NotebookNode) -> None:
    cell_of(notebook, "momentum_step").source += "\n# again"


@pytest.fixture
def with_change(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Has the next run see a file of ours as it would be with a comment more."""

    def change(name: str) -> None:
        read = with_comment(name)
        monkeypatch.setattr(task, "lesson_version", lambda lesson: lesson_version(lesson, read=read))
        monkeypatch.setattr(task, "page_version", lambda lesson: page_version(lesson, read=read))

    return change


def _went(report: Report) -> tuple[int, int, int]:
    """How many were run, made anew from stored verdicts, unchanged."""
    assert not report.failed
    return len(report.graded), len(report.reused), len(report.skipped)


@pytest.mark.parametrize(
    ("name", "went"),
    [
        ("hocsau/explore/momentum/ravine.py", (0, 0, 1)),
        ("hocsau/hints.py", (0, 0, 1)),
        ("hocsau/plots.py", (0, 0, 1)),
        ("grader/course/source.py", (1, 0, 0)),
        ("hocsau/judging/compare.py", (1, 0, 0)),
        ("grader/nbgrader/convert.py", (0, 1, 0)),
    ],
)
def test_what_is_done_anew_when_a_file_changes(
    graded: Path, with_change: Callable[[str], None], name: str, went: tuple[int, int, int]
) -> None:
    with_change(name)
    assert _went(grade(LESSON, graded)) == went
    assert _marks(graded) == KEPT
    assert _marks(graded, CHECK)[:3] == (1.0, None, False)
    assert _went(grade(LESSON, graded)) == (0, 0, 1)


def test_another_reference_answer_is_judged_by(graded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(SOLUTIONS / LESSON.name, tmp_path / LESSON.name)
    source = tmp_path / LESSON.name / "lesson.py"
    text = source.read_text(encoding="utf-8")
    other = text.replace("return w + v, v", "return v + w, v")
    assert other != text
    source.write_text(other, encoding="utf-8")
    monkeypatch.setattr(task, "lesson_version", lambda lesson: lesson_version(lesson, tmp_path))
    assert _went(grade(LESSON, graded)) == (1, 0, 0)
    assert _marks(graded) == KEPT


def _by_us(course: Path) -> None:
    assert not grade(LESSON, course).failed


def _by_nbgrader(course: Path) -> None:
    assert grading.autograde(LESSON, course, again=True).status == 0


@pytest.mark.parametrize("again", [_by_us, _by_nbgrader], ids=["grader grade", "nbgrader autograde"])  # fmt: skip
def test_a_mark_is_asked_for_again_where_its_answer_changed_and_nowhere_else(
    graded: Path, again: Callable[[Path], None]
) -> None:
    _resubmit(graded, _other_code)
    again(graded)
    assert _marks(graded)[:3] == KEPT[:3]
    assert _marks(graded, CHECK)[:3] == (1.0, None, True)  # given for code that is no more

    _resubmit(graded, _other_answer)
    again(graded)
    assert _marks(graded) == ASKED


def test_a_new_judge_leaves_the_queue_as_it_is(graded: Path, with_change: Callable[[str], None]) -> None:
    _resubmit(graded, _other_answer)
    grade(LESSON, graded)
    assert _marks(graded) == ASKED
    with_change("grader/judge/judge.py")
    assert _went(grade(LESSON, graded)) == (1, 0, 0)
    assert _marks(graded) == ASKED


def test_an_unmarked_answer_stays_in_the_queue(graded: Path, with_change: Callable[[str], None]) -> None:
    with _gradebook(graded) as gradebook:
        gradebook.find_grade(WRITTEN, NAME, NAME, STUDENT).manual_score = None
        gradebook.db.commit()
    with_change("grader/judge/judge.py")
    grade(LESSON, graded)
    assert _marks(graded)[:3] == (None, 0.5, True)


def test_without_what_is_known_of_the_answers_a_person_is_asked(
    graded: Path, with_change: Callable[[str], None]
) -> None:
    (graded / ".grading" / NAME / "answers" / f"{STUDENT}.json").write_text("[", encoding="utf-8")
    with_change("grader/judge/judge.py")
    grade(LESSON, graded)
    assert _marks(graded) == ASKED


def test_points_that_are_registered_later_reach_the_scores(graded: Path) -> None:
    """The gradebook says how many points there are to be had: when it says otherwise, the rows are written anew."""

    def points(most: float) -> float:
        with _gradebook(graded) as gradebook:
            gradebook.update_or_create_grade_cell("check-nesterov_step", NAME, NAME, max_score=most, cell_type="code")
        assert _went(grade(LESSON, graded)) == (0, 1, 0)
        with _gradebook(graded) as gradebook:
            return float(gradebook.find_grade("check-nesterov_step", NAME, NAME, STUDENT).auto_score)

    full = next(e.points for e in LESSON.exercises if e.name == "nesterov_step")
    assert points(full - 1) == full - 1
    assert points(full) == full


def test_an_answer_is_known_by_the_cell_its_pictures_and_its_points() -> None:
    notebook = answered(LESSON)
    first = answer_hashes(notebook, LESSON)
    assert set(first) == {exercise.name for exercise in LESSON.exercises}
    cell_of(notebook, WRITTEN).source += "\n\n"
    assert answer_hashes(notebook, LESSON) == first
    cell_of(notebook, WRITTEN).attachments = {"a.png": {"image/png": "AAAA"}}
    picture = answer_hashes(notebook, LESSON)
    assert {name for name in first if picture[name] != first[name]} == {WRITTEN}
    worth = tuple(replace(e, points=e.points + (e.kind == "written")) for e in LESSON.exercises)
    dearer = answer_hashes(notebook, replace(LESSON, exercises=worth))
    assert {name for name in first if dearer[name] != picture[name]} == {WRITTEN}


def test_what_is_noted_of_one_student_says_nothing_of_another(tmp_path: Path) -> None:
    known = KnownAnswers(tmp_path, NAME)
    answers = {"one": "1", "two": "2"}
    assert known.unchanged("a", answers) == set()
    known.note("a", answers)
    assert known.unchanged("a", {"one": "1", "two": "3", "new": "4"}) == {"one"}
    assert known.unchanged("a.json", answers) == set()
    assert known.unchanged("b", answers) == set()
    (tmp_path / ".grading" / NAME / "answers" / "a.json").write_text("[1]", encoding="utf-8")
    assert known.unchanged("a", answers) == set()
