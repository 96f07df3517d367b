"""The pool's own program, started as a run starts it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from grader.engine import pool


def test_when_it_is_closed_it_ends_by_itself(course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits for its judges and then for its worker: else it would be killed, after CLOSE_SECONDS of waiting."""
    monkeypatch.setattr(pool, "subprocess", subprocess)  # not the tests' ready-made one
    judges = pool.JudgePool(1, "momentum", "cpu", course, tmp_path)
    judges.shutdown()
    assert judges._server.process.returncode == 0
