"""Both wheels, built out of a copy of the checkout, and an environment that holds them and what they ask for, but no checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from packaging.metadata import Metadata

from tests.student import copy_package, needed, run, scripts

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = {"hocsau": Path(), "hocsau_grader": Path("grader")}
"""Where each distribution is built, in the checkout."""


def tracked(*folders: str) -> set[str]:
    """Every file of ours in the checkout, or in some folders of it: what git tracks, and what it would."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *folders]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return {name for name in found.splitlines() if (ROOT / name).exists()}


def files_under(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def pip_wheel(source: Path, to: Path) -> None:
    """`pip wheel --no-deps`, without a network."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"]
    command += ["--no-build-isolation", "--wheel-dir", str(to), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkout's files, and nothing that was made from them."""
    folder = tmp_path_factory.mktemp("copy")
    for name in tracked():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name, follow_symlinks=False)
    return folder


@pytest.fixture(scope="session")
def wheels(copy: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The two wheels by the name of their distribution."""
    folder = tmp_path_factory.mktemp("wheels")
    for source in FOLDERS.values():
        pip_wheel(copy / source, folder)
    return {path.name.partition("-")[0]: path for path in folder.glob("*.whl")}


def told(wheel: Path) -> bytes:
    """What a wheel says of itself, as it stands there."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return archive.read(name)


def metadata(wheel: Path) -> Metadata:
    """The same, read; what is not valid raises."""
    return Metadata.from_email(told(wheel), validate=True)


@pytest.fixture(scope="session")
def python(wheels: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The python of an environment in which pip has installed the wheels. PyTorch is not in it."""
    environment = tmp_path_factory.mktemp("installed")
    venv.create(environment, with_pip=False)
    python = environment / "bin" / "python"
    asked = [
        need
        for wheel in wheels.values()
        for need in metadata(wheel).requires_dist or []
        if need.name != "hocsau" and (need.marker is None or need.marker.evaluate({"extra": ""}))
    ]
    for package in needed(asked):
        copy_package(package, environment)
        scripts(package, python)
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    run(*command, "--no-index", "--disable-pip-version-check", *map(str, wheels.values()))
    return python


@pytest.fixture(scope="session")
def grader(python: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`grader ARGUMENTS` as somebody runs it who has installed the wheels; `cwd` is an empty folder unless it is given."""
    home = tmp_path_factory.mktemp("home")
    nowhere = tmp_path_factory.mktemp("nowhere")

    def run_grader(*arguments: str, cwd: Path = nowhere, program: str = "grader") -> subprocess.CompletedProcess[str]:
        environment = {"PATH": os.defpath, "HOME": str(home), "LANG": "C.UTF-8", "COLUMNS": "300"}
        command = [str(python.parent / program), *arguments]
        return subprocess.run(
            command,
            cwd=cwd,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=300,
        )

    return run_grader
