"""Explorers of lesson 2 against step-by-step runs, the roots of the iteration, and the numbers the lesson states."""

from __future__ import annotations

import re

import numpy as np
import pytest

from hocsau import language
from hocsau.explore import momentum as explore
from hocsau.explore import quadratic
from hocsau.explore.momentum.epochs import compute_epochs_to_loss, draw_epochs_to_loss
from hocsau.explore.momentum.rate_map import is_oscillating, worst_rates


def descend(gradient, w0, learning_rate, beta, steps):
    w, v, rows = np.array(w0), np.zeros(len(w0)), [np.array(w0)]
    for _ in range(steps):
        v = beta * v - learning_rate * gradient(w)
        w = w + v
        rows.append(w)
    return np.array(rows)


def radius(learning_rate, beta, eigenvalue):
    return float(np.abs(np.roots([1, learning_rate * eigenvalue - 1 - beta, beta])).max())


POINTS = [(0.01, 0.9, 100), (0.033, 0.67, 100), (0.04, 0.99, 400), (0.0005, 0.0, 1), (0.02, 0.3, 7)]


@pytest.mark.parametrize(("learning_rate", "beta", "curvature"), POINTS)
def test_ravine_matches_the_steps(learning_rate, beta, curvature):
    own = explore.compute_ravine(learning_rate, beta, curvature)
    run = explore.compute_ravine(learning_rate, beta, curvature, descend)
    assert own.momentum.shape == own.plain.shape == (101, 2)
    np.testing.assert_allclose(own.momentum, run.momentum, rtol=1e-6, atol=1e-9)
    plain = descend(lambda w: np.array([1, curvature]) * w, own.plain[0], learning_rate, 0.0, 100)
    np.testing.assert_allclose(own.plain, plain, rtol=1e-9, atol=1e-12)
    losses = 0.5 * own.momentum[:, 0] ** 2 + 0.5 * curvature * own.momentum[:, 1] ** 2
    np.testing.assert_allclose(own.momentum_loss, losses)
    assert own.note is None
    assert "your momentum_descent" in run.note.en


def test_ravine_challenge_is_met_for_the_stated_betas_only():
    rates, betas = np.arange(0.0005, 0.0401, 0.0005), np.arange(0, 0.991, 0.01)
    met = [beta for rate in rates for beta in betas if explore.compute_ravine(rate, beta, 100).met]
    assert min(met) == pytest.approx(0.62)
    assert max(met) == pytest.approx(0.83)


def test_gradient_descent_never_gets_below_the_stated_loss():
    rates = np.arange(0.0005, 0.0401, 0.0001)
    least = min(explore.compute_ravine(rate, 0.5, 100).plain_loss[-1] for rate in rates)
    assert least == pytest.approx(0.16, abs=0.005)


def test_momentum_can_create_oscillation():
    path = quadratic.velocity_path(np.ones(1), np.ones(1), 0.1, 0.9, 100)[:, 0]
    assert path.min() == pytest.approx(-0.60, abs=0.005)
    assert (np.diff(quadratic.plain_path(np.ones(1), np.ones(1), 0.1, 100)[:, 0]) < 0).all()
    border = (1 - np.sqrt(0.1)) ** 2
    assert border == pytest.approx(0.468, abs=0.0005)
    assert not is_oscillating(0.1, border - 1e-6, 1.0)
    assert is_oscillating(0.1, border + 1e-6, 1.0)


@pytest.mark.parametrize(("learning_rate", "beta", "_curvature"), POINTS)
def test_rates_are_the_largest_roots(learning_rate, beta, _curvature):
    own = explore.compute_rate_map(learning_rate, beta)
    run = explore.compute_rate_map(learning_rate, beta, radius)
    expected = [radius(learning_rate, beta, eigenvalue) for eigenvalue in (1.0, 100.0)]
    np.testing.assert_allclose(own.rates, expected, rtol=1e-6)
    assert run.rates == tuple(expected)
    assert own.worst == pytest.approx(max(expected))
    for oscillating, eigenvalue in zip(own.oscillating, (1.0, 100.0), strict=True):
        roots = np.roots([1, learning_rate * eigenvalue - 1 - beta, beta])
        assert oscillating == (abs(roots.imag).max() > 0)
    assert own.distances.shape == (61, 2)


def test_the_whole_map():
    learning_rates, betas, worst = worst_rates(7, 5)
    assert worst.shape == (5, 7)
    for row, beta in enumerate(betas):
        for column, rate in enumerate(learning_rates):
            expected = max(radius(rate, beta, 1.0), radius(rate, beta, 100.0))
            assert worst[row, column] == pytest.approx(expected, abs=1e-5)


def test_rate_map_numbers_of_the_lesson():
    good = explore.compute_rate_map(0.033, 0.67)
    assert good.met
    assert good.worst <= 0.83
    assert explore.compute_rate_map(0.0335, 0.67).worst > 1  # the cliff is one step away
    rates = np.arange(0.0005, 0.04, 0.0001)
    assert min(explore.compute_rate_map(rate, 0.0).worst for rate in rates) == pytest.approx(0.980, abs=5e-4)
    learning_rates, betas, worst = worst_rates()
    row, column = np.unravel_index(worst.argmin(), worst.shape)
    optimum = (2 / 11) ** 2, (9 / 11) ** 2  # Polyak's, for eigenvalues 1 and 100
    assert learning_rates[column] == pytest.approx(optimum[0], abs=1e-3)
    assert betas[row] == pytest.approx(optimum[1], abs=2e-2)


SETTINGS = [(explore.ravine, descend), (explore.rate_map, radius)]


@pytest.mark.parametrize("spoken", ["en", "vi"])
@pytest.mark.parametrize("given", [False, True])
@pytest.mark.parametrize(("build", "function"), SETTINGS)
def test_default_fails_and_the_stated_setting_passes(monkeypatch, spoken, given, build, function):
    monkeypatch.setattr(language, "_chosen", spoken)
    live = build(function) if given else build()
    assert ("✗ Not yet." if spoken == "en" else "✗ Chưa đạt.") in live.page
    live.controls["learning_rate"].value, live.controls["beta"].value = 0.033, 0.67
    assert ("✓ Met." if spoken == "en" else "✓ Đã đạt.") in live.page
    assert ("hocsau-note" in live.page) is given
    assert not live.error


@pytest.mark.parametrize(("build", "_function"), SETTINGS)
def test_ends_of_every_slider_can_be_drawn(build, _function):
    live = build()
    texts = set()
    for widget in live.controls.values():
        for end in (widget.min, widget.max):
            widget.value = end
            assert not live.error
            texts.add(re.search(r'alt="([^"]*)"', live.page).group(1))
    assert len(texts) > len(live.controls)


@pytest.mark.parametrize(
    ("build", "function", "note"),
    [
        (
            explore.ravine,
            lambda g, w0, rate, beta, steps: w0,
            "expected an array of shape (101, 2)",
        ),
        (explore.rate_map, lambda rate, beta, eigenvalue: [1.0], "expected one number"),
        (explore.rate_map, lambda rate, beta: 1.0, "raised TypeError"),
    ],
)
def test_a_wrong_answer_is_named_and_replaced(monkeypatch, build, function, note):
    monkeypatch.setattr(language, "_chosen", "en")
    wrong, own = build(function), build()
    assert note in wrong.page
    assert wrong.page.split("<em>")[0].startswith(own.page)


def test_an_unstable_point_says_so(monkeypatch):
    monkeypatch.setattr(language, "_chosen", "en")
    live = explore.rate_map()
    live.controls["learning_rate"].value, live.controls["beta"].value = 0.04, 0.2
    assert "Above 1: it diverges." in live.page


def test_an_easier_ravine_does_not_count(monkeypatch):
    monkeypatch.setattr(language, "_chosen", "en")
    live = explore.ravine()
    live.controls["learning_rate"].value, live.controls["beta"].value = 0.033, 0.67
    live.controls["curvature"].value = 50
    assert explore.compute_ravine(0.033, 0.67, 50).met
    assert "✗ Not yet." in live.page


CURVES = {
    "gradient descent": [8.0, 6.0, 5.0, 4.5],
    "momentum": [8.0, 3.0, 1.0],
    "nesterov": [8.0, 7.0, 2.0, 0.5, 0.4],
}


@pytest.mark.parametrize(("loss", "target", "epoch"), [([3, 2, 1], 2.0, 1), ([3, 2, 1], 0.5, None), ([1, 2], 1.5, 0)])
def test_epochs_to_loss_of_one_curve(loss, target, epoch):
    assert compute_epochs_to_loss(loss, target) == epoch


def test_epochs_to_loss_marks_and_says_the_epochs():
    figure, alt = draw_epochs_to_loss(CURVES, target=2.0)
    assert "gradient descent: not reached; momentum: epoch 2; Nesterov's momentum: epoch 2" in alt.en
    assert "momentum Nesterov: epoch 2" in alt.vi
    marks = [line for line in figure.axes[0].get_lines() if line.get_marker() != "None"]
    assert [tuple(mark.get_xydata()[0]) for mark in marks] == [(2, 1.0), (2, 2.0)]


def test_epochs_to_loss_is_shown(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    assert explore.epochs_to_loss(CURVES, target=2.0) is None
    assert "<img alt=" in shown[0]._repr_html_()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "at least one curve"),
        ({"a": [[1.0, 2.0]]}, r"a: .* got shape \(1, 2\)"),
        ({"a": []}, "a: "),
    ],
)
def test_epochs_to_loss_refuses_what_is_no_curve(given, message):
    with pytest.raises(ValueError, match=message):
        explore.epochs_to_loss(given, target=1.0)
