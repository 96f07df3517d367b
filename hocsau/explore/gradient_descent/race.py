"""Pictures of a race on real data: the loss against samples seen, and against seconds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from hocsau import plots
from hocsau.explore import panels
from hocsau.explore.attempt import Array
from hocsau.explore.gradient_descent.variants import NAMES
from hocsau.language import Text

__all__ = ["draw_race", "race"]

Curves = Mapping[str, tuple[ArrayLike, ArrayLike, ArrayLike]]


def draw_race(curves: Curves, optimum: float | None = None) -> tuple[Figure, Text]:
    """The loss of each variant against samples seen and against seconds, side by side; the figure and its text.

    curves:  name -> (samples, seconds, loss), 1-d arrays of one length, a point per measurement;
             "batch", "mini-batch" and "stochastic" are said in the learner's language
    optimum: the least possible loss; with it the excess J - J* is drawn
    raises ValueError if there is no curve or a curve's arrays differ in shape
    """
    if not curves:
        raise ValueError("race needs at least one curve; got an empty dict")
    figure = plots.new_figure(9.6, 4.2)
    by_sample, by_second = figure.subplots(1, 2, sharey=True)
    alt = _ALT
    for position, (key, columns) in enumerate(curves.items()):
        samples, seconds, loss = _measurements(key, columns)
        height = loss if optimum is None else np.maximum(loss - optimum, 1e-16)
        name = panels.named(NAMES, key)
        marker = panels.MARKERS[position % len(panels.MARKERS)]
        look: dict[str, Any] = {"marker": marker, "markersize": 4.5, "linewidth": 1.6, "label": name.say()}
        # A logarithmic axis has no place for the start, where nothing has been seen: it is left out there.
        for axes, across in ((by_sample, samples), (by_second, seconds)):
            axes.plot(across[across > 0], height[across > 0], **look, **panels.look(position))
        alt += _ROW.format(name=name, loss=height[-1], samples=samples[-1], seconds=seconds[-1])
    ylabel = _LOSS if optimum is None else _EXCESS
    panels.label(by_sample, xscale="log", yscale="log", xlabel=_SAMPLES, ylabel=ylabel)
    panels.label(by_second, xscale="log", xlabel=_SECONDS)
    for axis in (by_sample.xaxis, by_second.xaxis, by_sample.yaxis):
        plots.logarithmic(axis)
    handles, labels = by_sample.get_legend_handles_labels()
    panels.legend(figure, handles, labels, ncols=4, handlelength=3.5)
    return figure, alt


def _measurements(key: str, columns: tuple[ArrayLike, ...]) -> list[Array]:
    arrays = [np.asarray(column, dtype=np.float64) for column in columns]
    shapes = [array.shape for array in arrays]
    if len(set(shapes)) != 1 or arrays[0].ndim != 1 or arrays[0].size == 0:
        raise ValueError(
            f"{key}: samples, seconds and loss must be 1-d arrays of one length; got shapes {', '.join(map(str, shapes))}"
        )
    return arrays


race = plots.shown(draw_race)


_SAMPLES = Text("samples seen")
_SECONDS = Text("seconds")
_LOSS = Text("loss J(w)")
_EXCESS = Text("excess loss J(w) − J*")
_ALT = Text("Two panels on logarithmic axes: the loss against samples seen, and against seconds. At the end: ")
_ROW = Text("{name} {loss:.3g} after {samples:.0f} samples and {seconds:.3g} seconds; ")
