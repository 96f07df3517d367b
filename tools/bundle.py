"""What a student gets: one zip a language with the notebooks, the hocsau wheel (the data in it) and how to install them.

    hocsau-student-en/
        README.md  LICENSE  LICENSE-PROSE  environment.yml  requirements.txt  requirements-nbgrader.txt
        hocsau-0.1.0-py3-none-any.whl
        notebooks/02_NAME/02_NAME.ipynb ...

The same bytes every time. Versions come from requirements.lock. Nothing of solutions/ or grader/ is in it.
hocsau-solo-<language>, for those who learn alone, has answers/ besides, which `hocsau.reveal` shows.
"""

from __future__ import annotations

import importlib.metadata
import io
import os
import subprocess
import sys
import tempfile
import zipfile
from functools import cache
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from grader.course.lessons import all_lessons
from grader.course.places import NOTEBOOKS, ROOT
from grader.course.source import BEGIN, END
from grader.errors import BuildError
from grader.publish.worked import worked_answers
from hocsau.language import LANGUAGES

__all__ = ["intruders", "locked_versions", "student_requirements", "write_bundles"]

STUDENT = ("hocsau[torch]", "jupyterlab")
"""What a student installs; everything else follows from these two."""

WITH_NBGRADER = (*STUDENT, "nbgrader")
"""The same where the course hands out lessons through nbgrader's exchange: its lists and buttons in JupyterLab."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
_ROOMS_OF_OURS = {"answers", "grader", "solutions", "tests", "misconceptions"}


def write_bundles(destination: Path, *, solo: bool = False) -> list[Path]:
    """Write hocsau-student-en.zip and -vi.zip (`solo`: hocsau-solo-...) into `destination`; their paths.

    raises BuildError when a notebook is missing, the wheel does not build, or something of ours would get in
    """
    destination.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="hocsau-bundle-") as folder:
        wheel = build_wheel(Path(folder))
        return [_write(destination, language, wheel, solo) for language in LANGUAGES]


def _write(destination: Path, language: str, wheel: Path, solo: bool) -> Path:
    name = f"hocsau-{'solo' if solo else 'student'}-{language}"
    files = {f"{name}/{path}": content for path, content in _files(language, wheel).items()}
    blob = _zipped(files)
    found = intruders(blob)
    if found:
        raise BuildError(f"{name}.zip would give students what is not theirs: {'; '.join(found)}")
    if solo:
        for lesson in all_lessons():
            files[f"{name}/answers/{lesson.name}.json"] = worked_answers(lesson).encode()
        blob = _zipped(files)
    path = destination / f"{name}.zip"
    path.write_bytes(blob)
    return path


def _files(language: str, wheel: Path) -> dict[str, bytes]:
    """Everything in a bundle, by its path there."""
    files = {
        "README.md": (ROOT / "docs" / f"student.{language}.md").read_bytes(),
        wheel.name: wheel.read_bytes(),
        "requirements.txt": _requirements("requirements.txt", STUDENT, wheel.name).encode(),
        "requirements-nbgrader.txt": _requirements("requirements-nbgrader.txt", WITH_NBGRADER, wheel.name).encode(),
        "environment.yml": _environment(wheel.name).encode(),
    }
    for name in ("LICENSE", "LICENSE-PROSE"):
        files[name] = (ROOT / name).read_bytes()
    for lesson in all_lessons():
        place = Path(lesson.assignment) / f"{lesson.assignment}.ipynb"
        try:
            files[f"notebooks/{place.as_posix()}"] = (NOTEBOOKS / language / place).read_bytes()
        except OSError as error:
            raise BuildError(f"{error}; run `make build` first") from error
    return files


def _zipped(files: dict[str, bytes]) -> bytes:
    """A zip with the same bytes for the same files: sorted, one date, one mode."""
    blob = io.BytesIO()
    with zipfile.ZipFile(blob, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, files[name])
    return blob.getvalue()


def build_wheel(folder: Path) -> Path:
    """Build hocsau's wheel into `folder`."""
    command = [
        *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"),
        *("--disable-pip-version-check", "--wheel-dir", str(folder), str(ROOT)),
    ]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "315532800"}  # 1980, where zip begins
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    wheels = list(folder.glob("hocsau-*.whl"))
    if done.returncode or len(wheels) != 1:
        raise BuildError(f"the hocsau wheel does not build:\n{done.stdout}{done.stderr}")
    return wheels[0]


def intruders(blob: bytes) -> list[str]:
    """What a zip holds that no student may get, wheels inside it looked into; empty when there is nothing.

    A file out of the instructor's folders, a solution marker in a notebook, a gradebook, a secret.
    """
    found = []
    with zipfile.ZipFile(io.BytesIO(blob)) as archive:
        for name in archive.namelist():
            parts, content = Path(name).parts, archive.read(name)
            if _ROOMS_OF_OURS & set(parts) or Path(name).name in ("gradebook.db", ".course-secret"):
                found.append(name)
            elif name.endswith(".whl"):
                found += [f"{name}: {inner}" for inner in intruders(content)]
            elif name.endswith(".ipynb") and (BEGIN.encode() in content or END.encode() in content):
                found.append(f"{name}: holds a solution marker")
    return found


@cache
def locked_versions(lock: Path = ROOT / "requirements.lock") -> dict[str, str]:
    """The lock's lines by canonical name: {"numpy": "numpy==2.4.6", ...}."""
    lines = (line.strip() for line in lock.read_text(encoding="utf-8").splitlines())
    pins = [line for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(Requirement(pin).name): pin for pin in pins}


def student_requirements(installed: tuple[str, ...] = STUDENT) -> list[str]:
    """The lock's lines for what a student's installs need, found by following what is installed here.

    What only this machine's torch or system asks for is not locked and is left to pip.
    raises BuildError for a direct dependency that is not locked
    """
    locked = locked_versions()
    pending = [Requirement(item) for item in installed]
    direct = {canonicalize_name(need.name) for item in pending for need in _needs(item)}
    if missing := sorted(direct - set(locked)):
        raise BuildError(f"requirements.lock lacks {', '.join(missing)}; run `make lock`")
    seen: set[str] = set()
    names: set[str] = set()
    while pending:
        wanted = pending.pop()
        if str(wanted) not in seen:
            seen.add(str(wanted))
            names.add(canonicalize_name(wanted.name))
            pending += _needs(wanted)
    return sorted((locked[name] for name in names & set(locked)), key=str.lower)


def _needs(wanted: Requirement) -> list[Requirement]:
    """What `wanted`, with its extras, asks for on this machine."""
    try:
        asked = [Requirement(text) for text in importlib.metadata.requires(wanted.name) or []]
    except importlib.metadata.PackageNotFoundError:
        return []
    return [
        need
        for need in asked
        if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in (wanted.extras or {""}))
    ]


def _requirements(name: str, installed: tuple[str, ...], wheel: str) -> str:
    lines = [
        f"# pip install -r {name}, in this folder",
        *student_requirements(installed),
        f"./{wheel}",
    ]
    return "\n".join(lines) + "\n"


def _environment(wheel: str) -> str:
    head = [
        "# conda env create -f environment.yml && conda activate hocsau",
        "name: hocsau",
        "channels:",
        "  - conda-forge",
        "  - nodefaults",
        "dependencies:",
        "  - python=3.11",
        "  - pip",
        "  - pip:",
    ]
    return "\n".join([*head, *(f"      - {x}" for x in [*student_requirements(), f"./{wheel}"])]) + "\n"
