"""`nbgrader release_feedback`: a page for everybody whom the exchange can reach, a line about everybody else."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import notebook_hash
from traitlets.config import Config

from grader.nbgrader.released import ReleaseFeedback

NAME = "02_momentum"


def page(course: Path, student: str, files: dict[str, bytes]) -> None:
    """A feedback folder as generate_feedback leaves it."""
    folder = course / "feedback" / student / NAME
    folder.mkdir(parents=True)
    (folder / f"{NAME}.html").write_text(student, encoding="utf-8")
    for name, content in files.items():
        (folder / name).write_bytes(content)


def release(tmp_path: Path, *, excluded: str = "") -> dict[str, str]:
    """What lies in the exchange afterwards, by file name."""
    exchange = tmp_path / "exchange"
    exchange.mkdir()
    where = CourseDirectory(root=str(tmp_path), course_id="hocsau", assignment_id=NAME, student_id_exclude=excluded)
    config = Config({"Exchange": {"root": str(exchange)}})
    ReleaseFeedback(coursedir=where, config=config).start()
    found = (exchange / "hocsau" / "feedback").iterdir()
    return {file.name: file.read_text(encoding="utf-8") for file in found}


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # nbgrader leaves a file open
def test_who_came_another_way_or_spoilt_the_key_stops_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    stamp = {"timestamp.txt": b"2026-01-30 15:00:01 UTC"}
    page(tmp_path, "an", stamp | {"submission_secret.txt": b"of an"})
    page(tmp_path, "binh", {})
    page(tmp_path, "chi", stamp | {"submission_secret.txt": b"\xff\xfe"})
    page(tmp_path, "dung", stamp | {"submission_secret.txt": b""})
    page(tmp_path, "em", stamp | {"submission_secret.txt": b"of em"})
    with caplog.at_level(logging.WARNING):
        released = release(tmp_path)
    keys = {name: notebook_hash(secret=f"of {name}", notebook_id=NAME) for name in ("an", "em")}
    assert released == {f"{key}.html": name for name, key in keys.items()}
    said = [record.getMessage() for record in caplog.records]
    assert [line.split(",")[0] for line in said] == [f"Not released to {name}" for name in ("binh", "chi", "dung")]
    assert said[0] == (
        "Not released to binh, who did not hand in through the exchange: "
        f"give them {tmp_path}/feedback/binh/{NAME} another way"
    )


def test_who_is_left_out_on_purpose_stays_out(tmp_path: Path) -> None:
    key = {"timestamp.txt": b"2026-01-30 15:00:01 UTC", "submission_secret.txt": b"s"}
    page(tmp_path, "an", key)
    assert release(tmp_path, excluded="an") == {}
