"""Release, autograde and give feedback on one lesson of a course: nbgrader's own commands, our judge inside them.

`grader grade` goes through grader/engine instead, with the same rows and notebooks; the formgrader's button goes here.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from grader.course.lessons import Lesson
from grader.course.places import course_secret
from grader.errors import CourseError
from grader.nbgrader import SOURCE
from grader.nbgrader.stock import StockRun, nbgrader
from grader.publish.release import build_release, write_sources
from hocsau.language import LANGUAGES

__all__ = ["autograde", "feedback", "release"]


def release(lesson: Lesson, course: Path) -> StockRun:
    """Register `lesson` in the course's gradebook; write release/ in English and release-vi/ in Vietnamese.

    The English build speaks for both in the gradebook.
    raises CourseError when nbgrader refuses
    """
    write_sources((lesson,), course / SOURCE)
    run = _demand(
        nbgrader("generate_assignment", lesson.assignment, "--force", course=course),
        "generate_assignment",
    )
    path = f"{lesson.assignment}/{lesson.assignment}.ipynb"
    for language in set(LANGUAGES) - {"en"}:
        place = course / f"release-{language}" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(build_release((lesson,))[f"{language}/{path}"], encoding="utf-8")
    return run


def autograde(
    lesson: Lesson,
    course: Path,
    *,
    again: bool = False,
    on_notebook: Callable[[str], None] | None = None,
) -> StockRun:
    """Grade every collected submission of `lesson` that is new; with `again`, all of them. A failure of one stops no other."""
    course_secret(course)
    arguments = ["autograde", lesson.assignment, *(["--force"] if again else [])]
    return nbgrader(*arguments, course=course, on_notebook=on_notebook)


def feedback(lesson: Lesson, course: Path, *, on_notebook: Callable[[str], None] | None = None) -> StockRun:
    """Write the feedback pages of all graded submissions of `lesson`.

    raises CourseError when nbgrader refuses
    """
    run = nbgrader("generate_feedback", lesson.assignment, "--force", course=course, on_notebook=on_notebook)
    return _demand(run, "generate_feedback")


def _demand(run: StockRun, command: str) -> StockRun:
    if run.status:
        raise CourseError("\n".join([f"nbgrader {command} failed:", *run.log[-15:]]))
    return run
