"""A picture for real: held-out accuracy of several settings, a dot per seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from hocsau import plots
from hocsau.explore import panels
from hocsau.language import Text

__all__ = ["accuracy", "draw_accuracy"]


def draw_accuracy(runs: Mapping[int, Sequence[float]]) -> tuple[Figure, Text]:
    """The held-out accuracy of every seed for each number of hidden neurons; the figure and its text.

    runs: width -> accuracies, one per seed; width 0 is the network without a hidden layer
    raises ValueError if there is nothing to show
    """
    if not runs or not all(len(found) for found in runs.values()):
        raise ValueError("accuracy needs at least one run for every width")
    figure = plots.new_figure(7.2, 3.8)
    axes = figure.subplots()
    alt, names = _ALT, [_NONE if width == 0 else Text(str(width)) for width in runs]
    for position, (name, found) in enumerate(zip(names, runs.values(), strict=True)):
        scores = np.asarray(found, dtype=np.float64)
        panels.seed_dots(axes, position, scores)
        alt += _ROW.format(width=name, mean=scores.mean(), spread=np.ptp(scores))
    axes.set_xticks(range(len(runs)), [name.say() for name in names])
    panels.label(axes, xlabel=_WIDTH, ylabel=panels.ACCURACY, xlim=(-0.5, len(runs) - 0.5))
    return figure, alt


accuracy = plots.shown(draw_accuracy)


_NONE = Text("none")
_WIDTH = Text("neurons in the hidden layer")
_ROW = Text("{width}: mean {mean:.3f}, spread {spread:.3f}; ")  # fmt: skip
_ALT = Text("Held-out accuracy by number of hidden neurons, a dot per seed and a line at the mean. ")
