"""Every phrase of what the course promises to look at is seen by a case: grader/lessons/contract.toml says by which."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from grader.lessons import all_lessons

ROOT = Path(__file__).resolve().parents[2]
ROWS: list[dict[str, Any]] = tomllib.loads(
    (ROOT / "grader" / "lessons" / "contract.toml").read_text(encoding="utf-8")
)["row"]
DEFINITIONS = {
    exercise.name: exercise
    for lesson in all_lessons()
    for exercise in lesson.exercises
    if exercise.kind == "function" and exercise.contract
}
PHRASES = [
    pytest.param(row, phrase, id=f"{row['exercises'][0]}-{phrase}")
    for row in ROWS
    for phrase in row["seen_by"]
]


def unseen(row: dict[str, Any], phrase: str) -> list[str]:
    """The cases that are said to see a phrase and are not there; a row of several exercises says whose they are."""
    there = {
        f"{exercise}: {case.name.en}" for exercise in row["exercises"] for case in DEFINITIONS[exercise].cases
    }  # fmt: skip
    if len(row["exercises"]) == 1:
        there = {name.partition(": ")[2] for name in there}
    named = row["seen_by"][phrase]
    return [name for name in named if name not in there] if named else [phrase]


def untold(row: dict[str, Any]) -> str:
    """What is left of a row's text when its phrases are taken out."""
    rest: str = row["must_see"]
    for phrase in sorted(row["seen_by"], key=len, reverse=True):
        rest = rest.replace(phrase, "", 1)
    return re.sub(r"[;\s]", "", rest)


def test_every_exercise_of_the_contract_has_its_row() -> None:
    assert sorted(name for row in ROWS for name in row["exercises"]) == sorted(DEFINITIONS)


@pytest.mark.parametrize(("row", "phrase"), PHRASES)
def test_a_phrase_is_seen_by_cases_that_exist(row: dict[str, Any], phrase: str) -> None:
    assert unseen(row, phrase) == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["exercises"][0])
def test_the_phrases_are_all_that_the_row_says(row: dict[str, Any]) -> None:
    assert untold(row) == ""


def test_a_phrase_without_a_case_is_found() -> None:
    row = {"exercises": ["mse_loss"], "must_see": "n=1; d=1", "seen_by": {"n=1": ["a single sample"]}}  # fmt: skip
    assert unseen(row, "n=1") == []
    assert untold(row) == "d=1"
    row["seen_by"]["d=1"] = ["a case that nobody wrote"]
    assert unseen(row, "d=1") == ["a case that nobody wrote"]
    row["seen_by"]["d=1"] = []
    assert unseen(row, "d=1") == ["d=1"]


def test_the_rows_are_those_of_the_contract_where_it_is_at_hand() -> None:
    """The course's own page is kept beside the repository; every row that it has must stand here word for word."""
    told = {
        cells[0]: cells[-1]
        for path in (ROOT / "shared", ROOT.parent / "shared", ROOT.parent.parent / "shared")
        if (path / "COURSE.md").is_file()
        for line in (path / "COURSE.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and len(cells := line.strip("| ").split(" | ")) >= 3
        if cells[0] != "exercise"
    }
    ours = {row["exercises"][0]: row["must_see"] for row in ROWS}
    different = {
        name: text
        for name, text in told.items()
        if ours.get(re.split(r",| /", name)[0]) != text.strip()
    }
    assert different == {}
