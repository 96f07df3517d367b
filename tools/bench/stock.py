"""Stock nbgrader as a contestant: what `nbgrader autograde ASSIGNMENT --student NAME` does after its imports.

usage: python -m tools.bench.stock COURSE ASSIGNMENT [--pipeline]

With --pipeline execution is taken out of nbgrader's list of preprocessors: what is left are sanitising, the database and
the files. Nothing else of its configuration is touched, and nothing of ours is in it.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from nbgrader.apps import AutogradeApp
from nbgrader.converters import Autograde
from nbgrader.preprocessors import Execute

from grader.nbgrader import find_alembic
from tools.bench.turns import Turns, take_turns

__all__: list[str] = []


class Grading:
    """nbgrader's application, initialised once; each student gets a converter of their own, as in its own `start`."""

    def __init__(self, course: Path, assignment: str, *, pipeline: bool) -> None:
        find_alembic()
        os.chdir(course)  # nbgrader looks for its configuration here; there is none
        self._app = AutogradeApp()
        self._app.initialize([assignment])
        self._app.coursedir.assignment_id = assignment
        self._pipeline = pipeline

    def grade(self, student: str) -> None:
        """Autograde one submission.

        raises SystemExit when nbgrader gives up
        """
        self._app.coursedir.student_id = student
        converter = Autograde(coursedir=self._app.coursedir, parent=self._app)
        if self._pipeline:
            converter.autograde_preprocessors = [
                step for step in converter.autograde_preprocessors if step is not Execute
            ]
        converter.start()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("course", type=Path)
    parser.add_argument("assignment")
    parser.add_argument("--pipeline", action="store_true")
    chosen = parser.parse_args()
    turns = Turns()
    grading = Grading(chosen.course, chosen.assignment, pipeline=chosen.pipeline)
    take_turns(grading.grade, turns)


if __name__ == "__main__":
    main()
