"""Sanitise a submission by rebuilding it from the course's own list of graded cells."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from grader.course.lessons import of_assignment
from grader.nbgrader.convert import rebuilt

__all__ = ["Rebuild"]


class Rebuild(NbGraderPreprocessor):
    """Stock sanitising stops the whole batch at a doubled cell; this mends and goes on."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """The notebook with the course's marks; what was mended is kept in its metadata."""
        return rebuilt(nb, of_assignment(resources["nbgrader"]["assignment"])), resources
