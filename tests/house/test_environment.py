"""docs/environment-variables.md and the code name the same variables."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "environment-variables.md").read_text(encoding="utf-8")
SYSTEMS = {"LANG", "PATH", "TMPDIR", "TZ"}
"""Variables of the system's, which programs hand on."""


def sources() -> dict[str, str]:
    """Every committed program, the tests' own left out but what they start and share."""
    command = ["git", "ls-files", "*.py", "*.sh", "*.yml", "Makefile", "Dockerfile", ".ci", "postBuild"]  # fmt: skip
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    paths = [path for path in listed.stdout.split() if not Path(path).name.startswith("test_")]
    return {path: (ROOT / path).read_text(encoding="utf-8") for path in paths}


def used(text: str, python: bool) -> set[str]:
    """The variables of ours that a program names, and those of others that it reads."""
    found = set(re.findall(r"\bHOCSAU_[A-Z_]+\b", text))
    return found | (set(_read(ast.parse(text))) if python else set())


def _read(tree: ast.AST) -> Iterator[str]:
    """What `os.environ["X"]`, `os.environ.get("X")` and `os.getenv("X")` name."""
    for node in ast.walk(tree):
        key: ast.expr | None = None
        if isinstance(node, ast.Call) and node.args:
            called = ast.unparse(node.func)
            key = node.args[0] if called in ("os.environ.get", "os.getenv") else None
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            key = node.slice if ast.unparse(node.value) == "os.environ" else None
        if isinstance(key, ast.Constant):
            yield str(key.value)


def table(page: str) -> dict[str, str]:
    """The variables of the page's tables, each with the file that reads it."""
    rows = re.findall(r"^\| `([A-Z_]+)` \|.*\| `([^`|]+)` \|$", page, re.M)
    assert len(rows) == len(dict(rows)), "a variable stands in one row"
    return dict(rows)


def all_used() -> set[str]:
    names = (used(text, path.endswith(".py")) for path, text in sources().items())
    return set().union(*names) - SYSTEMS


def test_the_page_names_what_the_code_reads_and_nothing_else() -> None:
    assert set(table(PAGE)) == all_used()


def test_each_is_read_where_the_page_says() -> None:
    programs = sources()
    assert [name for name, path in table(PAGE).items() if name not in programs[path]] == []


@pytest.mark.parametrize(
    ("program", "name"),
    [
        ("os.environ.get('HOCSAU_NEW', '')", "HOCSAU_NEW"),
        ("SWITCH = 'HOCSAU_SWITCH'", "HOCSAU_SWITCH"),
        ("import os\nprint(os.environ['CUDA_HOME'])", "CUDA_HOME"),
        ("import os\nx = os.getenv('OMP_NUM_THREADS') or 1", "OMP_NUM_THREADS"),
    ],
)
def test_a_variable_that_is_read_is_found(program: str, name: str) -> None:
    assert used(program, python=True) == {name}
    assert name not in table(PAGE)


def test_a_variable_that_is_only_set_is_not_read() -> None:
    assert used("os.environ['OMP_NUM_THREADS'] = '1'", python=True) == set()


def test_a_row_that_goes_or_comes_is_seen() -> None:
    gone = re.sub(r"^\| `HOCSAU_DATA`.*\n", "", PAGE, flags=re.M)
    assert set(table(PAGE)) - set(table(gone)) == {"HOCSAU_DATA"}
    more = PAGE.replace("| `CHROMIUM` |", "| `HOCSAU_DREAM` | | | `grader/cli/app.py` |\n| `CHROMIUM` |")
    assert set(table(more)) - set(table(PAGE)) == {"HOCSAU_DREAM"}
