"""The command group `grader prove`: what the checks were put through, and what came of it."""

from __future__ import annotations

import json
import time
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from grader.course import ROOT
from grader.errors import CourseError, GraderError
from grader.terminal import errors, stop

__all__ = ["app"]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Prove the checks: wrong answers made by the thousand are caught, right ones never are.",
)


@app.command()
def mutation(
    chosen: Annotated[
        list[str] | None,
        typer.Argument(help="lessons or exercises; all of them when none is named"),
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", help="processes that judge")] = 2,
) -> None:
    """Judge every mutant of every reference answer; write build/mutation.json."""
    from grader.lessons import all_lessons
    from grader.proofs import mutation as proof
    from grader.proofs.mutants import driven

    every = [(lesson, definition) for lesson in all_lessons() for definition in driven(lesson)]
    wanted = [pair for pair in every if not chosen or {pair[0].name, pair[1].name} & set(chosen)]
    began = time.monotonic()
    try:
        known = {name for pair in every for name in (pair[0].name, pair[1].name)}
        for name in chosen or []:
            if name not in known:
                raise CourseError(f"there is no lesson or exercise {name!r}")
        with Progress(console=errors) as progress:
            task = progress.add_task("mutants", total=None)

            def advance(done: int, of: int) -> None:
                progress.update(task, completed=done, total=of)

            for found in proof.run(wanted, jobs, advance):
                proof.store(found)
    except GraderError as error:
        raise stop(error) from error
    names = {definition.name for _, definition in wanted}
    shown = [found for found in proof.load() if found.exercise in names]
    table = Table("exercise", "mutants", "equivalent", "killed by public", "by all", "survivors")
    for found in shown:
        table.add_row(
            found.exercise,
            *map(str, (len(found.killed), found.equivalent, found.count("public"))),
            *map(str, (found.count("public", "hidden"), len(found.survivors))),
        )
    Console().print(table)
    for found in shown:
        for left in found.survivors:
            print(f"\n{found.exercise} ({left.operator}) survives:\n" + "\n".join(left.changed))
    figures = proof.summary(proof.load())
    path = ROOT / "build" / "mutation.json"
    path.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(
        f"{figures['mutants']} mutants, {figures['equivalent']} equivalent, "
        f"{figures['killed_public']} killed by public cases, {figures['killed_all']} by all; "
        f"{time.monotonic() - began:.0f} s; {path.relative_to(ROOT)}"
    )
    if figures["survivors"]:
        raise typer.Exit(1)
