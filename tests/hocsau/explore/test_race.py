"""The race for real: every curve in both panels, and its end in the text."""

from __future__ import annotations

import numpy as np
import pytest

from hocsau.explore import gradient_descent as explore
from hocsau.explore.gradient_descent.race import draw_race


def curves(points=4):
    t = np.arange(points)
    return {
        "batch": (t * 100, t * 0.001, 5.0 * 0.5**t),
        "stochastic": (t * 100, t * 0.1, 5.0 * 0.2**t),
        "trượt": (t * 100, t * 0.01, 5.0 + 0 * t),
    }


@pytest.mark.parametrize("optimum", [None, 0.01])
def test_race_draws_every_curve_twice_and_says_where_it_ends(optimum):
    figure, alt = draw_race(curves(), optimum)
    panels = figure.axes
    assert [len(axes.get_lines()) for axes in panels] == [3, 3]
    np.testing.assert_allclose(panels[1].get_lines()[0].get_xdata(), [0.001, 0.002, 0.003])
    expected = 5.0 * 0.5 ** np.arange(1, 4) - (optimum or 0.0)
    np.testing.assert_allclose(panels[0].get_lines()[0].get_ydata(), expected)
    looks = {(line.get_marker(), str(line._dash_pattern)) for line in panels[0].get_lines()}
    assert len(looks) == 3
    for said in (alt.en, alt.vi):
        assert f"{expected[-1]:.3g}" in said
        assert "trượt" in said
    assert "300 samples" in alt.en


def test_race_is_shown(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    assert explore.race(curves()) is None
    assert "<img alt=" in shown[0]._repr_html_()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "at least one curve"),
        ({"batch": ([1, 2], [1, 2], [1, 2, 3])}, r"batch: .* shapes \(2,\), \(2,\), \(3,\)"),
        ({"batch": ([[1]], [[1]], [[1]])}, "1-d arrays of one length"),
    ],
)
def test_race_refuses_what_is_no_race(given, message):
    with pytest.raises(ValueError, match=message):
        explore.race(given)
