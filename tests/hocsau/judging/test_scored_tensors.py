"""Rules for trained models, samples and beginnings, each against numbers computed in another way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from hocsau.judging.request import Model
from hocsau.judging.scored_tensors import TENSOR_RULES
from hocsau.judging.scoring import (
    RULES,
    Score,
    outlined,
    reaches,
    same_standing,
    score_of,
    shortfall,
)
from hocsau.judging.states import Blank, ModelState, Outline
from hocsau.judging.values import Tensor, dumps, loads

RNG = np.random.default_rng(9)
HEAD = {
    "head.weight": np.eye(3),
    "head.bias": np.zeros(3),
    "mean": np.array(0.0),
    "std": np.array(1.0),
}
LINE = Model("line_forecaster", {"length": 3, "horizon": 3}, dtype="float64")
"""With HEAD it answers what it is asked."""


def state(weights: dict[str, Any], **others: Any) -> dict[str, Any]:
    tensors = {name: Tensor(np.asarray(value)) for name, value in weights.items()}
    return {"model": ModelState(tensors, "train"), **others}


def test_every_rule_measures_something_else() -> None:
    assert len({rule.measures for rule in RULES.values()}) == len({rule.score for rule in RULES.values()}) == len(RULES)
    assert TENSOR_RULES.items() <= RULES.items()


def test_accuracy_is_the_share_of_right_labels() -> None:
    inputs = RNG.normal(size=(700, 3))
    labels = inputs.argmax(1)
    labels[:70] = (labels[:70] + 1) % 3
    score = Score("accuracy", {"model": LINE, "inputs": Tensor(inputs), "labels": labels}, 0.85)
    assert score_of(score, state(HEAD)) == pytest.approx(0.9)
    assert shortfall(score, state(HEAD), state(HEAD)) is None
    reversed_head = {**HEAD, "head.weight": -np.eye(3)}
    low = shortfall(score, state(HEAD), state(reversed_head))
    assert low is not None
    assert low.kind == "score"
    assert "at least 0.850" in low.message.en
    assert "ít nhất 0.850" in low.message.vi


def test_the_judge_evaluates_in_eval_mode_with_the_weights_that_came() -> None:
    recipe = Model(
        "perceptron",
        {"inputs": 2, "hidden": 3, "classes": 2, "normalize": True},
        dtype="float64",
        stale=True,
    )
    from hocsau.judging.models import make
    from hocsau.judging.models import state as state_of

    model = make(replace(recipe, seed=11, training=False))
    inputs = RNG.normal(size=(9, 2))
    labels = model(torch.tensor(inputs)).argmax(1).numpy()
    score = Score("accuracy", {"model": recipe, "inputs": Tensor(inputs), "labels": labels})
    assert score_of(score, {"return": None, "model": state_of(model)}) == 1.0


def test_root_mean_square_error() -> None:
    inputs, targets = RNG.normal(size=(5, 3)), RNG.normal(size=(5, 3))
    data = {"model": LINE, "inputs": Tensor(inputs), "targets": targets}
    value = score_of(Score("root_mean_square_error", data, most=1), state(HEAD))
    assert value == pytest.approx(np.linalg.norm(inputs - targets) / 15**0.5)


def test_bits_are_those_of_the_table() -> None:
    table = RNG.normal(size=(4, 4))
    recipe = Model("table_language_model", {"vocab_size": 4, "context_length": 3}, dtype="float64")
    inputs, targets = RNG.integers(4, size=(6, 3)), RNG.integers(4, size=(6, 3))
    p = np.exp(table) / np.exp(table).sum(1, keepdims=True)
    score = Score("bits", {"model": recipe, "inputs": Tensor(inputs), "targets": targets}, most=9)
    weights = {"token.weight": table, "position.weight": np.zeros((3, 4))}
    assert score_of(score, state(weights)) == pytest.approx(-np.log2(p[inputs, targets]).mean())
    uniform = {"token.weight": np.zeros((4, 4)), "position.weight": np.zeros((3, 4))}
    assert score_of(score, state(uniform)) == pytest.approx(2.0)


@pytest.mark.parametrize("ddof", [0, 1])
def test_the_scale_of_the_training_inputs(ddof: int) -> None:
    values = RNG.normal(3, 2, size=(40, 3))
    score = Score("scaling_error", {"values": values}, most=0.01)
    right = {**HEAD, "mean": values.mean(), "std": values.std(ddof=ddof)}
    assert score_of(score, state(right)) == pytest.approx(0)
    shifted = {**right, "mean": values.mean() + 0.5 * values.std()}
    assert score_of(score, state(shifted)) == pytest.approx(0.5)
    assert not reaches(score, score_of(score, state({**right, "std": 2 * values.std()})))


def sampled(temperature: float = 1.0, n: int = 4000, seed: int = 0) -> tuple[Any, Any]:
    """ids (n, 1 + 2) drawn from a table of probabilities at some temperature, and the table itself."""
    rng = np.random.default_rng(seed)
    logits = np.random.default_rng(1).normal(size=(5, 5))
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    q = np.exp(logits / temperature) / np.exp(logits / temperature).sum(1, keepdims=True)
    ids = rng.integers(5, size=(n, 1))
    for _ in range(2):
        drawn = [rng.choice(5, p=q[last]) for last in ids[:, -1]]
        ids = np.concatenate([ids, np.array(drawn)[:, None]], axis=1)
    return ids, p


@pytest.mark.parametrize("seed", range(5))
def test_honest_samples_are_near_their_probabilities(seed: int) -> None:
    ids, p = sampled(seed=seed)
    assert score_of(Score("sampling", {"prompt": 1, "probabilities": p}), Tensor(ids)) < 6


def test_samples_at_another_temperature_are_not() -> None:
    ids, p = sampled(1.4)
    score = Score("sampling", {"prompt": 1, "probabilities": p}, most=6)
    assert score_of(score, Tensor(ids)) > 6
    greedy = np.concatenate([ids[:, :1], p[ids[:, 0]].argmax(1)[:, None]], axis=1)
    assert score_of(score, Tensor(greedy)) > 20
    assert score_of(score, Tensor(ids + 5)) == np.inf
    impossible = p.copy()
    impossible[:, 0] = 0
    assert score_of(Score("sampling", {"prompt": 1, "probabilities": impossible}), Tensor(ids)) == np.inf


def test_repeats() -> None:
    a, b = Tensor(np.array([1, 2])), Tensor(np.array([1, 3]))
    score = Score("repeats", {"same": [(0, 1)], "different": [(0, 2)]}, 1.0)
    assert [score_of(score, value) for value in ([a, a, b], [a, a, a], [a, b, b], [a, b, a])] == [
        1,
        0.5,
        0.5,
        0,
    ]


def begun(std: float, shift: float = 0.0) -> dict[str, Any]:
    matrices = {
        "a.weight": RNG.normal(shift, std, size=(40, 50)),
        "b.weight": RNG.normal(0, std, size=(30, 20)),
    }
    return {"weights": {name: Tensor(m) for name, m in {**matrices, "a.bias": np.ones(40)}.items()}}


def test_a_beginning_is_normal_or_not() -> None:
    score = Score("initial_normal", {"std": 0.02}, most=6)
    assert score_of(score, begun(0.02)) < 6
    for wrong in (begun(0.03), begun(0.02, shift=0.005), begun(1.0)):
        assert score_of(score, wrong) > 6


def test_the_loss_at_the_beginning() -> None:
    logits, targets = RNG.normal(size=(2, 3, 7)), RNG.integers(7, size=(2, 3))
    value = {"calls": [{"return": Tensor(logits)}]}
    loss = torch.nn.functional.cross_entropy(torch.tensor(logits).flatten(0, 1), torch.tensor(targets).flatten())
    score = Score("initial_loss", {"targets": targets}, most=0.3)
    assert score_of(score, value) == pytest.approx(abs(float(loss) - np.log(7)))
    assert score_of(score, {"calls": [{"return": Tensor(0 * logits)}]}) == pytest.approx(0)


# --- what is kept of a scored value


SCORE = Score("scaling_error", {"values": np.array([0.0, 2.0])}, most=0.01)
GOOD = state({**HEAD, "mean": 1.0, "std": 1.0, "head.weight": np.ones((300, 300))})


def test_an_outline_is_small_and_stands_for_the_value() -> None:
    kept = loads(dumps(outlined(SCORE, GOOD)))
    assert len(dumps(kept)) < 2000 < len(dumps(GOOD))
    assert kept.value["model"].weights["head.weight"].array == Blank((300, 300), "float64")
    assert shortfall(SCORE, kept, GOOD) is None
    assert shortfall(SCORE, kept, kept) is None
    assert same_standing(SCORE, kept, GOOD)
    assert same_standing(SCORE, GOOD, kept)


def test_an_outline_sees_what_differs() -> None:
    kept = outlined(SCORE, GOOD)
    bad = state({**HEAD, "mean": 5.0, "std": 1.0, "head.weight": np.ones((300, 300))})
    low = shortfall(SCORE, kept, bad)
    assert low is not None
    assert "at most 0.010" in low.message.en
    assert not same_standing(SCORE, kept, bad)
    broken = state({**HEAD, "mean": 1.0, "std": 1.0, "head.weight": np.full((300, 300), np.nan)})
    not_finite = shortfall(SCORE, kept, broken)
    assert not_finite is not None
    assert not_finite.kind == "finite"
    assert same_standing(SCORE, outlined(SCORE, broken), broken)
    smaller = state({**HEAD, "mean": 1.0, "std": 1.0, "head.weight": np.ones((300, 299))})
    assert shortfall(SCORE, kept, smaller) is not None
    assert not same_standing(SCORE, kept, smaller)


def test_what_a_rule_cannot_read_has_no_score() -> None:
    assert outlined(SCORE, [1.0]) == Outline([1.0], None)
    with pytest.raises(ValueError, match="could not read"):
        score_of(SCORE, Outline([1.0], None))


ROWS = np.arange(8.0).reshape(4, 2)


def learned(*batches: list[int], inputs: Any = None) -> dict[str, Any]:
    """A model that learned from these rows of ROWS, batch after batch."""
    noted = tuple(Tensor(ROWS[batch]) for batch in batches) if inputs is None else inputs
    return {"model": ModelState({}, "train", inputs=noted)}


@pytest.mark.parametrize(
    ("batches", "least", "new"),
    [
        (([2, 0], [3, 1], [1, 0], [2, 3]), 1.0, 1.0),
        (([2, 0, 3, 1], [2, 0, 3, 1]), 1.0, 0.5),  # the same order again
        (([0, 1, 2, 3], [3, 1, 0, 2]), 1.0, 0.5),  # the first one is the plain order
        (([0, 1, 2, 3], [0, 1, 2, 3]), 1.0, 0.0),
        (([2, 2, 3, 1], [0, 1, 3, 2]), 0.5, 1.0),  # with replacement
        (([1, 0, 3, 2],), 0.5, 0.0),  # one epoch
        (([2, 0, 3], [3, 1, 0]), 0.5, 0.0),  # the last batch dropped
        (([2, 0, 3, 1], [0, 1, 2, 3], [3, 2, 1, 0]), 1.0, 1.0),  # more than was asked for
        ((), 0.0, 0.0),
    ],
)
def test_the_orders_of_two_epochs(batches: Any, least: float, new: float) -> None:
    data = {"inputs": Tensor(ROWS), "epochs": 2}
    assert score_of(Score("least_seen", data), learned(*batches)) == least
    assert score_of(Score("new_orders", data), learned(*batches)) == new


@pytest.mark.parametrize(("asked", "score"), [(7, 1.0), (14, 0.5), (4, 4 / 7)])
def test_how_many_rows_were_learned_from(asked: int, score: float) -> None:
    came = learned([0, 1, 2], [3, 0], [1, 2])
    data = {"length": ROWS.shape[1], "asked": asked}
    assert score_of(Score("rows_learned", data), came) == score
    assert score_of(Score("rows_learned", {**data, "length": ROWS.shape[1] + 1}), came) == 0.0


@pytest.mark.parametrize(
    "inputs",
    [
        None,
        7,
        [Tensor(ROWS)],
        (Tensor(None), None, "x", ROWS),
        (Tensor(ROWS.ravel()), Tensor(ROWS[None]), Tensor(ROWS + 0.5), Tensor(ROWS.astype(np.float32))),
    ],
)  # fmt: skip
def test_what_a_hostile_child_notes_as_its_inputs_counts_as_nothing(inputs: Any) -> None:
    came = {"model": ModelState({}, "train", inputs=inputs)}
    for rule in ("least_seen", "new_orders"):
        assert score_of(Score(rule, {"inputs": ROWS, "epochs": 2}), came) == 0.0
