"""A lesson's source is read into cells; what is not as it must be is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course.source import answer_lines, read_facts, read_source
from grader.errors import BuildError

GOOD = '''# %% [markdown] key="goals" lang="en"
# # Title
# %% [markdown] key="goals" lang="vi"
# # Tiêu đề
# %% exercise="double"
def double(x):
    """Twice x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
# %% check="double"
check("double")
# %% key="show" explore=true
double(3)
'''


def written(folder: Path, lesson: str, text: str) -> int:
    """The source of a lesson in a course's folder."""
    (folder / lesson).mkdir()
    return (folder / lesson / "lesson.py").write_text(text, encoding="utf-8")


def _read(tmp_path: Path, text: str, name: str) -> tuple[object, ...]:
    written(tmp_path, name, text)
    return read_source(name, tmp_path)


def test_cells_get_their_roles(tmp_path: Path) -> None:
    cells = read_source("good", tmp_path) if written(tmp_path, "good", GOOD) else ()
    assert [(cell.role, cell.key, cell.language) for cell in cells] == [
        ("prose", "goals", "en"),
        ("prose", "goals", "vi"),
        ("exercise", "double", None),
        ("check", "check-double", None),
        ("explore", "show", None),
    ]
    assert answer_lines(cells[2].source) == ["    return 2 * x"]


FACTS = '# %% facts="goals"\nfact(1 + 1, "2")\n# %% exercise="double"'


def test_facts_are_read_apart_from_what_learners_get(tmp_path: Path) -> None:
    written(tmp_path, "plain", GOOD)
    text = GOOD.replace('# %% exercise="double"', FACTS)
    assert _read(tmp_path, text, "facts") == read_source("plain", tmp_path)
    assert read_facts("facts", tmp_path) == {"goals": 'fact(1 + 1, "2")'}
    assert read_facts("plain", tmp_path) == {}


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ('# %% key="show"', "check 'check-double'"),
        ('# %% [markdown] key="goals" lang="en"', "nothing"),
    ],
)
def test_facts_in_another_place_are_refused(tmp_path: Path, place: str, found: str) -> None:
    text = GOOD.replace(place, FACTS.partition("# %% exercise")[0] + place)
    with pytest.raises(BuildError) as error:
        _read(tmp_path, text, "astray")
    assert "the facts of 'goals' must stand directly behind both twins" in str(error.value)
    assert str(error.value).endswith(f"before them stands {found}")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('key="show" ', "", "has no key"),
        ('key="show"', 'key="show" color="red"', "unknown marks ['color']"),
        ('key="goals" lang="vi"', 'key="goals" lang="fr"', 'needs lang="en" or lang="vi"'),
        ('key="goals" lang="vi"', 'key="goals" lang="en"', "the key 'goals' stands twice"),
        (
            "    ### END SOLUTION\n",
            "",
            "must hold one ### BEGIN SOLUTION and then one ### END SOLUTION",
        ),
    ],
)
def test_a_bad_source_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(BuildError) as error:
        _read(tmp_path, GOOD.replace(old, new), "bad")
    assert said in str(error.value)


def test_a_missing_source_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="cannot be read"):
        read_source("nothing", tmp_path)
