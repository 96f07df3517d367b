"""Does an answer or a fact survive in what students get?"""

from __future__ import annotations

from collections.abc import Mapping

import nbformat

from grader.course.source import BEGIN, END, answer_lines, read_facts, solution_cells

__all__ = ["leaks"]

_TELLING = 12
"""Shorter lines ("return w", "n = len(y)") say nothing by themselves."""


def leaks(lesson: str, notebooks: Mapping[str, str]) -> list[str]:
    """Each answer line of `lesson` that stands in a code cell of a released notebook, each marker and each facts cell; empty when none does."""
    telling = {
        line.strip(): exercise
        for exercise, source in solution_cells(lesson).items()
        for line in answer_lines(source)
        if len(line.strip()) >= _TELLING and not line.strip().startswith("#")
    }
    facts = set(read_facts(lesson).values())
    found = []
    for path, text in notebooks.items():
        for cell in nbformat.reads(text, as_version=4).cells:
            if BEGIN in cell.source or END in cell.source:
                found.append(f"{path}: a solution marker is left in {cell.source[:60]!r}")
            if cell.source in facts:
                found.append(f"{path}: a facts cell is left: {cell.source[:60]!r}")
            marks = cell.metadata.get("nbgrader", {})
            if cell.cell_type != "code" or not marks.get("solution"):
                continue
            found += [
                f"{path}: the answer of {telling[line.strip()]} survives: {line.strip()!r}"
                for line in cell.source.splitlines()
                if line.strip() in telling
            ]
    return found
