"""Our places inside nbgrader, and the one function that puts them there: nbgrader_config.py calls `configure`.

clear      answers out of a released notebook        rebuild   a submission's graded cells are the course's own
execute    the judge instead of a kernel             scores    points from verdicts, not from outputs
answers    what was marked by hand: has it changed    feedback  no marking scheme in what students get
released   feedback through the exchange, for whom it can reach
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from grader.course.places import course_root
from grader.course.settings import read_settings

__all__ = ["SOURCE", "configure", "find_alembic"]

SOURCE = "source"
"""The folder of a course with nbgrader's source of each lesson, in a folder for each language; the English one is registered."""


def configure(config: Any, course: Path | None = None) -> None:
    """Set nbgrader up for the course in the folder `course` (without it, the running one): folders, preprocessors, texts."""
    from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
    from nbgrader.preprocessors import (
        AssignLatePenalties,
        CheckCellMetadata,
        ClearOutput,
        ComputeChecksums,
        GetGrades,
        LockCells,
        SaveCells,
    )

    from grader.nbgrader.clear import ClearAnswers
    from grader.nbgrader.execute import JudgeExecute
    from grader.nbgrader.feedback import WithoutMarkingScheme
    from grader.nbgrader.rebuild import Rebuild
    from grader.nbgrader.scores import JudgeScores
    from grader.publish.notebook import WRITTEN_STUB

    find_alembic()
    root = course or course_root()
    settings = read_settings(root)
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.course_id = settings.id
    config.CourseDirectory.source_directory = f"{SOURCE}/en"
    if settings.database:
        config.CourseDirectory.db_url = settings.database
    config.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError()"}
    config.ClearSolutions.text_stub = WRITTEN_STUB
    config.GenerateAssignment.preprocessors = [
        LockCells,
        ClearAnswers,
        ClearOutput,
        CheckCellMetadata,
        ComputeChecksums,
        SaveCells,
    ]
    config.Autograde.sanitize_preprocessors = [Rebuild]
    config.Autograde.autograde_preprocessors = [
        JudgeExecute,
        JudgeScores,
        AssignLatePenalties,
        CheckCellMetadata,
    ]
    config.GenerateFeedback.preprocessors = [
        WithoutMarkingScheme,
        GetGrades,
        CSSHTMLHeaderPreprocessor,
    ]
    config.ZipCollectApp.extractor_plugin = "grader.platforms.collect.plugins.SafeExtractor"
    config.ZipCollectApp.collector_plugin = "grader.platforms.collect.plugins.NameCollector"
    config.ExchangeFactory.collect = "grader.platforms.collect.plugins.RegularFilesCollect"
    config.ExchangeFactory.release_feedback = "grader.nbgrader.released.ReleaseFeedback"
    config.ExportApp.plugin_class = "grader.platforms.export.plugin.SafeCsvExport"
    # Both for feedback and for the formgrader, which makes its pages with an exporter of its own.
    config.HTMLExporter.sanitize_html = True
    config.HTMLExporter.filters = {
        "markdown2html": "grader.nbgrader.safe_html.safe_markdown",
        "clean_html": "grader.nbgrader.safe_html.safe_output",
    }


def find_alembic() -> None:
    """nbgrader calls `alembic` by name: it lies beside the interpreter, which need not be on the path."""
    beside = str(Path(sys.executable).parent)
    path = os.environ.get("PATH", os.defpath)
    if beside not in path.split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([beside, path])
