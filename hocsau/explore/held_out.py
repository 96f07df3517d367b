"""A picture for real: held-out accuracy of several settings, a dot per seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from hocsau import plots
from hocsau.language import Text

__all__ = ["accuracy", "draw_accuracy"]


def accuracy(runs: Mapping[int, Sequence[float]]) -> None:
    """Show the held-out accuracy of every seed for each number of hidden neurons.

    runs: width -> accuracies, one per seed; width 0 is the network without a hidden layer
    raises ValueError if there is nothing to show
    """
    figure, alt = draw_accuracy(runs)
    plots.show(figure, alt)


def draw_accuracy(runs: Mapping[int, Sequence[float]]) -> tuple[Figure, Text]:
    """The figure of `accuracy` and its text."""
    if not runs or not all(len(found) for found in runs.values()):
        raise ValueError("accuracy needs at least one run for every width")
    figure = plots.new_figure(7.2, 3.8)
    axes = figure.subplots()
    alt = _ALT
    for place, (width, found) in enumerate(runs.items()):
        scores = np.asarray(found, dtype=np.float64)
        axes.plot(
            np.full(len(scores), place), scores, "o", color=plots.COLOURS["blue"], markersize=7
        )
        axes.plot(
            [place - 0.2, place + 0.2], [scores.mean()] * 2, "-", color=plots.COLOURS["vermillion"]
        )
        name = _NONE if width == 0 else Text(str(width), str(width))
        alt += _ROW.format(width=name, mean=f"{scores.mean():.3f}", spread=f"{np.ptp(scores):.3f}")
    axes.set_xticks(range(len(runs)), [_NONE.say() if w == 0 else str(w) for w in runs])
    axes.set(xlabel=_WIDTH.say(), ylabel=_ACCURACY.say(), xlim=(-0.5, len(runs) - 0.5))
    return figure, alt


_NONE = Text("none", "không có")
_WIDTH = Text("neurons in the hidden layer", "số nơ-ron trong lớp ẩn")
_ACCURACY = Text("held-out accuracy", "độ chính xác trên tập giữ lại")
_ROW = Text("{width}: mean {mean}, spread {spread}; ", "{width}: trung bình {mean}, chênh lệch {spread}; ")  # fmt: skip
_ALT = Text(
    "Held-out accuracy by number of hidden neurons, a dot per seed and a line at the mean. ",
    "Độ chính xác trên tập giữ lại theo số nơ-ron ẩn, mỗi seed một chấm, gạch ngang là trung bình. ",
)
