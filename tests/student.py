"""A student's machine: the bundle unpacked, and a virtual environment that holds what the bundle's installer put there.

Packages are linked from where the tests run (no network, no gigabytes), so that the installer finds each of them
satisfied; hocsau it installs from the bundle's own wheel. A package that the bundle does not ask for cannot be imported.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

__all__ = ["install", "run", "unpack"]

_SCRIPT = "#!{python}\nimport sys\nfrom {module} import {top}\nsys.exit({function}())\n"


def unpack(bundle: Path, folder: Path) -> Path:
    """The bundle's one folder, unpacked into `folder`."""
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)
    return folder / bundle.stem


def install(student: Path, environment: Path, requirements: str = "requirements.txt") -> Path:
    """Run the bundle's installer, `pip install -r requirements.txt`, in a new environment. Its python."""
    venv.create(environment, with_pip=False)
    python = environment / "bin" / "python"
    asked = [
        Requirement(line)
        for line in (student / requirements).read_text(encoding="utf-8").splitlines()
        if line and line[0] not in "#."
    ]
    for package in _needed(asked):
        _link(package, environment)
        _scripts(package, python)
    run(
        *(sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"),
        *("--no-index", "--disable-pip-version-check", "-r", requirements),
        cwd=student,
    )
    return python


def _needed(asked: list[Requirement]) -> list[importlib.metadata.Distribution]:
    """What is asked for, and what only this machine's wheels ask for besides (a CUDA torch, for one)."""
    found: dict[str, importlib.metadata.Distribution] = {}
    pending = [need for need in asked if need.marker is None or need.marker.evaluate()]
    while pending:
        need = pending.pop()
        name = canonicalize_name(need.name)
        if name in found or name == "hocsau":
            continue
        found[name] = importlib.metadata.distribution(need.name)
        extras = need.extras or {""}
        pending += [
            more
            for more in map(Requirement, found[name].requires or [])
            if more.marker is None or any(more.marker.evaluate({"extra": x}) for x in extras)
        ]
    return list(found.values())


def _link(package: importlib.metadata.Distribution, environment: Path) -> None:
    """Link its packages into site-packages, and what it puts beside them (share/jupyter, etc/jupyter) file by file."""
    (site,) = environment.glob("lib/python*/site-packages")
    files = package.files or []
    for top in {file.parts[0] for file in files} - {"..", "__pycache__"}:
        if not (site / top).exists():
            (site / top).symlink_to(Path(str(package.locate_file(top))))
    for file in files:
        beside = file.parts[3:]
        if file.parts[0] == ".." and beside[0] in ("etc", "share"):
            link = environment.joinpath(*beside)
            link.parent.mkdir(parents=True, exist_ok=True)
            _same(Path(str(package.locate_file(file))).resolve(), link)


def _same(file: Path, link: Path) -> None:
    """`link` is `file`: a hard link, since Jupyter serves no symbolic one that leads elsewhere; a copy on another disk."""
    try:
        link.hardlink_to(file)
    except OSError:
        shutil.copy(file, link)


def _scripts(package: importlib.metadata.Distribution, python: Path) -> None:
    """Its commands, as pip writes them, for `python`."""
    for entry in package.entry_points.select(group="console_scripts"):
        module, _, function = entry.value.partition(":")
        top = function.split(".")[0].strip()
        path = python.parent / entry.name
        path.write_text(
            _SCRIPT.format(python=python, module=module, top=top, function=function.strip())
        )
        path.chmod(0o755)


def run(*command: str, cwd: Path | None = None, **more: str) -> str:
    """What `command` printed, in an environment that knows nothing of the repository; `more` are variables to add."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR")
    environment = {name: os.environ[name] for name in kept if name in os.environ} | more
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
