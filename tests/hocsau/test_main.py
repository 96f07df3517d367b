"""`python -m hocsau`: what it says, in both languages, with and without PyTorch."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import hocsau
from hocsau.__main__ import report
from hocsau._data_files import shipped


def test_it_says_which_hocsau_this_is_and_where_its_things_lie(tmp_path: Path) -> None:
    progress = tmp_path / "mine.jsonl"
    told = {**os.environ, "HOCSAU_PROGRESS": str(progress), "HOCSAU_DEVICE": "cpu"}
    command = [sys.executable, "-X", "utf8", "-m", "hocsau"]
    said = subprocess.run(command, env=told, cwd=tmp_path, capture_output=True, encoding="utf-8", check=True).stdout
    assert f"hocsau {hocsau.__version__} in {Path(hocsau.__file__).parent}" in said
    assert "language  en; there are en, vi." in said
    assert "device    cpu\n" in said
    assert f"progress  {progress}\n" in said
    assert f"data      {shipped()}\n" in said
    assert list(tmp_path.iterdir()) == []


def test_without_torch_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)  # Python's way to say that there is none
    assert 'lessons 5 to 7 need it: pip install "hocsau[torch]"' in report().say("en")
    assert 'các bài 5 đến 7 cần nó: pip install "hocsau[torch]"' in report().say("vi")


def test_a_device_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOCSAU_DEVICE", "toaster")
    assert "toaster" in report().say("en")
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setenv("HOCSAU_DEVICE", "cuda")
    assert "device 'cuda' was asked for, but torch finds none here" in report().say("en")
