"""The reference answers, loaded out of solutions/<lesson>/lesson.py: the exercise cells and nothing else."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from grader.course.places import SOLUTIONS
from grader.course.source import read_source, solution_cells
from grader.errors import BuildError

__all__ = ["answers", "namespace", "place", "program", "variant"]


def place(lesson: str, name: str) -> str:
    """What Python calls the file in which the answer `name` stands."""
    return f"<solutions/{lesson}/lesson.py {name}>"


def answers(lesson: str) -> dict[str, Any]:
    """The reference answer of each exercise of `lesson`, by name.

    raises BuildError when a cell does not define its exercise
    """
    return {name: _namespace(lesson)[name] for name in solution_cells(lesson)}


def namespace(lesson: str) -> dict[str, Any]:
    """What a cell of `lesson` sees: what its first cell imports, and the reference answers. A fresh dictionary."""
    return dict(_namespace(lesson))


def variant(lesson: str, name: str, source: str) -> Any:
    """What `source` defines as `name` among the other reference answers of `lesson`."""
    names = namespace(lesson)
    exec(compile(source, f"<variant of {name}>", "exec"), names)
    return names[name]


def program(lesson: str, folder: Path = SOLUTIONS) -> dict[str, str]:
    """All that is run to have the answers: the lesson's import lines under "imports", then each exercise's cell by its name."""
    lines = (
        line
        for cell in read_source(lesson, folder)
        if cell.key == "imports"
        for line in cell.source.splitlines()
        if line.startswith(("import ", "from "))
    )
    return {"imports": "\n".join(lines), **solution_cells(lesson, folder)}


@cache
def _namespace(lesson: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": f"solutions.{lesson}"}
    for name, source in program(lesson).items():
        exec(compile(source, place(lesson, name), "exec"), names)
        if name not in names and name != "imports":
            raise BuildError(f"solutions/{lesson}/lesson.py: the cell exercise={name!r} does not define {name}")
    return names
