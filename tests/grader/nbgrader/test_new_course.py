"""`grader init`: what it makes, that it changes nothing that is there, and which folder is the course afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from traitlets.config.loader import PyFileConfigLoader

from grader.course import places
from grader.course.settings import CourseSettings, read_settings
from grader.errors import CourseError
from grader.nbgrader.new_course import make_course


def contents(folder: Path) -> dict[str, bytes | None]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")
    }


def test_a_course_has_all_that_grading_needs(tmp_path: Path) -> None:
    folder = tmp_path / "học sâu 2026"
    made = make_course(folder)
    assert set(made) == {path.name for path in folder.iterdir()}
    assert {"submitted", "release", "release-vi", "source", "autograded", "feedback"} <= set(made)
    assert read_settings(folder) == CourseSettings("học-sâu-2026")
    assert (folder / ".course-secret").stat().st_mode & 0o777 == 0o600
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}", "học-sâu-2026") as gradebook:
        assert gradebook.assignments == []
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_two_courses_have_two_secrets_and_their_own_names(tmp_path: Path) -> None:
    for name in ("a", "b"):
        make_course(tmp_path / name, f'"{name}"')
    secrets = {places.course_secret(tmp_path / name) for name in ("a", "b")}
    assert len(secrets) == 2
    assert read_settings(tmp_path / "a").id == '"a"'


@pytest.mark.parametrize("there", ["course.toml", "gradebook.db", ".course-secret", "submitted/an"])
def test_nothing_that_is_there_is_changed(there: str, tmp_path: Path) -> None:
    (tmp_path / there).parent.mkdir(exist_ok=True)
    (tmp_path / there).write_text("mine")
    before = contents(tmp_path)
    name = there.partition("/")[0]
    with pytest.raises(CourseError, match=rf"holds {name} already; nothing was changed\."):
        make_course(tmp_path)
    assert contents(tmp_path) == before


def test_what_is_no_part_of_a_course_may_lie_there(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    make_course(tmp_path)
    assert (tmp_path / "README.md").read_text() == "mine"


def test_a_place_where_none_can_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CourseError, match=r"no course can be made in .*Give a folder that you may"):
        make_course(tmp_path / "file" / "course")


def test_the_course_is_the_nearest_folder_with_its_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOCSAU_COURSE", raising=False)
    make_course(tmp_path / "a")
    make_course(tmp_path / "b")
    monkeypatch.chdir(tmp_path / "a" / "submitted")
    assert places.course_root() == tmp_path / "a"
    monkeypatch.setenv("HOCSAU_COURSE", str(tmp_path / "b"))
    assert places.course_root() == tmp_path / "b"
    assert places.course_root(beside=str(tmp_path / "a" / "nbgrader_config.py")) == tmp_path / "a"


def test_its_nbgrader_config_sets_up_that_course_wherever_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_course(tmp_path / "a")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOCSAU_COURSE", str(tmp_path))
    config = PyFileConfigLoader("nbgrader_config.py", str(tmp_path / "a")).load_config()
    assert (config.CourseDirectory.root, config.CourseDirectory.course_id) == (
        str(tmp_path / "a"),
        "a",
    )
    (judge,) = (step for step in config.Autograde.autograde_preprocessors if step.__name__ == "JudgeExecute")
    assert judge.__module__ == "grader.nbgrader.execute"
