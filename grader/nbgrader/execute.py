"""The judge in the place of nbgrader's kernel: it runs the submission and leaves verdicts in the resources."""

from __future__ import annotations

import atexit
import os
from functools import cache
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Float

from grader.course.lessons import of_assignment
from grader.course.places import course_root, course_secret
from grader.judge.judge import Limits, judge_submission
from grader.judge.submission import submission_of
from grader.nbgrader.convert import put_judgement
from grader.sandbox.isolation import UNSANDBOXED, demand
from grader.sandbox.process import Worker

__all__ = ["JudgeExecute", "course_of", "shared_worker"]


@cache
def shared_worker() -> Worker:
    """One warm worker for the whole process: nbgrader makes its preprocessors anew for each notebook."""
    worker = Worker()
    atexit.register(worker.close)
    return worker


def course_of(plugin: NbGraderPreprocessor) -> Path:
    """The folder of the course that `plugin` works for."""
    root = plugin.config.CourseDirectory.get("root")
    return course_root() if root is None else Path(root)


class JudgeExecute(NbGraderPreprocessor):
    """Judge the notebook; its cells get the outputs of the run, its check cells the verdicts."""

    cell_seconds = Float(Limits.cell, help="seconds that one cell may take").tag(config=True)
    case_seconds = Float(Limits.case, help="seconds that one case may take").tag(config=True)
    whole_seconds = Float(Limits.whole, help="seconds that one submission may take").tag(config=True)

    @property
    def limits(self) -> Limits:
        """The limits as configured."""
        return Limits(self.cell_seconds, self.case_seconds, self.whole_seconds)

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """The notebook with outputs and verdicts; the judgement in resources["hocsau"]."""
        lesson = of_assignment(resources["nbgrader"]["assignment"])
        submission = submission_of(nb, lesson)
        demand(shared_worker().layers, unsandboxed=os.environ.get(UNSANDBOXED) == "1")
        secret = course_secret(course_of(self))
        judgement = judge_submission(lesson, submission, shared_worker(), secret, self.limits)
        resources["hocsau"] = judgement
        put_judgement(nb, judgement, lesson, submission.language, shared_worker().layers)
        return nb, resources
