"""A proof for each exercise, several at a time; what was found is kept in build/proofs/<proof>/<exercise>.json."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from grader.course.lessons import ExerciseDefinition, Lesson, of_name
from grader.course.places import ROOT
from tools.prove import mutation
from tools.prove.diagnosis import confusion, is_named_rightly
from tools.prove.same import listed_that_differ
from tools.prove.stability import stability

__all__ = ["compared", "diagnosed", "each", "run_often"]

FOLDER = ROOT / "build" / "proofs"


def each(
    work: Callable[..., str],
    proof: str,
    exercises: Sequence[tuple[Lesson, ExerciseDefinition]],
    jobs: int,
) -> Iterator[tuple[str, str]]:
    """The exercises as they are done, each with what was wrong ("" when nothing)."""
    (FOLDER / proof).mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(jobs, get_context("spawn"), _begin) as pool:
        waiting = {
            pool.submit(work, lesson.name, definition.name, FOLDER / proof): definition.name
            for lesson, definition in reversed(exercises)  # the last train for minutes
        }
        for future in as_completed(waiting):
            yield waiting[future], future.result()


def _begin() -> None:
    os.environ["OMP_NUM_THREADS"] = "2"
    os.environ["OMP_WAIT_POLICY"] = "passive"  # its threads would wait with the other processes' cores


def _named(lesson: str, exercise: str) -> tuple[Lesson, ExerciseDefinition]:
    chosen = of_name(lesson)
    return chosen, next(one for one in chosen.exercises if one.name == exercise)


def _keep(path: Path, found: dict[str, Any]) -> None:
    path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def diagnosed(lesson: str, exercise: str, folder: Path) -> str:
    """The known mistakes of one exercise, and the mutants that were taken for one."""
    which = _named(lesson, exercise)
    found = confusion(*which)
    taken = [
        one
        for kept in mutation.load(folder.parent / "mutation")
        if kept.exercise == exercise
        for one in kept.killed
        if one.named
    ]
    falsely = [one.changed for one in taken if not is_named_rightly(*which, one.changed, one.named or "")]
    _keep(folder / f"{exercise}.json", {**asdict(found), "taken": len(taken), "falsely": falsely})
    wrong = [name for name, said in zip(found.mistakes, found.named, strict=True) if name != said]
    said = [f"not told by their own names: {', '.join(wrong)}"] if wrong else []
    said += [f"no public case tells {one} from {other}" for one, other in found.same]
    said += [
        f"{pair.first} and {pair.second} at once are called {pair.name}"
        for pair in found.combined
        if pair.said == "a false name"
    ]
    said += [f"a mutant is falsely named: {' '.join(changed)}" for changed in falsely]
    return "; ".join(said)


def compared(lesson: str, exercise: str, _folder: Path) -> str:
    """The mutants of one exercise that are listed as right answers."""
    return "; ".join(listed_that_differ(*_named(lesson, exercise)))


def run_often(lesson: str, exercise: str, folder: Path, *, runs: int, trained: int) -> str:
    """The reference of one exercise, many times."""
    found = stability(*_named(lesson, exercise), runs, trained)
    _keep(
        folder / f"{exercise}.json",
        {**asdict(found), "each": runs, "each_trained": min(runs, trained)},
    )
    return "; ".join(found.failures[:3])
