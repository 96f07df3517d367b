"""Grades as CSV: the right columns, the right numbers, and nothing that a spreadsheet runs."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.api import Gradebook

from grader.course.places import ROOT
from grader.errors import CourseError
from grader.nbgrader import find_alembic
from grader.platforms.collect.roster import read_roster
from grader.platforms.export import export
from grader.platforms.export.cells import as_csv, read_text, safe_text

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two lessons, three students: one late, one with names that are formulas, one who handed in nothing."""
    find_alembic()
    root = tmp_path_factory.mktemp("course")
    with Gradebook(f"sqlite:///{root}/gradebook.db", "hocsau") as gradebook:
        for name, points in (("01_gradient_descent", 10), ("02_momentum", 20)):
            due = datetime(2026, 1, 30) if points == 20 else None
            gradebook.add_assignment(name, duedate=due)
            gradebook.add_notebook(name, name)
            gradebook.add_grade_cell("check-a", name, name, max_score=points, cell_type="code")
        gradebook.add_student("an.le", first_name="An", last_name="Lê", email="an@uni.vn")
        gradebook.add_student(
            "evil",
            first_name='=HYPERLINK("http://evil.example";"x")',
            last_name="@SUM(1)\n=1+1,;\t-2",
            email="+evil@uni.vn",
        )
        gradebook.add_student("101", last_name="Vũ")
        for student, score in (("an.le", 7.25), ("evil", 3.0)):
            submission = gradebook.add_submission("02_momentum", student, timestamp=datetime(2026, 1, 31, 8))
            grade = submission.notebooks[0].grades[0]
            grade.auto_score, grade.needs_manual_grade = score, student == "an.le"
            submission.notebooks[0].late_submission_penalty = 1.5 if student == "an.le" else 20.0
        gradebook.db.commit()
    return root


def rows(course: Path, tmp_path: Path, layout: str, **options: Any) -> list[list[str]]:
    to = tmp_path / "grades.csv"
    export(course, to, layout, **options)
    with to.open(encoding="utf-8-sig", newline="") as file:
        return [[read_text(cell) for cell in row] for row in csv.reader(file)]


EVIL = ['=HYPERLINK("http://evil.example";"x")', "@SUM(1) =1+1,; -2"]


def test_nbgraders_own_columns(course: Path, tmp_path: Path) -> None:
    head, *body = rows(course, tmp_path, "nbgrader")
    assert head == [
        "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
        "raw_score", "late_submission_penalty", "score", "max_score",
    ]  # fmt: skip
    found = {(row[0], row[3]): row for row in body}
    assert len(found) == 6
    assert found["02_momentum", "an.le"] == [
        "02_momentum", "2026-01-30 00:00:00", "2026-01-31 08:00:00", "an.le", "Lê", "An",
        "an@uni.vn", "7.25", "1.5", "5.75", "20",
    ]  # fmt: skip
    assert found["02_momentum", "evil"][4:] == [EVIL[1], EVIL[0], "+evil@uni.vn", "3", "20", "0", "20"]  # fmt: skip
    assert found["02_momentum", "101"][7:] == ["0", "0", "0", "20"]


def test_moodles_columns(course: Path, tmp_path: Path) -> None:
    head, *body = rows(course, tmp_path, "moodle")
    assert head == [
        "First name", "Last name", "Username", "ID number", "Email address",
        "Assignment: 01_gradient_descent (Real)", "Assignment: 02_momentum (Real)",
    ]  # fmt: skip
    assert ["An", "Lê", "an.le", "an.le", "an@uni.vn", "", "5.75"] in body
    assert ["", "Vũ", "101", "101", "", "", ""] in body


def test_canvas_columns(course: Path, tmp_path: Path) -> None:
    head, points, *body = rows(
        course,
        tmp_path,
        "canvas",
        assignments=["02_momentum"],
        columns={"02_momentum": "Lesson 2 (5512)"},
    )
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Lesson 2 (5512)"]
    assert points == ["    Points Possible", "", "", "", "", "20"]
    assert ["Lê, An", "", "", "an.le", "", "5.75"] in body
    assert ["Vũ", "101", "", "101", "", ""] in body


def test_a_roster_fills_in_what_the_gradebook_does_not_know(course: Path, tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(
        'Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n"Lê, An",4711,S1,an.le,Group A\n',
        encoding="utf-8",
    )
    _, _, *body = rows(course, tmp_path, "canvas", roster=read_roster(path))
    assert ["Lê, An", "4711", "S1", "an.le", "Group A", "", "5.75"] in body


@pytest.mark.parametrize("layout", ["nbgrader", "moodle", "canvas"])
def test_no_cell_is_a_formula_and_numbers_are_numbers(course: Path, tmp_path: Path, layout: str) -> None:
    to = tmp_path / "grades.csv"
    export(course, to, layout)
    text = to.read_bytes().decode("utf-8")
    for line in text.split("\r\n")[1:-1]:
        assert "\n" not in line
        (cells,) = csv.reader(io.StringIO(line))
        for cell in cells:
            assert not cell.lstrip().startswith(DANGEROUS)
        # Whatever separator a spreadsheet takes: text stands in quotes, the rest is numbers.
        bare = line.replace('""', "").split('"')[::2]
        assert all(set(part) <= set("0123456789.,") for part in bare), line


def test_numbers_are_written_as_numbers() -> None:
    assert as_csv([["a", -1.5, 3.0000000000000004, None, 1e-9]]) == '"a",-1.5,3,"",0\r\n'


def test_a_byte_order_mark_for_excel(course: Path, tmp_path: Path) -> None:
    export(course, tmp_path / "a.csv")
    export(course, tmp_path / "b.csv", bom=True)
    plain, marked = ((tmp_path / name).read_bytes() for name in ("a.csv", "b.csv"))
    assert marked == b"\xef\xbb\xbf" + plain


@given(st.text())
def test_every_text_comes_back(text: str) -> None:
    cell = safe_text(text)
    assert not cell.lstrip().startswith(DANGEROUS)
    (row,) = csv.reader(io.StringIO(as_csv([[text]]), newline=""))
    assert row == [cell]
    seen = safe_text(read_text(cell))
    assert seen == cell
    if cell.isprintable() and text.isprintable():
        assert read_text(cell) == text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", " =1", "'=1", "''=1", "%a", "|a", "＝1"])
def test_a_formula_is_text(text: str) -> None:
    assert safe_text(text) == "'" + text
    assert read_text(safe_text(text)) == text


@pytest.mark.parametrize("text", ["Lan", "O'Hara", "'s-Gravenhage", "a=b", "x-1", "an@uni.vn", ""])
def test_other_text_stays(text: str) -> None:
    assert safe_text(text) == read_text(text) == text


def test_errors_say_what_to_do(course: Path, tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"no gradebook in .*: grade a lesson first, or name the"):
        export(tmp_path, tmp_path / "grades.csv")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(CourseError) as raised:
        export(course, tmp_path / "grades.csv", assignments=["09_none"])
    assert str(raised.value) == (
        f"09_none: not in the gradebook of {course}, which has 01_gradient_descent, 02_momentum"
    )
    with pytest.raises(CourseError, match="cannot be written"):
        export(course, tmp_path / "nowhere" / "grades.csv")


def _run(course: Path, folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**os.environ, "HOCSAU_COURSE": str(course), "COLUMNS": "300"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def test_nbgraders_own_command_writes_the_same(course: Path, tmp_path: Path) -> None:
    to = tmp_path / "grades.csv"
    done = _run(course, tmp_path, "nbgrader", "export", "--to", str(to))
    assert done.returncode == 0, done.stderr
    export(course, tmp_path / "ours.csv")
    assert to.read_bytes() == (tmp_path / "ours.csv").read_bytes()


def test_the_command(course: Path, tmp_path: Path) -> None:
    to = tmp_path / "canvas.csv"
    done = _run(
        course, tmp_path, "grader.cli.app", "export", "--format", "canvas", "--lesson", "momentum",
        "--column", "momentum=Lab 2 (7)", "-o", str(to),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"3 grades are in {to}\n"
    assert done.stderr == "1 of these grades still wait for a person's marks\n"
    assert '"Lab 2 (7)"' in to.read_text(encoding="utf-8")
    done = _run(course, tmp_path, "grader.cli.app", "export", "--format", "excel")
    assert done.returncode == 1
    assert "--format excel: expected one of nbgrader, moodle, canvas" in done.stderr
    done = _run(course, tmp_path, "grader.cli.app", "export", "--column", "momentum")
    assert "--column 'momentum': expected a lesson and a title" in done.stderr
