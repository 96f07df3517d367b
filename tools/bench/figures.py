"""What was measured, as bench.json, as lines, and as a picture."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from hocsau.plots import COLOURS, new_figure
from tools.bench.turns import Spent

__all__ = ["ClassFigures", "Figures", "Goal", "draw", "goals", "lines", "write"]

LABELS = {
    "stock": "stock nbgrader autograde",
    "ours": "ours: the same cells and cases, judged in the box",
    "bare": "the learner's code alone, in a warm process",
    "pipeline": "stock nbgrader with execution taken out",
}


@dataclass(frozen=True)
class ClassFigures:
    """One class, everything per submission, in seconds."""

    submissions: int
    stock_cpu_s: float
    ours_cpu_s: float
    bare_cpu_s: float
    pipeline_cpu_s: float
    stock_wall_s: float
    ours_wall_s: float

    @classmethod
    def of(cls, spent: Mapping[str, Spent], submissions: int) -> ClassFigures:
        """The figures of a race."""
        cpu = {f"{way}_cpu_s": found.cpu / submissions for way, found in spent.items()}
        wall = {f"{way}_wall_s": spent[way].wall / submissions for way in ("stock", "ours")}
        return cls(submissions, **{name: round(value, 4) for name, value in (cpu | wall).items()})


@dataclass(frozen=True)
class Figures:
    """All of bench.json, and `details`, which go into a file of their own."""

    numpy: ClassFigures
    torch: ClassFigures
    private_mb: float
    two_worker_speedup: float
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Goal:
    """A figure and what it must be."""

    name: str
    found: float
    wanted: float
    at_least: bool

    @property
    def met(self) -> bool:
        return self.found >= self.wanted if self.at_least else self.found <= self.wanted


def goals(figures: Figures) -> list[Goal]:
    """What this project promises, and what was found."""
    numpy, torch = figures.numpy, figures.torch
    found = [
        Goal("stock / ours in CPU seconds, NumPy", numpy.stock_cpu_s / numpy.ours_cpu_s, 15, True),
        Goal("stock / ours in CPU seconds, torch", torch.stock_cpu_s / torch.ours_cpu_s, 30, True),
    ]
    found += [
        Goal(
            f"(ours - bare) / pipeline in CPU seconds, {name}",
            (one.ours_cpu_s - one.bare_cpu_s) / one.pipeline_cpu_s,
            1.5,
            False,
        )
        for name, one in (("NumPy", numpy), ("torch", torch))
    ]
    return [
        *found,
        Goal("private MB of one submission more at a time", figures.private_mb, 30, False),
        Goal("two judges / one in wall seconds", figures.two_worker_speedup, 1.7, True),
    ]


def write(figures: Figures, folder: Path) -> list[Path]:
    """Write bench.json, bench-details.json and bench.png into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    data = asdict(figures)
    details = data.pop("details")
    paths = [folder / name for name in ("bench.json", "bench-details.json", "bench.png")]
    for path, content in zip(paths[:2], (data, details), strict=True):
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    draw(figures, paths[2])
    return paths


def lines(figures: Figures) -> list[str]:
    """The figures and the ratios, for a terminal."""
    found = []
    for name, one in (("NumPy", figures.numpy), ("torch", figures.torch)):
        found += [
            f"{name}: {one.submissions} submissions, CPU seconds per submission",
            *(f"  {getattr(one, f'{way}_cpu_s'):8.3f}  {label}" for way, label in LABELS.items()),
            f"  wall seconds: stock {one.stock_wall_s:.2f}, ours {one.ours_wall_s:.3f}, "
            f"ratio {one.stock_wall_s / one.ours_wall_s:.1f}",
        ]
    for goal in goals(figures):
        sign = "at least" if goal.at_least else "at most"
        found.append(
            f"{'met   ' if goal.met else 'MISSED'} {goal.name}: {goal.found:.2f}, wanted {sign} {goal.wanted:g}"
        )
    return found


def draw(figures: Figures, path: Path) -> None:
    """CPU seconds per submission as bars, on a logarithmic axis."""
    figure = new_figure(8.0, 3.6)
    panels = figure.subplots(2, 1, sharex=True)
    colours = [COLOURS[name] for name in ("vermillion", "blue", "green", "sky")]
    for axes, (name, one) in zip(panels, (("NumPy", figures.numpy), ("torch", figures.torch)), strict=True):
        values = [getattr(one, f"{way}_cpu_s") for way in LABELS]
        bars = axes.barh(range(len(values)), values, color=colours, linestyle="-")
        axes.bar_label(bars, [f"{value:.3g} s" for value in values], padding=4, fontsize=8)
        axes.set_yticks(range(len(values)), list(LABELS.values()), fontsize=8)
        axes.invert_yaxis()
        axes.set_xscale("log")
        axes.set_xlim(min(values) / 3, max(values) * 3)
        axes.grid(False, axis="y")
        axes.set_title(
            f"{one.submissions} submissions, {name}: {one.stock_cpu_s / one.ours_cpu_s:.0f} times less",
            fontsize=9,
            loc="left",
        )
    panels[-1].set_xlabel("CPU seconds per submission (logarithmic)", fontsize=9)
    figure.savefig(path, metadata={"Software": None})
