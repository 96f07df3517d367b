"""Every explorer of the course with the learner's functions that its lesson hands to it, read out of the lessons' own cells."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from grader.course.lessons import lesson_names
from grader.course.reference import answers
from grader.course.source import Cell, read_source
from hocsau.explore.live import Live

__all__ = ["Explorer", "explorers"]


@dataclass(frozen=True)
class Explorer:
    """One call `explore.name(functions)` at the end of an explore cell."""

    lesson: str
    name: str
    functions: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.lesson}.{self.name}"

    def make(self, *, solved: bool = True) -> Live:
        """The explorer with the reference answers as the learner's functions; not `solved`: before any is written."""
        builder: Callable[..., Live] = getattr(import_module(f"hocsau.explore.{self.lesson}"), self.name)
        known: dict[str, Any] = answers(self.lesson) if solved else {}
        return builder(*(known.get(function) for function in self.functions))


def explorers(lessons: tuple[str, ...] = lesson_names()) -> tuple[Explorer, ...]:
    """All explorers with sliders, in the order of the lessons."""
    cells = ((lesson, cell) for lesson in lessons for cell in read_source(lesson))
    found = (_call(lesson, cell) for lesson, cell in cells if cell.role == "explore")
    return tuple(explorer for explorer in found if explorer is not None)


def _call(lesson: str, cell: Cell) -> Explorer | None:
    """What stands at the left margin as the cell's last line: a picture behind an `if` has no sliders."""
    last = ast.parse(cell.source).body[-1]
    if not isinstance(last, ast.Expr) or not isinstance(last.value, ast.Call):
        return None
    called, arguments = last.value.func, last.value.args
    if not isinstance(called, ast.Attribute) or ast.unparse(called.value) != "explore":
        return None
    return Explorer(lesson, called.attr, tuple(map(ast.unparse, arguments)))
