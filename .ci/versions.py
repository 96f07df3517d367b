"""Try the course with the lowest or the newest versions that the two pyproject.toml allow, in a throwaway environment.

usage: python .ci/versions.py lowest|newest [--python PYTHON] [TEST ...]

`make test-floors` and `make test-newest`. Run are hocsau's own tests, right answers in many styles, every solved lesson with its checks, and a
course that is graded; or the tests that are named. The lowest versions are those of what is asked for by name, the rest is the newest
that goes with them (uv's lowest-direct). Learners and graders promise different torches, so there each part gets its own.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

from lock import ROOT, of_distributions

LEARNERS = [
    "tests/hocsau",
    "solutions/<lesson>/right/test_styles.py",
    "tests/notebooks/test_lessons.py::test_the_solved_lesson_runs_to_its_end_and_every_check_passes",
]
GRADERS = [
    "tests/grader/judge/test_judge.py",
    "tests/grader/judge/test_judge_tensors.py",
    "tests/grader/judge/test_whole_lessons.py",
    "tests/grader/nbgrader/test_nbgrader.py",
    "tests/grader/nbgrader/test_feedback.py",
    "tests/grader/platforms/test_export.py",
]
TOOLS = ["hypothesis", "psutil", "pytest>=8", "pytest-xdist", "pyyaml"]
RESOLUTION = {"lowest": "lowest-direct", "newest": "highest"}


class Environment:
    """A virtual environment in `place` whose packages are chosen by uv."""

    def __init__(self, place: Path, python: str, resolution: str) -> None:
        self._place, self._resolution = place, resolution
        venv.create(place / "tools", with_pip=True)
        tools = place / "tools" / ("Scripts" if sys.platform == "win32" else "bin")
        self._run(str(tools / "python"), "-m", "pip", "install", "--quiet", "uv")
        self._uv = str(tools / "uv")
        # Certificates: those of the system, as pip uses them.
        os.environ.setdefault("UV_SYSTEM_CERTS", "true")
        self._run(self._uv, "venv", "--quiet", "--seed", "--python", python, str(place / "venv"))
        self._python = str(place / "venv" / tools.name / "python")

    def install(self, requirements: list[str]) -> None:
        """Our two distributions with `requirements` in the versions that the resolution says, and what the tests need."""
        asked, chosen = self._place / "asked.txt", self._place / "chosen.txt"
        asked.write_text("\n".join(requirements) + "\n", encoding="utf-8")
        target = ["--python", self._python]
        resolve = ["compile", "--quiet", "--resolution", self._resolution, "-o", str(chosen)]
        self._run(self._uv, "pip", *resolve, *target, str(asked))
        print(chosen.read_text(encoding="utf-8"), flush=True)
        ours = ["-e", str(ROOT), "-e", str(ROOT / "grader")]
        wanted = ["--quiet", "-r", str(asked), "-c", str(chosen), *TOOLS, *ours]
        self._run(self._uv, "pip", "install", *target, *wanted)

    def test(self, tests: list[str]) -> int:
        """Run tests; versions that never met before may call each other old-fashioned."""
        options = ["-q", "-n", "2", "--dist", "loadfile", "-W", "default::DeprecationWarning"]
        command = [self._python, "-m", "pytest", *options, *tests]
        return subprocess.run(command, cwd=ROOT, check=False).returncode

    @staticmethod
    def _run(*command: str) -> None:
        subprocess.run(command, check=True)


def torch_of(pyproject: Path) -> list[str]:
    """What a distribution's extra asks of torch."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    return list(project["optional-dependencies"]["torch"])


def parts(chosen: str) -> list[tuple[list[str], list[str]]]:
    """What torch to install, and the tests to run then."""
    learners, graders = torch_of(ROOT / "pyproject.toml"), torch_of(ROOT / "grader" / "pyproject.toml")  # fmt: skip
    if chosen == "lowest":
        return [(learners, LEARNERS), (graders, GRADERS)]
    return [([*learners, *graders], [*LEARNERS, *GRADERS])]


def main() -> int:
    """Install and test; the status is that of the first part that fails."""
    parser = argparse.ArgumentParser(description="Try the lowest or the newest versions.")
    parser.add_argument("versions", choices=list(RESOLUTION))
    parser.add_argument("--python", default=sys.executable, help="the Python to try it with")
    parser.add_argument("tests", nargs="*", help="these tests instead of the usual ones")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hocsau-versions-") as folder:
        made = Environment(Path(folder), asked.python, RESOLUTION[asked.versions])
        for torch, tests in parts(asked.versions)[: 1 if asked.tests else None]:
            made.install([*of_distributions(), *torch])
            status = made.test(asked.tests or tests)
            if status:
                return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
