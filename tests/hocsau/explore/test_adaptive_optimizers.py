"""Explorers of lesson 3 against step-by-step runs, and the numbers their challenges promise."""

from __future__ import annotations

import re
import time

import numpy as np
import pytest

from hocsau import language
from hocsau.explore import adaptive_optimizers as explore
from hocsau.explore.adaptive_optimizers.optimizers import OPTIMIZERS, SURFACES, Settings, gradient, run, values
from hocsau.explore.adaptive_optimizers.sensitivity import draw_sensitivity
from hocsau.explore.adaptive_optimizers.step_arithmetic import arithmetic

SETTINGS = Settings(learning_rate=0.02, beta=0.8, beta1=0.7, beta2=0.95, eps=0.01, weight_decay=0.1)


def adam_step(theta, m, v, t, grad, learning_rate, beta1, beta2, eps):
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    root = np.sqrt(v / (1 - beta2**t))
    return theta - learning_rate * m / (1 - beta1**t) / (root + eps), m, v


def effective_rate(grads, learning_rate, eps):
    return learning_rate / np.sqrt(np.cumsum(grads**2, axis=0) + eps)


def stepped(name, surface, s, steps):
    """The same optimizers in NumPy, from their formulas."""
    theta, a, b = np.array(SURFACES[surface].start), np.zeros(2), np.zeros(2)
    path = [theta]
    for t in range(1, steps + 1):
        g = gradient(surface, theta + s.beta * a if name == "nesterov" else theta)
        if name == "gradient_descent":
            theta = theta - s.learning_rate * g
        elif name in ("momentum", "nesterov"):
            a = s.beta * a - s.learning_rate * g
            theta = theta + a
        elif name in ("adagrad", "rmsprop"):
            a = a + g**2 if name == "adagrad" else s.beta * a + (1 - s.beta) * g**2
            theta = theta - s.learning_rate * g / np.sqrt(a + s.eps)
        else:
            decay = s.learning_rate * s.weight_decay * theta if name == "adamw" else 0.0
            new, a, b = adam_step(theta, a, b, t, g, s.learning_rate, s.beta1, s.beta2, s.eps)
            theta = new - decay
        path.append(theta)
    return np.array(path)


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_runs_match_the_formulas(name, surface):
    settings = SETTINGS if surface != "beale" else Settings(learning_rate=1e-3, eps=0.01)
    ours = run(name, surface, settings, 25)
    assert ours.path.shape == (26, 2)
    np.testing.assert_allclose(ours.path, stepped(name, surface, settings, 25), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("surface", SURFACES)
def test_slopes_are_those_of_the_losses(surface):
    for point in np.random.default_rng(0).uniform(-1.5, 1.5, size=(5, 2)):
        for axis, direction in enumerate(np.eye(2) * 1e-5):
            ends = [SURFACES[surface].loss(*(point + sign * direction)) for sign in (1, -1)]
            difference = (ends[0] - ends[1]) / 2e-5
            assert gradient(surface, point)[axis] == pytest.approx(difference, rel=1e-5, abs=1e-6)
    place = SURFACES[surface]
    np.testing.assert_allclose(place.slope(*place.minimum), 0.0, atol=1e-12)
    assert place.loss(*place.minimum) == pytest.approx(place.least)


def test_a_run_that_diverges_stays_finite():
    far = run("momentum", "beale", Settings(learning_rate=2.0), 300)
    assert np.isfinite(far.path).all()
    assert values("beale", far.path)[-1] > 1e6


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_arithmetic_adds_up(name):
    ours = run(name, "ravine", SETTINGS, 10)
    said = arithmetic(name, ours, SETTINGS, 3).en
    assert "step 3" in said
    shown = re.search(r"Δθ = \((\S+), (\S+)\)", said)
    np.testing.assert_allclose([float(number) for number in shown.groups()], ours.path[3] - ours.path[2], rtol=1e-3)


def test_the_learners_adam_draws_adams_way():
    settings = Settings(learning_rate=0.3)
    own = explore.compute_surfaces("beale", settings)
    theirs = explore.compute_surfaces("beale", settings, adam_step)
    np.testing.assert_allclose(own.losses["adam"], theirs.losses["adam"], rtol=1e-4, atol=1e-9)
    assert own.note is None
    assert "your adam_step" in theirs.note.en


def test_rates_are_those_of_the_closed_form():
    own = explore.compute_rates(16, 200, 1e-8)
    theirs = explore.compute_rates(16, 200, 1e-8, effective_rate)
    np.testing.assert_allclose(own.adagrad, theirs.adagrad)
    assert own.adagrad.shape == own.rmsprop.shape == own.adam.shape == (200, 2)
    assert own.ratio == pytest.approx(np.sqrt(200 / 12), rel=1e-6)
    met = [p for p in range(1, 51) if explore.compute_rates(p, 200, 1e-8).met]
    assert met == list(range(16, 51))


CHALLENGES = [
    (explore.surfaces, adam_step, {"learning_rate": 0.5}),
    (explore.rates, effective_rate, {"period": 16}),
]


@pytest.mark.parametrize("spoken", ["en", "vi"])
@pytest.mark.parametrize("given", [False, True])
@pytest.mark.parametrize(("build", "function", "setting"), CHALLENGES)
def test_default_fails_and_the_stated_setting_passes(monkeypatch, spoken, given, build, function, setting):
    monkeypatch.setattr(language, "_chosen", spoken)
    live = build(function) if given else build()
    assert ("✗ Not yet." if spoken == "en" else "✗ Chưa đạt.") in live.page
    for name, value in setting.items():
        live.controls[name].value = value
    assert ("✓ Met." if spoken == "en" else "✓ Đã đạt.") in live.page
    assert ("hocsau-note" in live.page) is given
    assert not live.error


@pytest.mark.parametrize("build", [explore.surfaces, explore.rates])
def test_ends_of_every_slider_can_be_drawn(build):
    live = build()
    for widget in live.controls.values():
        start = widget.value
        ends = [v for _, v in widget.options] if hasattr(widget, "options") else [widget.min, widget.max]
        for end in ends:
            widget.value = end
            assert not live.error
        widget.value = start


def test_another_surface_is_another_picture_and_no_easier_challenge(monkeypatch):
    monkeypatch.setattr(language, "_chosen", "en")
    live = explore.surfaces()
    live.controls["learning_rate"].value = 0.5
    assert "✓ Met." in live.page
    live.controls["surface"].value = "ravine"
    assert "✗ Not yet." in live.page
    assert "ravine" in live.page
    live.controls["surface"].value = "beale"
    assert "✓ Met." in live.page


def test_the_race_is_fast_enough_to_follow_a_slider():
    explore.compute_surfaces("beale", Settings())
    times = []
    for rate in np.linspace(0.01, 0.4, 9):
        began = time.perf_counter()
        explore.compute_surfaces("beale", Settings(learning_rate=float(rate)))
        times.append(time.perf_counter() - began)
    assert min(times) < 0.03


@pytest.mark.parametrize(
    ("build", "function", "note"),
    [
        (explore.surfaces, lambda *_: (np.zeros(3), np.zeros(3), np.zeros(3)), "Your adam_step"),
        (explore.rates, lambda grads, rate, eps: grads[0], "expected an array of shape (200, 2)"),
    ],
)
def test_a_wrong_answer_is_named_and_replaced(monkeypatch, build, function, note):
    monkeypatch.setattr(language, "_chosen", "en")
    wrong, own = build(function), build()
    assert note in wrong.page
    assert wrong.page.split("<em>")[0].startswith(own.page)


RATES = [0.001, 0.01, 0.1]
TABLES = {
    "adam": [[0.7, 0.8], [0.74, 0.78], [0.1, 0.2]],
    "momentum": [[0.1, 0.1], [0.3, 0.5], [0.9, np.nan]],
}


def test_sensitivity_says_the_best_and_the_width():
    figure, alt = draw_sensitivity(RATES, TABLES)
    assert "Adam: 0.760 at 0.01, good over 1.0 decades" in alt.en
    assert "momentum: 0.450 at 0.1, good over 0.0 decades" in alt.en
    assert "Adam: 0.760 tại 0.01" in alt.vi
    assert len(figure.axes[0].get_lines()) == 4


def test_sensitivity_is_shown(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    assert explore.sensitivity(RATES, TABLES) is None
    assert "<img alt=" in shown[0]._repr_html_()


@pytest.mark.parametrize(("tables", "message"), [({}, "at least one"), ({"adam": [[0.5]]}, "adam: expected")])
def test_sensitivity_refuses_what_does_not_fit(tables, message):
    with pytest.raises(ValueError, match=message):
        explore.sensitivity(RATES, tables)
