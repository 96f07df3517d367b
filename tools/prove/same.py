"""Do programs give what the reference gives, on inputs drawn anew?"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import count, cycle, islice
from typing import Any

import numpy as np

from grader.course.lessons import CaseKind, ExerciseDefinition, Lesson
from grader.course.reference import answers, variant
from hocsau.judging.diagnose import agrees
from hocsau.judging.exercise import Exercise
from hocsau.judging.probe import drive
from hocsau.judging.request import Request
from hocsau.judging.scoring import Scored
from tools.prove.equivalent import equivalent
from tools.prove.mutants import mutants

__all__ = ["RANDOM_INPUTS", "differs", "listed_that_differ", "random_requests"]

RANDOM_INPUTS = 1000


def random_requests(definition: ExerciseDefinition, seed: int = 0) -> Iterator[Request]:
    """Inputs without end: every kind of case in turn, public or hidden, drawn anew each time; no long trainings."""
    kinds: list[CaseKind] = list(definition.cases)
    for number, kind in zip(count(), cycle(kinds)):
        drawn = kind.draw(np.random.default_rng([seed, number]))
        if not isinstance(drawn, Scored):
            yield drawn


def differs(
    lesson: Lesson,
    definition: ExerciseDefinition,
    programs: Mapping[str, Any],
    inputs: int = RANDOM_INPUTS,
) -> dict[str, Request]:
    """The programs that do not behave as the reference does on `inputs` random inputs, each with the first that shows it."""  # fmt: skip
    reference = answers(lesson.name)[definition.name]
    terms = Exercise(
        definition.name, definition.points, tolerance=definition.tolerance, views=definition.views,
        exact_calls=definition.exact_calls, silent=definition.silent,
    )  # fmt: skip
    found: dict[str, Request] = {}
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a learner's code may warn
        for request in islice(random_requests(definition), inputs):
            expected = drive(request, lambda: reference)
            for name, program in programs.items():
                if name not in found:
                    came = drive(request, partial(_itself, program))
                    if not agrees(expected, came, terms):
                        found[name] = request
    return found


def listed_that_differ(lesson: Lesson, definition: ExerciseDefinition, inputs: int = RANDOM_INPUTS) -> list[str]:
    """What is wrong with the mutants of an exercise that are listed as right answers: one that is not there, one that differs."""
    known: dict[tuple[str, ...], list[str]] = {change: [] for change in equivalent().get(definition.name, {})}
    for mutant in mutants(lesson, definition):
        if mutant.changed in known:
            known[mutant.changed].append(mutant.source)
    missing = [" ".join(change) for change, sources in known.items() if not sources]
    programs = {
        f"{' '.join(change)} ({number})": variant(lesson.name, definition.name, source)
        for change, sources in known.items()
        for number, source in enumerate(sources, 1)
    }
    return [
        *(f"no mutant makes the listed change {change}" for change in missing),
        *(f"{change} differs" for change in differs(lesson, definition, programs, inputs)),
    ]


def _itself(program: Any) -> Any:
    return program
