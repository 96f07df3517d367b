"""Of our own: the worker and those who come after. No attack changes it, kills it, fills it or speaks through it."""

from __future__ import annotations

import os
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from grader.sandbox.process import Worker
from tests.attacks.classroom import FULL, QUICK, judge_cells, of, others_are_right, printed, ways
from tests.attacks.test_ends import free_inside
from tests.attacks.witness import Witness, at_rest, program, soon

LOOK = """\
import builtins, glob, os, sys
import hocsau, matplotlib
found = [name for name in dir(builtins) if "poison" in name]
for place in (os.path.dirname(os.getcwd()), os.path.dirname(hocsau.__file__), "/tmp", "/dev/shm", matplotlib.get_cachedir()):
    found += glob.glob(place + "/**/*" + MARK + "*", recursive=True)
    found += glob.glob(place + "/.*/**/*" + MARK + "*", recursive=True)
try:
    import usercustomize
    found.append("usercustomize")
except ImportError:
    pass
print("found", found)
"""


def state(worker: Worker) -> tuple[Any, ...]:
    """Who the worker is, and what the system grants it."""
    seen = program(worker)
    limits = [seen.rlimit(each) for each in (psutil.RLIMIT_AS, psutil.RLIMIT_CPU, psutil.RLIMIT_NOFILE)]
    score = Path(f"/proc/{seen.pid}/oom_score_adj").read_text(encoding="ascii")
    policy = os.sched_getscheduler(seen.pid)
    stopped = seen.status() == psutil.STATUS_STOPPED
    return seen.pid, seen.nice(), policy, seen.cpu_affinity(), seen.ionice(), limits, score, stopped


@pytest.fixture(autouse=True)
def the_worker_is_the_same(worker: Worker) -> Iterator[None]:
    worker.fork().kill()
    assert at_rest(worker)
    process, before = worker._process, state(worker)
    yield
    assert worker._process is process
    assert process is not None
    assert process.poll() is None
    assert state(worker) == before
    assert at_rest(worker)


def test_nothing_is_written_into_the_memory_of_the_worker(attacked: Any, worker: Worker) -> None:
    judgement = attacked("31_writes_into_the_worker")
    assert judgement.score == FULL
    assert printed(judgement).count("was refused") == 3
    after = judge_cells(worker, ["import hocsau\nprint(hocsau.__doc__)"])
    assert "POISONED" not in printed(after)


@pytest.mark.parametrize("way", ways("32_harms_the_worker"))
def test_the_worker_is_not_harmed(attacked: Any, way: str) -> None:
    judgement = attacked("32_harms_the_worker", {"way": way}, limits=QUICK)
    assert others_are_right(judgement, "none"), printed(judgement)


def test_the_next_child_finds_nothing_of_the_last(attacked: Any, worker: Worker, witness: Witness) -> None:
    packages = Path(sysconfig.get_path("purelib"))
    try:
        judgement = attacked("34_poisons_the_next", witness.known)
        assert judgement.score == FULL
        assert "came through" not in printed(judgement)
        assert "can be written" not in printed(judgement)
        assert "took the place" not in printed(judgement)
        after = judge_cells(worker, [f"MARK = {witness.mark!r}\n{LOOK}"])
        assert "found []" in printed(after)
        assert after.score == FULL
        assert witness.is_untouched()
    finally:
        for left in (*packages.glob(f"*{witness.mark}*"), packages / "usercustomize.py"):
            left.unlink(missing_ok=True)


def test_two_submissions_share_no_mailbox(attacked: Any, witness: Witness) -> None:
    known = {**witness.known, "message": witness.token}
    first = attacked("43_leaves_a_message", {**known, "leave": True})
    second = attacked("43_leaves_a_message", {**known, "leave": False})
    for judgement in (first, second):
        assert judgement.score == FULL
    assert "holds" not in printed(second)
    assert printed(second).count("\n") >= 8
    assert witness.is_untouched()


def test_a_child_beside_it_is_not_seen(worker: Worker, witness: Witness) -> None:
    """As it is when one submission needs a second child, or workers are shared."""
    one, other = worker.fork(), worker.fork()
    try:
        told = one.ask(
            {
                "do": "cell",
                "source": f"import os\nopen('mine', 'w').write({witness.token!r})\nprint(os.getpid(), os.getcwd())",
            },
            10.0,
        )
        pid, folder = told["outputs"][0]["text"].split()
        look = (
            f"import os\nfor path in ({folder!r}, '{folder}/mine', '/proc/{pid}/environ', '/proc/{pid}/mem', '/proc/{pid}/cwd/mine'):\n"
            "    try: print('READ', os.listdir(path) if os.path.isdir(path) else open(path).read())\n"
            "    except OSError as error: print('refused', error)\n"
            f"try: print('READ', os.kill({pid}, 0))\nexcept OSError as error: print('refused', error)"
        )
        said = other.ask({"do": "cell", "source": look}, 10.0)["outputs"][0]["text"]
        assert said.count("refused") == 6, said
        assert witness.token not in said
    finally:
        one.kill()
        other.kill()


@pytest.mark.parametrize("way", ways("47_folders_that_stay"))
def test_a_folder_that_does_not_want_to_go_goes(attacked: Any, worker: Worker, witness: Witness, way: str) -> None:
    before, lying = free_inside(worker), _lying_in_the_home_of(worker)
    judgement = attacked("47_folders_that_stay", {**witness.known, "way": way}, limits=QUICK)
    assert of(judgement, "double").outcome in ("passed", "error", "timeout")  # some take too much
    assert others_are_right(judgement)
    assert witness.is_untouched()
    if "bubblewrap" in worker.layers:
        assert free_inside(worker) > before - (4 << 20)
    assert soon(lambda: _lying_in_the_home_of(worker) <= lying)


def _lying_in_the_home_of(worker: Worker) -> set[str]:
    """What lies on this machine's disk where the children have their folders."""
    assert worker._folder is not None
    return {path.name for path in (Path(worker._folder.name) / "home").iterdir()}
