"""A picture that follows its sliders: a state is computed once for each place of them, then drawn, said and judged.

    line, = axes.plot(w, J)
    def draw(state): line.set_data(state.w, state.J); return [line]
    Live(figure, [Slider("learning_rate", panels.ETA, .001, .2, .001, .1)], compute_path, draw, alt=..., status=...)

The picture is an <img> with a text, so that it survives in pages without a kernel.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import html
import inspect
import math
import os
import time
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import ipywidgets
from matplotlib.artist import Artist
from matplotlib.figure import Figure

from hocsau.explore.accessible import Accessible
from hocsau.explore.blitting import Blitting
from hocsau.explore.controls import Choice, Control, Slider, next_place
from hocsau.lab import KERNEL
from hocsau.language import Text
from hocsau.markup import element

__all__ = ["KEPT", "Choice", "Live", "Slider"]

KEPT = 256
"""States of one explorer that are kept: more than one slider has places."""

_CHALLENGE = Text("Challenge:")
_MET = Text("✓ Met.")
_NOT_YET = Text("✗ Not yet.")
_FAILED = Text("The picture could not be drawn:")


class Live:
    """A figure with sliders, a text that follows them, and a challenge.

    figure:    a figure of `hocsau.plots.new_figure`, its static artists drawn
    controls:  `Slider`s and `Choice`s, in the order of the page
    compute:   compute(**values) -> state, plain arrays and numbers that say nothing of how they are drawn. Called once for a
               state, which is kept. A state's `note`, where it has one that is not None, is a line on whose computation it is
    draw:      draw(state, **values) changes artists and returns those it changed (the convention of FuncAnimation with
               blit=True); None draws the whole figure again
    alt:       what the picture shows, or alt(state, **values) -> Text; the status follows it
    status:    status(state, **values) -> Text, the numbers of the current state; announced to screen readers
    challenge: what to reach
    met:       met(state, **values) -> bool, whether the current state reaches it; None: what `state.met` says
    Each function is given those controls that it names, or all if it takes **values. After a move, once the kernel has
    nothing to do, the state that would come next is computed. An exception in any of these is shown under the picture.
    raises ValueError if `met` is given without a `challenge`
    """

    def __init__(
        self,
        figure: Figure,
        controls: Sequence[Control],
        compute: Callable[..., Any],
        draw: Callable[..., Iterable[Artist] | None],
        *,
        alt: Text | Callable[..., Text],
        status: Callable[..., Text] | None = None,
        challenge: Text | None = None,
        met: Callable[..., bool] | None = None,
    ) -> None:
        if met is not None and challenge is None:
            raise ValueError("`met` tests a challenge, whose text is missing: give `challenge`")
        self.picture = Blitting(figure)
        self.controls: Mapping[str, Any] = {control.name: control.widget() for control in controls}
        self._state = _once(compute, self.controls)
        self._artists = _by_name(draw, self.controls)
        self._alt = _by_name(alt if callable(alt) else lambda _: alt, self.controls)
        self._status = _by_name(status or (lambda _: Text.of("")), self.controls)
        self._challenge, self._met = challenge, _by_name(met or (lambda state: state.met), self.controls)
        self._later: asyncio.TimerHandle | None = None
        self._due: asyncio.Handle | None = None
        self._moved = -math.inf
        self._change: Any = None
        self._shown = Text.of("")
        self._image = self._lines = self._error = ""
        self._page = ipywidgets.HTML()
        page = Accessible()
        page.observe(self._resized, "room")
        self.widget = ipywidgets.VBox([*self.controls.values(), self._page, page])
        self.widget.add_class("hocsau-explorer")
        for control in self.controls.values():
            control.observe(self._changed, "value")
        self.render()

    def values(self) -> dict[str, Any]:
        """The current values, by name."""
        return {name: control.value for name, control in self.controls.items()}

    @property
    def error(self) -> str:
        """The error now shown to the learner; empty when there is none."""
        self._catch_up()
        return self._error

    @property
    def page(self) -> str:
        """The HTML now shown under the sliders."""
        self._catch_up()
        return str(self._page.value).rstrip()

    def update(self) -> Iterable[Artist] | None:
        """Bring the artists to the current values, but no pixel yet; those that may have changed, or None for all."""
        values = self.values()
        changed: Iterable[Artist] | None = self._artists(self._state(**values), **values)
        return changed

    def render(self) -> None:
        """Draw the figure for the current values and put it, with its lines of text, on the page."""
        values = self.values()
        try:
            self.picture.draw(self.update())
            state = self._state(**values)
            status = self._status(state, **values)
            self._shown = self._alt(state, **values) + status
            self._image = element(self.picture.encode("jpeg"), self._shown, "jpeg", self.picture.size)
            self._lines = self._text_lines(state, values, status)
            self._error = ""
        except Exception as error:  # an exception in a widget's callback would otherwise vanish
            summary = "".join(traceback.format_exception_only(error)).strip()
            self._error = f"{_FAILED.say()} {summary}\n\n{traceback.format_exc()}"
        alert = ""
        if self._error:
            alert = f'<pre role="alert" style="white-space: pre-wrap">{html.escape(self._error)}</pre>'
        # One message for picture and text, and no small one.
        self._page.value = (self._image + self._lines + alert).ljust(_SEGMENT)

    def _changed(self, change: Any) -> None:
        """Draw; in a drag, once the kernel has told the page that it is free, so that the page sends the next move meanwhile.

        Why the picture comes behind that word: docs/decisions/0017-no-small-messages.md.
        """
        soon, self._moved = time.monotonic() - self._moved < _DRAG, time.monotonic()
        self._change = change
        if self._due is None and soon:
            with contextlib.suppress(RuntimeError):  # a plain program has no loop
                self._due = asyncio.get_running_loop().call_soon(self._catch_up)
        if self._due is None:
            self._answer()

    def _catch_up(self) -> None:
        """Draw what a move has asked for and nobody has drawn yet."""
        if self._due is not None:
            self._due.cancel()
            self._due = None
            self._answer()

    def _answer(self) -> None:
        self.render()
        self._look_ahead(self._change)

    def _look_ahead(self, change: Any) -> None:
        """Compute what the next step of the slider that moved will ask for, unless it is moved before."""
        if self._later is not None:
            self._later.cancel()
        following = next_place(change.owner, change.old, change.new)
        names = {control: name for name, control in self.controls.items()}
        wanted = {**self.values(), names[change.owner]: following}

        def compute() -> None:
            with contextlib.suppress(Exception):  # said when the slider gets there
                self._state(**wanted)

        if following is not None:
            with contextlib.suppress(RuntimeError):  # a plain program has no loop, and nobody who waits
                self._later = asyncio.get_running_loop().call_later(_IDLE, compute)

    def _resized(self, change: Any) -> None:
        if self.picture.fit(change.new):
            self.render()

    def _text_lines(self, state: Any, values: dict[str, Any], status: Text) -> str:
        lines = []
        if status.say():
            lines.append(f'<p class="hocsau-status" style="{_LINE}">{html.escape(status.say())}</p>')
        if self._challenge is not None:
            verdict = (_MET if self._met(state, **values) else _NOT_YET).say()
            lines.append(
                f'<p class="hocsau-challenge" style="{_LINE}"><strong>{_CHALLENGE.say()}</strong> '
                f"{html.escape(self._challenge.say())} <strong>{verdict}</strong></p>"
            )
        note: Text | None = getattr(state, "note", None)
        if note is not None:
            lines.append(f'<p class="hocsau-note" style="{_LINE}"><em>{html.escape(note.say())}</em></p>')
        return "".join(lines)

    def _repr_mimebundle_(self, **_options: object) -> dict[str, Any]:
        """The widget, and for pages without a kernel the picture as it stands, with its texts."""
        self._catch_up()
        bundle: dict[str, Any] = dict(self.widget._repr_mimebundle_() or {})
        bundle[KERNEL] = {"process": os.getpid()}
        alt = self._shown.say()
        if self._image:
            image = element(self.picture.encode("png"), alt, "png", self.picture.size)
            bundle["text/html"] = image + self._lines
        bundle["text/plain"] = alt or self._error
        return bundle


def _asked(function: Callable[..., Any], controls: Iterable[str], behind: int = 0) -> tuple[str, ...]:
    """The controls that `function` names behind its first `behind` parameters, or all if it takes **values."""
    parameters = list(inspect.signature(function).parameters.values())[behind:]
    every = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)
    named = {parameter.name for parameter in parameters}
    return tuple(name for name in controls if every or name in named)


def _by_name(function: Callable[..., Any], controls: Iterable[str]) -> Callable[..., Any]:
    """(state, **all values) -> what `function` gives for the state and those that it names."""
    asked = _asked(function, controls, behind=1)
    return lambda state, **values: function(state, **{name: values[name] for name in asked})


def _once(compute: Callable[..., Any], controls: Iterable[str]) -> Callable[..., Any]:
    """(**all values) -> the state, computed once for equal values of those that `compute` names; what raises is not kept."""
    asked = _asked(compute, controls)

    @functools.lru_cache(maxsize=KEPT)
    def state(*values: Any) -> Any:
        return compute(**dict(zip(asked, values, strict=True)))

    return lambda **values: state(*(values[name] for name in asked))


_IDLE = 0.02
"""Seconds without a further move."""
_DRAG = 0.1
"""Seconds between two moves of one drag, at most."""
_SEGMENT = 67_000
"""Bytes: somewhat more than a segment of the loopback interface, which no server holds back."""
_LINE = "margin: 0.3em 0; line-height: 1.4"
