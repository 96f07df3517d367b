"""`grader lint`: silent on a lesson that lacks nothing; each thing that is missing or wrong is a line with its file and place."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGE = "## 1 curves\n\n| exercise | signature | must see |\n| parabola_slope | `parabola_slope(a, b, x)` | an array |\n"
LESSON = "lesson.py"
SLOPE = "mistakes/slope.py"
TOML = '''[parabola_slope.no_b]
see = "slope"
en = "Your slope leaves b out; the straight part has a slope as well."
edit = """
- return a * x
+ return x
"""
'''


def grader(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HOCSAU_SOLUTIONS": str(folder / "solutions"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "grader.cli.app", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A copy of the second course; `edit` changes a file of its lesson."""
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "tests" / "second_course" / "solutions", tmp_path / "solutions", ignore=ignore)
    return tmp_path


def edit(course: Path, file: str, *changes: tuple[str, str]) -> None:
    path = course / "solutions" / "curves" / file
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def lines(course: Path) -> list[str]:
    """What `grader lint curves` says; its status is 1 when that is anything."""
    done = grader(course, "lint", "curves")
    found = done.stdout.splitlines()
    assert done.returncode == bool(found), done.stderr
    return found


def test_it_is_silent_on_a_lesson_that_lacks_nothing(course: Path) -> None:
    assert lines(course) == []


def test_what_is_missing_is_said_with_its_file_and_place(course: Path) -> None:
    (course / "docs").mkdir()
    (course / "docs" / "contract.md").write_text(PAGE, encoding="utf-8")
    edit(course, LESSON, ("$a = 1.5$", "$a = 1.7$"), ('key="quiz" lang="vi"', 'key="quiz_vi" lang="vi"'))
    edit(course, "hints.py", ('"curves_quiz"', '"curve_quiz"'))
    edit(
        course,
        SLOPE,
        ("return a * x + b", "return a * x + b  # TODO"),
        ("The factor 2 of the square is missing.", "No 2."),
    )
    edit(course, "exercises.py", (", hidden=True", ""))
    edit(course, "right/answers.py", ('@style("parabola_slope")\ndef slope_by_a_sum', "def slope_by_a_sum"))
    edit(course, "right/answers.py", ("return np.add(np.multiply(2 * a, x), b)", "return np.add(np.multiply(a, x), b)"))
    edit(course, "test_lesson.py", ("parabola_slope", "slope"))
    found = lines(course)
    expected = [
        "solutions/curves/mistakes/slope.py, line 17: TODO is left: return a * x + b # TODO",
        "solutions/curves/lesson.py, prose 'quiz': the vi twin is missing",
        "solutions/curves/lesson.py, prose 'slope' (en): nothing claims 1.7",
        "solutions/curves/lesson.py, prose 'slope' (vi): nothing claims 1.7",
        "solutions/curves/exercises.py, parabola_slope: expected 1 hidden case or more, found 0",
        "solutions/curves/exercises.py, parabola_slope: contract.md says 'an array', and no case says that it sees it",
        "solutions/curves/hints.py, curve_quiz: there is no exercise of this name",
        "solutions/curves/hints.py, curves_quiz: expected three hints, each another, found 0",
        "solutions/curves/mistakes, parabola_slope.missing_two: the message is too short",
        "solutions/curves/right, parabola_slope: expected 5 right answers in other styles or more, found 4",
        "solutions/curves/test_lesson.py, parabola_slope: no test names it",
        "solutions/curves/right, parabola_slope: the right answer slope_by_ufuncs is refused: case 'a number'",
        "solutions/curves/right, parabola_slope: the right answer slope_by_ufuncs is refused: it is called missing_two",
    ]
    assert [one for one in expected if not any(line.startswith(one) for line in found)] == [], found


def test_a_mistake_that_no_case_sees_and_one_under_anothers_name_are_said(course: Path) -> None:
    edit(course, SLOPE, ("def missing_two(a: float, b: float, x: Any) -> Any:\n    return a * x + b\n", TWINS))
    place = "solutions/curves/mistakes, parabola_slope: the mistake "
    assert lines(course) == [
        place + "unseen is seen by no public case: passed, 3 points",
        place + "first is told from second by no public case",
        place + "second is called first",
        place + "second is told from first by no public case",
    ]


ENTER = """@misconception(
    "parabola_slope",
    see="slope",
    message=Text("The factor 2 of the square is missing."),
)
"""
TWINS = "".join(
    f"{ENTER if number else ''}def {name}(a: float, b: float, x: Any) -> Any:\n    return {value}\n\n\n"
    for number, (name, value) in enumerate(
        [("unseen", "2 * a * x + b"), ("first", "a * x + b"), ("second", "b + a * x")]
    )
)


def test_an_edit_that_does_not_fit_is_said(course: Path) -> None:
    (course / "solutions" / "curves" / "mistakes" / "more.toml").write_text(TOML, encoding="utf-8")
    assert lines(course) == [
        "solutions/curves/mistakes, [parabola_slope.no_b]: what an edit takes out is not in the answer: return a * x",
        "solutions/curves/vi.po: 'Your slope leaves b out; the straight part has a slope as well.' is not translated; `grader texts` adds it",
    ]


def test_no_mistake_and_a_reference_that_fails_are_said(course: Path) -> None:
    (course / "solutions" / "curves" / SLOPE).unlink()
    edit(course, LESSON, ("    return 2 * a * x + b", "    return undefined"))
    found = lines(course)
    assert any(
        line.startswith("solutions/curves/mistakes, parabola_slope: there is no known mistake") for line in found
    )
    failing = "solutions/curves/lesson.py, parabola_slope: the reference fails its own case 'a number': "
    assert [line for line in found if line.startswith(failing) and "NameError" in line], found


@pytest.mark.parametrize(
    ("file", "change", "fault"),
    [
        ("exercises.py", ("EXERCISES = (", "EXERCISES = (("), "exercises.py, cannot be read: SyntaxError"),
        (LESSON, ('key="slope" lang="en"', 'lang="en"'), "lesson.py: the cell"),
    ],
)
def test_a_file_that_cannot_be_read_is_said(course: Path, file: str, change: tuple[str, str], fault: str) -> None:
    edit(course, file, change)
    assert [line for line in lines(course) if line.startswith(f"solutions/curves/{fault}")]


def test_an_unknown_lesson_is_an_error(course: Path) -> None:
    done = grader(course, "lint", "curve")
    assert (done.returncode, done.stdout) == (1, "")
    assert "there is no lesson 'curve'" in done.stderr
