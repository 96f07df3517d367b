"""Shared by all tests: English, no traces of a notebook or of nbgrader around, and hypothesis writes nothing to disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from hocsau import journal, language

os.environ.setdefault("OMP_WAIT_POLICY", "passive")
"""Read when torch is loaded. Its threads would else wait with the cores that the other tests need: lessons 5 and 6, side by
side on two cores, take 392 s then, and 91 s so."""

settings.register_profile("course", database=None, deadline=None, max_examples=60)
settings.load_profile("course")


LONG = (
    "tests/attacks/test_ordinary_user.py",
    "tests/notebooks/",
    "tests/grader/bench/test_bench.py",
    "tests/grader/demo/",
)
"""Files of minutes: they come first, or one process would be at them when all the others have nothing left to do."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files before all others; else the order stays."""

    def place(item: pytest.Item) -> int:
        return next((k for k, long in enumerate(LONG) if item.nodeid.startswith(long)), len(LONG))

    items.sort(key=place)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """The learner's language is English until a test says otherwise."""
    monkeypatch.setattr(language, "_chosen", None)
    monkeypatch.setattr(language, "_folders", {})
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.setenv("HOCSAU_LANGUAGE", "en")


@pytest.fixture(autouse=True)
def own_progress(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a test's checks leave behind lies in a folder of its own, and no answers lie about."""
    place = tmp_path_factory.getbasetemp() / "progress" / "none.jsonl"
    monkeypatch.setattr(journal, "_kept", [])
    monkeypatch.setattr(journal, "_trouble", [])
    monkeypatch.setenv("HOCSAU_PROGRESS", str(place))
    monkeypatch.setenv("HOCSAU_ANSWERS", "")
    place.unlink(missing_ok=True)
    return place
