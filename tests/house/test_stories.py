"""The stories' pages: each picture is there, small, and has a text; shrinking keeps what it shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tools.pictures import stories

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("students-evening.md", "instructors-week.md")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_pictures(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert text.count("](pictures/") >= 5


@pytest.mark.parametrize(("path", "alt"), stories.linked().items())
def test_every_picture_is_there_and_small_and_told(path: str, alt: str) -> None:
    file = ROOT / "docs" / path
    assert file.stat().st_size < 120_000
    assert len(alt.split()) >= 6
    with Image.open(file) as picture:
        assert picture.width == stories.WIDTH


def test_no_picture_is_left_over() -> None:
    folders = {ROOT / "docs" / Path(path).parent for path in stories.linked()}
    there = {path.relative_to(ROOT / "docs").as_posix() for f in folders for path in f.iterdir()}
    assert there == set(stories.linked())


def test_shrinking_keeps_the_shape_and_the_colours(tmp_path: Path) -> None:
    picture = Image.new("RGB", (1280, 900), "white")
    picture.paste("#0072b2", (0, 0, 640, 900))
    picture.save(tmp_path / "taken.png")
    stories.shrink(tmp_path / "taken.png", tmp_path / "story" / "small.png")
    with Image.open(tmp_path / "story" / "small.png") as small:
        assert small.size == (960, 675)
        colours = small.convert("RGB")
        assert colours.getpixel((10, 300)) == (0, 0x72, 0xB2)
        assert colours.getpixel((950, 300)) == (255, 255, 255)
