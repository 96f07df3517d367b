"""`python -m tools bench` in its short form: it runs, counts what ran, and writes every field. Nothing is asked of the times."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from grader.errors import WorkerError
from tools.bench.turns import Contestant

SUBMISSIONS = 2


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench")
    command = [sys.executable, "-m", "tools", "bench", "--brief"]
    command += ["--submissions", str(SUBMISSIONS), "--seed", "4", "--out", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "CPU seconds per submission" in done.stdout
    return folder


@pytest.mark.slow
def test_every_field_is_written(found: Path) -> None:
    figures = json.loads((found / "bench.json").read_text())
    for kind in ("numpy", "torch"):
        assert figures[kind].pop("submissions") == SUBMISSIONS
        assert len(figures[kind]) == 6
        assert all(value > 0 for value in figures[kind].values()), figures
    assert figures["private_mb"] > 1
    assert figures["two_worker_speedup"] > 0
    assert (found / "bench.png").stat().st_size > 10_000


@pytest.mark.slow
def test_stock_runs_kernels_and_they_are_counted(found: Path) -> None:
    """A kernel's start alone is more than all that nbgrader does itself."""
    figures = json.loads((found / "bench.json").read_text())["numpy"]
    assert figures["stock_cpu_s"] > 1.5 * figures["pipeline_cpu_s"]


@pytest.mark.slow
def test_ours_counts_what_ran_in_the_box(found: Path) -> None:
    figures = json.loads((found / "bench.json").read_text())
    assert figures["torch"]["ours_cpu_s"] > figures["torch"]["bare_cpu_s"]


def test_a_program_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(WorkerError, match="the following arguments are required: course"):
        Contestant("bare", cwd=tmp_path, log=tmp_path / "log", environment={})
