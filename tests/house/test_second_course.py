"""The machine knows no lesson by name: another course of the same shape is built, judged and graded by the same commands."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from grader.course.lessons import lesson_names

ROOT = Path(__file__).resolve().parents[2]
WRONG = "def parabola_slope(a, b, x):\n    return a * x + b\n"
RIGHT = "def parabola_slope(a, b, x):\n    return 2 * a * x + b\n"


TORCHS_OWN = ("hocsau/judging/allowed.py", "tools/bench/classroom.py")
"""In these, torch.nn.modules.transformer and an argument of torch.optim.SGD."""


def strings(source: str) -> Iterator[str]:
    """The names and texts of a program."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.ImportFrom):
            yield from [*(node.module or "").split("."), *(alias.name for alias in node.names)]
        elif isinstance(node, ast.Import):
            yield from (part for alias in node.names for part in alias.name.split("."))


def names_in(text: str) -> set[str]:
    """The lessons that a text names, alone or with a number."""
    words = set("".join(letter if letter.isalnum() or letter == "_" else " " for letter in text).split())
    return {name for name in lesson_names() if any(word == name or word[2:] == f"_{name}" for word in words)}


def named(source: str) -> set[str]:
    """The lessons that a program names."""
    return {name for text in strings(source) for name in names_in(text)}


@pytest.mark.parametrize("room", ["grader", "tools", "hocsau/judging"])
def test_no_module_of_the_machine_names_a_lesson(room: str) -> None:
    found = {
        path.relative_to(ROOT).as_posix(): names
        for path in (ROOT / room).rglob("*.py")
        if (names := named(path.read_text(encoding="utf-8")))
    }
    for path in TORCHS_OWN:
        found.pop(path, None)
    assert found == {}


def test_a_lesson_that_is_named_is_found() -> None:
    assert named('LESSONS = ("02_momentum",)') == {"momentum"}
    assert named("from hocsau.explore import transformer") == {"transformer"}
    assert named("momentum_step = 'neural networks'") == set()


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course's folder, built by `grader build`; its lessons lie in a folder of another name than ours."""
    folder = tmp_path_factory.mktemp("second")
    shutil.copytree(ROOT / "tests" / "second_course" / "solutions", folder / "lessons")
    said = run(folder, "build")
    assert "02" not in said
    assert "01_curves.ipynb" in said
    return folder


def run(folder: Path, *arguments: str, cwd: Path | None = None) -> str:
    """What `grader ...` prints for the course in `folder`."""
    environment = {
        **os.environ,
        "HOCSAU_SOLUTIONS": str(folder / "lessons"),
        "HOCSAU_PACKS": str(folder / "packs"),
        "HOCSAU_PROGRESS": str(folder / "progress.jsonl"),
    }
    command = [sys.executable, "-m", "grader.cli.app", *arguments]
    done = subprocess.run(command, cwd=cwd or folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def handed_in(folder: Path, answer: str, to: Path) -> Path:
    """The released notebook with one answer in it."""
    notebook = nbformat.read(folder / "notebooks" / "en" / "01_curves" / "01_curves.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "parabola_slope":
            cell.source = answer
    to.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, to)
    return to


def test_it_is_built_and_up_to_date(course: Path) -> None:
    assert sorted(path.name for path in course.rglob("*.ipynb")) == ["01_curves.ipynb"] * 2
    assert [path.name for path in (course / "packs").iterdir()] == ["curves.pack"]
    assert "what the sources give" in run(course, "build", "--check")
    assert "5 computed" not in run(course, "facts")


def test_a_learner_checks_an_answer_and_reads_a_hint(course: Path) -> None:
    program = (
        f"from hocsau import check, hint\n{WRONG}\nprint(check('parabola_slope'))\nprint(hint('parabola_slope'))\n"
    )
    environment = {**os.environ, "HOCSAU_PACKS": str(course / "packs"), "HOCSAU_PROGRESS": str(course / "p.jsonl")}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=course, capture_output=True, text=True, check=True
    )
    assert "The factor 2 of the square is missing." in done.stdout
    assert "Differentiate term by term." in done.stdout


@pytest.mark.parametrize(("answer", "points", "diagnosis"), [(RIGHT, 3, None), (WRONG, 0, "missing_two")])
def test_an_answer_is_judged(course: Path, tmp_path: Path, answer: str, points: float, diagnosis: str | None) -> None:
    file = handed_in(course, answer, tmp_path / "one.ipynb")
    judged = json.loads(run(course, "judge", str(file), "--lesson", "curves", "--json"))
    verdict = next(one for one in judged["exercises"] if one["exercise"] == "parabola_slope")
    assert (verdict["points"], verdict["diagnosis"]) == (points, diagnosis)


def test_a_class_is_graded(course: Path, tmp_path: Path) -> None:
    run(course, "init", str(tmp_path / "term"))
    term = tmp_path / "term"
    run(course, "release", "curves", cwd=term)
    for student, answer in (("an", RIGHT), ("binh", WRONG)):
        handed_in(course, answer, term / "submitted" / student / "01_curves" / "01_curves.ipynb")
    assert "2 of 2 graded" in run(course, "grade", "curves", cwd=term)
    run(course, "export", "--output", "grades.csv", cwd=term)
    grades = (term / "grades.csv").read_text(encoding="utf-8")
    assert grades.count("curves") == 2
