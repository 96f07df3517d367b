"""A batch killed with SIGKILL at random moments and resumed: are its grades those of an undisturbed run?

usage: python -m tools.bench.kills [--submissions 200] [--kills 10] [--jobs 2] [--lesson NAME] [--seed 0]
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook

from grader.course.lessons import Lesson, lesson_names, of_name
from grader.errors import CourseError
from tools.bench.made import make_class, make_course

__all__ = ["grade_with_kills", "rows"]

_POLL = 0.02


def rows(course: Path, assignment: str, url: str | None = None) -> dict[str, Any]:
    """All that the gradebook and autograded/ say, by student: points, what waits for a person, comments, the notebook's size."""
    found = {}
    with Gradebook(url or f"sqlite:///{course}/gradebook.db") as gradebook:
        for submission in gradebook.assignment_submissions(assignment):
            (notebook,) = submission.notebooks
            folder = course / "autograded" / submission.student_id / assignment
            found[submission.student_id] = {
                "grades": sorted(
                    (g.name, g.auto_score, g.manual_score, g.extra_credit, g.needs_manual_grade)
                    for g in notebook.grades
                ),
                "comments": sorted((c.name, c.auto_comment or "", c.manual_comment or "") for c in notebook.comments),
                "penalty": notebook.late_submission_penalty,
                "timestamp": submission.timestamp,
                "score": submission.score,
                "files": sorted(path.name for path in folder.glob("*")),
            }
    return found


def grade_with_kills(lesson: Lesson, course: Path, jobs: int, moments: Sequence[tuple[int, float]]) -> list[int]:
    """Run `grader grade`; for each of `moments` kill it when so many more results are stored, and so many seconds later.

    Then run it to the end. How many results were stored at each kill.
    raises CourseError when the last run fails
    """
    results = course / ".grading" / lesson.assignment / "results"
    at = []
    for more, seconds in moments:
        process = _begin(lesson, course, jobs)
        goal = _stored(results) + more
        while not _ended(process, _POLL) and _stored(results) < goal:
            pass
        _ended(process, seconds)
        process.send_signal(signal.SIGKILL)
        process.wait()
        at.append(_stored(results))
    process = _begin(lesson, course, jobs)
    if process.wait():
        raise CourseError(f"the last run ended with status {process.returncode}")
    return at


def _ended(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Does the process end within `seconds`?"""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def _begin(lesson: Lesson, course: Path, jobs: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "grader.cli.app", "grade", lesson.name, "--jobs", str(jobs)]
    environment = {**os.environ, "HOCSAU_COURSE": str(course)}
    return subprocess.Popen(command, env=environment)


def _stored(results: Path) -> int:
    return sum(1 for path in results.glob("*/*") if path.suffix != ".part")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--submissions", type=int, default=200)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--lesson", default=lesson_names()[1])
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    lesson, chance = of_name(chosen.lesson), random.Random(chosen.seed)
    most = max(1, chosen.submissions // (chosen.kills + 1))
    moments = [(chance.randint(0, most), chance.uniform(0, 2)) for _ in range(chosen.kills)]
    with tempfile.TemporaryDirectory(prefix="hocsau-kills-") as folder:
        courses = [Path(folder) / name for name in ("undisturbed", "killed")]
        for course in courses:
            make_course(course, lesson)
            make_class(course, lesson, chosen.submissions)
        grade_with_kills(lesson, courses[0], chosen.jobs, [])
        at = grade_with_kills(lesson, courses[1], chosen.jobs, moments)
        undisturbed, killed = (rows(course, lesson.assignment) for course in courses)
    differ = sorted(s for s in undisturbed.keys() | killed.keys() if undisturbed.get(s) != killed.get(s))
    print(
        f"killed with {at} of {chosen.submissions} stored; {len(undisturbed)} graded undisturbed, {len(killed)} after the kills"
    )
    print(f"{len(differ)} differ" + (": " + ", ".join(differ) if differ else ""))
    sys.exit(bool(differ) or len(undisturbed) != chosen.submissions)


if __name__ == "__main__":
    main()
