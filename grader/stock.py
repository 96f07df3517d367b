"""nbgrader's own commands, run as an instructor would, with this course's configuration and our progress."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from grader.course import ROOT
from grader.errors import CourseError

__all__ = ["StockRun", "collected", "nbgrader"]

_STARTED = {
    "autograde": re.compile(r"\] Sanitizing (\S+)"),
    "generate_feedback": re.compile(r"\] Converting notebook (\S+)"),
}
_TROUBLE = re.compile(r"\| (?:WARNING|ERROR|CRITICAL)\] (.*)")


@dataclass
class StockRun:
    """How one nbgrader command went: its exit status, its warnings and errors, its whole log."""

    status: int
    trouble: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)


def nbgrader(
    *arguments: str, course: Path, on_notebook: Callable[[str], None] | None = None
) -> StockRun:
    """Run `nbgrader ...` on `course`; `on_notebook(path)` is called as each notebook is begun."""
    command = [sys.executable, "-m", "nbgrader", *arguments]
    environment = {**os.environ, "HOCSAU_COURSE": str(course), "PYTHONUNBUFFERED": "1"}
    begins = _STARTED.get(arguments[0])
    run = StockRun(0)
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            run.log.append(line.rstrip())
            trouble = _TROUBLE.search(line)
            started = begins.search(line) if begins else None
            if started and on_notebook is not None:
                on_notebook(started[1])
            if trouble:
                run.trouble.append(trouble[1].strip())
    run.status = process.returncode
    return run


def collected(course: Path, assignment: str) -> list[str]:
    """The ids of the students whose submission of `assignment` lies in the course.

    raises CourseError when there is none
    """
    found = sorted(_students(course, assignment))
    if not found:
        raise CourseError(
            f"no submission of {assignment} under {course / 'submitted'}: expected submitted/<student>/{assignment}/{assignment}.ipynb. "
            "Collect them first (`nbgrader collect` or `nbgrader zip_collect`)"
        )
    return found


def _students(course: Path, assignment: str) -> Iterator[str]:
    for path in (course / "submitted").glob(f"*/{assignment}"):
        if path.is_dir():
            yield path.parent.name
