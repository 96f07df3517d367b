"""`grader grade` as a command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.engine import Settings
from grader.errors import CourseError
from grader.platforms.students import fault
from tests.grader.conftest import hand_in, released
from tests.grader.engine.conftest import LESSON


def _grade(course: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "grader.cli.app", "grade", LESSON.name, *options],
        env={**os.environ, "HOCSAU_COURSE": str(course), "PYTHONWARNINGS": "error", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip


def test_grade_prints_one_line_per_trouble_and_says_how_it_went(course: Path) -> None:
    hand_in(course, "good", LESSON, released(LESSON))
    hand_in(course, "bad", LESSON, "{")
    hand_in(course, "=1+1", LESSON, released(LESSON))
    done = _grade(course, "--jobs", "2")
    assert done.returncode == 1
    assert done.stdout == "02_momentum: 2 of 2 graded\n"
    lines = [line for line in done.stderr.splitlines() if "bad: " in line]
    assert len(lines) == 1
    assert "bad: It is not a notebook: Expecting property name" in lines[0]
    assert "submitted/'=1+1' is refused as a student id: a spreadsheet would take" in done.stderr
    assert "1 could not be graded; see the lines above" in done.stderr
    assert "Traceback" not in done.stderr

    (course / "submitted" / "=1+1").rename(course / "submitted" / "one")
    done = _grade(course)
    assert (done.returncode, done.stdout) == (
        0, "02_momentum: 1 of 1 graded, 1 of them from stored results, 2 unchanged\n"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"jobs": 0}, "--jobs must be at least 1, got 0"), ({"device": "tpu"}, "got 'tpu'")],
)
def test_settings_that_make_no_sense(settings: dict[str, object], said: str) -> None:
    with pytest.raises(CourseError, match=said):
        Settings(**settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "student",
    ["", ".", "..", "../x", "a/b", "a\\b", "=1+1", "+1", "-x", "@x", "a*", "a,b", "{a}", "a\nb"]
    + ["a\u202eb", " a", "a ", "a\u0301", "\ud800", "x" * 129, "🙂" * 60],
)
def test_what_cannot_be_a_students_id(student: str) -> None:
    assert fault(student)


@pytest.mark.parametrize("student", ["lan.hoang", "Đặng Thị Ngọc", "s1@uni.vn", "a+b", "👩‍🔬", "20215555"])
def test_what_can_be_a_students_id(student: str) -> None:
    assert fault(student) is None
