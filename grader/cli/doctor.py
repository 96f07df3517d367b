"""Is this machine ready to grade? One line per thing, what to do where the answer is no."""

from __future__ import annotations

import importlib.metadata
import os
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grader.course.lessons import all_lessons
from grader.course.places import INSTALLED, NOTEBOOKS, PACKS, REBUILD
from grader.course.settings import read_settings
from grader.errors import GraderError
from grader.sandbox import policy
from grader.sandbox.process import ChildDied, ChildTimeout, Worker

__all__ = ["Finding", "examine"]


@dataclass(frozen=True)
class Finding:
    """One thing looked at: is it well, what was seen, what to do."""

    name: str
    well: bool
    seen: str
    advice: str = ""


def examine(course: Path) -> list[Finding]:
    """Look at Python, the packages, the lessons, the course and the worker."""
    looks: list[Callable[[], Finding]] = [
        _python,
        _packages,
        _lessons,
        lambda: _course(course),
        lambda: _gradebook(course),
        _worker,
        _isolation,
    ]
    return [look() for look in looks]


def _python() -> Finding:
    seen = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", sys.version_info >= (3, 11), seen, "install Python 3.11 or newer")


def _packages() -> Finding:
    seen, missing = [], []
    for name in ("hocsau", "hocsau-grader", "nbgrader", "jupyterlab", "numpy"):
        try:
            seen.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    text = ", ".join(seen) + (f"; missing: {', '.join(missing)}" if missing else "")
    return Finding("packages", not missing, text, REBUILD if INSTALLED else "run `make setup`")


def _lessons() -> Finding:
    lessons = all_lessons()
    wanted = [NOTEBOOKS / "en" / lesson.assignment / f"{lesson.assignment}.ipynb" for lesson in lessons]
    wanted += [PACKS / f"{lesson.name}.pack" for lesson in lessons]
    missing = [path.name for path in wanted if not path.exists()]
    seen = f"missing: {', '.join(missing)}" if missing else f"{len(lessons)} lessons built"
    return Finding("lessons", not missing, seen, REBUILD)


def _course(course: Path) -> Finding:
    try:
        settings = read_settings(course)
    except GraderError as error:
        return Finding("course folder", False, str(course), str(error))
    well = course.is_dir() and os.access(course, os.W_OK)
    seen = f"{course}: {settings.id}, jobs {settings.jobs}, device {settings.device}"
    advice = "make the folder writable, or name another with --course"
    return Finding("course folder", well, seen, advice)


def _gradebook(course: Path) -> Finding:
    path = course / "gradebook.db"
    if not path.exists():
        return Finding("gradebook", True, "none yet; `grader release LESSON` makes it")
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            count = database.execute("select count(*) from assignment").fetchone()[0]
    except sqlite3.Error as error:
        return Finding(
            "gradebook",
            False,
            f"{path}: {error}",
            "restore it from a backup; nothing else was changed",
        )
    return Finding("gradebook", True, f"{path}: {count} lessons registered")


def _worker() -> Finding:
    advice = "run `grader judge` on any file to see the worker's own message"
    try:
        with Worker() as worker:
            child = worker.fork()
            child.ask({"do": "cell", "source": "1 + 1"}, 10.0)
            child.kill()
    except (GraderError, ChildDied, ChildTimeout) as error:
        return Finding("worker", False, f"it fails: {error}", advice)
    return Finding("worker", True, "starts, forks, answers")


def _isolation() -> Finding:
    """Each layer by name; what is lacking, and how to get it."""
    held = policy.layers()
    enough = policy.enough(held)
    lacking = [f"{name} is missing: {how}" for name, how in policy.missing(held).items()]
    seen = "layers that hold: " + ", ".join(held)
    if enough and lacking:
        seen += "; enough to grade with, more with these. " + "; ".join(lacking)
    return Finding("isolation", enough, seen, "; ".join(lacking))
