"""docs/contract.md is kept: its exercises exist with its signatures, each phrase of a row is seen by a case, and each of its
misconceptions is a known mistake. The cases (`sees`) and the mistakes (`listed`) say it themselves."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from grader.course.lessons import Lesson, all_lessons
from grader.course.mistakes import of_lesson
from grader.course.places import NOTEBOOKS
from grader.publish import contract
from grader.publish.contract import Row, contract_faults, rows, sections, unseen

PAGE = contract.PAGE.read_text(encoding="utf-8")
LESSONS = all_lessons()
BY_LESSON = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)


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
    return [name + default for name, default in zip(names, [""] * (len(names) - len(defaults)) + defaults, strict=True)]


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
def test_what_students_are_given_has_the_signatures_of_the_page(lesson: Lesson, language: str) -> None:
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
def test_a_signature_that_is_not_kept_is_found(signature: str, source: str, places: list[str]) -> None:
    assert broken(Row(("f",), signature, ""), {"f": source}) == places


# --- what each check must see


@BY_LESSON
def test_all_that_a_row_says_is_seen_by_a_case(lesson: Lesson) -> None:
    assert contract_faults(lesson) == []


def test_a_phrase_without_a_case_is_found() -> None:
    assert unseen("n=1; d=1", ["n=1", "d=1"]) == ""
    assert unseen("n=1; d=1", ["n=1"]) == "d=1"
    assert unseen("n=1", ["n=1", "d=2"]) == ""


def test_an_exercise_without_a_row_and_a_row_without_a_case_are_found(tmp_path: Path) -> None:
    page = tmp_path / "contract.md"
    page.write_text("## 9 momentum\n\n| momentum_step | `f(w)` | two steps; at night |\n", encoding="utf-8")
    momentum = next(lesson for lesson in LESSONS if lesson.name == "momentum")
    assert contract_faults(replace(momentum, exercises=momentum.exercises[:2]), page) == [
        "momentum_descent: contract.md has no row for it; write one, or say contract=False",
        "momentum_step: contract.md says 'at night', and no case says that it sees it (sees=)",
    ]


def test_no_case_sees_what_no_row_says() -> None:
    said = {name: row.must_see for names, row in ROWS.items() for name in names}
    stray = {
        (lesson.name, phrase)
        for lesson in LESSONS
        for exercise in lesson.exercises
        for case in exercise.cases
        for phrase in case.sees
        if not any(phrase in said.get(other.name, "") for other in lesson.exercises)
    }
    assert stray == set()


# --- the misconceptions


@BY_LESSON
def test_every_misconception_of_the_page_is_a_known_mistake(lesson: Lesson) -> None:
    listed = misconceptions_of(sections(PAGE)[f"{lesson.number} {lesson.name}"])
    known = [one.listed for named in of_lesson(lesson.name).values() for one in named.values() if one.listed]
    assert sorted(set(known)) == sorted(listed)


def test_the_list_of_the_page_is_read() -> None:
    assert misconceptions_of("Misconceptions: sum for mean; missing 1/n.") == ["sum for mean", "missing 1/n"]
