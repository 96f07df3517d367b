"""A new course: its settings, nbgrader's, the secret, the gradebook and the folders."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from pathlib import Path

from nbgrader.api import Gradebook

from grader.course.places import COURSE_FILE, ROOT, course_secret
from grader.course.settings import CourseSettings, read_settings
from grader.errors import CourseError
from grader.nbgrader import SOURCE, find_alembic

__all__ = ["make_course"]

_FOLDERS = (SOURCE, "release", "release-vi", "submitted", "autograded", "feedback")
_SETTINGS = """\
# The settings of this course. What may stand here is told in docs/grading.md; nbgrader's settings stand in nbgrader_config.py.
id = {name}  # nbgrader's name for the course, on the exchange and in its gradebook
jobs = {jobs}  # submissions that `grader grade` judges at a time: as many as there are processors is a good number
device = "{device}"  # auto, cpu or cuda: where lessons 5 to 7 are judged
"""


def make_course(folder: Path, name: str = "") -> list[str]:
    """Make a course in `folder`, and it where it is not there. What it now holds.

    name: nbgrader's course_id; without it the folder's name, other signs than letters, digits and .-_ replaced by -
    raises CourseError when a part of a course lies there already, or it cannot be written; nothing is changed then
    """
    made: list[str] = []
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".new-course-", dir=folder.parent) as place:
            made = _fill(Path(place), name or re.sub(r"[^\w.-]+", "-", folder.name))
            there = [item for item in made if (folder / item).exists()]
            if there:
                raise CourseError(
                    f"{folder} holds {', '.join(there)} already; nothing was changed. A course is made once: "
                    f"give another folder, or go on with `grader release LESSON --course {folder}`"
                )
            folder.mkdir(exist_ok=True)
            for item in made:
                (Path(place) / item).rename(folder / item)
    except OSError as error:
        raise CourseError(
            f"no course can be made in {folder}: {error.strerror or error}. Give a folder that you may write to"
        ) from error
    return made


def _fill(place: Path, name: str) -> list[str]:
    plain = CourseSettings()
    text = _SETTINGS.format(name=json.dumps(name, ensure_ascii=False), jobs=plain.jobs, device=plain.device)
    (place / COURSE_FILE).write_text(text, encoding="utf-8")
    shutil.copyfile(ROOT / "nbgrader_config.py", place / "nbgrader_config.py")
    course_secret(place)
    for folder in _FOLDERS:
        (place / folder).mkdir()
    settings = read_settings(place)
    find_alembic()
    with Gradebook(settings.url(place), settings.id):
        pass
    return sorted(path.name for path in place.iterdir())
