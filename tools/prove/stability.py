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

from grader.course.lessons import CaseKind, ExerciseDefinition, Lesson
from grader.course.reference import answers
from grader.errors import BuildError
from grader.judge.draw import draw_case
from hocsau.judging.exercise import Exercise
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


def stability(lesson: Lesson, definition: ExerciseDefinition, runs: int = RUNS, trained: int | None = None) -> Stable:
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
            for word, asked, device in _ways(lesson, drawn, number):
                way = f"{word}, {threads} threads"
                found.runs[way] = found.runs.get(way, 0) + 1
                said = _failure(terms, kind, asked, reference, threads, device)
                if said:
                    found.failures.append(f"{kind.name.en} ({way}): {said}")
    return found


def _ways(lesson: Lesson, drawn: Request | Scored, number: int) -> Iterator[tuple[str, Request | Scored, str]]:
    """What is asked in each way that a case is run: as drawn, and every other time with the other dtype; on a GPU as well."""
    if isinstance(drawn, Scored) or lesson.number < 5:
        yield "trained" if isinstance(drawn, Scored) else "float64", drawn, "cpu"
    elif isinstance(drawn, (Call, Chain)) and "learning_rate" in drawn.arguments:
        yield "as drawn", drawn, "cpu"  # a training: Adam makes a step of a rounding error
    else:
        dtype = DTYPES[number // 2 % 2]
        yield dtype, in_dtype(drawn, dtype), "cpu"
        if _has_gpu():
            yield f"{dtype} on the GPU", in_dtype(drawn, dtype), "cuda"


def _has_gpu() -> bool:
    import torch

    return torch.cuda.is_available()


def _failure(
    terms: Exercise, kind: CaseKind, asked: Request | Scored, reference: Callable[..., Any], threads: int, device: str
) -> str:  # fmt: skip
    """What a learner would read who handed in the reference; "" when it passes."""
    request = asked.request if isinstance(asked, Scored) else asked
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        came = drive(request, lambda: reference, device=device, threads=threads)
    try:  # a training is judged by what it reaches: nothing else has to be computed for that
        case = draw_case(kind, asked, reference, {}, came if isinstance(asked, Scored) else None)
    except BuildError as error:
        return str(error)
    verdict = judge_case(terms, case, came, 0.0)
    return "" if verdict.passed else verdict.message.en


def in_dtype(value: Any, dtype: str) -> Any:
    """A request, or anything in one, with its floating-point tensors in `dtype`."""
    if isinstance(value, Tensor):
        return replace(value, array=in_dtype(value.array, dtype))
    if isinstance(value, np.ndarray):
        return value.astype(dtype) if value.dtype.kind == "f" and value.dtype.itemsize > 2 else value
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
