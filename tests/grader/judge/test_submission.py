"""Reading what was handed in, and making a notebook ours again whatever was done to it."""

from __future__ import annotations

import contextlib
import copy
import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat import NotebookNode

from grader.course.lessons import ExerciseDefinition, Lesson
from grader.errors import CourseError, SubmissionError
from grader.judge import submission
from grader.judge.submission import CellSource, read, rebuild, submission_of
from hocsau.language import Text

LESSON = Lesson(
    "toys",
    1,
    Text.of("Toys", vi="Đồ chơi"),
    (
        ExerciseDefinition("double", 2),
        ExerciseDefinition("toy_written", 5, kind="written", contract=False),
    ),
    Text.of("", vi=""),
)
STUB = "def double(w):\n    # YOUR CODE HERE\n    raise NotImplementedError()"


def marks(grade_id: str, **flags: Any) -> dict[str, Any]:
    plain = {"grade": False, "locked": False, "schema_version": 3, "solution": False, "task": False}
    return {"nbgrader": plain | {"grade_id": grade_id} | flags}


def cell(kind: str, name: str, source: str, metadata: dict[str, Any] | None = None) -> dict[str, Any]:
    made: dict[str, Any] = {
        "cell_type": kind,
        "id": name,
        "metadata": metadata or {},
        "source": source,
    }
    return made if kind != "code" else made | {"outputs": [], "execution_count": None}


CELLS = [
    cell("markdown", "goals", "# Toys"),
    cell("code", "imports", "import numpy as np"),
    cell("code", "exercise", STUB, marks("double", solution=True)),
    cell("code", "check", 'check("double")', marks("check-double", grade=True, locked=True, points=2)),
    cell("code", "slider", "explore.slider()", {"hocsau": {"explore": True}}),
    cell(
        "markdown",
        "written",
        "YOUR ANSWER HERE",
        marks("toy_written", grade=True, solution=True, points=5),
    ),
]
ANSWER = "def double(w):\n    return 2 * w"


def document(cells: list[dict[str, Any]] | None = None, language: str = "en") -> dict[str, Any]:
    return {
        "cells": copy.deepcopy(CELLS if cells is None else cells),
        "metadata": {
            "hocsau": {"language": language, "lesson": "toys"},
            "kernelspec": {"name": "python3", "display_name": "P"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


MASTER: NotebookNode = nbformat.from_dict(document())


@pytest.fixture(autouse=True)
def released(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submission, "release", lambda _: MASTER)


def answered() -> NotebookNode:
    made: NotebookNode = nbformat.from_dict(document())
    made.cells[2].source = ANSWER
    made.cells[5].source = "My own words."
    return made


def by_name(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """The marked cells by grade_id; each stands once."""
    names = [c.metadata.nbgrader.grade_id for c in notebook.cells if "nbgrader" in c.metadata]
    assert sorted(names) == ["check-double", "double", "toy_written"]
    return {c.metadata.nbgrader.grade_id: c for c in notebook.cells if "nbgrader" in c.metadata}


def assert_ours(notebook: NotebookNode) -> None:
    """What must hold of every rebuilt notebook, whatever came in."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        nbformat.validate(notebook)
    ids = [c.id for c in notebook.cells]
    assert len(ids) == len(set(ids))
    found = by_name(notebook)
    wanted = {c.metadata.nbgrader.grade_id: c for c in MASTER.cells if "nbgrader" in c.metadata}
    for name, original in wanted.items():
        assert found[name].metadata.nbgrader == original.metadata.nbgrader
        assert found[name].cell_type == original.cell_type
    assert found["check-double"].source == 'check("double")'
    assert notebook.metadata.kernelspec == MASTER.metadata.kernelspec
    assert json.loads(json.dumps(notebook)) == notebook


def test_assert_ours_can_fail() -> None:
    for spoil in ("grade", "points"):
        made = copy.deepcopy(MASTER)
        made.cells[3].metadata.nbgrader[spoil] = 99
        with pytest.raises(AssertionError):
            assert_ours(made)


def test_what_is_as_it_should_be_stays() -> None:
    made, mended = rebuild(answered(), MASTER)
    assert mended == []
    assert_ours(made)
    assert [c.source for c in made.cells] == [c.source for c in answered().cells]
    assert [c.id for c in made.cells] == [c.id for c in answered().cells]


def test_the_submission_itself_is_not_changed() -> None:
    given_ = answered()
    given_.cells[3].source = "edited"
    before = copy.deepcopy(given_)
    rebuild(given_, MASTER)
    assert given_ == before


def _delete(grade_id: str) -> Callable[[NotebookNode], None]:
    def change(notebook: NotebookNode) -> None:
        notebook.cells = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") != grade_id]

    return change


def _edit_check(notebook: NotebookNode) -> None:
    notebook.cells[3].source = "print('PASSED')"


def _double_check(notebook: NotebookNode) -> None:
    notebook.cells.append(copy.deepcopy(notebook.cells[3]))


def _double_answer(notebook: NotebookNode) -> None:
    notebook.cells.insert(3, copy.deepcopy(notebook.cells[2]))


def _move(notebook: NotebookNode) -> None:
    notebook.cells.reverse()


def _swap_flags(notebook: NotebookNode) -> None:
    for c in notebook.cells:
        if "nbgrader" in c.metadata:
            mark = c.metadata.nbgrader
            mark.grade, mark.solution = mark.solution, mark.grade
            mark.locked, mark.points, mark.schema_version = not mark.locked, 100, 9


def _drop_marks(notebook: NotebookNode) -> None:
    for c in notebook.cells:
        c.metadata = NotebookNode()


def _change_types(notebook: NotebookNode) -> None:
    notebook.cells[2].cell_type = "markdown"
    notebook.cells[3].cell_type = "raw"
    notebook.cells[5].cell_type = "code"


def _rename(notebook: NotebookNode) -> None:
    notebook.cells[3].metadata.nbgrader.grade_id = "something-else"


UNHARMED = {
    "check deleted": (_delete("check-double"), "check-double: was deleted, put back"),
    "check edited": (_edit_check, "check-double: the check was edited, restored"),
    "check doubled": (_double_check, "check-double: stands twice"),
    "answer doubled": (_double_answer, "double: stands twice"),
    "moved": (_move, None),
    "flags swapped": (_swap_flags, None),
    "all metadata gone": (_drop_marks, None),
    "types changed": (_change_types, "double: was a markdown cell, is a code cell again"),
    "renamed": (_rename, None),
}


@pytest.mark.parametrize("name", UNHARMED)
def test_what_was_done_to_the_marks_costs_nothing(name: str) -> None:
    change, note = UNHARMED[name]
    notebook = answered()
    change(notebook)
    made, mended = rebuild(notebook, MASTER)
    assert_ours(made)
    assert by_name(made)["double"].source == ANSWER
    assert (note is None) == (mended == [])
    if note is not None:
        assert any(f"{one.cell}: {one.note.en}".startswith(note) for one in mended)
    handed = submission_of(made, LESSON)
    assert ANSWER in [c.source for c in handed.cells if c.runs]
    assert handed.written == {"toy_written"}
    assert not any(
        "check(" in c.source or "PASSED" in c.source for c in handed.cells if c.runs and name != "check doubled"
    )


def test_a_deleted_answer_comes_back_as_a_stub_that_does_not_run() -> None:
    notebook = answered()
    _delete("double")(notebook)
    notebook.cells.append(nbformat.from_dict(cell("code", "mine", ANSWER)))
    made, mended = rebuild(notebook, MASTER)
    assert [(one.cell, one.note.en) for one in mended] == [("double", "was deleted, put back")]
    assert_ours(made)
    assert [c.source for c in submission_of(made, LESSON).cells if c.runs] == [
        "import numpy as np",
        ANSWER,
    ]


def test_the_mark_of_a_stub_that_was_put_back_cannot_be_forged() -> None:
    notebook = answered()
    notebook.cells[2].metadata["hocsau"] = {"appended": True, "explore": True}
    made, _ = rebuild(notebook, MASTER)
    assert ANSWER in [c.source for c in submission_of(made, LESSON).cells if c.runs]


@pytest.mark.parametrize("change", ["as released", "no marks", "no ids", "other id", "edited"])
def test_sliders_do_not_run_while_grading(change: str) -> None:
    notebook = answered()
    slider = notebook.cells[4]
    if change == "no marks":
        slider.metadata = NotebookNode()
    if change == "no ids":
        for c in notebook.cells:
            del c["id"]
    if change == "other id":
        slider.id = "copied"
    if change == "edited":
        slider.source += "\nexplore.again()"
    made, _ = rebuild(notebook, MASTER)
    assert_ours(made)
    assert not any("explore" in c.source for c in submission_of(made, LESSON).cells if c.runs)


@pytest.mark.parametrize(
    "ids",
    [
        [None] * 6,
        ["same"] * 6,
        ["a" * 50, "a" * 50 + "-2", "a" * 50, "a" * 50 + "-2", "a" * 50, "a" * 50],
        ["cell-0", "", "ünï 😀", "x" * 100, "cell-0", "cell-1"],
        [3, [], {}, None, True, 1.5],
    ],
    ids=["missing", "doubled", "once endless", "malformed", "no strings"],
)
def test_every_cell_gets_an_id_of_its_own(ids: list[Any]) -> None:
    notebook = answered()
    for c, name in zip(notebook.cells, ids, strict=True):
        if name is None:
            del c["id"]
        else:
            c["id"] = name
    made, _ = rebuild(notebook, MASTER)
    assert_ours(made)
    assert by_name(made)["double"].source == ANSWER


def test_outputs_are_dropped() -> None:
    notebook = answered()
    notebook.cells[3].outputs = [{"output_type": "stream", "name": "stdout", "text": "2 of 2 points"}]
    notebook.cells[2].outputs = "not even a list"
    made, _ = rebuild(notebook, MASTER)
    assert_ours(made)
    assert all(c.outputs == [] for c in made.cells if c.cell_type == "code")


junk = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)
keys = st.sampled_from(["cell_type", "id", "metadata", "source", "outputs", "attachments", "execution_count"])


@given(st.lists(st.tuples(st.integers(0, 5), keys, junk), max_size=6), st.lists(junk, max_size=3), junk)
def test_any_junk_in_a_notebook_is_mended(changes: list[tuple[int, str, Any]], extra: list[Any], metadata: Any) -> None:
    raw = document()
    for index, key, value in changes:
        raw["cells"][index][key] = value
    raw["cells"] += extra
    raw["metadata"] = metadata
    made, _ = rebuild(nbformat.from_dict(raw), MASTER)
    assert_ours(made)
    submission_of(made, LESSON)


@pytest.mark.parametrize("place", ["metadata", "source", "attachments"])
@pytest.mark.parametrize("depth", [300, 480, 700])
def test_deep_junk_is_dropped(tmp_path: Path, place: str, depth: int) -> None:
    raw = document([c | {place: "DEEP"} if c["id"] == "goals" else c for c in CELLS])
    text = json.dumps(raw).replace('"DEEP"', '{"a": ' * depth + "1" + "}" * depth)
    (tmp_path / "a.ipynb").write_text(text, encoding="utf-8")
    refused = contextlib.suppress(*[SubmissionError][: depth > 400])  # the parser itself has a limit
    with refused:
        handed = read(tmp_path / "a.ipynb", LESSON)
        assert [c.source for c in handed.cells if c.runs] == ["import numpy as np", STUB]


# --- what is judged


def test_a_submission_lists_what_runs() -> None:
    handed = submission_of(rebuild(answered(), MASTER)[0], LESSON)
    assert handed.cells == (
        CellSource(1, "import numpy as np", True),
        CellSource(2, ANSWER, True),
        CellSource(3, 'check("double")', False),
        CellSource(4, "explore.slider()", False),
    )
    assert (handed.language, handed.contract_only) == ("en", False)


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("YOUR ANSWER HERE", False),
        ("\nYOUR ANSWER HERE  \n", False),
        ("Because.", True),
        ("", True),
    ],
)
def test_a_written_answer_counts_when_it_was_changed(words: str, written: bool) -> None:
    notebook = answered()
    notebook.cells[5].source = words
    handed = submission_of(rebuild(notebook, MASTER)[0], LESSON)
    assert handed.written == ({"toy_written"} if written else set())


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({"hocsau": {"language": "vi"}}, "vi"),
        ({"hocsau": {"language": "fr"}}, "en"),
        ({"hocsau": ["vi"]}, "en"),
        ({"hocsau": {"language": ["vi"]}}, "en"),
        ({}, "en"),
        (None, "en"),
    ],
)
def test_the_learners_language(metadata: Any, language: str) -> None:
    notebook = answered()
    notebook.metadata = metadata
    assert submission_of(rebuild(notebook, MASTER)[0], LESSON).language == language


# --- files


def write(path: Path, content: str | bytes | dict[str, Any]) -> Path:
    if isinstance(content, dict):
        content = json.dumps(content)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_notebook_is_read(tmp_path: Path) -> None:
    handed = read(write(tmp_path / "01_toys.ipynb", dict(answered())), LESSON)
    assert ANSWER in [c.source for c in handed.cells if c.runs]


def test_lines_of_a_source_are_joined(tmp_path: Path) -> None:
    raw = document()
    raw["cells"][2]["source"] = ANSWER.splitlines(keepends=True)
    handed = read(write(tmp_path / "a.ipynb", raw), LESSON)
    assert ANSWER in [c.source for c in handed.cells if c.runs]


@pytest.mark.parametrize("prefix", [b"", b"\xef\xbb\xbf"], ids=["plain", "with a byte order mark"])
def test_a_python_file_is_one_cell_judged_on_the_contract_alone(tmp_path: Path, prefix: bytes) -> None:
    handed = read(write(tmp_path / "mã.py", prefix + ANSWER.encode()), LESSON)
    assert handed.cells == (CellSource(0, ANSWER, True),)
    assert handed.contract_only


def test_an_empty_python_file_is_a_blank_submission(tmp_path: Path) -> None:
    assert read(write(tmp_path / "a.py", ""), LESSON).cells == (CellSource(0, "", True),)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.ipynb", "", "the file is empty"),
        ("a.ipynb", "  \n", "the file is empty"),
        ("a.ipynb", "{", "not a readable notebook (Expecting property name"),
        ("a.ipynb", json.dumps(document())[:-30], "not a readable notebook ("),
        ("a.ipynb", "print('hello')", "not a readable notebook (Expecting value"),
        ("a.ipynb", "[" * 100_000, "not a readable notebook (maximum recursion depth"),
        ("a.ipynb", "[]", "there is no nbformat in it"),
        ("a.ipynb", "3", "there is no nbformat in it"),
        ("a.ipynb", "{}", "there is no nbformat in it"),
        ("a.ipynb", '{"nbformat": "4", "cells": []}', "there is no nbformat in it"),
        ("a.ipynb", '{"nbformat": 4}', "it has no cells"),
        ("a.ipynb", '{"nbformat": 4, "cells": {}}', "it has no cells"),
        ("a.ipynb", '{"nbformat": 3, "worksheets": [{"cells": []}]}', "nbformat 3, expected 4"),
        ("a.ipynb", '{"nbformat": 99, "cells": []}', "nbformat 99, expected 4"),
        ("a.ipynb", '{"nbformat": ' + "9" * 5000 + "}", "not a readable notebook ("),
        ("a.ipynb", "lời giải".encode("utf-16"), "cannot be read as text"),
        ("a.py", "# é".encode("latin-1"), "cannot be read as text"),
        ("a.docx", "text", "expected a notebook (.ipynb) or a Python file (.py), got .docx"),
        ("notebook", "text", "got no suffix"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_said_in_one_line(
    tmp_path: Path, name: str, content: str | bytes, says: str
) -> None:
    with pytest.raises(SubmissionError) as caught:
        read(write(tmp_path / name, content), LESSON)
    said = str(caught.value)
    assert says in said
    assert str(tmp_path / name) in said
    assert "\n" not in said
    assert len(said) < 500


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match=r"gone\.py: cannot be read"):
        read(tmp_path / "gone.py", LESSON)


def test_a_folder_is_no_submission(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match="cannot be read"):
        read(tmp_path, LESSON)


@pytest.mark.parametrize("name", ["a.ipynb", "a.py"])
def test_a_huge_file_is_refused_unread(tmp_path: Path, name: str) -> None:
    with (tmp_path / name).open("wb") as file:
        file.truncate(51 << 20)
    with pytest.raises(SubmissionError, match="larger than 50 MiB; hand in the notebook without"):
        read(tmp_path / name, LESSON)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, noise: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "noise.ipynb"
    path.write_bytes(noise)
    with pytest.raises(SubmissionError):
        read(path, LESSON)


def test_a_lesson_that_was_not_built_is_the_courses_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(submission, "NOTEBOOKS", tmp_path)
    submission.release.cache_clear()
    with pytest.raises(CourseError, match=r"01_toys\.ipynb cannot be read .*run `make build`"):
        submission.release(LESSON)
    submission.release.cache_clear()
