"""The walk of docs/writing-a-lesson.md, done as the page says: an exercise from `grader new` to a judged answer, in one folder."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import pytest

from grader.course.stubs import ExercisePieces

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "writing-a-lesson.md"
LESSON, NAME = "momentum", "polyak_average"
SYLLABUS = f'complete = ["en", "vi"]\n\n[[lesson]]\nname = "{LESSON}"\nen = "Momentum"\nvi = "Momentum"\n'
BUILT = {"notebooks", "packs", "build"}


@dataclass(frozen=True)
class Block:
    """A fenced block of the page: its language, the file that it goes into ("" for commands), its text."""

    language: str
    file: str
    text: str


def blocks() -> list[Block]:
    """Those of the walk, in order."""
    section = PAGE.read_text(encoding="utf-8").partition("\n## One exercise")[2].partition("\n## ")[0]
    return [Block(*found) for found in re.findall(r"^```(\w+) ?(\S*)\n(.*?)^```$", section, re.M | re.S)]


@dataclass
class Course:
    """A course of one lesson in a folder of its own, and what its author does there."""

    folder: Path
    said: list[tuple[str, int, str]] = field(default_factory=list)

    def type(self, block: Block) -> None:
        """Do what a block of the page says."""
        if block.language == "sh":
            for line in block.text.splitlines():
                self.run(line)
        elif block.language == "po":
            self.translate(block)
        elif block.file == "build/answer.ipynb":
            self.answer(block)
        else:
            self.replace(block)

    def run(self, line: str) -> None:
        """Run a command of the page and keep its status and what it says."""
        program, *arguments = shlex.split(line)
        module = {".venv/bin/grader": ["-m", "grader.cli.app"], ".venv/bin/python": []}[program]
        done = self.python(*module, *arguments)
        self.said.append((line, done.returncode, done.stdout + done.stderr))

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python as this course's author does."""
        environment = {
            **os.environ,
            "HOCSAU_SOLUTIONS": str(self.folder / "solutions"),
            "HOCSAU_PACKS": str(self.folder / "packs"),
            "HOCSAU_COURSE": str(self.folder / "build"),
            "HOCSAU_PROGRESS": str(self.folder / "build" / "progress.jsonl"),
            "PYTEST_ADDOPTS": "-p no:cacheprovider",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
        )

    def replace(self, block: Block) -> None:
        """Put a block into the place of the piece of its file that begins with the same word."""
        pieces = ExercisePieces(LESSON, NAME)
        known = {
            "lesson.py": [pieces.cells],
            "exercises.py": [pieces.case_kinds, pieces.definition],
            "hints.py": [pieces.hints],
            "mistakes/polyak_average.toml": [pieces.mistakes],
            "right/answers.py": [pieces.style],
            "test_lesson.py": [pieces.test],
        }[block.file]
        (piece,) = (piece for piece in known if piece.split()[0].split("(")[0] == block.text.split()[0].split("(")[0])
        path = self.folder / "solutions" / LESSON / block.file
        text = path.read_text(encoding="utf-8")
        assert text.count(piece) == 1, (block.file, piece)
        path.write_text(text.replace(piece, block.text), encoding="utf-8")

    def translate(self, block: Block) -> None:
        """Fill the empty entries of a catalogue with the page's."""
        path = self.folder / "solutions" / LESSON / block.file
        text = path.read_text(encoding="utf-8")
        for entry in block.text.strip().split("\n\n"):
            empty = entry.splitlines()[0] + '\nmsgstr ""\n'
            assert text.count(empty) == 1, entry
            text = text.replace(empty, entry + "\n")
        path.write_text(text, encoding="utf-8")

    def answer(self, block: Block) -> None:
        """Fill the exercise's cell in the notebook that was built."""
        (path,) = (self.folder / "notebooks" / "en").rglob("*.ipynb")
        notebook = nbformat.read(path, as_version=4)
        (cell,) = (one for one in notebook.cells if one.metadata.get("nbgrader", {}).get("grade_id") == NAME)
        cell.source = block.text
        nbformat.write(notebook, self.folder / block.file)

    def outputs(self, command: str) -> list[tuple[int, str]]:
        """Status and words of each run of `grader <command>`."""
        return [(status, text) for line, status, text in self.said if line.startswith(f".venv/bin/grader {command}")]


def contents(folder: Path) -> dict[str, str]:
    """Every file that is not built, with a digest of it."""
    files = (path for path in folder.rglob("*") if path.is_file())
    names = {path.relative_to(folder): path for path in files}
    return {
        name.as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in names.items()
        if name.parts[0] not in BUILT
    }


def differing(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """The files that are new, gone or changed."""
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The course after all that the page says was done; `said[0]` is what `lint` said before anything."""
    course = Course(tmp_path_factory.mktemp("author"))
    solutions = course.folder / "solutions"
    shutil.copytree(ROOT / "solutions" / LESSON, solutions / LESSON, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "solutions" / "conftest.py", solutions)
    (solutions / "syllabus.toml").write_text(SYLLABUS, encoding="utf-8")
    (course.folder / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "contract.md", course.folder / "docs")
    (course.folder / "build").mkdir()
    before = contents(course.folder)
    course.run(f".venv/bin/grader lint {LESSON}")
    for block in blocks():
        course.type(block)
    changed = differing(before, contents(course.folder))
    (course.folder / "build" / "changed.json").write_text(json.dumps(sorted(changed)), encoding="utf-8")
    return course


def test_every_command_of_the_page_ends_well_but_the_lint_of_what_is_unfinished(walked: Course) -> None:
    failed = [line for line, status, _ in walked.said if status]
    assert failed == [f".venv/bin/grader lint {LESSON}"], walked.said


def test_lint_is_silent_before_complains_in_between_and_is_silent_after(walked: Course) -> None:
    (_, before), (status, unfinished), (_, after) = walked.outputs("lint")
    assert (before, status, after) == ("", 1, "")
    for file in (block.file for block in blocks() if block.file not in ("", "build/answer.ipynb", "vi.po")):
        assert f"solutions/{LESSON}/{file}, line " in unfinished
    assert f"solutions/{LESSON}/vi.po: 'TODO: what to think of' is not translated" in unfinished
    assert f"{NAME}: expected 3 public cases or more, found 1" in unfinished
    assert f"{NAME}: expected 5 right answers in other styles or more, found 1" in unfinished


def test_what_was_built_is_what_the_sources_give_and_the_tests_pass(walked: Course) -> None:
    assert "packs/momentum.pack" in walked.outputs("build")[0][1]
    assert "what the sources give" in walked.outputs("build --check")[0][1]
    (tests,) = (text for line, _, text in walked.said if "pytest" in line)
    assert "1 passed" in tests


def test_a_wrong_answer_is_judged_wrong_and_named_and_a_right_one_right(walked: Course) -> None:
    wrong, right = (text for _, text in walked.outputs("judge"))
    assert f"{NAME}: Partly right: 0.4 of 2 points" in wrong
    assert "Divide row t by the number of iterates" in wrong
    assert f"{NAME}: All right: 2 of 2 points" in right


def test_a_learner_reads_the_mistakes_name_from_check(walked: Course) -> None:
    wrong, right = (block.text for block in blocks() if block.file == "build/answer.ipynb")
    program = f"import numpy as np\nfrom hocsau import check\n{{}}\nprint(check({NAME!r}))\n"
    assert "Your rows are sums" in walked.python("-c", program.format(wrong)).stdout
    assert "Your rows are sums" not in walked.python("-c", program.format(right)).stdout


def test_one_folder_was_touched(walked: Course) -> None:
    changed = json.loads((walked.folder / "build" / "changed.json").read_text(encoding="utf-8"))
    typed = {block.file for block in blocks() if block.file and block.file != "build/answer.ipynb"}
    assert changed == sorted(f"solutions/{LESSON}/{file}" for file in typed)
    assert not (ROOT / "solutions" / LESSON / "mistakes" / f"{NAME}.toml").exists()


def test_a_file_that_changes_is_found() -> None:
    assert differing({"a": "1", "b": "1"}, {"a": "2", "c": "1"}) == {"a", "b", "c"}


def test_what_the_page_types_is_as_the_house_writes(walked: Course) -> None:
    options = ["--config", str(ROOT / "pyproject.toml"), "--no-cache"]
    assert walked.python("-m", "ruff", "check", *options, "solutions").returncode == 0
    assert walked.python("-m", "ruff", "format", "--check", *options, "solutions").returncode == 0
    lesson = f"solutions/{LESSON}/lesson.py"
    done = walked.python("-m", "ruff", "format", "--check", "--line-length=100", "--no-cache", "--isolated", lesson)
    assert done.returncode == 0, done.stdout
