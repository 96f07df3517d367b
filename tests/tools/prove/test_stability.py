"""References with other inputs, threads and dtypes never fail: a few runs of what `python -m tools prove stability` does by the hundred."""

from __future__ import annotations

import numpy as np
import pytest

from grader.course.lessons import ExerciseDefinition, Lesson, all_lessons, of_name
from hocsau.judging.request import Build, Call, Chain, Forward, Model
from hocsau.judging.values import Tensor
from tools.prove import stability as proof
from tools.prove.mutants import driven
from tools.prove.stability import in_dtype, stability

CHEAP = [
    pytest.param(lesson, definition, id=definition.name)
    for lesson in all_lessons()
    for definition in driven(lesson)
    if not definition.name.startswith("train_")
]


@pytest.mark.parametrize(("lesson", "definition"), CHEAP)
def test_a_reference_never_fails(lesson: Lesson, definition: ExerciseDefinition) -> None:
    found = stability(lesson, definition, runs=4, trained=1)
    assert found.failures == []
    assert sum(found.runs.values()) >= 4 * sum(not kind.hidden for kind in definition.cases) / 2


def test_a_failure_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    lesson = all_lessons()[0]
    definition = driven(lesson)[0]
    noise = iter(range(10_000))

    def shaky(w: object, X: object, y: object) -> float:
        return float(next(noise) % 2)

    monkeypatch.setattr(proof, "answers", lambda _: {definition.name: shaky})
    failures = stability(lesson, definition, runs=2).failures
    assert len(failures) == 2 * len(definition.cases)
    assert "several samples, several features (float64, 1 threads): expected" in failures[0]


def test_a_training_that_does_not_reach_its_score_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    lesson = of_name("neural_networks")
    definition = next(one for one in driven(lesson) if one.name == "train_mlp")

    def untrained(params: dict[str, np.ndarray], *_: object) -> dict[str, np.ndarray]:
        return {name: value.copy() for name, value in params.items()}

    monkeypatch.setattr(proof, "answers", lambda _: {"train_mlp": untrained})
    failures = stability(lesson, definition, runs=1).failures
    assert any(
        "(trained, 1 threads): the reference fails its own case" in said and "accuracy" in said for said in failures
    )


def test_a_request_in_another_dtype_keeps_everything_else() -> None:
    half, whole = np.ones(2), np.arange(3)
    call = Call({"x": Tensor(half, requires_grad=True), "ids": Tensor(whole), "list": [half], "n": 3})
    made = in_dtype(call, "float32").arguments
    assert made["x"].array.dtype == np.float32
    assert made["x"].requires_grad
    assert made["ids"].array.dtype == whole.dtype
    assert made["list"][0].dtype == np.float32
    assert made["n"] == 3
    chain = in_dtype(Chain({"x": half}, ("x",), ({"x": half},)), "float32")
    assert chain.changes[0]["x"].dtype == np.float32
    build = in_dtype(Build({}, {"w": half}, (Forward({"x": Tensor(half)}),), "float64"), "float32")
    assert (build.dtype, build.weights["w"].dtype) == ("float32", np.float32)
    assert build.calls[0].inputs["x"].array.dtype == np.float32
    assert in_dtype(Model("m", weights={"w": half}), "float64").dtype == "float64"
