"""Make the README's pictures: `make pictures`. explorer.png is an explorer's own figure, check.png a real check message.

The message is rendered by Chromium (CHROMIUM names its program; /usr/bin/chromium otherwise, else Playwright's own).
"""

from __future__ import annotations

import base64
import html
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright

from hocsau import check
from hocsau.explore import momentum
from hocsau.language import use

__all__ = ["check_message", "explorer_picture", "main"]

HERE = Path(__file__).resolve().parent
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


def momentum_descent(
    gradient: Any, w0: Any, learning_rate: float, beta: float, steps: int
) -> np.ndarray:
    """A learner's answer with a mistake: the new gradient is averaged in, not added."""
    w, v = w0.copy(), np.zeros_like(w0)
    rows = [w]
    for _ in range(steps):
        v = beta * v - (1 - beta) * learning_rate * gradient(w)
        w = w + v
        rows.append(w)
    return np.array(rows)


def explorer_picture() -> tuple[bytes, str]:
    """The ravine explorer at a setting that meets its challenge: its PNG and its alt text."""
    explorer = momentum.ravine()
    explorer.controls["learning_rate"].value = 0.0185
    explorer.controls["beta"].value = 0.75
    shown = explorer._repr_mimebundle_()["text/html"]
    picture = re.search(r'src="data:image/png;base64,([^"]+)"', shown)
    alt = re.search(r'alt="([^"]*)"', shown)
    assert picture is not None, shown[:200]
    assert alt is not None, shown[:200]
    return base64.b64decode(picture[1]), html.unescape(alt[1])


def check_message() -> str:
    """The HTML of what `check` answers to the mistake above."""
    report = check("momentum_descent")
    assert report is not None
    return report._repr_html_()


def render(message: str, path: Path) -> None:
    """Photograph `message` as a browser shows it."""
    program = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    known = {"executable_path": program} if Path(program).exists() else {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(args=ARGUMENTS, **known)
        page = browser.new_page(viewport={"width": 920, "height": 200}, device_scale_factor=1.5)
        page.set_content(PAGE.format(message=message))
        page.locator("main").screenshot(path=path)
        browser.close()


def main() -> None:
    """Write both pictures beside this file."""
    use("en")
    picture, alt = explorer_picture()
    (HERE / "explorer.png").write_bytes(picture)
    print(f"explorer.png: {alt}")
    render(check_message(), HERE / "check.png")
    print("check.png")


if __name__ == "__main__":
    main()
