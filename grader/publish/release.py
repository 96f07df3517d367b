"""nbgrader source -> what students open, through `nbgrader generate_assignment`, in a folder of its own, without a gradebook."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

from traitlets.config import Config

from grader.course.lessons import Lesson, complete_languages
from grader.course.source import read_source
from grader.errors import BuildError
from grader.publish.notebook import source_notebook, write
from grader.publish.twins import faults
from hocsau.language import LANGUAGES

__all__ = ["build_release", "write_sources"]


def write_sources(lessons: tuple[Lesson, ...], folder: Path) -> None:
    """Write the nbgrader source of every lesson in both languages to folder/<language>/<assignment>/.

    raises BuildError with every fault of the prose
    """
    for lesson in lessons:
        found = faults(read_source(lesson.name), complete=complete_languages())
        if found:
            raise BuildError("\n".join([f"solutions/{lesson.name}/lesson.py:", *(f"  {fault}" for fault in found)]))
        for language in LANGUAGES:
            place = folder / language / lesson.assignment
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{lesson.assignment}.ipynb").write_text(
                write(source_notebook(lesson, language)), encoding="utf-8"
            )


def build_release(lessons: tuple[Lesson, ...]) -> dict[str, str]:
    """The released notebooks: path below notebooks/ -> text. No gradebook is touched."""
    built: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="hocsau-build-") as name:
        folder = Path(name)
        write_sources(lessons, folder / "source")
        for language in LANGUAGES:
            _generate(folder, language)
            for lesson in lessons:
                path = f"{language}/{lesson.assignment}/{lesson.assignment}.ipynb"
                built[path] = (folder / "release" / path).read_text(encoding="utf-8").rstrip("\n") + "\n"
    return built


def _generate(folder: Path, language: str) -> None:
    """Run nbgrader's own converter on every lesson of one language."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.converters.base import NbGraderException
    from nbgrader.coursedir import CourseDirectory

    from grader.nbgrader import configure

    config = Config()
    configure(config, folder)
    config.CourseDirectory = Config(
        root=str(folder),
        source_directory=f"source/{language}",
        release_directory=f"release/{language}",
        assignment_id="*",
        db_url="sqlite:///:memory:",
    )
    config.SaveCells.enabled = False
    converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
    converter.no_database = True
    converter.log = logging.getLogger("hocsau.build")
    try:
        converter.start()
    except (NbGraderException, SystemExit) as error:
        raise BuildError(f"nbgrader generate_assignment failed for {language}: {error}") from error
