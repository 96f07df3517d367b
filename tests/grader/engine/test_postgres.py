"""A gradebook in PostgreSQL: a real server, started by the test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.engine import Settings, grade
from grader.nbgrader import grading
from tests.grader.engine.conftest import LESSON
from tests.grader.engine.postgres import postgres
from tools.bench.kills import rows
from tools.bench.made import make_class, planted

NAME = LESSON.assignment


@pytest.fixture
def server() -> Iterator[str]:
    """The address of a database of one's own."""
    with postgres() as address:
        yield address


def test_the_gradebook_may_live_in_postgresql(
    course: Path, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_class(course, LESSON, 3, planted(LESSON)[:3])
    sqlite = tmp_path / "sqlite"
    shutil.copytree(course, sqlite)
    assert not grade(LESSON, sqlite).failed

    (course / "gradebook.db").unlink()
    monkeypatch.setenv("HOCSAU_DB_URL", server)
    grading.release(LESSON, course)
    report = grade(LESSON, course, Settings(jobs=2))
    assert not report.failed
    assert rows(course, NAME, server) == rows(sqlite, NAME)
    assert not (course / "gradebook.db").exists()
    assert len(grade(LESSON, course).skipped) == 3
    assert grade(LESSON, course, Settings(again=True)).failed == []
    assert rows(course, NAME, server) == rows(sqlite, NAME)
    # nbgrader's own command sees the same rows, and finds nothing to do
    assert grading.autograde(LESSON, course).status == 0
    assert rows(course, NAME, server) == rows(sqlite, NAME)
