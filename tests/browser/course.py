"""A course with an exchange, as an instructor runs it from the repository: real commands, a configuration of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from grader.course.places import ROOT
from grader.nbgrader.new_course import make_course
from tests.browser.lab import environment

__all__ = ["HUB", "Course"]

HUB = """\
import os
import pwd

_entry = pwd.getpwuid


def getpwuid(uid):
    entry = _entry(uid)
    return pwd.struct_passwd(("jovyan", *entry[1:])) if uid == os.getuid() else entry


pwd.getpwuid = getpwuid
"""
"""A sitecustomize.py: in a hub's container everybody is jovyan, and nbgrader takes the name from JUPYTERHUB_USER."""

_INSTRUCTOR = """\
c = get_config()
c.Exchange.root = {exchange!r}
c.ExchangeCollect.check_owner = False  # on this machine every student is the same user
"""
_STUDENT = """\
c = get_config()
c.Exchange.root = {exchange!r}
c.CourseDirectory.course_id = {course!r}
"""


class Course:
    """One course under `folder`: course/ (gradebook, submissions), exchange/, the instructor's home, the students' homes.

    more: lines for the instructor's nbgrader_config.py
    """

    def __init__(self, folder: Path, more: str = "") -> None:
        self._folder = folder
        self.root, self.home = folder / "course", folder / "instructor"
        self.exchange = folder / "exchange"
        make_course(self.root, "hocsau")
        for made in (self.home / ".jupyter", self.exchange):
            made.mkdir(parents=True)
        self.exchange.chmod(0o777)
        config = _INSTRUCTOR.format(exchange=str(self.exchange)) + more
        (self.home / ".jupyter" / "nbgrader_config.py").write_text(config, encoding="utf-8")
        self.variables = {"HOCSAU_COURSE": str(self.root)}

    def run(self, *command: str) -> str:
        """Run `grader ...` or `nbgrader ...` in the repository; all it printed. It must end with status 0."""
        program, *arguments = command
        python = Path(sys.executable)
        done = subprocess.run(
            [str(python), "-m", {"grader": "grader.cli.app"}.get(program, program), *arguments],
            cwd=ROOT,
            env=environment(python, self.home, COLUMNS="200", **self.variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout}"
        return done.stdout

    def enrol(self, student: str, course: str, home: Path) -> dict[str, str]:
        """Put the exchange's address into the home of `student`; the variables that make a process theirs."""
        hub = self._folder / "hub"
        hub.mkdir(exist_ok=True)
        (hub / "sitecustomize.py").write_text(HUB, encoding="utf-8")
        settings = home / ".jupyter" / "nbgrader_config.py"
        settings.parent.mkdir(parents=True, exist_ok=True)
        text = _STUDENT.format(exchange=str(self.exchange), course=course)
        settings.write_text(text, encoding="utf-8")
        return {"PYTHONPATH": str(hub), "JUPYTERHUB_USER": student}
