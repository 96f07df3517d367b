"""What was marked by hand, and whether it is still what the student hands in.

Beside the gradebook, in .grading/<assignment>/answers/, lies a file for each student: a hash of each answer as it was when
the gradebook was last told of it. A mark given by hand is asked for again only where that answer has changed since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from nbformat import NotebookNode

from grader.course.lessons import Lesson
from grader.course.places import GRADING
from grader.files import replace_file

__all__ = ["KnownAnswers", "answer_hashes"]


def answer_hashes(notebook: NotebookNode, lesson: Lesson) -> dict[str, str]:
    """By exercise a hash of what a person marks: the student's own cell, and the points that can be had for it."""
    points = {exercise.name: exercise.points for exercise in lesson.exercises}
    found = {}
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in points:
            marked = [cell.source.strip(), cell.get("attachments", {}), float(points[name])]
            text = json.dumps(marked, sort_keys=True)
            found[name] = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
    return found


class KnownAnswers:
    """The answers to one assignment of a course, as the gradebook was last told of them."""

    def __init__(self, course: Path, assignment: str) -> None:
        self._folder = course / GRADING / assignment / "answers"

    def unchanged(self, student: str, answers: Mapping[str, str]) -> set[str]:
        """The exercises whose hash in `answers` is the one that was noted."""
        try:
            known = json.loads(self._file(student).read_bytes())
        except (OSError, ValueError):
            return set()
        if not isinstance(known, dict):
            return set()
        return {name for name, answer in answers.items() if known.get(name) == answer}

    def note(self, student: str, answers: Mapping[str, str]) -> None:
        """The gradebook has been told of these.

        raises OSError when the disk is full
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        replace_file(self._file(student), json.dumps(dict(answers)).encode("ascii"))

    def _file(self, student: str) -> Path:
        return self._folder / f"{student}.json"
