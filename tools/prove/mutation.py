"""Run mutants through the judge: which are killed by the public cases, which by the hidden ones alone, which survive."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from grader.course.lessons import ExerciseDefinition, Lesson, all_lessons, of_name
from grader.course.places import ROOT
from grader.course.source import solution_cells
from grader.errors import GraderError
from grader.judge.draw import PUBLIC_SEED
from grader.sandbox.process import Worker
from hocsau.judging.outcomes import Outcome
from hocsau.judging.verdict import Verdict
from tools.prove.equivalent import is_equivalent
from tools.prove.mutants import Mutant, driven, mutants
from tools.prove.submitted import verdict_on

__all__ = ["Found", "Killed", "fate", "load", "run", "sample", "store", "summary"]

FOLDER = ROOT / "build" / "proofs" / "mutation"
CHUNK = 40
"""Mutants that one process judges before it says so."""


@dataclass(frozen=True)
class Killed:
    """What became of one mutant. by: "public", "hidden" or "" (it survived); `named` is the known mistake it was taken for."""

    changed: tuple[str, ...]
    operator: str
    by: str
    named: str | None = None


@dataclass(frozen=True)
class Found:
    """What became of all mutants of one exercise."""

    lesson: str
    exercise: str
    killed: tuple[Killed, ...]

    def count(self, *by: str) -> int:
        """How many were killed by any of `by`."""
        return sum(one.by in by for one in self.killed)

    @property
    def equivalent(self) -> int:
        """How many survived because they are right: each stands in the list, with a reason."""
        return len([one for one in self._survivors() if is_equivalent(self.exercise, one.changed)])

    @property
    def survivors(self) -> list[Killed]:
        """Those that survived and are not known to be right."""
        return [one for one in self._survivors() if not is_equivalent(self.exercise, one.changed)]

    def _survivors(self) -> list[Killed]:
        return [one for one in self.killed if not one.by]


def fate(lesson: Lesson, definition: ExerciseDefinition, mutant: Mutant, worker: Worker) -> Killed:
    """Judge one mutant with the cases that learners see in their notebooks, and the hidden ones."""
    verdict = verdict_on(lesson, definition, mutant.source, worker, PUBLIC_SEED)
    return Killed(mutant.changed, mutant.operator, _by(verdict), verdict.diagnosis)


def _by(verdict: Verdict) -> str:
    if verdict.outcome == Outcome.PASSED:
        return ""
    if not verdict.cases or any(not case.passed and not case.hidden for case in verdict.cases):
        return "public"
    return "hidden"


def sample(count: int, seed: int) -> list[tuple[Lesson, ExerciseDefinition, Mutant]]:
    """A few mutants of some exercises, drawn with `seed`, those that are known to be right left out."""
    draw = random.Random(seed)
    everything = [(lesson, definition) for lesson in all_lessons() for definition in driven(lesson)]
    chosen: list[tuple[Lesson, ExerciseDefinition, Mutant]] = []
    for lesson, definition in draw.sample(everything, len(everything)):
        if len(chosen) >= count:
            break
        wrong = [one for one in mutants(lesson, definition)
                 if not is_equivalent(definition.name, one.changed)]  # fmt: skip
        chosen += [(lesson, definition, one) for one in draw.sample(wrong, min(8, len(wrong)))]
    return chosen[:count]


def run(
    exercises: Sequence[tuple[Lesson, ExerciseDefinition]],
    jobs: int,
    on_done: Callable[[int, int], None],
    before: Mapping[str, Found] | None = None,
) -> Iterator[Found]:
    """All mutants of `exercises`, `jobs` processes with a warm worker each; an exercise as soon as it is done.

    on_done  is told how many mutants are judged, and how many are made so far
    before   what was found before cases were added: what was killed then is dead, and only the survivors are judged again
    """
    dead = {
        (name, one.operator, one.changed): one
        for name, found in (before or {}).items()
        for one in found.killed
        if one.by
    }
    with ProcessPoolExecutor(jobs, get_context("spawn"), _begin) as pool:
        waiting: dict[Future[Any], _Part | str] = {
            pool.submit(_made, lesson.name, definition.name): definition.name for lesson, definition in exercises
        }
        lessons = {definition.name: lesson.name for lesson, definition in exercises}
        parts: dict[str, list[_Part]] = {}
        total = done = 0
        while waiting:
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                part = waiting.pop(future)
                if isinstance(part, str):
                    every = future.result()
                    total += len(every)
                    cut = [every[start : start + CHUNK] for start in range(0, len(every), CHUNK)]
                    parts[part] = [_Part(part, number) for number in range(len(cut))]
                    for one, chunk in zip(parts[part], cut, strict=True):
                        known = [dead.get((part, m.operator, m.changed)) for m in chunk]
                        job = pool.submit(_judged, lessons[part], part, chunk, known)
                        waiting[job] = one
                    continue
                part.killed = future.result()
                done += len(part.killed)
                on_done(done, total)
                whole = parts[part.exercise]
                if all(other.killed for other in whole):
                    killed = tuple(one for other in whole for one in other.killed)
                    yield Found(lessons[part.exercise], part.exercise, killed)


@dataclass(eq=False)
class _Part:
    """Some of the mutants of one exercise, judged by one process."""

    exercise: str
    number: int
    killed: list[Killed] = field(default_factory=list)


@cache
def _worker() -> Worker:
    return Worker()


def _begin() -> None:
    os.environ["OMP_NUM_THREADS"] = "1"


def _named(lesson: str, exercise: str) -> tuple[Lesson, ExerciseDefinition]:
    chosen = of_name(lesson)
    return chosen, next(one for one in chosen.exercises if one.name == exercise)


def _made(lesson: str, exercise: str) -> tuple[Mutant, ...]:
    which = _named(lesson, exercise)
    unchanged = Mutant(exercise, "", (), solution_cells(lesson)[exercise])
    if fate(*which, unchanged, _worker()).by:
        raise GraderError(f"{exercise}: the right answer itself does not pass: no mutant says anything")  # fmt: skip
    return mutants(*which)


def _judged(lesson: str, exercise: str, some: Sequence[Mutant], known: Sequence[Killed | None]) -> list[Killed]:
    which = _named(lesson, exercise)
    return [before or fate(*which, mutant, _worker()) for mutant, before in zip(some, known, strict=True)]


def store(found: Found, folder: Path = FOLDER) -> None:
    """Keep what was found of one exercise."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(found), ensure_ascii=False, indent=1)
    (folder / f"{found.exercise}.json").write_text(text, encoding="utf-8")


def load(folder: Path = FOLDER) -> list[Found]:
    """What was found of each exercise, in the order of the course; exercises that were not run are left out."""
    found = []
    for lesson in all_lessons():
        for definition in driven(lesson):
            path = folder / f"{definition.name}.json"
            if path.is_file():
                kept = json.loads(path.read_text(encoding="utf-8"))
                killed = [Killed(**{**one, "changed": tuple(one["changed"])}) for one in kept["killed"]]
                found.append(Found(kept["lesson"], kept["exercise"], tuple(killed)))
    return found


def summary(found: Iterable[Found]) -> dict[str, Any]:
    """The figures of build/mutation.json."""
    every = list(found)
    return {
        "mutants": sum(len(one.killed) for one in every),
        "equivalent": sum(one.equivalent for one in every),
        "killed_public": sum(one.count("public") for one in every),
        "killed_all": sum(one.count("public", "hidden") for one in every),
        "survivors": [
            {"exercise": one.exercise, "operator": left.operator, "diff": "\n".join(left.changed)}
            for one in every
            for left in one.survivors
        ],
    }
