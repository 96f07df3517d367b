"""What the engine does with a course: new work once, old work not at all, trouble told and survived."""

from __future__ import annotations

import copy
import io
import json
import os
import signal
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from rich.console import Console

from grader.engine import Report, Result, Settings, Watch, grade, run, task
from grader.engine.report import Bar
from grader.errors import CourseError, TorchError
from grader.sandbox import policy
from tests.grader.conftest import answered, cell_of, hand_in, released
from tests.grader.engine.conftest import LESSON
from tools.bench.kills import rows

NAME = LESSON.assignment
FULL = sum(exercise.points for exercise in LESSON.exercises if exercise.kind != "written")


def _autograded(course: Path, student: str) -> Path:
    return course / "autograded" / student / NAME / f"{NAME}.ipynb"


def test_the_same_code_runs_once_and_unchanged_work_not_at_all(course: Path) -> None:
    right = answered(LESSON)
    prose = copy.deepcopy(right)
    next(c for c in prose.cells if c.cell_type == "markdown").source = "# My own title 🙂"
    prose.cells.insert(1, {"cell_type": "markdown", "id": "mine", "metadata": {}, "source": "more"})  # type: ignore[arg-type]
    for student, notebook in {"a": right, "b": right, "c": prose, "d": released(LESSON)}.items():
        hand_in(course, student, LESSON, notebook)
    first = grade(LESSON, course, Settings(jobs=2))
    assert sorted([*first.graded, *first.reused]) == ["a", "b", "c", "d"]
    assert len(first.graded) == 2  # one of a, b, c, and d
    found = rows(course, NAME)
    assert found["a"]["grades"] == found["b"]["grades"] == found["c"]["grades"]
    assert "My own title" in _autograded(course, "c").read_text(encoding="utf-8")
    verdict = next(
        cell["outputs"][0]["data"]["text/plain"]
        for cell in json.loads(_autograded(course, "c").read_text(encoding="utf-8"))["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "check-momentum_step"
    )
    assert "✓" in "".join(verdict)

    second = grade(LESSON, course)
    assert sorted(second.skipped) == ["a", "b", "c", "d"]

    # one hands in anew, one loses its notebook, one its row: each is done again, and only what is new is run
    changed = answered(LESSON)
    cell_of(changed, "momentum_step").source += "\n# again"
    (course / "submitted" / "a" / NAME / f"{NAME}.ipynb").write_text(json.dumps(changed), encoding="utf-8")  # fmt: skip
    _autograded(course, "b").unlink()
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.remove_submission(NAME, "d")
    third = grade(LESSON, course)
    assert (third.graded, sorted(third.reused), third.skipped) == (["a"], ["b", "d"], ["c"])
    assert rows(course, NAME) == found

    fourth = grade(LESSON, course, Settings(again=True))
    assert len(fourth.graded) == 3
    assert len(fourth.reused) == 1
    assert not fourth.skipped


MALFORMED = {
    "broken-json": '{"cells": [',
    "not-a-notebook": "[1, 2]",
    "empty": "",
    "nbformat-3": '{"nbformat": 3, "worksheets": []}',
    "no-cells": '{"nbformat": 4}',
    "nested": "[" * 200_000,
    "brackets": '{"nbformat": 4, "cells": [' + "{}," * 1_200_000 + "{}]}",
    "too-large": " " * (51 << 20),
    "utf-16": "\ufeff{}".encode("utf-16"),
    "link": None,
    "missing": None,
    "socket": None,
    "Đặng Thị 🙂": "{",
}


@pytest.fixture(scope="module")
def malformed(new_course: Callable[[], Path]) -> tuple[Path, Report]:
    """A batch of files that are no notebooks, with two good ones among them."""
    course = new_course()
    (course / "secret.txt").write_text("not to be copied", encoding="utf-8")
    for student, content in MALFORMED.items():
        path = course / "submitted" / student / NAME / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif content is not None:
            path.write_text(content, encoding="utf-8")
    place = course / "submitted" / "link" / NAME
    (place / f"{NAME}.ipynb").symlink_to(course / "secret.txt")
    (course / "submitted" / "missing" / NAME / "other.ipynb").write_text("{}", encoding="utf-8")
    with socket.socket(socket.AF_UNIX) as listening:
        before = Path.cwd()
        os.chdir(course / "submitted" / "socket" / NAME)  # the path of a socket must be short
        try:
            listening.bind(f"{NAME}.ipynb")
        finally:
            os.chdir(before)
    hand_in(course, "good", LESSON, answered(LESSON))
    bomb = answered(LESSON)
    cell_of(bomb, "momentum_written").attachments = {
        f"{number}.png": {"image/png": "A" * 100_000} for number in range(200)
    }
    path = hand_in(course, "attachments", LESSON, bomb).parent
    for name, target in {"out.txt": course / "secret.txt", "folder": course}.items():
        (path / name).symlink_to(target)
    os.mkfifo(path / "pipe")
    deep = path / Path(*["deep"] * 20)
    deep.mkdir(parents=True)
    (deep / "file.txt").write_text("too deep", encoding="utf-8")
    return course, grade(LESSON, course, Settings(jobs=2))


@pytest.mark.parametrize("student", MALFORMED)
def test_what_is_no_notebook_gets_one_line_and_a_verdict(malformed: tuple[Path, Report], student: str) -> None:
    course, report = malformed
    lines = [line for name, line in report.trouble if name == student]
    reasons = [line for line in lines if "left out" not in line]
    assert len(reasons) == 1, lines
    assert "\n" not in reasons[0]
    found = rows(course, NAME)[student]
    assert found["score"] == 0
    assert not any(needs for *_, needs in found["grades"])
    notebook = json.loads(_autograded(course, student).read_text(encoding="utf-8"))
    said = "".join(notebook["cells"][0]["source"])
    assert "could not be read" in said
    assert "Không đọc được" in said
    assert reasons[0].split(":")[0] in said


def test_the_batch_goes_on(malformed: tuple[Path, Report]) -> None:
    course, report = malformed
    assert not report.failed
    found = rows(course, NAME)
    assert found["good"]["score"] == found["attachments"]["score"] == FULL
    assert len(report.graded) + len(report.reused) == len(MALFORMED) + 2
    assert len(report.graded) <= 3  # no code, no run: one for all


def test_only_regular_files_are_copied(malformed: tuple[Path, Report]) -> None:
    course, report = malformed
    assert not [path for path in (course / "autograded").rglob("*") if path.is_symlink()]
    copied = [p.name for p in (course / "autograded" / "attachments").rglob("*") if p.is_file()]
    assert copied == [f"{NAME}.ipynb"]
    everything = [path for path in (course / "autograded").rglob("*") if path.is_file()]
    assert not any("not to be copied" in path.read_text(encoding="utf-8") for path in everything)
    lines = [line for name, line in report.trouble if name == "attachments"]
    assert sorted(lines) == [
        "deep: folders nested too deep, left out",
        "folder: not a regular file, left out",
        "out.txt: not a regular file, left out",
        "pipe: not a regular file, left out",
    ]


def test_what_was_unreadable_is_skipped_the_next_time(malformed: tuple[Path, Report]) -> None:
    course, _ = malformed
    assert len(grade(LESSON, course).skipped) == len(MALFORMED) + 2


def test_names_that_cannot_be_ids_are_refused_and_stop_nobody(course: Path) -> None:
    bad = ["=1+1", "+44", "-rf", "@me", ".hidden", "a*b", "x{0}", "a,b", "tab\there", " lead"]
    for student in [*bad, "lan.hoang@example.org"]:
        hand_in(course, student, LESSON, released(LESSON))
    report = grade(LESSON, course)
    assert sorted(name for name, _ in report.failed) == sorted(bad)
    assert all("is refused as a student id" in line for _, line in report.failed)
    assert set(rows(course, NAME)) == {"lan.hoang@example.org"}
    assert sorted(path.name for path in (course / "autograded").iterdir()) == ["lan.hoang@example.org"]  # fmt: skip


class Here(ThreadPoolExecutor):
    """Judges in this process, as the process of a judge does, and has no sandbox."""

    pids: Sequence[int] = ()

    def capacity(self) -> int:
        return 1

    def judge(self, asked: task.Task) -> Future[Result]:
        return self.submit(task.perform, asked, None)  # type: ignore[arg-type]


def test_where_torch_fails_there_is_a_line_and_no_score(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hand_in(course, "an", LESSON, answered(LESSON))

    def fails(*_: object) -> None:
        raise TorchError("momentum_step: torch made a tensor that it cannot give out")

    with monkeypatch.context() as patch:
        patch.setattr(run, "JudgePool", lambda *_: Here())
        patch.setattr(task, "judge_submission", fails)
        patch.setattr(task, "_secret", lambda: b"")
        report = grade(LESSON, course)
    assert report.failed == [("an", "momentum_step: torch made a tensor that it cannot give out")]
    assert rows(course, NAME) == {}
    assert not (course / "autograded").exists()
    assert grade(LESSON, course).graded == ["an"]  # it was not taken for done
    assert rows(course, NAME)["an"]["score"] == FULL


def test_nothing_handed_in_and_nothing_released(course: Path, tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="no submission of 02_momentum under"):
        grade(LESSON, course)
    hand_in(tmp_path, "a", LESSON, released(LESSON))
    (tmp_path / ".course-secret").write_text("00" * 32, encoding="ascii")
    with pytest.raises(CourseError, match="register it first"):
        grade(LESSON, tmp_path)


def test_too_few_layers_stop_the_grading(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hand_in(course, "a", LESSON, released(LESSON))
    monkeypatch.setattr(policy, "layers", lambda: ("process", "environment", "rlimits"))
    with pytest.raises(CourseError, match=r"too few layers .* hold .*process.*--unsandboxed"):
        grade(LESSON, course)
    assert not (course / "autograded").exists()
    said = io.StringIO()
    with Bar(Console(file=said, force_terminal=True, color_system="standard", width=400)) as bar:
        assert grade(LESSON, course, Settings(unsandboxed=True), bar).graded == ["a"]
    in_red = "\x1b[1;31mUNSANDBOXED: learners' code runs without bubblewrap, landlock, seccomp, so"
    assert said.getvalue().count(in_red) == 1


def test_the_layers_stand_in_the_notebook_and_in_the_result(course: Path) -> None:
    hand_in(course, "a", LESSON, released(LESSON))
    seen = {}

    class Seen(Watch):
        def done(self, student: str, result: Result) -> None:
            seen[student] = result.layers

    grade(LESSON, course, Settings(), Seen())
    assert seen == {"a": policy.layers()}
    notebook = json.loads(_autograded(course, "a").read_text(encoding="utf-8"))
    assert notebook["metadata"]["hocsau"]["isolation"] == list(policy.layers())


class _Killer(Watch):
    """Kills the process that judges as soon as it is at work."""

    def __init__(self) -> None:
        self.pids: list[int] = []

    def ready(self, pids: Sequence[int]) -> None:
        self.pids = list(pids)
        os.kill(self.pids[1], signal.SIGKILL)

    def done(self, student: str, result: Result) -> None:
        assert result.ran


def test_a_judge_that_is_killed_is_replaced(course: Path) -> None:
    for student in "ab":
        notebook = answered(LESSON)
        cell_of(notebook, "momentum_step").source += f"\n# {student}"
        hand_in(course, student, LESSON, notebook)
    report = grade(LESSON, course, Settings(), _Killer())
    assert sorted(report.graded) == ["a", "b"]
    assert not report.failed


def test_one_run_at_a_time(course: Path) -> None:
    hand_in(course, "a", LESSON, released(LESSON))
    said = []

    class Second(Watch):
        def ready(self, pids: Sequence[int]) -> None:
            with pytest.raises(CourseError, match=f"another run is grading .* .process {os.getpid()}"):
                grade(LESSON, course)
            said.append(True)

    assert grade(LESSON, course, Settings(), Second()).graded == ["a"]
    assert said


def test_a_damaged_result_is_made_anew(course: Path) -> None:
    hand_in(course, "a", LESSON, released(LESSON))
    grade(LESSON, course)
    (stored,) = (course / ".grading" / NAME / "results").glob("*/*")
    stored.write_bytes(stored.read_bytes()[:-10])
    (course / ".grading" / NAME / "graded.jsonl").write_text('{"student": "a", "finger', encoding="ascii")  # fmt: skip
    assert grade(LESSON, course).graded == ["a"]
    assert grade(LESSON, course).skipped == ["a"]
