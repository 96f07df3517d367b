"""The learner's file: damage, other versions, two writers at once, a home that cannot be written."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hocsau import journal
from hocsau.journal import Record, fingerprint


@pytest.fixture(autouse=True)
def place(own_progress: Path) -> Path:
    return own_progress


def test_news_is_kept_and_nothing_is_noted_twice(place: Path) -> None:
    for _ in range(3):
        journal.note_hint("neuron", 1)
        journal.note_hint("neuron", 2)
        journal.note_check("neuron", "partly", 0.4, "a1")
        journal.note_check("neuron", "failed", 0.0, "b2")
        journal.note_check("neuron", "failed", 0.0, "c3")  # a third try adds nothing
        journal.note_check("relu", "passed", 1.0, None)
        journal.note_reveal("relu")
    assert journal.read() == {
        "neuron": Record("partly", 0.4, 2, frozenset({"a1", "b2"})),
        "relu": Record("passed", 1.0, revealed=True),
    }
    assert len(place.read_text().splitlines()) == 6


def test_a_worse_check_does_not_undo_a_better_one() -> None:
    journal.note_check("neuron", "passed", 1.0, None)
    journal.note_check("neuron", "failed", 0.0, "a")
    assert journal.read()["neuron"].outcome == "passed"


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"\xff\xfe\x00garbage\n",
        b'{"exercise": 3}\n[1, 2]\nnull\n"text"\n',
        b'{"exercise": "neuron", "event": "check", "outcome": "passed", "share": "much"}\n',
        b'{"exercise": "neuron", "event": "check", "outcome": ["passed"], "share": 1}\n',
        b'{"exercise": "neuron", "event": "check", "outcome": "invented", "share": 1}\n',
        b'{"exercise": "neuron", "event": "hint", "step": null}\n',
        b'{"exercise": "neuron", "event": "of a later version", "x": 1}\n',
        b"[" * 100_000 + b"\n",
        b'{"exercise": "neuron", "event": "check", "outcome": "pas',
    ],
)
def test_damage_costs_the_damaged_line_alone(place: Path, damage: bytes) -> None:
    journal.note_check("relu", "passed", 1.0, None)
    with place.open("ab") as file:
        file.write(damage)
    journal.note_hint("sigmoid", 1)
    assert journal.read()["relu"].outcome == "passed"
    assert journal.read()["sigmoid"].hints == 1
    assert journal.read().get("neuron", Record()) == Record()


def test_a_file_of_gigabytes_is_not_read_whole(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "LIMIT", 300)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"x" * 5000 + b"\n")
    journal.note_hint("neuron", 1)
    assert journal.read() == {"neuron": Record(hints=1)}


WRITER = """
import sys
from hocsau import journal
for step in range(100):
    journal.note_check(f"{sys.argv[1]}{step}", "partly", 0.5, "f" * 12)
"""


@pytest.mark.skipif(
    sys.platform == "win32",
    reason="on Windows an append is a move to the end and a write, so two at the same moment may cost a line",
)
def test_notebooks_that_write_at_once_lose_nothing(place: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, name], stderr=subprocess.PIPE) for name in "abc"]
    assert [writer.communicate()[1] for writer in writers] == [b"", b"", b""]
    found = journal.read()
    assert {f"{name}{step}" for name in "abc" for step in range(100)} == set(found)
    # Who saw another's line half written begins one of its own: an empty line is left, and no loss.
    assert all(json.loads(line) for line in place.read_text().splitlines() if line)


@pytest.mark.parametrize("obstacle", ["folder", "below a file"])
def test_where_nothing_can_be_written_the_session_remembers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, obstacle: str
) -> None:
    target = tmp_path / "there"
    if obstacle == "folder":
        target.mkdir()
    else:
        target.write_text("a file where a folder should be")
        target /= "progress.jsonl"
    monkeypatch.setenv("HOCSAU_PROGRESS", str(target))
    journal.note_hint("neuron", 1)
    journal.note_check("neuron", "passed", 1.0, None)
    assert journal.read()["neuron"] == Record("passed", 1.0, 1)
    troubles = ["Is a directory", "Not a directory", "File exists", "Permission denied"]
    assert journal.trouble() in troubles  # the last one is Windows'
    free = tmp_path / "free" / "progress.jsonl"
    monkeypatch.setenv("HOCSAU_PROGRESS", str(free))
    journal.note_reveal("neuron")  # what was kept goes along
    assert journal.trouble() == ""
    assert len(free.read_text().splitlines()) == 3


def test_the_file_lies_with_the_users_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("HOCSAU_PROGRESS")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert journal.path().name == "progress.jsonl"
    assert journal.path().parent.name == "hocsau"


def make(source: str) -> Any:
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    return namespace["f"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("def f(x): return 2 * x", "def f(x):\n    # tried again\n    return 2 *  x", True),
        ("def f(x): return 2 * x", "def f(y):\n    '''Twice.'''\n    return 2 * y", True),
        ("def f(x): return 2 * x", "def f(x): return 3 * x", False),
        ("def f(x): return 2 * x", "def f(x): return x * x", False),
        ("def f(x): return x.sum()", "def f(x): return x.mean()", False),
        ("class f:\n def a(self): return 1", "class f:\n def a(self): self.b = 1", False),
        ("def f(x): return e('ij', x)", "def f(x): return e('ji', x)", False),
        ("def f(x): return [a + x for a in (1, 2)]", "def f(x): return [a + x for a in (1, 3)]", False),
    ],
)  # fmt: skip
def test_what_makes_another_try(one: str, other: str, same: bool) -> None:
    assert (fingerprint(make(one)) == fingerprint(make(other))) is same


@pytest.mark.parametrize("source", ["def f(x): pass", "def f(x): return 0", "f = 3", "class f:\n x = 1"])
def test_what_is_no_honest_try(source: str) -> None:
    assert fingerprint(make(source)) is None


def test_an_argument_used_inside_a_loop_or_a_function_of_its_own_is_used() -> None:
    assert fingerprint(make("def f(x):\n    return (lambda: x + 1)()")) is not None
    assert fingerprint(make("def f(x, y):\n    for a in y: x = a\n    return x")) is not None
