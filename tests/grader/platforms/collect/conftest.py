"""Archives as platforms make them, and as attackers do."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip with these files."""
    blob = io.BytesIO()
    with zipfile.ZipFile(blob, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return blob.getvalue()


def special(name: str, data: bytes, mode: int) -> bytes:
    """A zip with one member that is no regular file."""
    blob = io.BytesIO()
    with zipfile.ZipFile(blob, "w") as archive:
        member = zipfile.ZipInfo(name)
        member.create_system, member.external_attr = 3, (mode | 0o644) << 16
        archive.writestr(member, data)
    return blob.getvalue()


LINK, DEVICE, FIFO = stat.S_IFLNK, stat.S_IFBLK, stat.S_IFIFO


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """An empty course."""
    made = tmp_path / "course"
    made.mkdir()
    return made


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
