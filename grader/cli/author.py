"""The commands of somebody who writes a lesson: `grader new` begins a lesson or an exercise, `grader lint` says what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from grader.cli.terminal import Commands, LessonArgument, errors, stop
from grader.course.places import checkout

__all__ = ["lint", "new"]

new = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    help="Begin a lesson or an exercise: what must exist, with TODO where your text goes.",
)


@new.command()
def lesson(
    name: Annotated[str, typer.Argument(help="its name, which is the folder's: letters, digits and _")],
) -> None:
    """Begin a lesson, the last of the course. Nothing that is there is overwritten."""
    from grader.course.scaffold import new_lesson, write

    root = checkout("grader new lesson")
    _say(root, write(new_lesson(name)))
    print(f"Next: write the goals, then `grader new exercise {name} NAME`; `grader lint {name}` says what is missing")


@new.command()
def exercise(
    lesson: LessonArgument,
    name: Annotated[str, typer.Argument(help="its name, which is the function's or the class's")],
) -> None:
    """Begin an exercise of a lesson, before its quiz. Files that are there are extended."""
    from grader.course.scaffold import new_exercise, write

    root = checkout("grader new exercise")
    _say(root, write(new_exercise(lesson, name)))
    print(f"Next: replace every TODO, until `grader lint {lesson}` is silent; then `grader build`")


def _say(root: Path, written: list[Path]) -> None:
    for path in written:
        print(path.relative_to(root))


def lint(lesson: LessonArgument) -> None:
    """Say what a lesson still lacks or has wrong, a line each with its file and place. Status 1 when there is anything."""
    from grader.publish.lint import lint as faults_of

    with errors.status(lesson):
        found = faults_of(lesson)
    for line in found:
        print(line)
    if found:
        raise stop(f"{len(found)} to mend in {lesson}")
