"""A figure of matplotlib's as a picture that is quick to change: drawn once, then only what moves is drawn again.

Everything that does not move (axes, contours, labels) is drawn once by Agg and kept; a change restores it and draws the
moving artists on top: a few milliseconds, where a full drawing takes a hundred.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from numpy.typing import NDArray
from PIL import Image

__all__ = ["Blitting"]

_DPI = 100
_LEAST = 320
"""Pixels: on a page that is narrower still the browser makes the picture smaller."""


class Blitting:
    """The pixels of `figure`, whose static artists are drawn."""

    def __init__(self, figure: Figure) -> None:
        self.figure = figure
        self.moving: list[Artist] = []
        self._canvas: Any = FigureCanvasAgg(figure)  # matplotlib leaves its methods without types
        self._background: Any = None
        self._settled: tuple[list[Artist], Any] = ([], None)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        width, height = self._canvas.get_width_height()
        return int(width), int(height)

    @property
    def blits(self) -> bool:
        """Whether a background is kept, on which the next drawing puts the moving artists."""
        return self._background is not None

    def pixels(self) -> NDArray[np.uint8]:
        """(height, width, 4), a copy."""
        return np.array(self._canvas.buffer_rgba())

    def fit(self, room: float) -> bool:
        """Take the size that `room` pixels across leave, the figure's own at most; whether it must be drawn again."""
        own = self.figure.get_figwidth() * _DPI
        dpi = _DPI * min(1.0, max(room, _LEAST) / own)
        if dpi == self.figure.dpi:
            return False
        self.figure.set_dpi(dpi)
        self._background = None
        return True

    def draw(self, changed: Iterable[Artist] | None) -> None:
        """Restore what does not move and draw the moving artists on it; None draws everything.

        Moving artists that were not touched since the last drawing, and lie below all of their axes that were, are restored
        too: give what seldom changes a low zorder.
        """
        if changed is None:
            for artist in self.moving:
                artist.set_animated(False)
            self.moving, self._background = [], None
            self._canvas.draw()
            return
        new = [artist for artist in changed if artist not in self.moving]
        if new or self._background is None:
            for artist in new:
                artist.set_animated(True)
            self.moving += new
            self._canvas.draw()
            self._background = self._canvas.copy_from_bbox(self.figure.bbox)
            self._settled = ([], self._background)
        still, touched = _layers(self.moving)
        if not all(artist in still for artist in self._settled[0]):
            self._settled = ([], self._background)
        known, picture = self._settled
        self._canvas.restore_region(picture)
        self._paint([artist for artist in still if artist not in known])
        if len(still) != len(known):
            self._settled = (still, self._canvas.copy_from_bbox(self.figure.bbox))
        self._paint(touched)

    def _paint(self, artists: Sequence[Artist]) -> None:
        for artist in artists:
            artist.draw(self._canvas.get_renderer())
            artist.stale = False  # an empty text leaves it set

    def encode(self, kind: str) -> bytes:
        """The picture as a file: kind "jpeg" (quick) or "png" (exact)."""
        buffer = io.BytesIO()
        pixels = Image.frombuffer("RGBX", self.size, self._canvas.buffer_rgba(), "raw", "RGBX", 0, 1)
        if kind == "jpeg":  # takes four bytes a pixel as they are; to leave out the fourth costs more than the encoding
            pixels.save(buffer, kind, quality=88, subsampling=0)
        else:
            pixels.convert("RGB").save(buffer, kind)
        return buffer.getvalue()


def _layers(moving: Sequence[Artist]) -> tuple[list[Artist], list[Artist]]:
    """The artists that may stay as they are, and those that are drawn anew, each from the lowest up.

    Axes do not overlap: what changes in one leaves another's as they are. Nor do texts of one zorder.
    """

    def height(artist: Artist) -> tuple[float, bool]:
        return artist.get_zorder(), isinstance(artist, Text) and artist.stale

    still: list[Artist] = []
    touched: list[Artist] = []
    for axes in dict.fromkeys(artist.axes for artist in moving):
        own = sorted((artist for artist in moving if artist.axes is axes), key=height)
        cut = next((index for index, artist in enumerate(own) if artist.stale), len(own))
        still += own[:cut]
        touched += own[cut:]
    return still, touched
