"""The READMEs tell the truth: their commands exist, their links lead somewhere, their check message is what check says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.apps.nbgraderapp import NbGraderApp
from typer.main import get_command

from grader.cli import app
from grader.lessons import all_lessons

ROOT = Path(__file__).resolve().parents[2]
NBGRADERS = set(NbGraderApp.subcommands)
READMES = {"en": ROOT / "README.md", "vi": ROOT / "README.vi.md"}
PAGES = [*READMES.values(), *sorted((ROOT / "docs").glob("*.md"))]


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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_exists(page: Path) -> None:
    assert unknown(commands(page.read_text(encoding="utf-8"))) == set()


def test_a_language_of_the_desktop_is_not_taken_for_ours() -> None:
    command = ["make", "--dry-run", "lab"]
    told = {**os.environ, "LANGUAGE": "en_US:en"}
    said = subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True, check=True)
    assert "notebooks/en/" in said.stdout
    chosen = subprocess.run(
        [*command, "LANGUAGE=vi"], cwd=ROOT, env=told, capture_output=True, text=True, check=True
    )
    assert "notebooks/vi/" in chosen.stdout


@pytest.mark.parametrize(
    "wrong",
    ["make tea", "make test-tea", "grader pray", "grader judge --loudly", "nbgrader formgrader"],
)
def test_a_command_that_does_not_exist_is_found(wrong: str) -> None:
    assert unknown(commands(f"`make demo` and\n```\n{wrong}  # make nothing\n```\n")) == {wrong}


def test_both_languages_name_the_same_commands_links_and_code() -> None:
    english, vietnamese = (path.read_text(encoding="utf-8") for path in READMES.values())
    assert commands(english) == commands(vietnamese)
    same = vietnamese.replace("notebooks/vi/", "notebooks/en/").replace("alone.vi.md", "alone.md")
    assert _links(english) - {"README.vi.md"} == _links(same) - {"README.md"}
    assert _blocks(english, "python") == _blocks(vietnamese, "python")
    assert len(re.findall("^## ", english, re.M)) == len(re.findall("^## ", vietnamese, re.M))


def _links(text: str) -> set[str]:
    return set(re.findall(r"\]\(([^)\s]+)\)", text))


def _anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in titles}


def _blocks(text: str, kind: str) -> list[str]:
    fenced = re.findall(r"^```(\w*)\n(.*?)^```", text, re.M | re.S)
    return [block for known, block in fenced if known == kind]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_picture_is_there(page: Path) -> None:
    for link in _links(page.read_text(encoding="utf-8")):
        place, _, anchor = link.partition("#")
        there = page.parent / place if place else page
        assert link.startswith("https://") or there.exists(), link
        assert link.startswith("https://") or not anchor or anchor in _anchors(there), link


@pytest.mark.parametrize("language", READMES)
def test_the_syllabus_leads_to_every_lesson(language: str) -> None:
    text = READMES[language].read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d) \| \[[^]]+\]\(([^)]+)\) \|", text, re.M)
    lessons = [lesson.assignment for lesson in all_lessons()]
    assert rows == [
        (str(number), f"notebooks/{language}/{name}/{name}.ipynb")
        for number, name in enumerate(lessons, 1)
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
