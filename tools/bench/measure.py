"""All measurements in one run: the race for each class, memory, two judges against one."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from grader.course.lessons import of_name
from tools.bench.figures import ClassFigures, Figures
from tools.bench.race import LESSONS, Course, as_released, machine, prepare, race, release, speedup
from tools.bench.weigh import private_megabytes
from tools.demo.run import DEMO_SECRET

__all__ = ["measure"]

REPEATS = 3
WEIGHED = 5
RELEASED = 2
"""Learners of a lesson whose notebooks stock nbgrader also runs as released: the explorers take it half a minute each."""


def measure(submissions: int, seed: int, say: Callable[[str], None], *, brief: bool = False) -> Figures:
    """Measure everything with classes of `submissions`, made from `seed`.

    brief   one lesson, one repeat, and no notebooks as released: does the program run?
    """
    found: dict[str, ClassFigures] = {}
    private: dict[str, list[float]] = {}
    today = datetime.now(UTC).date().isoformat()
    details: dict[str, Any] = {"machine": machine(), "date": today, "seed": seed}
    with tempfile.TemporaryDirectory(prefix="hocsau-bench-") as home:
        released = Path(home) / "released"
        lessons = [of_name(name) for name in (LESSONS[-1:] if brief else LESSONS)]
        say("releasing the lessons, ours and stock")
        release(released, lessons)
        for kind in ("numpy", "torch"):
            folder = Path(home) / kind
            say(f"{kind}: making a class of {submissions}")
            course = prepare(folder, released, lessons, submissions, seed, torch=kind == "torch")
            found[kind] = ClassFigures.of(race(course, partial(_say, say, kind)), submissions)
            say(f"{kind}: memory")
            private[kind] = _weigh(course, 1 if brief else WEIGHED)
            if kind == "numpy":
                walls = speedup(course, 1 if brief else REPEATS, say)
                details["wall_s_by_judges"] = walls
            if kind == "numpy" and not brief:
                say("stock nbgrader on the notebooks as released")
                details["stock_as_released_cpu_s"] = _released(course, folder / "released")
    details["private_mb"] = {
        kind: {"median": statistics.median(some), "most": max(some)} for kind, some in private.items()
    }
    return Figures(
        found["numpy"],
        found["torch"],
        round(max(max(some) for some in private.values()), 1),
        round(walls["1"] / walls["2"], 3),
        details,
    )


def _say(say: Callable[[str], None], kind: str, line: str) -> None:
    say(f"{kind}: {line}")


def _weigh(course: Course, size: int) -> list[float]:
    found: list[float] = []
    for lesson in map(of_name, course.classes):
        submitted = sorted(course.at("ours").glob(f"submitted/*/{lesson.assignment}/*.ipynb"))
        found += private_megabytes(lesson, submitted[:size], DEMO_SECRET)
    return found


def _released(course: Course, folder: Path) -> float:
    total, count = 0.0, 0
    for name, learners in course.classes.items():
        done = [one for one in learners if one.profile == "strong"][:RELEASED]
        total += as_released(folder / name, done, of_name(name)).cpu
        count += len(done)
    return round(total / max(count, 1), 3)
