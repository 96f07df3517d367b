"""A notebook open in JupyterLab: its cells by the names that nbgrader knows them by, its sliders, what axe-core says of it."""

from __future__ import annotations

import json
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

__all__ = ["OURS", "Notebook", "move", "violations"]

OURS = [".jp-RenderedMarkdown", ".jp-OutputArea-output"]
"""What the course puts on the page; the rest is JupyterLab's."""


class Notebook:
    """The notebook of `page` whose file is `path`."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page = page
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        self._sources = ["".join(cell["source"]) for cell in cells]
        self._places = {
            cell["metadata"]["nbgrader"]["grade_id"]: place
            for place, cell in enumerate(cells)
            if "nbgrader" in cell["metadata"]
        }
        self._idle()

    def _idle(self) -> None:
        """Wait until the status bar says so: the toolbar calls a notebook without a kernel idle as well."""
        expect(self.page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()

    def cell(self, name: str) -> Locator:
        """The cell with that grade_id, or the one whose source begins like that; scrolled to."""
        place = self._places.get(name)
        if place is None:
            (place,) = (n for n, text in enumerate(self._sources) if text.startswith(name))
        found = self.page.locator(f'.jp-Notebook [data-windowed-list-index="{place}"]')
        found.scroll_into_view_if_needed()
        return found

    def run_all(self) -> None:
        """Menu Run, Run All Cells, until the last code cell has answered."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        last = len(self._sources) - 1
        shown = self.page.locator(
            f'[data-windowed-list-index="{last}"] .jp-OutputArea-output, '
            f'[data-windowed-list-index="{last}"] .jp-RenderedMarkdown'
        )
        expect(shown.first).to_be_visible()
        self._idle()

    def write(self, name: str, source: str) -> None:
        """Replace the cell's source and run it and the check below it, as a learner does: Shift+Enter twice."""
        self.cell(name).locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(source)
        self.page.keyboard.press("Shift+Enter")
        self.page.keyboard.press("Shift+Enter")

    def run(self, name: str) -> Locator:
        """Run one cell; its output."""
        cell = self.cell(name)
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Shift+Enter")
        return cell.locator(".jp-OutputArea-output")

    def failures(self) -> list[str]:
        """The text of every error and every line on stderr that stands in the notebook."""
        kinds = ("error", "stderr")
        where = ", ".join(f'[data-mime-type="application/vnd.jupyter.{kind}"]' for kind in kinds)
        return self.page.locator(".jp-Notebook").locator(where).all_inner_texts()


def move(slider: Locator, picture: Locator) -> None:
    """Move a slider with the mouse, then with the keyboard; each time its value and the picture follow.

    slider:  by its role; its name is what a screen reader says
    picture: the <img> whose alternative text must say something new
    """
    slider.scroll_into_view_if_needed()
    page = slider.page
    value, shown = slider.get_attribute("aria-valuetext"), picture.get_attribute("alt") or ""
    slider.hover()  # waits until the page has come to rest
    box = slider.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.down()
    page.mouse.move(x - 25, y, steps=5)
    page.mouse.up()
    expect(slider).not_to_have_attribute("aria-valuetext", value or "")
    expect(picture).not_to_have_attribute("alt", shown)

    slider.focus()
    value, shown = slider.get_attribute("aria-valuetext"), picture.get_attribute("alt") or ""
    page.keyboard.press("ArrowRight")
    expect(slider).not_to_have_attribute("aria-valuetext", value or "")
    expect(picture).not_to_have_attribute("alt", shown)


def violations(page: Page, *where: str) -> list[str]:
    """What axe-core calls serious or critical within the elements that the selectors `where` find, all of the page without."""
    context = {"include": [[selector] for selector in where]} if where else None
    found = Axe().run(page, context=context).response["violations"]
    return [
        f"{violation['impact']}: {violation['id']} ({violation['help']}): {node['html'][:200]}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]
