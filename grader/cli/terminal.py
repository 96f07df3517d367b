"""What every command of `grader` shares: the options that name a lesson and a course, and how one stops."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from grader.course.places import course_root
from grader.errors import CourseError, GraderError, SubmissionError

__all__ = ["Commands", "CourseOption", "LessonArgument", "errors", "root_of", "stop"]

errors = Console(stderr=True)


def _lessons(begun: str) -> list[str]:
    """For the shell's completion."""
    from grader.course.lessons import lesson_names

    return [name for name in lesson_names() if name.startswith(begun)]


LessonArgument = Annotated[
    str, typer.Argument(help="a lesson's name, or with its number: NAME, 02_NAME", autocompletion=_lessons)
]
CourseOption = Annotated[
    Path | None,
    typer.Option(
        "--course",
        help="the course folder (default: HOCSAU_COURSE, else the folder with a course.toml at or above this one)",
    ),
]


def root_of(course: Path | None) -> Path:
    """The folder that --course names, or the running course's.

    raises CourseError when there is no such folder
    """
    root = (course or course_root()).resolve()
    if not root.is_dir():
        raise CourseError(f"there is no folder {root}. `grader init FOLDER` makes a course")
    return root


def stop(message: object, status: int = 1) -> typer.Exit:
    """Say why in red; the exception that ends the command."""
    errors.print(str(message), style="red", markup=False, highlight=False, soft_wrap=True)
    return typer.Exit(status)


class Commands(TyperGroup):
    """Commands that end with our own errors' words: status 2 for a file that cannot be read, else 1."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that `ctx` names."""
        try:
            return super().invoke(ctx)
        except SubmissionError as error:
            raise stop(error, 2) from error
        except GraderError as error:
            raise stop(error) from error
