"""GitHub's workflows, Docker and Codespaces run commands that exist, CI runs all of .ci/run, and on each Python that is promised.

That the workflows are workflows is looked at by `make check`.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from grader.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
WORKFLOWS = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in (ROOT / ".github" / "workflows").glob("*.yml")
}
RUN_ELSEWHERE = {
    path: (ROOT / path).read_text(encoding="utf-8")
    for path in (".ci/run", "Dockerfile", ".devcontainer/devcontainer.json", "postBuild")
}


def commands(workflow: dict[str, Any]) -> list[str]:
    """What the jobs of a workflow run, with the values of their matrices."""
    found = []
    for job in workflow["jobs"].values():
        found += [step["run"] for step in job["steps"] if "run" in step]
        matrix = job.get("strategy", {}).get("matrix", {}).get("include", [])
        found += [item["command"] for item in matrix if "command" in item]
    return found


def unknown(text: str) -> set[str]:
    """The targets of make, make's variables and the commands of grader in a text that do not exist."""
    asked = re.findall(r"(?:^|&& |exec |RUN |\")make ([^&|;\n\"']*)", text, re.M)
    words = {word.partition("=")[0] for command in asked for word in command.split()}
    known = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.M)) | set(re.findall(r"\$[({](\w+)", MAKEFILE))  # fmt: skip
    ours = set(getattr(get_command(app), "commands"))  # noqa: B009  (click's group, which has no type here)
    graders = set(re.findall(r"\bgrader ([a-z]+)", text))
    return (words - known) | (graders - ours)


@pytest.mark.parametrize("name", WORKFLOWS)
def test_what_a_workflow_runs_exists(name: str) -> None:
    said = commands(WORKFLOWS[name])
    assert said
    assert unknown("\n".join(said)) == set()


@pytest.mark.parametrize("path", RUN_ELSEWHERE)
def test_what_other_places_run_exists(path: str) -> None:
    assert unknown(RUN_ELSEWHERE[path]) == set()


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("make tea", "tea"), ("make test EVERYTHING=1", "EVERYTHING"), ("make check && grader pray", "pray")],
)  # fmt: skip
def test_a_command_that_does_not_exist_is_found(text: str, wrong: str) -> None:
    assert unknown(text) == {wrong}


def missing(script: str, workflow: dict[str, Any]) -> set[str]:
    """The targets of a script that no job of a workflow makes."""
    made = {word for command in commands(workflow) for word in command.split()}
    return set(re.findall(r"^make (\S+)", script, re.M)) - made


def test_ci_on_github_leaves_out_nothing_of_what_ci_runs() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert missing(script, WORKFLOWS["ci"]) == set()
    assert missing("make check\nmake tea\n", WORKFLOWS["ci"]) == {"tea"}


def test_each_python_that_is_promised_is_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    promised = re.findall(r"Python :: (3\.\d+)", " ".join(project["classifiers"]))
    assert promised
    assert WORKFLOWS["ci"]["jobs"]["test"]["strategy"]["matrix"]["python"] == promised
    assert f">={promised[0]}" == project["requires-python"]
