"""Worked answers: whole in their own files, absent from everything that a class gets."""

from __future__ import annotations

import ast
import json
import zipfile
from pathlib import Path

import pytest

from grader.course.lessons import all_lessons, of_name
from grader.course.places import ROOT
from grader.course.source import answer_lines, solution_cells
from grader.publish.leaks import leaks
from grader.publish.worked import worked_answers, write_worked
from tools import bundle


@pytest.mark.parametrize("lesson", all_lessons(), ids=lambda lesson: lesson.name)
def test_the_answers_are_whole_programs_and_hold_no_key(lesson: object) -> None:
    found = json.loads(worked_answers(lesson))  # type: ignore[arg-type]
    names = {e.name for e in lesson.exercises if e.kind == "function"}  # type: ignore[attr-defined]
    assert set(found["answers"]) == names
    for name, code in found["answers"].items():
        (defined,) = [node for node in ast.parse(code).body if getattr(node, "name", None) == name]
        assert ast.get_docstring(defined)  # type: ignore[arg-type]
        assert "SOLUTION" not in code
        assert "NotImplementedError" not in code


def test_one_lesson_can_be_given_out_alone(tmp_path: Path) -> None:
    (path,) = write_worked([of_name("momentum")], tmp_path / "answers")
    assert [file.name for file in path.parent.iterdir()] == ["momentum.json"]


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The student's zips and those for who learns alone, by name; one wheel is enough."""
    folder = tmp_path_factory.mktemp("dist")
    patch = pytest.MonkeyPatch()
    wheel = bundle.build_wheel(tmp_path_factory.mktemp("wheel"))
    patch.setattr(bundle, "build_wheel", lambda _: wheel)
    paths = [*bundle.write_bundles(folder), *bundle.write_bundles(folder, solo=True)]
    patch.undo()
    return {path.stem: path for path in paths}


def survivors(path: Path) -> set[str]:
    """The exercises whose answer stands in a text of a zip, whole: every line of it, in its order."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if not name.startswith("data/")]
        texts = [archive.read(name).decode("utf-8", "ignore") for name in names]
    everything = "\n".join(texts).replace("\\n", "\n").replace('\\"', '"')
    squeezed = "".join(everything.split())
    found = set()
    for lesson in all_lessons():
        for exercise, source in solution_cells(lesson.name).items():
            answer = "".join("".join(answer_lines(source)).split())
            if len(answer) > 40 and answer in squeezed:
                found.add(exercise)
    return found


def test_no_answer_survives_in_what_a_class_gets(editions: dict[str, Path]) -> None:
    for language in ("en", "vi"):
        path = editions[f"hocsau-student-{language}"]
        with zipfile.ZipFile(path) as archive:
            assert not [name for name in archive.namelist() if "answers/" in name]
            for lesson in all_lessons():
                text = archive.read(f"{path.stem}/notebooks/{lesson.assignment}/{lesson.assignment}.ipynb")  # fmt: skip
                assert leaks(lesson.name, {path.stem: text.decode()}) == []
        assert survivors(path) == set()


def test_the_solo_edition_has_them_and_nothing_else_besides(editions: dict[str, Path]) -> None:
    for language in ("en", "vi"):
        with zipfile.ZipFile(editions[f"hocsau-solo-{language}"]) as archive:
            solo = {name.partition("/")[2] for name in archive.namelist()}
            readme = archive.read(f"hocsau-solo-{language}/README.md").decode()
        assert 'reveal("' in readme
        with zipfile.ZipFile(editions[f"hocsau-student-{language}"]) as archive:
            student = {name.partition("/")[2] for name in archive.namelist()}
        assert solo - student == {f"answers/{lesson.name}.json" for lesson in all_lessons()}
        assert student <= solo
    assert len(survivors(editions["hocsau-solo-en"])) > 40  # the test above can fail


def test_no_answers_lie_in_the_repository() -> None:
    tracked = {path.name for path in ROOT.iterdir()}
    assert "answers" not in tracked
