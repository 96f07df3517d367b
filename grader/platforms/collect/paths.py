"""A path as an archive or a folder writes it, in plain parts; what leads elsewhere is refused."""

from __future__ import annotations

import re
import unicodedata
import zipfile

from grader.platforms.collect.found import Refused

__all__ = ["name_of", "parts_of"]

_CLUTTER = re.compile(r"__MACOSX|\.DS_Store|Thumbs\.db|desktop\.ini|\._.*|\.ipynb_checkpoints")


def name_of(member: zipfile.ZipInfo) -> str:
    """The name as the student typed it: many programs write UTF-8 without saying so, and zipfile then reads cp437."""
    name = getattr(member, "orig_filename", member.filename)
    if member.flag_bits & 0x800:
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name


def parts_of(name: str) -> tuple[str, ...] | Refused | None:
    """A path's parts in NFC, with either kind of separator; None for what an operating system left behind.

    >>> parts_of("a/./b.ipynb"), parts_of(r"a\\b.ipynb"), parts_of("__MACOSX/b.ipynb")
    (('a', 'b.ipynb'), ('a', 'b.ipynb'), None)
    >>> str(parts_of("../../b.ipynb"))
    '../../b.ipynb: the name leads out of the archive. Ask for the file under an ordinary name'
    """
    pieces = re.split(r"[/\\]", unicodedata.normalize("NFC", name))
    parts = tuple(piece for piece in pieces if piece not in ("", "."))
    if any(_CLUTTER.fullmatch(part) for part in parts):
        return None
    if not pieces[0] or re.match(r"[A-Za-z]:", pieces[0]) or ".." in parts or not parts:
        return Refused(name, "the name leads out of the archive. Ask for the file under an ordinary name")
    if any(_is_control(letter) for part in parts for letter in part):
        return Refused(name, "control characters in the name. Ask for the file under an ordinary name")
    if any(len(part.encode("utf-8", "replace")) > 255 for part in parts):
        return Refused(name, "a name too long. Ask for the file under a shorter name")
    return parts


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp")
