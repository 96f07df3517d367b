"""Shared by the stories: a bundle, environments made from it, JupyterLab, a browser window that is watched, pictures.

A warning in the console or in the server's log fails the story, unless the story says why it belongs there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from grader.course.places import ROOT
from tests import student
from tests.browser.chromium import launch
from tests.browser.lab import Lab, Watched
from tools import bundle

expect.set_options(timeout=60_000)  # a busy machine with two cores; what is there is found at once

LANGUAGES = ("en", "vi")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One headless Chromium for all stories of this process."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The student's folder, unpacked from the bundle of each language."""
    written = bundle.write_bundles(tmp_path_factory.mktemp("dist"))
    return {
        language: student.unpack(path, tmp_path_factory.mktemp(language))
        for language, path in zip(LANGUAGES, written, strict=True)
    }


@pytest.fixture(scope="session")
def alone(bundles: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The python of who installed the bundle's requirements.txt: no nbgrader in sight."""
    return student.install(bundles["en"], tmp_path_factory.mktemp("alone"))


@pytest.fixture(scope="session")
def enrolled(bundles: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The python of who installed the bundle's requirements-nbgrader.txt."""
    folder = tmp_path_factory.mktemp("enrolled")
    return student.install(bundles["en"], folder, "requirements-nbgrader.txt")


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Callable[..., Lab]]:
    """lab(python, folder, more={}, *options, home=...) starts a JupyterLab, with a new home unless told; all are stopped in the end."""
    started: list[Lab] = []

    def start(
        python: Path,
        folder: Path,
        more: Mapping[str, str] | None = None,
        *options: str,
        home: Path | None = None,
    ) -> Lab:
        place = home or tmp_path / f"home-{len(started)}"
        started.append(Lab(python, folder, place, more, options))
        return started[-1]

    yield start
    for one in started:
        one.stop()


@pytest.fixture
def window(chromium: Browser) -> Iterator[Callable[..., Watched]]:
    """window(width=1280, height=900) opens a browser window; all are closed in the end."""
    opened: list[Watched] = []

    def open_window(width: int = 1280, height: int = 900) -> Watched:
        opened.append(Watched(chromium, width, height))
        return opened[-1]

    yield open_window
    for one in opened:
        one.close()


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[..., Path]:
    """picture(page, "name") photographs the window into build/browser/<test's file>/name.png, for people to look at."""
    folder = ROOT / "build" / "browser" / request.path.stem.removeprefix("test_")
    folder.mkdir(parents=True, exist_ok=True)

    def photograph(page: Page, name: str) -> Path:
        path = folder / f"{name}.png"
        page.screenshot(path=path, animations="disabled")
        return path

    return photograph
