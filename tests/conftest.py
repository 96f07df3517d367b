"""Shared by all tests: English, no traces of a notebook or of nbgrader around, and hypothesis writes nothing to disk."""

from __future__ import annotations

import os
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
# Read when NumPy and PyTorch are loaded, here and in every process that a test starts: the tests run side by side, one
# process a core, and threads that wait for one another on a busy machine make small trainings thirty times slower.

import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

from hocsau import journal, language  # noqa: E402

settings.register_profile("course", database=None, deadline=None, max_examples=60)
settings.load_profile("course")


LONG = ("tests/notebooks/", "tests/tools/demo/")
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
