"""bench.json has the form that was agreed on, and a goal knows whether it is met."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from grader.errors import CourseError
from tools.bench.command import PAGE
from tools.bench.figures import ClassFigures, Figures, goals, lines, write
from tools.bench.page import put, read
from tools.bench.turns import Spent

CLASS_FIELDS = {
    "submissions",
    "stock_cpu_s",
    "ours_cpu_s",
    "bare_cpu_s",
    "pipeline_cpu_s",
    "stock_wall_s",
    "ours_wall_s",
}
NUMPY = ClassFigures(40, 1.6, 0.08, 0.03, 0.1, 2.0, 0.1)
DETAILS = {"machine": "a laptop", "date": "2026-11-27", "seed": 3}
FIGURES = Figures(NUMPY, replace(NUMPY, stock_cpu_s=3.2), 13.5, 1.85, DETAILS)


def test_the_file(tmp_path: Path) -> None:
    write(FIGURES, tmp_path / "build")
    found = json.loads((tmp_path / "build" / "bench.json").read_text())
    assert found.keys() == {"numpy", "torch", "private_mb", "two_worker_speedup"}
    assert found["numpy"].keys() == found["torch"].keys() == CLASS_FIELDS
    assert found["torch"]["stock_cpu_s"] == 3.2
    assert (tmp_path / "build" / "bench.png").read_bytes().startswith(b"\x89PNG")


def test_per_submission() -> None:
    spent = {way: Spent(8.0 * n, 16.0 * n) for n, way in enumerate(("stock", "ours", "bare", "pipeline"), 1)}
    assert ClassFigures.of(spent, 4) == ClassFigures(4, 2.0, 4.0, 6.0, 8.0, 4.0, 8.0)


def test_all_goals_met() -> None:
    assert [goal.met for goal in goals(FIGURES)] == [True] * 6
    assert not any("MISSED" in line for line in lines(FIGURES))


@pytest.mark.parametrize(
    ("index", "worse"),
    [
        (0, replace(FIGURES, numpy=replace(NUMPY, stock_cpu_s=1.1))),
        (1, replace(FIGURES, torch=replace(NUMPY, stock_cpu_s=2.3))),
        (2, replace(FIGURES, numpy=replace(NUMPY, pipeline_cpu_s=0.03))),
        (
            3,
            replace(FIGURES, torch=replace(NUMPY, stock_cpu_s=3.2, bare_cpu_s=0.0, pipeline_cpu_s=0.05)),
        ),
        (4, replace(FIGURES, private_mb=30.1)),
        (5, replace(FIGURES, two_worker_speedup=1.69)),
    ],
)
def test_a_missed_goal_is_seen(index: int, worse: Figures) -> None:
    met = [goal.met for goal in goals(worse)]
    assert met.count(False) == 1
    assert not met[index]
    assert sum("MISSED" in line for line in lines(worse)) == 1


def test_the_page_gets_the_figures_and_keeps_the_rest(tmp_path: Path) -> None:
    page, build = tmp_path / "performance.md", tmp_path / "build"
    page.write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    write(FIGURES, build)
    assert read(build) == FIGURES
    put(page, read(build))
    once = page.read_text(encoding="utf-8")
    for line in (
        "Measured on 2026-11-27: a laptop; 40 submissions in each class, seed 3.",
        "| CPU seconds, stock nbgrader autograde | 1.600 | 3.200 |",
        "| stock / ours in CPU seconds, torch | at least 30 | 40.00 | met |",
    ):
        assert line in once.splitlines()
    put(page, replace(FIGURES, private_mb=31.0))
    again = page.read_text(encoding="utf-8")
    assert "| 31.00 | **missed** |" in again
    assert again.replace("31.00 | **missed**", "13.50 | met") == once
    assert once.startswith("# What grading costs\n")
    assert once.endswith(PAGE.read_text(encoding="utf-8")[-500:])


def test_a_page_without_figures_or_marks_is_said(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="run `make bench` first"):
        read(tmp_path)
    (tmp_path / "page.md").write_text("nothing", encoding="utf-8")
    with pytest.raises(CourseError, match="has lost its marks"):
        put(tmp_path / "page.md", FIGURES)
