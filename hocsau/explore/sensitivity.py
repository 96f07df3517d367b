"""A picture for real: the accuracy of each optimizer over a sweep of learning rates, several seeds each."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from hocsau import plots
from hocsau.explore.step_arithmetic import NAMES
from hocsau.language import Text

__all__ = ["compute_width", "draw_sensitivity", "sensitivity"]

Array = NDArray[np.float64]


def compute_width(learning_rates: ArrayLike, accuracies: ArrayLike, margin: float) -> float:
    """How many decades of learning rates come within `margin` of the best mean accuracy: the tolerance of an optimizer.

    learning_rates: (R,), ascending and evenly spaced on a logarithmic scale
    accuracies:     (R, S), a column per seed; NaN counts as 0
    """
    rates = np.asarray(learning_rates, dtype=np.float64)
    mean = np.nan_to_num(np.asarray(accuracies, dtype=np.float64)).mean(axis=1)
    good = np.flatnonzero(mean >= mean.max() - margin)
    return float(np.log10(rates[good[-1]] / rates[good[0]]))


def sensitivity(
    learning_rates: ArrayLike, accuracies: Mapping[str, ArrayLike], margin: float = 0.03
) -> None:
    """Show the held-out accuracy of every optimizer against its learning rate: mean and range over the seeds.

    learning_rates: (R,), ascending
    accuracies:     name -> (R, S), a column per seed; names as in `OPTIMIZERS`
    margin:         how far below its best an optimizer may fall and still count as good
    raises ValueError if a table has another shape
    """
    figure, alt = draw_sensitivity(learning_rates, accuracies, margin)
    plots.show(figure, alt)


def draw_sensitivity(
    learning_rates: ArrayLike, accuracies: Mapping[str, ArrayLike], margin: float = 0.03
) -> tuple[Figure, Text]:
    """The figure of `sensitivity` and its text."""
    rates = np.asarray(learning_rates, dtype=np.float64)
    if not accuracies:
        raise ValueError("sensitivity needs at least one optimizer; got an empty dict")
    figure = plots.new_figure(8.8, 4.6)
    axes = figure.subplots()
    alt = _ALT
    for position, (key, table) in enumerate(accuracies.items()):
        values: Array = np.nan_to_num(np.asarray(table, dtype=np.float64))
        if values.ndim != 2 or len(values) != len(rates):
            raise ValueError(
                f"{key}: expected an array ({len(rates)}, seeds); got shape {values.shape}"
            )
        mean = values.mean(axis=1)
        best = int(mean.argmax())
        row = _ROW.format(
            name=NAMES.get(key, Text(key, key)),
            best=f"{mean[best]:.3f}",
            rate=f"{rates[best]:.2g}",
            width=f"{compute_width(rates, values, margin):.1f}",
        )
        colour = plots.PALETTE[position % len(plots.PALETTE)]
        dashes = plots.LINES[position % len(plots.LINES)]
        axes.fill_between(
            rates, values.min(axis=1), values.max(axis=1), color=colour, alpha=0.12, linewidth=0
        )
        axes.plot(rates, mean, color=colour, linestyle=dashes, linewidth=1.8, label=row.say())
        axes.plot(
            rates[best], mean[best], "osD^vPX"[position % 7], color=colour, markersize=8, zorder=5
        )
        alt += row + Text("; ", "; ")
    axes.set(xscale="log", xlabel=_RATE.say(), ylabel=_ACCURACY.say())
    figure.legend(
        loc="outside lower center", ncols=2, handlelength=3.5, frameon=False, fontsize=8.5
    )
    return figure, alt


_RATE = Text("learning rate", "tốc độ học")
_ACCURACY = Text("held-out accuracy", "độ chính xác trên tập giữ lại")
_ROW = Text(
    "{name}: {best} at {rate}, good over {width} decades",
    "{name}: {best} tại {rate}, tốt trên {width} bậc mười",
)
_ALT = Text(
    "Held-out accuracy against the learning rate on a logarithmic axis, mean and range over the seeds. ",
    "Độ chính xác trên tập giữ lại theo tốc độ học, trục logarit, trung bình và khoảng dao động qua các hạt giống. ",
)
