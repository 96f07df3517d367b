"""docs/decisions/: every record has its four parts, its place in the index, and names files that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "decisions"
RECORDS = sorted(FOLDER.glob("[0-9]*.md"))
PARTS = ["Context", "Decision", "Consequences", "Where"]


def title(text: str) -> tuple[str, str]:
    """The number and the name of a record, from its first line."""
    found = re.match(r"# (\d{4}) (.+)\n", text)
    assert found
    return found[1], found[2]


def faults(name: str, text: str) -> list[str]:
    """What is wrong with the record `text` in the file `name`, a sentence each."""
    found = []
    if not name.startswith(f"{title(text)[0]}-"):
        found.append("its number is not that of its file")
    if not re.search(r"^(In force since|Replaced by) ", text, re.M):
        found.append("it does not say since when it is in force")
    if re.findall(r"^## (.+)$", text, re.M) != PARTS:
        found.append(f"its headings are not {', '.join(PARTS)}")
    where = text.partition("## Where\n")[2]
    paths = re.findall(r"`([\w./-]+)`", where)
    found += ["it names no file"] if not paths else []
    return found + [f"{path} is not there" for path in paths if not (ROOT / path).exists()]


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_a_record_is_whole(path: Path) -> None:
    assert faults(path.name, path.read_text(encoding="utf-8")) == []


def test_the_index_holds_every_record_in_order() -> None:
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[(\d{4})\]\((.+)\) \| (.+) \|$", index, re.M)
    titles = [(path.name, *title(path.read_text(encoding="utf-8"))) for path in RECORDS]
    assert rows == [(number, name, said) for name, number, said in titles]
    assert [int(number) for number, _, _ in rows] == list(range(1, len(rows) + 1))


RECORD = """# 0003 A title

In force since 2026-11-23.

## Context
## Decision
## Consequences
## Where
`grader/cli/app.py`
"""


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("0004-a.md", "", "", "its number is not that of its file"),
        ("0003-a.md", "In force since", "Thought of on", "it does not say since when it is in force"),
        ("0003-a.md", "## Consequences\n", "", "its headings are not Context, Decision, Consequences, Where"),
        ("0003-a.md", "grader/cli/app.py", "grader/gone.py", "grader/gone.py is not there"),
        ("0003-a.md", "`grader/cli/app.py`", "Somewhere.", "it names no file"),
    ],
)  # fmt: skip
def test_a_fault_is_found(name: str, old: str, new: str, fault: str) -> None:
    assert faults("0003-a.md", RECORD) == []
    assert faults(name, RECORD.replace(old, new)) == [fault]
