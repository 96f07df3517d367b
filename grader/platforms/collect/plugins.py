"""The same safety inside nbgrader's own commands: `nbgrader zip_collect`, and `nbgrader collect` from an exchange."""

from __future__ import annotations

import os
import shutil
import stat
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.exchange.default import ExchangeCollect
from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin
from traitlets import Unicode

from grader.platforms.collect.archives import files_in
from grader.platforms.collect.choose import choose
from grader.platforms.collect.found import LIMITS, Budget
from grader.platforms.collect.names import named
from grader.platforms.collect.roster import read_roster
from grader.platforms.students import fault

__all__ = ["NameCollector", "RegularFilesCollect", "SafeExtractor"]

_AT, _TIME = "at-", "%Y-%m-%d-%H-%M-%S"
_NBGRADERS_OWN = {"timestamp.txt", "submission_secret.txt"}
"""When it was handed in, and what a student's fetch_feedback knows its own page by."""


class SafeExtractor(ExtractorPlugin):  # type: ignore[misc]
    """Reads what lies in the archive directory and leaves one notebook per student, in a folder named after the id."""

    roster = Unicode("", help="a CSV that maps the platform's names to student ids").tag(config=True)

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """A .zip here is the platform's, unless its own name is one that a platform gives to one student's file."""
        top, assignment = Path(archive_path), self.parent.coursedir.assignment_id
        zips = [
            path
            for path in sorted(top.glob("*.[zZ][iI][pP]"))
            if path.is_file() and _is_platforms(path.name, assignment)
        ]
        budget = Budget()
        came = [found for path in zips for found in files_in(path, budget)]
        came += files_in(top, budget, skip=[path.name for path in zips])
        roster = read_roster(Path(self.roster)) if self.roster else None
        choice = choose(came, assignment, roster, [path.stem for path in zips])
        for refused in choice.refused:
            self.log.error("Not collected: %s", refused)
        for note in choice.notes:
            self.log.warning("%s", note)
        for one in choice.chosen:
            folder = Path(extracted_path) / one.student
            if one.time is not None:
                folder /= f"{_AT}{one.time:{_TIME}}"
            folder.mkdir(parents=True)
            (folder / f"{assignment}.ipynb").write_bytes(one.data)


def _is_platforms(name: str, assignment: str) -> bool:
    found = named((name,), assignment)
    return found is None or found.platform == "plain"


class NameCollector(FileNameCollectorPlugin):  # type: ignore[misc]
    """Knows what `SafeExtractor` left: <student>[/at-<time>]/<assignment>.ipynb."""

    def collect(self, submitted_file: str) -> dict[str, Any] | None:
        """The student's id, the notebook's name, and the time where the platform gave one."""
        path = Path(submitted_file)
        folder, found = path.parent, {"file_id": path.name}
        if folder.name.startswith(_AT):
            time = datetime.strptime(folder.name.removeprefix(_AT), _TIME)
            found["timestamp"] = f"{time:%Y-%m-%d %H:%M:%S} UTC"
            folder = folder.parent
        why = fault(folder.name)
        if why or path.suffix != ".ipynb":
            self.log.error("Not collected: %s: %s", path, why or "not a notebook")
            return None
        return {**found, "student_id": folder.name}


class RegularFilesCollect(ExchangeCollect):  # type: ignore[misc]
    """Takes notebooks out of an exchange: regular files alone, so that no link brings in what its owner cannot read.

    A student owns the folder that is collected, the instructor's rights read it.
    """

    src_records: list[dict[str, Any]]

    def _path_to_record(self, path: str) -> dict[str, Any]:
        try:
            record: dict[str, Any] = super()._path_to_record(path)
        except Exception:  # a student may give a folder any name: that stops nobody else
            record = {"username": "", "filename": Path(path).name, "timestamp": datetime.min}
        return record

    def init_src(self) -> None:
        """nbgrader's own, without what no student of ours can have handed in."""
        super().init_src()
        kept = []
        for record in self.src_records:
            why = fault(record["username"])
            if why:
                self.log.error(
                    "Not collected: %r: %r cannot be a student's id: %s",
                    record["filename"],
                    record["username"],
                    why,
                )
            else:
                kept.append(record)
        self.src_records = kept

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:  # noqa: ARG002 (nbgrader's signature)
        """The notebooks, the time stamp and the key to the feedback that lie in `src` itself."""
        try:
            top = os.open(src, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError as error:
            self.log.error("Not collected: %s: not a folder (%s)", src, error.strerror)
            return
        aside = Path(f"{dest}.collecting")
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        try:
            for name in sorted(os.listdir(top)):
                why = _copy(top, name, aside)
                if why:
                    self.log.warning("Not collected: %s/%s: %s", src, name, why)
            aside.rename(dest)
        finally:
            os.close(top)
            shutil.rmtree(aside, ignore_errors=True)


def _copy(top: int, name: str, dest: Path) -> str:
    """Copy one file; why not, where it is refused."""
    if not name.endswith(".ipynb") and name not in _NBGRADERS_OWN:
        return "only the notebook is graded"
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=top)
    except OSError as error:
        return f"not a regular file ({error.strerror})"
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
            return "not a regular file with one name"
        data = file.read(LIMITS.file + 1)
    if len(data) > LIMITS.file:
        return f"larger than {LIMITS.file >> 20} MiB"
    (dest / name).write_bytes(data)
    return ""
