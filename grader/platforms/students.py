"""What may be a student's id: the one place that says so.

An id becomes a folder, a row of the gradebook, a cell of a spreadsheet, a glob of nbgrader's and a word on a command
line. It may hold letters of any script, digits, spaces inside, and most signs; it may not

- be empty, "." or "..", begin with a dot, or hold a slash or a backslash (it would be another folder);
- begin with = + - @ (a spreadsheet would run it, a command would take it for an option);
- hold * ? [ ] { } or a comma (nbgrader reads them as patterns and lists);
- hold control or invisible characters, lone surrogates, or spaces at its ends; be written other than in NFC;
- be longer than 128 characters (the gradebook's column) or 200 bytes (a folder's name, with room for ours).
"""

from __future__ import annotations

import unicodedata

__all__ = ["fault"]

_LONGEST, _LONGEST_BYTES = 128, 200
_PATTERNS = set("*?[]{},")
_FORMULA = ("=", "+", "-", "@")


def fault(student: str) -> str | None:
    """Why `student` cannot be an id; None when it can.

    >>> fault("lan.hoang"), fault("Đặng Thị Ngọc 🙂"), fault("../x")
    (None, None, 'it holds a slash')
    """
    try:
        size = len(student.encode("utf-8"))
    except UnicodeEncodeError:
        return "it is not Unicode text"
    faults = {
        "it is empty": not student,
        "it holds a slash": "/" in student or "\\" in student,
        "it begins with a dot": student.startswith("."),
        "a spreadsheet would take it for a formula": student.startswith(_FORMULA),
        "nbgrader reads * ? [ ] { } and commas as patterns": bool(_PATTERNS & set(student)),
        "it holds characters that cannot be seen": any(_hidden(letter) for letter in student),
        "a space stands at its end or beginning": student != student.strip(),
        "it is not written in Unicode's normal form NFC": not unicodedata.is_normalized("NFC", student),
        f"it is longer than {_LONGEST} characters": len(student) > _LONGEST or size > _LONGEST_BYTES,
    }
    return next((why for why, holds in faults.items() if holds), None)


def _hidden(letter: str) -> bool:
    """Control, format and unassigned characters; the joiner inside an emoji is a sign like others."""
    return unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp") and letter != "\u200d"
