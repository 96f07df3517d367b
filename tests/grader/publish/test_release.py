"""What students open: the same bytes twice, both languages alike where it counts, no answer in it, nothing drifted."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from grader.course.lessons import Lesson, all_lessons, of_name, part
from grader.course.places import NOTEBOOKS, PACKS
from grader.course.source import answer_lines, read_facts, solution_cells
from grader.errors import BuildError
from grader.judge.draw import PUBLIC_SEED, draw_exercise
from grader.publish import drift as drifting
from grader.publish.drift import drift, write_all
from grader.publish.leaks import leaks
from grader.publish.packs import build_pack, same_pack
from grader.publish.release import build_release
from grader.publish.solved import solved_notebook
from hocsau.judging.exercise import Pack
from hocsau.judging.values import dumps, loads
from tests.drawn import drawn

LESSONS = all_lessons()
LIGHT = (of_name("momentum"), of_name("adaptive_optimizers"))
"""Lessons whose packs are drawn in a moment; those with trainings are built once, to be compared with what is committed."""


@pytest.fixture(scope="module")
def built() -> dict[str, str]:
    return build_release(LESSONS)


def test_the_build_gives_the_same_bytes_twice(built: dict[str, str]) -> None:
    assert build_release(LESSONS) == built
    assert [build_pack(lesson) for lesson in LIGHT] == [build_pack(lesson) for lesson in LIGHT]


def test_the_committed_notebooks_are_what_is_built(built: dict[str, str]) -> None:
    committed = {path.relative_to(NOTEBOOKS).as_posix(): path.read_text(encoding="utf-8") for path in NOTEBOOKS.rglob("*.ipynb")}  # fmt: skip
    assert committed == built


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_the_committed_pack_is_what_is_drawn(lesson: Lesson) -> None:
    """As `grader build --check` finds it, with the exercises that are drawn once for all tests."""
    hints = part(lesson.name, "hints").HINTS
    exercises = []
    for definition in lesson.exercises:
        if definition.kind == "function":
            whole = drawn(definition.name)
            public = tuple(case for case in whole.cases if not case.hidden)
            exercises.append(replace(whole, cases=public))
        else:
            exercises.append(draw_exercise(lesson, definition, PUBLIC_SEED, hidden=False))
    told = tuple(replace(exercise, hints=hints[exercise.name]) for exercise in exercises)
    pack = Pack(lesson.name, lesson.number, lesson.title, told)
    assert same_pack((PACKS / f"{lesson.name}.pack").read_bytes(), dumps(pack))


def test_drift_is_found(tmp_path: Path) -> None:
    notebooks, packs = tmp_path / "notebooks", tmp_path / "packs"
    assert len(write_all(LIGHT, notebooks, packs)) == 3 * len(LIGHT)
    assert write_all(LIGHT, notebooks, packs) == []
    changed = notebooks / "vi" / "02_momentum" / "02_momentum.ipynb"
    changed.write_text(changed.read_text(encoding="utf-8").replace("momentum", "Momentum", 1), encoding="utf-8")
    (notebooks / "en" / "extra.ipynb").write_text("{}", encoding="utf-8")
    pack = loads((packs / "momentum.pack").read_bytes())
    (packs / "momentum.pack").write_bytes(dumps(Pack(pack.lesson, pack.number, pack.title, pack.exercises[1:])))
    said = drift(LIGHT, notebooks, packs)
    assert [line.split(":")[0] for line in said] == [
        "vi/02_momentum/02_momentum.ipynb",
        "en/extra.ipynb",
        "momentum.pack",
    ]


def test_a_false_number_is_refused_and_is_a_drift(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drifting, "fact_faults", lambda lesson: [f"{lesson}: 11613 is false"])
    assert "momentum: 11613 is false" in drift(LIGHT[:1], tmp_path, tmp_path)
    with pytest.raises(BuildError, match="momentum: 11613 is false"):
        write_all(LIGHT[:1], tmp_path, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_no_answer_survives(lesson: Lesson, built: dict[str, str]) -> None:
    mine = {path: text for path, text in built.items() if lesson.assignment in path}
    assert len(mine) == 2
    assert leaks(lesson.name, mine) == []


def test_a_leak_is_found(built: dict[str, str]) -> None:
    lesson = of_name("momentum")
    path = f"en/{lesson.assignment}/{lesson.assignment}.ipynb"
    notebook = nbformat.reads(built[path], as_version=4)
    answer = answer_lines(solution_cells("momentum")["nesterov_step"])
    cell = next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "nesterov_step")
    cell.source += "\n" + "\n".join(answer)
    found = leaks("momentum", {path: nbformat.writes(notebook)})
    assert found
    assert "the answer of nesterov_step survives" in found[0]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_no_fact_is_released_nor_in_a_solved_notebook(lesson: Lesson, built: dict[str, str]) -> None:
    released = [nbformat.reads(text, as_version=4) for path, text in built.items() if lesson.assignment in path]
    solved = [solved_notebook(lesson, language) for language in ("en", "vi")]
    for notebook in (*released, *solved):
        calls = [cell for cell in notebook.cells if cell.source.startswith(("fact(", "given("))]
        assert calls == []
        assert not {cell.source for cell in notebook.cells} & set(read_facts(lesson.name).values())


def test_a_fact_left_over_is_found(built: dict[str, str]) -> None:
    path = "en/02_momentum/02_momentum.ipynb"
    notebook = nbformat.reads(built[path], as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(read_facts("momentum")["ravine"]))
    (found,) = leaks("momentum", {path: nbformat.writes(notebook)})
    assert found.startswith(f"{path}: a facts cell is left: ")


def test_no_answer_is_in_the_packs_and_no_quiz_key() -> None:
    for lesson in LESSONS:
        pack = loads((PACKS / f"{lesson.name}.pack").read_bytes())
        for exercise in pack.exercises:
            assert exercise.key == {}
            assert not any(case.hidden for case in exercise.cases)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_marked_cells_are_equal_in_both_languages_and_prose_is_free(lesson: Lesson, built: dict[str, str]) -> None:
    english, vietnamese = (
        nbformat.reads(built[f"{language}/{lesson.assignment}/{lesson.assignment}.ipynb"], as_version=4)
        for language in ("en", "vi")
    )
    assert len(english.cells) == len(vietnamese.cells)
    for left, right in zip(english.cells, vietnamese.cells, strict=True):
        if left.cell_type == "code" or "nbgrader" in left.metadata:
            assert json.dumps(left) == json.dumps(right)
        else:
            assert left.metadata == right.metadata == {}
            assert left.source != right.source
    assert (english.metadata.hocsau.language, vietnamese.metadata.hocsau.language) == ("en", "vi")


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_released_notebook_is_valid_and_holds_no_output(lesson: Lesson) -> None:
    for language in ("en", "vi"):
        path = NOTEBOOKS / language / lesson.assignment / f"{lesson.assignment}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
        assert all(cell.outputs == [] for cell in notebook.cells if cell.cell_type == "code")


def test_a_pack_with_another_input_or_message_is_not_the_same() -> None:
    blob = build_pack(of_name("momentum"))
    assert same_pack(blob, bytes(blob))
    pack = loads(blob)
    first, *others = pack.exercises
    name, mistake = next(iter(first.mistakes.items()))
    changed = type(first)(
        **{
            **vars(first),
            "mistakes": {**first.mistakes, name: type(mistake)(pack.title, mistake.section)},
        }
    )
    assert not same_pack(blob, dumps(Pack(pack.lesson, pack.number, pack.title, (changed, *others))))
