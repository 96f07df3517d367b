"""Make the README's pictures: `make pictures`. explorer.png is an explorer's own figure, check.png a real check message.

The message is rendered by Chromium (CHROMIUM names its program; /usr/bin/chromium otherwise, else Playwright's own).
"""

from __future__ import annotations

import base64
import html
import os
import re
import sys
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from grader.course.places import ROOT
from hocsau import check
from hocsau.language import use

__all__ = ["check_message", "explorer_picture", "main"]

HERE = ROOT / "docs" / "pictures"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
]
PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; background: white; color: #1a1a1a; font: 15px/1.45 "Noto Sans", "DejaVu Sans", sans-serif; }}
main {{ width: 880px; padding: 14px; }} table {{ border-collapse: collapse; font-size: 13px; }}
td, th {{ padding: 3px 12px 3px 0; vertical-align: top; }} code {{ font-size: 14px; }}
</style><main>{message}</main>"""


def explorer_picture(lesson: str, name: str, controls: dict[str, float]) -> tuple[bytes, str]:
    """An explorer with its sliders set: its PNG and its alt text."""
    explorer = getattr(import_module(f"hocsau.explore.{lesson}"), name)()
    for control, value in controls.items():
        explorer.controls[control].value = value
    shown = explorer._repr_mimebundle_()["text/html"]
    picture = re.search(r'src="data:image/png;base64,([^"]+)"', shown)
    alt = re.search(r'alt="([^"]*)"', shown)
    assert picture is not None, shown[:200]
    assert alt is not None, shown[:200]
    return base64.b64decode(picture[1]), html.unescape(alt[1])


def check_message(exercise: str, answer: str) -> str:
    """The HTML of what `check` says to the text of an answer."""
    names: dict[str, Any] = {}
    exec(compile(answer, exercise, "exec"), names)
    sys.modules["__main__"].__dict__[exercise] = names[exercise]  # where `check` looks for it
    report = check(exercise)
    assert report is not None
    return report._repr_html_()


def render(message: str, path: Path) -> None:
    """Photograph `message` as a browser shows it."""
    program = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    known: dict[str, Any] = {"executable_path": program} if Path(program).exists() else {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(args=ARGUMENTS, **known)
        page = browser.new_page(viewport={"width": 920, "height": 200}, device_scale_factor=1.5)
        page.set_content(PAGE.format(message=message))
        page.locator("main").screenshot(path=path)
        browser.close()


def main() -> None:
    """Write both pictures of docs/pictures/readme.toml beside it."""
    use("en")
    shows = tomllib.loads((HERE / "readme.toml").read_text(encoding="utf-8"))
    picture, alt = explorer_picture(**shows["explorer"])
    (HERE / "explorer.png").write_bytes(picture)
    print(f"explorer.png: {alt}")
    render(check_message(**shows["check"]), HERE / "check.png")
    print("check.png")


if __name__ == "__main__":
    main()
