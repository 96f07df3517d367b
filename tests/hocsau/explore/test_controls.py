"""Sliders and choices as ipywidgets: their kinds and starts, the place that comes next, no echo."""

from __future__ import annotations

import ipywidgets
import numpy as np
import pytest

from hocsau import language
from hocsau.explore.controls import Choice, Slider, next_place
from hocsau.language import Text

A = Slider("a", Text.of("a number", vi="một số"), 0, 5, 1, 2, format="d")
B = Slider("b", Text.of("rate", vi="tốc độ"), 0.001, 1.0, 0.1, 0.1, log=True)


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setattr(language, "_chosen", "en")


@pytest.mark.parametrize(
    ("control", "kind", "value"),
    [
        (A, ipywidgets.IntSlider, 2),
        (Slider("x", Text.of("x", vi="x"), 0.0, 1.0, 0.1, 0.5), ipywidgets.FloatSlider, 0.5),
        (B, ipywidgets.FloatLogSlider, 0.1),
        (
            Choice("c", Text.of("c", vi="c"), ((1, Text.of("one", vi="một")), (2, Text.of("two", vi="hai"))), 2),
            ipywidgets.Dropdown,
            2,
        ),
    ],
)
def test_controls(control, kind, value):
    widget = control.widget()
    assert isinstance(widget, kind)
    assert widget.value == value
    assert widget.description == control.label.en


def test_the_start_of_a_logarithmic_slider_is_on_its_grid():
    widget = Slider("r", Text.of("r", vi="r"), 0.0005, 1.0, 0.05, 0.1, log=True).widget()
    steps = (np.log10(widget.value) - widget.min) / widget.step
    assert steps == pytest.approx(round(steps), abs=1e-9)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Slider("a", Text.of("a", vi="a"), 0, 5, 1, 6), "a starts at 6, outside 0 to 5"),
        (
            lambda: Slider("a", Text.of("a", vi="a"), 0.0, 5, 1, 1, log=True),
            "must be positive; got low=0.0",
        ),
        (
            lambda: Choice("c", Text.of("c", vi="c"), ((1, Text.of("", vi="")),), 2),
            "c starts at 2, which is none",
        ),
    ],
)
def test_impossible_controls_are_refused(build, message):
    with pytest.raises(ValueError, match=message):
        build()


@pytest.mark.parametrize(
    ("widget", "old", "new", "following"),
    [
        (ipywidgets.IntSlider(min=0, max=5), 2, 3, 4),
        (ipywidgets.IntSlider(min=0, max=5), 4, 5, None),
        (ipywidgets.IntSlider(min=0, max=5), 1, 0, None),
        (ipywidgets.FloatSlider(min=0.5, max=3.0), 0.85, 0.9, 0.95),
        (ipywidgets.FloatLogSlider(), 1.0, 10.0, None),
        (ipywidgets.Dropdown(options=[1, 2, 3]), 1, 2, None),
    ],
)
def test_the_place_that_comes_next(widget, old, new, following):
    assert next_place(widget, old, new) == following


def test_a_move_of_a_slider_is_not_sent_back():
    for control in (A, B, Slider("x", Text.of("x", vi="x"), 0.0, 1.0, 0.1, 0.5)):
        assert control.widget().trait_metadata("value", "echo_update") is False
        assert control.widget().trait_metadata("value", "sync") is True
