"""A third language: a made-up one, in which every translated sentence stands in brackets, reaches all that a learner reads.

What is not in brackets was never looked up in a catalogue: names, numbers and code may be outside, no sentence.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from grader.course.lessons import lesson_names
from grader.publish.catalogue import HOMES, said_in

ROOT = Path(__file__).resolve().parents[2]
PROSE = '# %% [markdown] key="slope" lang="xx"\n# ## 1.1 ⟦The slope⟧\n#\n# ⟦Of⟧ $a = 1.5$, $b = 0$ ⟦it is⟧ 6 ⟦at⟧ $x = 2$.\n\n# %% facts="slope"'
WRONG = "def parabola_slope(a, b, x):\n    return a * x + b\n"


def pseudo(english: str) -> str:
    """The sentence in the made-up language: its fields stay, so that they can be filled in."""
    return f"⟦{english}⟧"


def catalogue(folder: Path) -> Catalog:
    """All that is said in `folder`, in the made-up language."""
    made = Catalog(locale="xx", fuzzy=False)
    for text in said_in(folder):
        made.add(text, pseudo(text))
    return made


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a course whose learner speaks it: the second course, built in three languages."""
    folder = tmp_path_factory.mktemp("pseudo")
    for home in HOMES:
        place = folder / "locale" / "xx" / "LC_MESSAGES" / f"{home.name}.mo"
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("wb") as file:
            write_mo(file, catalogue(home))
    shutil.copytree(ROOT / "tests" / "second_course" / "solutions", folder / "solutions")
    lesson = folder / "solutions" / "curves"
    with (lesson / "xx.po").open("wb") as file:
        write_po(file, catalogue(lesson), width=0)
    source = (lesson / "lesson.py").read_text(encoding="utf-8")
    (lesson / "lesson.py").write_text(source.replace('# %% facts="slope"', PROSE), encoding="utf-8")
    environment = {
        **os.environ,
        "HOCSAU_LOCALE": str(folder / "locale"),
        "HOCSAU_SOLUTIONS": str(folder / "solutions"),
        "HOCSAU_PACKS": str(folder / "packs"),
        "HOCSAU_PROGRESS": str(folder / "progress.jsonl"),
        "HOCSAU_LANGUAGE": "xx",
    }
    run(environment, "-m", "grader.cli.app", "build")
    return environment


def run(environment: dict[str, str], *arguments: str) -> str:
    """What a Python with these arguments prints."""
    done = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def outside(text: str) -> str:
    """What stands in no brackets."""
    while (rest := re.sub(r"⟦[^⟦⟧]*⟧", " ", text)) != text:
        text = rest
    return text


def words(text: str) -> set[str]:
    """The words outside of brackets that could be English."""
    bare = re.sub(r"`[^`]*`|<[^>]*>|&\w+;", " ", outside(text))
    return set(re.findall(r"[A-Za-z]{3,}", bare)) - {"parabola_slope", "parabola", "slope"}


def test_the_notebooks_have_its_prose_and_english_for_the_rest(spoken: dict[str, str]) -> None:
    notebooks = Path(spoken["HOCSAU_SOLUTIONS"]).parent / "notebooks"
    made = nbformat.read(notebooks / "xx" / "01_curves" / "01_curves.ipynb", as_version=4)
    prose = [cell.source for cell in made.cells if cell.cell_type == "markdown"]
    assert made.metadata.hocsau.language == "xx"
    assert [text.splitlines()[0] for text in prose] == ["# 1 Curves", "## 1.1 ⟦The slope⟧", "## 1.2 Question"]
    vietnamese = nbformat.read(notebooks / "vi" / "01_curves" / "01_curves.ipynb", as_version=4)
    assert "⟦" not in str(vietnamese)


def test_messages_hints_and_progress_are_said_in_it(spoken: dict[str, str]) -> None:
    program = f"from hocsau import check, hint, progress\nprint(check('parabola_slope'))\n{WRONG}\nprint(check('parabola_slope'))\nprint(hint('parabola_slope'))\nprint(hint(3))\nprint(progress())\n"
    said = run(spoken, "-c", program)
    assert "⟦The factor 2 of the square is missing.⟧" in said
    assert "⟦Differentiate term by term. What is left of b x?⟧" in said
    assert "1.1 ⟦The slope⟧" in said
    assert words(said) <= {"None", "Curves"}, said


def test_the_explorers_are_said_in_it(spoken: dict[str, str]) -> None:
    program = (
        "import re\nfrom tools.explorers import explorers\nfrom hocsau.language import use\nuse('xx')\n"
        "for one in explorers():\n    shown = one.make(solved=False)._repr_mimebundle_()['text/html']\n"
        "    print(one, re.sub(r'data:[^\"]*', '', shown))\n"
    )
    without = {key: value for key, value in spoken.items() if key not in ("HOCSAU_SOLUTIONS", "HOCSAU_PACKS")}
    said = run({**without, "PYTHONPATH": str(ROOT)}, "-c", program)
    assert said.count("⟦") > 40
    assert {name for name in lesson_names() if f"{name}." in said}


def test_what_no_catalogue_has_is_found() -> None:
    assert words("⟦All right: {points} of 3 ⟦points⟧.⟧ 7 `w` <b>") == set()
    assert words("⟦All right⟧ but this is not") == {"but", "this", "not"}


def test_a_catalogue_of_ours_is_read_back_as_it_was_written() -> None:
    written = io.BytesIO()
    write_po(written, catalogue(ROOT / "tests" / "second_course" / "solutions" / "curves"))
    read = read_po(io.BytesIO(written.getvalue()))
    assert {entry.string for entry in read if entry.id} >= {"⟦The slope changes its sign there.⟧"}
