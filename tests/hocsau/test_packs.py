"""Check packs: found by exercise; what is missing or damaged is said with what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hocsau import packs
from hocsau.judging.exercise import Pack
from hocsau.judging.values import dumps
from hocsau.language import Text
from tests.toys import DESCEND, DOUBLE, QUIZ, STEP, WRITTEN

TOYS = Pack("toys", 1, Text.of("Toys", vi="Đồ chơi"), (DOUBLE, STEP, DESCEND, QUIZ, WRITTEN))
OTHER = Pack("other", 2, Text.of("Other", vi="Khác"), ())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package folder of our own."""
    monkeypatch.setattr(packs.resources, "files", lambda _: tmp_path)
    packs.load.cache_clear()
    yield tmp_path
    packs.load.cache_clear()


def write(folder: Path, name: str, content: bytes) -> None:
    (folder / f"{name}.pack").write_bytes(content)


def test_an_exercise_is_found_with_its_pack(folder: Path) -> None:
    write(folder, "toys", dumps(TOYS))
    write(folder, "other", dumps(OTHER))
    (folder / "__init__.py").touch()
    assert packs.lessons() == ("other", "toys")
    pack, exercise = packs.find("double")
    assert (pack.lesson, exercise.name, exercise.points) == ("toys", "double", 2)
    assert exercise.cases[0].expected.value.tolist() == [3.0, -5.0]


def test_a_pack_holds_no_quiz_key(folder: Path) -> None:
    write(folder, "toys", dumps(TOYS))
    assert packs.find("toy_quiz")[1].key == {}


@pytest.mark.parametrize(
    ("name", "near"),
    [("duoble", "double"), ("toy_qiuz", "toy_quiz"), ("descent", "descend"), ("x", "")],
)
def test_an_unknown_name_suggests_the_nearest(folder: Path, name: str, near: str) -> None:
    write(folder, "toys", dumps(TOYS))
    with pytest.raises(LookupError, match=rf"There is no exercise '{name}'. Did you mean {near}"):
        packs.find(name)


def test_the_messages_speak_the_learners_language(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOCSAU_LANGUAGE", "vi")
    with pytest.raises(packs.PackError, match="Chưa cài phần kiểm tra của bài học này"):
        packs.load("toys")


def test_a_missing_pack(folder: Path) -> None:
    with pytest.raises(packs.PackError, match=r"not installed: toys\.pack: .*No such file.*Install hocsau again"):
        packs.load("toys")


def test_no_pack_at_all(folder: Path) -> None:
    with pytest.raises(packs.PackError, match="no pack was found"):
        packs.find("double")


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04", dumps(TOYS)[:-1], dumps(TOYS)[:500], dumps({"a": 1}), dumps(DOUBLE)],
    ids=["empty", "zip", "a byte short", "cut", "a dictionary", "another record"],
)
def test_a_damaged_pack_says_so(folder: Path, content: bytes) -> None:
    write(folder, "toys", content)
    with pytest.raises(packs.PackError, match=r"toys\.pack.*Install hocsau again"):
        packs.load("toys")


def test_a_damaged_pack_does_not_stop_another_lesson(folder: Path) -> None:
    write(folder, "toys", dumps(TOYS))
    write(folder, "broken", b"?")
    assert packs.find("double")[1].name == "double"
    with pytest.raises(packs.PackError, match=r"broken\.pack"):
        packs.find("momentum_step")
