"""What a run leaves behind for the next one, in the course's folder .grading/: results by content, what was graded, a lock.

Everything is written so that a kill at any moment costs at most the work in hand: a result is written beside its place
and renamed; the list of what was graded only grows, a line at a time, and a torn last line is left out.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from grader.course.places import GRADING
from grader.errors import CourseError
from grader.files import PART, replace_file

__all__ = ["Graded", "Store", "locked"]

KEPT = 4
"""Sets of results that are kept per lesson: one for each version of it (or settings, or layers) graded with."""


@dataclass(frozen=True)
class Graded:
    """A student's submission is in the gradebook, and its notebook, of `size` bytes, in autograded/."""

    fingerprint: str
    size: int


class Store:
    """The results of one lesson under one set of terms, and what was graded of that lesson."""

    def __init__(self, course: Path, assignment: str, terms: str) -> None:
        self._root = course / GRADING / assignment
        self._results = self._root / "results" / terms
        self._results.mkdir(parents=True, exist_ok=True)
        os.utime(self._results)
        self._list = self._root / "graded.jsonl"
        self.graded = self._read_list()
        self._prune()

    def get(self, key: str) -> bytes | None:
        """The judgement stored under `key`; None where there is none that is whole."""
        try:
            check, _, blob = (self._results / key).read_bytes().partition(b"\n")
        except FileNotFoundError:
            return None
        return blob if check == _check(blob) else None

    def put(self, key: str, blob: bytes) -> None:
        """Keep a judgement.

        raises OSError when the disk is full
        """
        replace_file(self._results / key, _check(blob) + b"\n" + blob)

    def note(self, entries: dict[str, Graded]) -> None:
        """These students are graded.

        raises OSError when the disk is full
        """
        with self._list.open("a", encoding="ascii") as file:
            file.write("\n" + _lines(entries))
        self.graded.update(entries)

    def _read_list(self) -> dict[str, Graded]:
        graded: dict[str, Graded] = {}
        try:
            lines = self._list.read_text(encoding="ascii", errors="replace").splitlines()
        except FileNotFoundError:
            return graded
        for line in filter(None, lines):
            with contextlib.suppress(ValueError, KeyError, TypeError):
                entry = json.loads(line)
                graded[entry["student"]] = Graded(entry["fingerprint"], entry["size"])
        if len(lines) > 4 * len(graded) + 100:
            replace_file(self._list, _lines(graded).encode("ascii"))
        return graded

    def _prune(self) -> None:
        sets = sorted(self._results.parent.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in sets[KEPT:]:
            shutil.rmtree(path, ignore_errors=True)
        for path in self._results.glob(f"*{PART}"):
            path.unlink(missing_ok=True)


def _lines(entries: dict[str, Graded]) -> str:
    return "".join(json.dumps({"student": name, **asdict(entry)}) + "\n" for name, entry in entries.items())


def _check(blob: bytes) -> bytes:
    return hashlib.blake2b(blob, digest_size=16).hexdigest().encode()


@contextlib.contextmanager
def locked(course: Path) -> Iterator[Path]:
    """One run at a time on a course; gives a folder for what is made on the way, removed afterwards, by the next run if need be.

    raises CourseError when another run is under way
    """
    root = course / GRADING
    root.mkdir(exist_ok=True)
    with (root / "lock").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            pid = file.read().partition("\n")[0] or "?"
            raise CourseError(
                f"another run is grading {course} (process {pid}). Wait for it to end, or end it"
            ) from error
        file.seek(0)
        left = file.read().partition("\n")[2].strip()
        if left and Path(left).name.startswith(_SCRATCH):  # of a run that was killed
            shutil.rmtree(left, ignore_errors=True)
        scratch = tempfile.mkdtemp(prefix=_SCRATCH)
        file.truncate(0)
        file.write(f"{os.getpid()}\n{scratch}\n")
        file.flush()
        try:
            yield Path(scratch)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


_SCRATCH = "hocsau-grading-"
