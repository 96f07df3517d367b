"""Pictures that everyone can read: one palette, one style, and a text for those who cannot see the picture.

The colours are Okabe and Ito's, which stay apart for every common kind of colour blindness; lines differ by their dashes
too, so that nothing is told by colour alone. matplotlib is imported when the first picture is made, and pyplot's global
state is left alone.

Okabe & Ito 2008, "Color Universal Design"
"""

from __future__ import annotations

import functools
import io
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ParamSpec

from hocsau.language import Text
from hocsau.markup import element

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

P = ParamSpec("P")

__all__ = [
    "COLOURS",
    "LINES",
    "PALETTE",
    "Picture",
    "image",
    "logarithmic",
    "new_figure",
    "show",
    "shown",
    "style",
]

COLOURS = {
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "green": "#009E73",
    "orange": "#E69F00",
    "purple": "#CC79A7",
    "sky": "#56B4E9",
    "yellow": "#F0E442",
    "black": "#000000",
}
"""Okabe and Ito's colours, by their names."""

PALETTE = tuple(COLOURS[name] for name in ("blue", "vermillion", "purple", "green", "orange", "sky", "black"))
"""The order in which lines take them. Yellow is too pale for a line on white, so it is left out."""

LINES: tuple[str | tuple[float, tuple[float, ...]], ...] = (
    "-",
    (0, (6, 2)),
    (0, (6, 2, 1, 2)),
    (0, (1.5, 1.5)),
    (0, (6, 2, 1, 2, 1, 2)),
    (0, (3, 1)),
    (0, (10, 3)),
)
"""The dashes of the lines, one for each colour of the palette."""

GREY = "#6b6b6b"


class Picture:
    """A picture with its text: HTML where HTML is shown, the text everywhere else."""

    def __init__(self, markup: str, alt: str) -> None:
        self._markup, self._alt = markup, alt

    def _repr_html_(self) -> str:
        return self._markup

    def __repr__(self) -> str:
        return self._alt


def style(axes: Axes) -> Axes:
    """Give `axes` the course's look: open frame, light grid, colours and dashes in step."""
    from cycler import cycler

    axes.set_prop_cycle(cycler(color=PALETTE) + cycler(linestyle=LINES))
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(GREY)
    axes.tick_params(color=GREY, labelsize=9)
    axes.grid(True, color="#e4e4e4", linewidth=0.8)
    axes.set_axisbelow(True)
    return axes


def logarithmic(axis: Axis) -> None:
    """Make a logarithmic axis legible: 1, 2, 5 on a short one, powers of ten on a long one.

    Call it when everything is drawn. (matplotlib's own labels for short ranges run into one another.)
    """
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    low, high = axis.get_view_interval()
    axis.set_minor_formatter(NullFormatter())
    if high / low < 300:
        axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.set_major_formatter(FuncFormatter(lambda value, _position: f"{value:g}"))


@functools.cache
def _figure_class() -> type[Figure]:
    from matplotlib.figure import Figure

    class CourseFigure(Figure):
        """A figure whose axes are born in the course's style, without touching rcParams."""

        def add_subplot(self, *args: Any, **kwargs: Any) -> Any:
            axes = super().add_subplot(*args, **kwargs)
            return style(axes) if axes.name == "rectilinear" else axes

    return CourseFigure


def new_figure(width: float = 8.0, height: float = 4.0) -> Figure:
    """An empty figure in the course's style, `width` by `height` inches at 100 dots an inch.

    It is drawn by Agg and unknown to pyplot; call `figure.subplots(rows, columns)` on it.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    layout = ConstrainedLayoutEngine(w_pad=0.08, h_pad=0.06)
    figure = _figure_class()(figsize=(width, height), dpi=100, layout=layout)
    FigureCanvasAgg(figure)
    return figure


def image(
    figure: Figure,
    alt: Text | str,
    format: str = "png",  # noqa: A002
) -> str:
    """`figure` as an HTML <img> element with its text.

    raises ValueError if format is neither "png" nor "jpeg", or the text is empty
    """
    if format not in ("png", "jpeg"):
        raise ValueError(f'format must be "png" or "jpeg"; got {format!r}')
    buffer = io.BytesIO()
    # No software version inside, so that one figure gives the same bytes everywhere.
    options: dict[str, Any] = {"metadata": {"Software": None}} if format == "png" else {"pil_kwargs": {"quality": 92}}
    figure.savefig(buffer, format=format, dpi=figure.dpi, bbox_inches="tight", **options)
    return element(buffer.getvalue(), alt, format)


def show(figure: Figure, alt: Text) -> None:
    """Display `figure` with its text, then close it.

    In a notebook the picture is an <img> with `alt`; where there is no HTML (a plain Python program) the text is printed.
    """
    from IPython.display import display

    picture = Picture(image(figure, alt), alt.say())
    _close(figure)
    display(picture)


def shown(draw: Callable[P, tuple[Figure, Text]]) -> Callable[P, None]:
    """`draw`, with its figure and text displayed and not returned."""

    @functools.wraps(draw)
    def display(*args: P.args, **kwargs: P.kwargs) -> None:
        show(*draw(*args, **kwargs))

    return display


def _close(figure: Figure) -> None:
    """Forget a figure that pyplot made, so that the notebook does not show it a second time, without its text."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:  # closing a figure that pyplot does not know does nothing
        pyplot.close(figure)
