"""Known mistakes, a package per lesson: wrong programs with an id and a message in both languages."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from grader.misconceptions.catalogue import Misconception, of_exercise

__all__ = ["Misconception", "of_lesson"]


@cache
def of_lesson(lesson: str) -> dict[str, dict[str, Misconception]]:
    """The misconceptions of `lesson`: by exercise, then by id."""
    from grader.lessons import of_name

    package = import_module(f"grader.misconceptions.{lesson}")
    for module in iter_modules(package.__path__, f"{package.__name__}."):
        import_module(module.name)
    return {e.name: of_exercise(e.name) for e in of_name(lesson).exercises}
