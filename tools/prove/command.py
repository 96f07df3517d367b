"""The command group `python -m tools prove`: what the checks were put through, and what came of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from grader.cli.terminal import errors
from grader.course.places import ROOT
from grader.errors import CourseError

if TYPE_CHECKING:
    from grader.course.lessons import ExerciseDefinition, Lesson

__all__ = ["app"]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


Chosen = Annotated[list[str] | None, typer.Argument(help="lessons or exercises; all of them when none is named")]
Jobs = Annotated[int, typer.Option("--jobs", "-j", help="processes at a time")]


@app.callback()
def prove() -> None:
    """Prove the checks: wrong answers made by the thousand are caught, right ones never are."""


def _wanted(chosen: list[str] | None) -> list[tuple[Lesson, ExerciseDefinition]]:
    """The exercises that are meant.

    raises CourseError for a name that is neither a lesson's nor an exercise's
    """
    from grader.course.lessons import all_lessons
    from tools.prove.mutants import driven

    every = [(lesson, definition) for lesson in all_lessons() for definition in driven(lesson)]
    known = {name for lesson, definition in every for name in (lesson.name, definition.name)}
    for name in chosen or []:
        if name not in known:
            raise CourseError(f"there is no lesson or exercise {name!r}")
    return [pair for pair in every if not chosen or {pair[0].name, pair[1].name} & set(chosen)]


@app.command()
def mutation(
    chosen: Chosen = None,
    jobs: Jobs = 2,
    again: Annotated[
        bool,
        typer.Option("--left", help="after cases were added: judge last time's survivors alone"),
    ] = False,
) -> None:
    """Judge every mutant of every reference answer; write build/mutation.json."""
    from tools.prove import mutation as proof

    began = time.monotonic()
    wanted = _wanted(chosen)
    with Progress(console=errors) as progress:
        task = progress.add_task("mutants", total=None)

        def advance(done: int, of: int) -> None:
            progress.update(task, completed=done, total=of)

        before = {one.exercise: one for one in proof.load()} if again else {}
        for found in proof.run(wanted, jobs, advance, before):
            proof.store(found)
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


@app.command()
def equivalent(chosen: Chosen = None, jobs: Jobs = 2) -> None:
    """Compare every mutant that is listed as a right answer with the reference, on 1,000 random inputs each."""
    from tools.prove import each

    _each(each.compared, "equivalent", chosen, jobs)


@app.command()
def diagnosis(chosen: Chosen = None, jobs: Jobs = 2) -> None:
    """Plant every known mistake, alone and two at a time: which name does the check give? (Run `mutation` first.)"""
    from tools.prove import each

    _each(each.diagnosed, "diagnosis", chosen, jobs)


@app.command()
def stability(
    chosen: Chosen = None,
    jobs: Jobs = 2,
    runs: Annotated[int, typer.Option(help="runs of each kind of case")] = 200,
    trained: Annotated[int, typer.Option(help="runs where a model is trained on real data")] = 200,
) -> None:
    """Run every reference on every case with other inputs, in one thread and two, in float64 and float32."""
    from functools import partial

    from tools.prove import each

    _each(partial(each.run_often, runs=runs, trained=trained), "stability", chosen, jobs)


def _each(work: Callable[..., str], proof: str, chosen: list[str] | None, jobs: int) -> None:
    from tools.prove.each import each

    wrong = 0
    began = time.monotonic()
    with Progress(console=errors) as progress:
        wanted = _wanted(chosen)
        task = progress.add_task(proof, total=len(wanted))
        for exercise, said in each(work, proof, wanted, jobs):
            progress.advance(task)
            if said:
                wrong += 1
                print(f"{exercise}: {said}")
    took = time.monotonic() - began
    print(f"{proof}: {len(wanted)} exercises, {wrong} with something wrong; {took:.0f} s")
    if wrong:
        raise typer.Exit(1)


@app.command()
def page() -> None:
    """Write docs/grader-quality.md and its pictures from what the proofs found."""
    from tools.prove.page import load, write

    for path in write(load()):
        print(path.relative_to(ROOT))
