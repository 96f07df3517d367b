"""The answer to a class has a region in each of its methods; all of them are answer lines and all are taken out."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.source import answer_lines, read_source
from grader.errors import BuildError

CLASS = '''# %% exercise="Counter"
class Counter:
    def __init__(self):
        ### BEGIN SOLUTION
        self.t = 0
        ### END SOLUTION

    def step(self):
        """Count."""
        ### BEGIN SOLUTION
        self.t += 1
        ### END SOLUTION
'''
LINES = CLASS.splitlines(keepends=True)


def written(folder: Path, lesson: str, text: str) -> int:
    """The source of a lesson in a course's folder."""
    (folder / lesson).mkdir()
    return (folder / lesson / "lesson.py").write_text(text, encoding="utf-8")


def test_every_region_is_answer(tmp_path: Path) -> None:
    written(tmp_path, "good", CLASS)
    (cell,) = read_source("good", tmp_path)
    assert [line.strip() for line in answer_lines(cell.source)] == ["self.t = 0", "self.t += 1"]


@pytest.mark.parametrize("without", [3, 5, 9, 11])
def test_a_region_that_does_not_pair_is_refused(tmp_path: Path, without: int) -> None:
    assert "SOLUTION" in LINES[without]
    text = "".join(line for index, line in enumerate(LINES) if index != without)
    written(tmp_path, "bad", text)
    with pytest.raises(BuildError, match="for each method of a class"):
        read_source("bad", tmp_path)
