"""`nbgrader release_feedback` for a class that did not all hand in through the exchange."""

from __future__ import annotations

from glob import glob
from pathlib import Path

from nbgrader.exchange.default import ExchangeReleaseFeedback

__all__ = ["ReleaseFeedback"]

_KEYS = ("timestamp.txt", "submission_secret.txt")
"""What `nbgrader submit` puts beside a notebook; fetch_feedback finds a student's page by them."""


class ReleaseFeedback(ExchangeReleaseFeedback):
    """Leaves out who handed in otherwise (a platform's zip) or spoilt the key: stock nbgrader stops at the first of them."""

    def copy_files(self) -> None:
        """Release what the exchange can give back, and say whose page must go another way."""
        folders = sorted(map(Path, glob(self.src_path)))  # noqa: PTH207 (it is a pattern)
        others = [folder for folder in folders if not all(_reads(folder / key) for key in _KEYS)]
        for folder in others:
            self.log.warning(
                "Not released to %s, who did not hand in through the exchange: give them %s another way",
                folder.parent.name,
                folder,
            )
        excluded = [self.coursedir.student_id_exclude, *(folder.parent.name for folder in others)]
        self.coursedir.student_id_exclude = ",".join(filter(None, excluded))
        super().copy_files()


def _reads(file: Path) -> bool:
    """Whether nbgrader can read it as it does: a student wrote it."""
    try:
        return bool(file.read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError):
        return False
