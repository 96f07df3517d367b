"""One set of versions: requirements.lock, environment.yml and the two pyproject.toml agree."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
ENVIRONMENT = (ROOT / "environment.yml").read_text(encoding="utf-8")
OURS = {"-e .", "-e ./grader"}


def locked(text: str) -> list[str]:
    """The lines of a lock that install something."""
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def of_environment(text: str) -> list[str]:
    """The lines of environment.yml that pip installs."""
    (pip,) = (part["pip"] for part in yaml.safe_load(text)["dependencies"] if isinstance(part, dict))
    return [str(line) for line in pip]


def apart(lock: str, environment: str) -> set[str]:
    """What stands in one of the two and not in the other, our own two distributions left out."""
    return set(locked(lock)) ^ (set(of_environment(environment)) - OURS)


def unmet(requirements: Iterable[str], lock: str) -> list[str]:
    """The requirements that the lock leaves out or answers with a version they do not allow."""
    versions = dict(line.split(";")[0].split("==") for line in locked(lock))
    have = {canonicalize_name(name): version for name, version in versions.items()}
    asked = [Requirement(text) for text in requirements]
    return [
        str(need)
        for need in asked
        if need.specifier.contains(have.get(canonicalize_name(need.name), "0")) is False
        or canonicalize_name(need.name) not in have
    ]


def direct() -> list[str]:
    """Every direct dependency of the two distributions and of development, torch too."""
    student = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    grader = tomllib.loads((ROOT / "grader" / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [
        *student["project"]["dependencies"],
        *student["project"]["optional-dependencies"]["torch"],
        *student["dependency-groups"]["dev"],
        *grader["project"]["dependencies"],
        *grader["project"]["optional-dependencies"]["prove"],
    ]
    return [text for text in asked if text != "hocsau"]


def test_environment_and_lock_hold_the_same_set() -> None:
    assert apart(LOCK, ENVIRONMENT) == set()
    assert set(of_environment(ENVIRONMENT)) >= OURS
    assert yaml.safe_load(ENVIRONMENT)["name"] == "hocsau"


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("numpy==", "numpy==9.", "numpy"),
        ("      - numpy==", "      - leftpad==1.0\n      - numpy==", "leftpad"),
        ("      - torch==", "      # - torch==", "torch"),
    ],
)
def test_a_difference_is_found(old: str, new: str, found: str) -> None:
    assert old in ENVIRONMENT
    assert any(line.startswith(found) for line in apart(LOCK, ENVIRONMENT.replace(old, new, 1)))


def test_every_line_of_the_lock_is_one_version() -> None:
    lines = locked(LOCK)
    for line in lines:
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!]+(; [a-z_]+ == .+)?", line), line
    names = [canonicalize_name(line.split("==")[0]) for line in lines]
    assert len(names) == len(set(names))
    assert not {"hocsau", "hocsau-grader"} & set(names)


def test_the_lock_answers_every_direct_dependency() -> None:
    assert unmet(direct(), LOCK) == []


@pytest.mark.parametrize("need", ["numpy>=99", "leftpad", "torch<2"])
def test_an_unmet_dependency_is_found(need: str) -> None:
    assert unmet([need, "numpy"], LOCK) == [str(Requirement(need))]


def test_every_direct_dependency_has_its_reason() -> None:
    reasons = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    told = {canonicalize_name(name) for name in re.findall(r"^\| `([^`]+)` \|", reasons, re.M)}
    assert told == {canonicalize_name(Requirement(text).name) for text in direct()}
