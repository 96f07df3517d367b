"""What every command of `grader` shares: the options that name a lesson and a course, and how one stops."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

__all__ = ["CourseOption", "LessonArgument", "errors", "stop"]

errors = Console(stderr=True)

LessonArgument = Annotated[str, typer.Argument(help='a lesson: "momentum" or "02_momentum"')]
CourseOption = Annotated[
    Path | None,
    typer.Option("--course", help="the course folder (default: HOCSAU_COURSE, else this checkout)"),
]


def stop(message: object, status: int = 1) -> typer.Exit:
    """Say why in red; the exception that ends the command."""
    errors.print(str(message), style="red", markup=False, highlight=False, soft_wrap=True)
    return typer.Exit(status)
