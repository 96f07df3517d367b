"""The lessons of the course, found by folder: solutions/syllabus.toml has their order and titles, each folder the rest.

No lesson is known here by name: another folder of the same shape is another course (HOCSAU_SOLUTIONS).
"""

from __future__ import annotations

import difflib
import io
import sys
import tomllib
from collections.abc import Iterator
from functools import cache, partial
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

from babel.messages.pofile import read_po

from grader.course.definition import CaseKind, ExerciseDefinition, Lesson
from grader.course.places import SOLUTIONS
from grader.errors import CourseError
from hocsau.language import Text, add_catalogue

__all__ = [
    "CaseKind",
    "ExerciseDefinition",
    "Lesson",
    "all_lessons",
    "complete_languages",
    "lesson_names",
    "modules",
    "of_assignment",
    "of_name",
    "part",
]

SYLLABUS = SOLUTIONS / "syllabus.toml"
PACKAGE = "solutions"
"""By this name lessons import their own modules, whatever the course's folder is called."""


@cache
def _syllabus() -> tuple[tuple[str, ...], dict[str, Text]]:
    """The languages that are complete, and the title of each lesson by its name, in the order of the course.

    raises CourseError when the syllabus is not as it must be
    """
    try:
        said = tomllib.loads(SYLLABUS.read_text(encoding="utf-8"))
        complete, listed = tuple(said["complete"]), said["lesson"]
        titles = {entry.pop("name"): Text.of(**entry) for entry in listed}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise CourseError(
            f"{SYLLABUS} is not a syllabus ({type(error).__name__}: {error}); expected complete = [languages], and a [[lesson]] with a name, and its title by language (en, vi), for each lesson"
        ) from error
    for name in titles:
        if not (SOLUTIONS / name / "lesson.py").is_file():
            raise CourseError(f"{SYLLABUS} lists {name!r}, and there is no {name}/lesson.py beside it")
    return complete, titles


def lesson_names() -> tuple[str, ...]:
    """The names of the lessons, in the order of the course."""
    return tuple(_syllabus()[1])


def complete_languages() -> tuple[str, ...]:
    """The languages in which all prose and every message must be there."""
    return _syllabus()[0]


@cache
def of_name(name: str) -> Lesson:
    """The lesson called `name`, bare or with its number, "02_NAME".

    raises CourseError for an unknown name
    """
    names = lesson_names()
    bare = name[3:] if name[:2].isdigit() and name[2:3] == "_" else name
    if bare not in names:
        near = difflib.get_close_matches(bare, names, 1, 0)
        raise CourseError(f"there is no lesson {name!r}; the lessons are {', '.join(names)} (nearest: {near[0]})")
    said = part(bare, "exercises")
    return Lesson(
        bare,
        names.index(bare) + 1,
        _syllabus()[1][bare],
        said.EXERCISES,
        said.MARKING_SCHEME,
        getattr(said, "NOT_ALLOWED", ()),
    )


def all_lessons() -> tuple[Lesson, ...]:
    """All lessons in order."""
    return tuple(of_name(name) for name in lesson_names())


def of_assignment(assignment: str) -> Lesson:
    """The lesson that nbgrader calls `assignment` ("02_NAME")."""
    lesson = of_name(assignment)
    if lesson.assignment != assignment:
        raise CourseError(f"the assignment {assignment!r} should be called {lesson.assignment!r}")
    return lesson


def part(lesson: str, name: str) -> ModuleType:
    """The module solutions/<lesson>/<name>.py, or the package of that name."""
    known = sys.modules.get(PACKAGE)
    if known is None or str(SOLUTIONS) not in known.__path__:
        spec = ModuleSpec(PACKAGE, None, is_package=True)
        spec.submodule_search_locations = [str(SOLUTIONS)]
        sys.modules[PACKAGE] = module_from_spec(spec)
    _use_catalogues(lesson)
    return import_module(f"{PACKAGE}.{lesson}.{name}")


@cache
def _use_catalogues(lesson: str) -> None:
    """Have the lesson's texts said in the languages of solutions/<lesson>/<language>.po."""
    for path in sorted((SOLUTIONS / lesson).glob("*.po")):
        entries = {str(entry.id): str(entry.string) for entry in read_po(io.BytesIO(path.read_bytes())) if entry.string}
        add_catalogue(path.stem, partial(_look_up, entries))


def _look_up(entries: dict[str, str], english: str) -> str:
    return entries.get(english, english)


def modules(lesson: str, folder: str) -> Iterator[ModuleType]:
    """The modules in solutions/<lesson>/<folder>/, in the order of their names; none when there is no such folder."""
    for name in module_names(lesson, folder):
        yield part(lesson, name)


def module_names(lesson: str, folder: str, solutions: Path = SOLUTIONS) -> list[str]:
    """Their names within the lesson: "mistakes.descent"."""
    return [f"{folder}.{module.name}" for module in iter_modules([str(solutions / lesson / folder)])]
