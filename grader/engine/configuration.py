"""nbgrader's own configuration for a course, as its commands read it, and autograded/, as they write it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jupyter_core.paths import jupyter_config_path
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import find_all_files, parse_utc
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from grader.course.lessons import Lesson
from grader.course.places import COURSE_FILE, ROOT
from grader.errors import CourseError
from grader.judge.judge import Limits
from grader.nbgrader import configure
from grader.nbgrader.execute import JudgeExecute

__all__ = ["Autograded", "Configuration", "read_configuration"]

_FILE = "nbgrader_config.py"


@dataclass(frozen=True)
class Configuration:
    """What nbgrader would do with a graded submission: where, with which permissions, under which penalties."""

    converter: Autograde
    penalties: AssignLatePenalties
    limits: Limits

    @property
    def url(self) -> str:
        """The gradebook's."""
        return str(self.converter.coursedir.db_url)

    @staticmethod
    def timestamp(written: bytes | None) -> tuple[datetime | None, str | None]:
        """When it was handed in, by what timestamp.txt says; else why it says nothing."""
        if written is None or not written.strip():
            return None, None
        try:
            return parse_utc(written.decode("utf-8").strip()), None
        except (ValueError, OverflowError):
            return None, "timestamp.txt does not hold a time; lateness is not counted"

    def sources(self, lesson: Lesson) -> dict[str, bytes]:
        """The files that the course puts beside every graded notebook."""
        where = self.converter.coursedir
        folder = Path(where.format_path(where.source_directory, ".", lesson.assignment))
        left_out = set(self.converter.exclude_overwriting.get(lesson.assignment, []))
        paths = find_all_files(str(folder), [*where.ignore, "*.ipynb"])
        names = {Path(path).relative_to(folder).as_posix(): Path(path) for path in paths}
        return {name: path.read_bytes() for name, path in names.items() if name not in left_out}


def read_configuration(course: Path) -> Configuration:
    """The configuration of nbgrader's folders, of the repository and of the course, the last one's word the last.

    A course with a course.toml has all of its own, and nothing of the repository's.
    raises CourseError when a file of it cannot be run
    """
    config = Config()
    of_repository = [] if (course / COURSE_FILE).is_file() else [ROOT]
    for folder in [*map(Path, reversed(jupyter_config_path())), *of_repository, course]:
        if (folder / _FILE).is_file():
            try:
                config.merge(PyFileConfigLoader(_FILE, str(folder)).load_config())
            except Exception as error:
                raise CourseError(f"{folder / _FILE} cannot be run: {error!r}") from error
    configured = Config()
    configure(configured, course)
    configured.merge(config)
    configured.CourseDirectory.root = str(course)
    penalties = AssignLatePenalties(config=configured)
    penalties.init_plugin()
    converter = Autograde(coursedir=CourseDirectory(config=configured), config=configured)
    return Configuration(converter, penalties, JudgeExecute(config=configured).limits)


@dataclass(frozen=True)
class Autograded:
    """autograded/<student>/<assignment>/ of one course, with nbgrader's permissions.

    Each is made beside its place, then renamed, so that it is there as a whole or not.
    """

    course: Path
    assignment: str
    converter: Autograde
    sources: Mapping[str, bytes]

    def folder(self, student: str) -> Path:
        """Where the graded submission of `student` lies."""
        return self.course / "autograded" / student / self.assignment

    def notebook(self, student: str) -> Path:
        """The graded notebook of `student`."""
        return self.folder(student) / f"{self.assignment}.ipynb"

    def put(self, student: str, notebook: bytes, files: Mapping[str, bytes]) -> None:
        """Put notebook and files there. The course's own files win over the student's.

        raises OSError when the disk is full; then what was there before is there still
        """
        final = self.folder(student)
        final.parent.mkdir(parents=True, exist_ok=True)
        new, old = (final.with_name(f".{self.assignment}.{word}") for word in ("new", "old"))
        for path in (new, old):
            _remove(path)
        try:
            content = {**files, **self.sources, f"{self.assignment}.ipynb": notebook}
            for name, data in content.items():
                path = new / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
                path.chmod(int(str(self.converter.permissions), 8))
            if os.path.lexists(final):
                final.rename(old)
            new.rename(final)
        except BaseException:
            if os.path.lexists(old) and not os.path.lexists(final):
                old.rename(final)
            _remove(new)
            raise
        _remove(old)
        if self.converter.coursedir.groupshared:
            self.converter.set_permissions(self.assignment, student)


def _remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)
