"""Language models for real: held-out bits per character against steps and seconds, beside a bigram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from hocsau import plots
from hocsau.language import Text

__all__ = ["bits_curves", "draw_bits"]

Curve = Sequence[tuple[float, float, float]]


def bits_curves(curves: Mapping[str, Curve], bigram: float) -> None:
    """Show how held-out bits per character fall: name -> (step, seconds, bits) of each measurement.

    raises ValueError if a curve is empty
    """
    plots.show(*draw_bits(curves, bigram))


def draw_bits(curves: Mapping[str, Curve], bigram: float) -> tuple[Figure, Text]:
    """The figure of `bits_curves` and its text."""
    if not curves or not all(len(curve) for curve in curves.values()):
        raise ValueError("bits_curves needs at least one measurement for every model")
    figure = plots.new_figure(9.6, 3.8)
    panels = figure.subplots(1, 2, sharey=True)
    alt = _ALT.format(bigram=f"{bigram:.2f}")
    looks = dict(zip(curves, zip(plots.PALETTE, plots.LINES, strict=True), strict=False))
    for axes, column, label in ((panels[0], 0, _STEPS), (panels[1], 1, _SECONDS)):
        for name, curve in curves.items():
            colour, dashes = looks[name]
            axes.plot([m[column] for m in curve], [m[2] for m in curve], color=colour, linestyle=dashes, marker="o", markersize=3.5, label=name)  # fmt: skip
        axes.axhline(bigram, color=plots.COLOURS["black"], linestyle=(0, (2, 2)), linewidth=1)
        axes.annotate(_BIGRAM.say(), (1, bigram), xycoords=("axes fraction", "data"), xytext=(-4, 3), textcoords="offset points", ha="right", fontsize=9)  # fmt: skip
        axes.set(xlabel=label.say())
    panels[0].set(ylabel=_BITS.say())
    panels[1].legend(frameon=False, loc="upper right", bbox_to_anchor=(1, 0.9))
    for name, curve in curves.items():
        alt += _ROW.format(name=name, bits=f"{curve[-1][2]:.2f}", steps=f"{curve[-1][0]:.0f}", seconds=f"{curve[-1][1]:.0f}")  # fmt: skip
    return figure, alt


_STEPS = Text("training steps", "số bước huấn luyện")
_SECONDS = Text("seconds of training", "số giây huấn luyện")
_BITS = Text("held-out bits per character", "bit mỗi ký tự, tập giữ lại")
_BIGRAM = Text("bigram", "bigram")
_ALT = Text(
    "Held-out bits per character against training steps (left) and seconds (right); a bigram model needs {bigram}. ",
    "Số bit mỗi ký tự trên tập giữ lại theo số bước huấn luyện (trái) và số giây (phải); mô hình bigram cần {bigram}. ",
)
_ROW = Text(
    "{name}: {bits} after {steps} steps, {seconds} seconds. ",
    "{name}: {bits} sau {steps} bước, {seconds} giây. ",
)
