"""Binder, Codespaces and Docker install what the lock says, by the Makefile's own commands."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from grader.lessons import all_lessons

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
DEVCONTAINER = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))  # fmt: skip
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def versions() -> set[str]:
    """The Python of Docker's image, of Codespaces' and of Binder's environment."""
    docker = re.search(r"^FROM python:(\d+\.\d+)-", DOCKERFILE, re.M)
    codespaces = re.search(r"python:1-(\d+\.\d+)-", DEVCONTAINER["image"])
    (conda,) = (part for part in ENVIRONMENT["dependencies"] if str(part).startswith("python="))
    assert docker
    assert codespaces
    return {docker[1], codespaces[1], conda.removeprefix("python=")}


def pinned_elsewhere(text: str) -> list[str]:
    """Packages that a file installs by a version of its own."""
    return re.findall(r"[A-Za-z0-9_.-]+==[0-9][^\s\"']*", text)


def test_one_python_for_all_and_the_course_runs_on_it() -> None:
    (version,) = versions()
    least = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]  # fmt: skip
    assert tuple(map(int, version.split("."))) >= tuple(map(int, least.removeprefix(">=").split(".")))  # fmt: skip


def test_what_is_installed_comes_from_the_lock() -> None:
    assert "-r requirements.lock" in DOCKERFILE
    assert "RUN make setup" in DOCKERFILE
    assert DEVCONTAINER["onCreateCommand"] == "make setup"
    assert pinned_elsewhere(DOCKERFILE) == pinned_elsewhere(json.dumps(DEVCONTAINER)) == []
    assert "-r requirements.lock" in MAKEFILE


@pytest.mark.parametrize("text", ["RUN pip install numpy==2.4.6", '"pip install torch==2.0"'])
def test_another_version_is_found(text: str) -> None:
    assert len(pinned_elsewhere(text)) == 1


def test_binder_takes_the_environment_at_the_root() -> None:
    assert not (
        ROOT / "binder"
    ).exists()  # it would go before environment.yml, which test_lock.py holds to the lock
    assert not (ROOT / ".binder").exists()


def test_binder_gets_the_worked_answers(tmp_path: Path) -> None:
    script = ROOT / "postBuild"
    assert os.access(script, os.X_OK)
    grader = Path(sys.executable).parent
    path = f"{grader}{os.pathsep}{os.environ['PATH']}"
    subprocess.run([str(script)], cwd=tmp_path, env={**os.environ, "PATH": path}, check=True, capture_output=True)  # fmt: skip
    assert {file.name for file in (tmp_path / "answers").iterdir()} == {
        f"{lesson.name}.json" for lesson in all_lessons()
    }


def test_they_open_the_lessons_with_make_lab() -> None:
    commands = (DOCKERFILE, DEVCONTAINER["postAttachCommand"])
    assert all("make lab" in command and "--ServerApp.ip=0.0.0.0" in command for command in commands)  # fmt: skip
    assert "EXPOSE 8888" in DOCKERFILE
    assert DEVCONTAINER["forwardPorts"] == [8888]


def test_nobody_learns_as_root_and_no_secret_is_copied() -> None:
    assert DOCKERFILE.index("USER learner") < DOCKERFILE.index("COPY")
    left_out = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".git", ".venv", ".course-secret", "gradebook.db", "submitted"} <= set(left_out)


def test_ci_runs_what_ci_runs_and_keeps_the_stories_pictures() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))  # fmt: skip
    steps = workflow["jobs"]["test"]["steps"]
    assert [step["run"] for step in steps if "run" in step] == [".ci/run"]
    (kept,) = (step["with"] for step in steps if "upload-artifact" in step.get("uses", ""))
    assert kept["path"] == "build/browser"
