"""The attacks once more, tried on a grader that an ordinary user runs: no power to drop, none to fall back on.

`make test` tries what the walls are asked for (the battery), the night all rows.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest

from grader.course.places import ROOT
from tests.attacks.ordinary import NOBODY, as_ordinary_user, whoami

FILES = ("code", "ends", "channel", "worker", "said")


@pytest.fixture(scope="module")
def results() -> Iterator[dict[str, list[str]]]:
    """By test file: what failed in all of FILES."""
    with _tried(FILES) as found:
        yield found


@contextlib.contextmanager
def _tried(names: Sequence[str]) -> Iterator[dict[str, list[str]]]:
    """By test file: what failed there; every file must have had its tests."""
    if os.geteuid():
        pytest.skip("the tests run as an ordinary user already")
    own = Path(tempfile.mkdtemp(prefix="hocsau-ordinary-"))  # pytest's own folders are closed to others
    os.chown(own, NOBODY, NOBODY)
    try:
        yield _results(own, names)
    finally:
        shutil.rmtree(own)


def _results(own: Path, names: Sequence[str]) -> dict[str, list[str]]:
    report = own / "report.xml"
    once = "not missing_layer and not any_three and not without_any"  # says nothing about a user
    options = ["-q", "-p", "no:cacheprovider", f"--basetemp={own / 'tests'}", "-k", once]
    tests = [f"tests/attacks/test_{name}.py" for name in names]
    command = as_ordinary_user([sys.executable, "-B", "-m", "pytest", *options, f"--junitxml={report}", *tests])
    if command is None:
        pytest.skip("this machine lets root become nobody else (setpriv, bubblewrap)")
    environment = {"PATH": os.defpath, "HOME": str(own), "TMPDIR": str(own), "LANG": "C.UTF-8"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert report.exists(), done.stdout[-3000:] + done.stderr[-3000:]
    return _read(report)


def _read(report: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for case in ElementTree.parse(report).iter("testcase"):
        name = str(case.get("classname")).rpartition("test_")[2]
        failures = found.setdefault(name, [])
        for kind in ("failure", "error"):
            failures += [f"{case.get('name')}: {each.get('message')}" for each in case.iter(kind)]
    return found


def test_the_ordinary_user_is_one() -> None:
    told = whoami()
    if told is None:
        pytest.skip("this machine lets root become nobody else (setpriv, bubblewrap)")
    number, powers = told.split()
    assert int(number) != 0
    assert int(powers, 16) == 0


def test_the_walls_hold_for_an_ordinary_user_too() -> None:
    with _tried(["battery"]) as found:
        assert found == {"battery": []}


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_the_attacks_fail_for_an_ordinary_user_too(results: dict[str, list[str]], name: str) -> None:
    assert results[name] == []
