"""A short run of tools/bench/endurance.py: nothing grows. The long one's figures stand in docs/performance.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.bench.endurance import Sample, endure, growth


@pytest.fixture(scope="module", autouse=True)
def runs_fork_their_judges() -> None:
    """Not here: the processes that are measured are the real ones."""


@pytest.mark.slow
def test_nothing_grows_from_one_submission_to_the_next(tmp_path: Path) -> None:
    report, samples = endure(tmp_path / "course", "momentum", 30, 1, 3)
    assert not report.failed
    assert len(report.graded) == 30
    grown = growth(samples)
    assert abs(grown["main_files"]) <= 3, samples
    assert abs(grown["judges_files"]) <= 3, samples  # a judge may have a child in hand, or not
    assert abs(grown["processes"]) <= 2, samples
    assert grown["main_mb"] < 10, samples


def test_growth_would_be_seen() -> None:
    samples = [Sample(n, n, 50 + n, 40, 100, 20 + n, 30, 5) for n in range(10)]
    assert growth(samples)["main_mb"] == growth(samples)["main_files"] == 6
    assert growth(samples)["judges_mb"] == 0
