"""Panels that explorers share: contours with a path on them, and a loss per step on a logarithmic axis."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from hocsau import plots
from hocsau.explore import quadratic
from hocsau.language import Text

__all__ = [
    "STEP",
    "contours",
    "ellipses",
    "loss_curve",
    "on_plane",
    "plane",
    "target_line",
    "visible",
    "visible_loss",
    "walk",
]

Array = NDArray[np.float64]

STEP = Text("step", "bước")
_TARGET = Text("challenge", "thử thách")
_MINIMUM = Text("minimum", "cực tiểu")
_LEVELS = (1.6, 1.0, 0.6, 0.32, 0.14, 0.04, 0.008)
_FAR = 1e3


def plane(
    axes: Axes,
    xlim: tuple[float, float],
    ylim: tuple[float, float],
    minimum: tuple[float, float],
) -> Artist:
    """The plane of two parameters with its minimum marked.

    returns the text that explains the mark; draw it with the moving artists, or contours cross it
    """
    axes.grid(False)
    axes.set(xlim=xlim, ylim=ylim, xlabel="w₁", ylabel="w₂")
    axes.plot(*minimum, marker="+", markersize=12, color=plots.COLOURS["black"], linestyle="none")
    return axes.text(
        0.98,
        0.02,
        f"+ {_MINIMUM.say()}",
        ha="right",
        va="bottom",
        fontsize=8,
        transform=axes.transAxes,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.5},
        zorder=5,
    )


def contours(axes: Axes) -> LineCollection:
    """Contour lines, empty as yet."""
    lines = LineCollection([], colors="#b4b4b4", linewidths=0.9, zorder=1)
    axes.add_collection(lines, autolim=False)
    return lines


def ellipses(
    loss: float, eigenvalues: Array, centre: tuple[float, float] = (0.0, 0.0)
) -> list[Array]:
    """Contours of a quadratic loss at fixed fractions of `loss`."""
    return [quadratic.ellipse(level * loss, eigenvalues) + np.array(centre) for level in _LEVELS]


def walk(axes: Axes, **options: Any) -> Line2D:
    """A path with a dot per step, empty as yet."""
    look = {
        "color": plots.COLOURS["blue"],
        "linestyle": "-",
        "linewidth": 1.2,
        "marker": "o",
        "markersize": 3.5,
    }
    (line,) = axes.plot([], [], **{**look, "zorder": 3, **options})
    return line


def target_line(axes: Axes, target: float) -> None:
    """The challenge's level as a dashed line with its name."""
    axes.axhline(target, color=plots.COLOURS["black"], linestyle=(0, (4, 3)), linewidth=1)
    where: Any = ("axes fraction", "data")
    axes.annotate(
        _TARGET.say(),
        (0, target),
        xycoords=where,
        xytext=(4, 3),
        textcoords="offset points",
        ha="left",
        fontsize=8,
    )


def loss_curve(axes: Axes, steps: int, ylim: tuple[float, float], **options: Any) -> Line2D:
    """A loss per step on a logarithmic axis."""
    axes.set(xlim=(0, steps), yscale="log", ylim=ylim, xlabel=STEP.say(), ylabel="J(w)")
    look = {"color": plots.COLOURS["blue"], "linestyle": "-", "linewidth": 1.8, "zorder": 3}
    (line,) = axes.plot(np.arange(steps + 1), np.ones(steps + 1), **{**look, **options})
    return line


def visible(values: Array) -> Array:
    """Values cut off far outside every picture, since Agg cannot draw 1e300."""
    cut: Array = np.clip(np.nan_to_num(values, nan=_FAR, posinf=_FAR, neginf=-_FAR), -_FAR, _FAR)
    return cut


def on_plane(axes: Axes, path: Array) -> Array:
    """A path up to the step on which it leaves the picture for good: what diverges would fill it with lines.

    path: (T, 2)
    returns (up to T, 2)
    """
    points = visible(path)
    low, high = np.transpose([axes.get_xlim(), axes.get_ylim()])
    inside = np.flatnonzero(np.all((low <= points) & (points <= high), axis=1))
    return points[: inside[-1] + 2] if inside.size else points[:2]


def visible_loss(values: Array) -> Array:
    """Losses cut off where a logarithmic axis can still show them."""
    cut: Array = np.clip(np.nan_to_num(values, nan=1e30, posinf=1e30), 1e-30, 1e30)
    return cut
