"""What lies in submitted/: one folder per student, regular files only, each within bounds.

Nothing here follows a link, so what is read is what was handed in. A submission that cannot be read is no error of
the course's: it comes with the reason, in both languages.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from pathlib import Path

from grader.course.lessons import Lesson
from grader.engine.version import digest
from grader.errors import CourseError, SubmissionError
from grader.judge.submission import MAX_BYTES, Submission, parse, submission_of
from grader.nbgrader.convert import blank, rebuilt
from grader.platforms.students import fault
from hocsau.language import Text

__all__ = ["Submitted", "parse_submitted", "read_submitted", "refused", "students_of"]

MAX_FILES = 200
MAX_ALL = 100 << 20
MAX_DEPTH = 8
_IRREGULAR = (errno.ELOOP, errno.EINVAL, errno.ENXIO, errno.EISDIR)

_REASONS = {
    "unreadable": Text("It is not a notebook: {why}."),
    "missing": Text("There is no {name} in what was handed in."),
    "link": Text("{name} is not a regular file (a link, perhaps)."),
    "large": Text("{name} is larger than {mib} MiB; hand it in without its outputs."),
}


@dataclass(frozen=True)
class Submitted:
    """What one student handed in for one lesson.

    notebook  the bytes of the notebook
    reason    why nothing in it can be judged
    content   all of it as one hash
    files     the other files, by path below the folder
    notes     lines about what was left out
    """

    student: str
    notebook: bytes
    content: str
    reason: Text | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def students_of(course: Path, lesson: Lesson) -> list[str]:
    """The ids of the students who handed in `lesson`, in order; names that cannot be ids too (see `refused`).

    raises CourseError when there is none
    """
    root = course / "submitted"
    try:
        with os.scandir(root) as entries:
            names = sorted(entry.name for entry in entries)
    except FileNotFoundError:
        names = []
    except OSError as error:
        raise CourseError(f"{root} cannot be read: {error}") from error
    students = [name for name in names if os.path.lexists(root / name / lesson.assignment)]
    if not students:
        name = lesson.assignment
        raise CourseError(
            f"no submission of {name} under {root}: expected submitted/<student>/{name}/{name}.ipynb. "
            "Collect them first (`nbgrader collect` or `nbgrader zip_collect`)"
        )
    return students


def refused(student: str) -> str | None:
    """One line on why a folder in submitted/ is not a student's; None when it is."""
    why = fault(student)
    if why is None:
        return None
    return f"submitted/{student!r} is refused as a student id: {why}. Rename the folder, or remove it"


def read_submitted(course: Path, student: str, lesson: Lesson, ignore: Sequence[str]) -> Submitted:
    """What `student` handed in for `lesson`. Files whose names match `ignore` are left out.

    raises CourseError when the system refuses to read it
    """
    folder = course / "submitted" / student / lesson.assignment
    name = f"{lesson.assignment}.ipynb"
    notes: list[str] = []
    if folder.is_symlink() or folder.parent.is_symlink() or not folder.is_dir():
        return Submitted(student, b"", "a link", _REASONS["link"].format(name=lesson.assignment))
    files = dict(_files(folder, ignore, notes))
    notebook, reason = b"", None
    try:
        notebook = _read(folder / name, MAX_BYTES)
    except FileNotFoundError:
        reason = _REASONS["missing"].format(name=name)
    except OSError as error:
        if error.errno == errno.EFBIG:
            reason = _REASONS["large"].format(name=name, mib=MAX_BYTES >> 20)
        elif error.errno in _IRREGULAR:
            reason = _REASONS["link"].format(name=name)
        else:
            raise CourseError(f"{folder / name} cannot be read: {error}") from error
    parts = [notebook, b"" if reason is None else reason.en.encode()]
    for path, data in sorted(files.items()):
        parts += [path.encode("utf-8", "surrogateescape"), data]
    return Submitted(student, notebook, digest(*parts), reason, files, tuple(notes))


def parse_submitted(submitted: Submitted, lesson: Lesson) -> tuple[Submitted, Submission]:
    """What the judge uses of it; when it is no notebook, `submitted` with the reason, and an empty submission."""
    if submitted.reason is None:
        try:
            return submitted, submission_of(rebuilt(parse(submitted.notebook), lesson), lesson)
        except SubmissionError as error:
            submitted = replace(submitted, reason=_REASONS["unreadable"].format(why=error))
    assert submitted.reason is not None
    return submitted, submission_of(blank(lesson, submitted.reason), lesson)


def _files(folder: Path, ignore: Sequence[str], notes: list[str]) -> Iterator[tuple[str, bytes]]:
    """The regular files below `folder` that are no notebooks, within bounds; what is left out gets a note."""
    left, count = MAX_ALL, 0
    for path in _walk(folder, ignore, notes, MAX_DEPTH):
        name = path.relative_to(folder).as_posix()
        if path.suffix == ".ipynb":
            if path.parent == folder and path.stem != folder.name:
                notes.append(f"{name}: not a notebook of this lesson, left out")
            continue
        count += 1
        if count > MAX_FILES:
            notes.append(f"more than {MAX_FILES} files; the rest is left out")
            return
        try:
            data = _read(path, left)
        except OSError as error:
            if error.errno not in (*_IRREGULAR, errno.EFBIG):
                raise CourseError(f"{path} cannot be read: {error}") from error
            why = "too large" if error.errno == errno.EFBIG else "not a regular file"
            notes.append(f"{name}: {why}, left out")
            continue
        left -= len(data)
        yield name, data


def _walk(folder: Path, ignore: Sequence[str], notes: list[str], depth: int) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            inside = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise CourseError(f"{folder} cannot be read: {error}") from error
    for entry in inside:
        if any(fnmatch(entry.name, pattern) for pattern in ignore):
            continue
        if entry.is_dir(follow_symlinks=False):
            if depth:
                yield from _walk(Path(entry.path), ignore, notes, depth - 1)
            else:
                notes.append(f"{entry.name}: folders nested too deep, left out")
        else:
            yield Path(entry.path)


def _read(path: Path, limit: int) -> bytes:
    """The bytes of a regular file, which is opened as what it is and never waited for.

    raises OSError: ELOOP or EINVAL when it is not one, EFBIG beyond `limit`
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        data = file.read(limit + 1)
    if len(data) > limit:
        raise OSError(errno.EFBIG, "too large", str(path))
    return data
