"""Language models for real: held-out bits per character against steps and seconds, beside a bigram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from hocsau import plots
from hocsau.explore import panels
from hocsau.language import Text

__all__ = ["bits_curves", "draw_bits"]

Curve = Sequence[tuple[float, float, float]]


def draw_bits(curves: Mapping[str, Curve], bigram: float) -> tuple[Figure, Text]:
    """How held-out bits per character fall, name -> (step, seconds, bits) of each measurement; the figure and its text.

    raises ValueError if a curve is empty
    """
    if not curves or not all(len(curve) for curve in curves.values()):
        raise ValueError("bits_curves needs at least one measurement for every model")
    figure = plots.new_figure(9.6, 3.8)
    by_step, by_second = figure.subplots(1, 2, sharey=True)
    alt = _ALT.format(bigram=bigram)
    for axes, column, xlabel in ((by_step, 0, _STEPS), (by_second, 1, _SECONDS)):
        for position, (name, curve) in enumerate(curves.items()):
            look = {"marker": "o", "markersize": 3.5, "label": name, **panels.look(position)}
            axes.plot([m[column] for m in curve], [m[2] for m in curve], **look)
        panels.level(axes, bigram, linestyle=(0, (2, 2)))
        panels.annotate(axes, _BIGRAM, (1, bigram), (-4, 3), xycoords=("axes fraction", "data"), ha="right", fontsize=9)
        panels.label(axes, xlabel=xlabel)
    panels.label(by_step, ylabel=_BITS)
    by_second.legend(frameon=False, loc="upper right", bbox_to_anchor=(1, 0.9))
    for name, curve in curves.items():
        steps, seconds, bits = curve[-1]
        alt += _ROW.format(name=name, bits=bits, steps=steps, seconds=seconds)
    return figure, alt


bits_curves = plots.shown(draw_bits)


_STEPS = Text("training steps")
_SECONDS = Text("seconds of training")
_BITS = Text("held-out bits per character")
_BIGRAM = Text("bigram")
_ALT = Text(
    "Held-out bits per character against training steps (left) and seconds (right); a bigram model needs {bigram:.2f}. "
)
_ROW = Text("{name}: {bits:.2f} after {steps:.0f} steps, {seconds:.0f} seconds. ")
