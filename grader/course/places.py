"""Where things are: the lessons, the repository if this is one, and the course with its submissions and its secret.

The lessons (solutions/, notebooks/, the glossary) lie in the repository, or in the folder `shipped` of an installed
hocsau-grader. A course (course.toml, submitted/, gradebook.db, .course-secret ...) lies in a folder of its own, which
`grader init` makes; in the repository it may lie there as well.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import hocsau
from grader.errors import CourseError

__all__ = [
    "COURSE_FILE",
    "GRADING",
    "INSTALLED",
    "NOTEBOOKS",
    "PACKAGE",
    "PACKS",
    "REBUILD",
    "ROOT",
    "SOLUTIONS",
    "checkout",
    "course_root",
    "course_secret",
]

PACKAGE = Path(__file__).resolve().parents[1]
INSTALLED = (PACKAGE / "shipped").is_dir()
"""Is this a hocsau-grader out of a wheel, with no repository around it?"""
ROOT = PACKAGE / "shipped" if INSTALLED else PACKAGE.parent
SOLUTIONS = Path(os.environ.get("HOCSAU_SOLUTIONS") or ROOT / "solutions").resolve()
"""The course's lessons, a folder each; HOCSAU_SOLUTIONS names another course's."""
_OWN = SOLUTIONS.parent == ROOT
NOTEBOOKS = SOLUTIONS.parent / "notebooks"
PACKS = Path(hocsau.__file__).resolve().parent / "packs" if _OWN else SOLUTIONS.parent / "packs"
REBUILD = "install hocsau-grader again" if INSTALLED else "run `make build`"
"""What to do where something that is built is missing."""
COURSE_FILE = "course.toml"
GRADING = ".grading"
"""The folder of a course in which the grader keeps what it knows of earlier gradings."""

_SECRET_BYTES = 32


def checkout(command: str) -> Path:
    """The folder in which a `command` builds: the repository, or that of another course.

    raises CourseError where this is an installed hocsau-grader
    """
    if INSTALLED and _OWN:
        raise CourseError(
            f"`{command}` works in the repository alone, and this is an installed hocsau-grader ({PACKAGE}). "
            f"Clone the repository, run `make setup` there, then `.venv/bin/{command}`"
        )
    return SOLUTIONS.parent


def course_root(beside: str | None = None) -> Path:
    """The folder of the running course.

    It is the folder of the file `beside` where a course.toml lies, else HOCSAU_COURSE, else the nearest folder with a
    course.toml from the working folder upwards, else the repository.
    raises CourseError when there is none of these
    """
    if beside is not None and (Path(beside).parent / COURSE_FILE).is_file():
        return Path(beside).parent.resolve()
    chosen = os.environ.get("HOCSAU_COURSE")
    if chosen:
        return Path(chosen).resolve()
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / COURSE_FILE).is_file():
            return folder
    if INSTALLED:
        raise CourseError(
            f"there is no course here: no {COURSE_FILE} in {here} or above it. Go to a course's folder, name it "
            "with --course or HOCSAU_COURSE, or make one: grader init FOLDER"
        )
    return ROOT


def course_secret(root: Path | None = None) -> bytes:
    """The secret from which every graded case is drawn; made when the course first grades.

    raises CourseError when the file is there but is not a secret of ours
    """
    path = (root or course_root()) / ".course-secret"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    except OSError as error:
        raise CourseError(f"cannot make the course secret {path}: {error}") from error
    else:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_SECRET_BYTES) + "\n")
    try:
        found = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise CourseError(
            f"{path} is not a course secret ({error}): expected {2 * _SECRET_BYTES} hexadecimal digits. "
            "Restore it from a backup, or delete it to draw all cases anew."
        ) from error
    if len(found) != _SECRET_BYTES:
        raise CourseError(f"{path} holds {len(found)} bytes, expected {_SECRET_BYTES}. Restore it from a backup.")
    return found
