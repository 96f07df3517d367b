"""The command `grader facts`: what each number of the prose is computed from, and what that gives today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from grader.cli.terminal import errors, stop

if TYPE_CHECKING:
    from grader.publish.claims import Claim

__all__ = ["facts"]


def facts(
    lessons: Annotated[list[str] | None, typer.Argument(help="the lessons, by name; all without it")] = None,
    trained: Annotated[bool, typer.Option("--trained", help="also run the trainings; takes minutes a lesson")] = False,
) -> None:
    """Compute the numbers of the prose anew and print them beside what is printed. Status 1 when one is false."""
    from grader.course.lessons import lesson_names, of_name
    from grader.publish.facts import computed_fault

    false = 0
    for name in [of_name(lesson).name for lesson in lessons or lesson_names()]:
        claims = _claims_of(name, trained)
        for claim in claims:
            if claim.fault is not None:
                false += 1
                fault = f"solutions/{name}/lesson.py, {computed_fault(claim)}"
                errors.print(fault, style="red", markup=False, soft_wrap=True)
    if false:
        raise stop(f"{false} of the printed numbers are false")


def _claims_of(lesson: str, trained: bool) -> tuple[Claim, ...]:
    """The claims of one lesson, computed and printed."""
    import time
    from itertools import pairwise

    from grader.course.source import read_facts
    from grader.publish.claims import make_claims

    begun: dict[str, float] = {}
    with errors.status(lesson) as status:

        def before(key: str) -> None:
            status.update(f"{lesson}: {key}")
            begun[key] = time.perf_counter()

        claims = make_claims(lesson, read_facts(lesson), train=trained, before=before)
    times = [*begun.values(), time.perf_counter()]
    taken = {key: end - begin for key, (begin, end) in zip(begun, pairwise(times), strict=True)}
    table = Table("cell", "computed from", "gives", "printed", "", title=lesson)
    for claim in claims:
        if claim.kind != "given":
            gives = "nightly" if claim.gives is None else f"{claim.gives:.7g}"
            table.add_row(
                claim.key,
                escape(claim.expression),
                gives,
                claim.literal,
                "✗" if claim.fault else "",
            )
    Console().print(table)
    slowest = sorted(taken.items(), key=lambda item: -item[1])[:3]
    print(
        f"{lesson}: {table.row_count} computed, {len(claims) - table.row_count} given, in {sum(taken.values()):.2f} s; "
        f"slowest: {', '.join(f'{key} {seconds:.2f} s' for key, seconds in slowest) or 'none'}"
    )
    return claims
