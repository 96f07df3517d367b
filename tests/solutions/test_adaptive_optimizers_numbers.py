"""The numbers that lesson 3 states, computed again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.publish.source import read_source
from grader.publish.twins import faults
from grader.reference import answers
from hocsau.explore import adaptive_optimizers as explore
from hocsau.explore.optimizers import OPTIMIZERS, Settings, run, values

ANSWERS = answers("adaptive_optimizers")
CELLS = read_source("adaptive_optimizers")


def prose(key: str, language: str = "en") -> str:
    """One prose cell on one line."""
    (cell,) = [cell for cell in CELLS if (cell.key, cell.language) == (key, language)]
    return " ".join(cell.source.split())


def constant_slope(steps: int, correct_m: Any, correct_v: Any) -> list[float]:
    """Adam's steps over alpha at the gradient 1; `correct_*` says by which power each is corrected."""
    m = v = 0.0
    lengths = []
    for t in range(1, steps + 1):
        m, v = 0.9 * m + 0.1, 0.999 * v + 0.001
        by_m = 1 - 0.9 ** correct_m(t) if correct_m else 1.0
        by_v = 1 - 0.999 ** correct_v(t) if correct_v else 1.0
        lengths.append(m / by_m / np.sqrt(v / by_v))
    return lengths


def test_the_twins_agree() -> None:
    assert faults(CELLS) == []


def test_adagrad_by_hand() -> None:
    theta, G = np.ones(2), np.zeros(2)
    for grad, said in (([3.0, 0.1], "$(0.9,\\ 0.9)$"), ([4.0, 0.0], "$(0.82,\\ 0.9)$")):
        theta, G = ANSWERS["adagrad_step"](theta, G, np.array(grad), 0.1, 1e-8)
        assert said in prose("adagrad")
    np.testing.assert_allclose(theta, [0.82, 0.9], atol=1e-6)
    np.testing.assert_allclose(G, [25.0, 0.01])


def test_adam_by_hand() -> None:
    theta, m, v = np.ones(1), np.zeros(1), np.zeros(1)
    for t, grad in enumerate((2.0, 1.0, -1.0), start=1):
        theta, m, v = ANSWERS["adam_step"](theta, m, v, t, np.array([grad]), 0.1, 0.9, 0.999, 1e-8)
        row = f"| {m[0]:.4g} | {v[0]:.4g} |"
        assert row in prose("adam") or t > 1
        assert f"{theta[0]:.4g} |" in prose("adam")


@pytest.mark.parametrize(("step", "length"), [(1, 3.16), (2, 2.29), (3, 1.92), (10, 1.24)])
def test_first_steps_of_rmsprop(step: int, length: float) -> None:
    theta, s = np.zeros(1), np.zeros(1)
    for _ in range(step):
        before = theta
        theta, s = ANSWERS["rmsprop_step"](theta, s, np.ones(1), 1.0, 0.9, 1e-8)
    assert (before - theta)[0] == pytest.approx(length, abs=0.005)
    assert str(length) in prose("rmsprop")


def test_symptoms_of_a_wrong_correction() -> None:
    none = constant_slope(1000, None, None)
    assert (round(none[0], 2), round(max(none), 2), int(np.argmax(none)) + 1) == (3.16, 6.57, 12)
    assert none[-1] == pytest.approx(1.26, abs=0.005)
    assert constant_slope(1, lambda t: t, None)[0] == pytest.approx(31.6, abs=0.05)
    assert constant_slope(1, None, lambda t: t)[0] == pytest.approx(0.1)
    fixed = constant_slope(5000, lambda _: 1, lambda _: 1)
    assert (round(fixed[0], 2), round(max(fixed), 2), int(np.argmax(fixed)) + 1) == (1.0, 2.08, 12)
    assert fixed[-1] == pytest.approx(0.317, abs=0.0005)
    assert fixed[9] == pytest.approx(2.06, abs=0.005)
    for said in ("3.16", "6.57", "1.26", "31.6", "2.08", "0.316"):
        assert said in prose("bias")
    np.testing.assert_allclose(constant_slope(50, lambda t: t, lambda t: t), 1.0)


def test_the_buggy_program_shows_its_symptom() -> None:
    (source,) = [cell.source for cell in CELLS if cell.key == "buggy_adam"]
    namespace: dict[str, Any] = {"np": np}
    exec(source, namespace)
    path = namespace["buggy_adam"](lambda _: np.ones(1), np.zeros(1), 0.1, 0.9, 0.999, 1e-8, 10)
    np.testing.assert_allclose(
        -np.diff(path[:, 0]) / 0.1, constant_slope(10, lambda _: 1, lambda _: 1), rtol=1e-6
    )


def test_a_step_of_alternating_gradients() -> None:
    m = 0.0
    for t in range(200):
        m = 0.9 * m + 0.1 * (-1) ** t
    assert abs(m) == pytest.approx(0.053, abs=0.0005)


def test_decay_in_and_outside_the_gradient() -> None:
    scale = np.array([1.0, 0.01])
    ends: dict[str, list[Any]] = {"inside": [], "outside": []}
    for seed in range(20):
        for name in ends:
            rng = np.random.default_rng(seed)
            theta, m, v = np.ones(2), np.zeros(2), np.zeros(2)
            for t in range(1, 1001):
                grad = scale * rng.normal(size=2)
                numbers = (0.001, 0.9, 0.999, 1e-8)
                if name == "inside":
                    theta, m, v = ANSWERS["adam_step"](theta, m, v, t, grad + 0.1 * theta, *numbers)
                else:
                    theta, m, v = ANSWERS["adamw_step"](theta, m, v, t, grad, *numbers, 0.1)
            ends[name].append(theta)
    np.testing.assert_allclose(np.mean(ends["inside"], axis=0), [0.902, 0.262], atol=5e-4)
    np.testing.assert_allclose(np.mean(ends["outside"], axis=0), [0.903, 0.917], atol=5e-4)


def test_the_schedule_in_numbers() -> None:
    for step, rate in (
        (0, 0),
        (5, 0.5),
        (10, 1),
        (32, 0.8737),
        (55, 0.55),
        (77, 0.2374),
        (150, 0.1),
    ):
        assert ANSWERS["warmup_cosine"](step, 100, 10, 1.0, 0.1) == pytest.approx(rate, abs=5e-5)


@pytest.mark.parametrize(
    ("gradient", "inside", "outside"),
    [
        (1e-2, 0.99995, 0.999999),
        (1e-3, 0.9950, 0.99999),
        (1e-4, 0.7071, 0.9999),
        (1e-5, 0.0995, 0.9990),
    ],
)
def test_where_epsilon_stands(gradient: float, inside: float, outside: float) -> None:
    theta, _ = ANSWERS["adagrad_step"](np.zeros(1), np.zeros(1), np.array([gradient]), 1.0, 1e-8)
    assert -theta[0] == pytest.approx(inside, abs=5e-5)
    assert gradient / (gradient + 1e-8) == pytest.approx(outside, abs=5e-5)


def test_leaving_the_saddle() -> None:
    settings = Settings(learning_rate=0.01)
    for name, steps in (
        ("gradient_descent", 639),
        ("momentum", 105),
        ("adam", 44),
        ("rmsprop", 30),
    ):
        height = run(name, "saddle", settings, 700).path[:, 1]
        assert int(np.argmax(height > 0.5)) == steps
        assert str(steps) in prose("surfaces")


def test_who_turns_the_bend_of_beale() -> None:
    """At the marks of the slider, 0.02 decades apart; between them momentum is lucky now and then."""
    marks = 10 ** (-4 + 0.02 * np.arange(216))

    def met(name: str, rate: float) -> bool:
        settings = Settings(learning_rate=float(rate))
        return bool(values("beale", run(name, "beale", settings, 300).path)[-1] < 1e-8)

    for name in OPTIMIZERS:
        good = [rate for rate in marks if met(name, rate)]
        assert bool(good) is (name == "adam"), name
    assert min(rate for rate in marks if met("adam", rate)) == pytest.approx(0.263, abs=0.001)
    assert np.mean([met("adam", rate) for rate in marks[marks > 0.262]]) > 0.8
    assert met("momentum", 10**-2.15)


@pytest.mark.parametrize(("rarity", "ratio"), [(4, "2.00"), (15, "3.92"), (16, "4.08")])
def test_what_rarity_buys(rarity: int, ratio: str) -> None:
    assert f"{explore.compute_rates(rarity, 200, 1e-8).ratio:.2f}" == ratio
    assert ratio in prose("rates_question") or rarity == 16
