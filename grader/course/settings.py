"""course.toml: the few settings of a course that are not nbgrader's, which stand in nbgrader_config.py."""

from __future__ import annotations

import difflib
import os
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from grader.course.places import COURSE_FILE
from grader.errors import CourseError

__all__ = ["DEVICES", "CourseSettings", "read_settings"]

DEVICES = ("auto", "cpu", "cuda")


@dataclass(frozen=True)
class CourseSettings:
    """What course.toml may say.

    id        the course's name for nbgrader and its exchange (HOCSAU_COURSE_ID goes before it)
    database  the gradebook's address, as SQLAlchemy writes it; "" is gradebook.db in the course's folder (HOCSAU_DB_URL
              goes before it, and is the place for an address with a password)
    jobs      how many submissions `grader grade` judges at a time, where --jobs does not say
    device    "auto", "cpu" or "cuda": where `grader grade` runs the lessons that use torch, where --device does not say
    """

    id: str = "hocsau"
    database: str = ""
    jobs: int = 1
    device: str = "auto"

    def url(self, course: Path) -> str:
        """The address of the gradebook of the course in the folder `course`."""
        return self.database or f"sqlite:///{course / 'gradebook.db'}"


def read_settings(course: Path) -> CourseSettings:
    """The settings of the course in the folder `course`; without a course.toml, the ones to begin with.

    raises CourseError for a file that is no TOML, a setting that there is not, and a value that it cannot have
    """
    path = course / COURSE_FILE
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        told = {}
    except (OSError, ValueError) as error:
        raise CourseError(
            f"{path} cannot be read: {error}. Mend it; docs/grading.md says what may stand there"
        ) from error
    for name, value in told.items():
        _demand(path, name, value)
    variables = {"id": "HOCSAU_COURSE_ID", "database": "HOCSAU_DB_URL"}
    outside = {name: os.environ[key] for name, key in variables.items() if os.environ.get(key)}
    return CourseSettings(**(told | outside))


def _demand(path: Path, name: str, value: Any) -> None:
    """Is `name` a setting, and may it be `value`?"""
    known = asdict(CourseSettings())
    if name not in known:
        (near,) = difflib.get_close_matches(name, known, 1, 0)
        raise CourseError(f"{path}: there is no setting {name!r}; there are {', '.join(known)} (nearest: {near})")
    expected = {str: "a text in quotes", int: "a whole number"}[type(known[name])]
    if type(value) is not type(known[name]):
        raise CourseError(f"{path}: {name} must be {expected}, got {value!r}")
    if name == "id" and not value:
        raise CourseError(f"{path}: id must not be empty")
    if name == "jobs" and value < 1:
        raise CourseError(f"{path}: jobs must be at least 1, got {value}")
    if name == "device" and value not in DEVICES:
        raise CourseError(f"{path}: device must be one of {', '.join(DEVICES)}, got {value!r}")
