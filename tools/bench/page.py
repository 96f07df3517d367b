"""The figures of the last `make bench` as a table of docs/performance.md, between its two marks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grader.errors import CourseError
from tools.bench.figures import LABELS, ClassFigures, Figures, goals

__all__ = ["put", "read", "table"]

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"


def read(folder: Path) -> Figures:
    """What `make bench` wrote into `folder`.

    raises CourseError when it has not been run
    """
    try:
        data, details = (
            json.loads((folder / name).read_text(encoding="utf-8")) for name in ("bench.json", "bench-details.json")
        )
        numpy, torch = (ClassFigures(**data[kind]) for kind in ("numpy", "torch"))
        return Figures(numpy, torch, data["private_mb"], data["two_worker_speedup"], details)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CourseError(f"there are no figures of the bench in {folder} ({error}): run `make bench` first") from error


def table(figures: Figures) -> str:
    """The figures as Markdown: what each way of grading takes, then the goals."""
    details, (numpy, torch) = figures.details, (figures.numpy, figures.torch)
    lines = [
        f"Measured on {details['date']}: {details['machine']}; {numpy.submissions} submissions in each class, seed {details['seed']}.",
        "",
        "| per submission | NumPy class | torch class |",
        "|---|---|---|",
        *(f"| CPU seconds, {label} | {_cpu(numpy, way)} | {_cpu(torch, way)} |" for way, label in LABELS.items()),
        *(
            f"| seconds, {name} | {getattr(numpy, field):.3f} | {getattr(torch, field):.3f} |"
            for name, field in (("stock", "stock_wall_s"), ("ours", "ours_wall_s"))
        ),
        "",
        "| goal | wanted | found | |",
        "|---|---|---|---|",
        *(
            f"| {goal.name} | {'at least' if goal.at_least else 'at most'} {goal.wanted:g} "
            f"| {goal.found:.2f} | {'met' if goal.met else '**missed**'} |"
            for goal in goals(figures)
        ),
    ]
    return "\n".join([*lines, *_further(details)])


def _cpu(one: ClassFigures, way: str) -> str:
    return f"{getattr(one, f'{way}_cpu_s'):.3f}"


def _further(details: Mapping[str, Any]) -> list[str]:
    """Seconds by judges, and stock's time for the notebooks as released, where they were measured."""
    found = []
    walls = details.get("wall_s_by_judges")
    if walls:
        found.append(f"The whole NumPy class: {walls['1']:.2f} s with one judge, {walls['2']:.2f} s with two.")  # fmt: skip
    released = details.get("stock_as_released_cpu_s")
    if released:
        found.append(f"Stock nbgrader on the notebooks as released, explorers and all: {released:.1f} CPU seconds.")  # fmt: skip
    return ["", " ".join(found)] if found else []


def put(page: Path, figures: Figures) -> None:
    """Write the table into `page`, in the place of what stands between the marks.

    raises CourseError when the marks are gone
    """
    text = page.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise CourseError(f"{page} has lost its marks: expected a line {BEGIN} and a line {END}")
    page.write_text(f"{before}{BEGIN}\n{table(figures)}\n{END}{after}", encoding="utf-8")
