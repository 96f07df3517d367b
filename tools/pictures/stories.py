"""Make the pictures of the stories' pages from what `make test-browser` photographed: `make pictures`.

docs/*.md says which: a link to pictures/STORY/NAME.png is build/browser/STORY/NAME.png, smaller and with fewer colours.
"""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image

from grader.course.places import ROOT

__all__ = ["linked", "main", "shrink"]

DOCS = ROOT / "docs"
TAKEN = ROOT / "build" / "browser"
WIDTH, COLOURS = 960, 64

_LINK = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<path>pictures/\w+/\w+\.png)\)")


def linked() -> dict[str, str]:
    """Every picture of a story that a page shows, below docs/, with its alternative text."""
    pages = sorted(DOCS.glob("*.md"))
    found = (match for page in pages for match in _LINK.finditer(page.read_text(encoding="utf-8")))
    return {match["path"]: match["alt"] for match in found}


def shrink(taken: Path, to: Path) -> None:
    """A photograph of a window as a small PNG."""
    with Image.open(taken) as picture:
        height = round(picture.height * WIDTH / picture.width)
        small = picture.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
    to.parent.mkdir(parents=True, exist_ok=True)
    small.quantize(COLOURS, dither=Image.Dither.NONE).save(to, optimize=True)


def main() -> None:
    """Write every picture that a page shows.

    raises FileNotFoundError for one that no story took
    """
    for path in linked():
        shrink(TAKEN / Path(path).relative_to("pictures"), DOCS / path)
        print(f"docs/{path}: {(DOCS / path).stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
