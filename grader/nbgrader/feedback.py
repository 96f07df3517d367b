"""What students get back holds no marking scheme."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

__all__ = ["WithoutMarkingScheme"]


class WithoutMarkingScheme(NbGraderPreprocessor):
    """Take out the cells that `JudgeExecute` put beside written answers."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """The notebook without marking schemes."""
        nb.cells = [cell for cell in nb.cells if not cell.metadata.get("hocsau", {}).get("marking_scheme")]
        return nb, resources
