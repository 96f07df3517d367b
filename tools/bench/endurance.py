"""Thousands of submissions in one go: does the grader grow?

usage: python -m tools.bench.endurance [--submissions 2000] [--jobs 2] [--lesson NAME] [--json FILE]

Prints and records memory (resident and private) and open files of every process of the grader's, at intervals.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from grader import engine
from grader.course.lessons import lesson_names, of_name
from tools.bench.made import make_class, make_course
from tools.bench.processes import descendants, open_files, private_bytes

__all__ = ["Sample", "endure", "growth"]

MIB = 1 << 20


@dataclass(frozen=True)
class Sample:
    """What all processes of the grader's took when `graded` submissions were done."""

    graded: int
    seconds: float
    main_mb: float
    judges_mb: float
    workers_mb: float
    main_files: int
    judges_files: int
    processes: int


class _Sampler(engine.Watch):
    """Takes a sample every `step` submissions."""

    def __init__(self, step: int) -> None:
        self.samples: list[Sample] = []
        self._step, self._graded, self._pids = step, 0, [0]
        self._began = time.monotonic()

    def ready(self, pids: Sequence[int]) -> None:
        """The clock starts."""
        self._pids, self._began = list(pids), time.monotonic()

    def done(self, student: str, result: engine.Result) -> None:  # noqa: ARG002
        """Perhaps a sample."""
        self._graded += 1
        if self._graded % self._step == 0:
            self.samples.append(self._sample())
            print(_line(self.samples[-1]), flush=True)

    def _sample(self) -> Sample:
        main, judges = [os.getpid()], self._pids
        others = [pid for pid in descendants(main[0]) if pid not in judges]
        return Sample(
            self._graded,
            round(time.monotonic() - self._began, 1),
            round(private_bytes(main) / MIB, 1),
            round(private_bytes(judges) / MIB, 1),
            round(private_bytes(others) / MIB, 1),
            open_files(main),
            open_files(judges),
            1 + len(judges) + len(others),
        )


def _line(sample: Sample) -> str:
    return "  ".join(f"{name} {value:g}" for name, value in asdict(sample).items())


def endure(course: Path, lesson: str, submissions: int, jobs: int, step: int) -> tuple[engine.Report, list[Sample]]:
    """Grade a made class in one go; samples every `step` submissions."""
    chosen = of_name(lesson)
    make_course(course, chosen)
    make_class(course, chosen, submissions)
    sampler = _Sampler(step)
    report = engine.grade(chosen, course, engine.Settings(jobs=jobs), sampler)
    return report, sampler.samples


def growth(samples: Sequence[Sample]) -> dict[str, float]:
    """How much more the last fifth of the samples took than the second fifth (the first is warming up)."""
    fifth = max(1, len(samples) // 5)
    early, late = samples[fifth : 2 * fifth], samples[-fifth:]
    found = {}
    for name in ("main_mb", "judges_mb", "main_files", "judges_files", "processes"):
        before, after = (sum(getattr(s, name) for s in part) / len(part) for part in (early, late))
        found[name] = round(after - before, 2)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--submissions", type=int, default=2000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--lesson", default=lesson_names()[1])
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hocsau-endurance-") as folder:
        report, samples = endure(
            Path(folder) / "course",
            chosen.lesson,
            chosen.submissions,
            chosen.jobs,
            max(1, chosen.submissions // 40),
        )
    result = {
        "lesson": chosen.lesson,
        "submissions": chosen.submissions,
        "jobs": chosen.jobs,
        "graded": len(report.graded),
        "failed": len(report.failed),
        "seconds": round(report.seconds, 1),
        "growth": growth(samples),
        "samples": [asdict(sample) for sample in samples],
    }
    print(json.dumps({name: value for name, value in result.items() if name != "samples"}))
    if chosen.json is not None:
        chosen.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    sys.exit(bool(report.failed))


if __name__ == "__main__":
    main()
