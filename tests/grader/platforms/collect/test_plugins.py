"""`nbgrader zip_collect` and `nbgrader collect`, run as commands, are as safe as ours."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.course.places import ROOT
from tests.grader.platforms.collect.conftest import LINK, special, tree, zipped

NAME = "02_momentum"
FILE = f"{NAME}.ipynb"


def nbgrader(course: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=ROOT,
        env={**os.environ, "HOCSAU_COURSE": str(course), "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_zip_collect(course: Path) -> None:
    archive = course / "downloaded" / NAME / "archive"
    archive.mkdir(parents=True)
    (archive / "moodle.zip").write_bytes(
        zipped(
            {
                f"Lê An_11_assignsubmission_file/{FILE}": b"an",
                f"../../../Bo_12_assignsubmission_file/{FILE}": b"evil",
                f"=1+1_13_assignsubmission_file/{FILE}": b"evil",
            }
        )
    )
    (archive / "link.zip").write_bytes(special(f"x/{FILE}", b"/etc/passwd", LINK))
    (archive / f"ps_ca_attempt_2026-01-30-15-00-01_{FILE}").write_bytes(b"ca")
    (archive / f"ps_ca_attempt_2026-01-29-15-00-01_{FILE}").write_bytes(b"earlier")
    said = nbgrader(course, "zip_collect", NAME)
    assert tree(course / "submitted") == {
        f"Lê_An/{NAME}/{FILE}": b"an",
        f"ca/{NAME}/{FILE}": b"ca",
        f"ca/{NAME}/timestamp.txt": b"2026-01-30 15:00:01",
    }
    assert "'=1+1' cannot be a student's id" in said
    assert "the name leads out of the archive" in said
    assert "a symbolic link, not a file" in said
    assert "an earlier attempt" in said
    assert not list(course.parent.rglob("*evil*"))


@pytest.fixture
def exchange(course: Path) -> Path:
    """What students handed in on an exchange; they own these folders."""
    inbound = course.parent / "exchange" / "hocsau" / "inbound"
    for student in ("an", "bo", "ca", "=1+1"):
        (inbound / f"{student}+{NAME}+2026-01-30 15:00:01 UTC+r4nd0m").mkdir(parents=True)
    (inbound / f"di+{NAME}+no time at all+r").mkdir()
    return inbound


def test_collect_from_an_exchange(course: Path, exchange: Path) -> None:
    secret = course / "source.ipynb"
    secret.write_bytes(b"the answers")
    stamp = "2026-01-30 15:00:01 UTC"
    an, bo, ca, formula = (exchange / f"{student}+{NAME}+{stamp}+r4nd0m" for student in ("an", "bo", "ca", "=1+1"))
    for folder in (an, formula):
        (folder / FILE).write_bytes(b"an")
        (folder / "timestamp.txt").write_text(stamp, encoding="utf-8")
    (an / "submission_secret.txt").write_text("5ecret", encoding="utf-8")
    (an / "evil.html").write_text("<script>", encoding="utf-8")
    (an / "nbgrader_config.py").write_text("raise SystemExit", encoding="utf-8")
    (an / "stolen.ipynb").symlink_to(secret)
    (bo / FILE).symlink_to(secret)
    ca.rmdir()
    ca.symlink_to(an, target_is_directory=True)
    root = f"--Exchange.root={exchange.parents[1]}"
    said = nbgrader(course, "collect", NAME, root)
    assert tree(course / "submitted") == {
        f"an/{NAME}/{FILE}": b"an",
        f"an/{NAME}/timestamp.txt": stamp.encode(),
        f"an/{NAME}/submission_secret.txt": b"5ecret",
    }
    for line in (
        "evil.html: only the notebook is graded",
        "nbgrader_config.py: only the notebook is graded",
        "stolen.ipynb: not a regular file",
        f"{FILE}: not a regular file",
        "not a folder",
        "'=1+1' cannot be a student's id: a spreadsheet would take it for a formula",
        "'' cannot be a student's id: it is empty",
    ):
        assert line in said
