"""The pages tell the truth: their commands exist, their links lead somewhere, twins say the same, a check message is what check says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.apps.nbgraderapp import NbGraderApp
from typer.main import get_command

from grader.cli.app import app
from grader.course.lessons import all_lessons

ROOT = Path(__file__).resolve().parents[2]
NBGRADERS = set(NbGraderApp.subcommands)
READMES = {"en": ROOT / "README.md", "vi": ROOT / "README.vi.md"}


def listed(pattern: str) -> list[Path]:
    """The files of the repository that match, new ones too; what git ignores is none of them."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", pattern]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for path in map(ROOT.joinpath, sorted(done.stdout.split())) if path.exists()]


PAGES = listed("*.md")
TWINS = {
    page: page.with_name(page.name.replace(".vi.md", end))
    for page in PAGES
    for end in (".md", ".en.md")
    if page.name.endswith(".vi.md") and page.with_name(page.name.replace(".vi.md", end)) in PAGES
}
"""Each Vietnamese page and the English one."""


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def commands(text: str) -> set[str]:
    """Every command a page names, comments and arguments' values left out: `make demo`, `grader judge --lesson`."""
    code = re.findall(r"`([^`\n]+)`", text) + _blocks(text, "")
    bare = re.sub("#.*", "", "\n".join(code))
    found = re.findall(r"\b(make|(?:nb)?grader) ([a-z_-]+)(.*)", bare)
    return {" ".join([tool, name, *re.findall(r"--[a-z]+", rest)]) for tool, name, rest in found}


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.M))


def unknown(found: set[str]) -> set[str]:
    """Those of our own commands and options that do not exist."""
    ours = getattr(get_command(app), "commands")  # noqa: B009  (click's group, which has no type here)
    names = {"make": make_targets(), "grader": set(ours), "nbgrader": NBGRADERS}
    wrong = set()
    for command in found:
        tool, name, *options = command.split()
        here = ours[name].params if tool == "grader" and name in ours else []
        options = options if tool == "grader" else []
        if name not in names[tool] or not set(options) <= {o for p in here for o in p.opts}:
            wrong.add(command)
    return wrong


@pytest.mark.parametrize("language", READMES)
def test_the_readmes_name_the_first_commands(language: str) -> None:
    found = commands(READMES[language].read_text(encoding="utf-8"))
    assert {"make demo", "make test", "grader judge --lesson --json"} <= found


@pytest.mark.parametrize("page", PAGES, ids=place)
def test_every_command_exists(page: Path) -> None:
    assert unknown(commands(page.read_text(encoding="utf-8"))) == set()


def test_a_language_of_the_desktop_is_not_taken_for_ours() -> None:
    command = ["make", "--dry-run", "lab"]
    told = {**os.environ, "LANGUAGE": "en_US:en"}
    said = subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True, check=True)
    assert "notebooks/en/" in said.stdout
    chosen = subprocess.run([*command, "LANGUAGE=vi"], cwd=ROOT, env=told, capture_output=True, text=True, check=True)
    assert "notebooks/vi/" in chosen.stdout


@pytest.mark.parametrize(
    "wrong",
    ["make tea", "make test-tea", "grader pray", "grader judge --loudly", "nbgrader formgrader"],
)
def test_a_command_that_does_not_exist_is_found(wrong: str) -> None:
    assert unknown(commands(f"`make demo` and\n```\n{wrong}  # make nothing\n```\n")) == {wrong}


@pytest.mark.parametrize("vietnamese", TWINS, ids=place)
def test_twins_name_the_same_commands_links_and_code(vietnamese: Path) -> None:
    pair = (TWINS[vietnamese], vietnamese)
    assert told_apart(*(page.read_text(encoding="utf-8") for page in pair)) == {}


def told_apart(english: str, vietnamese: str) -> dict[str, object]:
    """What one of two twins names and the other does not."""
    differ = {
        "commands": commands(english) ^ commands(vietnamese),
        "links": _same_links(english) ^ _same_links(vietnamese),
        "code": [] if _blocks(english, "python") == _blocks(vietnamese, "python") else "python",
        "headings": len(re.findall("^#+ ", english, re.M)) - len(re.findall("^#+ ", vietnamese, re.M)),
    }
    return {kind: what for kind, what in differ.items() if what}


def _same_links(text: str) -> set[str]:
    """The links, each to the English one of two twins."""
    return {re.sub(r"([./_])vi(\.md$|\.png$|/)", r"\1en\2", link).replace(".en.md", ".md") for link in _links(text)}


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("make demo", "make test", "commands"),
        ("(a.vi.md)", "(b.md)", "links"),
        ("x = 1", "x = 2", "code"),
        ("## B", "B", "headings"),
    ],
)
def test_a_difference_between_twins_is_found(old: str, new: str, kind: str) -> None:
    page = "# A\n`make demo` [a](a.vi.md) [n](n/vi/1.ipynb)\n## B\n```python\nx = 1\n```\n"
    assert told_apart(page, page.replace("vi", "en")) == {}
    assert told_apart(page, page.replace(old, new)).keys() == {kind}


def test_every_vietnamese_page_has_an_english_one() -> None:
    assert set(TWINS) == {page for page in PAGES if page.name.endswith(".vi.md")}
    assert {place(page) for page in TWINS} >= {"README.vi.md", "docs/student.vi.md"}


def _links(text: str) -> set[str]:
    return set(re.findall(r"\]\(([^)\s]+)\)", text))


def _anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in titles}


def _blocks(text: str, kind: str) -> list[str]:
    fenced = re.findall(r"^```(\w*)\n(.*?)^```", text, re.M | re.S)
    return [block for known, block in fenced if known == kind]


@pytest.mark.parametrize("page", PAGES, ids=place)
def test_every_link_and_picture_is_there(page: Path) -> None:
    for link in _links(page.read_text(encoding="utf-8")):
        path, _, anchor = link.partition("#")
        there = page.parent / path if path else page
        assert link.startswith("https://") or there.exists(), link
        assert link.startswith("https://") or not anchor or anchor in _anchors(there), link


@pytest.mark.parametrize("language", READMES)
def test_the_syllabus_leads_to_every_lesson(language: str) -> None:
    text = READMES[language].read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d) \| \[[^]]+\]\(([^)]+)\) \|", text, re.M)
    lessons = [lesson.assignment for lesson in all_lessons()]
    assert rows == [
        (str(number), f"notebooks/{language}/{name}/{name}.ipynb") for number, name in enumerate(lessons, 1)
    ]


@pytest.mark.parametrize("language", READMES)
def test_the_check_message_is_what_check_says(language: str) -> None:
    text = READMES[language].read_text(encoding="utf-8")
    (mistake,), (told,) = _blocks(text, "python"), _blocks(text, "text")
    name = told.partition(":")[0]
    lines = ["from hocsau import check", "from hocsau.language import use", f"use({language!r})"]
    program = "\n".join([*lines, mistake, f"print(check({name!r}))"])
    command = [sys.executable, "-X", "utf8", "-c", program]
    said = subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout
    assert said == told


def unlisted(index: str, folder: Path) -> set[str]:
    """The pages beside an index to which it does not lead."""
    pages = {page.name for page in folder.glob("*.md")} - {"README.md"}
    return pages - {link.partition("#")[0] for link in _links(index)}


def test_the_index_leads_to_every_page_of_docs() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    assert unlisted(index, ROOT / "docs") == set()
    assert unlisted(index.replace("(grading.md)", "(#)"), ROOT / "docs") == {"grading.md"}
