"""What holds for every explorer of every lesson: no error, a name on each slider, a picture without a kernel, quick drawing."""

from __future__ import annotations

import re
from typing import Any

import ipywidgets
import numpy as np
import pytest
import torch  # noqa: F401  (before any explorer asks for it: an import is not the explorer's time)

from hocsau.language import use
from tools.explorers import Explorer, explorers

ALL = explorers()


def other_values(widget: Any) -> list[Any]:
    """Two more places of a slider or a list: one near its start, one at an end."""
    if hasattr(widget, "options"):
        return [value for _, value in widget.options][-2:]
    if isinstance(widget, ipywidgets.FloatLogSlider):
        return [widget.value * 10**widget.step, 10**widget.max]
    return [min(widget.value + widget.step, widget.max), widget.min]


def test_every_lesson_has_two_explorers_or_more() -> None:
    assert len(ALL) >= 17
    assert len(set(map(str, ALL))) == len(ALL)
    for lesson in {explorer.lesson for explorer in ALL}:
        assert sum(explorer.lesson == lesson for explorer in ALL) >= 2


@pytest.mark.parametrize("explorer", ALL, ids=str)
def test_an_explorer(explorer: Explorer) -> None:
    live = explorer.make()
    assert not live.error
    for widget in live.controls.values():
        assert widget.description.strip()
        for value in other_values(widget):
            widget.value = value
            assert not live.error
        if not live.picture.blits:  # all was drawn anew, and matplotlib before 3.11 may move axes by a pixel then
            live.render()
        incremental = live.picture.pixels()
        for artist in live.picture.moving:
            artist.stale = True
        live.render()
        np.testing.assert_array_equal(incremental, live.picture.pixels())
    bundle = live._repr_mimebundle_()
    assert re.match(r'<img alt="[^"]{40,}"', bundle["text/html"])
    assert bundle["text/plain"].strip()


@pytest.mark.parametrize("explorer", ALL, ids=str)
def test_an_explorer_before_anything_is_written_in_vietnamese(explorer: Explorer) -> None:
    english = {name: w.description for name, w in explorer.make(solved=False).controls.items()}
    use("vi")
    live = explorer.make(solved=False)
    assert not live.error
    vietnamese = {name: widget.description for name, widget in live.controls.items()}
    assert vietnamese.keys() == english.keys()
    assert vietnamese != english
    assert re.match(r'<img alt="[^"]{40,}"', live.page)
