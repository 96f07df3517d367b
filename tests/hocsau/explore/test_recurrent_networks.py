"""Explorers of lesson 6 against autograd and closed forms, and the numbers the lesson states."""

from __future__ import annotations

import re
import time
from importlib import import_module

import numpy as np
import pytest
import torch

from grader.course.reference import answers
from hocsau import language
from hocsau.explore import recurrent_networks as explore
from hocsau.explore.recurrent_networks.gates import toy_signal

time_module = import_module("hocsau.explore.recurrent_networks.through_time")

ANSWERS = answers("recurrent_networks")


@pytest.fixture
def english(monkeypatch):
    monkeypatch.setattr(language, "_chosen", "en")


# 6a


@pytest.mark.parametrize("setting", [(1.0, 0.0, -5.0, 2.0), (4.5, -8.0, -5.0, 2.0), (3.0, -20.0, 2.0, -6.0)])  # fmt: skip
def test_the_gates_are_those_of_an_lstm_cell(setting):
    own, run = explore.compute_gates(*setting), explore.compute_gates(*setting, ANSWERS["lstm_cell"])  # fmt: skip
    np.testing.assert_allclose(own.c, run.c, atol=1e-13)
    np.testing.assert_allclose(own.h, run.h, atol=1e-13)
    assert own.note is None
    assert "your lstm_cell" in run.note.en
    assert ((own.gates >= 0) & (own.gates <= 1)).all()


@pytest.mark.parametrize(
    ("setting", "kept", "left"),
    [
        ((1.0, 0.0, -5.0, 2.0), "0.3", "-0.0"),
        ((4.5, 0.0, -5.0, 2.0), "61.2", "54.5"),
        ((4.5, -8.0, -5.0, 2.0), "61.2", "1.8"),
        ((6.0, -8.0, -5.0, 2.0), "89.9", "10.6"),
    ],
)
def test_gate_numbers_of_the_lesson(setting, kept, left):
    state = explore.compute_gates(*setting)
    assert (f"{100 * state.kept:.1f}", f"{100 * state.left:.1f}") == (kept, left)


def test_the_output_gate_changes_what_is_shown_and_not_what_is_kept():
    open_, shut = (explore.compute_gates(4.5, -8.0, -5.0, b) for b in (6.0, -6.0))
    np.testing.assert_array_equal(open_.c, shut.c)
    assert np.abs(shut.h).max() < 0.01 < np.abs(open_.h).max()


def test_the_toy_signal_has_one_message_and_one_reset():
    xs = toy_signal()
    assert xs.shape == (80, 3)
    assert xs[:, 1:].sum(axis=0).tolist() == [1.0, 1.0]


# 6b


@pytest.mark.parametrize("b_f", [0.0, 1.0, 4.9, 5.0])
def test_retention_is_a_power_of_the_gate(b_f):
    own = explore.compute_retention(b_f, 60)
    run = explore.compute_retention(b_f, 60, ANSWERS["lstm"])
    gate = 1 / (1 + np.exp(-b_f))
    np.testing.assert_allclose(own.cs, gate ** np.arange(61), rtol=1e-12)
    np.testing.assert_allclose(run.cs, own.cs, atol=1e-12)
    assert gate ** explore.half_life(b_f) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("b_f", "gate", "left", "half"),
    [
        (0, "0.5", "8.9e-16", "1.0"),
        (1, "0.731", "1.6e-07", "2.2"),
        (3, "0.953", "0.088", "14.3"),
        (5, "0.993", "0.71", "103.2"),
    ],
)
def test_the_table_of_retention(b_f, gate, left, half):
    assert f"{1 / (1 + np.exp(-b_f)):.3g}" == gate
    assert f"{explore.compute_retention(b_f, 50).cs[-1]:.2g}" == left
    assert f"{explore.half_life(b_f):.1f}" == half


def test_half_life_nearly_triples_with_each_unit_of_the_bias():
    for b_f in (2.0, 4.0, 5.0):
        assert 2.6 < explore.half_life(b_f + 1) / explore.half_life(b_f) < np.e
    assert explore.half_life(5.0) == pytest.approx(np.log(2) * np.exp(5.0), rel=0.01)


# 6c


def torch_step(kind, W, u, bias, state):
    """One step in torch, written from the lesson's equations; state is h, or h and c together."""
    h, c = state[:32], state[32:]
    a = torch.stack([block @ h for block in W])
    if kind == "RNN":
        return torch.tanh(a[0] + u[0])
    if kind == "LSTM":
        i, f = torch.sigmoid(a[0] + u[0]), torch.sigmoid(a[1] + u[1] + bias)
        c = f * c + i * torch.tanh(a[2] + u[2])
        return torch.cat([torch.sigmoid(a[3] + u[3]) * torch.tanh(c), c])
    r, z = torch.sigmoid(a[0] + u[0]), torch.sigmoid(a[1] + u[1] + bias)
    return (1 - z) * torch.tanh(u[2] + r * a[2]) + z * h


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_the_jacobians_are_autograds(kind):
    W, u = time_module._start(kind, 5)
    radius, bias, seed = 1.3, 2.0, 1
    steps, _ = time_module.jacobians(kind, radius, bias, 5)
    state = torch.zeros(64 if kind == "LSTM" else 32, dtype=torch.float64)
    for t in range(5):
        inputs = torch.tensor(u[t, :, seed])

        def step(state, inputs=inputs):
            return torch_step(kind, torch.tensor(radius * W[:, seed]), inputs, bias, state)

        expected = torch.autograd.functional.jacobian(step, state)
        np.testing.assert_allclose(steps[t, seed], expected.numpy(), atol=1e-12)
        state = step(state)


def test_norms_are_those_of_the_learners_function():
    own = explore.compute_through_time(1.2, 1.0, 30)
    run = explore.compute_through_time(1.2, 1.0, 30, ANSWERS["gradient_through_time"])
    for kind in ("RNN", "LSTM", "GRU"):
        np.testing.assert_allclose(own.norms[kind], run.norms[kind], rtol=1e-9)
        assert own.norms[kind][0] == pytest.approx(1.0)
    assert own.back[[0, -1]].tolist() == [0, 30]
    assert "your gradient_through_time" in run.note.en


@pytest.mark.parametrize(
    ("kind", "radius", "bias", "stated"),
    [
        ("RNN", 0.9, 1.0, "1.9e-08"),
        ("RNN", 1.0, 1.0, "1.3e-06"),
        ("RNN", 1.5, 1.0, "2.0e-01"),
        ("RNN", 2.0, 1.0, "8.7e+00"),
        ("RNN", 3.0, 1.0, "2.2e+06"),
        ("LSTM", 0.9, 0.0, "1.9e-09"),
        ("LSTM", 0.9, 1.0, "2.1e-03"),
        ("LSTM", 0.9, 3.0, "1.9e+01"),
    ],
)
def test_gradient_numbers_of_the_lesson(kind, radius, bias, stated):
    assert f"{explore.compute_through_time(radius, bias, 50).norms[kind][-1]:.1e}" == stated


# all of them


CASES = [
    (explore.gates, {"b_f": 4.5, "w_f": -8.0}),
    (explore.retention, {"b_f": 5.0, "T": 100}),
    (explore.through_time, {"radius": 1.5, "bias": 2.0}),
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


def test_no_radius_alone_meets_the_challenge_at_a_gate_bias_of_zero():
    for radius in np.arange(0.5, 3.01, 0.25):
        assert not explore.compute_through_time(float(radius), 0.0, 50).met


@pytest.mark.parametrize(("build", "_good"), CASES)
def test_every_setting_of_every_control_can_be_drawn(build, _good):
    live = build()
    texts = set()
    for widget in live.controls.values():
        for value in (widget.min, widget.max):
            widget.value = value
            assert not live.error
            texts.add(re.search(r'alt="([^"]*)"', live.page).group(1))
    assert len(texts) > len(live.controls)


@pytest.mark.parametrize(
    ("build", "function", "note"),
    [
        (explore.gates, lambda x, h, c, *weights: (h, c, c), "raised ValueError"),
        (explore.retention, lambda *given: None, "raised TypeError"),
        (explore.through_time, lambda W, hs: hs.norm(dim=1)[:3], "expected an array"),
    ],
)
@pytest.mark.usefixtures("english")
def test_a_wrong_answer_is_named_and_replaced(build, function, note):
    assert note in build(function).page


@pytest.mark.parametrize("build", [build for build, _ in CASES])
@pytest.mark.usefixtures("english")
def test_an_unwritten_answer_is_replaced(build):
    def unwritten(*given):
        raise NotImplementedError

    assert "is not written yet" in build(unwritten).page


@pytest.mark.parametrize(("build", "good"), CASES)
def test_a_move_is_quick(build, good):
    live = build()
    name, value = next(iter(good.items()))
    times = []
    for k in range(6):
        widget = live.controls[name]
        began = time.process_time()
        widget.value = value - k * widget.step
        times.append(time.process_time() - began)
    assert min(times) < 0.1  # 0.01 to 0.05 s


# for real


def test_the_error_is_the_root_of_the_mean_square():
    assert explore.root_mean_square(torch.tensor([[1.0], [4.0]]), [[1.0], [1.0]]) == pytest.approx(4.5**0.5)
    with pytest.raises(ValueError, match="shape"):
        explore.root_mean_square(np.zeros(3), np.zeros((3, 1)))


def test_a_forecast_is_drawn_with_its_error():
    times = np.datetime64("2011-01-01T00") + np.arange(4)
    figure, alt = explore.draw_forecast(times, [[1.0], [2.0], [3.0], [4.0]], {"LSTM": np.full((4, 1), 2.5), "mine": np.arange(4.0)}, "rentals")  # fmt: skip
    assert alt.en == "Forecasts over 4 true values: LSTM (error 1.1); mine (error 1.0); "
    assert alt.vi.startswith("Các dự báo vẽ trên 4 giá trị thật")
    assert figure.axes[0].get_ylabel() in ("rentals per hour", "lượt thuê mỗi giờ")
    with pytest.raises(ValueError, match="at least one"):
        explore.draw_forecast(times, np.zeros(4), {})


def test_errors_are_drawn_with_their_means():
    _, alt = explore.draw_errors({"persistence": [2.0, 4.0], "line": [1.0, 1.0]}, ["1", "2"])
    assert "persistence (mean 3.0); linear autoregression (mean 1.0)" in alt.en
    assert "tự hồi quy tuyến tính (trung bình 1.0)" in alt.vi
    with pytest.raises(ValueError, match="one number per stretch"):
        explore.draw_errors({"line": [1.0]}, ["1", "2"])


def test_pictures_are_shown(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    explore.errors({"line": [1.0]}, ["1"])
    explore.forecast(np.arange(2), np.zeros(2), {"line": np.ones(2)})
    assert all("<img alt=" in picture._repr_html_() for picture in shown)
