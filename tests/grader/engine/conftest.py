"""Courses with one lesson released, made once and copied."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.course.lessons import of_name
from grader.engine import pool
from grader.nbgrader import grading
from tests.grader.conftest import SECRET
from tests.grader.engine.prewarmed import Prewarmed, prewarmed

LESSON = of_name("momentum")


@pytest.fixture(scope="session")
def judges() -> Iterator[Prewarmed]:
    """A process with everything imported, from which the runs of all these tests fork their judges."""
    with prewarmed() as made:
        yield made


@pytest.fixture(scope="module", autouse=True)
def runs_fork_their_judges(judges: Prewarmed) -> Iterator[None]:
    """Runs in this process skip the start of their judges. (Those in a process of their own, `grader grade`, do not.)"""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "subprocess", judges)
        yield


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with the lesson released and nothing handed in."""
    root = tmp_path_factory.mktemp("template") / "course"
    root.mkdir()
    (root / ".course-secret").write_text(SECRET.hex() + "\n", encoding="ascii")
    grading.release(LESSON, root)
    return root


@pytest.fixture(scope="module")
def new_course(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Makes a course of one's own."""

    def made() -> Path:
        root = tmp_path_factory.mktemp("courses") / "course"
        shutil.copytree(template, root)
        return root

    return made


@pytest.fixture
def course(new_course: Callable[[], Path]) -> Path:
    """A course of one's own."""
    return new_course()
