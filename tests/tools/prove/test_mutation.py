"""A seeded sample of the mutants, through the judge: each is caught. And the proof itself can fail."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grader.course.lessons import ExerciseDefinition, Lesson, all_lessons
from grader.course.source import solution_cells
from grader.errors import GraderError
from grader.sandbox.process import Worker
from hocsau.judging.request import Call
from tools.prove import mutation
from tools.prove.mutants import Mutant, driven, mutants
from tools.prove.mutation import Found, Killed, fate, sample, summary


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker() as made:
        yield made


SEED = int(os.environ.get("PROOF_SEED", "8"))
DRIVEN = [(lesson, definition) for lesson in all_lessons() for definition in driven(lesson)]


def _of(name: str) -> tuple[Lesson, ExerciseDefinition]:
    return next(pair for pair in DRIVEN if pair[1].name == name)


def test_a_sample_of_wrong_answers_is_caught(worker: Worker) -> None:
    alive = [
        (definition.name, one.changed)
        for lesson, definition, one in sample(40, SEED)
        if not fate(lesson, definition, one, worker).by
    ]
    assert alive == []


@pytest.mark.parametrize(
    "name",
    [
        "momentum_step",
        "momentum_descent",
        "minibatch_epoch",
        "Adam",
        "train_mlp",
        "lstm",
        "TinyGPT",
    ],
)
def test_the_right_answer_itself_survives_beside_those_that_it_uses(name: str, worker: Worker) -> None:
    lesson, definition = _of(name)
    unchanged = Mutant(name, "", (), solution_cells(lesson.name)[name])
    assert fate(lesson, definition, unchanged, worker) == Killed((), "", "")


def test_a_proof_whose_right_answer_fails_says_nothing(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutation, "_worker", lambda: worker)
    cells = {**solution_cells("momentum"), "momentum_step": "momentum_step = None"}
    monkeypatch.setattr(mutation, "solution_cells", lambda lesson: cells)
    with pytest.raises(GraderError, match="momentum_step: the right answer itself does not pass"):
        mutation._made("momentum", "momentum_step")


def test_a_check_without_its_cases_lets_mutants_live(worker: Worker) -> None:
    """The same mutant that all cases kill survives the one case that cannot see it."""
    lesson, definition = _of("minibatches")
    one = next(m for m in mutants(lesson, definition) if "+ 1 : start + batch_size]" in m.diff)
    assert fate(lesson, definition, one, worker).by == "public"
    weak = replace(definition, cases=(replace(definition.cases[0], sample=_nothing),))
    assert fate(lesson, weak, one, worker).by == ""


def _nothing(rng: np.random.Generator) -> Call:
    return Call({"order": np.arange(0), "batch_size": 3})


@pytest.mark.parametrize("lesson", all_lessons(), ids=lambda lesson: lesson.name)
def test_mutants_change_something_and_no_two_are_the_same_program(lesson: Lesson) -> None:
    definition = driven(lesson)[0]
    made = mutants(lesson, definition)
    assert len({one.source for one in made}) == len(made) >= 10
    assert all(one.changed for one in made)


def test_the_figures_add_up(tmp_path: Path) -> None:
    killed = (
        Killed(("- a", "+ b"), "sign", "public", "x"),
        Killed(("- a", "+ c"), "sign", "hidden"),
    )
    alive = Killed(("- a", "+ d"), "axis", "")
    right = Killed(("- return float(np.mean(residual**2))", "+ return np.mean(residual**2)"), "call", "")
    found = Found("gradient_descent", "mse_loss", (*killed, alive, right))
    mutation.store(found, tmp_path)
    assert mutation.load(tmp_path) == [found]
    assert summary([found]) == {
        "mutants": 4,
        "equivalent": 1,
        "killed_public": 1,
        "killed_all": 2,
        "survivors": [{"exercise": "mse_loss", "operator": "axis", "diff": "- a\n+ d"}],
    }
