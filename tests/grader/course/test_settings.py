"""course.toml: what may stand there, what is said of what may not, and who reads it."""

from __future__ import annotations

from pathlib import Path

import pytest
from traitlets.config import Config

from grader import engine
from grader.cli import app as cli
from grader.course.settings import CourseSettings, read_settings
from grader.errors import CourseError
from grader.nbgrader import configure


def write(course: Path, text: str) -> Path:
    (course / "course.toml").write_text(text, encoding="utf-8")
    return course


def test_without_the_file_there_are_settings_to_begin_with(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == CourseSettings("hocsau", "", 1, "auto")
    assert CourseSettings().url(tmp_path) == f"sqlite:///{tmp_path / 'gradebook.db'}"


def test_every_setting_is_read(tmp_path: Path) -> None:
    course = write(tmp_path, 'id = "học-sâu"\ndatabase = "sqlite:///a.db"\njobs = 3\ndevice = "cpu"')
    found = read_settings(course)
    assert found == CourseSettings("học-sâu", "sqlite:///a.db", 3, "cpu")
    assert found.url(course) == "sqlite:///a.db"


def test_the_environment_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOCSAU_COURSE_ID", "evening")
    monkeypatch.setenv("HOCSAU_DB_URL", "postgresql://host/grades")
    found = read_settings(write(tmp_path, 'id = "morning"\ndatabase = "sqlite:///a.db"\njobs = 2'))
    assert found == CourseSettings("evening", "postgresql://host/grades", 2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("job = 2", r"no setting 'job'; there are id, database, jobs, device \(nearest: jobs\)"),
        ('Device = "cpu"', r"no setting 'Device'; .*\(nearest: device\)"),
        ('jobs = "2"', "jobs must be a whole number, got '2'"),
        ("jobs = true", "jobs must be a whole number, got True"),
        ("jobs = 0", "jobs must be at least 1, got 0"),
        ("id = 7", "id must be a text in quotes, got 7"),
        ('id = ""', "id must not be empty"),
        ('device = "tpu"', "device must be one of auto, cpu, cuda, got 'tpu'"),
        ("jobs =", r"cannot be read: .* Mend it; docs/grading\.md says what may stand there"),
    ],
)
def test_what_may_not_stand_there_is_said(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=rf"course\.toml.*{said}"):
        read_settings(write(tmp_path, text))


def test_nbgrader_gets_them(tmp_path: Path) -> None:
    config = Config()
    configure(config, write(tmp_path, 'id = "evening"\ndatabase = "sqlite:///a.db"'))
    there = config.CourseDirectory
    assert (there.root, there.course_id, there.db_url) == (
        str(tmp_path),
        "evening",
        "sqlite:///a.db",
    )


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [({}, (3, "cpu")), ({"jobs": 1, "device": "auto"}, (1, "auto")), ({"jobs": 2}, (2, "cpu"))],
)
def test_grade_takes_jobs_and_device_from_it_where_nothing_is_said(
    arguments: dict[str, object],
    expected: tuple[int, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[engine.Settings] = []

    def grade(lesson: object, course: Path, settings: engine.Settings, watch: object) -> engine.Report:
        seen.append(settings)
        return engine.Report()

    monkeypatch.setattr(engine, "grade", grade)
    course = write(tmp_path, 'jobs = 3\ndevice = "cpu"')
    cli.grade("momentum", course, **arguments)  # type: ignore[arg-type]
    assert [(settings.jobs, settings.device) for settings in seen] == [expected]
