"""A picture that follows its sliders: drawn once, then only the changed artists are drawn again.

    line, = axes.plot(w, J)
    def update(learning_rate): line.set_data(*path(learning_rate)); return [line]
    Live(figure, [Slider("learning_rate", Text("learning rate η", "tốc độ học η"), .001, .2, .001, .1)], update, alt=...)

Everything that does not move (axes, contours, labels) is drawn once by Agg and kept; a change of a slider restores it and
draws what `update` returns on top: a few milliseconds, where a full drawing takes a hundred. The picture is an <img> with a
text, so that it survives in pages without a kernel.
"""

from __future__ import annotations

import asyncio
import contextlib
import html
import io
import math
import os
import time
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import ipywidgets
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text as MovingText
from PIL import Image

from hocsau.explore.accessible import Accessible
from hocsau.explore.controls import Choice, Control, Slider, next_place
from hocsau.lab import KERNEL
from hocsau.language import Text
from hocsau.markup import element

__all__ = ["Choice", "Live", "Slider"]

_CHALLENGE = Text("Challenge:", "Thử thách:")
_MET = Text("✓ Met.", "✓ Đã đạt.")
_NOT_YET = Text("✗ Not yet.", "✗ Chưa đạt.")
_FAILED = Text("The picture could not be drawn:", "Không vẽ được hình:")


class Live:
    """A figure with sliders, a text that follows them, and a challenge.

    figure:    a figure of `hocsau.plots.new_figure`, its static artists drawn
    controls:  `Slider`s and `Choice`s, in the order of the page
    update:    update(**values) changes artists and returns those it changed (the convention of FuncAnimation with
               blit=True); None draws the whole figure again
    alt:       alt(**values) -> Text, what the picture now shows
    status:    status(**values) -> Text, the numbers of the current step; announced to screen readers
    challenge: what to reach
    met:       met(**values) -> bool, whether the current setting reaches it
    note:      note(**values) -> Text or None, one line about whose computation is shown
    ahead:     ahead(**values) computes, and keeps, what `update` will ask for; give it where that takes longer than a
               picture. After a move it is called for the place that would come next, once the kernel has nothing to do
    An exception in any of these is shown under the picture, never lost.
    """

    def __init__(
        self,
        figure: Figure,
        controls: Sequence[Control],
        update: Callable[..., Iterable[Artist] | None],
        *,
        alt: Callable[..., Text],
        status: Callable[..., Text] | None = None,
        challenge: Text | None = None,
        met: Callable[..., bool] | None = None,
        note: Callable[..., Text | None] | None = None,
        ahead: Callable[..., object] | None = None,
    ) -> None:
        if (challenge is None) != (met is None):
            raise ValueError("a challenge needs both `challenge` (its text) and `met` (its test)")
        self._figure = figure
        self._canvas: Any = FigureCanvasAgg(figure)  # matplotlib leaves its methods without types
        self._update, self._alt, self._status = update, alt, status
        self._challenge, self._met, self._note = challenge, met, note
        self._ahead = ahead
        self._later: asyncio.TimerHandle | None = None
        self._due: asyncio.Handle | None = None
        self._moved = -math.inf
        self._change: Any = None
        self._moving: list[Artist] = []
        self._background: Any = None
        self._settled: tuple[list[Artist], Any] = ([], None)
        self._picture = self._lines = self._error = ""
        self.controls: Mapping[str, Any] = {control.name: control.widget() for control in controls}
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

    def render(self) -> None:
        """Draw the figure for the current values and put it, with its lines of text, on the page."""
        values = self.values()
        try:
            self._draw(self._update(**values))
            alt = self._alt(**values)
            self._picture = element(self._encode("jpeg"), alt, "jpeg", self._size())
            self._lines = self._text_lines(values)
            self._error = ""
        except Exception as error:  # an exception in a widget's callback would otherwise vanish
            summary = "".join(traceback.format_exception_only(error)).strip()
            self._error = f"{_FAILED.say()} {summary}\n\n{traceback.format_exc()}"
        alert = ""
        if self._error:
            alert = (
                f'<pre role="alert" style="white-space: pre-wrap">{html.escape(self._error)}</pre>'
            )
        # One message for picture and text, and no small one.
        self._page.value = (self._picture + self._lines + alert).ljust(_SEGMENT)

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
        if self._ahead is not None:
            self._look_ahead(self._ahead, self._change)

    def _look_ahead(self, ahead: Callable[..., object], change: Any) -> None:
        if self._later is not None:
            self._later.cancel()
        following = next_place(change.owner, change.old, change.new)
        names = {control: name for name, control in self.controls.items()}
        wanted = {**self.values(), names[change.owner]: following}

        def compute() -> None:
            with contextlib.suppress(Exception):  # said when the slider gets there
                ahead(**wanted)

        if following is not None:
            with contextlib.suppress(
                RuntimeError
            ):  # a plain program has no loop, and nobody who waits
                self._later = asyncio.get_running_loop().call_later(_IDLE, compute)

    def _resized(self, change: Any) -> None:
        """Draw in the size that the page has room for, its own at most."""
        own = self._figure.get_figwidth() * _DPI
        dpi = _DPI * min(1.0, max(change.new, _LEAST) / own)
        if dpi != self._figure.dpi:
            self._figure.set_dpi(dpi)
            self._background = None
            self.render()

    def _size(self) -> tuple[int, int]:
        width, height = self._canvas.get_width_height()
        return int(width), int(height)

    def _draw(self, changed: Iterable[Artist] | None) -> None:
        """Restore what does not move and draw the moving artists on it; None draws everything.

        Moving artists that were not touched since the last drawing, and lie below all of their axes that were, are restored
        too: give what seldom changes a low zorder.
        """
        if changed is None:
            for artist in self._moving:
                artist.set_animated(False)
            self._moving, self._background = [], None
            self._canvas.draw()
            return
        new = [artist for artist in changed if artist not in self._moving]
        if new or self._background is None:
            for artist in new:
                artist.set_animated(True)
            self._moving += new
            self._canvas.draw()
            self._background = self._canvas.copy_from_bbox(self._figure.bbox)
            self._settled = ([], self._background)
        still, touched = _layers(self._moving)
        known, picture = self._settled
        if not all(artist in still for artist in known):
            known, picture = [], self._background
        self._canvas.restore_region(picture)
        self._paint([artist for artist in still if artist not in known])
        if len(still) != len(known):
            self._settled = (still, self._canvas.copy_from_bbox(self._figure.bbox))
        self._paint(touched)

    def _paint(self, artists: Sequence[Artist]) -> None:
        for artist in artists:
            artist.draw(self._canvas.get_renderer())
            artist.stale = False  # an empty text leaves it set

    def _encode(self, kind: str) -> bytes:
        buffer = io.BytesIO()
        pixels = Image.frombuffer(
            "RGBX", self._size(), self._canvas.buffer_rgba(), "raw", "RGBX", 0, 1
        )
        if (
            kind == "jpeg"
        ):  # takes four bytes a pixel as they are; to leave out the fourth costs more than the encoding
            pixels.save(buffer, kind, quality=88, subsampling=0)
        else:
            pixels.convert("RGB").save(buffer, kind)
        return buffer.getvalue()

    def _text_lines(self, values: dict[str, Any]) -> str:
        lines = []
        if self._status is not None:
            said = html.escape(self._status(**values).say())
            lines.append(f'<p class="hocsau-status" style="{_LINE}">{said}</p>')
        if self._challenge is not None and self._met is not None:
            verdict = (_MET if self._met(**values) else _NOT_YET).say()
            lines.append(
                f'<p class="hocsau-challenge" style="{_LINE}"><strong>{_CHALLENGE.say()}</strong> '
                f"{html.escape(self._challenge.say())} <strong>{verdict}</strong></p>"
            )
        note = self._note(**values) if self._note is not None else None
        if note is not None:
            lines.append(
                f'<p class="hocsau-note" style="{_LINE}"><em>{html.escape(note.say())}</em></p>'
            )
        return "".join(lines)

    def _repr_mimebundle_(self, **_options: object) -> dict[str, Any]:
        """The widget, and for pages without a kernel the picture as it stands, with its texts."""
        self._catch_up()
        bundle: dict[str, Any] = dict(self.widget._repr_mimebundle_() or {})
        bundle[KERNEL] = {"process": os.getpid()}
        alt = ""
        if self._picture:
            alt = self._alt(**self.values()).say()
            bundle["text/html"] = (
                element(self._encode("png"), alt, "png", self._size()) + self._lines
            )
        bundle["text/plain"] = alt or self._error
        return bundle


def _layers(moving: Sequence[Artist]) -> tuple[list[Artist], list[Artist]]:
    """The artists that may stay as they are, and those that are drawn anew, each from the lowest up.

    Axes do not overlap: what changes in one leaves another's as they are. Nor do texts of one zorder.
    """

    def height(artist: Artist) -> tuple[float, bool]:
        return artist.get_zorder(), isinstance(artist, MovingText) and artist.stale

    still: list[Artist] = []
    touched: list[Artist] = []
    for axes in dict.fromkeys(artist.axes for artist in moving):
        own = sorted((artist for artist in moving if artist.axes is axes), key=height)
        cut = next((index for index, artist in enumerate(own) if artist.stale), len(own))
        still += own[:cut]
        touched += own[cut:]
    return still, touched


_IDLE = 0.02
"""Seconds without a further move."""
_DRAG = 0.1
"""Seconds between two moves of one drag, at most."""
_SEGMENT = 67_000
"""Bytes: somewhat more than a segment of the loopback interface, which no server holds back."""
_DPI = 100
_LEAST = 320
"""Pixels: on a page that is narrower still the browser makes the picture smaller."""
_LINE = "margin: 0.3em 0; line-height: 1.4"
