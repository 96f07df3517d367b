"""`check` and the grader give one verdict: every right answer, every known mistake and every seen answer is judged by both
(all of the mistakes of lessons with tensors nightly).

An answer is written into a cell and judged in this process, as the notebook does, and in a child behind walls, as the grader
does: points, outcome, name and every sentence on a public case are the same.
"""

from __future__ import annotations

import inspect
import linecache
import re
import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from grader.course.answers import right_answers, wrong_answers
from grader.course.lessons import lesson_names
from grader.course.mistakes import of_lesson
from grader.course.reference import program
from grader.judge.devices import uses_torch
from grader.judge.session import Limits, Session
from grader.judge.submission import CellSource, Submission
from grader.sandbox.process import Worker
from hocsau.checking import _Here
from hocsau.judging.examine import examine
from hocsau.judging.verdict import Verdict
from tests.drawn import DRIVEN, drawn

STUBS = """
def answers(lesson):
    return dict(globals())

def style(exercise):
    return lambda program: program

class Seen:
    def __init__(self, **names):
        pass
    def __call__(self, exercise, named=None):
        return lambda program: program
    def cell(self, exercise, label, named, code):
        pass
"""
"""What a module of answers imports from the grader, which no learner's process has."""


class Answer(NamedTuple):
    """The text of a cell that answers an exercise."""

    exercise: str
    label: str
    source: str


def cell(exercise: str, given: Any, source: str) -> str:
    """The text of an answer: its own, or that of the module in which it is a function or a class."""
    if source:
        return source
    text = inspect.getsource(inspect.getmodule(given))  # type: ignore[arg-type]
    _, _, rest = text.partition("from __future__ import annotations\n")
    kept = re.sub(r"^from grader\..*\n", "", rest, flags=re.M)
    return f"from __future__ import annotations\n{STUBS}{kept}\n{exercise} = {given.__name__}\n"


def all_answers(lesson: str) -> Iterator[Answer]:
    """Every answer to the exercises of a lesson that this repository knows."""
    for right in right_answers(lesson):
        yield Answer(right.exercise, f"right {right.name}", cell(right.exercise, right.program, right.source))
    for exercise, mistakes in of_lesson(lesson).items():
        for name, one in mistakes.items():
            yield Answer(exercise, f"mistake {name}", cell(exercise, one.program, one.source))
    for wrong in wrong_answers(lesson):
        yield Answer(
            wrong.exercise,
            f"seen {wrong.label}",
            cell(wrong.exercise, wrong.program, wrong.source and f"import math\n{wrong.source}"),
        )


def here(answer: Answer, cells: list[str]) -> Verdict:
    """The notebook's verdict, on the cases that the grader drew."""
    names: dict[str, Any] = {"__name__": "notebook"}
    exercise = drawn(answer.exercise, b"one")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for index, source in enumerate(cells):
            file = f"<ipython-input-{index + 1}-0>"
            linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
            exec(compile(source, file, "exec"), names)
        return examine([exercise], _Here(names))[exercise.name].verdict


def there(answer: Answer, cells: list[str], worker: Worker) -> Verdict:
    """The grader's."""
    sources = tuple(CellSource(index, source, True) for index, source in enumerate(cells))
    exercise = drawn(answer.exercise, b"one")
    session = Session(Submission(sources), worker, Limits())
    try:
        return examine([exercise], session)[exercise.name].verdict
    finally:
        session.close()


def told(verdict: Verdict) -> list[object]:
    """All that a learner is told; of a hidden case whether it passed."""
    public = [case for case in verdict.cases if not case.hidden]
    hidden = [(case.name.en, case.passed, case.points) for case in verdict.cases if case.hidden]
    return [verdict.outcome, verdict.points, verdict.message, verdict.diagnosis, verdict.explanation, public, hidden]


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker() as made:
        yield made


def differing(lesson: str, exercise: str, worker: Worker, every: int = 1) -> list[str]:
    """The answers to an exercise of which the two say different things; of `every` so many known mistakes one is asked."""
    before = [text for name, text in program(lesson).items() if name != exercise]
    answers = [answer for answer in all_answers(lesson) if answer.exercise == exercise]
    mistakes = [answer for answer in answers if answer.label.startswith("mistake ")]
    found = []
    for answer in answers:
        if answer not in mistakes or mistakes.index(answer) % every == 0:
            cells = [*before, answer.source]
            one, other = told(here(answer, cells)), told(there(answer, cells, worker))
            found += [f"{answer.label}: {one} here, {other} there"] if one != other else []
    return found


TRAINED = {"train_cnn", "train_forecaster", "train_gpt"}
"""Trainings of a second each, twice an answer: nightly. `train_mlp` stands for them every time."""
EXERCISES = [pytest.param(name, id=name, marks=[pytest.mark.slow] if name in TRAINED else []) for name in DRIVEN]


@pytest.mark.parametrize("exercise", EXERCISES)
def test_notebook_and_grader_say_the_same(exercise: str, worker: Worker) -> None:
    """Of lessons with tensors every third known mistake; the test below asks the others."""
    lesson = DRIVEN[exercise][0]
    assert differing(lesson.name, exercise, worker, 3 if uses_torch(lesson) else 1) == []


@pytest.mark.slow
@pytest.mark.parametrize("exercise", DRIVEN)
def test_notebook_and_grader_say_the_same_of_every_mistake(exercise: str, worker: Worker) -> None:
    assert differing(DRIVEN[exercise][0].name, exercise, worker) == []


def test_every_answer_of_the_repository_is_among_them() -> None:
    answers = [answer for name in lesson_names() for answer in all_answers(name)]
    assert len(answers) > 1_400
    assert {answer.exercise for answer in answers} == set(DRIVEN)


def test_a_difference_is_found(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Here, "observe", lambda self, exercise: [case.expected for case in exercise.cases])
    assert differing("gradient_descent", "mse_loss", worker)
