"""What explorers' pictures share: axes with their titles, lines, levels, notes, legends, heat maps, planes with paths."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Annotation
from numpy.typing import ArrayLike

from hocsau import plots
from hocsau.explore import quadratic
from hocsau.explore.attempt import Array
from hocsau.explore.cells import Cells
from hocsau.language import Text

__all__ = [
    "ACCURACY",
    "BETA",
    "CHALLENGE",
    "CLASSES",
    "DASHED",
    "ETA",
    "LIGHT",
    "MARKERS",
    "SEED",
    "STEP",
    "Artists",
    "Drawing",
    "annotate",
    "band",
    "bare",
    "contours",
    "ellipses",
    "heat_map",
    "label",
    "legend",
    "level",
    "line",
    "look",
    "loss_curve",
    "named",
    "on_plane",
    "place",
    "plane",
    "seed_dots",
    "target_line",
    "visible",
    "visible_loss",
    "walk",
]

Artists = list[Artist]
Drawing = Callable[..., Artists | None]
"""draw(state, **values) of `Live`."""
Pair = tuple[float, float]
Dashes = tuple[float, tuple[float, ...]]

STEP = Text("step")
ETA = Text("learning rate η")
BETA = Text("momentum β")
SEED = Text("random seed")
CHALLENGE = Text("challenge")
ACCURACY = Text("held-out accuracy")
_MINIMUM = Text("minimum")

DASHED = (0, (5, 1.5))
"""The dashes of the second of two lines."""
LIGHT = "#b4b4b4"
"""The grey of contours and of cells' borders."""
MARKERS = "osD^vPX"
"""A marker for each colour of the palette."""
CLASSES: tuple[dict[str, Any], ...] = (
    {"marker": "o", "markerfacecolor": "white", "markeredgecolor": "black"},
    {"marker": "s", "markerfacecolor": plots.COLOURS["vermillion"], "markeredgecolor": "white"},
)
"""The dots of class 0 and of class 1."""
_LEVELS = (1.6, 1.0, 0.6, 0.32, 0.14, 0.04, 0.008)
_FAR = 1e3


def label(axes: Axes, title: Text | str | None = None, **properties: Any) -> Axes:
    """Give axes a title, labels and limits: what `Axes.set` takes, a Text said in the learner's language."""
    axes.set(**{name: value.say() if isinstance(value, Text) else value for name, value in properties.items()})
    if title is not None:
        axes.set_title(title.say() if isinstance(title, Text) else title, fontsize=10)
    return axes


def bare(*panels: Axes) -> None:
    """No grid, no ticks, no border: axes that hold an image."""
    for axes in panels:
        axes.grid(False)
        axes.set_xticks([])
        axes.set_yticks([])
        axes.spines[:].set_visible(False)


def line(axes: Axes, kind: str | Dashes, colour: str, **options: Any) -> Line2D:
    """A line or dots, empty as yet; kind: matplotlib's format, or the dashes; colour: one of `plots.COLOURS`."""
    shape: dict[str, Any] = {} if isinstance(kind, str) else {"linestyle": kind}
    (drawn,) = axes.plot(
        [], [], *([kind] if isinstance(kind, str) else []), color=plots.COLOURS[colour], **shape, **options
    )
    return drawn


def place(artist: Line2D, x: ArrayLike | None = None, y: ArrayLike | None = None) -> None:
    """Give a line its points, None as they are; one that has them already is not touched, and so not drawn again."""
    known = artist.get_data(orig=True)
    new = [old if given is None else given for old, given in zip(known, (x, y), strict=True)]
    if not all(np.array_equal(*pair, equal_nan=True) for pair in zip(known, new, strict=True)):
        artist.set_data(*new)


def look(position: int) -> dict[str, Any]:
    """Colour and dashes of the line at `position` among several."""
    return {
        "color": plots.PALETTE[position % len(plots.PALETTE)],
        "linestyle": plots.LINES[position % len(plots.LINES)],
    }


def named(names: Mapping[str, Text], key: str) -> Text:
    """What `names` calls `key`, in both languages; a name of one's own as it is."""
    return names.get(key, Text(key))


def legend(
    figure: Figure, handles: Iterable[Artist] | None = None, labels: Sequence[Text | str] = (), **options: Any
) -> None:
    """A legend below all axes, in one row unless `ncols` says otherwise; without handles of everything that has a label."""
    said = [text.say() if isinstance(text, Text) else text for text in labels]
    given = {} if handles is None else {"handles": list(handles), "labels": said, "ncols": len(said)}
    figure.legend(**{"loc": "outside lower center", "frameon": False, "fontsize": 9, **given, **options})


def level(axes: Axes, height: float, *, quiet: bool = False, **options: Any) -> Line2D:
    """A dashed line across: black where it is to be reached, else grey."""
    grey: dict[str, Any] = {"color": plots.GREY, "linestyle": (0, (2, 2)), "linewidth": 1}
    black: dict[str, Any] = {"color": plots.COLOURS["black"], "linestyle": (0, (4, 3)), "linewidth": 1}
    return axes.axhline(height, **{**(grey if quiet else black), **options})


def annotate(axes: Axes, text: Text, at: Pair, offset: Pair, **options: Any) -> Annotation:
    """A small text `offset` points from the point `at`."""
    return axes.annotate(text.say(), at, **{"xytext": offset, "textcoords": "offset points", "fontsize": 8, **options})


def target_line(axes: Axes, target: float) -> None:
    """The challenge's level as a dashed line with its name."""
    level(axes, target)
    annotate(axes, CHALLENGE, (0, target), (4, 3), xycoords=("axes fraction", "data"), ha="left")


def band(axes: Axes, low: float, high: float, name: Text) -> None:
    """The range to be reached as a grey band with its name."""
    axes.axhspan(low, high, color="#e4e4e4", zorder=0)
    annotate(axes, name, (1, high), (2, 3))


def heat_map(axes: Axes, x: Pair, y: Pair, *, bar: bool = False, **options: Any) -> Cells:
    """A matrix as coloured cells over the ranges x and y, with a colour bar beside it if asked for."""
    axes.grid(False)
    cells = Cells(axes, x, y, **options)
    if bar:
        axes.figure.colorbar(cells, ax=axes, fraction=0.046)
    return cells


def seed_dots(axes: Axes, position: float, scores: Array) -> None:
    """A dot per seed at `position`, and a stroke at their mean."""
    axes.plot(np.full(len(scores), position), scores, "o", color=plots.COLOURS["blue"], markersize=7)
    axes.plot([position - 0.2, position + 0.2], [scores.mean()] * 2, "-", color=plots.COLOURS["vermillion"])


def plane(axes: Axes, title: Text, xlim: Pair, ylim: Pair, minimum: Pair) -> Artist:
    """The plane of two parameters with its minimum marked.

    returns the text that explains the mark; draw it with the moving artists, or contours cross it
    """
    axes.grid(False)
    label(axes, title, xlim=xlim, ylim=ylim, xlabel="w₁", ylabel="w₂")
    axes.plot(*minimum, marker="+", markersize=12, color=plots.COLOURS["black"], linestyle="none")
    box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.5}
    corner: dict[str, Any] = {"ha": "right", "va": "bottom", "transform": axes.transAxes}
    return axes.text(0.98, 0.02, f"+ {_MINIMUM.say()}", fontsize=8, bbox=box, zorder=5, **corner)


def contours(axes: Axes) -> LineCollection:
    """Contour lines, empty as yet."""
    lines = LineCollection([], colors=LIGHT, linewidths=0.9, zorder=1)
    axes.add_collection(lines, autolim=False)
    return lines


def ellipses(loss: float, curvature: float) -> list[Array]:
    """Contours of (w1^2 + curvature w2^2)/2 at fixed fractions of `loss`."""
    return [quadratic.ellipse(fraction * loss, np.array([1.0, curvature])) for fraction in _LEVELS]


def walk(axes: Axes, **options: Any) -> Line2D:
    """A path with a dot per step, empty as yet."""
    blue: dict[str, Any] = {"color": plots.COLOURS["blue"], "linestyle": "-", "linewidth": 1.2}
    (drawn,) = axes.plot([], [], **{**blue, "marker": "o", "markersize": 3.5, "zorder": 3, **options})
    return drawn


def loss_curve(
    axes: Axes, title: Text, steps: int, ylim: Pair, *looks: dict[str, Any], ylabel: Text | str = "J(w)"
) -> list[Line2D]:
    """Losses per step on a logarithmic axis, a curve for each look."""
    label(axes, title, xlim=(0, steps), yscale="log", ylim=ylim, xlabel=STEP, ylabel=ylabel)
    blue: dict[str, Any] = {"color": plots.COLOURS["blue"], "linestyle": "-", "linewidth": 1.8, "zorder": 3}
    t, ones = np.arange(steps + 1), np.ones(steps + 1)
    return [axes.plot(t, ones, **{**blue, **one})[0] for one in looks or ({},)]


def visible(values: Array) -> Array:
    """Values cut off far outside every picture, since Agg cannot draw 1e300."""
    cut: Array = np.clip(np.nan_to_num(values, nan=_FAR, posinf=_FAR, neginf=-_FAR), -_FAR, _FAR)
    return cut


def on_plane(axes: Axes, path: Array) -> Array:
    """A path up to the step on which it leaves the picture for good: what diverges would fill it with lines.

    path: (T, 2)
    returns (2, up to T)
    """
    points = visible(path)
    low, high = np.transpose([axes.get_xlim(), axes.get_ylim()])
    inside = np.flatnonzero(np.all((low <= points) & (points <= high), axis=1))
    kept: Array = points[: inside[-1] + 2] if inside.size else points[:2]
    return kept.T


def visible_loss(values: Array) -> Array:
    """Losses cut off where a logarithmic axis can still show them."""
    cut: Array = np.clip(np.nan_to_num(values, nan=1e30, posinf=1e30), 1e-30, 1e30)
    return cut
