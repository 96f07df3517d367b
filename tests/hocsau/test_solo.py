"""Someone alone: hints, worked answers after two honest tries, progress over notebooks and lessons."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import hocsau
from hocsau import checking, journal, session
from hocsau.language import use


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, own_progress: Path) -> Path:
    monkeypatch.setattr(checking, "verdicts", {})
    monkeypatch.setattr(session, "verdicts", checking.verdicts)
    monkeypatch.setattr(session, "_current", [])
    return own_progress


@pytest.fixture
def answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one worked answer."""
    found = {"format": 1, "lesson": "momentum", "answers": {"momentum_step": "def <worked>"}}
    (tmp_path / "momentum.json").write_text(json.dumps(found))
    monkeypatch.setenv("HOCSAU_ANSWERS", str(tmp_path))
    return tmp_path


def check(body: str, name: str = "momentum_step") -> Any:
    namespace: dict[str, Any] = {"__name__": "answers"}
    signature = "w, v, grad, learning_rate, beta"
    source = f"from hocsau import check\ndef {name}({signature}):\n    {body}\nr = check('{name}')"
    exec(compile(source, "answers.py", "exec"), namespace)
    return namespace["r"]


def new_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    checking.verdicts.clear()
    session._current.clear()


def test_hints_come_one_by_one_and_stay() -> None:
    for step in (1, 2, 3, 3):
        report = hocsau.hint("momentum_step")
        assert report is not None
        assert f"Hint {step} of 3 for momentum_step" in repr(report)
        assert report._repr_html_().count("<li>") == step
    assert 'Write what you have and `check("momentum_step")`' in repr(report)
    assert "<code>v = beta * v</code>" in report._repr_html_()


def test_hints_speak_vietnamese() -> None:
    use("vi")
    assert "Gợi ý 1/3 cho momentum_step" in repr(hocsau.hint("momentum_step"))


def test_an_unknown_name_is_answered(capsys: pytest.CaptureFixture[str]) -> None:
    assert hocsau.hint("momentum_stop") is None
    assert hocsau.reveal("momentum_stop") is None
    said = "There is no exercise 'momentum_stop'. Did you mean momentum_step?\n"
    assert capsys.readouterr().out == said * 2


def test_without_answers_reveal_says_so_before_any_try() -> None:
    said = repr(hocsau.reveal("momentum_step"))
    assert said.startswith("This course does not hand out worked answers here (there is no answers/momentum.json).")  # fmt: skip


def test_reveal_wants_two_honest_tries(answers: Path) -> None:
    def said() -> str:
        return repr(hocsau.reveal("momentum_step"))

    assert "shown after 2 honest tries; so far 0" in said()
    check("raise NotImplementedError()")
    check("return None")
    check("return 1.0, 2.0")
    assert "so far 0" in said()
    check("return w - v, v")
    check("return w - v, v  # the same again")
    assert "so far 1" in said()
    check("return w + v, v + grad")
    assert said().endswith("\n\ndef <worked>")
    assert "def &lt;worked&gt;" in hocsau.reveal("momentum_step")._repr_html_()
    assert journal.read()["momentum_step"].revealed


def test_who_has_it_right_may_compare_at_once(answers: Path) -> None:
    check("v = beta * v - learning_rate * grad\n    return w + v, v")
    assert "def <worked>" in repr(hocsau.reveal("momentum_step"))


def test_a_quiz_and_a_written_answer_are_never_revealed(answers: Path) -> None:
    for name in ("momentum_quiz", "momentum_written"):
        assert "has no worked answer to show" in repr(hocsau.reveal(name))


def test_an_exercise_that_the_course_holds_back(answers: Path) -> None:
    assert "does not hand out worked answers" in repr(hocsau.reveal("nesterov_step"))


@pytest.mark.parametrize("content", ["", "{", "[]", '{"answers": 3}', '{"answers": {"momentum_step": 3}}'])  # fmt: skip
def test_damaged_answers_are_named(answers: Path, content: str) -> None:
    (answers / "momentum.json").write_text(content)
    said = repr(hocsau.reveal("momentum_step"))
    assert said.startswith("The worked answers cannot be read: answers/momentum.json (")
    assert "Copy the file again" in said


def test_answers_are_found_above_the_notebook(answers: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("HOCSAU_ANSWERS")
    deep = tmp_path / "notebooks" / "02_momentum"
    deep.mkdir(parents=True)
    (tmp_path / "answers").mkdir()
    (answers / "momentum.json").rename(tmp_path / "answers" / "momentum.json")
    monkeypatch.chdir(deep)
    assert "so far 0" in repr(hocsau.reveal("momentum_step"))


def test_progress_outlives_the_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    check("v = beta * v - learning_rate * grad\n    return w + v, v")
    hocsau.hint("convergence_rate")
    new_notebook(monkeypatch)
    hocsau.begin("momentum")
    report = hocsau.progress()
    rows = {row[0]: row[1:] for row in report.tables[0].rows}
    assert rows["momentum_step"] == ("3/3", "done")
    assert rows["convergence_rate"] == ("0/4", "not done yet, hints read: 1")
    assert "Next: momentum_descent" in repr(report)
    assert [row[0] for row in report.tables[1].rows][1] == "Lesson 2: Momentum"
    assert report.tables[1].rows[1][1:] == ("3/29", "1/9")
    assert report._repr_html_().count("<caption>") == 2


def test_a_finished_lesson_points_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    from hocsau import packs

    for exercise in packs.load("momentum").exercises:
        journal.note_check(exercise.name, "passed", 1.0, None)
    hocsau.begin("momentum")
    assert "Next: adagrad_step, in lesson 3, Adaptive optimizers" in repr(hocsau.progress())
    assert "Next" not in repr(hocsau.progress("momentum"))


def test_a_record_of_an_older_course_does_no_harm(fresh: Path) -> None:
    fresh.parent.mkdir(parents=True, exist_ok=True)
    fresh.write_text('{"exercise": "an_exercise_of_before", "event": "check", "outcome": "passed", "share": 1}\n')  # fmt: skip
    assert "Next: mse_loss, in lesson 1" in repr(hocsau.progress())


def test_progress_says_where_it_could_not_be_stored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOCSAU_PROGRESS", str(tmp_path))
    hocsau.hint("momentum_step")
    said = repr(hocsau.progress("momentum"))
    assert f"cannot be stored in {tmp_path} (Is a directory)" in said
    assert "HOCSAU_PROGRESS" in said
    assert "hints read: 1" in said


def test_nothing_is_noted_while_a_submission_is_graded(monkeypatch: pytest.MonkeyPatch, fresh: Path) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    check("return w, v")
    assert not fresh.exists()
