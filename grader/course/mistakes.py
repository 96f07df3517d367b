"""Known mistakes: wrong programs, each with an id, a message and a place to read again.

In solutions/<lesson>/mistakes/, a .toml file shows each as an edit of the reference answer (grader.course.edits):

    [mse_loss]
    see = "loss"

    [mse_loss.sum_for_mean]
    en = "You add up the squared errors; the loss is their mean."
    edit = '''
    - return np.mean(error**2)
    + return np.sum(error**2)
    '''

`as = "mse_gradient.sum_for_mean"` in the place of en takes the words of another mistake. Where it truly is another program, a
function in a .py file, marked by `misconception`. What stands under [EXERCISE] holds for all its mistakes that don't say otherwise.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from grader.course.edits import edited
from grader.course.lessons import modules, of_name
from grader.course.places import SOLUTIONS
from grader.course.reference import variant
from grader.course.source import solution_cells
from grader.errors import BuildError
from hocsau.language import Text

__all__ = ["Misconception", "edit_faults", "edit_files", "misconception", "of_lesson"]


@dataclass(frozen=True)
class Misconception:
    """A wrong answer people really give. `program` has the exercise's signature; `see` is the key of a prose cell.

    listed  the phrase of the lesson's list in docs/contract.md that it is, when it is one of them
    source  the text of the cell, where it is an edit of the answer's
    """

    id: str
    exercise: str
    message: Text
    see: str
    program: Callable[..., Any]
    listed: str = ""
    source: str = ""


def misconception(
    exercise: str, *, see: str, message: Text, listed: str = ""
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark the decorated program as a known mistake under its own name.

    A function `sum_for_mean__mse_gradient` has the id "sum_for_mean": what stands behind the double underscore
    only keeps names apart within a module.
    """

    def enter(program: Callable[..., Any]) -> Callable[..., Any]:
        name = program.__name__.split("__")[0]
        entered = Misconception(name, exercise, message, see, program, listed)
        program.misconceptions = (entered, *_entered(program))  # type: ignore[attr-defined]
        return program

    return enter


def _entered(program: Any) -> tuple[Misconception, ...]:
    found: tuple[Misconception, ...] = (
        vars(program).get("misconceptions", ()) if callable(program) and hasattr(program, "__dict__") else ()
    )
    return found


@cache
def of_lesson(lesson: str) -> dict[str, dict[str, Misconception]]:
    """The misconceptions of `lesson`: by exercise, then by id.

    raises BuildError when an exercise has an id twice, or an edit does not fit the answer
    """
    found: dict[str, dict[str, Misconception]] = {exercise.name: {} for exercise in of_name(lesson).exercises}
    for one in (*_edits(lesson), *_programs(lesson)):
        if one.exercise not in found:
            raise BuildError(f"{lesson}: there is no exercise {one.exercise!r}, of which {one.id!r} would be a mistake")
        if one.id in found[one.exercise]:
            raise BuildError(f"{one.exercise} already has a misconception {one.id!r}")
        found[one.exercise][one.id] = one
    return found


def _programs(lesson: str) -> Iterator[Misconception]:
    for module in modules(lesson, "mistakes"):
        for value in vars(module).values():
            for one in _entered(value):
                if one.program.__module__ == module.__name__:  # not imported from the module beside it
                    yield one


def edit_files(lesson: str, solutions: Path = SOLUTIONS) -> list[Path]:
    """The files of a lesson that show mistakes as edits."""
    return sorted((solutions / lesson / "mistakes").glob("*.toml"))


def edit_faults(lesson: str) -> list[str]:
    """What is wrong with each table of `lesson` that shows a mistake: an edit that doesn't fit, words that are missing."""
    found = []
    tables, cells = _tables(lesson), solution_cells(lesson)
    for exercise, entries in tables.items():
        for name, entry in entries.items():
            try:
                _edit(lesson, exercise, name, entry, tables, cells)
            except BuildError as error:
                found.append(str(error))
    return found


def _edits(lesson: str) -> Iterator[Misconception]:
    tables, cells = _tables(lesson), solution_cells(lesson)
    for exercise, entries in tables.items():
        for name, entry in entries.items():
            yield _edit(lesson, exercise, name, entry, tables, cells)


def _tables(lesson: str) -> dict[str, dict[str, dict[str, str]]]:
    """The tables of all files: by exercise, then by the mistake's id."""
    tables: dict[str, dict[str, dict[str, str]]] = {}
    for path in edit_files(lesson):
        try:
            read = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise BuildError(f"{path}: {error}") from error
        for exercise, table in read.items():
            shared = {key: value for key, value in table.items() if not isinstance(value, dict)}
            known = tables.setdefault(exercise, {})
            for name, entry in table.items():
                if name in known:
                    raise BuildError(f"{path}: {exercise} already has a misconception {name!r}")
                if isinstance(entry, dict):
                    known[name] = {**shared, **entry}
    return tables


def _edit(
    lesson: str,
    exercise: str,
    name: str,
    entry: dict[str, str],
    tables: dict[str, dict[str, dict[str, str]]],
    cells: dict[str, str],
) -> Misconception:
    """The mistake that one table shows."""
    place = f"solutions/{lesson}/mistakes, [{exercise}.{name}]"
    unknown = entry.keys() - {"see", "en", "as", "listed", "edit"}
    words = entry
    if "as" in entry:
        owner, _, other = entry["as"].partition(".")
        words = tables.get(owner, {}).get(other, {})
    if unknown or exercise not in cells or "en" not in words or not {"see", "edit"} <= entry.keys():
        raise BuildError(
            f'{place}: expected see, edit, and en or as = "EXERCISE.ID" of a mistake with it, for an exercise of the lesson; '
            f"found {', '.join(entry)}"
        )
    try:
        source = edited(cells[exercise], entry["edit"])
        program = variant(lesson, exercise, source)
    except (BuildError, SyntaxError) as error:
        raise BuildError(f"{place}: {error}") from error
    message = words["en"]
    return Misconception(name, exercise, Text(message), entry["see"], program, entry.get("listed", ""), source)
