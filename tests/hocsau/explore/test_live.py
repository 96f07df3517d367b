"""The blitted figure: it shows what a full drawing would, its texts follow, and nothing is lost in a callback."""

from __future__ import annotations

import asyncio
import html
import re

import ipywidgets
import nbformat
import numpy as np
import pytest
from nbconvert import HTMLExporter

from hocsau import language, plots
from hocsau.explore.controls import next_place
from hocsau.explore.live import Choice, Live, Slider
from hocsau.language import Text

A = Slider("a", Text("a number", "một số"), 0, 5, 1, 2, format="d")
B = Slider("b", Text("rate", "tốc độ"), 0.001, 1.0, 0.1, 0.1, log=True)


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setattr(language, "_chosen", "en")


def line_figure():
    figure = plots.new_figure(3, 2)
    axes = figure.subplots()
    axes.set(xlim=(0, 1), ylim=(0, 5))
    (line,) = axes.plot([0, 1], [0, 0], linestyle="-")
    return figure, axes, line


def make(update=None, **options):
    figure, _, line = line_figure()

    def move(a):
        line.set_ydata([0, a])
        return [line]

    options = {"alt": lambda a: Text(f"a line up to {a}", f"đường tới {a}"), **options}
    return Live(figure, [A], update or move, **options)


def pixels(live):
    return np.asarray(live._canvas.buffer_rgba()).copy()


def alt_of(markup):
    return html.unescape(re.search(r'<img alt="([^"]*)"', markup).group(1))


def count_draws(live, monkeypatch):
    count = []
    draw = live._canvas.draw
    monkeypatch.setattr(live._canvas, "draw", lambda: (count.append(1), draw()))
    return count


def test_a_moved_slider_shows_what_a_full_drawing_shows():
    moved, fresh = make(), make()
    for value in (5, 1, 3):
        moved.controls["a"].value = value
    fresh.controls["a"].value = 3
    np.testing.assert_array_equal(pixels(moved), pixels(fresh))
    fresh.controls["a"].value = 4
    assert (pixels(moved) != pixels(fresh)).any()  # the comparison can fail


def test_a_move_draws_no_full_figure(monkeypatch):
    live = make()
    count = count_draws(live, monkeypatch)
    for value in (0, 1, 5):
        live.controls["a"].value = value
    assert not count


def test_none_draws_everything(monkeypatch):
    figure, axes, _ = line_figure()

    def update(a):
        axes.set_title(f"title {a}")

    live = Live(figure, [A], update, alt=lambda a: Text("t", "t"))
    before, count = pixels(live), count_draws(live, monkeypatch)
    live.controls["a"].value = 3
    assert len(count) == 1
    assert (pixels(live) != before).any()


def test_an_artist_returned_later_leaves_no_trace_behind():
    def build():
        figure, axes, line = line_figure()
        (other,) = axes.plot([0, 1], [5, 5], linestyle="-", color="black")

        def update(a):
            line.set_ydata([0, a])
            other.set_ydata([a, a])
            return [line, other] if a > 2 else [line]

        return Live(figure, [A], update, alt=lambda a: Text("t", "t"))

    moved, fresh = build(), build()
    for value in (1, 5, 4):
        moved.controls["a"].value = value
    fresh.controls["a"].value = 4
    np.testing.assert_array_equal(pixels(moved), pixels(fresh))


@pytest.mark.parametrize("spoken", ["en", "vi"])
def test_texts_follow_the_slider_in_the_learners_language(monkeypatch, spoken):
    monkeypatch.setattr(language, "_chosen", spoken)
    live = make(
        status=lambda a: Text(f"now {a} < 9", f"nay {a} < 9"),
        challenge=Text("reach 4", "đạt 4"),
        met=lambda a: a >= 4,
        note=lambda a: Text("own", "riêng") if a == 3 else None,
    )
    english = spoken == "en"
    assert alt_of(live.page) == ("a line up to 2" if english else "đường tới 2")
    assert ("✗ Not yet." if english else "✗ Chưa đạt.") in live.page
    assert "hocsau-note" not in live.page
    live.controls["a"].value = 3
    assert ("own" if english else "riêng") in live.page
    live.controls["a"].value = 4
    assert alt_of(live.page) == ("a line up to 4" if english else "đường tới 4")
    assert (
        f'class="hocsau-status" style="{_STYLE}">{"now" if english else "nay"} 4 &lt; 9<'
        in live.page
    )
    assert ("✓ Met." if english else "✓ Đã đạt.") in live.page
    assert live.controls["a"].description == A.label.say(spoken)


_STYLE = "margin: 0.3em 0; line-height: 1.4"


def test_an_error_is_shown_and_the_next_good_value_clears_it():
    def update(a):
        raise_on = {3: "<b>odd</b>"}
        if a in raise_on:
            raise KeyError(raise_on[a])
        return []

    live = make(update)
    before = live.page
    live.controls["a"].value = 3
    assert '<pre role="alert"' in live.page
    assert (
        "The picture could not be drawn: KeyError: &#x27;&lt;b&gt;odd&lt;/b&gt;&#x27;" in live.page
    )
    assert "KeyError" in live.error
    assert alt_of(live.page) == alt_of(before)  # the last good picture stays
    live.controls["a"].value = 2
    assert not live.error
    assert live.page == before


@pytest.mark.parametrize("callback", ["alt", "status", "met", "note"])
def test_an_error_in_any_callback_is_shown(callback):
    def broken(a):
        raise RuntimeError("here")

    options = {"challenge": Text("c", "c"), "met": lambda a: True, callback: broken}
    assert "RuntimeError: here" in make(**options).page


def test_pages_without_a_kernel_get_a_png_with_its_text():
    live = make(status=lambda a: Text(f"now {a}", f"nay {a}"))
    live.controls["a"].value = 5
    bundle = live._repr_mimebundle_(include=None, exclude=None)
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == live.widget.model_id
    assert alt_of(bundle["text/html"]) == bundle["text/plain"] == "a line up to 5"
    assert "data:image/png;base64," in bundle["text/html"]
    assert "now 5" in bundle["text/html"]


def test_a_live_figure_that_failed_from_the_start_still_says_why():
    def update(a):
        raise RuntimeError("from the start")

    bundle = make(update)._repr_mimebundle_()
    assert "from the start" in bundle["text/plain"]
    assert "text/html" not in bundle


def test_a_challenge_needs_its_test():
    with pytest.raises(ValueError, match="needs both"):
        make(challenge=Text("c", "c"))


def test_page_helper_sits_among_the_sliders():
    live = make()
    assert "hocsau-explorer" in live.widget._dom_classes
    esm = str(live.widget.children[-1]._esm)
    assert all(word in esm for word in ("aria-label", '"role", "status"', "aria-live"))


@pytest.mark.parametrize(
    ("control", "kind", "value"),
    [
        (A, ipywidgets.IntSlider, 2),
        (Slider("x", Text("x", "x"), 0.0, 1.0, 0.1, 0.5), ipywidgets.FloatSlider, 0.5),
        (B, ipywidgets.FloatLogSlider, 0.1),
        (
            Choice("c", Text("c", "c"), ((1, Text("one", "một")), (2, Text("two", "hai"))), 2),
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
    widget = Slider("r", Text("r", "r"), 0.0005, 1.0, 0.05, 0.1, log=True).widget()
    steps = (np.log10(widget.value) - widget.min) / widget.step
    assert steps == pytest.approx(round(steps), abs=1e-9)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Slider("a", Text("a", "a"), 0, 5, 1, 6), "a starts at 6, outside 0 to 5"),
        (
            lambda: Slider("a", Text("a", "a"), 0.0, 5, 1, 1, log=True),
            "must be positive; got low=0.0",
        ),
        (
            lambda: Choice("c", Text("c", "c"), ((1, Text("", "")),), 2),
            "c starts at 2, which is none",
        ),
    ],
)
def test_impossible_controls_are_refused(build, message):
    with pytest.raises(ValueError, match=message):
        build()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_nbconverts_page_shows_the_picture_and_its_text():
    live = make(status=lambda a: Text(f"now {a}", f"nay {a}"))
    live.controls["a"].value = 5
    output = nbformat.v4.new_output("execute_result", live._repr_mimebundle_(), execution_count=1)
    cell = nbformat.v4.new_code_cell("explorer", outputs=[output], execution_count=1)
    page, _ = HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    assert page.count('<img alt="a line up to 5"') == 1
    assert "now 5" in page
    assert live.widget.model_id not in page


def two_panels():
    """Two axes with a line and two texts of one height each; what `update` touches is told by `a` and `b`."""
    figure = plots.new_figure(5, 2)
    left, right = figure.subplots(1, 2)
    lines = [axes.plot([0, 1], [0, 0])[0] for axes in (left, right)]
    texts = [axes.text(0.1, y, "0") for axes in (left, right) for y in (0.2, 0.6)]
    for axes in (left, right):
        axes.set(xlim=(0, 1), ylim=(0, 5))

    def update(a, b):
        if lines[0].get_ydata()[1] != a:
            lines[0].set_ydata([0, a])
            texts[0].set_text(str(a))
        if lines[1].get_ydata()[1] != b:
            lines[1].set_ydata([0, b])
            texts[3].set_text(str(b))
        return [*lines, *texts]

    other = Slider("b", Text("another", "số khác"), 0, 5, 1, 2, format="d")
    return (
        Live(figure, [A, other], update, alt=lambda a, b: Text(f"{a} {b}", f"{a} {b}")),
        lines,
        texts,
    )


def test_only_what_was_touched_and_what_lies_above_it_is_drawn_again(monkeypatch):
    live, lines, texts = two_panels()
    drawn = []
    for artist in (*lines, *texts):
        plain = artist.draw
        monkeypatch.setattr(artist, "draw", lambda renderer, artist=artist, plain=plain: (drawn.append(artist), plain(renderer)))  # fmt: skip
    live.controls["a"].value = 3  # the first move keeps what stands still
    drawn.clear()
    live.controls["a"].value = 4
    assert drawn == [lines[0], texts[1], texts[0]]
    drawn.clear()
    live.controls["b"].value = 1  # another slider: the left panel stands still now
    assert {id(artist) for artist in drawn} >= {id(lines[1]), id(texts[3]), id(lines[0])}
    drawn.clear()
    live.controls["b"].value = 5
    assert drawn == [lines[1], texts[2], texts[3]]


def test_panels_that_take_turns_show_what_a_fresh_figure_shows():
    moved, *_ = two_panels()
    state = {"a": 2, "b": 2}
    for name, value in [("a", 3), ("a", 4), ("b", 1), ("b", 5), ("a", 0), ("b", 2)]:
        state[name] = value
        moved.controls[name].value = value
        fresh, lines, texts = two_panels()
        fresh._update(**state)  # all at once, on a picture that keeps nothing but the background
        for artist in (*lines, *texts):
            artist.stale = True
        fresh._draw([*lines, *texts])
        assert np.array_equal(pixels(moved), pixels(fresh))


def test_a_narrow_page_gets_a_picture_of_its_width():
    figure = plots.new_figure(8, 4)
    axes = figure.subplots()
    (line,) = axes.plot([0, 1], [0, 0])
    live = Live(figure, [A], lambda a: [line.set_ydata([0, a]), line][1:], alt=lambda a: Text(f"{a}", f"{a}"))  # fmt: skip
    page = live.widget.children[-1]
    page.room = 640
    assert live._size() == (640, 320)
    assert 'width="640" height="320"' in live.page
    page.room = 100
    assert live._size() == (320, 160)
    page.room = 2000
    assert live._size() == (800, 400)


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


def test_what_comes_next_is_computed_when_nothing_else_is_to_do():
    asked = []
    live = make(ahead=lambda a: asked.append(a))
    live.controls["a"].value = 3
    assert asked == []  # a plain program has no loop

    async def drag():
        live.controls["a"].value = 4
        live.controls["a"].value = 3
        assert asked == []
        for _ in range(200):
            if asked:
                return
            await asyncio.sleep(0.01)

    asyncio.run(drag())
    assert asked == [2]


def test_in_a_drag_the_picture_comes_after_the_kernels_word_and_only_the_last_one(monkeypatch):
    figure, _, line = line_figure()
    drawn = []

    def update(a):
        drawn.append(a)
        line.set_ydata([0, a])
        return [line]

    live = Live(figure, [A], update, alt=lambda a: Text(f"to {a}", "t"))
    now = [100.0]
    monkeypatch.setattr("hocsau.explore.live.time.monotonic", lambda: now[0])

    async def move():
        drawn.clear()
        live.controls["a"].value = 3
        assert drawn == [3]  # a single move is answered at once
        now[0] += 0.05
        live.controls["a"].value = 4
        live.controls["a"].value = 5
        assert drawn == [3]
        await asyncio.sleep(0)
        assert drawn == [3, 5]
        live.controls["a"].value = 1
        assert 'alt="to 1"' in live.page  # who reads it gets what the slider says
        await asyncio.sleep(0)
        live.controls["a"].value = 0
        assert 'alt="to 0"' in live._repr_mimebundle_()["text/html"]
        assert not live.error
        now[0] += 0.2
        live.controls["a"].value = 2
        assert drawn == [3, 5, 1, 0, 2]

    asyncio.run(move())


def test_a_plain_program_gets_each_picture_at_once():
    live = make(alt=lambda a: Text(f"to {a}", "t"))
    for value in (3, 4):
        live.controls["a"].value = value
        assert f'alt="to {value}"' in live._page.value


def test_no_message_to_the_page_is_small():
    live = make()
    assert len(live._page.value) >= 67_000
    assert live.page == live._page.value.rstrip()
    assert "   " not in live._repr_mimebundle_()["text/html"]


def test_a_move_of_a_slider_is_not_sent_back():
    for control in (A, B, Slider("x", Text("x", "x"), 0.0, 1.0, 0.1, 0.5)):
        assert control.widget().trait_metadata("value", "echo_update") is False
        assert control.widget().trait_metadata("value", "sync") is True
