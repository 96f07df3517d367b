"""The command `python -m tools`: the workshop beside the course. Not installed; it works in the repository alone."""

from __future__ import annotations

from typing import Annotated

import typer

from grader.cli.terminal import Commands
from grader.course.places import ROOT
from tools.bench.command import app as bench
from tools.prove.command import app as prove

app = typer.Typer(cls=Commands, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
app.add_typer(bench, name="bench")
app.add_typer(prove, name="prove")


@app.command()
def demo() -> None:
    """Make a class with planted truth, grade it through nbgrader, and compare what the grader said with the plant."""
    from tools.demo.run import run

    right = run(ROOT / "build" / "demo")
    if not right:
        raise typer.Exit(1)


@app.command()
def bundle(
    solo: Annotated[
        bool,
        typer.Option("--solo", help="the edition for those who learn alone, with worked answers"),
    ] = False,
) -> None:
    """Write what a student gets: dist/hocsau-student-en.zip and -vi.zip (hocsau-solo-... with --solo)."""
    from tools.bundle import write_bundles

    for path in write_bundles(ROOT / "dist", solo=solo):
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    app()
