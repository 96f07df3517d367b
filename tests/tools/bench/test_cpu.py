"""The accounting misses no process: not a busy grandchild, not one that ended, not one that ran away."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tools.bench.cpu import family_cpu, quiet

SECONDS = 0.6
BUSY = f"import time\nwhile time.process_time() < {SECONDS}: pass"
STARTS_IT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BUSY!r}])"
LETS_IT_GO = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {BUSY!r}], start_new_session=True)"
FAMILY = """
import subprocess, sys
from tools.bench.cpu import adopt_orphans, die_with_parent
die_with_parent()
if {adopts}: adopt_orphans()
for line in sys.stdin:
    subprocess.run([sys.executable, "-c", line.encode().decode("unicode_escape")])
    print("done", flush=True)
"""


class Family:
    """A process that runs programs for us."""

    def __init__(self, *, adopts: bool) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", FAMILY.format(adopts=adopts)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.run("pass")

    def run(self, program: str) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(program.encode("unicode_escape").decode() + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "done\n"

    def spends(self, program: str) -> float:
        before = family_cpu(self.process.pid)
        self.run(program)
        time.sleep(0.3)  # a runaway may only just have begun
        quiet(self.process.pid, 1.0)
        return family_cpu(self.process.pid) - before


@pytest.fixture
def families() -> Iterator[dict[bool, Family]]:
    found = {adopts: Family(adopts=adopts) for adopts in (True, False)}
    yield found
    for family in found.values():
        family.process.kill()
        family.process.communicate()


@pytest.mark.parametrize("program", [BUSY, STARTS_IT, LETS_IT_GO], ids=["child", "grandchild", "runaway"])
def test_a_busy_process_is_counted(families: dict[bool, Family], program: str) -> None:
    assert SECONDS <= families[True].spends(program) + 0.03 < 3 * SECONDS


def test_this_test_can_fail(families: dict[bool, Family]) -> None:
    """Without adoption a runaway is lost."""
    assert families[False].spends(LETS_IT_GO) < SECONDS / 2


def test_an_idle_family_spends_nothing(families: dict[bool, Family]) -> None:
    assert families[True].spends("pass") < SECONDS / 2


def test_a_process_that_is_still_running_is_counted() -> None:
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as process:
        time.sleep(1.0)
        found = family_cpu(process.pid)
        process.kill()
    assert found > 0.1
    assert found <= family_cpu(os.getpid())
