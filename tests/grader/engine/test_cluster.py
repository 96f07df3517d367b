"""On a real Dask scheduler with two worker processes on loopback, one of them killed while it judges."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from grader.engine import Result, Settings, Watch, grade
from grader.errors import CourseError
from tests.grader.conftest import answered, cell_of, hand_in
from tests.grader.engine.conftest import LESSON
from tools.bench.kills import rows
from tools.bench.made import make_class, planted
from tools.bench.processes import descendants

NAME = LESSON.assignment
SIZE = 5
ADDRESS = re.compile(r"tcp://127\.0\.0\.1:\d+")


def _dask(*arguments: str, course: Path, log: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "HOCSAU_COURSE": str(course), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]]
    with log.open("wb") as file:
        return subprocess.Popen(command, env=environment, stdout=file, stderr=file, cwd=log.parent)


def _wait_for(log: Path, words: str, process: subprocess.Popen[bytes]) -> str:
    while words not in (said := log.read_text(encoding="utf-8")):
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.05)
    return said


class Running:
    """A scheduler and its workers."""

    def __init__(self, folder: Path, courses: Sequence[Path]) -> None:
        log = folder / "scheduler.log"
        self.scheduler = _dask(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", course=courses[0], log=log
        )  # fmt: skip
        said = _wait_for(log, "Scheduler at:", self.scheduler)
        address = ADDRESS.search(said)
        assert address is not None
        self.address = address[0]
        self.workers = []
        for number, course in enumerate(courses):
            log = folder / f"worker{number}.log"
            worker = _dask(
                "worker", self.address, "--nthreads", "1", "--no-dashboard", "--no-nanny",
                "--local-directory", str(folder / f"space{number}"), course=course, log=log,
            )  # fmt: skip
            _wait_for(log, "Registered to:", worker)
            self.workers.append(worker)

    def close(self) -> None:
        for process in [*self.workers, self.scheduler]:
            process.kill()
            process.wait()


@pytest.fixture
def cluster(template: Path, tmp_path: Path) -> Iterator[Callable[..., Running]]:
    started = []

    def start(*courses: Path) -> Running:
        started.append(Running(tmp_path, courses))
        return started[-1]

    yield start
    for running in started:
        running.close()


@pytest.fixture
def class_(course: Path) -> Path:
    """One of them with pictures: Dask warns of what is larger than 10 MB, and a warning here is an error."""
    make_class(course, LESSON, SIZE - 1, planted(LESSON)[:2])
    large = answered(LESSON)
    cell_of(large, "momentum_step").source += "\n# and pictures"
    cell_of(large, "momentum_written").attachments = {f"{n}.png": {"image/png": "A" * 1_000_000} for n in range(12)}
    hand_in(course, "large", LESSON, large)
    return course


class _Killer(Watch):
    """Kills one worker, and so all that it runs, when the first submission is done: then both have the next in hand."""

    def __init__(self, workers: list[subprocess.Popen[bytes]]) -> None:
        self._workers, self.killed = workers, False
        self.boxes: list[int] = []

    def done(self, student: str, result: Result) -> None:
        if not self.killed:
            self.killed = True
            self.boxes = descendants(self._workers[0].pid)
            self._workers[0].send_signal(signal.SIGKILL)


def test_two_workers_and_one_is_killed_in_the_middle(
    class_: Path, cluster: Callable[..., Running], tmp_path: Path
) -> None:
    here = tmp_path / "here"
    shutil.copytree(class_, here)
    assert not grade(LESSON, here).failed
    # the workers have the secret, and nothing else of the course
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(class_ / ".course-secret", elsewhere)
    running = cluster(elsewhere, elsewhere)
    killer = _Killer(running.workers)
    report = grade(LESSON, class_, Settings(scheduler=running.address), killer)
    assert killer.killed
    assert not report.failed
    assert len(report.graded) == SIZE
    assert rows(class_, NAME) == rows(here, NAME)
    for path in (here / "autograded").rglob("*.ipynb"):
        assert (class_ / path.relative_to(here)).read_bytes() == path.read_bytes()
    assert len(grade(LESSON, class_, Settings(scheduler=running.address)).skipped) == SIZE


def test_a_worker_with_another_secret_judges_nothing(
    class_: Path, cluster: Callable[..., Running], tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / ".course-secret").write_text("11" * 32, encoding="ascii")
    running = cluster(other)
    with pytest.raises(CourseError, match="differs from this machine in the course secret") as caught:
        grade(LESSON, class_, Settings(scheduler=running.address))
    said: Any = str(caught.value)
    assert "11111" not in said
    assert (class_ / ".course-secret").read_text(encoding="ascii")[:20] not in said


def test_no_scheduler_is_said(class_: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.engine.cluster.CONNECT_SECONDS", 1)
    with pytest.raises(CourseError, match=r"there is no Dask scheduler at tcp://127\.0\.0\.1:1 "):
        grade(LESSON, class_, Settings(scheduler="tcp://127.0.0.1:1"))
