"""The worked answers for those who learn alone: files that `hocsau.reveal` shows, made from solutions/ and kept out of every release.

    answers/LESSON.json   {"format": 1, "lesson": "LESSON", "answers": {"EXERCISE": "def EXERCISE..."}}

Quiz keys, written answers and marking schemes stay with the course.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from grader.course.lessons import Lesson
from grader.course.source import BEGIN, END, solution_cells

__all__ = ["worked_answers", "write_worked"]


def worked_answers(lesson: Lesson) -> str:
    """The file of one lesson."""
    cells = solution_cells(lesson.name)
    answers = {
        exercise.name: _without_markers(cells[exercise.name])
        for exercise in lesson.exercises
        if exercise.kind == "function"
    }
    found = {"format": 1, "lesson": lesson.name, "answers": answers}
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _without_markers(source: str) -> str:
    return "\n".join(line for line in source.splitlines() if line.strip() not in (BEGIN, END))


def write_worked(lessons: Iterable[Lesson], folder: Path) -> list[Path]:
    """Write the files of `lessons` into `folder`; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for lesson in lessons:
        path = folder / f"{lesson.name}.json"
        path.write_text(worked_answers(lesson), encoding="utf-8")
        written.append(path)
    return written
