"""What a stored result depends on, as hashes: the lesson and the code that judges it, the secret, the settings."""

from __future__ import annotations

import hashlib
import hmac
import json
import platform
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import hocsau
from grader.course import NOTEBOOKS, PACKAGE, SOLUTIONS
from grader.judge import Limits
from grader.lessons import Lesson, of_name
from grader.submission import Submission

__all__ = ["Terms", "digest", "lesson_version", "secret_fingerprint"]

_GRADER = PACKAGE
_JUDGING = ("*.py", "sandbox/**/*.py", "nbgrader_plugins/*.py", "report/judgement.py")
_OURS = ("convert.py", "task.py", "records.py")
_NOT = {
    "cli.py",
    "bundle.py",
    "worked.py",
    "explorers.py",
    "doctor.py",
    "grading.py",
    "stock.py",
    "export.py",
}
_PACKAGES = ("ipython", "matplotlib", "numpy", "torch")


def digest(*parts: bytes) -> str:
    """A hash of `parts`, each with its length, so that no two lists of parts give the same bytes."""
    found = hashlib.blake2b(digest_size=20)
    for part in parts:
        found.update(len(part).to_bytes(8, "big"))
        found.update(part)
    return found.hexdigest()


def lesson_version(lesson: Lesson) -> str:
    """A hash of all that decides a verdict on `lesson`: its source, its definition, the judging code, the interpreter."""
    return _version(lesson.name)


@cache
def _version(name: str) -> str:
    lesson = of_name(name)
    parts = [platform.python_version().encode()]
    parts += [f"{package} {_installed(package)}".encode() for package in _PACKAGES]
    for path in sorted(_files(lesson)):
        parts += [path.name.encode(), path.read_bytes()]
    return digest(*parts)


def _installed(package: str) -> str:
    try:
        return version(package)
    except ImportError:
        return "none"


def _files(lesson: Lesson) -> set[Path]:
    found = {path for pattern in _JUDGING for path in _GRADER.glob(pattern)}
    found |= {_GRADER / "engine" / name for name in _OURS}
    for folder in ("lessons", "misconceptions"):
        found |= {
            _GRADER / folder / f"{lesson.name}.py",
            *(_GRADER / folder / lesson.name).glob("*.py"),
        }
    found |= {_GRADER / "lessons" / name for name in ("definition.py", "repeated.py")}
    found |= {_GRADER / "misconceptions" / "catalogue.py"}
    found |= set(Path(hocsau.__file__).parent.glob("**/*.py"))
    found |= {SOLUTIONS / f"{lesson.name}.py"}
    found |= set((NOTEBOOKS / "en" / lesson.assignment).glob("*.ipynb"))
    return {path for path in found if path.is_file() and path.name not in _NOT}


def secret_fingerprint(secret: bytes) -> str:
    """Says whether two machines have the same course secret, and nothing about it."""
    return hmac.new(secret, b"hocsau course secret", hashlib.blake2b).hexdigest()[:32]


@dataclass(frozen=True)
class Terms:
    """All that a verdict depends on besides the submission; equal on every machine that takes part in a run."""

    lesson: str
    version: str
    fingerprint: str
    layers: tuple[str, ...]
    limits: Limits
    device: str

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON data."""
        return asdict(self)

    @classmethod
    def of_dict(cls, data: dict[str, Any]) -> Terms:
        """The terms that `as_dict` wrote."""
        return cls(**{**data, "layers": tuple(data["layers"]), "limits": Limits(**data["limits"])})

    def digest(self) -> str:
        """The terms as one hash."""
        return digest(json.dumps(self.as_dict(), sort_keys=True).encode())

    def key(self, submission: Submission) -> str:
        """The name of the result for `submission`: what the judge uses of it, under these terms."""
        used = [
            [[cell.source, cell.runs] for cell in submission.cells],
            submission.language,
            submission.contract_only,
            sorted(submission.written),
        ]
        return digest(self.digest().encode(), json.dumps(used).encode())
