"""What the doctor says of isolation; the rest is asked of the real command in test_cli."""

from __future__ import annotations

import pytest

from grader.cli import doctor
from grader.sandbox import policy


def isolation(monkeypatch: pytest.MonkeyPatch, *without: str) -> doctor.Finding:
    held = tuple(name for name in policy.KNOWN if name not in without)
    monkeypatch.setattr(policy, "layers", lambda: held)
    return doctor._isolation()


def test_nothing_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    found = isolation(monkeypatch)
    assert (found.well, found.advice) == (True, "")
    assert found.seen.endswith("bubblewrap, rlimits, landlock, seccomp")


def test_a_layer_that_can_be_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    found = isolation(monkeypatch, "bubblewrap")
    assert found.well
    assert "enough to grade with" in found.seen
    assert "bubblewrap is missing: install bubblewrap (Debian: apt install" in found.seen


def test_too_few_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    found = isolation(monkeypatch, "seccomp", "landlock")
    assert not found.well
    assert "landlock is missing: use Linux 5.13" in found.advice
    assert "seccomp is missing: use Linux, the library libseccomp2" in found.advice
