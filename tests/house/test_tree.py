"""What is written is also committed: no rule of .gitignore hides a file of ours."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("data", "docs", "grader", "hocsau", "notebooks", "solutions", "tests")
SOURCES = {
    ".cfg",
    ".csv",
    ".ipynb",
    ".json",
    ".md",
    ".npz",
    ".pack",
    ".py",
    ".toml",
    ".tsv",
    ".txt",
}


def hidden(paths: list[str]) -> list[str]:
    """Those of `paths` that git ignores."""
    command = ["git", "check-ignore", "--no-index", "--stdin"]
    done = subprocess.run(command, cwd=ROOT, input="\n".join(paths), capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout.splitlines()


def ours() -> list[str]:
    """Every source file in our rooms."""
    found = (path for room in ROOMS for path in (ROOT / room).rglob("*"))
    made = {"__pycache__", ".ipynb_checkpoints"}
    return [
        path.relative_to(ROOT).as_posix()
        for path in found
        if path.suffix in SOURCES
        and not made & set(path.parts)
        and not any(part.endswith(".egg-info") for part in path.parts)
    ]


def test_nothing_of_ours_is_ignored() -> None:
    paths = ours()
    assert {"grader/course/source.py", "hocsau/__init__.py", "data/auto_mpg.csv"} <= set(paths)
    assert hidden(paths) == []


@pytest.mark.parametrize("path", ["build/x.py", "dist/a.md", "gradebook.db", ".course-secret"])
def test_what_is_made_is_ignored(path: str) -> None:
    assert hidden([path, "README.md"]) == [path]
