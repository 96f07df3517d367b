"""The judge in the place of nbgrader's kernel: it runs the submission and leaves verdicts in the resources."""

from __future__ import annotations

import atexit
from functools import cache
from typing import Any

import nbformat
import nh3
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Float

from grader.build.notebook import check_name
from grader.course import course_secret
from grader.judge import Judgement, Limits, judge_submission
from grader.lessons import Lesson, of_assignment
from grader.report.judgement import exercise_as_dict
from grader.sandbox.process import Worker
from grader.submission import submission_of
from hocsau.judging.show import as_html, as_text
from hocsau.language import Text

__all__ = ["JudgeExecute", "shared_worker"]

_KEPT = ("text/plain", "image/png", "image/jpeg")


@cache
def shared_worker() -> Worker:
    """One warm worker for the whole process: nbgrader makes its preprocessors anew for each notebook."""
    worker = Worker()
    atexit.register(worker.close)
    return worker


class JudgeExecute(NbGraderPreprocessor):
    """Judge the notebook; its cells get the outputs of the run, its check cells the verdicts."""

    cell_seconds = Float(Limits.cell, help="seconds that one cell may take").tag(config=True)
    case_seconds = Float(Limits.case, help="seconds that one case may take").tag(config=True)
    whole_seconds = Float(Limits.whole, help="seconds that one submission may take").tag(
        config=True
    )

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """The notebook with outputs and verdicts; the judgement in resources["hocsau"]."""
        lesson = of_assignment(resources["nbgrader"]["assignment"])
        submission = submission_of(nb, lesson)
        limits = Limits(self.cell_seconds, self.case_seconds, self.whole_seconds)
        judgement = judge_submission(lesson, submission, shared_worker(), course_secret(), limits)
        resources["hocsau"] = judgement
        _put_outputs(nb, judgement)
        _put_verdicts(nb, judgement, submission.language)
        _put_marking_scheme(nb, lesson, submission.language)
        return nb, resources


def _put_outputs(nb: NotebookNode, judgement: Judgement) -> None:
    for index, outputs in judgement.outputs.items():
        nb.cells[index].outputs = [kept for kept in map(_keep, outputs) if kept is not None]


def _keep(output: dict[str, Any]) -> NotebookNode | None:
    """An output of the learner's as nbformat; anything that is not well formed, or could run in a page, is dropped."""
    try:
        made: NotebookNode = nbformat.from_dict(output)
        if "data" in made:
            html = made.data.get("text/html")
            made.data = NotebookNode(
                {kind: str(made.data[kind]) for kind in _KEPT if kind in made.data}
            )
            if isinstance(html, str):
                made.data["text/html"] = nh3.clean(html, url_schemes={"data", "https", "http"})
            made.metadata = NotebookNode()
        nbformat.validate(made, ref="output", version=4)
    except (nbformat.ValidationError, AttributeError, TypeError, KeyError):
        return None
    return made


def _put_verdicts(nb: NotebookNode, judgement: Judgement, language: str) -> None:
    cells = {
        cell.metadata.nbgrader.grade_id: cell for cell in nb.cells if "nbgrader" in cell.metadata
    }
    notes = nb.metadata.get("hocsau", {}).get("mended", [])
    for verdict in judgement.verdicts:
        cell = cells.get(check_name(verdict.exercise))
        if cell is None:
            continue
        names = (verdict.exercise, check_name(verdict.exercise))
        mine = [f"{note['cell']}: {note[language]}" for note in notes if note["cell"] in names]
        note = Text("; ".join(mine), "; ".join(mine)) if mine else None
        data = {
            "text/plain": as_text(verdict, language, note),
            "text/html": as_html(
                verdict, language, judgement.pictures.get(verdict.exercise, ""), note
            ),
        }
        cell.outputs = [nbformat.v4.new_output("display_data", data)]
        cell.metadata["hocsau"] = {"verdict": exercise_as_dict(verdict, language)}


def _put_marking_scheme(nb: NotebookNode, lesson: Lesson, language: str) -> None:
    """Beside the written answer, for the person who marks it; `WithoutMarkingScheme` takes it out again."""
    written = {exercise.name for exercise in lesson.exercises if exercise.kind == "written"}
    for index, cell in reversed(list(enumerate(nb.cells))):
        if cell.metadata.get("nbgrader", {}).get("grade_id") in written:
            scheme = nbformat.v4.new_markdown_cell(lesson.marking_scheme.say(language))
            scheme["id"] = f"marking-scheme-{index}"
            scheme.metadata["hocsau"] = {"marking_scheme": True}
            nb.cells.insert(index + 1, scheme)
