"""The course's secret, its folders, the grader's own errors, and the reference answers."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from grader import errors
from grader.course import places, reference
from grader.course.source import Cell
from grader.errors import BuildError, CourseError, GraderError


def test_the_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    first = places.course_secret(tmp_path)
    assert len(first) == 32
    assert places.course_secret(tmp_path) == first
    assert (tmp_path / ".course-secret").stat().st_mode & 0o777 == 0o600


def test_two_courses_have_two_secrets(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert places.course_secret(tmp_path / "a") != places.course_secret(tmp_path / "b")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "holds 0 bytes, expected 32"),
        (b"abcd\n", "holds 2 bytes, expected 32"),
        (b"not hexadecimal", "is not a course secret .*Restore it from a backup"),
        (b"\xff\xfe", "is not a course secret"),
    ],
)
def test_a_damaged_secret_is_said_and_never_replaced(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / ".course-secret"
    path.write_bytes(content)
    with pytest.raises(CourseError, match=says):
        places.course_secret(tmp_path)
    assert path.read_bytes() == content


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="cannot make the course secret"):
        places.course_secret(tmp_path / "gone")


def test_the_course_lies_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOCSAU_COURSE", str(tmp_path))
    assert places.course_root() == tmp_path.resolve()
    monkeypatch.delenv("HOCSAU_COURSE")
    assert places.course_root() == places.ROOT


def test_every_error_of_ours_is_a_grader_error_and_in_the_tree() -> None:
    for name in errors.__all__:
        assert issubclass(getattr(errors, name), GraderError)
        assert name in (errors.__doc__ or "")


SOURCE = (
    Cell("code", "imports", "import math\nfrom os import path\nbegin('toys')"),
    Cell("exercise", "area", "def area(r):\n    return math.pi * r**2"),
    Cell("code", "demo", "raise AssertionError('only answers are loaded')"),
    Cell("exercise", "volume", "def volume(r, h):\n    return area(r) * h"),
)


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "read_source", lambda *_: SOURCE)
    monkeypatch.setattr(
        reference,
        "solution_cells",
        lambda *_: {cell.key: cell.source for cell in SOURCE if cell.role == "exercise"},
    )
    monkeypatch.setattr(reference, "_namespace", cache(reference._namespace.__wrapped__))


@pytest.mark.usefixtures("source")
def test_answers_are_loaded_and_may_use_each_other() -> None:
    found = reference.answers("toys")
    assert set(found) == {"area", "volume"}
    assert found["volume"](1.0, 2.0) == pytest.approx(6.283185307179586)


@pytest.mark.usefixtures("source")
def test_a_cell_that_does_not_define_its_exercise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "solution_cells", lambda *_: {"area": "def aera(r): return r"})
    with pytest.raises(BuildError, match=r"solutions/toys/lesson\.py: the cell exercise='area' does not define area"):
        reference.answers("toys")


def test_an_installed_grader_without_a_course_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "INSTALLED", True)
    monkeypatch.delenv("HOCSAU_COURSE", raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CourseError, match=r"no course\.toml in .* or make one: grader init FOLDER"):
        places.course_root()
    with pytest.raises(CourseError, match=r"`python -m tools demo` works in the repository alone"):
        places.checkout("python -m tools demo")


def test_in_the_repository_what_needs_it_gets_it() -> None:
    assert places.checkout("python -m tools demo") == places.ROOT
