"""A judgement put into the notebook that comes back: outputs, verdicts, the marking scheme, how it was judged.

nbgrader's own command (through grader/nbgrader) and the engine both go through here.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

import nbformat
from nbformat import NotebookNode

from grader.course.lessons import Lesson
from grader.judge.judge import Judgement
from grader.judge.report import exercise_as_dict
from grader.judge.submission import rebuild, release
from grader.nbgrader.outputs import put_outputs
from grader.publish.notebook import check_name
from hocsau.judging.show import as_html, as_text
from hocsau.language import LANGUAGES, Text

__all__ = ["as_text_of", "blank", "put_judgement", "rebuilt"]

UNREADABLE = Text("**Your file could not be read, so nothing in it was graded.** {reason}")


def rebuilt(notebook: Any, lesson: Lesson) -> NotebookNode:
    """`notebook` with the course's marks; what was mended is kept in its metadata."""
    made, mended = rebuild(notebook, release(lesson))
    marks = made.metadata.get("hocsau", {})
    language = marks.get("language") if isinstance(marks, dict) else None
    made.metadata["hocsau"] = {
        "language": language if language in LANGUAGES else "en",
        "mended": [{"cell": m.cell, **m.note.as_dict()} for m in mended],
    }
    return made


def blank(lesson: Lesson, reason: Text) -> NotebookNode:
    """What stands in the place of a file that cannot be read: the reason, and the lesson's marked cells, undone."""
    made = rebuilt({"cells": []}, lesson)
    made.metadata["hocsau"]["mended"] = []
    said = UNREADABLE.format(reason=reason)
    note = nbformat.v4.new_markdown_cell("\n\n".join(said.say(language) for language in LANGUAGES))
    note["id"] = "could-not-be-read"
    note.metadata["hocsau"] = {"unreadable": True}
    made.cells.insert(0, note)
    return made


def put_judgement(
    nb: NotebookNode, judgement: Judgement, lesson: Lesson, language: str, layers: Collection[str]
) -> None:
    """Give the cells of `nb` their outputs and verdicts; note the layers of isolation that held."""
    put_outputs(nb, judgement.outputs, language)
    _put_verdicts(nb, judgement, language)
    _put_marking_scheme(nb, lesson, language)
    nb.metadata.setdefault("hocsau", {})["isolation"] = list(layers)


def as_text_of(nb: NotebookNode) -> str:
    """The notebook as nbformat writes it: the same layout, without its validation (every cell is ours by now)."""
    for cell in nb.cells:
        source = cell.source
        cell["source"] = source.splitlines(keepends=True)
        for output in cell.get("outputs", ()):
            _split(output)
    return json.dumps(nb, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _split(output: dict[str, Any]) -> None:
    """Text as lists of lines, as nbformat lays it out."""
    if output["output_type"] == "stream":
        output["text"] = output["text"].splitlines(keepends=True)
    for kind, data in output.get("data", {}).items():
        if isinstance(data, str) and not kind.startswith(("application/", "image/")):
            output["data"][kind] = data.splitlines(keepends=True)


def _put_verdicts(nb: NotebookNode, judgement: Judgement, language: str) -> None:
    cells = {cell.metadata.nbgrader.grade_id: cell for cell in nb.cells if "nbgrader" in cell.metadata}
    notes = nb.metadata.get("hocsau", {}).get("mended", [])
    for verdict in judgement.verdicts:
        cell = cells.get(check_name(verdict.exercise))
        if cell is None:
            continue
        names = (verdict.exercise, check_name(verdict.exercise))
        mine = [f"{note['cell']}: {note[language]}" for note in notes if note["cell"] in names]
        note = Text.of("; ".join(mine)) if mine else None
        data = {
            "text/plain": as_text(verdict, language, note),
            "text/html": as_html(verdict, language, judgement.pictures.get(verdict.exercise, ""), note),
        }
        cell.outputs = [NotebookNode(output_type="display_data", data=NotebookNode(data), metadata={})]
        cell.metadata["hocsau"] = {"verdict": exercise_as_dict(verdict, language)}


_SCHEME = Text("**Marking scheme** (students never see it)\n\n")


def _put_marking_scheme(nb: NotebookNode, lesson: Lesson, language: str) -> None:
    """Beside the written answer, for the person who marks it; `WithoutMarkingScheme` takes it out again."""
    written = {exercise.name for exercise in lesson.exercises if exercise.kind == "written"}
    for index, cell in reversed(list(enumerate(nb.cells))):
        if cell.metadata.get("nbgrader", {}).get("grade_id") in written:
            text = (_SCHEME + lesson.marking_scheme).say(language)
            scheme = nbformat.v4.new_markdown_cell(text)
            scheme["id"] = f"marking-scheme-{index}"
            scheme.metadata["hocsau"] = {"marking_scheme": True}
            nb.cells.insert(index + 1, scheme)
