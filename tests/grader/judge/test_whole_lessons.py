"""Every lesson as a whole through the judge: blank, solved, and its answers in a plain Python file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from grader.course.lessons import Lesson, all_lessons
from grader.course.places import NOTEBOOKS
from grader.course.source import solution_cells
from grader.judge.judge import judge_submission
from grader.judge.report import as_dict
from grader.judge.submission import read
from grader.sandbox.process import Worker
from tests.grader.conftest import SECRET, answered

LESSONS = all_lessons()
NUMPY = "import numpy as np\n"
TORCH = "import math\nimport torch\nimport torch.nn.functional as F\nfrom torch import nn\n"


def _judge(file: Path, lesson: Lesson, worker: Worker) -> dict[str, Any]:
    submission = read(file, lesson)
    return as_dict(judge_submission(lesson, submission, worker, SECRET), submission.language)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_blank_notebook_earns_nothing_and_is_no_error(lesson: Lesson, language: str, worker: Worker) -> None:
    file = NOTEBOOKS / language / lesson.assignment / f"{lesson.assignment}.ipynb"
    found = _judge(file, lesson, worker)
    assert (found["lesson"], found["score"]) == (lesson.name, 0)
    assert found["max_score"] == sum(exercise.points for exercise in lesson.exercises)
    assert [entry["exercise"] for entry in found["exercises"]] == [e.name for e in lesson.exercises]
    assert {entry["outcome"] for entry in found["exercises"]} == {"missing"}
    word = {"en": "ot done yet", "vi": "hưa làm"}[language]
    assert all(word in e["message"] for e in found["exercises"] if not e["exercise"].endswith("_written"))


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_solved_notebook_earns_everything(lesson: Lesson, worker: Worker, tmp_path: Path) -> None:
    file = tmp_path / "solved.ipynb"
    file.write_text(json.dumps(answered(lesson, "vi")), encoding="utf-8")
    found = _judge(file, lesson, worker)
    outcomes = {entry["exercise"]: entry["outcome"] for entry in found["exercises"]}
    assert outcomes.pop(f"{lesson.name}_written") == "manual"
    assert set(outcomes.values()) == {"passed"}
    assert found["score"] == found["max_score"] - 4


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_python_file_is_judged_on_the_contract_alone(lesson: Lesson, worker: Worker, tmp_path: Path) -> None:
    file = tmp_path / "answers.py"
    contract = [exercise for exercise in lesson.exercises if exercise.contract]
    sources = solution_cells(lesson.name)
    imports = NUMPY if lesson.number < 5 else NUMPY + TORCH  # torch is not allowed in lesson 4
    file.write_text(
        imports + "\n\n" + "\n".join(sources[exercise.name] for exercise in contract),
        encoding="utf-8",
    )
    found = _judge(file, lesson, worker)
    assert [entry["exercise"] for entry in found["exercises"]] == [e.name for e in contract]
    assert found["score"] == found["max_score"] == sum(e.points for e in contract)
