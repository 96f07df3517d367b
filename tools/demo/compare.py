"""What was planted beside what the grader said: is the verdict right, is the diagnosis right?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook

from grader.course.lessons import of_name
from grader.course.planted import Planted, Student
from grader.course.reference import answers
from grader.errors import CourseError
from grader.publish.notebook import check_name
from tools.demo.planted import expected_diagnoses

__all__ = ["Row", "compare_student"]

_WRONG = ("failed", "partly", "error", "timeout")


@dataclass(frozen=True)
class Row:
    """One student: the score in the gradebook, what was said per exercise, and every judgement that is not the plant."""

    student: Student
    score: float
    max_score: float
    said: tuple[str, ...]
    verdicts: int
    diagnoses: int
    wrong_verdicts: tuple[str, ...]
    wrong_diagnoses: tuple[str, ...]


def compare_student(student: Student, course: Path, gradebook: Gradebook) -> Row:
    """Read the gradebook and the autograded notebook of `student` and hold them against the plant.

    raises CourseError when the student was not graded
    """
    lesson = of_name(student.lesson)
    verdicts = _verdicts(course, student.id, lesson.assignment)
    submission = gradebook.find_submission(lesson.assignment, student.id)
    points = {grade.name: grade.auto_score for notebook in submission.notebooks for grade in notebook.grades}
    said, wrong_verdicts, wrong_diagnoses = [], [], []
    exercises = [exercise for exercise in lesson.exercises if exercise.kind != "written"]
    for exercise in exercises:
        planted, verdict = student.answer(exercise.name), verdicts[exercise.name]
        earned = points[check_name(exercise.name)]
        if not _verdict_right(student.lesson, exercise.name, planted, verdict, earned):
            wrong_verdicts.append(f"{exercise.name}: {verdict['outcome']}, {earned:g} points, planted {_say(planted)}")
        if verdict["diagnosis"] not in expected_diagnoses(student.lesson, exercise.name, planted):
            wrong_diagnoses.append(f"{exercise.name}: {verdict['diagnosis']}, planted {_say(planted)}")
        if verdict["outcome"] not in ("passed", "missing"):
            said.append(f"{exercise.name}: {verdict['diagnosis'] or verdict['outcome']}")
    return Row(
        student,
        float(submission.score),
        float(submission.max_score),
        tuple(said),
        len(exercises),
        len(exercises),
        tuple(wrong_verdicts),
        tuple(wrong_diagnoses),
    )


def _say(planted: Planted) -> str:
    return f"{planted.kind} ({planted.mistake or planted.note})" if planted.mistake or planted.note else planted.kind


def _verdicts(course: Path, student: str, assignment: str) -> dict[str, Mapping[str, Any]]:
    path = course / "autograded" / student / assignment / f"{assignment}.ipynb"
    try:
        cells = nbformat.read(path, as_version=4).cells
    except OSError as error:
        raise CourseError(f"{student} was not graded: {error}") from error
    found = [cell.metadata.hocsau.verdict for cell in cells if "verdict" in cell.metadata.get("hocsau", {})]
    return {verdict["exercise"]: verdict for verdict in found}


def _verdict_right(lesson: str, exercise: str, planted: Planted, verdict: Mapping[str, Any], earned: float) -> bool:
    """Outcome and points in the notebook, and the points in the gradebook, as planted."""
    outcome = str(verdict["outcome"])
    points, full = float(verdict["points"]), float(verdict["max_points"])
    if earned != points:
        return False
    if planted.kind == "quiz":
        return points == _quiz_points(lesson, exercise, planted, full)
    if planted.kind == "blank":
        return outcome == "missing" and points == 0
    if planted.kind == "right":
        return outcome == "passed" and points == full
    as_planted = {"full": points == full, "some": 0 < points < full, "none": points == 0}[planted.points]
    return outcome in _WRONG and as_planted


def _quiz_points(lesson: str, exercise: str, planted: Planted, full: float) -> float:
    key = answers(lesson)[exercise]
    namespace: dict[str, Any] = {}
    exec(planted.code, namespace)  # our own planted dictionary
    right = sum(bool(namespace[exercise].get(name) == letter) for name, letter in key.items())
    return round(full * right / len(key), 2)
