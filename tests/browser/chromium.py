"""Chromium for Playwright: the one of CHROMIUM, the system's, or Playwright's own. `python -m tests.browser.chromium` installs one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

__all__ = ["ARGUMENTS", "install", "installed", "launch", "program"]

ARGUMENTS = [
    "--no-sandbox",  # a container's root has none
    "--disable-gpu",
    "--disable-background-networking",
    "--force-color-profile=srgb",
]
_DEBIAN = ("chromium", "fonts-dejavu-core")


def program() -> str | None:
    """The path of the Chromium that CHROMIUM names or the system has; None where there is neither."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def launch(playwright: Playwright) -> Browser:
    """A headless Chromium, Playwright's own where the system has none."""
    return playwright.chromium.launch(args=ARGUMENTS, executable_path=program())


def installed() -> bool:
    """Whether `launch` will find one."""
    if program():
        return True
    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path).exists()


def install() -> None:
    """Debian's chromium where we are root and have apt, else Playwright's.

    raises CalledProcessError when it cannot be had; what the installer said is on the terminal
    """
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "install", "-y", "-qq", *_DEBIAN], check=True, env=quiet)
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)


if __name__ == "__main__":
    if not installed():
        install()
    print(f"Chromium: {program() or 'of Playwright'}")
