"""Cells that no spreadsheet runs, and a file that is written whole or not at all.

A text that a spreadsheet would run as a formula gets an apostrophe before it, `read_text` takes it off again. All text
stands in quotes (a spreadsheet that splits at semicolons must not find a new cell in a name); numbers stay numbers.
"""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from grader.errors import CourseError

__all__ = ["Cell", "as_csv", "read_text", "safe_text", "write"]

Cell = str | float | None
_FORMULA = re.compile(r"'*\s*[=+\-@＝＋－＠|%]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_BOM = "\ufeff"


def safe_text(text: str) -> str:
    """`text` as a cell that no spreadsheet runs, on one line.

    >>> safe_text("=1+1"), safe_text("Lan"), safe_text("'@x"), safe_text("a\\n=b")
    ("'=1+1", 'Lan', "''@x", 'a =b')
    """
    shown = _CONTROL.sub(" ", text)
    return "'" + shown if _FORMULA.match(shown) else shown


def read_text(cell: str) -> str:
    """The text that `safe_text` made a cell of.

    >>> read_text("'=1+1"), read_text("Lan"), read_text("''@x"), read_text("'s-Gravenhage")
    ('=1+1', 'Lan', "'@x", "'s-Gravenhage")
    """
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def as_csv(rows: Iterable[Sequence[Cell]], *, bom: bool = False) -> str:
    """The rows as CSV; numbers without quotes, to four digits; empty cells empty."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
    for row in rows:
        writer.writerow([_cell(cell) for cell in row])
    return (_BOM if bom else "") + text.getvalue()


def _cell(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return safe_text(cell)
    if cell is None:
        return ""
    rounded = round(float(cell), 4)
    return int(rounded) if rounded.is_integer() else rounded


def write(to: Path, text: str) -> None:
    """Write `text` to `to` whole or not at all.

    raises CourseError when it cannot be written
    """
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{to.name}-", dir=to.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
                file.write(text)
            Path(name).replace(to)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise CourseError(f"{to} cannot be written: {error}") from error
