"""A picture for real: the accuracy of each optimizer over a sweep of learning rates, several seeds each."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from hocsau import plots
from hocsau.explore import panels
from hocsau.explore.adaptive_optimizers.step_arithmetic import NAMES
from hocsau.explore.attempt import Array
from hocsau.language import Text

__all__ = ["compute_width", "draw_sensitivity", "sensitivity"]


def compute_width(learning_rates: ArrayLike, accuracies: ArrayLike, margin: float) -> float:
    """How many decades of learning rates come within `margin` of the best mean accuracy: the tolerance of an optimizer.

    learning_rates: (R,), ascending and evenly spaced on a logarithmic scale
    accuracies:     (R, S), a column per seed; NaN counts as 0
    """
    rates = np.asarray(learning_rates, dtype=np.float64)
    mean = np.nan_to_num(np.asarray(accuracies, dtype=np.float64)).mean(axis=1)
    good = np.flatnonzero(mean >= mean.max() - margin)
    return float(np.log10(rates[good[-1]] / rates[good[0]]))


def draw_sensitivity(
    learning_rates: ArrayLike, accuracies: Mapping[str, ArrayLike], margin: float = 0.03
) -> tuple[Figure, Text]:
    """The held-out accuracy of every optimizer against its learning rate, mean and range over the seeds; figure and text.

    learning_rates: (R,), ascending
    accuracies:     name -> (R, S), a column per seed; names as in `OPTIMIZERS`
    margin:         how far below its best an optimizer may fall and still count as good
    raises ValueError if a table has another shape
    """
    rates = np.asarray(learning_rates, dtype=np.float64)
    if not accuracies:
        raise ValueError("sensitivity needs at least one optimizer; got an empty dict")
    figure = plots.new_figure(8.8, 4.6)
    axes = figure.subplots()
    alt = _ALT
    for position, (key, table) in enumerate(accuracies.items()):
        values: Array = np.nan_to_num(np.asarray(table, dtype=np.float64))
        if values.ndim != 2 or len(values) != len(rates):
            raise ValueError(f"{key}: expected an array ({len(rates)}, seeds); got shape {values.shape}")
        mean = values.mean(axis=1)
        best, look = int(mean.argmax()), panels.look(position)
        width = compute_width(rates, values, margin)
        row = _ROW.format(name=panels.named(NAMES, key), best=mean[best], rate=rates[best], width=width)
        axes.fill_between(rates, values.min(axis=1), values.max(axis=1), color=look["color"], alpha=0.12, linewidth=0)
        axes.plot(rates, mean, linewidth=1.8, label=row.say(), **look)
        marker = panels.MARKERS[position % len(panels.MARKERS)]
        axes.plot(rates[best], mean[best], marker, color=look["color"], markersize=8, zorder=5)
        alt += row + Text("; ")
    panels.label(axes, xscale="log", xlabel=_RATE, ylabel=panels.ACCURACY)
    panels.legend(figure, ncols=2, handlelength=3.5, fontsize=8.5)
    return figure, alt


sensitivity = plots.shown(draw_sensitivity)


_RATE = Text("learning rate")
_ROW = Text("{name}: {best:.3f} at {rate:.2g}, good over {width:.1f} decades")
_ALT = Text("Held-out accuracy against the learning rate on a logarithmic axis, mean and range over the seeds. ")
