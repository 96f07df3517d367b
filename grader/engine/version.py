"""What a stored result depends on, as hashes: what judges the lesson, what makes pages of it, the secret, the settings.

Neither is a list kept by hand. What judges is found from the imports of the judge, of the sandbox and of the lesson (see
`reach`), and from what is read of the lesson's source: the code of the answers and the headings that a message names, no
other prose. What only makes the notebook that comes back, and the rows, is hashed apart: when it changes, they are made
anew from the stored verdicts and no code is run.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from grader.course.lessons import Lesson, module_names
from grader.course.mistakes import edit_files
from grader.course.places import SOLUTIONS
from grader.course.reference import program
from grader.course.source import read_source
from grader.engine.reach import HOMES, Reached, reach
from grader.judge.draw import headings
from grader.judge.judge import Limits
from grader.judge.submission import Submission, release
from hocsau.judging.values import record

__all__ = ["Terms", "digest", "judged_by", "lesson_version", "page_version", "secret_fingerprint"]

_JUDGE = ("grader.judge.judge", "grader.judge.records", "grader.sandbox.inside.__main__")
"""Makes a verdict and keeps it; what runs in the sandbox."""
_PAGES = ("grader.nbgrader.convert", "grader.nbgrader.scores")
"""Puts a verdict into a notebook and into the gradebook's rows."""


def digest(*parts: bytes) -> str:
    """A hash of `parts`, each with its length, so that no two lists of parts give the same bytes."""
    found = hashlib.blake2b(digest_size=20)
    for part in parts:
        found.update(len(part).to_bytes(8, "big"))
        found.update(part)
    return found.hexdigest()


@cache
def lesson_version(
    lesson: Lesson,
    solutions: Path = SOLUTIONS,
    read: Callable[[Path], bytes] = Path.read_bytes,
) -> str:
    """A hash of all that decides a verdict on `lesson`."""
    text = [*program(lesson.name, solutions).items()]
    files = [*edit_files(lesson.name, solutions), *sorted((solutions / lesson.name).glob("*.po"))]
    text += [(path.name, path.read_text(encoding="utf-8")) for path in files]
    text += [(key, f"{said.en}\n{said.vi}") for key, said in headings(lesson.name, solutions).items()]
    return _hash(judged_by(lesson, solutions, read), text)


@cache
def page_version(lesson: Lesson, read: Callable[[Path], bytes] = Path.read_bytes) -> str:
    """A hash of all that makes notebook and rows out of a verdict: code, and the released cells that bear a mark of ours."""
    released = release(lesson)
    cells = [[cell.id, cell.cell_type, cell.metadata, cell.source] for cell in released.cells if cell.metadata]
    marked = json.dumps([released.metadata, cells], sort_keys=True)
    return _hash(reach(_PAGES, read=read), [("release", marked)])


def judged_by(
    lesson: Lesson,
    solutions: Path = SOLUTIONS,
    read: Callable[[Path], bytes] = Path.read_bytes,
) -> Reached:
    """The files and packages that a verdict on `lesson` can depend on.

    Its definition, its known mistakes, and what its cells import that run while it is graded are among them.
    """
    parts = ["exercises", *module_names(lesson.name, "mistakes", solutions)]
    cells = [
        _without_magics(cell.source)
        for cell in read_source(lesson.name, solutions)
        if cell.role in ("exercise", "code")
    ]
    modules = [f"solutions.{lesson.name}.{part}" for part in parts]
    return reach([*_JUDGE, *modules], cells, homes={**HOMES, "solutions": solutions}, read=read)


def _without_magics(source: str) -> str:
    """A cell as Python reads it."""
    return "\n".join(line for line in source.splitlines() if not line.startswith(("%", "!")))


def _hash(reached: Reached, texts: list[tuple[str, str]]) -> str:
    return digest(
        platform.python_version().encode(),
        *(f"{name} {_installed(name)}".encode() for name in sorted(reached.packages)),
        *(part for name in sorted(reached.files) for part in (name.encode(), reached.files[name])),
        *(part.encode() for text in texts for part in text),
    )


@cache
def _installed(package: str) -> str:
    """The version of what is imported as `package`."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:  # `PIL` comes with the distribution Pillow
        found = _distributions().get(package, [])
        return ", ".join(f"{name} {metadata.version(name)}" for name in found)


@cache
def _distributions() -> Any:
    return metadata.packages_distributions()


def secret_fingerprint(secret: bytes) -> str:
    """Says whether two machines have the same course secret, and nothing about it."""
    return hmac.new(secret, b"hocsau course secret", hashlib.blake2b).hexdigest()[:32]


@record
@dataclass(frozen=True)
class Terms:
    """All that a graded submission depends on besides itself; equal on every machine that takes part in a run.

    version  what decides a verdict; pages: what makes the notebook and the rows out of it
    """

    lesson: str
    version: str
    pages: str
    fingerprint: str
    layers: tuple[str, ...]
    limits: Limits
    device: str

    def digest(self) -> str:
        """The terms as one hash."""
        return digest(json.dumps(asdict(self), sort_keys=True).encode())

    def judging(self) -> str:
        """Those that a verdict depends on, as one hash."""
        return replace(self, pages="").digest()

    def key(self, submission: Submission) -> str:
        """The name of the result for `submission`: what the judge uses of it, under these terms."""
        used = [
            [[cell.source, cell.runs] for cell in submission.cells],
            submission.language,
            submission.contract_only,
            sorted(submission.written),
        ]
        return digest(self.judging().encode(), json.dumps(used).encode())
