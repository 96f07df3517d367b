"""What is in the wheels: all that is tracked and belongs there, nothing else, and what they say of themselves."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import hocsau
from grader.hatch_build import SHIPPED, with_whole_links
from tests.wheels.conftest import FOLDERS, ROOT, files_under, metadata, pip_wheel, told, tracked

PACKING = re.compile(r"grader/(LICENSE.*|README\.md|hatch_build\.py|pyproject\.toml)")
"""What is in the folder of the package grader for the sake of packing it."""
WORKSHOP = re.compile(r"solutions/(.+/(right|seen)/|.+/test_|.+/equivalent\.toml|conftest\.py)")
"""Answers to try the checks on, and tests: nothing that grades reads them."""


def expected(name: str) -> set[str]:
    """The files of a distribution's packages, by the rule."""
    if name == "hocsau":
        data = {f"hocsau/{path}" for path in tracked("data") if not path.endswith(".py")}
        return tracked("hocsau") | data
    lessons = tracked("solutions", "notebooks", "docs/glossary.md", "nbgrader_config.py")
    lessons = {path for path in lessons if not WORKSHOP.search(path)}
    own = {path for path in tracked("grader") if not PACKING.fullmatch(path)}
    return own | {f"grader/{SHIPPED}/{path}" for path in lessons}


def packed(wheel: Path) -> set[str]:
    """The files in a wheel's packages."""
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not re.match(r"[^/]+\.(dist-info|data)/", name)}


@pytest.mark.parametrize("name", FOLDERS)
def test_every_file_of_the_package_is_in_its_wheel_and_no_other(name: str, wheels: dict[str, Path]) -> None:
    assert packed(wheels[name]) == expected(name)


def test_the_rule_reaches_every_kind_of_file() -> None:
    """Else the comparison above would be one of little with little."""
    kinds = {Path(path).suffix for name in FOLDERS for path in expected(name)}
    assert {
        ".py",
        ".pack",
        ".json",
        ".toml",
        ".typed",
        ".sha256",
        ".npz",
        ".csv",
        ".ipynb",
        ".md",
    } <= kinds
    assert "grader/sandbox/inside/cage.py" in expected("hocsau_grader")


def test_a_file_of_its_own_lies_in_a_wheel_as_it_lies_in_the_checkout(
    wheels: dict[str, Path],
) -> None:
    with zipfile.ZipFile(wheels["hocsau"]) as archive:
        assert archive.read("hocsau/data/auto_mpg.csv") == (ROOT / "data" / "auto_mpg.csv").read_bytes()


def test_building_leaves_nothing_behind(copy: Path, wheels: dict[str, Path]) -> None:
    assert len(wheels) == 2
    assert files_under(copy) == tracked()


@pytest.mark.parametrize("name", FOLDERS)
def test_a_wheel_out_of_the_source_distribution_is_the_same(
    name: str, copy: Path, wheels: dict[str, Path], tmp_path: Path
) -> None:
    command = [
        sys.executable,
        "-m",
        "hatchling",
        "build",
        "--target",
        "sdist",
        "--directory",
        str(tmp_path),
    ]
    subprocess.run(command, cwd=copy / FOLDERS[name], capture_output=True, check=True)
    (source,) = tmp_path.iterdir()
    with tarfile.open(source) as archive:
        assert not [member.name for member in archive if member.islnk() or member.issym()]
    pip_wheel(source, tmp_path)
    (again,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(again) as one, zipfile.ZipFile(wheels[name]) as other:
        assert sorted(one.namelist()) == sorted(other.namelist())
    assert told(again) == told(wheels[name])


@pytest.mark.parametrize("name", FOLDERS)
def test_what_a_wheel_says_of_itself_is_valid(name: str, wheels: dict[str, Path]) -> None:
    said = metadata(wheels[name])
    assert str(said.version) == hocsau.__version__
    assert said.description_content_type == "text/markdown"
    assert {"Repository", "Issues"} <= set(said.project_urls or {})
    assert {"LICENSE", "LICENSE-PROSE"} <= set(said.license_files or [])
    with zipfile.ZipFile(wheels[name]) as archive:
        licences = {
            path.split(".dist-info/licenses/")[1]: archive.read(path)
            for path in archive.namelist()
            if ".dist-info/licenses/" in path
        }
    assert set(licences) == set(said.license_files or [])
    assert all(licences[path] == (ROOT / path).read_bytes() for path in licences)
    assert all(f"Programming Language :: Python :: 3.{minor}" in (said.classifiers or []) for minor in (11, 12, 13))


def test_the_licences_of_all_data_go_along(wheels: dict[str, Path]) -> None:
    said = metadata(wheels["hocsau"])
    assert tracked("data/LICENSES") <= set(said.license_files or [])


def test_the_grader_asks_for_hocsau_of_its_own_version(wheels: dict[str, Path]) -> None:
    asked = metadata(wheels["hocsau_grader"]).requires_dist or []
    assert Requirement(f"hocsau=={hocsau.__version__}") in asked


def test_both_name_the_same_addresses(wheels: dict[str, Path]) -> None:
    assert len({tuple((metadata(wheel).project_urls or {}).items()) for wheel in wheels.values()}) == 1


@pytest.mark.parametrize("name", FOLDERS)
def test_the_links_of_a_package_page_lead_to_files_of_the_repository(name: str, wheels: dict[str, Path]) -> None:
    said = metadata(wheels[name])
    repository = (said.project_urls or {})["Repository"]
    links = re.findall(r"\]\(([^)\s]+)\)", said.description or "")
    assert [link for link in links if not link.startswith(("https://", "#"))] == []
    ours = [link for link in links if link.startswith(f"{repository}/")]
    here = (ROOT / FOLDERS[name] / "README.md").read_text(encoding="utf-8")
    relative = [link for link in re.findall(r"\]\(([^)\s]+)\)", here) if "://" not in link and link[0] != "#"]
    assert len(ours) == len(relative) > 0
    for link in ours:
        kind, tag, path = link.removeprefix(f"{repository}/").partition("#")[0].split("/", 2)
        assert (kind, tag) == ("raw" if path.endswith(".png") else "blob", f"v{said.version}")
        assert (ROOT / path).is_file(), link


def test_an_address_is_left_as_it_is() -> None:
    page = "[a](https://a.example/b.md) [c](#d) ![e](e.svg)"
    made = with_whole_links(page, ".", "https://f.example", "2")
    assert made == "[a](https://a.example/b.md) [c](#d) ![e](https://f.example/raw/v2/e.svg)"
