"""Grades as CSV: nbgrader's own columns, Moodle's or Canvas's; safe to open in a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from nbgrader.api import Gradebook

from grader.course.settings import read_settings
from grader.errors import CourseError
from grader.nbgrader import find_alembic
from grader.platforms.collect.roster import Roster
from grader.platforms.export.cells import as_csv, write
from grader.platforms.export.layouts import FORMATS, Grade, Layout, grades

__all__ = ["FORMATS", "Grade", "export"]


def export(
    course: Path,
    to: Path,
    layout: str = "nbgrader",
    *,
    assignments: Sequence[str] = (),
    roster: Roster | None = None,
    columns: Mapping[str, str] | None = None,
    bom: bool = False,
) -> list[Grade]:
    """Write the course's grades to `to`. The grades written.

    columns  by assignment, the name of its column where the platform calls it otherwise
    raises CourseError when there is no gradebook, no such assignment, or the file cannot be written
    """
    settings = read_settings(course)
    url = settings.url(course)
    if url.startswith("sqlite:") and not (course / "gradebook.db").exists():
        raise CourseError(f"no gradebook in {course}: grade a lesson first, or name the course with --course")
    find_alembic()
    with Gradebook(url, settings.id) as gradebook:
        known = {assignment.name for assignment in gradebook.assignments}
        unknown = sorted(set(assignments) - known)
        if unknown:
            raise CourseError(f"{', '.join(unknown)}: not in the gradebook of {course}, which has {', '.join(sorted(known)) or 'no assignment'}")  # fmt: skip
        found = grades(gradebook, assignments)
    write(to, as_csv(FORMATS[layout](found, Layout(roster, columns or {})), bom=bom))
    return found
