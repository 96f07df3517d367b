"""Imports go one way, and a student's package asks for what it imports and for nothing else."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("torch", "matplotlib", "ipywidgets", "IPython")
OURS = ("grader", "solutions", "tests")
DISTRIBUTIONS = {"PIL": "pillow", "IPython": "ipython", "nbgrader": "nbgrader"}


def loaded(*statements: str) -> set[str]:
    """The top-level modules that a fresh Python has loaded after `statements`."""
    show = "import sys; print(*{name.partition('.')[0] for name in sys.modules})"
    command = [sys.executable, "-P", "-c", "\n".join([*statements, show])]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_hocsau_is_light_and_knows_nothing_of_ours() -> None:
    assert loaded("import hocsau").isdisjoint({*HEAVY, *OURS})


def test_the_names_a_lesson_imports_know_nothing_of_ours() -> None:
    found = loaded("from hocsau import begin, check, progress, ready", "import hocsau.datasets")
    assert found.isdisjoint({"torch", *OURS})
    assert "numpy" in found


@pytest.mark.parametrize("module", ["torch", "matplotlib", "grader"])
def test_this_test_can_fail(module: str) -> None:
    assert module in loaded("import hocsau", f"import {module}")


@pytest.mark.parametrize("names", ["begin, check, progress", "begin, check, progress, ready", "progress", "check"])
def test_a_name_is_the_function_and_not_the_module_of_that_name(names: str) -> None:
    check = f"assert all(callable(name) for name in ({names},)), ({names},)"
    loaded(f"from hocsau import {names}", check)


def imports(folder: Path) -> dict[str, set[str]]:
    """The top-level modules that the files under `folder` import anywhere, each with the files that do."""
    found: dict[str, set[str]] = {}
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            for name in names:
                top = name.partition(".")[0]
                found.setdefault(top, set()).add(path.relative_to(folder).as_posix())
    return {name: files for name, files in found.items() if name not in sys.stdlib_module_names}


def declared(pyproject: Path) -> set[str]:
    """The distributions that a pyproject.toml says its package needs, extras and what builds it too."""
    told = tomllib.loads(pyproject.read_text(encoding="utf-8"))
    project, builds = told["project"], told["build-system"]["requires"]
    extras = project.get("optional-dependencies", {}).values()
    lines = [*project["dependencies"], *builds, *(line for extra in extras for line in extra)]
    return {re.split(r"[<>=\[; ]", line)[0] for line in lines}


def undeclared(folder: Path, pyproject: Path) -> dict[str, set[str]]:
    """What is imported and not asked for."""
    known = declared(pyproject) | {folder.name}
    return {name: files for name, files in imports(folder).items() if DISTRIBUTIONS.get(name, name) not in known}


def test_no_file_of_hocsau_imports_ours() -> None:
    assert imports(ROOT / "hocsau").keys().isdisjoint(OURS)


def test_hocsau_asks_for_what_it_imports() -> None:
    found = undeclared(ROOT / "hocsau", ROOT / "pyproject.toml")
    assert found.keys() <= {"cycler", "jupyter_server"}, found  # matplotlib's; the server's own


def test_the_grader_asks_for_what_it_imports() -> None:
    inside = ROOT / "grader" / "sandbox" / "inside"  # runs as a folder: its files by their bare names
    own = {path.stem for path in inside.glob("*.py")}
    found = undeclared(ROOT / "grader", ROOT / "grader" / "pyproject.toml")
    assert found.keys() - own <= {"IPython", "matplotlib", "torch"}, found  # what hocsau asks for


def test_an_import_that_is_not_asked_for_is_found(tmp_path: Path) -> None:
    package = tmp_path / "hocsau"
    package.mkdir()
    (package / "a.py").write_text("import numpy\nfrom grader.judge.draw import draw\nimport os\n")
    assert undeclared(package, ROOT / "pyproject.toml") == {"grader": {"a.py"}}
