"""Binder, Codespaces and Docker: one Python, what the lock says, nobody as root, nothing that is not to be copied."""

from __future__ import annotations

import itertools
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from grader.course.lessons import all_lessons

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
DEVCONTAINER = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))  # fmt: skip
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


def versions() -> set[str]:
    """The Python of Docker's image, of Codespaces' and of Binder's environment."""
    docker = re.search(r"^FROM python:(\d+\.\d+)-", DOCKERFILE, re.M)
    codespaces = re.search(r"python:1-(\d+\.\d+)-", DEVCONTAINER["image"])
    (conda,) = (part for part in ENVIRONMENT["dependencies"] if str(part).startswith("python="))
    assert docker
    assert codespaces
    return {docker[1], codespaces[1], conda.removeprefix("python=")}


def installed_elsewhere(text: str) -> list[str]:
    """What a file has pip install besides what the lock says."""
    commands = re.findall(r"pip install(.*?)(?:&&|;|\"|$)", text.replace("\\\n", " "), re.M)
    words = [word for command in commands for word in command.split()]
    values = {"-r", "--extra-index-url"}
    given = {after for before, after in itertools.pairwise(words) if before in values}
    return [word for word in words if word[0] != "-" and word not in given]


def test_one_python_for_all_and_the_course_runs_on_it() -> None:
    (version,) = versions()
    least = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]  # fmt: skip
    assert tuple(map(int, version.split("."))) >= tuple(map(int, least.removeprefix(">=").split(".")))  # fmt: skip


@pytest.mark.parametrize("text", [DOCKERFILE, json.dumps(DEVCONTAINER)], ids=["Docker", "Codespaces"])  # fmt: skip
def test_what_is_installed_comes_from_the_lock(text: str) -> None:
    assert installed_elsewhere(text) == []


@pytest.mark.parametrize("text", ["RUN pip install numpy==2.4.6", '"pip install -r requirements.lock && pip install \\\n numpy==2.4.6"'])  # fmt: skip
def test_another_package_is_found(text: str) -> None:
    assert installed_elsewhere(text) == ["numpy==2.4.6"]


def test_binder_gets_the_worked_answers(tmp_path: Path) -> None:
    script = ROOT / "postBuild"
    assert os.access(script, os.X_OK)
    grader = Path(sys.executable).parent
    path = f"{grader}{os.pathsep}{os.environ['PATH']}"
    subprocess.run([str(script)], cwd=tmp_path, env={**os.environ, "PATH": path}, check=True, capture_output=True)  # fmt: skip
    assert {file.name for file in (tmp_path / "answers").iterdir()} == {
        f"{lesson.name}.json" for lesson in all_lessons()
    }


def test_the_port_that_is_opened_is_the_one_that_is_shown() -> None:
    assert re.findall(r"^EXPOSE (\d+)", DOCKERFILE, re.M) == list(map(str, DEVCONTAINER["forwardPorts"]))  # fmt: skip


def as_root(dockerfile: str) -> list[str]:
    """The instructions that run, or copy something, as root, once the system's packages are there."""
    user, found = "root", []
    for line in re.findall(r"^[A-Z]+ .*", dockerfile, re.M):
        word, rest = line.split(" ", 1)
        user = rest if word == "USER" else user
        if user == "root" and word in ("COPY", "ADD", "CMD", "ENTRYPOINT"):
            found.append(line)
    return found


def test_nobody_learns_as_root() -> None:
    assert as_root(DOCKERFILE) == []
    assert as_root(re.sub(r"^USER .*\n", "", DOCKERFILE, flags=re.M)) != []


def patterns(text: str) -> set[str]:
    """What a .gitignore or a .dockerignore leaves out, wherever it lies."""
    lines = (line.strip() for line in text.splitlines())
    return {line.strip("/").removeprefix("**/") for line in lines if line and line[0] != "#"}


def test_what_is_not_committed_is_not_copied_either() -> None:
    """Above all the secret, the gradebook and what students handed in."""
    kept_out = patterns((ROOT / ".gitignore").read_text(encoding="utf-8"))
    assert {".course-secret", "gradebook.db", "submitted"} <= kept_out
    assert kept_out - patterns((ROOT / ".dockerignore").read_text(encoding="utf-8")) == set()
    assert patterns("/.course-secret\n# a line\n**/__pycache__/\n") == {".course-secret", "__pycache__"}  # fmt: skip
