"""A clone is complete: no test and no module looks for anything outside the checkout."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (".ci", "docs", "grader", "hocsau", "solutions", "tests")
PATHS = sorted(path.relative_to(ROOT) for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))  # fmt: skip


def outside(source: str, depth: int) -> list[str]:
    """The places in a file, `depth` folders below the root, from which a path climbs out of the checkout."""
    found = [match[0] for match in re.finditer(r"parents\[(\d+)\]", source) if int(match[1]) > depth]
    climbs = re.finditer(r"__file__\)(?:\.resolve\(\))?((?:\.parent\b)+)", source)
    found += [match[0] for match in climbs if match[1].count(".parent") > depth + 1]
    found += re.findall(r"\b(?:ROOT|CURDIR)\.parents?\b", source)
    opened = re.findall(r"(?:open|Path)\(f?[\"']((?:\.\./)+)", source)
    return found + [climb for climb in opened if climb.count("/") > depth]


def test_every_file_stays_inside() -> None:
    found = {
        path.as_posix(): outside((ROOT / path).read_text(encoding="utf-8"), len(path.parts) - 1)
        for path in PATHS
        if path.name != Path(__file__).name
    }
    assert len(found) > 400
    assert {path: climbs for path, climbs in found.items() if climbs} == {}


@pytest.mark.parametrize(
    "climb",
    [
        "Path(__file__).resolve().parents[3]",
        "Path(__file__).parent.parent.parent.parent",
        "ROOT.parent / 'notes'",
        "ROOT.parents[0]",
        "open('../../../notes.md')",
    ],
)
def test_a_climb_is_found(climb: str) -> None:
    assert len(outside(climb, 2)) == 1


@pytest.mark.parametrize(
    "path",
    [
        "Path(__file__).resolve().parents[2]",
        "Path(__file__).parent.parent.parent",
        "open('../../x.md')",
    ],
)
def test_the_root_itself_is_inside(path: str) -> None:
    assert outside(path, 2) == []
