"""`grader new`: what must exist is begun, what is there is extended and stays, and a name that cannot be leaves all as it was."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.course.lessons import Lesson, all_lessons
from grader.course.scaffold import new_exercise, new_lesson, write
from grader.course.stubs import ExercisePieces
from grader.errors import CourseError

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("lesson", all_lessons(), ids=lambda lesson: lesson.name)
def test_the_pieces_are_added_to_every_lesson_and_nothing_else_changes(lesson: Lesson) -> None:
    pieces = ExercisePieces(lesson.name, "polyak_average")
    added = [
        pieces.cells,
        pieces.case_kinds,
        pieces.definition,
        pieces.hints,
        pieces.mistakes,
        pieces.style,
        pieces.test,
    ]
    texts = new_exercise(lesson.name, "polyak_average")
    found = []
    for path, text in texts.items():
        before = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        after = text.splitlines()
        rest = iter(after)
        assert all(line in rest for line in before), path  # in their order
        found += [piece for piece in added if text.count(piece) == 1]
        if path.suffix == ".py":
            ast.parse(text)
    assert sorted(found) == sorted(added)


@pytest.mark.parametrize("lesson", all_lessons(), ids=lambda lesson: lesson.name)
def test_an_exercise_is_begun_before_the_quiz(lesson: Lesson) -> None:
    texts = {path.name: text for path, text in new_exercise(lesson.name, "polyak_average").items()}
    for file in ("lesson.py", "hints.py", "exercises.py" if "exercises.py" in texts else "__init__.py"):
        before, _, after = texts[file].partition(f'"{lesson.name}_quiz"')
        assert "polyak_average" in before
        assert "polyak_average" not in after


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("class", "it is a word of Python"),
        ("sum", "it is a word of Python"),
        ("2nd", "does not begin with a digit"),
        ("a-b", "letters without accents, digits and _"),
        ("phép", "letters without accents, digits and _"),
        ("mse_loss", "the lesson gradient_descent has it"),
        ("ravine", "the lesson has a cell 'ravine'"),
        ("np", "the lesson's first cell imports np"),
    ],
)
def test_a_name_that_no_exercise_can_have_is_refused(name: str, fault: str) -> None:
    with pytest.raises(CourseError, match=r"expected the name of a new exercise, got .*Choose a") as caught:
        new_exercise("momentum", name)
    assert fault in str(caught.value)


@pytest.mark.parametrize(("name", "fault"), [("momentum", "is there already"), ("pass", "it is a word of Python")])
def test_a_name_that_no_lesson_can_have_is_refused(name: str, fault: str) -> None:
    with pytest.raises(CourseError, match=f"expected the name of a new lesson, got .*{fault}.*Choose a"):
        new_lesson(name)


def test_nothing_is_written_where_one_file_would_be_no_python(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="could not be read as Python"):
        write({tmp_path / "one.py": "x = 1\n", tmp_path / "two.py": "x = (\n"})
    assert list(tmp_path.iterdir()) == []


def grader(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HOCSAU_SOLUTIONS": str(folder / "solutions"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "grader.cli.app", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )


def test_a_course_is_begun_from_nothing_and_lint_says_what_to_write(tmp_path: Path) -> None:
    (tmp_path / "solutions").mkdir()
    for arguments in (("lesson", "lines"), ("exercise", "lines", "line_slope"), ("lesson", "planes")):
        done = grader(tmp_path, "new", *arguments)
        assert done.returncode == 0, done.stderr
    files = {path.relative_to(tmp_path / "solutions").as_posix() for path in (tmp_path / "solutions").rglob("*.*")}
    each = {"lesson.py", "exercises.py", "hints.py", "test_lesson.py"}
    own = {"mistakes/line_slope.toml", "right/answers.py"}
    assert files == {"syllabus.toml", *(f"lines/{name}" for name in each | own), *(f"planes/{name}" for name in each)}
    syllabus = (tmp_path / "solutions" / "syllabus.toml").read_text(encoding="utf-8")
    assert syllabus.index('"lines"') < syllabus.index('"planes"')
    said = grader(tmp_path, "lint", "lines").stdout
    assert "solutions/syllabus.toml, lines: TODO is left" in said
    assert all(f"solutions/lines/{name}, line " in said for name in each | own)
    assert "there is no exercise; `grader new exercise planes NAME`" in grader(tmp_path, "lint", "planes").stdout


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("hints.py", "HINTS", "ALL", "expected HINTS = (...) with an entry a line, found none"),
        ("exercises.py", "SLOPE", "LINE_SLOPE_CASES", "has a name LINE_SLOPE_CASES already"),
    ],
)
def test_a_file_of_another_shape_is_said_and_nothing_is_written(
    tmp_path: Path, file: str, old: str, new: str, fault: str
) -> None:
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "tests" / "second_course" / "solutions", tmp_path / "solutions", ignore=ignore)
    path = tmp_path / "solutions" / "curves" / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*")}
    done = grader(tmp_path, "new", "exercise", "curves", "line_slope")
    assert (done.returncode, fault in done.stderr) == (1, True), done.stderr
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*")} == before
