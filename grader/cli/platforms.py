"""The commands that take from a platform and give back to it: `grader collect` and `grader export`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.terminal import CourseOption, LessonArgument, errors, root_of
from grader.errors import CourseError

if TYPE_CHECKING:
    from grader.platforms.collect import Collected
    from grader.platforms.collect.roster import Roster

__all__ = ["collect", "export"]

RosterOption = Annotated[
    Path | None,
    typer.Option("--roster", help="a CSV of your own, or Moodle's worksheet, or Canvas's gradebook"),
]


def collect(
    lesson: LessonArgument,
    archives: Annotated[list[Path], typer.Argument(help="the platform's zip, a folder, or single files")],
    roster: RosterOption = None,
    replace: Annotated[bool, typer.Option("--replace", help="take a notebook in the place of an earlier one")] = False,
    course: CourseOption = None,
) -> None:
    """Collect a lesson's submissions from Moodle's or Canvas's zip or from a folder. Status 1 when somebody's is missing."""
    from grader.course.lessons import of_name
    from grader.platforms.collect import collect as collect_all

    root = root_of(course)
    chosen = of_name(lesson)
    done = collect_all(chosen, archives, root, roster=_roster(roster), replace=replace)
    _say(done)
    print(
        f"{chosen.assignment}: {len(done.new)} collected, {len(done.replaced)} replaced, "
        f"{len(done.unchanged)} there already, {len(done.refused)} refused"
    )
    if done.refused:
        raise typer.Exit(1)


def _roster(path: Path | None) -> Roster | None:
    from grader.platforms.collect.roster import read_roster

    return None if path is None else read_roster(path)


def _say(done: Collected) -> None:
    for refused in done.refused:
        _line(f"refused: {refused}", "red")
    for note in done.notes:
        _line(str(note), "yellow")
    for one in done.late:
        _line(
            f"late: {one.student} (the platform says so without a time: nbgrader takes off no points)",
            "yellow",
        )


def _line(text: str, style: str) -> None:
    errors.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def export(
    layout: Annotated[str, typer.Option("--format", help="whose columns: nbgrader, moodle or canvas")] = "nbgrader",
    lesson: Annotated[list[str] | None, typer.Option(help="a lesson; again for more (default: all)")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="the file (default: grades-FORMAT.csv)")] = None,
    roster: RosterOption = None,
    column: Annotated[
        list[str] | None,
        typer.Option(help='how the platform calls a lesson\'s column: LESSON="Lab 2 (1234)"'),
    ] = None,
    bom: Annotated[bool, typer.Option("--bom", help="begin with a byte order mark, for Excel")] = False,
    course: CourseOption = None,
) -> None:
    """Write the grades as CSV for a spreadsheet, Moodle or Canvas."""
    from grader.course.lessons import of_name
    from grader.platforms.export import FORMATS
    from grader.platforms.export import export as export_all

    root = root_of(course)
    if layout not in FORMATS:
        raise CourseError(f"--format {layout}: expected one of {', '.join(FORMATS)}")
    names = [of_name(name).assignment for name in lesson or ()]
    columns = dict(_column(text) for text in column or ())
    to = output or Path(f"grades-{layout}.csv")
    written = export_all(root, to, layout, assignments=names, roster=_roster(roster), columns=columns, bom=bom)
    waiting = sum(grade.waits for grade in written)
    if waiting:
        _line(f"{waiting} of these grades still wait for a person's marks", "yellow")
    print(f"{len(written)} grades are in {to}")


def _column(text: str) -> tuple[str, str]:
    from grader.course.lessons import of_name

    name, equals, title = text.partition("=")
    if not equals or not title:
        raise CourseError(f'--column {text!r}: expected a lesson and a title, LESSON="Lab 2"')
    return of_name(name).assignment, title
