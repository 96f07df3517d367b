"""Explorers of lesson 4 against direct computation."""

from __future__ import annotations

import itertools
import re
import time
from importlib import import_module

import numpy as np
import pytest

from hocsau import language
from hocsau.explore import neural_networks as explore
from hocsau.explore.neural_networks.neuron_boundary import TABLES

surface = import_module("hocsau.explore.neural_networks.decision_surface")


def neuron(x, w, b):
    return x @ w + b


def gradients(layers, X, labels, activation):
    """Loss and gradients by a plain loop."""
    values = [X]
    for k, (W, b) in enumerate(layers):
        z = values[-1] @ W + b
        if k < len(layers) - 1:
            z = np.maximum(z, 0) if activation == "relu" else 1 / (1 + np.exp(-z))
        values.append(z)
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(len(labels)), labels]).mean()
    p[np.arange(len(labels)), labels] -= 1
    dz, grads = p / len(labels), []
    for k in reversed(range(len(layers))):
        a = values[k]
        grads.append((a.T @ dz, dz.sum(axis=0)))
        dz = (dz @ layers[k][0].T) * ((a > 0) if activation == "relu" else a * (1 - a))
    return loss, grads[::-1]


@pytest.fixture
def english(monkeypatch):
    monkeypatch.setattr(language, "_chosen", "en")


# 4a


def test_boundary_is_the_neuron():
    own = explore.compute_boundary(5.0, 5.0, -7.5, "AND")
    run = explore.compute_boundary(5.0, 5.0, -7.5, "AND", neuron)
    np.testing.assert_allclose(own.z, [-7.5, -2.5, -2.5, 2.5])
    np.testing.assert_allclose(own.outputs, 1 / (1 + np.exp(-own.z)))
    np.testing.assert_allclose(own.plane, run.plane)
    assert own.largest_error < 0.1
    assert own.note is None
    assert "your neuron" in run.note.en


def test_xor_never_gets_more_than_three_right():
    weights = np.arange(-8, 8.5, 1.0)
    found = [
        explore.compute_boundary(w1, w2, b, "XOR").right
        for w1, w2, b in itertools.product(weights, weights, np.arange(-12, 12.5, 1.5))
    ]
    assert max(found) == 3


@pytest.mark.parametrize("table", ["AND", "OR"])
def test_the_other_tables_can_be_split(table):
    bias = {"AND": -7.5, "OR": -2.5}[table]
    assert explore.compute_boundary(5.0, 5.0, bias, table).right == 4
    assert set(TABLES) == {"AND", "OR", "XOR"}


# 4b


def test_moons_are_two_equal_halves():
    points, labels = surface.moons(10, 0)
    assert points.shape == (10, 2)
    assert labels.sum() == 5


def test_the_networks_are_trained_by_gradient_descent():
    """All rates at once give what one network at a time gives."""
    X, y = surface.moons(surface.SAMPLES, 0)
    rng = np.random.default_rng(1000)
    layers = [(rng.normal(size=(2, 3)) * 1.0, np.zeros(3)), (rng.normal(size=(3, 2)), np.zeros(2))]
    layers[1] = (layers[1][0] * (2 / 3) ** 0.5, layers[1][1])
    for _ in range(surface.EPOCHS):
        order = rng.permutation(surface.SAMPLES)
        for start in range(0, surface.SAMPLES, surface.BATCH):
            rows = order[start : start + surface.BATCH]
            _, grads = gradients(layers, X[rows], y[rows], "relu")
            layers = [(W - 0.1 * dW, b - 0.1 * db) for (W, b), (dW, db) in zip(layers, grads, strict=True)]
    column = int(np.argmin(np.abs(np.array(surface.RATES) - 0.1)))
    together = surface._trained(3, 1)
    for (W, b), (Ws, bs) in zip(layers, together, strict=True):
        np.testing.assert_allclose(Ws[column], W, atol=1e-8)
        np.testing.assert_allclose(bs[column, 0], b, atol=1e-8)


def test_width_one_stays_a_straight_line():
    probability = explore.compute_surface(1, 1, 1.0).probability > 0.5
    slopes = {int(row.sum()) for row in probability}
    assert len(slopes) > 2
    changes = np.abs(np.diff(probability.astype(int), axis=1)).sum(axis=1)
    assert changes.max() <= 1


# 4c


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
@pytest.mark.parametrize("depth", [2, 7])
def test_layer_norms_are_those_of_a_plain_backward_pass(depth, activation):
    own = explore.compute_layers(depth, 1.3, activation)
    run = explore.compute_layers(depth, 1.3, activation, gradients)
    assert own.gradients.shape == own.spreads.shape == (depth + 1,)
    np.testing.assert_allclose(own.gradients, run.gradients, rtol=1e-9)
    assert "your network_loss_and_gradients" in run.note.en


# all of them


CASES = [
    (explore.neuron_boundary, {"w1": 5.0, "w2": 5.0, "b": -7.5}),
    (explore.decision_surface, {"width": 8, "learning_rate": 1.0}),
    (explore.layers, {"activation": "relu", "gain": 10**0.15}),
]


@pytest.mark.parametrize("spoken", ["en", "vi"])
@pytest.mark.parametrize(("build", "good"), CASES)
def test_default_fails_and_the_stated_setting_passes(monkeypatch, spoken, build, good):
    monkeypatch.setattr(language, "_chosen", spoken)
    live = build()
    assert ("✗ Not yet." if spoken == "en" else "✗ Chưa đạt.") in live.page
    for name, value in good.items():
        live.controls[name].value = value
    assert ("✓ Met." if spoken == "en" else "✓ Đã đạt.") in live.page
    assert not live.error


@pytest.mark.parametrize(("build", "_good"), CASES)
def test_every_setting_of_every_control_can_be_drawn(build, _good):
    live = build()
    texts = set()
    for widget in live.controls.values():
        options = getattr(widget, "options", None)
        ends = [value for _, value in options] if options else [widget.min, widget.max]
        if not options and hasattr(widget, "base"):
            ends = [widget.base**end for end in ends]
        for value in ends:
            widget.value = value
            assert not live.error
            texts.add(re.search(r'alt="([^"]*)"', live.page).group(1))
    assert len(texts) > len(live.controls)


@pytest.mark.parametrize(
    ("build", "function", "note"),
    [
        (explore.neuron_boundary, lambda x, w, b: 1.0, "returned one number"),
        (explore.layers, lambda layers, X, labels, activation: (0.0, []), "expected an array"),
        (explore.layers, lambda layers: None, "raised TypeError"),
    ],
)
@pytest.mark.usefixtures("english")
def test_a_wrong_answer_is_named_and_replaced(build, function, note):
    assert note in build(function).page


@pytest.mark.usefixtures("english")
def test_a_weightless_neuron_has_no_line():
    live = explore.neuron_boundary()
    live.controls["w1"].value = live.controls["w2"].value = 0.0
    assert not live.error
    assert "outputs at (0,0), (0,1), (1,0), (1,1): 0.50, 0.50, 0.50, 0.50" in live.page


@pytest.mark.parametrize(("build", "good"), CASES)
def test_a_move_is_quick_once_networks_are_trained(build, good):
    live = build()
    for name, value in good.items():
        live.controls[name].value = value
    times = []
    for _ in range(5):
        began = time.perf_counter()
        live.render()
        times.append(time.perf_counter() - began)
    assert min(times) < 0.1  # about 0.015 s; a loaded machine is slower


# for real


def test_accuracy_says_mean_and_spread_of_every_width():
    figure, alt = explore.draw_accuracy({4: [0.5, 0.6], 16: [0.8, 0.84]})
    assert "4: mean 0.550, spread 0.100; 16: mean 0.820, spread 0.040" in alt.en
    assert "16: trung bình 0.820" in alt.vi
    assert [tick.get_text() for tick in figure.axes[0].get_xticklabels()] == ["4", "16"]


@pytest.mark.parametrize("runs", [{}, {4: []}])
def test_accuracy_refuses_no_runs(runs):
    with pytest.raises(ValueError, match="at least one run"):
        explore.draw_accuracy(runs)


def test_accuracy_is_shown(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    assert explore.accuracy({4: [0.5]}) is None
    assert "<img alt=" in shown[0]._repr_html_()
