"""The live picture: a state is computed once, its texts follow the sliders, and nothing is lost in a callback."""

from __future__ import annotations

import asyncio
import html
import re
from types import SimpleNamespace

import nbformat
import pytest
from nbconvert import HTMLExporter

from hocsau import language, plots
from hocsau.explore.attempt import Attempt
from hocsau.explore.live import KEPT, Live, Slider
from hocsau.language import Text

A = Slider("a", Text.of("a number", vi="một số"), 0, 5, 1, 2, format="d")
B = Slider("b", Text.of("rate", vi="tốc độ"), 0.001, 1.0, 0.1, 0.1, log=True)


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setattr(language, "_chosen", "en")


def line_figure():
    figure = plots.new_figure(3, 2)
    axes = figure.subplots()
    axes.set(xlim=(0, 1), ylim=(0, 5))
    (line,) = axes.plot([0, 1], [0, 0], linestyle="-")
    return figure, axes, line


def make(draw=None, compute=None, **options):
    """A line that rises to a; the state is a itself."""
    figure, _, line = line_figure()

    def move(height):
        line.set_ydata([0, height])
        return [line]

    options = {"alt": lambda height: Text.of(f"a line up to {height}", vi=f"đường tới {height}"), **options}
    return Live(figure, [A], compute or same, draw or move, **options)


def same(a):
    return a


def alt_of(markup):
    return html.unescape(re.search(r'<img alt="([^"]*)"', markup).group(1))


@pytest.mark.parametrize("spoken", ["en", "vi"])
def test_texts_follow_the_slider_in_the_learners_language(monkeypatch, spoken):
    monkeypatch.setattr(language, "_chosen", spoken)
    live = make(
        draw=lambda _: [],
        compute=lambda a: SimpleNamespace(a=a, note=Text.of("own", vi="riêng") if a == 3 else None),
        alt=lambda state: Text.of(f"a line up to {state.a}: ", vi=f"đường tới {state.a}: "),
        status=lambda state: Text.of(f"now {state.a} < 9", vi=f"nay {state.a} < 9"),
        challenge=Text.of("reach 4", vi="đạt 4"),
        met=lambda state: state.a >= 4,
    )
    english = spoken == "en"
    assert alt_of(live.page) == ("a line up to 2: now 2 < 9" if english else "đường tới 2: nay 2 < 9")
    assert ("✗ Not yet." if english else "✗ Chưa đạt.") in live.page
    assert "hocsau-note" not in live.page
    live.controls["a"].value = 3
    assert ("own" if english else "riêng") in live.page
    live.controls["a"].value = 4
    assert alt_of(live.page) == ("a line up to 4: now 4 < 9" if english else "đường tới 4: nay 4 < 9")
    assert f'class="hocsau-status" style="{_STYLE}">{"now" if english else "nay"} 4 &lt; 9<' in live.page
    assert ("✓ Met." if english else "✓ Đã đạt.") in live.page
    assert live.controls["a"].description == A.label.say(spoken)


_STYLE = "margin: 0.3em 0; line-height: 1.4"


@pytest.mark.parametrize("broken", ["compute", "draw"])
def test_an_error_is_shown_and_the_next_good_value_clears_it(broken):
    def odd(a):
        if a == 3:
            raise KeyError("<b>odd</b>")
        return a if broken == "compute" else []

    live = make(**{broken: odd})
    before = live.page
    live.controls["a"].value = 3
    assert '<pre role="alert"' in live.page
    assert "The picture could not be drawn: KeyError: &#x27;&lt;b&gt;odd&lt;/b&gt;&#x27;" in live.page
    assert "KeyError" in live.error
    assert alt_of(live.page) == alt_of(before)  # the last good picture stays
    live.controls["a"].value = 2
    assert not live.error
    assert live.page == before


def test_a_state_is_computed_once_whoever_asks_for_it():
    asked = []
    live = make(
        compute=lambda a: asked.append(a) or a,
        status=lambda height: Text(f"{height}"),
        challenge=Text.of("c", vi="c"),
        met=lambda height: height > 3,
    )
    for value in (3, 2, 3, 5):
        live.controls["a"].value = value
        live.render()
    live._repr_mimebundle_()
    assert asked == [2, 3, 5]


def test_each_function_is_given_the_controls_that_it_names():
    asked, told = [], {}

    def compute(b):
        asked.append(b)
        return "state"

    live = Live(
        plots.new_figure(3, 2),
        [A, B],
        compute,
        lambda state, **values: told.update(draw=(state, values)),
        alt=Text.of("t", vi="t"),
        status=lambda state, a: told.update(status=(state, a)) or Text.of("s", vi="s"),
        challenge=Text.of("c", vi="c"),
        met=lambda state: told.update(met=state) or True,
    )
    live.controls["a"].value = 5
    assert told == {"draw": ("state", {"a": 5, "b": 0.1}), "status": ("state", 5), "met": "state"}
    assert asked == [0.1]  # the state does not hang on a
    live.controls["b"].value = 1.0
    assert asked == [0.1, 1.0]


def test_a_state_says_itself_whether_the_challenge_is_met():
    live = make(draw=lambda _: [], compute=lambda a: SimpleNamespace(met=a == 3), challenge=Text.of("c", vi="c"))
    assert "✗ Not yet." in live.page
    live.controls["a"].value = 3
    assert "✓ Met." in live.page


def test_only_so_many_states_are_kept():
    asked = []
    figure, _, line = line_figure()
    many = Slider("a", Text.of("a number", vi="một số"), 0, KEPT, 1, 0, format="d")
    live = Live(figure, [many], lambda a: asked.append(a), lambda _: [line], alt=Text.of("t", vi="t"))
    for value in range(1, KEPT + 1):
        live.controls["a"].value = value
    assert asked == list(range(KEPT + 1))
    live.controls["a"].value = 1
    assert len(asked) == KEPT + 1
    live.controls["a"].value = 0  # the one that was not asked for longest
    assert asked[-1] == 0
    assert len(asked) == KEPT + 2


def test_what_could_not_be_computed_is_tried_again():
    fails = [True]

    def compute(a):
        if fails and a == 3:
            raise RuntimeError("not now")
        return a

    live = make(compute=compute)
    live.controls["a"].value = 3
    assert "not now" in live.error
    live.controls["a"].value = 4
    assert not live.error
    fails.clear()
    live.controls["a"].value = 3
    assert not live.error
    assert alt_of(live.page) == "a line up to 3"


def test_a_learners_function_that_fails_in_one_state_is_named_and_works_in_the_next():
    def double(a):
        return 2 * a if a != 3 else "three"

    def compute(a):
        attempt = Attempt(double, "double")
        own = attempt(a, shape=())
        return SimpleNamespace(height=0 if own is None else float(own), note=attempt.note)

    live = make(draw=lambda _: [], compute=compute, alt=lambda state: Text(f"{state.height}"))
    live.controls["a"].value = 3
    assert not live.error
    assert "Your double returned str; expected one number." in html.unescape(live.page)
    assert alt_of(live.page) == "0"
    live.controls["a"].value = 4
    assert "This picture runs your double." in live.page
    assert alt_of(live.page) == "8.0"


@pytest.mark.parametrize("callback", ["alt", "status", "met"])
def test_an_error_in_any_callback_is_shown(callback):
    def broken(a):
        raise RuntimeError("here")

    options = {"challenge": Text.of("c", vi="c"), "met": lambda _: True, callback: broken}
    assert "RuntimeError: here" in make(**options).page


def test_pages_without_a_kernel_get_a_png_with_its_text():
    live = make(status=lambda a: Text.of(f": now {a}", vi=f": nay {a}"))
    live.controls["a"].value = 5
    bundle = live._repr_mimebundle_(include=None, exclude=None)
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == live.widget.model_id
    assert alt_of(bundle["text/html"]) == bundle["text/plain"] == "a line up to 5: now 5"
    assert "data:image/png;base64," in bundle["text/html"]
    assert "now 5" in bundle["text/html"]


def test_a_live_figure_that_failed_from_the_start_still_says_why():
    def draw(a):
        raise RuntimeError("from the start")

    bundle = make(draw)._repr_mimebundle_()
    assert "from the start" in bundle["text/plain"]
    assert "text/html" not in bundle


def test_a_test_needs_its_challenge():
    with pytest.raises(ValueError, match="give `challenge`"):
        make(met=lambda a: True)


def test_page_helper_sits_among_the_sliders():
    live = make()
    assert "hocsau-explorer" in live.widget._dom_classes
    esm = str(live.widget.children[-1]._esm)
    assert all(word in esm for word in ("aria-label", '"role", "status"', "aria-live"))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_nbconverts_page_shows_the_picture_and_its_text():
    live = make(status=lambda a: Text.of(f": now {a}", vi=f": nay {a}"))
    live.controls["a"].value = 5
    output = nbformat.v4.new_output("execute_result", live._repr_mimebundle_(), execution_count=1)
    cell = nbformat.v4.new_code_cell("explorer", outputs=[output], execution_count=1)
    page, _ = HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    assert page.count('<img alt="a line up to 5: now 5"') == 1
    assert "now 5" in page
    assert live.widget.model_id not in page


def test_a_page_says_how_wide_the_picture_may_be():
    live = make()
    page = live.widget.children[-1]
    page.room = 200  # narrower than any picture
    assert live.picture.size == (300, 200)
    figure = plots.new_figure(8, 4)
    axes = figure.subplots()
    wide = Live(figure, [A], same, lambda _: [axes.title], alt=Text.of("t", vi="t"))
    wide.widget.children[-1].room = 640
    assert 'width="640" height="320"' in wide.page


def test_what_comes_next_is_computed_when_nothing_else_is_to_do():
    asked = []
    live = make(compute=lambda a: asked.append(a) or a)
    live.controls["a"].value = 3
    assert asked == [2, 3]  # a plain program has no loop

    async def drag():
        live.controls["a"].value = 4
        assert 5 not in asked
        for _ in range(200):
            if 5 in asked:
                return
            await asyncio.sleep(0.01)

    asyncio.run(drag())
    assert asked == [2, 3, 4, 5]
    live.controls["a"].value = 5
    assert asked == [2, 3, 4, 5]


def test_what_fails_ahead_is_said_when_the_slider_gets_there():
    asked = []

    def compute(a):
        asked.append(a)
        return 1 // (a - 4)

    live = make(compute=compute)

    async def drag():
        live.controls["a"].value = 3
        for _ in range(200):
            if 4 in asked:
                return
            await asyncio.sleep(0.01)

    asyncio.run(drag())
    assert asked == [2, 3, 4]
    assert not live.error
    live.controls["a"].value = 4
    assert "ZeroDivisionError" in live.error


def test_in_a_drag_the_picture_comes_after_the_kernels_word_and_only_the_last_one(monkeypatch):
    figure, _, line = line_figure()
    drawn = []

    def draw(a):
        drawn.append(a)
        line.set_ydata([0, a])
        return [line]

    live = Live(figure, [A], same, draw, alt=lambda a: Text.of(f"to {a}", vi="t"))
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
    live = make(alt=lambda a: Text.of(f"to {a}", vi="t"))
    for value in (3, 4):
        live.controls["a"].value = value
        assert f'alt="to {value}"' in live._page.value


def test_no_message_to_the_page_is_small():
    live = make()
    assert len(live._page.value) >= 67_000
    assert live.page == live._page.value.rstrip()
    assert "   " not in live._repr_mimebundle_()["text/html"]
