"""docs/contract.md is kept: its exercises exist with its signatures, each phrase of a row is seen by a case, and each of its
misconceptions is a known mistake. grader/lessons/contract.toml says by which."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from grader import misconceptions
from grader.course import NOTEBOOKS
from grader.lessons import Lesson, all_lessons

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8")
SEEN: dict[str, Any] = tomllib.loads(
    (ROOT / "grader" / "lessons" / "contract.toml").read_text(encoding="utf-8")
)
LESSONS = all_lessons()
BY_LESSON = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)


@dataclass(frozen=True)
class Row:
    """One row of the page."""

    names: tuple[str, ...]
    signature: str
    must_see: str


def sections(page: str) -> dict[str, str]:
    """What the page says of each lesson, by its heading: "2 momentum"."""
    parts = re.split(r"^## (\d \w+).*$", page, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def rows(section: str) -> list[Row]:
    """The table of a lesson."""
    cells = [line.strip("| ").split(" | ") for line in section.splitlines() if line[:2] == "| "]
    return [
        Row(tuple(re.split(", | / ", name)), signature, must_see)
        for name, signature, must_see in cells
        if name != "exercise"
    ]


def misconceptions_of(section: str) -> list[str]:
    """The phrases of a lesson's list of misconceptions."""
    (listed,) = re.findall(r"^Misconceptions: (.+)\.$", section, re.M)
    return str(listed).split("; ")


ROWS = {row.names: row for section in sections(PAGE).values() for row in rows(section)}
DEFINITIONS = {
    exercise.name: exercise
    for lesson in LESSONS
    for exercise in lesson.exercises
    if exercise.kind == "function" and exercise.contract
}

# --- exercises and their signatures


def test_the_exercises_of_a_lesson_are_those_of_the_page() -> None:
    promised = {
        heading: sorted(name for row in rows(section) for name in row.names)
        for heading, section in sections(PAGE).items()
    }
    assert promised == {
        f"{lesson.number} {lesson.name}": sorted(e.name for e in lesson.exercises if e.name in DEFINITIONS)
        for lesson in LESSONS
    }  # fmt: skip


def promised(row: Row) -> dict[str, list[str]]:
    """The arguments that a row promises: of each function, or of a class ("Adam") and its methods ("Adam.step")."""
    found, owner = {}, ""
    for code in re.findall(r"`([^`]+)`", row.signature):
        name, arguments = re.fullmatch(r"(?:class )?(\w*)\((.*)", code, re.S).groups()  # type: ignore[union-attr]
        listed = [] if arguments == "nn.Module)" else _arguments(arguments)
        if code.startswith("class "):
            owner, place = name, name
        else:
            place = f"{owner}.{name}".strip(".")
        found[place] = listed
    return found


def _arguments(text: str) -> list[str]:
    """The arguments before the parenthesis that closes: their names, and defaults where there are any."""
    parts, depth = [""], 0
    for letter in text:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth < 0:
            break
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return [re.sub(r" \(.*", "", part.strip()) for part in parts]


def given(source: str) -> dict[str, list[str]]:
    """The arguments of what a cell defines, as `promised` lists them; a class without __init__ takes none."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = _of(node)
        elif isinstance(node, ast.ClassDef):
            methods = {part.name: _of(part)[1:] for part in node.body if isinstance(part, ast.FunctionDef)}  # fmt: skip
            found[node.name] = methods.pop("__init__", [])
            found |= {f"{node.name}.{name}": arguments for name, arguments in methods.items()}
    return found


def _of(function: ast.FunctionDef) -> list[str]:
    names = [argument.arg for argument in function.args.args]
    defaults = [f"={ast.unparse(default)}" for default in function.args.defaults]
    return [
        name + default
        for name, default in zip(names, [""] * (len(names) - len(defaults)) + defaults, strict=True)
    ]


def stubs(lesson: Lesson, language: str) -> dict[str, str]:
    """The cells that students fill in, by exercise."""
    path = NOTEBOOKS / language / lesson.assignment / f"{lesson.assignment}.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    marked = [(cell, cell["metadata"].get("nbgrader", {})) for cell in cells]
    return {
        meta["grade_id"]: "".join(cell["source"])
        for cell, meta in marked
        if meta.get("solution") and cell["cell_type"] == "code"
    }


def broken(row: Row, cells: dict[str, str]) -> list[str]:
    """What a row promises and the cells that students get do not keep."""
    known = {place: found for name in row.names for place, found in given(cells[name]).items()}
    return [place for place, asked in promised(row).items() if known.get(place) != asked]


@pytest.mark.parametrize("language", ["en", "vi"])
@BY_LESSON
def test_what_students_are_given_has_the_signatures_of_the_page(
    lesson: Lesson, language: str
) -> None:
    cells = stubs(lesson, language)
    section = sections(PAGE)[f"{lesson.number} {lesson.name}"]
    assert [place for row in rows(section) for place in broken(row, cells)] == []


@pytest.mark.parametrize(
    ("signature", "source", "places"),
    [
        ("`f(w, X) -> float`", "def f(w, X): ...", []),
        ("`f(w, X) -> float`", "def f(X, w): ...", ["f"]),
        ("`f(w, mask=None)`", "def f(w, mask): ...", ["f"]),
        ("`f(w (n, d), mask=None)`", "def f(w, mask=None): ...", []),
        ("`class f(params, eps)` with `step(grads)`", "class f:\n  def __init__(self, params, eps): ...\n  def step(self): ...", ["f.step"]),
        ("`class f(nn.Module)`, `(d_model, heads)`, causal", "class f(nn.Module):\n  def __init__(self, heads): ...", ["f"]),
        ("`class f(nn.Module)`, `forward(x)`", "class f(nn.Module):\n  def forward(self, x): ...", []),
    ],
)  # fmt: skip
def test_a_signature_that_is_not_kept_is_found(
    signature: str, source: str, places: list[str]
) -> None:
    assert broken(Row(("f",), signature, ""), {"f": source}) == places


# --- what each check must see


def unseen(names: list[str], cases: list[str]) -> list[str]:
    """The cases that are said to see a phrase and are not there; with several exercises each case says whose it is."""
    there = {f"{name}: {case.name.en}" for name in names for case in DEFINITIONS[name].cases}
    if len(names) == 1:
        there = {name.partition(": ")[2] for name in there}
    return [name for name in cases if name not in there] if cases else ["(no case)"]


def untold(must_see: str, phrases: list[str]) -> str:
    """What is left of a row's text when its phrases are taken out."""
    rest = must_see
    for phrase in sorted(phrases, key=len, reverse=True):
        if phrase not in rest:
            return f"{phrase!r} is not in the row"
        rest = rest.replace(phrase, "", 1)
    return re.sub(r"[;\s]", "", rest)


PHRASES = [
    pytest.param(row["exercises"], cases, id=f"{row['exercises'][0]}-{phrase}")
    for row in SEEN["row"]
    for phrase, cases in row["seen_by"].items()
]


def test_every_row_of_the_page_has_its_cases() -> None:
    assert sorted(ROWS) == sorted(tuple(row["exercises"]) for row in SEEN["row"])


@pytest.mark.parametrize(("names", "cases"), PHRASES)
def test_a_phrase_is_seen_by_cases_that_exist(names: list[str], cases: list[str]) -> None:
    assert unseen(names, cases) == []


@pytest.mark.parametrize("row", SEEN["row"], ids=lambda row: row["exercises"][0])
def test_the_phrases_are_all_that_the_page_says(row: dict[str, Any]) -> None:
    assert untold(ROWS[tuple(row["exercises"])].must_see, list(row["seen_by"])) == ""


def test_a_phrase_without_a_case_is_found() -> None:
    assert unseen(["mse_loss"], ["a single sample"]) == []
    assert unseen(["mse_loss"], ["a case that nobody wrote"]) == ["a case that nobody wrote"]
    assert unseen(["mse_loss"], []) == ["(no case)"]
    assert untold("n=1; d=1", ["n=1", "d=1"]) == ""
    assert untold("n=1; d=1", ["n=1"]) == "d=1"
    assert untold("n=1", ["n=1", "d=1"]) == "'d=1' is not in the row"


# --- the misconceptions


def unknown(lesson: str, ids: list[str]) -> list[str]:
    """Those of `ids` ("momentum_step.sign_mixed") that are no known mistake of a lesson."""
    known = misconceptions.of_lesson(lesson)
    there = {f"{exercise}.{name}" for exercise, named in known.items() for name in named}
    return [name for name in ids if name not in there] if ids else ["(no mistake)"]


@BY_LESSON
def test_every_misconception_of_the_page_is_a_known_mistake(lesson: Lesson) -> None:
    listed = misconceptions_of(sections(PAGE)[f"{lesson.number} {lesson.name}"])
    named = SEEN["misconceptions"][lesson.name]
    assert sorted(named) == sorted(listed)
    assert [name for ids in named.values() for name in unknown(lesson.name, ids)] == []


def test_a_misconception_that_nobody_wrote_is_found() -> None:
    assert unknown("momentum", ["momentum_step.sign_mixed", "momentum_step.tea"]) == ["momentum_step.tea"]  # fmt: skip
    assert unknown("momentum", []) == ["(no mistake)"]
    assert misconceptions_of("Misconceptions: sum for mean; missing 1/n.") == ["sum for mean", "missing 1/n"]  # fmt: skip
