"""Explorers of lesson 1 against step-by-step runs and the numbers the lesson states."""

from __future__ import annotations

import inspect
import re

import ipywidgets
import numpy as np
import pytest

from hocsau import language
from hocsau.explore import gradient_descent as explore
from hocsau.explore.gradient_descent.escape import BARRIER, double_well
from hocsau.explore.gradient_descent.rate import behaviour
from hocsau.explore.gradient_descent.variants import excess_loss, orders, regression


def descend(gradient, w0, learning_rate, steps):
    rows = [np.array(w0)]
    for _ in range(steps):
        rows.append(rows[-1] - learning_rate * gradient(rows[-1]))
    return np.array(rows)


def epoch(w, X, y, learning_rate, order, batch_size):
    for first in range(0, len(order), batch_size):
        rows = order[first : first + batch_size]
        w = w - learning_rate * 2 / len(rows) * X[rows].T @ (X[rows] @ w - y[rows])
    return w


@pytest.mark.parametrize(("learning_rate", "curvature"), [(0.05, 20), (0.09, 20), (0.11, 50), (0.02, 7)])
def test_rate_matches_the_steps(learning_rate, curvature):
    own = explore.compute_learning_rate(learning_rate, curvature)
    run = explore.compute_learning_rate(learning_rate, curvature, descend)
    assert own.two.shape == (101, 2)
    assert own.one.shape == own.loss.shape == (101,)
    for name in ("one", "two", "loss"):
        np.testing.assert_allclose(getattr(own, name), getattr(run, name), rtol=1e-9, atol=1e-12)
    assert own.note is None
    assert "your gradient_descent" in run.note.en
    assert own.behaviour == run.behaviour


def test_rate_challenge_is_met_exactly_in_the_stated_range():
    rates = np.arange(0.0010, 0.11005, 0.0001)
    met = [rate for rate in rates if explore.compute_learning_rate(rate, 20).met]
    assert min(met) == pytest.approx(0.0764)
    assert max(met) == pytest.approx(0.0958)
    assert len(met) == round((0.0958 - 0.0764) / 0.0001) + 1  # no gap


@pytest.mark.parametrize(
    ("learning_rate", "expected"),
    [
        (0.03, "converges"),
        (0.05, "converges"),
        (0.06, "oscillates"),
        (0.1, "stays"),
        (0.104, "diverges"),
    ],
)
def test_rate_behaviour(learning_rate, expected):
    assert explore.compute_learning_rate(learning_rate, 20).behaviour == expected


@pytest.mark.parametrize("end", [np.nan, np.inf, 5.0])
def test_behaviour_of_odd_paths(end):
    assert behaviour(np.array([2.0, 3.0, end])) == "diverges"


def only_flat(gradient, w0, learning_rate, steps):
    if len(w0) == 1:
        raise NotImplementedError
    return descend(gradient, w0, 2 * learning_rate, steps)


@pytest.mark.parametrize(
    ("function", "note"),
    [
        (only_flat, "not written yet"),
        (
            lambda gradient, w0, learning_rate, steps: w0,
            "shape (2,); expected an array of shape (101, 2)",
        ),
    ],
)
def test_rate_falls_back_as_a_whole(function, note):
    own, run = (
        explore.compute_learning_rate(0.05, 20),
        explore.compute_learning_rate(0.05, 20, function),
    )
    np.testing.assert_array_equal(own.two, run.two)
    assert note in run.note.en


def test_a_learners_ascent_is_seen_as_it_is():
    up = explore.compute_learning_rate(0.09, 20, lambda g, w, rate, n: descend(g, w, -rate, n))
    assert up.behaviour == "diverges"
    assert not up.met


@pytest.mark.parametrize(("batch_size", "learning_rate"), [(1, 0.02), (1, 0.15), (7, 0.2), (64, 0.9), (200, 0.1)])
def test_variants_match_the_steps(batch_size, learning_rate):
    own = explore.compute_variants(batch_size, learning_rate, 3)
    run = explore.compute_variants(batch_size, learning_rate, 3, epoch)
    curve = own.curves["mini-batch"]
    per_epoch = -(-200 // batch_size)
    assert curve.weights.shape == (5 * per_epoch + 1, 2)
    np.testing.assert_allclose(curve.excess[::per_epoch], run.learner, rtol=1e-7, atol=1e-12)
    assert curve.samples[::per_epoch].tolist() == [0, 200, 400, 600, 800, 1000]
    assert own.median == pytest.approx(run.median, rel=1e-7, abs=1e-12)
    assert own.learner is None
    assert "your minibatch_epoch" in run.note.en


def test_variants_share_the_samples_seen():
    curves = explore.compute_variants(8, 0.1).curves
    assert {name: len(curve.samples) for name, curve in curves.items()} == {
        "stochastic": 1001,
        "batch": 6,
        "mini-batch": 126,
    }
    assert {curve.samples[-1] for curve in curves.values()} == {1000.0}


def test_excess_loss_is_the_loss_above_least_squares():
    X, y, best = regression()
    w = np.array([0.3, -1.0])
    mean_square = lambda w: np.mean((X @ w - y) ** 2)  # noqa: E731
    np.testing.assert_allclose(best, np.linalg.lstsq(X, y, rcond=None)[0])
    assert excess_loss(w) == pytest.approx(mean_square(w) - mean_square(best))
    assert excess_loss(np.array([[np.nan, 0.0], [np.inf, 1.0]])).tolist() == [np.inf, np.inf]


def test_orders_are_permutations_and_differ():
    assert orders(2).shape == (5, 200)
    assert (np.sort(orders(2), axis=1) == np.arange(200)).all()
    assert (orders(2) != orders(3)).any()
    assert (orders(2)[0] != orders(2)[1]).any()


@pytest.mark.parametrize("seed", range(10))
def test_variants_challenge(seed):
    assert not explore.compute_variants(200, 0.1, seed).met
    good = explore.compute_variants(8, 0.2, seed)
    assert good.met
    assert good.median < 2e-3


def test_full_batches_never_come_near():
    rates = np.append(np.logspace(-3.3, 0, 67), np.arange(0.5, 1.0, 0.01))
    assert min(explore.compute_variants(200, rate).median for rate in rates) >= 0.147


def test_a_variant_that_diverges_is_huge_and_not_an_error():
    result = explore.compute_variants(1, 1.0)
    assert result.curves["stochastic"].excess[-1] > 1e30
    assert not result.met


@pytest.mark.parametrize(
    ("noise", "low", "high", "met"),
    [
        (0.0, 0.0, 0.0, False),
        (1.0, 0.26, 0.36, False),
        (1.5, 0.74, 0.84, True),
        (3.0, 0.55, 0.68, False),
    ],
)
@pytest.mark.parametrize("seed", range(10))
def test_escape_shares(noise, low, high, met, seed):
    result = explore.compute_escape(noise, seed)
    assert low <= result.share <= high
    assert result.met is met


def test_escape_matches_runs_one_after_another():
    noise = np.random.default_rng(2).normal(size=(500, 1000))
    result = explore.compute_escape(1.2, 2)
    for run in (0, 13, 999):
        w = 1.5
        for kick in noise[:, run]:
            w = w - 0.1 * (w**3 - w + 0.1 + 1.2 * kick)
        assert result.ends[run] == pytest.approx(w, abs=1e-9)
    assert result.share == np.mean(result.ends < BARRIER)
    assert result.shares.shape == (501,)


def test_the_barrier_is_the_local_maximum():
    w = BARRIER + np.array([-1e-3, 0.0, 1e-3])
    assert double_well(w).argmax() == 1
    h = 1e-6
    slope = (double_well(w + h) - double_well(w - h)) / (2 * h)
    np.testing.assert_allclose(slope, w**3 - w + 0.1, atol=1e-8)


SETTINGS = [
    (explore.learning_rate, {"learning_rate": 0.09}, {"curvature": 1}),
    (explore.variants, {"batch_size": 8, "learning_rate": 0.2}, {}),
    (explore.escape, {"noise": 1.5}, {}),
]


@pytest.mark.parametrize("spoken", ["en", "vi"])
@pytest.mark.parametrize(("build", "good", "_easier"), SETTINGS)
def test_default_fails_and_the_stated_setting_passes(monkeypatch, spoken, build, good, _easier):
    monkeypatch.setattr(language, "_chosen", spoken)
    live = build()
    assert ("✗ Not yet." if spoken == "en" else "✗ Chưa đạt.") in live.page
    for name, value in good.items():
        live.controls[name].value = value
    assert ("✓ Met." if spoken == "en" else "✓ Đã đạt.") in live.page
    assert not live.error


@pytest.mark.parametrize(("build", "_good", "_easier"), SETTINGS)
def test_ends_of_every_slider_can_be_drawn(build, _good, _easier):
    live = build()
    texts = set()
    for widget in live.controls.values():
        log = isinstance(widget, ipywidgets.FloatLogSlider)
        for end in (widget.min, widget.max):
            widget.value = 10**end if log else end
            assert not live.error
            texts.add(re.search(r'alt="([^"]*)"', live.page).group(1))
    assert len(texts) > len(live.controls)


def test_an_easier_curvature_does_not_count(monkeypatch):
    monkeypatch.setattr(language, "_chosen", "en")
    live = explore.learning_rate()
    live.controls["learning_rate"].value = 0.09
    live.controls["curvature"].value = 12
    assert explore.compute_learning_rate(0.09, 12).met
    assert "✗ Not yet." in live.page


@pytest.mark.parametrize(("build", "function"), [(explore.learning_rate, descend), (explore.variants, epoch)])
def test_the_learners_function_is_run(monkeypatch, build, function):
    monkeypatch.setattr(language, "_chosen", "en")
    calls = []

    def counted(*arguments):
        calls.append(arguments)
        return function(*arguments)

    live = build(counted)
    first = len(calls)
    assert first > 0
    assert len(calls[0]) == len(inspect.signature(function).parameters)
    assert "This picture runs your" in live.page
    next(iter(live.controls.values())).value *= 0.5
    assert len(calls) == 2 * first  # once a move, not once a line of text

    def unwritten(*arguments):
        raise NotImplementedError

    assert "not written yet" in build(unwritten).page
