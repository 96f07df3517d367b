"""Text in two languages, and how the learner's language is found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hocsau.language import Text, current, use

HELLO = Text.of("hello {name}", vi="xin chào {name}")


@pytest.mark.parametrize(("language", "expected"), [("en", "hello A"), ("vi", "xin chào A")])
def test_a_text_is_said_in_the_language_asked_for(language: str, expected: str) -> None:
    assert HELLO.format(name="A").say(language) == expected


def test_a_text_within_a_text_is_said_in_the_same_language() -> None:
    filled = HELLO.format(name=Text.of("world", vi="thế giới"))
    assert (filled.en, filled.vi) == ("hello world", "xin chào thế giới")


def test_texts_are_joined_in_each_language() -> None:
    assert Text.of("a", vi="b") + Text.of("c", vi="d") == Text.of("ac", vi="bd")


def test_braces_in_a_value_are_left_alone() -> None:
    assert HELLO.format(name="{0} {x.y}").en == "hello {0} {x.y}"


def test_a_missing_field_is_an_error() -> None:
    with pytest.raises(KeyError, match="name"):
        HELLO.format(other=1)


def _notebook(folder: Path, name: str, content: str) -> None:
    (folder / name).write_text(content, encoding="utf-8")


def _released(language: object) -> str:
    return json.dumps({"metadata": {"hocsau": {"language": language}}, "cells": []})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HOCSAU_LANGUAGE")
    return tmp_path


def test_english_is_the_default(folder: Path) -> None:
    assert current() == "en"


def test_the_notebook_in_this_folder_decides(folder: Path) -> None:
    _notebook(folder, "02_momentum.ipynb", _released("vi"))
    assert current() == "vi"


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"metadata": []}',
        '{"metadata": {"hocsau": 3}}',
        "[" * 100_000,
        _released("fr"),
        _released([]),
    ],
    ids=["empty", "cut", "list", "bare", "list-metadata", "number", "deep", "french", "unhashable"],
)
def test_a_notebook_that_says_nothing_is_passed_over(folder: Path, broken: str) -> None:
    _notebook(folder, "a.ipynb", broken)
    _notebook(folder, "b.ipynb", _released("vi"))
    assert current() == "vi"


def test_a_notebook_that_is_not_text_is_passed_over(folder: Path) -> None:
    (folder / "a.ipynb").write_bytes(b"\xff\xfe\x00")
    assert current() == "en"


def test_the_environment_goes_before_the_notebook(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _notebook(folder, "a.ipynb", _released("vi"))
    monkeypatch.setenv("HOCSAU_LANGUAGE", "en")
    assert current() == "en"


def test_an_unknown_environment_is_ignored(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOCSAU_LANGUAGE", "klingon")
    assert current() == "en"


def test_use_goes_before_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOCSAU_LANGUAGE", "en")
    use("vi")
    assert current() == "vi"
    assert HELLO.format(name="B").say() == "xin chào B"


def test_use_refuses_another_language() -> None:
    with pytest.raises(ValueError, match="one of en, vi; got 'fr'"):
        use("fr")
