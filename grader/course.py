"""Where things are: the repository with its lessons, and the course with its submissions and its secret.

The repository is this checkout. A course (submitted/, autograded/, feedback/, gradebook.db, .course-secret) lies in
the same folder unless HOCSAU_COURSE names another.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from grader.errors import CourseError

__all__ = ["NOTEBOOKS", "PACKS", "ROOT", "SOLUTIONS", "SOURCE", "course_root", "course_secret"]

ROOT = Path(__file__).resolve().parents[1]
SOLUTIONS = ROOT / "solutions"
NOTEBOOKS = ROOT / "notebooks"
PACKS = ROOT / "hocsau" / "packs"
SOURCE = ROOT / "build" / "source"

_SECRET_BYTES = 32


def course_root() -> Path:
    """The folder of the running course."""
    return Path(os.environ.get("HOCSAU_COURSE") or ROOT).resolve()


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
        raise CourseError(
            f"{path} holds {len(found)} bytes, expected {_SECRET_BYTES}. Restore it from a backup."
        )
    return found
