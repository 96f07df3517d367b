"""Whose file is it? By the name that the platform gave it, never by a name that the student chose.

Moodle    <Full name>_<number>_assignsubmission_file[_]/<file>, or without folders ..._file_<file>.
          The number is another one for each assignment, so the person is known by name.
Canvas    <lastnamefirstname>[_LATE]_<user id>_<file id>_<file>, a second attempt at the file ends in -1, -2 ...
          The user id stays, so it is the student's id where no roster says otherwise.
Blackboard <assignment>_<user name>_attempt_<YYYY-MM-DD-HH-MM-SS>[_<file>]
plain     <student>/<file>, <student>/<assignment>/<file> (nbgrader's own), <student>.ipynb, <student>.zip,
          <student>_<assignment>.ipynb or <assignment>_<student>.ipynb
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

__all__ = ["Named", "attempt_of", "named"]


@dataclass(frozen=True)
class Named:
    """The person a name speaks of, and what else it says."""

    platform: str
    who: str
    number: str = ""
    late: bool = False
    time: datetime | None = None

    @property
    def default_id(self) -> str:
        """The student's id where there is no roster."""
        if self.platform == "canvas":
            return self.number
        return re.sub(r"\s+", "_", self.who) if self.platform == "moodle" else self.who


_MOODLE = re.compile(r"(?P<who>.+?)_(?P<number>\d+)_assignsubmission_[a-z]+(?:_.*)?", re.DOTALL)
_CANVAS = re.compile(r"(?P<who>[^_]+)(?P<late>_LATE)?_(?P<number>\d+)_\d+_(?P<file>.+)", re.DOTALL)
_BLACKBOARD = re.compile(r".+_(?P<who>[^_]+)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:[_.].*)?", re.DOTALL)
_SUFFIX = re.compile(r"(?P<stem>.+?)(?:-(?P<resent>\d{1,3})|\s?\((?P<copy>\d{1,3})\))", re.DOTALL)


def named(parts: tuple[str, ...], assignment: str) -> Named | None:
    """The person whose file lies at `parts`, a path of the platform's own; None where no pattern fits."""
    for part in parts:
        found = _MOODLE.fullmatch(part)
        if found:
            return Named("moodle", found["who"].strip(), found["number"])
    for part in parts:
        if found := _CANVAS.fullmatch(part):
            return Named("canvas", found["who"], found["number"], late=bool(found["late"]))
        if found := _BLACKBOARD.fullmatch(part):
            return Named("blackboard", found["who"], time=_time(found["time"]))
    who = _plain(parts, assignment)
    return Named("plain", who) if who else None


def _time(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d-%H-%M-%S")
    except ValueError:
        return None


def _plain(parts: tuple[str, ...], assignment: str) -> str:
    if len(parts) > 1:
        return parts[0] if parts[0] != assignment else ""
    stem = parts[0].rpartition(".")[0]
    stem = attempt_of(stem, assignment, "plain")[0]
    for other in (stem.removesuffix(assignment).rstrip("_- "), stem.removeprefix(assignment).lstrip("_- ")):  # fmt: skip
        if other != stem:
            return other
    return stem


def attempt_of(stem: str, assignment: str, platform: str) -> tuple[str, int]:
    """A file's name without the mark of a later attempt, and which attempt it is.

    >>> attempt_of("02_curves-2", "02_curves", "canvas"), attempt_of("02_curves (1)", "02_curves", "moodle")
    (('02_curves', 2), ('02_curves', 1))
    >>> attempt_of("lan-3", "02_curves", "plain")
    ('lan-3', 0)
    """
    found = _SUFFIX.fullmatch(stem)
    if found is None:
        return stem, 0
    if found["resent"] and platform != "canvas" and found["stem"] != assignment:
        return stem, 0
    return found["stem"], int(found["resent"] or found["copy"])
