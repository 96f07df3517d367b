"""Rows 16 and 17: notebooks that were tampered with are graded from the course's own list; what is no notebook is said so."""

from __future__ import annotations

import copy
import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from nbgrader.api import Gradebook

from grader import engine
from grader.course.lessons import of_name
from grader.errors import SubmissionError
from grader.judge.judge import judge_submission
from grader.judge.submission import read
from grader.nbgrader import grading
from grader.sandbox.process import Worker
from tests.attacks.classroom import PATIENT, SECRET
from tests.attacks.notebooks import TAMPERED, UNREADABLE
from tests.grader.conftest import answered, hand_in, released

LESSON = of_name("gradient_descent")
FULL = sum(exercise.points for exercise in LESSON.exercises if exercise.kind != "written")
RIGHT, BLANK = (json.loads(json.dumps(made(LESSON))) for made in (answered, released))


def tampered(change: str, notebook: dict[str, Any]) -> str:
    made = copy.deepcopy(notebook)
    TAMPERED[change](made)
    return json.dumps(made)


@pytest.mark.parametrize("change", TAMPERED)
def test_what_was_tampered_with_earns_what_its_answers_deserve(worker: Worker, tmp_path: Path, change: str) -> None:
    path = tmp_path / f"{LESSON.assignment}.ipynb"
    for notebook, deserved in ((RIGHT, FULL), (BLANK, 0.0)):
        path.write_text(tampered(change, notebook), encoding="utf-8")
        judgement = judge_submission(LESSON, read(path, LESSON), worker, SECRET, PATIENT)
        assert judgement.score == deserved, [(v.exercise, v.outcome) for v in judgement.verdicts]
        assert judgement.max_score == sum(exercise.points for exercise in LESSON.exercises)
        names = [verdict.exercise for verdict in judgement.verdicts]
        assert names == [exercise.name for exercise in LESSON.exercises]


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_is_no_notebook_is_refused_in_one_clear_line(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"{LESSON.assignment}.ipynb"
    path.write_bytes(UNREADABLE[kind](RIGHT))
    me, began = psutil.Process(), time.process_time()
    before = me.memory_info().rss
    with pytest.raises(SubmissionError) as refused:
        read(path, LESSON)
    said = str(refused.value).removeprefix(str(path))
    assert "\n" not in said
    assert 10 < len(said) < 300
    assert said.isprintable()
    assert time.process_time() - began < 5
    assert me.memory_info().rss - before < 400 << 20


@pytest.mark.parametrize("kind", ["pipe", "folder", "device", "missing"])
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "answer.ipynb"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "device":
        path.symlink_to("/dev/zero")
    with pytest.raises(SubmissionError, match="cannot be read"):
        read(path, LESSON)


@pytest.mark.parametrize("name", ["học sâu.ipynb", "🧠🔥.ipynb", "a\u202eb.ipynb", "-rf.ipynb", "new\nline.ipynb", "x" * 240 + ".ipynb"])  # fmt: skip
def test_a_name_of_any_letters_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(json.dumps(BLANK), encoding="utf-8")
    assert read(tmp_path / name, LESSON).cells


# --- a whole class, as an instructor grades it


CLASS = [
    "checks_deleted", "everything_doubled", "checks_edited", "points_raised", "flags_swapped", "metadata_removed",
    "metadata_of_other_types", "another_schema", "cells_that_are_none", "a_verdict_of_its_own",
]  # fmt: skip
BROKEN = ["an empty file", "half a notebook", "a list", "nbformat 3", "UTF-16", "51 MB", "brackets without a bottom", "lists in millions"]  # fmt: skip


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, engine.Report]:
    """Honest students first and last, and the others between them."""
    course = tmp_path_factory.mktemp("class") / "course"
    course.mkdir()
    (course / ".course-secret").write_text(bytes(range(32)).hex() + "\n", encoding="ascii")
    grading.release(LESSON, course)
    for student in ("aaa", "zzz"):
        hand_in(course, student, LESSON, json.dumps(RIGHT))
    for change in CLASS:
        hand_in(course, f"right-{change}", LESSON, tampered(change, RIGHT))
        hand_in(course, f"blank-{change}", LESSON, tampered(change, BLANK))
    for kind in BROKEN:
        path = hand_in(course, "broken-" + kind.replace(" ", "-"), LESSON, "")
        path.write_bytes(UNREADABLE[kind](RIGHT))
    hand_in(course, "=1+1", LESSON, json.dumps(RIGHT))
    path = hand_in(course, "linked", LESSON, "")
    path.unlink()
    path.symlink_to(course / "submitted" / "zzz" / LESSON.assignment / path.name)
    (path.parent / "notes.txt").symlink_to(course / ".course-secret")
    report = engine.grade(LESSON, course, engine.Settings(jobs=2))
    return course, report


def scores(course: Path) -> dict[str, float]:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        found = gradebook.find_assignment(LESSON.assignment).submissions
        return {submission.student.id: float(submission.score) for submission in found}


def test_a_class_of_them_is_graded_rightly_to_the_last(graded: tuple[Path, engine.Report]) -> None:
    found = scores(graded[0])
    assert {found["aaa"], found["zzz"]} == {FULL}
    for change in CLASS:
        assert (found[f"right-{change}"], found[f"blank-{change}"]) == (FULL, 0.0), change
    assert {score for student, score in found.items() if student.startswith("broken")} <= {0.0}


def test_the_instructor_reads_one_clear_line_for_each_that_is_no_notebook(
    graded: tuple[Path, engine.Report],
) -> None:
    told = [*graded[1].trouble, *graded[1].failed]
    for kind in BROKEN:
        lines = [line for student, line in told if student == "broken-" + kind.replace(" ", "-")]
        assert len(lines) == 1, (kind, lines)
        assert lines[0].isprintable()


def test_a_link_earns_nothing_and_nothing_is_copied(graded: tuple[Path, engine.Report]) -> None:
    course, report = graded
    assert scores(course)["linked"] == 0.0
    files = list((course / "autograded" / "linked" / LESSON.assignment).iterdir())
    assert [path.name for path in files] == [f"{LESSON.assignment}.ipynb"]
    assert not files[0].is_symlink()
    secret = (course / ".course-secret").read_text(encoding="ascii").strip()
    assert secret not in files[0].read_text(encoding="utf-8")
    told = [line for student, line in report.trouble if student == "linked"]
    assert any("is not a regular file (a link, perhaps)" in line for line in told), told
    assert any("notes.txt: not a regular file, left out" in line for line in told), told


def test_a_name_that_a_spreadsheet_would_run_is_no_student(
    graded: tuple[Path, engine.Report],
) -> None:
    course, report = graded
    (line,) = [line for student, line in report.failed if student == "=1+1"]
    assert "is refused as a student id: a spreadsheet would take" in line
    assert "=1+1" not in scores(course)
    assert not (course / "autograded" / "=1+1").exists()


def test_the_learner_reads_what_was_put_back(graded: tuple[Path, engine.Report]) -> None:
    folder = graded[0] / "autograded" / "right-checks_deleted" / LESSON.assignment
    assert "was deleted, put back" in (folder / f"{LESSON.assignment}.ipynb").read_text("utf-8")


def test_the_course_of_this_test_can_be_taken_away(graded: tuple[Path, engine.Report]) -> None:
    shutil.rmtree(graded[0])
    assert not graded[0].exists()
