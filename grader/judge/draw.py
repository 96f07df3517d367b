"""Draw an exercise: its cases from a seed, what the reference gives on them, and what each known mistake gives."""

from __future__ import annotations

import contextlib
import hashlib
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from grader.course.lessons import CaseKind, ExerciseDefinition, Lesson, complete_languages
from grader.course.mistakes import Misconception, of_lesson
from grader.course.places import SOLUTIONS
from grader.course.reference import answers
from grader.course.source import read_source
from grader.errors import BuildError, TorchError
from hocsau.judging.exercise import Case, Exercise, ExerciseKind, KnownMistake, PictureKind
from hocsau.judging.outcomes import ObservationOutcome
from hocsau.judging.probe import Observation, drive
from hocsau.judging.request import Request
from hocsau.judging.scoring import Score, Scored, outlined, shortfall
from hocsau.judging.values import Foreign
from hocsau.language import LANGUAGES, Text

__all__ = ["PUBLIC_SEED", "draw_case", "draw_exercise", "draw_lesson", "headings"]

PUBLIC_SEED = b"public"
LETTERS = "abcd"


def draw_lesson(lesson: Lesson, secret: bytes, *, hidden: bool, mistakes: bool = True) -> tuple[Exercise, ...]:
    """All exercises of `lesson` with cases drawn from `secret`; with `hidden`, also those that only the grader sees."""
    return tuple(
        draw_exercise(lesson, definition, secret, hidden=hidden, mistakes=mistakes) for definition in lesson.exercises
    )


def draw_exercise(
    lesson: Lesson,
    definition: ExerciseDefinition,
    secret: bytes,
    *,
    hidden: bool,
    mistakes: bool = True,
) -> Exercise:
    """One exercise. The same secret gives the same cases; a quiz carries its key only when `hidden` is asked for.

    Without `mistakes` no wrong program is run: that is enough for an answer that turns out to be right.
    """
    kind = ExerciseKind(definition.kind)
    if kind == ExerciseKind.QUIZ:
        return _quiz(lesson, definition, with_key=hidden)
    if kind == ExerciseKind.WRITTEN:
        return Exercise(definition.name, definition.points, kind)
    reference = answers(lesson.name)[definition.name]
    known: dict[str, Misconception] = of_lesson(lesson.name)[definition.name] if mistakes else {}
    programs = {name: item.program for name, item in known.items()}
    cases = tuple(
        draw_case(case, case.draw(_generator(secret, definition.name, index)), reference, programs)
        for index, case in enumerate(definition.cases)
        if hidden or not case.hidden
    )
    shared = next((case.name.en for case in cases if case.expected.aliased), None)
    if shared is not None and not definition.views:
        raise BuildError(f"the reference fails its own case {shared!r}: its result shares memory")
    sections = headings(lesson.name)
    named = {name: KnownMistake(item.message, _section(sections, lesson, item.see)) for name, item in known.items()}
    return Exercise(
        definition.name,
        definition.points,
        kind,
        cases,
        named,
        definition.tolerance,
        PictureKind(definition.picture),
        definition.exact_calls,
        definition.views,
        silent=definition.silent,
        not_allowed=lesson.not_allowed + definition.not_allowed,
    )


def _generator(secret: bytes, exercise: str, index: int) -> np.random.Generator:
    digest = hashlib.blake2b(f"{exercise}/{index}".encode(), key=secret[:64], digest_size=16).digest()
    return np.random.default_rng(int.from_bytes(digest, "little"))


def draw_case(
    kind: CaseKind,
    drawn: Request | Scored,
    reference: Callable[..., Any],
    programs: dict[str, Callable[..., Any]],
    came: Observation | None = None,
) -> Case:
    """One case: what the reference gives, and each of the wrong `programs`.

    came    what the reference gave, when it ran already
    raises  BuildError when the reference fails it, TorchError when torch cannot give out what it returns
    """
    request, score = _parts(drawn)
    expected = came or _quietly(request, reference)
    if expected.outcome == ObservationOutcome.UNREADABLE and expected.failure is not None:
        raise TorchError(f"the reference's own tensors cannot be read: {expected.failure.text}")
    fault = _fault(expected, score)
    if fault:
        raise BuildError(f"the reference fails its own case {kind.name.en!r}: {fault}")
    mistaken = {mistake: _quietly(request, program) for mistake, program in programs.items()}
    if score is not None:  # a training's weights are many, and only what they achieve counts
        expected = replace(expected, value=outlined(score, expected.value))
        mistaken = {
            mistake: replace(came, value=outlined(score, came.value))
            if came.outcome == ObservationOutcome.RETURNED
            else came
            for mistake, came in mistaken.items()
        }
    return Case(
        kind.name,
        request,
        expected,
        kind.hidden,
        kind.weight,
        mistaken,
        score,
        kind.seconds,
        kind.device,
    )


def _parts(drawn: Request | Scored) -> tuple[Request, Score | None]:
    return (drawn.request, drawn.score) if isinstance(drawn, Scored) else (drawn, None)


def _is_foreign(value: Any) -> bool:
    """Is there anything in a value that a check cannot use?"""
    if isinstance(value, dict):
        value = list(value.values())
    return isinstance(value, Foreign) or (isinstance(value, (list, tuple)) and any(map(_is_foreign, value)))


def _fault(came: Observation, score: Score | None) -> str:
    """What is wrong with what the reference gave; "" when nothing is."""
    if came.outcome != "returned":
        failure = came.failure
        return came.outcome if failure is None else f"{came.outcome}, {failure.type}: {failure.text}"
    if came.changed:
        return f"it changes {', '.join(came.changed)}"
    if _is_foreign(came.value):
        return "a check cannot read what it returns"
    low = None if score is None else shortfall(score, came.value, came.value)
    return "" if low is None else low.message.en


def _quietly(request: Request, program: Callable[..., Any]) -> Observation:
    """A wrong program may divide by zero, overflow, or draw from a global randomness: that is its behaviour, not our trouble."""
    with warnings.catch_warnings(), np.errstate(all="ignore"), _same_global_draws():
        warnings.simplefilter("ignore")
        return drive(request, lambda: program)


@contextlib.contextmanager
def _same_global_draws() -> Iterator[None]:
    """Within it torch's global randomness begins where it always does, so that packs are the same bytes twice."""
    torch = sys.modules.get("torch")
    if torch is None:
        yield
        return
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        yield


def _quiz(lesson: Lesson, definition: ExerciseDefinition, *, with_key: bool) -> Exercise:
    key = answers(lesson.name)[definition.name]
    wrong = {name: letter for name, letter in key.items() if letter not in LETTERS}
    if wrong:
        raise BuildError(f"{definition.name}: the key holds {wrong}; answers are one of {', '.join(LETTERS)}")
    return Exercise(
        definition.name,
        definition.points,
        ExerciseKind.QUIZ,
        questions=tuple(key),
        letters=LETTERS,
        key=dict(key) if with_key else {},
    )


def headings(lesson: str, folder: Path = SOLUTIONS) -> dict[str, Text]:
    """The heading of each prose cell by key: its first heading line, else the last one before it."""
    last = dict.fromkeys(LANGUAGES, "")
    found: dict[str, dict[str, str]] = {}
    for cell in read_source(lesson, folder):
        if cell.role == "prose" and cell.language is not None:
            titles: Iterable[str] = (
                line.lstrip("#").strip() for line in cell.source.splitlines() if line.startswith("#")
            )
            last[cell.language] = next(iter(titles), last[cell.language])
            found.setdefault(cell.key, {})[cell.language] = last[cell.language]
    return {key: Text.of(**both) for key, both in found.items() if set(complete_languages()) <= set(both)}


def _section(sections: dict[str, Text], lesson: Lesson, key: str) -> Text:
    if key not in sections:
        raise BuildError(
            f"a misconception of {lesson.name} points to the prose {key!r}, which is not there in both languages"
        )
    return sections[key]
