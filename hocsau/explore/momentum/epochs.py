"""A picture for real: the loss per epoch with and without momentum, and the epoch at which each reaches a given loss."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from hocsau import plots
from hocsau.explore import panels
from hocsau.explore.attempt import Array
from hocsau.language import Text

__all__ = ["NAMES", "compute_epochs_to_loss", "draw_epochs_to_loss", "epochs_to_loss"]


def compute_epochs_to_loss(loss: ArrayLike, target: float) -> int | None:
    """The first epoch after which the loss is at most `target`; None if it never is.

    loss: (T + 1,), the loss after epoch 0 (before training), 1, 2, ...
    """
    reached = np.flatnonzero(np.asarray(loss, dtype=np.float64) <= target)
    return int(reached[0]) if reached.size else None


def draw_epochs_to_loss(curves: Mapping[str, ArrayLike], target: float) -> tuple[Figure, Text]:
    """The loss per epoch of every run, and a mark where each reaches `target`; the figure and its text.

    curves: name -> (T + 1,), the loss after epoch 0 (before training), 1, 2, ...; lengths may differ;
            "gradient descent", "momentum" and "nesterov" are said in the learner's language
    raises ValueError if there is no curve or a curve is not a 1-d array
    """
    if not curves:
        raise ValueError("epochs_to_loss needs at least one curve; got an empty dict")
    figure = plots.new_figure(8.4, 4.2)
    axes = figure.subplots()
    panels.level(axes, target, label=_TARGET.say())
    alt = _ALT.format(target=target)
    for position, (key, values) in enumerate(curves.items()):
        loss: Array = np.asarray(values, dtype=np.float64)
        if loss.ndim != 1 or loss.size == 0:
            raise ValueError(f"{key}: the loss per epoch must be a 1-d array; got shape {loss.shape}")
        epoch, look = compute_epochs_to_loss(loss, target), panels.look(position)
        row = (_NEVER if epoch is None else _REACHED).format(name=panels.named(NAMES, key), epoch=epoch)
        axes.plot(loss, linewidth=1.8, label=row.say(), **look)
        if epoch is not None:
            marker = panels.MARKERS[position % len(panels.MARKERS)]
            axes.plot(epoch, loss[epoch], marker, color=look["color"], markersize=8, zorder=5)
        alt += row + Text("; ")
    panels.label(axes, yscale="log", xlabel="epoch", ylabel=_LOSS)
    axes.set_xlim(left=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    plots.logarithmic(axes.yaxis)
    panels.legend(figure, ncols=2, handlelength=3.5)
    return figure, alt


epochs_to_loss = plots.shown(draw_epochs_to_loss)


NAMES = {
    "gradient descent": Text("gradient descent"),
    "momentum": Text("momentum"),
    "nesterov": Text("Nesterov's momentum"),
}
_TARGET = Text("target")
_LOSS = Text("loss J(w)")
_REACHED = Text("{name}: epoch {epoch}")
_NEVER = Text("{name}: not reached")
_ALT = Text("The loss per epoch on a logarithmic axis. Target {target:.3g} reached by: ")
