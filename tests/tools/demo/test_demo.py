"""`make demo` in a temporary folder: everything is as planted, and a plant that is not true is noticed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from grader.course.mistakes import of_lesson
from grader.course.planted import Planted, blank, mistake, right
from grader.errors import CourseError
from tools.demo.compare import compare_student
from tools.demo.planted import CLASS, IDS
from tools.demo.run import run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("demo")
    assert run(place)
    return place


@pytest.fixture
def gradebook(folder: Path) -> Iterator[Gradebook]:
    with Gradebook(f"sqlite:///{folder}/course/gradebook.db") as opened:
        yield opened


def test_the_summary_says_that_all_is_as_planted(folder: Path) -> None:
    summary = json.loads((folder / "demo.json").read_text(encoding="utf-8"))
    assert set(summary) == {
        "submissions",
        "verdicts",
        "verdicts_right",
        "diagnoses",
        "diagnoses_right",
        "seconds",
    }
    assert summary["submissions"] == 24
    assert summary["verdicts"] == summary["verdicts_right"] > 200
    assert summary["diagnoses"] == summary["diagnoses_right"] > 200


@pytest.mark.parametrize(
    ("exercise", "planted", "verdicts", "diagnoses"),
    [
        ("mse_loss", blank(), 1, 1),
        ("mse_loss", right("x"), 1, 1),
        ("sgd_epoch", mistake("`order` ignored", "none", "x"), 0, 1),
        ("gradient_noise", blank(), 1, 0),
    ],
)
def test_a_plant_that_is_not_true_is_noticed(
    folder: Path,
    gradebook: Gradebook,
    exercise: str,
    planted: Planted,
    verdicts: int,
    diagnoses: int,
) -> None:
    liam = next(student for student in CLASS if student.id == "liam.oconnor")
    told = replace(liam, answers={**liam.answers, exercise: planted})
    row = compare_student(told, folder / "course", gradebook)
    assert (len(row.wrong_verdicts), len(row.wrong_diagnoses)) == (verdicts, diagnoses)


def test_a_student_who_was_not_graded_is_an_error(folder: Path, gradebook: Gradebook) -> None:
    with pytest.raises(CourseError, match=r"nobody was not graded"):
        compare_student(replace(CLASS[0], id="nobody"), folder / "course", gradebook)


def test_every_id_named_for_a_plant_is_in_the_catalogue() -> None:
    assert IDS
    strays = [
        (exercise, name)
        for lesson, ids in IDS.items()
        for (exercise, _), names in ids.items()
        for name in names
        if name not in of_lesson(lesson)[exercise]
    ]
    assert strays == []


def test_the_class_covers_both_languages_and_every_kind() -> None:
    assert len(CLASS) == len({student.id for student in CLASS}) == 24
    assert {student.language for student in CLASS} == {"en", "vi"}
    kinds = {planted.kind for student in CLASS for planted in student.answers.values()}
    assert kinds == {"right", "mistake", "blank", "crash", "other", "depends", "quiz", "written"}
