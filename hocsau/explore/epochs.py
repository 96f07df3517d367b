"""A picture for real: the loss per epoch with and without momentum, and the epoch at which each reaches a given loss."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from hocsau import plots
from hocsau.language import Text

__all__ = ["NAMES", "compute_epochs_to_loss", "draw_epochs_to_loss", "epochs_to_loss"]


def compute_epochs_to_loss(loss: ArrayLike, target: float) -> int | None:
    """The first epoch after which the loss is at most `target`; None if it never is.

    loss: (T + 1,), the loss after epoch 0 (before training), 1, 2, ...
    """
    reached = np.flatnonzero(np.asarray(loss, dtype=np.float64) <= target)
    return int(reached[0]) if reached.size else None


def epochs_to_loss(curves: Mapping[str, ArrayLike], target: float) -> None:
    """Show the loss per epoch of every run, and mark where each reaches `target`.

    curves: name -> (T + 1,), the loss after epoch 0 (before training), 1, 2, ...; lengths may differ;
            "gradient descent", "momentum" and "nesterov" are said in the learner's language
    raises ValueError if there is no curve or a curve is not a 1-d array
    """
    figure, alt = draw_epochs_to_loss(curves, target)
    plots.show(figure, alt)


def draw_epochs_to_loss(curves: Mapping[str, ArrayLike], target: float) -> tuple[Figure, Text]:
    """The figure of `epochs_to_loss` and its text."""
    if not curves:
        raise ValueError("epochs_to_loss needs at least one curve; got an empty dict")
    figure = plots.new_figure(8.4, 4.2)
    axes = figure.subplots()
    axes.axhline(
        target,
        color=plots.COLOURS["black"],
        linestyle=(0, (4, 3)),
        linewidth=1,
        label=_TARGET.say(),
    )
    alt = _ALT.format(target=f"{target:.3g}")
    for position, (key, values) in enumerate(curves.items()):
        loss: NDArray[np.float64] = np.asarray(values, dtype=np.float64)
        if loss.ndim != 1 or loss.size == 0:
            raise ValueError(
                f"{key}: the loss per epoch must be a 1-d array; got shape {loss.shape}"
            )
        name = NAMES.get(key, Text(key, key))
        epoch = compute_epochs_to_loss(loss, target)
        row = _NEVER.format(name=name) if epoch is None else _REACHED.format(name=name, epoch=epoch)
        colour = plots.PALETTE[position % len(plots.PALETTE)]
        dashes = plots.LINES[position % len(plots.LINES)]
        axes.plot(loss, color=colour, linestyle=dashes, linewidth=1.8, label=row.say())
        if epoch is not None:
            axes.plot(
                epoch, loss[epoch], "osD^vP"[position % 6], color=colour, markersize=8, zorder=5
            )
        alt += row + Text("; ", "; ")
    axes.set(yscale="log", xlabel="epoch", ylabel=_LOSS.say())
    axes.set_xlim(left=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    plots.logarithmic(axes.yaxis)
    figure.legend(loc="outside lower center", ncols=2, handlelength=3.5, frameon=False, fontsize=9)
    return figure, alt


NAMES = {
    "gradient descent": Text("gradient descent", "gradient descent"),
    "momentum": Text("momentum", "momentum"),
    "nesterov": Text("Nesterov's momentum", "momentum Nesterov"),
}
_TARGET = Text("target", "mức cần đạt")
_LOSS = Text("loss J(w)", "hàm mất mát J(w)")
_REACHED = Text("{name}: epoch {epoch}", "{name}: epoch {epoch}")
_NEVER = Text("{name}: not reached", "{name}: chưa đạt")
_ALT = Text(
    "The loss per epoch on a logarithmic axis. Target {target} reached by: ",
    "Hàm mất mát theo từng epoch trên trục logarit. Đạt mức {target} ở: ",
)
