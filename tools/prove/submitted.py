"""One answer handed in beside the right answers that it uses: what the judge says of it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from grader.course.lessons import ExerciseDefinition, Lesson
from grader.course.reference import answers
from grader.course.source import read_source, solution_cells
from grader.judge.judge import Judgement, Limits, judge_submission
from grader.judge.submission import CellSource, Submission
from grader.sandbox.process import Worker
from hocsau.judging.dependencies import dependencies
from hocsau.judging.verdict import Verdict

__all__ = ["LIMITS", "handed_in", "verdict_on"]

LIMITS = Limits(cell=10.0, case=5.0, whole=60.0)
"""Half of what a learner's answer has: a wrong answer that hangs is found sooner."""


def handed_in(lesson: Lesson, name: str, source: str) -> Submission:
    """The submission in which `source` stands in the cell of the exercise `name`, and our answers in the cells that it uses.

    The answers that it does not use are left out: running them would take half of the time.
    """
    used = _uses(lesson.name, name)
    answered = solution_cells(lesson.name).items()
    cells = [source if key == name else text for key, text in answered if key in used]
    return Submission(
        tuple(CellSource(index, text, runs=True) for index, text in enumerate((_imports(lesson.name), *cells)))
    )  # fmt: skip


@cache
def _uses(lesson: str, name: str) -> frozenset[str]:
    """The exercise itself, and every one whose answer its reference answer needs, directly or not."""
    every = answers(lesson)
    found: set[str] = set()
    left = [name]
    while left:
        found.add(one := left.pop())
        left += set(dependencies(every[one], frozenset(every))) - found
    return frozenset(found)


@cache
def _imports(lesson: str) -> str:
    return "\n".join(cell.source for cell in read_source(lesson) if cell.key == "imports")


def verdict_on(
    lesson: Lesson,
    definition: ExerciseDefinition,
    source: str,
    worker: Worker,
    secret: bytes,
    limits: Limits = LIMITS,
) -> Verdict:
    """The judge's verdict on `source` as the answer to one exercise; no other exercise of that submission is judged."""
    alone = replace(lesson, exercises=(definition,))
    submission = handed_in(lesson, definition.name, source)
    judgement: Judgement = judge_submission(alone, submission, worker, secret, limits)
    return judgement.verdicts[0]
