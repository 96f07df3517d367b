"""Points into the gradebook: from verdicts, for the gradebook's own list of grades, never guessed from an output."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from grader.build.notebook import check_name
from grader.errors import CourseError
from grader.judge import Judgement
from hocsau.judging.verdict import Verdict

__all__ = ["JudgeScores"]


class JudgeScores(NbGraderPreprocessor):
    """Write each verdict's points; a grade with no verdict is an error, not a zero."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Save the judgement that `JudgeExecute` left in the resources."""
        where = resources["nbgrader"]
        judgement: Judgement = resources["hocsau"]
        verdicts = {check_name(verdict.exercise): verdict for verdict in judgement.verdicts}
        verdicts |= {verdict.exercise: verdict for verdict in judgement.verdicts}
        with Gradebook(where["db_url"]) as gradebook:
            found = gradebook.find_submission_notebook(
                where["notebook"], where["assignment"], where["student"]
            )
            for grade in found.grades:
                if grade.name not in verdicts:
                    raise CourseError(
                        f"the gradebook lists {grade.name!r} for {where['assignment']}, which this version of the lesson "
                        "does not have: register the lesson again (`grader release`) before any submission is graded"
                    )
                _save(grade, verdicts[grade.name])
            for comment in found.comments:
                verdict = verdicts.get(comment.name)
                comment.auto_comment = (
                    "No response." if verdict is not None and verdict.outcome == "missing" else None
                )
            gradebook.db.commit()
        return nb, resources


def _save(grade: Any, verdict: Verdict) -> None:
    """A manual score stays, and asks to be looked at again; a written answer waits for a person."""
    by_hand = verdict.outcome == "manual"
    grade.auto_score = None if by_hand else min(verdict.points, grade.max_score)
    grade.needs_manual_grade = by_hand or grade.manual_score is not None
