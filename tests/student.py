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

__all__ = ["copy_package", "install", "needed", "run", "scripts", "unpack"]

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
    for package in needed(asked):
        _link(package, environment)
        scripts(package, python)
    run(
        *(sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"),
        *("--no-index", "--disable-pip-version-check", "-r", requirements),
        cwd=student,
    )
    return python


def needed(asked: list[Requirement]) -> list[importlib.metadata.Distribution]:
    """What is asked for, and what only this machine's wheels ask for besides (a CUDA torch, for one)."""
    found: dict[str, importlib.metadata.Distribution] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    pending = [need for need in asked if need.marker is None or need.marker.evaluate()]
    while pending:
        need = pending.pop()
        name, extras = canonicalize_name(need.name), frozenset(need.extras)
        if (name, extras) in seen or name == "hocsau":
            continue
        seen.add((name, extras))
        found[name] = importlib.metadata.distribution(need.name)
        pending += [
            more
            for more in map(Requirement, found[name].requires or [])
            if more.marker is None or any(more.marker.evaluate({"extra": x}) for x in extras or {""})
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


def copy_package(package: importlib.metadata.Distribution, environment: Path) -> None:
    """The same without a link that leads out of the environment, where the sandbox would not follow: every file is there."""
    (site,) = environment.glob("lib/python*/site-packages")
    for file in package.files or []:
        inside = file.parts[0] != ".."
        place = site.joinpath(*file.parts) if inside else environment.joinpath(*file.parts[3:])
        source = Path(str(package.locate_file(file))).resolve()
        if source.is_file() and (inside or file.parts[3] in ("etc", "share")):
            place.parent.mkdir(parents=True, exist_ok=True)
            _same(source, place)


def _same(file: Path, link: Path) -> None:
    """`link` is `file`: a hard link, since Jupyter serves no symbolic one that leads elsewhere; a copy on another disk."""
    try:
        link.hardlink_to(file)
    except OSError:
        shutil.copy(file, link)


def scripts(package: importlib.metadata.Distribution, python: Path) -> None:
    """Its commands, as pip writes them, for `python`."""
    for entry in package.entry_points.select(group="console_scripts"):
        module, _, function = entry.value.partition(":")
        top = function.split(".")[0].strip()
        path = python.parent / entry.name
        path.write_text(_SCRIPT.format(python=python, module=module, top=top, function=function.strip()))
        path.chmod(0o755)


def run(*command: str, cwd: Path | None = None, **more: str) -> str:
    """What `command` printed, in an environment that knows nothing of the repository; `more` are variables to add."""
    kept = ("PATH", "HOME", "LANG", "TMPDIR")
    environment = {name: os.environ[name] for name in kept if name in os.environ} | more
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
