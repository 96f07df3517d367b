"""What a contributor meets: forms that GitHub takes, hooks that bring no versions of their own, a changelog in order, a citation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

import hocsau
from grader.course.lessons import all_lessons

ROOT = Path(__file__).resolve().parents[2]
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
KINDS = {
    "markdown": {"value"},
    "textarea": {"label"},
    "input": {"label"},
    "dropdown": {"label", "options"},
    "checkboxes": {"label", "options"},
}
"""What each kind of element of a form must have among its attributes."""


def faults(form: Mapping[str, Any]) -> list[str]:
    """What GitHub would refuse in an issue form, a sentence each."""
    found = [f"{key} is missing" for key in ("name", "description", "body") if not form.get(key)]
    ids = [part["id"] for part in form.get("body", ()) if "id" in part]
    found += ["two elements have one id"] if len(ids) != len(set(ids)) else []
    for place, part in enumerate(form.get("body", ()), 1):
        kind, attributes = part.get("type"), part.get("attributes", {})
        if kind not in KINDS:
            found.append(f"element {place} is of no kind that there is: {kind}")
            continue
        found += [f"element {place} has no {key}" for key in KINDS[kind] if not attributes.get(key)]
        options = attributes.get("options", ())
        if len(options) != len(set(map(str, options))):
            found.append(f"element {place} has an option twice")
        if kind != "markdown" and "required" not in part.get("validations", {}):
            found.append(f"element {place} does not say whether it is required")
    return found


def form(name: str) -> dict[str, Any]:
    path = ROOT / ".github" / "ISSUE_TEMPLATE" / f"{name}.yml"
    read: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return read


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_github_takes_every_form(path: Path) -> None:
    if path.stem == "config":
        assert form(path.stem).keys() <= {"blank_issues_enabled", "contact_links"}
    else:
        assert faults(form(path.stem)) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda form: form.pop("description"), "description is missing"),
        (lambda form: form["body"][0].pop("attributes"), "element 1 has no value"),
        (lambda form: form["body"][1]["attributes"].pop("options"), "element 2 has no options"),
        (lambda form: form["body"][2].update(type="slider"), "element 3 is of no kind that there is: slider"),
        (lambda form: form["body"][3].update(id="exercise"), "two elements have one id"),
        (lambda form: form["body"][4].pop("validations"), "element 5 does not say whether it is required"),
    ],
)  # fmt: skip
def test_a_fault_of_a_form_is_found(change: Any, fault: str) -> None:
    broken = form("wrong-verdict")
    change(broken)
    assert faults(broken) == [fault]


def test_a_wrong_verdict_can_be_told_of_every_lesson() -> None:
    (options,) = (part["attributes"]["options"] for part in form("wrong-verdict")["body"] if part.get("id") == "lesson")
    assert options == [f"{lesson.number} {lesson.title.en}" for lesson in all_lessons()]


def tools(commands: list[str]) -> set[str]:
    """`ruff check`, `mypy`: the program of .venv that each command runs, with the subcommand."""
    found = set()
    for command in commands:
        program = re.match(r"(?:\.venv/bin|\$\(BIN\))/(\w+(?: [a-z]+)?)", command)
        assert program, f"{command} is no program of .venv"
        found.add(program[1])
    return found


def test_the_hooks_run_what_make_check_runs_and_bring_nothing() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert {repository["repo"] for repository in config["repos"]} == {"local"}
    hooks = [hook for repository in config["repos"] for hook in repository["hooks"]]
    assert {hook["language"] for hook in hooks} == {"system"}
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = re.search(r"^check:.*\n((?:\t.*\n)+)", makefile, re.M)
    assert recipe
    checked = re.findall(r"^\t@?(\$\(BIN\)/.+)$", recipe[1], re.M)
    assert tools([hook["entry"] for hook in hooks]) <= tools(checked)


def test_a_tool_from_elsewhere_is_found() -> None:
    assert tools([".venv/bin/ruff check --fix", "$(BIN)/mypy"]) == {"ruff check", "mypy"}
    with pytest.raises(AssertionError, match="is no program of"):
        tools(["black ."])


def disorder(changelog: str) -> list[str]:
    """What is not as keepachangelog.com has it, a sentence each; the newest version comes first."""
    heads = re.findall(r"^## (.+)$", changelog, re.M)
    found = [] if heads[:1] == ["[Unreleased]"] else ["the first heading is not [Unreleased]"]
    versions = [re.fullmatch(r"\[(\d+)\.(\d+)\.(\d+)\] - \d{4}-\d\d-\d\d", head) for head in heads[1:]]  # fmt: skip
    found += [f"{head} is no version with its day" for head, v in zip(heads[1:], versions, strict=True) if not v]  # fmt: skip
    numbers = [tuple(map(int, version.groups())) for version in versions if version]
    found += [] if numbers == sorted(set(numbers), reverse=True) else ["versions are out of order"]
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    wrong = sorted(set(re.findall(r"^### (.+)$", changelog, re.M)) - kinds)
    return found + [f"{kind} is no kind of change" for kind in wrong]


def test_the_changelog_is_in_order_and_knows_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert disorder(text) == []
    assert hocsau.__version__ in text


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("## [0.1.0] - 2026-12-01\n", "the first heading is not [Unreleased]"),
        ("## [Unreleased]\n## [0.1.0]\n", "[0.1.0] is no version with its day"),
        ("## [Unreleased]\n## [0.1.0] - 2026-12-01\n## [0.2.0] - 2026-12-02\n", "versions are out of order"),
        ("## [Unreleased]\n### Improved\n", "Improved is no kind of change"),
    ],
)  # fmt: skip
def test_disorder_is_found(text: str, fault: str) -> None:
    assert disorder(text) == [fault]


def test_the_citation_has_what_the_format_asks_for() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert all(author.get("name") or author.get("family-names") for author in citation["authors"])
    assert "version" not in citation  # it stands in hocsau alone
