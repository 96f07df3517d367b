"""Pictures: the text is there and escaped, nothing global changes, matplotlib waits until it is needed."""

from __future__ import annotations

import base64
import io
import itertools
import re
import subprocess
import sys
from html.parser import HTMLParser

import matplotlib
import numpy as np
import pytest
from PIL import Image

from hocsau import language, plots
from hocsau.language import Text

NASTY = '"><script>alert(1)</script> J < 1 & η'


class _Images(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self.others: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.found.append(dict(attrs))
        else:
            self.others.append(tag)


def parsed(markup: str) -> _Images:
    parser = _Images()
    parser.feed(markup)
    return parser


def a_figure() -> object:
    figure = plots.new_figure(3, 2)
    figure.subplots().plot([0, 1, 2], [3, 1, 2])
    return figure


def linear(colour: str) -> np.ndarray:
    """sRGB "#rrggbb" as linear light."""
    values = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def seen_without_red_cones(colour: str) -> np.ndarray:
    """Viénot, Brettel & Mollon 1999: what a protanope sees, in linear light."""
    matrix = np.array([[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]])
    return matrix @ linear(colour)


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_image_carries_picture_and_escaped_text(kind):
    found = parsed(plots.image(a_figure(), NASTY, kind))
    assert not found.others
    assert found.found[0]["alt"] == NASTY
    said, code = re.fullmatch(r"data:image/(\w+);base64,(.*)", found.found[0]["src"]).groups()
    assert said == kind
    with Image.open(io.BytesIO(base64.b64decode(code))) as picture:
        assert picture.format.lower() == kind
        assert picture.width > picture.height > 100


@pytest.mark.parametrize("spoken", ["en", "vi"])
def test_text_is_in_the_learners_language(monkeypatch, spoken):
    monkeypatch.setattr(language, "_chosen", spoken)
    text = Text.of("a line", vi="một đường")
    assert parsed(plots.image(a_figure(), text)).found[0]["alt"] == text.say(spoken)


@pytest.mark.parametrize("empty", ["", "  ", Text.of("", vi="")])
def test_a_picture_without_text_is_refused(empty):
    with pytest.raises(ValueError, match="needs a text"):
        plots.image(a_figure(), empty)


def test_an_unknown_format_is_refused():
    with pytest.raises(ValueError, match='"png" or "jpeg"; got \'gif\''):
        plots.image(a_figure(), "text", "gif")


def test_same_figure_same_bytes():
    assert plots.image(a_figure(), "a") == plots.image(a_figure(), "a")


def test_show_displays_html_and_plain_text(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    plots.show(a_figure(), Text.of("a line", vi="một đường"))
    (picture,) = shown
    assert parsed(picture._repr_html_()).found[0]["alt"] == repr(picture)
    assert repr(picture) == Text.of("a line", vi="một đường").say()


def test_show_prints_the_text_where_there_is_no_notebook(capsys):
    plots.show(a_figure(), Text.of("a falling line", vi="một đường đi xuống"))
    assert capsys.readouterr().out.strip() in ("a falling line", "một đường đi xuống")


def test_what_draws_a_figure_shows_it(capsys):
    def draw(name, *, times=1):
        """A figure and its text."""
        return a_figure(), Text(name * times)

    show = plots.shown(draw)
    assert show("falling ", times=2) is None
    assert capsys.readouterr().out.strip() == "falling falling"
    assert show.__doc__ == draw.__doc__


def test_a_figure_of_pyplot_is_closed_and_the_others_stay(monkeypatch):
    monkeypatch.setattr("IPython.display.display", lambda _picture: None)
    from matplotlib import pyplot

    pyplot.switch_backend("agg")
    kept, shown = pyplot.figure(), pyplot.figure()
    try:
        plots.show(shown, Text.of("t", vi="t"))
        assert pyplot.get_fignums() == [kept.number]
        plots.show(a_figure(), Text.of("t", vi="t"))
        assert pyplot.gcf() is kept
    finally:
        pyplot.close("all")


def test_style_changes_no_global_setting():
    before = dict(matplotlib.rcParams)
    plots.image(a_figure(), "a")
    assert dict(matplotlib.rcParams) == before


def test_axes_are_born_in_style():
    axes = plots.new_figure().subplots(1, 2)[1]
    lines = [axes.plot([0, 1], [k, k + 1])[0] for k in range(3)]
    assert tuple(line.get_color() for line in lines) == plots.PALETTE[:3]
    assert len({str(line._dash_pattern) for line in lines}) == 3
    assert not axes.spines["top"].get_visible()


@pytest.mark.parametrize("pair", list(itertools.combinations(plots.PALETTE[:4], 2)))
def test_colours_stay_apart_for_a_protanope(pair):
    one, other = (seen_without_red_cones(colour) for colour in pair)
    assert np.abs(one - other).max() > 0.08


def test_the_colour_test_can_fail():
    one, other = seen_without_red_cones("#CC0000"), seen_without_red_cones("#1A4400")
    assert np.abs(one - other).max() < 0.08


@pytest.mark.parametrize(("values", "labels"), [([400, 8000], ["500", "1000", "2000", "5000"]), ([1e-5, 1e-1], None)])
def test_a_short_logarithmic_axis_has_plain_numbers(values, labels):
    figure = plots.new_figure()
    axes = figure.subplots()
    axes.set_xscale("log")
    axes.plot(values, values)
    plots.logarithmic(axes.xaxis)
    figure.draw_without_rendering()
    low, high = axes.get_xlim()
    texts = [label.get_text() for label in axes.get_xticklabels() if low <= label.get_position()[0] <= high]
    if labels is not None:
        assert texts == labels
    else:
        assert all("10^" in text for text in texts)
    assert not any(label.get_text() for label in axes.get_xticklabels(minor=True))


def modules_after(program: str) -> set[str]:
    run = [sys.executable, "-c", f"{program}\nimport sys\nprint(*sys.modules)"]
    return set(subprocess.run(run, capture_output=True, text=True, check=True).stdout.split())


def test_matplotlib_waits_until_the_first_picture():
    assert "matplotlib" not in modules_after("import hocsau, hocsau.plots")
    assert "matplotlib" in modules_after("import hocsau.plots as p; p.new_figure()")


def test_pyplot_is_never_loaded():
    program = "from hocsau.explore import gradient_descent as g, momentum as m\n{}"
    made = modules_after(program.format("g.learning_rate(); m.rate_map()"))
    assert "matplotlib.pyplot" not in made
    assert "matplotlib.pyplot" in modules_after(program.format("import matplotlib.pyplot"))
