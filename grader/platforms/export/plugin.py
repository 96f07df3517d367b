"""`nbgrader export`, safe."""

from __future__ import annotations

from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.plugins import ExportPlugin
from traitlets import Bool, Enum

from grader.platforms.export.cells import as_csv, write
from grader.platforms.export.layouts import FORMATS, Layout, grades

__all__ = ["SafeCsvExport"]


class SafeCsvExport(ExportPlugin):  # type: ignore[misc]
    """What `nbgrader export` writes: the same columns as nbgrader's own, in cells that no spreadsheet runs."""

    layout = Enum(list(FORMATS), default_value="nbgrader", help="whose columns").tag(config=True)
    bom = Bool(False, help="begin with a byte order mark, for Excel").tag(config=True)

    def export(self, gradebook: Gradebook) -> None:
        """Write the grades of the chosen students and assignments to `to` (default: grades.csv)."""
        found = grades(gradebook, [str(name) for name in self.assignment], [str(name) for name in self.student])
        to = Path(self.to or "grades.csv")
        self.log.info("Exporting grades to %s", to)
        write(to, as_csv(FORMATS[self.layout](found, Layout()), bom=self.bom))
