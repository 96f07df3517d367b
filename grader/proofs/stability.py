"""Does a right answer ever fail by chance? Every reference on every case, with other inputs each time, in one thread and two.

An exercise of tensors is run with float64 and with float32, whichever its cases use (trainings as they are), and on a GPU
where there is one.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from grader.cases import draw_case
from grader.lessons import CaseKind, ExerciseDefinition, Lesson
from grader.reference import answers
from hocsau.judging.exercise import Case, Exercise
from hocsau.judging.probe import drive
from hocsau.judging.request import Build, Call, Chain, Forward, Model, Request
from hocsau.judging.scoring import Scored
from hocsau.judging.values import Tensor
from hocsau.judging.verdict import judge_case

__all__ = ["RUNS", "Stable", "in_dtype", "stability"]

RUNS = 200
DTYPES = ("float64", "float32")


@dataclass
class Stable:
    """What came of all runs of one exercise: how many in each way, and the messages of those that failed."""

    lesson: str
    exercise: str
    runs: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)


def stability(
    lesson: Lesson, definition: ExerciseDefinition, runs: int = RUNS, trained: int | None = None
) -> Stable:
    """Run the reference `runs` times on each kind of case of an exercise (`trained` times where a model is trained)."""
    found = Stable(lesson.name, definition.name)
    reference = answers(lesson.name)[definition.name]
    terms = Exercise(
        definition.name, definition.points, tolerance=definition.tolerance, views=definition.views,
        exact_calls=definition.exact_calls, silent=definition.silent,
    )  # fmt: skip
    for index, kind in enumerate(definition.cases):
        for number in range(runs):
            drawn = kind.draw(np.random.default_rng([number, index, 77]))
            if isinstance(drawn, Scored) and trained is not None and number >= trained:
                break
            threads = 1 + number % 2
            for word, case, device in _ways(lesson, kind, drawn, number, reference):
                _run(found, terms, case, reference, f"{word}, {threads} threads", threads, device)
    return found


def _ways(
    lesson: Lesson, kind: CaseKind, drawn: Request | Scored, number: int, reference: Callable[..., Any]
) -> Iterator[tuple[str, Case, str]]:  # fmt: skip
    """The case in each way that it is run: as drawn, and every other time with the other dtype; on a GPU as well."""
    if isinstance(drawn, Scored) or lesson.number < 5:
        yield (
            "trained" if isinstance(drawn, Scored) else "float64",
            draw_case(kind, drawn, reference, {}),
            "cpu",
        )
        return
    if _trains(
        drawn
    ):  # float32 is there where the course means it: Adam makes steps of a rounding error
        yield "as drawn", draw_case(kind, drawn, reference, {}), "cpu"
        return
    dtype = DTYPES[number // 2 % 2]
    case = draw_case(kind, in_dtype(drawn, dtype), reference, {})
    yield dtype, case, "cpu"
    if _has_gpu():
        yield f"{dtype} on the GPU", case, "cuda"


def _trains(drawn: Request) -> bool:
    return isinstance(drawn, (Call, Chain)) and "learning_rate" in drawn.arguments


def _has_gpu() -> bool:
    import torch

    return torch.cuda.is_available()


def _run(
    found: Stable, terms: Exercise, case: Case, reference: Callable[..., Any], word: str, threads: int, device: str
) -> None:  # fmt: skip
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        came = drive(case.request, lambda: reference, device=device, threads=threads)
    found.runs[word] = found.runs.get(word, 0) + 1
    verdict = judge_case(terms, case, came, 0.0)
    if not verdict.passed:
        found.failures.append(f"{case.name.en} ({word}): {verdict.message.en}")


def in_dtype(value: Any, dtype: str) -> Any:
    """A request, or anything in one, with its floating-point tensors in `dtype`."""
    if isinstance(value, Tensor):
        return replace(value, array=in_dtype(value.array, dtype))
    if isinstance(value, np.ndarray):
        return (
            value.astype(dtype) if value.dtype.kind == "f" and value.dtype.itemsize > 2 else value
        )
    if isinstance(value, (list, tuple)):
        return type(value)(in_dtype(entry, dtype) for entry in value)
    if isinstance(value, dict):
        return {key: in_dtype(entry, dtype) for key, entry in value.items()}
    if isinstance(value, (Call, Chain)):
        changes = {"arguments": in_dtype(value.arguments, dtype)}
        if isinstance(value, Chain):
            changes["changes"] = in_dtype(value.changes, dtype)
        return replace(value, **changes)
    if isinstance(value, Build):
        weights, calls = in_dtype(value.weights, dtype), in_dtype(value.calls, dtype)
        return replace(value, weights=weights, calls=calls, dtype=dtype)
    if isinstance(value, Forward):
        return replace(value, inputs=in_dtype(value.inputs, dtype))
    if isinstance(value, Model):
        return replace(value, weights=in_dtype(value.weights, dtype), dtype=dtype)
    return value
