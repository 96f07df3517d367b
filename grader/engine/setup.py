"""nbgrader's own configuration for a course, as its commands read it."""

from __future__ import annotations

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

from grader.course import COURSE_FILE, ROOT
from grader.errors import CourseError
from grader.judge import Limits
from grader.lessons import Lesson
from grader.nbgrader_plugins import configure
from grader.nbgrader_plugins.execute import JudgeExecute

__all__ = ["Setup", "read_setup"]

_FILE = "nbgrader_config.py"


@dataclass(frozen=True)
class Setup:
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
        kept = set(self.converter.exclude_overwriting.get(lesson.assignment, []))
        found = find_all_files(str(folder), [*where.ignore, "*.ipynb"])
        names = {Path(path).relative_to(folder).as_posix(): Path(path) for path in found}
        return {name: path.read_bytes() for name, path in names.items() if name not in kept}


def read_setup(course: Path) -> Setup:
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
    return Setup(converter, penalties, JudgeExecute(config=configured).limits)
