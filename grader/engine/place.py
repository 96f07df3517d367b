"""A graded submission put into autograded/: made beside its place, then renamed, so that it is there as a whole or not."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nbgrader.converters import Autograde

__all__ = ["Place"]


@dataclass(frozen=True)
class Place:
    """autograded/<student>/<assignment>/ of one course, with nbgrader's permissions."""

    course: Path
    assignment: str
    converter: Autograde
    sources: Mapping[str, bytes]

    def folder(self, student: str) -> Path:
        """Where the graded submission of `student` lies."""
        return self.course / "autograded" / student / self.assignment

    def notebook(self, student: str) -> Path:
        """The graded notebook of `student`."""
        return self.folder(student) / f"{self.assignment}.ipynb"

    def put(self, student: str, notebook: bytes, files: Mapping[str, bytes]) -> None:
        """Put notebook and files there. The course's own files win over the student's.

        raises OSError when the disk is full; then what was there before is there still
        """
        final = self.folder(student)
        final.parent.mkdir(parents=True, exist_ok=True)
        new, old = (final.with_name(f".{self.assignment}.{word}") for word in ("new", "old"))
        for path in (new, old):
            _remove(path)
        try:
            content = {**files, **self.sources, f"{self.assignment}.ipynb": notebook}
            for name, data in content.items():
                path = new / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
                path.chmod(int(str(self.converter.permissions), 8))
            if os.path.lexists(final):
                final.rename(old)
            new.rename(final)
        except BaseException:
            if os.path.lexists(old) and not os.path.lexists(final):
                old.rename(final)
            _remove(new)
            raise
        _remove(old)
        if self.converter.coursedir.groupshared:
            self.converter.set_permissions(self.assignment, student)


def _remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)
