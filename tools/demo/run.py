"""`python -m tools demo`: a class with planted truth is graded into nbgrader's gradebook, and the grader is held against the plant."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from nbgrader.api import Gradebook
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from grader import engine
from grader.course.lessons import Lesson, all_lessons
from grader.errors import CourseError
from grader.nbgrader import find_alembic, grading
from grader.publish.drift import write_all
from tools.demo.compare import Row, compare_student
from tools.demo.handin import hand_in
from tools.demo.planted import CLASS

__all__ = ["DEMO_SECRET", "run"]

DEMO_SECRET = bytes(range(100, 132))
"""A fixed secret, so that the demonstration is the same everywhere; a real course draws its own."""


def run(folder: Path) -> bool:
    """Make the class, grade it, print the table, write demo.json beside the course. True when all is as planted.

    raises CourseError when a submission was not graded at all
    """
    began = time.monotonic()
    course = folder / "course"
    shutil.rmtree(folder, ignore_errors=True)
    course.mkdir(parents=True)
    (course / ".course-secret").write_text(DEMO_SECRET.hex() + "\n", encoding="ascii")
    console = Console(stderr=True)
    with Progress(console=console) as progress:
        taken = {student.lesson for student in CLASS}
        for lesson in (lesson for lesson in all_lessons() if lesson.name in taken):
            _one_lesson(lesson, course, progress, build=folder if lesson.number == 1 else None)
    find_alembic()
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        rows = [compare_student(student, course, gradebook) for student in CLASS]
    seconds = time.monotonic() - began
    result = _summary(rows, seconds)
    (folder / "demo.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    _print(rows, result, folder)
    return result["verdicts"] == result["verdicts_right"] and result["diagnoses"] == result["diagnoses_right"]


def _one_lesson(lesson: Lesson, course: Path, progress: Progress, *, build: Path | None) -> None:
    """Hand in, grade, give feedback; `build` names the folder into which the course is built first."""
    students = [student for student in CLASS if student.lesson == lesson.name]
    task = progress.add_task(f"{lesson.assignment}: hand in", total=3 * len(students))
    if build is not None:
        progress.update(task, description="building the lessons")
        taken = {student.lesson for student in CLASS}
        lessons = tuple(lesson for lesson in all_lessons() if lesson.name in taken)
        write_all(lessons, build / "notebooks", build / "packs")
    grading.release(lesson, course)
    for student in students:
        hand_in(student, course)
        progress.advance(task)

    def on(word: str) -> Callable[[str], None]:
        return lambda student: progress.update(task, advance=1, description=f"{lesson.assignment}: {word} {student}")

    report = engine.grade(lesson, course, engine.Settings(jobs=min(2, os.cpu_count() or 1)), _Told(on("grade")))
    if report.failed:
        raise CourseError("\n".join(f"{student}: {line}" for student, line in report.failed))
    told = on("feedback")
    grading.feedback(lesson, course, on_notebook=lambda path: told(Path(path).parts[-3]))
    progress.update(task, completed=3 * len(students), description=f"{lesson.assignment}: done")


class _Told(engine.Watch):
    """Passes on who has been graded."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell

    def done(self, student: str, result: engine.Result) -> None:  # noqa: ARG002
        """One more."""
        self._tell(student)


def _summary(rows: list[Row], seconds: float) -> dict[str, float]:
    verdicts, diagnoses = sum(row.verdicts for row in rows), sum(row.diagnoses for row in rows)
    return {
        "submissions": len(rows),
        "verdicts": verdicts,
        "verdicts_right": verdicts - sum(len(row.wrong_verdicts) for row in rows),
        "diagnoses": diagnoses,
        "diagnoses_right": diagnoses - sum(len(row.wrong_diagnoses) for row in rows),
        "seconds": round(seconds, 1),
    }


def _print(rows: list[Row], result: dict[str, float], folder: Path) -> None:
    console = Console()
    table = Table(show_lines=True)
    for title in ("student", "score", "what was planted", "what the grader said", ""):
        table.add_column(title, overflow="fold")
    for row in rows:
        right = not row.wrong_verdicts and not row.wrong_diagnoses
        table.add_row(
            f"{row.student.id}\n{row.student.lesson}",
            f"{row.score:g}/{row.max_score:g}",
            row.student.story,
            "\n".join(row.said) or "nothing to mend",
            "✓" if right else "✗",
        )
    console.print(table)
    for row in rows:
        for line in (*row.wrong_verdicts, *row.wrong_diagnoses):
            console.print(f"✗ {row.student.id}: {line}", style="red", markup=False)
    console.print(
        f"{result['submissions']} submissions: {result['verdicts_right']} of {result['verdicts']} verdicts and "
        f"{result['diagnoses_right']} of {result['diagnoses']} diagnoses are as planted, in {result['seconds']:.0f} s. "
        f"Gradebook and feedback: {folder / 'course'}",
        markup=False,
        highlight=False,
    )
