"""Known mistakes read from a lesson's folder: edits in .toml, programs in .py; a fault in either stops the build and says where."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TABLE = """[parabola_slope.{name}]
see = "slope"
en = "The term b is left out: the slope of b x is b, at every x."
edit = '''
- return 2 * a * x + b
+ return {code}
'''
"""
LISTED = "from grader.course.mistakes import of_lesson\nfor one in of_lesson('curves')['parabola_slope'].values():\n    print(one.id, one.program(2.0, 1.0, 3.0), one.message.en)"


@pytest.fixture
def read(tmp_path: Path):
    """read(text of a .toml file) -> what a process that lists the second course's mistakes prints, and its errors."""
    solutions = tmp_path / "solutions"
    shutil.copytree(ROOT / "tests" / "second_course" / "solutions", solutions)

    def listed(text: str) -> str:
        (solutions / "curves" / "mistakes" / "more.toml").write_text(text, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-c", LISTED],
            env={"HOCSAU_SOLUTIONS": str(solutions)},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout + done.stderr

    return listed


def test_edits_and_programs_stand_side_by_side(read) -> None:
    said = read(TABLE.format(name="term_missing", code="2 * a * x"))
    assert "term_missing 12.0 The term b is left out" in said
    assert "missing_two 7.0 The factor 2" in said


def test_a_mistake_takes_the_words_of_another(read) -> None:
    other = "[parabola_slope.sign]\nsee = 'slope'\nas = 'parabola_slope.term_missing'\nedit = '- return 2 * a * x + b\\n+ return 2 * a * x - b'\n"
    said = read(
        TABLE.format(name="term_missing", code="2 * a * x")
        + other.replace("\\n+", "\n+").replace("'- ", "'''- ").replace("- b'", "- b'''")
    )
    assert "sign 11.0 The term b is left out" in said


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (TABLE.format(name="missing_two", code="a * x"), "parabola_slope already has a misconception 'missing_two'"),
        (TABLE.format(name="same", code="2 * a * x + b"), "[parabola_slope.same]: an edit that changes nothing"),
        (TABLE.format(name="torn", code="2 * ("), "[parabola_slope.torn]: '(' was never closed"),
        (TABLE.format(name="gone", code="a").replace("- return 2", "- return 7"), "[parabola_slope.gone]: what an edit takes out is not in the answer"),
        (TABLE.format(name="mute", code="a").replace("en =", "fr ="), 'expected see, edit, and en or as = "EXERCISE.ID"'),
        (TABLE.format(name="lost", code="a").replace("parabola_slope", "parabola"), "for an exercise of the lesson; found see, en, edit"),
        ("[parabola_slope", "more.toml: "),
    ],
)  # fmt: skip
def test_a_fault_says_where_it_is(read, table: str, said: str) -> None:
    assert said in read(table)
