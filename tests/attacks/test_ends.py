"""Rows 8-11: what crashes, hangs or floods costs its own exercise, and nothing of it stays."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from typing import Any

import psutil
import pytest

from grader.sandbox import child
from grader.sandbox.process import Worker
from tests.attacks.classroom import (
    FULL,
    QUICK,
    everything_said,
    judge_cells,
    of,
    others_are_right,
    printed,
    ways,
)
from tests.attacks.witness import Witness, at_rest, kill, processes_with, soon


@pytest.fixture(autouse=True)
def nothing_stays(worker: Worker) -> Iterator[None]:
    """After each attack the worker is the same, and nothing more runs under it."""
    worker.fork().kill()
    process = worker._process
    yield
    assert worker._process is process
    assert at_rest(worker)


@pytest.mark.parametrize("way", ways("08_ends_python"))
def test_an_end_of_python_costs_its_exercise(attacked: Any, way: str) -> None:
    judgement = attacked("08_ends_python", {"way": way}, limits=QUICK)
    assert others_are_right(judgement)
    assert of(judgement, "double").points == 0
    assert of(judgement, "double").outcome in ("error", "timeout", "failed")


@pytest.mark.parametrize("way", ways("09_never_ends"))
def test_a_call_without_an_end_is_ended(attacked: Any, way: str) -> None:
    began = time.monotonic()
    judgement = attacked("09_never_ends", {"way": way}, limits=QUICK)
    assert of(judgement, "double").outcome == "timeout"
    assert others_are_right(judgement)
    assert time.monotonic() - began < QUICK.whole


def test_a_cell_without_an_end_is_ended(attacked: Any) -> None:
    judgement = attacked("09_never_ends_in_a_cell", limits=QUICK)
    assert of(judgement, "double").outcome == "timeout"
    assert others_are_right(judgement)
    assert "Stopped" in everything_said(judgement)


def test_what_never_ends_behind_the_back_costs_nothing_and_goes(attacked: Any) -> None:
    judgement = attacked("09_busy_behind_the_back")
    assert judgement.score == FULL


# --- row 10


@pytest.fixture
def mark() -> Iterator[str]:
    """Fifteen letters by which a process that an attack left behind is found, and ended."""
    made = secrets.token_hex(8)[:15]
    yield made
    for left in processes_with(made):
        kill(left)


def test_no_process_is_started_and_none_stays(attacked: Any, witness: Witness, mark: str) -> None:
    judgement = attacked("10_stays_behind", {**witness.known, "mark": mark}, limits=QUICK)
    assert others_are_right(judgement)
    assert soon(lambda: not processes_with(mark))
    assert "came through" not in printed(judgement).replace("threads came through", "")
    assert witness.is_untouched()


def test_a_thread_bomb_is_bounded_and_ends_with_its_child(worker: Worker) -> None:
    bomb = (
        "import threading, time\nfor _ in range(20_000):\n    threading.Thread(target=time.sleep, args=(600,)).start()"
    )
    judgement = judge_cells(worker, [bomb], limits=QUICK)
    assert others_are_right(judgement, "none")


# --- row 11


@pytest.mark.parametrize("way", ways("11_takes_too_much"))
def test_what_takes_too_much_is_stopped(attacked: Any, way: str, worker: Worker) -> None:
    before = psutil.Process().memory_info().rss
    judgement = attacked("11_takes_too_much", {"way": way}, limits=QUICK)
    assert of(judgement, "double").points == 0
    assert others_are_right(judgement)
    assert psutil.Process().memory_info().rss - before < 400 << 20
    assert len(everything_said(judgement)) < 100_000


def test_output_without_an_end_is_cut(attacked: Any) -> None:
    judgement = attacked("11_prints_without_end")
    assert judgement.score == FULL
    assert len(everything_said(judgement)) < 20 << 20
    assert "cut here" in everything_said(judgement)


@pytest.mark.parametrize("way", ways("11_fills_the_disk"))
def test_the_disk_is_not_filled(attacked: Any, worker: Worker, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk is the machine's own, a watch bounds it (here a small one); else it is memory of fixed size."""
    monkeypatch.setattr(child, "MAX_DISK", 96 << 20)
    monkeypatch.setattr(child, "MAX_FILES", 1_500)
    let_pass: list[int] = []
    real = child.Child._watch

    def watch(self: child.Child) -> None:
        wrote = psutil.Process(self.pid).io_counters().write_chars
        real(self)
        if self._folder is not None:
            let_pass.append(wrote)

    monkeypatch.setattr(child.Child, "_watch", watch)
    judgement = attacked("11_fills_the_disk", {"way": way}, limits=QUICK)
    assert judgement.score == FULL
    assert max(let_pass, default=0) <= child.MAX_DISK + (1 << 20)  # its replies
    assert soon(lambda: free_inside(worker) > 450 << 20)


def free_inside(worker: Worker) -> int:
    """Bytes that the next child may write."""
    asked = worker.fork()
    try:
        told = asked.ask(
            {
                "do": "cell",
                "source": "import os; s = os.statvfs('.'); print(s.f_bavail * s.f_frsize)",
            },
            10.0,
        )
    finally:
        asked.kill()
    return int(told["outputs"][0]["text"])


# --- of our own: it dies while somebody else is at work


@pytest.mark.parametrize("way", ways("46_dies_later"))
def test_a_cell_that_ends_python_later_costs_no_other_exercise(attacked: Any, way: str) -> None:
    judgement = attacked("46_dies_later", {"way": way}, limits=QUICK)
    assert judgement.score == FULL, [(v.exercise, v.outcome) for v in judgement.verdicts]
