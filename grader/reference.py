"""The reference answers, loaded out of solutions/<lesson>.py: the exercise cells and nothing else."""

from __future__ import annotations

from functools import cache
from typing import Any

from grader.build.source import read_source, solution_cells
from grader.errors import BuildError

__all__ = ["answers"]


@cache
def answers(lesson: str) -> dict[str, Any]:
    """The reference answer of each exercise of `lesson`, by name.

    raises BuildError when a cell does not define its exercise
    """
    namespace: dict[str, Any] = {"__name__": f"solutions.{lesson}"}
    for cell in read_source(lesson):
        if cell.key == "imports":
            imports = [
                line for line in cell.source.splitlines() if line.startswith(("import ", "from "))
            ]
            exec(compile("\n".join(imports), f"solutions/{lesson}.py", "exec"), namespace)
    cells = solution_cells(lesson)
    for name, source in cells.items():
        exec(compile(source, f"<solutions/{lesson}.py {name}>", "exec"), namespace)
        if name not in namespace:
            raise BuildError(
                f"solutions/{lesson}.py: the cell exercise={name!r} does not define {name}"
            )
    return {name: namespace[name] for name in cells}
