"""Pictures of a race on real data: the loss against samples seen, and against seconds."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from hocsau import plots
from hocsau.explore.variants import NAMES
from hocsau.language import Text

__all__ = ["draw_race", "race"]

Array = NDArray[np.float64]
Curves = Mapping[str, tuple[ArrayLike, ArrayLike, ArrayLike]]


def race(curves: Curves, optimum: float | None = None) -> None:
    """Show the loss of each variant against samples seen and against seconds, side by side.

    curves:  name -> (samples, seconds, loss), 1-d arrays of one length, a point per measurement;
             "batch", "mini-batch" and "stochastic" are said in the learner's language
    optimum: the least possible loss; with it the excess J - J* is drawn
    raises ValueError if there is no curve or a curve's arrays differ in shape
    """
    figure, alt = draw_race(curves, optimum)
    plots.show(figure, alt)


def draw_race(curves: Curves, optimum: float | None = None) -> tuple[Figure, Text]:
    """The figure of `race` and its text."""
    if not curves:
        raise ValueError("race needs at least one curve; got an empty dict")
    figure = plots.new_figure(9.6, 4.2)
    by_sample, by_second = figure.subplots(1, 2, sharey=True)
    alt = _ALT
    for position, (key, columns) in enumerate(curves.items()):
        samples, seconds, loss = (np.asarray(column, dtype=np.float64) for column in columns)
        if not samples.shape == seconds.shape == loss.shape or loss.ndim != 1 or loss.size == 0:
            raise ValueError(
                f"{key}: samples, seconds and loss must be 1-d arrays of one length; "
                f"got shapes {samples.shape}, {seconds.shape}, {loss.shape}"
            )
        height = loss if optimum is None else np.maximum(loss - optimum, 1e-16)
        name = NAMES.get(key, Text(key, key))
        look = {
            "color": plots.PALETTE[position % len(plots.PALETTE)],
            "linestyle": plots.LINES[position % len(plots.LINES)],
            "marker": "osD^vP"[position % 6],
            "markersize": 4.5,
            "linewidth": 1.6,
            "label": name.say(),
        }
        # A logarithmic axis has no place for the start, where nothing has been seen: it is left out there.
        for axes, across in ((by_sample, samples), (by_second, seconds)):
            axes.plot(across[across > 0], height[across > 0], **look)
        alt += _ROW.format(
            name=name,
            loss=f"{height[-1]:.3g}",
            samples=f"{samples[-1]:.0f}",
            seconds=f"{seconds[-1]:.3g}",
        )
    ylabel = _LOSS if optimum is None else _EXCESS
    by_sample.set(xscale="log", yscale="log", xlabel=_SAMPLES.say(), ylabel=ylabel.say())
    by_second.set(xscale="log", xlabel=_SECONDS.say())
    for axis in (by_sample.xaxis, by_second.xaxis, by_sample.yaxis):
        plots.logarithmic(axis)
    figure.legend(
        *by_sample.get_legend_handles_labels(),
        loc="outside lower center",
        ncols=4,
        handlelength=3.5,
        frameon=False,
        fontsize=9,
    )
    return figure, alt


_SAMPLES = Text("samples seen", "số mẫu đã xem")
_SECONDS = Text("seconds", "số giây")
_LOSS = Text("loss J(w)", "hàm mất mát J(w)")
_EXCESS = Text("excess loss J(w) − J*", "phần mất mát vượt mức J(w) − J*")
_ALT = Text(
    "Two panels on logarithmic axes: the loss against samples seen, and against seconds. At the end: ",
    "Hai hình trên trục logarit: hàm mất mát theo số mẫu đã xem, và theo số giây. Khi kết thúc: ",
)
_ROW = Text(
    "{name} {loss} after {samples} samples and {seconds} seconds; ",
    "{name} {loss} sau {samples} mẫu và {seconds} giây; ",
)
