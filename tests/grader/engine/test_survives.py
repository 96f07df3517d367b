"""Kills, Ctrl-C, a gradebook that is held, a disk that is full: afterwards the same grades as undisturbed."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from grader.engine import Settings, Watch, grade
from grader.errors import CourseError
from grader.sandbox import box
from tests.grader.engine.conftest import LESSON
from tools.bench.kills import grade_with_kills, rows
from tools.bench.made import make_class, planted
from tools.bench.processes import descendants

NAME = LESSON.assignment
SIZE = 4


@pytest.fixture(scope="module")
def prepared(new_course: Callable[[], Path]) -> Path:
    """A course with a class handed in, nothing graded."""
    course = new_course()
    make_class(course, LESSON, SIZE, planted(LESSON)[:2])
    return course


@pytest.fixture(scope="module")
def undisturbed(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the gradebook and autograded/ hold when nothing happens on the way."""
    course = tmp_path_factory.mktemp("undisturbed") / "course"
    shutil.copytree(prepared, course)
    assert not grade(LESSON, course, Settings(jobs=2)).failed
    return rows(course, NAME)


@pytest.fixture
def class_(prepared: Path, tmp_path: Path) -> Path:
    """The same class in a course of one's own."""
    course = tmp_path / "course"
    shutil.copytree(prepared, course)
    return course


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_killed_at_random_moments(class_: Path, undisturbed: dict[str, Any], seed: int) -> None:
    chance = random.Random(seed)
    moments = [(chance.randint(0, 2), chance.uniform(0, 1.5)) for _ in range(3)]
    grade_with_kills(LESSON, class_, 2, moments)
    assert rows(class_, NAME) == undisturbed
    assert len(undisturbed) == SIZE


@pytest.mark.slow
def test_a_killed_run_leaves_no_process_and_no_folder(class_: Path) -> None:
    process = _begin(class_)
    _wait_for_results(class_, process)
    below = descendants(process.pid)
    scratch = Path((class_ / ".grading" / "lock").read_text(encoding="utf-8").splitlines()[1])
    assert below
    assert scratch.is_dir()
    process.kill()
    process.communicate()
    _wait_until_gone(below)
    grade(LESSON, class_, Settings(jobs=2))
    assert not scratch.exists()


@pytest.mark.slow
def test_ctrl_c_stops_cleanly_and_the_next_run_goes_on(class_: Path, undisturbed: dict[str, Any]) -> None:
    process = _begin(class_)
    _wait_for_results(class_, process)
    below = descendants(process.pid)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: all in the foreground
    said, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "stopped; " in errors
    assert "The same command goes on from here" in errors
    assert "Traceback" not in errors
    assert said == ""
    _wait_until_gone(below)
    report = grade(LESSON, class_, Settings(jobs=2))
    assert len(report.graded) < SIZE
    assert rows(class_, NAME) == undisturbed


def _begin(course: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "grader.cli.app", "grade", LESSON.name, "--jobs", "2"],
        env={**os.environ, "HOCSAU_COURSE": str(course)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Whoever starts the tests in the background lets them, and all below, ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def _stored(course: Path) -> int:
    found = (course / ".grading").glob("*/results/*/*")
    return sum(path.suffix != ".part" for path in found)


def _wait_for_results(course: Path, process: subprocess.Popen[str]) -> None:
    while not _stored(course):
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.05)


def _wait_until_gone(pids: Sequence[int]) -> None:
    """Until no process of `pids` runs any more; one that waits to be reaped has ended."""
    for pid in pids:
        while True:
            try:
                state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2]
            except OSError:
                break
            if state.split()[0] == "Z":
                break


class _Holder(Watch):
    """Holds the gradebook from when the judges are warm until a line says that the grader waits, or for ever."""

    def __init__(self, course: Path, *, release: bool) -> None:
        self.lines: list[str] = []
        self._release = release
        self._other = sqlite3.connect(course / "gradebook.db", check_same_thread=False)

    def ready(self, pids: Sequence[int]) -> None:
        self._other.execute("BEGIN EXCLUSIVE")

    def note(self, student: str, line: str) -> None:
        self.lines.append(line)
        if self._release:
            self.let_go()

    def let_go(self) -> None:
        self._other.rollback()
        self._other.close()


def test_a_gradebook_that_is_held_is_waited_for(class_: Path, undisturbed: dict[str, Any]) -> None:
    holder = _Holder(class_, release=True)
    report = grade(LESSON, class_, Settings(jobs=2), holder)
    assert holder.lines == ["another program holds the gradebook; waiting up to 300 s"]
    assert not report.failed
    assert rows(class_, NAME) == undisturbed


def test_a_gradebook_held_for_long_is_an_error_that_loses_nothing(class_: Path, undisturbed: dict[str, Any]) -> None:
    holder = _Holder(class_, release=False)
    with pytest.raises(CourseError, match=r"held the gradebook for 0.1 s. Nothing is lost"):
        grade(LESSON, class_, Settings(jobs=2, lock_seconds=0.1), holder)
    stored = _stored(class_)
    assert stored
    holder.let_go()
    report = grade(LESSON, class_, Settings(jobs=2))
    assert len(report.reused) == stored
    assert rows(class_, NAME) == undisturbed


@pytest.mark.slow
def test_a_full_disk_is_an_error_that_loses_nothing(prepared: Path, undisturbed: dict[str, Any]) -> None:
    program = box.bubblewrap()
    if program is None:
        pytest.skip("no bubblewrap here, so no small file system to fill")
    with tempfile.TemporaryDirectory() as room:
        done = subprocess.run(
            [program, "--dev-bind", "/", "/", "--size", str(6 << 20), "--tmpfs", room]
            + ["--", sys.executable, "-m", "tests.grader.engine.full_disk", str(prepared), room],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert len(found["errors"]) == 2, found["errors"]
    for error in found["errors"]:
        assert "No space left on device" in error or "disk is full" in error
        assert "Nothing is lost" in error
        assert "run the same command again" in error
    assert found["kept"]
    assert not found["failed"]
    assert found["ran"] == SIZE - found["kept"]
    assert found["rows"] == json.loads(json.dumps(undisturbed, default=str))
