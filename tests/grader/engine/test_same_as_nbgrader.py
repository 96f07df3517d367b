"""The engine writes what `nbgrader autograde` writes: the same rows, notebooks, files, penalties, permissions."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from grader.engine import Report, Settings, grade
from grader.nbgrader import grading
from tests.grader.conftest import answered, cell_of, hand_in, released
from tests.grader.engine.conftest import LESSON
from tools.bench.kills import rows

DUE = datetime(2026, 1, 10, 12, 0)
NAME = LESSON.assignment


def _class(course: Path) -> None:
    right = answered(LESSON)
    hand_in(course, "right-en", LESSON, right)
    hand_in(course, "right-vi", LESSON, answered(LESSON, "vi"))
    hand_in(course, "blank", LESSON, released(LESSON))
    wrong = answered(LESSON)
    cell = cell_of(wrong, "momentum_step")
    cell.source = cell.source.replace("return", "print('<b>here</b>')\n    return -1.0 *", 1)
    wrong.cells = [c for c in wrong.cells if c.id != cell_of(wrong, "check-momentum_step").id]
    place = hand_in(course, "wrong", LESSON, wrong).parent
    (place / "data").mkdir()
    (place / "data" / "table.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (place / ".ipynb_checkpoints").mkdir()
    (place / ".ipynb_checkpoints" / "old.txt").write_text("left out", encoding="utf-8")
    late = hand_in(course, "late", LESSON, right).parent
    (late / "timestamp.txt").write_text("2026-01-10 13:00:00 UTC", encoding="utf-8")
    early = hand_in(course, "early", LESSON, right).parent
    (early / "timestamp.txt").write_text("2026-01-10 11:00:00 UTC\n", encoding="utf-8")
    extended = hand_in(course, "extended", LESSON, right).parent
    (extended / "timestamp.txt").write_text("2026-01-10 13:00:00 UTC", encoding="utf-8")


def _touch(course: Path) -> None:
    """What a person did in the gradebook after the first grading."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        assert gradebook.find_submission(NAME, "right-en").needs_manual_grade
        written = gradebook.find_grade("momentum_written", NAME, NAME, "right-en")
        written.manual_score, written.extra_credit, written.needs_manual_grade = 3.0, 0.5, False
        overridden = gradebook.find_grade("check-momentum_step", NAME, NAME, "wrong")
        overridden.manual_score = 1.0
        comment = gradebook.find_comment("momentum_step", NAME, NAME, "wrong")
        comment.manual_comment = "Nearly: look at the sign."
        gradebook.db.commit()


@pytest.fixture(scope="module")
def both(
    new_course: Callable[[], Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[dict[str, Any], dict[str, Any], Path]]:
    """Rows after the first grading and after a regrade that follows a person's work, by who graded."""
    settings = tmp_path_factory.mktemp("settings")
    (settings / "nbgrader_config.py").write_text(
        "c = get_config()\nc.LateSubmissionPlugin.penalty_method = 'zero'\n", encoding="utf-8"
    )
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_CONFIG_DIR", str(settings))
        for who in ("nbgrader", "engine"):
            course = new_course()
            _class(course)
            with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
                gradebook.update_or_create_assignment(NAME, duedate=DUE)
                gradebook.add_student("extended", first_name="Mai", last_name="Lê")
                submission = gradebook.add_submission(NAME, "extended")
                submission.extension = timedelta(days=1)
                gradebook.db.commit()
            first = _grade(who, course, again=False)
            _touch(course)
            found[who] = (first, _grade(who, course, again=True), course)
    return found


def _grade(who: str, course: Path, *, again: bool) -> dict[str, Any]:
    if who == "nbgrader":
        assert grading.autograde(LESSON, course, again=again).status == 0
    else:
        report = grade(LESSON, course, Settings(jobs=2, again=again))
        assert not report.failed
    return rows(course, NAME)


def test_the_rows_are_the_same(both: Any) -> None:
    assert both["engine"][0] == both["nbgrader"][0]
    assert set(both["engine"][0]) == {"right-en", "right-vi", "blank", "wrong", "late", "early", "extended"}  # fmt: skip


def test_late_work_is_penalised_and_an_extension_counts(both: Any) -> None:
    found = both["engine"][0]
    assert found["late"]["penalty"] == found["late"]["score"] > 0
    assert found["early"]["penalty"] is found["extended"]["penalty"] is None
    assert found["late"]["timestamp"] == DUE + timedelta(hours=1)


def test_a_regrade_keeps_what_a_person_gave(both: Any) -> None:
    assert both["engine"][1] == both["nbgrader"][1]
    grades = {name: rest for name, *rest in both["engine"][1]["right-en"]["grades"]}
    assert grades["momentum_written"] == [None, 3.0, 0.5, False]
    grades = {name: rest for name, *rest in both["engine"][1]["wrong"]["grades"]}
    assert grades["check-momentum_step"][1:] == [1.0, None, False]
    assert ("momentum_step", "", "Nearly: look at the sign.") in both["engine"][1]["wrong"]["comments"]  # fmt: skip


@pytest.mark.parametrize("student", ["right-en", "right-vi", "blank", "wrong", "late"])
def test_the_notebooks_are_the_same(both: Any, student: str) -> None:
    found = []
    for who in ("nbgrader", "engine"):
        path = both[who][2] / "autograded" / student / NAME / f"{NAME}.ipynb"
        found.append(path.read_text(encoding="utf-8"))
    assert found[0] == found[1]
    assert json.loads(found[1])["metadata"]["hocsau"]["isolation"]


def test_the_files_and_their_permissions_are_the_same(both: Any) -> None:
    trees = []
    for who in ("nbgrader", "engine"):
        root = both[who][2] / "autograded"
        found = {path.relative_to(root).as_posix(): path for path in root.rglob("*")}
        trees.append(
            {name: (path.stat().st_mode, path.read_bytes() if path.is_file() else b"") for name, path in found.items()}
        )
    assert trees[0] == trees[1]
    assert f"wrong/{NAME}/data/table.csv" in trees[1]


def test_feedback_is_made_of_it(both: Any) -> None:
    course = both["engine"][2]
    grading.feedback(LESSON, course)
    page = (course / "feedback" / "wrong" / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    assert "was deleted, put back" in page
    shutil.rmtree(course / "feedback")


def test_nothing_new_is_nothing_done(both: Any) -> None:
    report: Report = grade(LESSON, both["engine"][2], Settings())
    assert sorted(report.skipped) == sorted(both["engine"][0])
    assert not report.graded
    assert not report.reused
