"""Shared by all tests: English, no traces of a notebook or of nbgrader around, and hypothesis writes nothing to disk."""

from __future__ import annotations

import pytest
from hypothesis import settings

from hocsau import language

settings.register_profile("course", database=None, deadline=None, max_examples=60)
settings.load_profile("course")


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """The learner's language is English until a test says otherwise."""
    monkeypatch.setattr(language, "_chosen", None)
    monkeypatch.setattr(language, "_folders", {})
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.setenv("HOCSAU_LANGUAGE", "en")
