"""The command group `python -m tools bench`: stock nbgrader against this grader; endurance and kills are programs of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.terminal import errors
from grader.course.places import ROOT

__all__ = ["app"]

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Measure: stock nbgrader against this grader, in one run.",
)
PAGE = ROOT / "docs" / "performance.md"
PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True}


@app.callback(invoke_without_command=True)
def bench(
    context: typer.Context,
    submissions: Annotated[
        int,
        typer.Option(min=2, help="submissions in a class, half of them to each of lessons 1, 2"),
    ] = 40,
    seed: Annotated[int, typer.Option(help="another class with each number")] = 0,
    out: Annotated[Path | None, typer.Option(help="where to write bench.json and bench.png (default: build)")] = None,
    brief: Annotated[
        bool, typer.Option("--brief", help="does it run? Figures that mean nothing, in two minutes")
    ] = False,
) -> None:
    """Grade one class with stock nbgrader and with ours, turn by turn, and write the figures."""
    if context.invoked_subcommand is not None:
        return
    from tools.bench.figures import goals, lines, write
    from tools.bench.measure import measure

    with errors.status("") as status:
        say = status.update if errors.is_terminal else errors.print
        found = measure(submissions, seed, say, brief=brief)
    paths = write(found, out or ROOT / "build")
    print("\n".join([*lines(found), *map(str, paths)]))
    if not brief and not all(goal.met for goal in goals(found)):
        raise typer.Exit(1)


@app.command()
def page(
    figures: Annotated[Path | None, typer.Option(help="where bench.json was written (default: build)")] = None,
) -> None:
    """Put the figures of the last bench into docs/performance.md."""
    from tools.bench.page import put, read

    put(PAGE, read(figures or ROOT / "build"))
    print(PAGE.relative_to(ROOT))


@app.command(context_settings=PASSED_ON, add_help_option=False)
def endurance(context: typer.Context) -> None:
    """Thousands of submissions in one go: does anything grow?"""
    _run("endurance", context.args)


@app.command(context_settings=PASSED_ON, add_help_option=False)
def kills(context: typer.Context) -> None:
    """A batch killed at random moments and resumed: are the grades those of an undisturbed run?"""
    _run("kills", context.args)


def _run(program: str, arguments: list[str]) -> None:
    command = [sys.executable, "-m", f"tools.bench.{program}", *arguments]
    raise typer.Exit(subprocess.run(command, cwd=ROOT, check=False).returncode)
