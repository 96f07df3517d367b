"""Points into the gradebook: from verdicts, for the gradebook's own list of grades, never guessed from an output."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from grader.course.lessons import of_assignment
from grader.errors import CourseError
from grader.judge.judge import Judgement
from grader.nbgrader.answers import KnownAnswers, answer_hashes
from grader.nbgrader.execute import course_of
from grader.publish.notebook import check_name
from hocsau.judging.outcomes import Outcome

__all__ = ["JudgeScores", "Marked", "by_cell", "demand_verdicts", "save_marks"]


class Marked(Protocol):
    """What the gradebook is told of one exercise: a Verdict, or what is left of one."""

    @property
    def exercise(self) -> str: ...
    @property
    def points(self) -> float: ...
    @property
    def outcome(self) -> str: ...


class JudgeScores(NbGraderPreprocessor):
    """Write each verdict's points; a grade with no verdict is an error, not a zero."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Save the judgement that `JudgeExecute` left in the resources."""
        where = resources["nbgrader"]
        judgement: Judgement = resources["hocsau"]
        with Gradebook(where["db_url"]) as gradebook:
            found = gradebook.find_submission_notebook(where["notebook"], where["assignment"], where["student"])
            cells = {grade.cell_id: (grade.name, grade.max_score) for grade in found.grades}
            cells |= {comment.cell_id: (comment.name, 0.0) for comment in found.comments}
            marks = by_cell(judgement.verdicts)
            demand_verdicts(where["assignment"], [grade.name for grade in found.grades], marks)
            known = KnownAnswers(course_of(self), where["assignment"])
            answers = answer_hashes(nb, of_assignment(where["assignment"]))
            save_marks(found, marks, cells, known.unchanged(where["student"], answers))
            gradebook.db.commit()
            known.note(where["student"], answers)
        return nb, resources


def by_cell(marks: Sequence[Marked]) -> dict[str, Marked]:
    """The marks by the name of the cell that the gradebook knows: the check's, and the answer's own."""
    return {check_name(mark.exercise): mark for mark in marks} | {mark.exercise: mark for mark in marks}


def demand_verdicts(assignment: str, listed: Iterable[str], marks: Collection[str]) -> None:
    """Every cell that the gradebook grades has a verdict.

    raises CourseError
    """
    for name in listed:
        if name not in marks:
            raise CourseError(
                f"the gradebook lists {name!r} for {assignment}, which this version of the lesson "
                "does not have: register the lesson again (`grader release`) before any submission is graded"
            )


def save_marks(
    submitted: Any,
    marks: Mapping[str, Marked],
    cells: Mapping[str, tuple[str, float]],
    unchanged: Collection[str],
) -> None:
    """Put the marks into the rows of one submitted notebook; `cells` holds the name and the most points by cell id.

    A manual score, extra credit and manual comments stay. A written answer without a manual score waits for a person; one
    with a score is asked for again where the answer has changed: `unchanged` holds the exercises where it has not.
    """
    for grade in submitted.grades:
        name, largest = cells[grade.cell_id]
        mark = marks[name]
        by_hand, given = mark.outcome == Outcome.MANUAL, grade.manual_score is not None
        asked_for = grade.needs_manual_grade or mark.exercise not in unchanged
        grade.auto_score = None if by_hand else min(mark.points, largest)
        grade.needs_manual_grade = asked_for if given else by_hand
    for comment in submitted.comments:
        found = marks.get(cells[comment.cell_id][0])
        comment.auto_comment = "No response." if found is not None and found.outcome == Outcome.MISSING else None
