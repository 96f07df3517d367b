"""What a collection is made of: files found, refusals, and the limits on both."""

from __future__ import annotations

from dataclasses import dataclass, replace

from grader.errors import CollectError
from grader.judge.submission import MAX_BYTES

__all__ = ["LIMITS", "Budget", "Found", "Limits", "Refused", "TooMuch"]


@dataclass(frozen=True)
class Limits:
    """What one collection may hold."""

    file: int = MAX_BYTES
    """Bytes of one file, unpacked."""
    total: int = 2 << 30
    """Bytes of all files, unpacked."""
    members: int = 50_000
    """Files and folders, those in nested archives too."""
    student_total: int = 256 << 20
    """Bytes of all files in a student's own archive, unpacked."""
    student_members: int = 5_000
    """Files and folders in a student's own archive."""
    nested: int = 1
    """Archives within archives: a student's own zip inside the platform's."""
    depth: int = 16
    """Folders above a file."""
    ratio: int = 300
    """Times that a file of more than a megabyte may grow when unpacked."""


LIMITS = Limits()


@dataclass(frozen=True)
class Found:
    """One regular file: where it lay (the names of nested archives are folders), and what is in it if it is a notebook."""

    parts: tuple[str, ...]
    data: bytes
    outer: int
    """How many of `parts` belong to the outermost archive or folder: the platform's, not the student's."""

    @property
    def place(self) -> str:
        return "/".join(self.parts)


@dataclass(frozen=True)
class Refused:
    """One thing that is not collected: what came, why, and what to do. `student` where it is known whose it was."""

    what: str
    why: str
    student: str = ""

    def __str__(self) -> str:
        return f"{_readable(self.what)}: {self.why}"


class TooMuch(CollectError):
    """More than the limits allow."""


class Budget:
    """What is left of the limits over one collection."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self.limits, self.bytes, self.members = limits, limits.total, limits.members

    def of_student(self) -> Budget:
        """What one student's own archive may hold: it must not use up the class's."""
        total, members = self.limits.student_total, self.limits.student_members
        return Budget(replace(self.limits, total=min(total, self.bytes), members=min(members, self.members)))

    def count(self, number: int = 1) -> None:
        """Take `number` members off.

        raises TooMuch when there are too many
        """
        self.members -= number
        if self.members < 0:
            raise TooMuch(f"more than {self.limits.members} files: nothing was collected. Is this the right archive?")

    def spend(self, size: int) -> None:
        """Take `size` bytes off.

        raises TooMuch when they do not fit
        """
        self.bytes -= size
        if self.bytes < 0:
            raise TooMuch(
                f"more than {self.limits.total >> 20} MiB when unpacked: nothing was collected. "
                "Collect the class in several archives, or look for an archive made to fill the disk"
            )


def _readable(text: str) -> str:
    """A learner's text on one line of ours."""
    shown = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
    return shown if len(shown) <= 300 else shown[:300] + "…"
