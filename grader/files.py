"""A file that is there as a whole or as it was before."""

from __future__ import annotations

from pathlib import Path

__all__ = ["PART", "replace_file"]

PART = ".part"
"""What the name of a file ends with while it is written."""


def replace_file(path: Path, data: bytes) -> None:
    """Write `data` beside `path`, then rename it.

    raises OSError when the disk is full
    """
    part = path.with_name(path.name + PART)
    try:
        part.write_bytes(data)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
