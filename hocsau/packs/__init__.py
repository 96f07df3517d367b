"""The check packs: per lesson the public cases with what is expected, built by the grader, read here.

A pack is one file of plain arrays and JSON (hocsau.judging.values); it holds no code and no quiz key. HOCSAU_PACKS names the
folder with those of another course.
"""

from __future__ import annotations

import functools
import os
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import hocsau.judging.exercise  # noqa: F401  (registers the records a pack is made of)
from hocsau.judging.exercise import Exercise, Pack
from hocsau.judging.values import Malformed, loads
from hocsau.language import Text

__all__ = ["PackError", "find", "lessons", "load"]


_UNKNOWN_EXERCISE = Text("There is no exercise {name!r}. Did you mean {near}?")
_NO_PACK = Text("The checks of this lesson are not installed: {reason}. Install hocsau again (see README).")


class PackError(RuntimeError):
    """A check pack is missing or damaged; the message says what to do."""


def _folder() -> Traversable:
    chosen = os.environ.get("HOCSAU_PACKS")
    return Path(chosen) if chosen else resources.files(__name__)


def lessons() -> tuple[str, ...]:
    """The lessons that have a pack, by name."""
    try:
        files = list(_folder().iterdir())
    except OSError:  # HOCSAU_PACKS names no folder; whoever looks for a pack says so
        return ()
    return tuple(sorted(f.name.removesuffix(".pack") for f in files if f.name.endswith(".pack")))


@cache
def load(lesson: str) -> Pack:
    """The pack of `lesson`.

    raises PackError when it is missing or damaged
    """
    try:
        pack = loads((_folder() / f"{lesson}.pack").read_bytes())
    except (OSError, Malformed) as error:
        raise PackError(_NO_PACK.format(reason=f"{lesson}.pack: {error}").say()) from error
    if not isinstance(pack, Pack):
        raise PackError(_NO_PACK.format(reason=f"{lesson}.pack holds no lesson").say())
    return pack


def _mentions(name: str, lesson: str) -> bool:
    """Does the name stand in the pack's text? A look at the bytes spares reading the packs of all the other lessons."""
    try:
        return name.encode() in (_folder() / f"{lesson}.pack").read_bytes()
    except (OSError, UnicodeEncodeError):
        return False


def find(name: str) -> tuple[Pack, Exercise]:
    """The exercise called `name` and the pack it is in.

    raises LookupError for a name that no lesson knows; it suggests the nearest one. PackError when a pack that could
    hold it is missing or damaged
    """
    import difflib

    for lesson in filter(functools.partial(_mentions, name), lessons()):
        try:
            pack = load(lesson)
        except PackError:
            continue  # said below, if no other has it
        for exercise in pack.exercises:
            if exercise.name == name:
                return pack, exercise
    known: dict[str, tuple[Pack, Exercise]] = {}
    damaged: list[PackError] = []
    for lesson in lessons():
        try:
            pack = load(lesson)
        except PackError as error:  # another lesson's checks still work
            damaged.append(error)
        else:
            known |= {exercise.name: (pack, exercise) for exercise in pack.exercises}
    if damaged:
        raise damaged[0]
    if not known:
        raise PackError(_NO_PACK.format(reason="no pack was found").say())
    near = difflib.get_close_matches(name, known, 1, 0) or sorted(known)
    raise LookupError(_UNKNOWN_EXERCISE.format(name=name, near=near[0]).say())
