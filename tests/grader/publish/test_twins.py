"""English and Vietnamese cannot drift apart: each way to differ is found, and the course's own prose has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.lessons import lesson_names
from grader.course.source import Cell, read_source
from grader.publish.twins import faults, refused_terms

GOOD_EN = "## 2.1 Velocity\n\nWith $\\beta = 0.9$ it keeps 90 percent, see `v` and [Polyak](https://a.org/x).\n\n$$v := \\beta v$$"
GOOD_VI = "## 2.1 Vận tốc\n\nVới $\\beta = 0.9$ nó giữ lại 90 phần trăm, xem `v` và [Polyak](https://a.org/x).\n\n$$v :=\n\\beta v$$"


def _twins(english: str, vietnamese: str) -> list[Cell]:
    return [Cell("prose", "velocity", english, "en"), Cell("prose", "velocity", vietnamese, "vi")]


def test_twins_that_say_the_same_have_no_fault(glossary: Path) -> None:
    assert faults(_twins(GOOD_EN, GOOD_VI), glossary) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("\\beta = 0.9", "\\beta = 0.8", "formulas differ"),
        ("90 phần", "95 phần", "numbers differ"),
        ("`v`", "`w`", "inline code differ"),
        ("https://a.org/x", "https://a.org/y", "links differ"),
        ("## 2.1", "### 2.1", "headings differ"),
        (
            "nó giữ",
            "bộ biến áp giữ",
            "the glossary refuses 'bộ biến áp' in Vietnamese; use 'Transformer'",
        ),
    ],
)
def test_each_way_to_drift_is_found(glossary: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD_VI
    (fault,) = faults(_twins(GOOD_EN, GOOD_VI.replace(old, new)), glossary)
    assert "prose 'velocity'" in fault
    assert said in fault


def test_a_missing_twin_is_found(glossary: Path) -> None:
    (fault,) = faults(_twins(GOOD_EN, GOOD_VI)[:1], glossary)
    assert fault == "prose 'velocity': the vi twin is missing"


def test_a_code_block_that_differs_is_found(glossary: Path) -> None:
    (fault,) = faults(_twins("```python\nx = 1\n```", "```python\nx = 2\n```"), glossary)
    assert "code blocks differ" in fault


@pytest.mark.parametrize("lesson", lesson_names())
def test_the_lessons_have_no_fault(lesson: str) -> None:
    assert faults(read_source(lesson)) == []


def test_the_glossary_refuses_something() -> None:
    assert refused_terms()["bộ biến áp"] == "Transformer"
