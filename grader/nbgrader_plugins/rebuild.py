"""Sanitise a submission by rebuilding it from the course's own list of graded cells."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from grader.lessons import of_assignment
from grader.submission import rebuild, release

__all__ = ["Rebuild"]


class Rebuild(NbGraderPreprocessor):
    """Stock sanitising stops the whole batch at a doubled cell; this mends and goes on."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """The notebook with the course's marks; what was mended is kept in its metadata."""
        lesson = of_assignment(resources["nbgrader"]["assignment"])
        rebuilt, mended = rebuild(nb, release(lesson))
        marks = rebuilt.metadata.get("hocsau", {})
        language = marks.get("language") if isinstance(marks, dict) else None
        rebuilt.metadata["hocsau"] = {
            "language": "vi" if language == "vi" else "en",
            "mended": [{"cell": m.cell, "en": m.note.en, "vi": m.note.vi} for m in mended],
        }
        return rebuilt, resources
