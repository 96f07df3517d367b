"""An instructor's week: release, collect, grade, mark by hand, override, grade again, feedback, export."""

from __future__ import annotations

import csv
import json
import re
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from playwright.sync_api import Page, expect

from grader.course.lessons import of_name
from grader.course.places import ROOT
from tests.browser.course import Course
from tests.browser.lab import Lab, Watched
from tests.browser.notebook import violations
from tests.browser.test_student_evening import AVERAGED
from tests.grader.conftest import answered, cell_of, released
from tests.student import run

MOMENTUM = of_name("momentum")
ASSIGNMENT = MOMENTUM.assignment
FILE = f"{ASSIGNMENT}.ipynb"
AUTOMATIC = sum(exercise.points for exercise in MOMENTUM.exercises if exercise.kind != "written")

LATE = """
from nbgrader.plugins import LateSubmissionPlugin


class Tenth(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return round(score / 10, 2)


c.AssignLatePenalties.plugin_class = Tenth
"""
"""A tenth of the points for who is late, as the instructor's nbgrader_config.py says it."""

MOODLE_SHEET = """\
Identifier,Full name,Email address,Status,Grade
Participant 71,Trần Bình,binh@uni.vn,Submitted for grading,
"""
CANVAS_SHEET = """\
Student,ID,SIS User ID,SIS Login ID,Section,Lesson 2 (5512)
    Points Possible,,,,,29
"Rossi, Sofia",101,S101,sofia,Group A,
"""
ANSWER = "Across a ravine it is true; along it, with ηλ = 0.1 and β = 0.9, w overshoots to -0.60."
COMMENT = "Nearly: look at what multiplies the gradient."

EXPECTED_OF_THE_PAGE = (
    "MathJax",  # nbgrader takes it from the network, which a test does without
    "mathjax",
    "ERR_",
)
EXPECTED_OF_THE_SERVER = (
    "Formgrader config is not serializable",  # it would show our classes as JSON
    "websocket_ping_timeout",
)


def test_an_instructors_week(
    tmp_path: Path,
    lab: Callable[..., Lab],
    window: Callable[..., Watched],
    picture: Callable[..., Path],
) -> None:
    course = Course(tmp_path, LATE)
    _monday(course)
    _handed_in(course, tmp_path)
    _collected(course, tmp_path)
    assert "4 of 4 graded" in course.run("grader", "grade", "momentum", "--jobs", "2")
    assert _scores(course)["an"] == (AUTOMATIC, AUTOMATIC / 10)
    before, penalty = _scores(course)["lan"]
    assert penalty == 0

    server = lab(Path(sys.executable), ROOT, course.variables, str(course.root), home=course.home)
    watched = window()
    page = watched.open(server, "formgrader")
    _dashboard(page, picture)
    _mark(page, before, picture)
    assert _scores(course)["lan"] == (
        before - _mark_of(course, "check-momentum_descent") + 2 + 3.5,
        0,
    )

    course.run("grader", "grade", "momentum", "--again")
    assert _scores(course)["lan"] == (
        before - _mark_of(course, "check-momentum_descent") + 2 + 3.5,
        0,
    )
    _marks_are_still_there(page, picture)
    assert watched.complaints(*EXPECTED_OF_THE_PAGE) == []
    assert server.complaints(*EXPECTED_OF_THE_SERVER) == []

    _feedback(course, watched, picture)
    _exported(course, tmp_path)


def _monday(course: Course) -> None:
    said = course.run("grader", "release", "momentum")
    assert "release-vi" in said
    course.run("nbgrader", "release_assignment", ASSIGNMENT)
    vietnamese = "--CourseDirectory.release_directory=release-vi"
    course.run("nbgrader", "release_assignment", ASSIGNMENT, "--course", "hocsau-vi", vietnamese)


def _handed_in(course: Course, tmp_path: Path) -> None:
    """Lan through the exchange in time, with a mistake; An in Vietnamese, too late."""
    mistaken = answered(MOMENTUM)
    cell_of(mistaken, "momentum_descent").source = AVERAGED
    cell_of(mistaken, "momentum_written").source = ANSWER
    _submit(course, tmp_path, "lan", "hocsau", mistaken)
    due = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f} UTC"  # Lan handed in within the same second
    course.run("nbgrader", "db", "assignment", "add", ASSIGNMENT, "--duedate", due)
    _submit(course, tmp_path, "an", "hocsau-vi", answered(MOMENTUM, "vi"))


def _submit(course: Course, tmp_path: Path, student: str, course_id: str, notebook: NotebookNode) -> None:
    home = tmp_path / student
    more = course.enrol(student, course_id, home)
    folder = home / ASSIGNMENT
    folder.mkdir()
    (folder / FILE).write_text(json.dumps(notebook), encoding="utf-8")
    told = {"HOME": str(home), "JUPYTER_CONFIG_DIR": str(home / ".jupyter"), **more}
    told["JUPYTER_DATA_DIR"] = str(home / ".local")
    run(sys.executable, "-m", "nbgrader", "submit", ASSIGNMENT, cwd=home, **told)


def _collected(course: Course, tmp_path: Path) -> None:
    """From the exchange, in both languages, then from Moodle's and Canvas's zip."""
    course.run("nbgrader", "collect", ASSIGNMENT)
    course.run("nbgrader", "collect", ASSIGNMENT, "--course", "hocsau-vi")
    moodle = {f"Trần Bình_71_assignsubmission_file/{FILE}": answered(MOMENTUM, "vi")}
    canvas = {f"rossisofia_LATE_101_9001_{FILE}": released(MOMENTUM)}
    for name, sheet, files in (
        ("moodle", MOODLE_SHEET, moodle),
        ("canvas", CANVAS_SHEET, canvas),
    ):
        (tmp_path / f"{name}.csv").write_text(sheet, encoding="utf-8")
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as archive:
            for path, notebook in files.items():
                archive.writestr(path, json.dumps(notebook))
        said = course.run(
            *("grader", "collect", "momentum", str(tmp_path / f"{name}.zip")),
            *("--roster", str(tmp_path / f"{name}.csv")),
        )
        assert "1 collected" in said
        assert ("late: sofia" in said) == (name == "canvas")
    assert {path.name for path in (course.root / "submitted").iterdir()} == {
        "lan", "an", "binh@uni.vn", "sofia",
    }  # fmt: skip


def _scores(course: Course) -> dict[str, tuple[float, float]]:
    """Every student's raw score and late penalty, from the gradebook."""
    with Gradebook(f"sqlite:///{course.root}/gradebook.db", "hocsau") as gradebook:
        return {
            found.student.id: (found.score, found.late_submission_penalty)
            for found in gradebook.find_assignment(ASSIGNMENT).submissions
        }


def _mark_of(course: Course, cell: str) -> float:
    """What the judge alone gave Lan for it."""
    with Gradebook(f"sqlite:///{course.root}/gradebook.db", "hocsau") as gradebook:
        return float(gradebook.find_grade(cell, ASSIGNMENT, ASSIGNMENT, "lan").auto_score)


def _dashboard(page: Page, picture: Callable[..., Path]) -> None:
    row = page.get_by_role("row", name=ASSIGNMENT)
    expect(row.get_by_role("link", name="4", exact=True)).to_be_visible()
    expect(row).to_contain_text("released")
    picture(page, "1_dashboard")


def _open_lan(page: Page, score: float) -> None:
    """Manual Grading, the lesson, the notebook, the one submission with that score: names are covered there."""
    page.get_by_role("link", name="Manual Grading").first.click()
    page.get_by_role("grid").get_by_role("link", name=ASSIGNMENT).click()
    page.get_by_role("grid").get_by_role("link", name=ASSIGNMENT).click()
    expect(page.get_by_role("row", name="Submission #")).to_have_count(4)
    page.get_by_role("row", name=f"{score:g} / 29").get_by_role("link").click()
    expect(page.locator("#momentum_written")).to_be_visible()


def _mark(page: Page, score: float, picture: Callable[..., Path]) -> None:
    _open_lan(page, score)
    diagnosis = page.get_by_text("You multiplied the new gradient by (1 - β)")
    expect(diagnosis.first).to_be_visible()
    diagnosis.first.scroll_into_view_if_needed()
    picture(page, "2_diagnosis")
    assert violations(page, ".hocsau-verdict") == []

    _enter(page, "check-momentum_descent", "2")
    comment = page.locator("#momentum_descent-comment")
    with page.expect_response(_saves("comment")):
        comment.fill(COMMENT)
        comment.press("Tab")
    expect(page.get_by_text(ANSWER)).to_be_visible()
    expect(page.get_by_text("Marking scheme")).to_be_visible()
    _enter(page, "momentum_written", "3.5")
    page.get_by_text("Marking scheme").scroll_into_view_if_needed()
    picture(page, "3_written_answer")


def _enter(page: Page, cell: str, points: str) -> None:
    field = page.locator(f"input.score[id='{cell}']")
    with page.expect_response(_saves("grade")):
        field.fill(points)
        field.press("Tab")


def _saves(kind: str) -> Callable[..., bool]:
    """The answer to the formgrader's saving a "grade" or a "comment"."""
    return lambda answer: answer.request.method == "PUT" and re.search(rf"/api/{kind}/", answer.url) is not None


def _marks_are_still_there(page: Page, picture: Callable[..., Path]) -> None:
    page.reload()
    expect(page.locator("input.score[id='check-momentum_descent']")).to_have_value("2")
    expect(page.locator("input.score[id='momentum_written']")).to_have_value("3.5")
    expect(page.locator("#momentum_descent-comment")).to_have_value(COMMENT)
    page.locator("#momentum_descent-comment").scroll_into_view_if_needed()
    picture(page, "4_after_grading_again")


def _feedback(course: Course, watched: Watched, picture: Callable[..., Path]) -> None:
    """Pages for all; through the exchange for those who came through it; the others are named."""
    course.run("grader", "feedback", "momentum")
    for course_id in ("hocsau", "hocsau-vi"):
        said = course.run("nbgrader", "release_feedback", ASSIGNMENT, "--course", course_id)
        for other in ("binh@uni.vn", "sofia"):
            assert f"Not released to {other}, who did not hand in through the exchange" in said
        assert len(list((course.exchange / course_id / "feedback").glob("*.html"))) == 2
    page = watched.page
    page.goto((course.root / "feedback" / "lan" / ASSIGNMENT / f"{ASSIGNMENT}.html").as_uri())
    expect(page.get_by_text(COMMENT)).to_be_visible()
    expect(page.get_by_role("img", name="Your trajectory over the expected one").first).to_be_visible()
    assert page.get_by_text("Marking scheme").count() == 0
    page.get_by_text(COMMENT).scroll_into_view_if_needed()
    picture(page, "5_feedback")


def _exported(course: Course, tmp_path: Path) -> None:
    """Three tables: the same grades in nbgrader's, Moodle's and Canvas's columns."""
    lan = _scores(course)["lan"][0]
    table = _table(course, tmp_path, "nbgrader")
    rows = {row["student_id"]: row for row in table}
    assert float(rows["lan"]["score"]) == lan
    assert float(rows["an"]["raw_score"]) == AUTOMATIC
    assert float(rows["an"]["late_submission_penalty"]) == AUTOMATIC / 10
    assert float(rows["an"]["score"]) == AUTOMATIC * 0.9
    assert float(rows["sofia"]["score"]) == 0

    moodle = {row["Email address"]: row for row in _table(course, tmp_path, "moodle")}
    assert float(moodle["binh@uni.vn"][_only(moodle["binh@uni.vn"], ASSIGNMENT)]) == AUTOMATIC
    title = "Lesson 2 (5512)"
    canvas = {row["SIS Login ID"]: row for row in _table(course, tmp_path, "canvas", title)}
    assert canvas["sofia"]["ID"] == "101"
    assert float(canvas["sofia"][title]) == 0
    assert float(canvas["an"][title]) == AUTOMATIC * 0.9


def _table(course: Course, tmp_path: Path, layout: str, column: str = "") -> list[dict[str, str]]:
    to = tmp_path / f"grades-{layout}.csv"
    roster = tmp_path / f"{layout}.csv"
    course.run(
        *("grader", "export", "--format", layout, "-o", str(to)),
        *(("--roster", str(roster)) if roster.exists() else ()),
        *(("--column", f"momentum={column}") if column else ()),
    )
    with to.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _only(row: dict[str, str], name: str) -> str:
    """The one column whose title speaks of that lesson."""
    (title,) = (key for key in row if name in key)
    return title
