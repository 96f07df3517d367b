"""`grader judge` and its siblings, run as commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

import hocsau
from grader.cli.terminal import Commands
from grader.course.lessons import Lesson, of_name
from grader.course.source import solution_cells
from grader.errors import BuildError, CourseError, GraderError, SubmissionError, WorkerError
from tests.grader.conftest import answered

MOMENTUM = of_name("momentum")


def _grader(*arguments: str, course: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "grader.cli.app", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={
            **os.environ,
            "HOCSAU_COURSE": str(course),
            "PYTHONWARNINGS": "error",
            "COLUMNS": "300",
        },
        timeout=300,
        check=False,
    )


def _judge(file: Path, lesson: Lesson, course: Path) -> dict[str, Any]:
    done = _grader("judge", "--lesson", lesson.name, str(file), "--json", course=course)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_notebook_is_judged_and_said_as_json(tmp_path: Path) -> None:
    file = tmp_path / "solved.ipynb"
    file.write_text(json.dumps(answered(MOMENTUM, "vi")), encoding="utf-8")
    found = _judge(file, MOMENTUM, tmp_path)
    assert set(found) == {"lesson", "score", "max_score", "isolation", "seconds", "exercises"}
    assert found["score"] == found["max_score"] - 4  # the written question
    entry = found["exercises"][0]
    assert set(entry) == {
        "exercise",
        "points",
        "max_points",
        "outcome",
        "diagnosis",
        "message",
        "cases",
    }
    assert set(entry["cases"][0]) == {"name", "visibility", "passed", "points"}
    assert {case["visibility"] for case in entry["cases"]} == {"public", "hidden"}


def test_a_python_file_is_judged_and_said_as_json(tmp_path: Path) -> None:
    file = tmp_path / "answers.py"
    contract = [exercise for exercise in MOMENTUM.exercises if exercise.contract]
    sources = solution_cells(MOMENTUM.name)
    file.write_text(
        "import numpy as np\n\n" + "\n".join(sources[exercise.name] for exercise in contract),
        encoding="utf-8",
    )
    found = _judge(file, MOMENTUM, tmp_path)
    assert found["score"] == found["max_score"] == sum(e.points for e in contract)
    assert [entry["exercise"] for entry in found["exercises"]] == [e.name for e in contract]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("nothing.ipynb", None, "cannot be read"),
        ("broken.ipynb", "{", "not a readable notebook"),
        ("empty.ipynb", "", "not a readable notebook"),
        ("other.txt", "x = 1", "expected a notebook (.ipynb) or a Python file (.py), got .txt"),
        ("list.ipynb", "[1]", "there is no nbformat in it"),
    ],
)
def test_a_file_that_cannot_be_read_is_status_2_and_one_line(
    name: str, content: str | None, said: str, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    done = _grader("judge", "--lesson", "momentum", str(tmp_path / name), "--json", course=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.strip().splitlines()
    assert said in line
    assert name in line


def test_an_unknown_lesson_names_those_there_are(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("", encoding="utf-8")
    done = _grader("judge", "--lesson", "momentun", str(tmp_path / "a.py"), course=tmp_path)
    assert done.returncode == 1
    assert "there is no lesson 'momentun'" in done.stderr
    assert "nearest: momentum" in done.stderr


def test_the_doctor_finds_this_machine_well(tmp_path: Path) -> None:
    done = _grader("doctor", course=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "layers that hold: process" in done.stdout


def test_the_doctor_sees_a_damaged_gradebook(tmp_path: Path) -> None:
    (tmp_path / "gradebook.db").write_text("not a database", encoding="utf-8")
    done = _grader("doctor", course=tmp_path)
    assert done.returncode == 1
    assert "restore it from a backup" in done.stdout


def test_grading_with_nothing_handed_in_says_where_it_looked(tmp_path: Path) -> None:
    done = _grader("grade", "momentum", course=tmp_path)
    assert done.returncode == 1
    assert f"no submission of {of_name('momentum').assignment} under {tmp_path / 'submitted'}" in done.stderr


def test_the_same_secret_gives_the_same_cases_and_a_damaged_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".course-secret").write_text("not hexadecimal", encoding="utf-8")
    (tmp_path / "a.py").write_text("", encoding="utf-8")
    done = _grader("judge", "--lesson", "momentum", str(tmp_path / "a.py"), course=tmp_path)
    assert done.returncode == 1
    assert "is not a course secret" in done.stderr


@pytest.mark.parametrize("command", ["release momentum", "grade momentum", "export", "doctor"])
def test_a_course_that_is_not_there_is_said_and_not_made(command: str, tmp_path: Path) -> None:
    done = _grader(*command.split(), course=tmp_path / "gone")
    assert done.returncode == 1
    assert f"there is no folder {tmp_path / 'gone'}. `grader init FOLDER` makes a course" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_it_says_its_version_which_is_hocsaus(tmp_path: Path) -> None:
    assert _grader("--version", course=tmp_path).stdout == f"grader {hocsau.__version__}\n"


@pytest.mark.parametrize(("typed", "offered"), [("grader rel", "release"), ("grader release mom", "momentum")])
def test_the_shell_completes_commands_and_lessons(typed: str, offered: str) -> None:
    words = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split()) - 1)}
    program = str(Path(sys.executable).parent / "grader")
    asked = {**os.environ, **words, "_GRADER_COMPLETE": "complete_bash"}
    done = subprocess.run([program], env=asked, capture_output=True, text=True, check=False)
    assert done.stdout.split() == [offered]


@pytest.mark.parametrize(
    ("error", "status"), [(SubmissionError, 2), (CourseError, 1), (BuildError, 1), (WorkerError, 1)]
)
@pytest.mark.parametrize("nested", [False, True])
def test_an_error_of_ours_ends_any_command_with_its_words(error: type[GraderError], status: int, nested: bool) -> None:
    app = typer.Typer(cls=Commands)
    inner = typer.Typer()
    app.add_typer(inner, name="inner")

    @(inner if nested else app).command()
    def fail() -> None:
        raise error("what was expected, what came [bold]here[/bold]")

    app.callback()(lambda: None)
    inner.callback()(lambda: None)
    ran = CliRunner().invoke(app, ["inner", "fail"] if nested else ["fail"])
    assert (ran.exit_code, ran.stdout) == (status, "")
    assert ran.stderr == "what was expected, what came [bold]here[/bold]\n"


def test_an_error_of_another_kind_is_not_hidden() -> None:
    app = typer.Typer(cls=Commands)

    @app.command()
    def fail() -> None:
        raise ZeroDivisionError

    app.callback()(lambda: None)
    assert isinstance(CliRunner().invoke(app, ["fail"]).exception, ZeroDivisionError)
