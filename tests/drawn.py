"""Exercises as they are drawn for the tests: once for everybody, kept outside the checkout by what decides them.

HOCSAU_CACHE names the folder; without it, the place where this system keeps caches. A change of a lesson, of the judging
code or of a package gives another name, so nothing there is ever out of date, and all of it may be deleted.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path

from grader.course.answers import right_answers
from grader.course.lessons import ExerciseDefinition, Lesson, all_lessons
from grader.engine.version import digest, lesson_version
from grader.judge.draw import PUBLIC_SEED, draw_exercise
from hocsau.judging.exercise import Exercise
from hocsau.judging.values import dumps, loads

__all__ = ["DRIVEN", "SECRETS", "STYLES", "cached", "drawn", "secrets_of"]

SECRETS = (PUBLIC_SEED, b"one", b"two", b"three")
"""From which all tests draw: the notebook's seed, and those of three courses."""

DRIVEN: dict[str, tuple[Lesson, ExerciseDefinition]] = {
    definition.name: (lesson, definition)
    for lesson in all_lessons()
    for definition in lesson.exercises
    if definition.kind == "function"
}
"""Every exercise that is judged by cases, by its name."""

STYLES = [one for lesson in all_lessons() for one in right_answers(lesson.name)]
"""Right answers in other styles, of all lessons."""


def secrets_of(exercise: str) -> tuple[bytes, ...]:
    """The secrets that `exercise` is drawn from; a training takes seconds a mistake and gets two."""
    return SECRETS[:2] if exercise.startswith("train_") else SECRETS


@cache
def drawn(exercise: str, secret: bytes = PUBLIC_SEED) -> Exercise:
    """All cases of `exercise`, hidden ones too, with what the reference and every known mistake give on them."""
    lesson, definition = DRIVEN[exercise]
    name = digest(lesson_version(lesson).encode(), exercise.encode(), secret)

    def made() -> bytes:
        return dumps(draw_exercise(lesson, definition, secret, hidden=True))

    read = loads(cached("drawn", name, made))
    assert isinstance(read, Exercise)
    return read


def cached(room: str, name: str, make: Callable[[], bytes]) -> bytes:
    """The bytes kept as `name`, made and kept when nobody has yet. Two processes that ask at once make them once."""
    folder = Path(os.environ.get("HOCSAU_CACHE") or user_cache_path("hocsau-tests")) / room
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / name
    with FileLock(folder / f"{name}.lock"):
        if not place.exists():
            unfinished = place.with_suffix(".part")
            unfinished.write_bytes(make())
            unfinished.replace(place)
    return place.read_bytes()
