"""The limit: the learner's code alone, in a warm process. No shell, no walls, no comparison, no notebook comes back.

usage: python -m tools.bench.bare COURSE LESSON

Per submission: one fork of a process that has everything imported, the cells that the judge runs too, executed one after
the other, and then every case of every exercise called once with its inputs.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import gc
import io
import os
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from grader.course.lessons import Lesson, lesson_names, of_name
from grader.course.places import course_secret
from grader.judge.draw import draw_lesson
from grader.judge.submission import read
from hocsau.judging.exercise import Exercise
from hocsau.judging.recipes import build
from hocsau.judging.request import Call, Chain, Recipe
from tools.bench.turns import Turns, take_turns

__all__ = ["run_alone"]

WARM = """
    matplotlib.pyplot numpy.random torch torch._dynamo tqdm.auto ipywidgets
    hocsau.checking hocsau.session hocsau.datasets
""".split()


class Bare:
    """The class's cells and the lesson's cases, read beforehand."""

    def __init__(self, course: Path, lesson: Lesson) -> None:
        self._exercises = draw_lesson(lesson, course_secret(course), hidden=True, mistakes=False)
        self._cells = {
            path.parts[-3]: [cell.source for cell in read(path, lesson).cells if cell.runs]
            for path in (course / "submitted").glob(f"*/{lesson.assignment}/*.ipynb")
        }
        for module in (*WARM, *(f"hocsau.explore.{name}" for name in lesson_names()[:2])):
            import_module(module)
        gc.collect()
        gc.freeze()

    def run(self, student: str) -> None:
        """Run one submission in a fork."""
        pid = os.fork()
        if not pid:
            with contextlib.suppress(BaseException):
                run_alone(self._cells[student], self._exercises)
            os._exit(0)
        os.waitpid(pid, 0)


def run_alone(cells: Sequence[str], exercises: Sequence[Exercise]) -> dict[str, Any]:
    """Execute `cells`, then call what they define with every case. The names they defined."""
    names: dict[str, Any] = {"__name__": "__main__"}
    silence = io.StringIO()
    with contextlib.redirect_stdout(silence), contextlib.redirect_stderr(silence):
        for number, source in enumerate(cells):
            with contextlib.suppress(Exception):
                exec(compile(source, f"<cell {number}>", "exec"), names)
        for exercise in exercises:
            for case in exercise.cases:
                with contextlib.suppress(Exception):
                    _call(names[exercise.name], case.request)
    return names


def _call(function: Any, request: Any) -> None:
    assert isinstance(request, (Call, Chain))
    arguments = {
        name: build(value) if isinstance(value, Recipe) else copy.copy(value)
        for name, value in request.arguments.items()
    }
    result = function(*arguments.values())
    if isinstance(request, Chain):
        for change in request.changes:
            carried = result if len(request.carry) > 1 else (result,)
            arguments |= dict(zip(request.carry, carried, strict=bool(request.carry)))
            arguments |= change
            result = function(*arguments.values())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("course", type=Path)
    parser.add_argument("lesson")
    chosen = parser.parse_args()
    turns = Turns()
    bare = Bare(chosen.course, of_name(chosen.lesson))
    take_turns(bare.run, turns)


if __name__ == "__main__":
    main()
