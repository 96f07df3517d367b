"""Take the answers out: nbgrader's own ClearSolutions, which also knows a quiz."""

from __future__ import annotations

import re

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearSolutions

from grader.course.source import BEGIN, END

__all__ = ["ClearAnswers"]

_ENTRY = re.compile(r'^(\s*"\w+":\s*)"\w"(,?)\s*$')


class ClearAnswers(ClearSolutions):
    """In a quiz every answer becomes None; everything else is nbgrader's."""

    def _replace_solution_region(self, cell: NotebookNode, language: str) -> bool:
        lines = cell.source.split("\n")
        marks = [index for index, line in enumerate(lines) if line.strip() in (BEGIN, END)]
        inner = lines[marks[0] + 1 : marks[1]] if len(marks) == 2 else []
        entries = [_ENTRY.match(line) for line in inner]
        if not entries or not all(entries):
            return bool(super()._replace_solution_region(cell, language))
        emptied = [f"{entry[1]}None{entry[2]}" for entry in entries if entry]
        cell.source = "\n".join([*lines[: marks[0]], *emptied, *lines[marks[1] + 1 :]])
        return True
