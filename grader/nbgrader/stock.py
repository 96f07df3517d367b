"""nbgrader's own commands, run as an instructor would, with this course's configuration and our progress."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from grader.course.places import ROOT

__all__ = ["StockRun", "nbgrader"]

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


def nbgrader(*arguments: str, course: Path, on_notebook: Callable[[str], None] | None = None) -> StockRun:
    """Run `nbgrader ...` on `course`; `on_notebook(path)` is called as each notebook is begun.

    It reads our nbgrader_config.py, then the course's own: our judge is in its place whatever stands in the folder.
    """
    command = [sys.executable, "-P", "-m", "nbgrader", *arguments]
    settings = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("JUPYTER_CONFIG_PATH")]))
    environment = {
        **os.environ,
        "HOCSAU_COURSE": str(course),
        "JUPYTER_CONFIG_PATH": settings,
        "PYTHONUNBUFFERED": "1",
    }
    begins = _STARTED.get(arguments[0])
    run = StockRun(0)
    with subprocess.Popen(
        command,
        cwd=course,
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
