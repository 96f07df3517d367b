"""A picture that follows its sliders: drawn once, then only the changed artists are drawn again.

    line, = axes.plot(w, J)
    def update(learning_rate): line.set_data(*path(learning_rate)); return [line]
    Live(figure, [Slider("learning_rate", Text("learning rate η", "tốc độ học η"), .001, .2, .001, .1)], update, alt=...)

Everything that does not move (axes, contours, labels) is drawn once by Agg and kept; a change of a slider restores it and
draws what `update` returns on top: a few milliseconds, where a full drawing takes a hundred. The picture is an <img> with a
text, so that it survives in pages without a kernel.
"""

from __future__ import annotations

import html
import io
import os
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import ipywidgets
import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from hocsau import plots
from hocsau.explore.accessible import Accessible
from hocsau.explore.controls import Choice, Control, Slider
from hocsau.lab import KERNEL
from hocsau.language import Text

__all__ = ["Choice", "Live", "Slider"]

_CHALLENGE = Text("Challenge:", "Thử thách:")
_MET = Text("✓ Met.", "✓ Đã đạt.")
_NOT_YET = Text("✗ Not yet.", "✗ Chưa đạt.")
_FAILED = Text("The picture could not be drawn:", "Không vẽ được hình:")


class Live:
    """A figure with sliders, a text that follows them, and a challenge.

    figure:    a figure of `plots.new_figure`, its static artists drawn
    controls:  `Slider`s and `Choice`s, in the order of the page
    update:    update(**values) changes artists and returns those it changed (the convention of FuncAnimation with
               blit=True); None draws the whole figure again
    alt:       alt(**values) -> Text, what the picture now shows
    status:    status(**values) -> Text, the numbers of the current step; announced to screen readers
    challenge: what to reach
    met:       met(**values) -> bool, whether the current setting reaches it
    note:      note(**values) -> Text or None, one line about whose computation is shown
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
    ) -> None:
        if (challenge is None) != (met is None):
            raise ValueError("a challenge needs both `challenge` (its text) and `met` (its test)")
        self._figure = figure
        self._canvas: Any = FigureCanvasAgg(figure)  # matplotlib leaves its methods without types
        self._update, self._alt, self._status = update, alt, status
        self._challenge, self._met, self._note = challenge, met, note
        self._moving: list[Artist] = []
        self._background: Any = None
        self._settled: tuple[int, Any] = (0, None)
        self._picture = self._lines = self._error = ""
        self.controls: Mapping[str, Any] = {control.name: control.widget() for control in controls}
        self._page = ipywidgets.HTML()
        self.widget = ipywidgets.VBox([*self.controls.values(), self._page, Accessible()])
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
        return self._error

    @property
    def page(self) -> str:
        """The HTML now shown under the sliders."""
        return str(self._page.value)

    def render(self) -> None:
        """Draw the figure for the current values and put it, with its lines of text, on the page."""
        values = self.values()
        try:
            self._draw(self._update(**values))
            alt = self._alt(**values)
            self._picture = plots.element(self._encode("jpeg"), alt, "jpeg", self._width())
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
        # One message for picture and text: a second small one would wait for the first one's acknowledgement.
        self._page.value = self._picture + self._lines + alert

    def _changed(self, _change: object) -> None:
        self.render()

    def _width(self) -> int:
        return int(self._canvas.get_width_height()[0])

    def _draw(self, changed: Iterable[Artist] | None) -> None:
        """Restore what does not move and draw the moving artists on it; None draws everything.

        Moving artists that were not touched since the last drawing, and lie below all that were, are restored too: give
        what seldom changes a low zorder.
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
            self._moving = sorted([*self._moving, *new], key=lambda artist: artist.get_zorder())
            self._canvas.draw()
            self._background = self._canvas.copy_from_bbox(self._figure.bbox)
            self._settled = (0, self._background)
        touched = (index for index, artist in enumerate(self._moving) if artist.stale)
        still = next(touched, len(self._moving))
        known, picture = self._settled
        if still < known:
            known, picture = 0, self._background
        self._canvas.restore_region(picture)
        self._paint(self._moving[known:still])
        if still != self._settled[0]:
            self._settled = (still, self._canvas.copy_from_bbox(self._figure.bbox))
        self._paint(self._moving[still:])

    def _paint(self, artists: Sequence[Artist]) -> None:
        for artist in artists:
            artist.draw(self._canvas.get_renderer())
            artist.stale = False  # an empty text leaves it set

    def _encode(self, kind: str) -> bytes:
        buffer = io.BytesIO()
        pixels = np.asarray(self._canvas.buffer_rgba())[..., :3]
        options: dict[str, Any] = {"quality": 92, "subsampling": 0} if kind == "jpeg" else {}
        Image.fromarray(np.ascontiguousarray(pixels)).save(buffer, kind, **options)
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
        bundle: dict[str, Any] = dict(self.widget._repr_mimebundle_() or {})
        bundle[KERNEL] = {"process": os.getpid()}
        alt = ""
        if self._picture:
            alt = self._alt(**self.values()).say()
            bundle["text/html"] = (
                plots.element(self._encode("png"), alt, "png", self._width()) + self._lines
            )
        bundle["text/plain"] = alt or self._error
        return bundle


_LINE = "margin: 0.3em 0; line-height: 1.4"
