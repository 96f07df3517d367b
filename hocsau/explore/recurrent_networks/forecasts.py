"""Pictures for real: forecasts over the truth, and the errors of several ways to forecast on several stretches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from hocsau import plots
from hocsau.explore import panels
from hocsau.explore.attempt import Array
from hocsau.language import Text

__all__ = ["NAMES", "UNITS", "draw_errors", "draw_forecast", "errors", "forecast", "root_mean_square"]


def root_mean_square(forecast: ArrayLike, truth: ArrayLike) -> float:
    """sqrt(mean of (forecast - truth)^2), in the units of the series.

    raises ValueError if the shapes differ: (n,) against (n, 1) would silently become (n, n)
    """
    made, true = _array(forecast), _array(truth)
    if made.shape != true.shape:
        raise ValueError(f"the forecast has shape {made.shape}, the truth {true.shape}")
    return float(np.sqrt(((made - true) ** 2).mean()))


def _array(values: ArrayLike) -> Array:
    detach = getattr(values, "detach", None)  # a tensor, wherever it is
    return np.asarray(values if detach is None else detach().cpu().numpy(), dtype=np.float64)


def draw_forecast(
    times: ArrayLike, truth: ArrayLike, forecasts: Mapping[str, ArrayLike], unit: str = ""
) -> tuple[Figure, Text]:
    """Forecasts drawn over the truth; the figure and its text.

    times:     (n,) numbers or datetime64
    truth:     (n,) or (n, 1)
    forecasts: name -> the same shape; names as in `NAMES`, or your own
    unit:      what is forecast, as in `UNITS`, or your own word
    raises ValueError if a shape differs, or there is no forecast
    """
    if not forecasts:
        raise ValueError("forecast needs at least one forecast; got an empty dict")
    when, true = np.asarray(times), _array(truth).reshape(-1)
    figure = plots.new_figure(9.4, 4.0)
    axes = figure.subplots()
    axes.plot(when, true, "-", color="#9a9a9a", linewidth=4, label=_TRUTH.say(), zorder=1)
    alt = _FORECAST_ALT.format(n=len(true))
    for position, (key, values) in enumerate(forecasts.items()):
        made = _array(values).reshape(-1)
        row = _ROW.format(name=panels.named(NAMES, key), error=_figure(root_mean_square(made, true)))
        axes.plot(when, made, linewidth=1.6, label=row.say(), **panels.look(position))
        alt += row + Text("; ")
    axes.set_ylabel(panels.named(UNITS, unit).say())
    if when.dtype.kind == "M":
        axes.tick_params(axis="x", labelrotation=20)
    panels.legend(figure, ncols=2, handlelength=3.5)
    return figure, alt


def draw_errors(table: Mapping[str, Sequence[float]], stretches: Sequence[str], unit: str = "") -> tuple[Figure, Text]:
    """The error of each way to forecast on each held-out stretch; the figure and its text.

    table:     name -> a root mean square error per stretch; names as in `NAMES`, or your own
    stretches: what the stretches are called
    unit:      as in `UNITS`, or your own word
    raises ValueError if a row has another length
    """
    if not table or any(len(row) != len(stretches) for row in table.values()):
        lengths = {key: len(row) for key, row in table.items()}
        raise ValueError(f"errors needs one number per stretch ({len(stretches)}) in each row; got {lengths}")
    figure = plots.new_figure(8.8, 3.8)
    axes = figure.subplots()
    alt = _ERRORS_ALT.format(n=len(stretches))
    places = np.arange(len(stretches))
    for position, (key, row) in enumerate(table.items()):
        said = _MEAN.format(name=panels.named(NAMES, key), error=_figure(float(np.mean(row))))
        marker = panels.MARKERS[position % len(panels.MARKERS)]
        look: dict[str, Any] = {"marker": marker, "markersize": 8, "linewidth": 1.2, **panels.look(position)}
        axes.plot(places, list(row), label=said.say(), **look)
        alt += said + Text("; ")
    axes.set_xticks(places, list(stretches))
    axes.set_ylim(bottom=0)
    measured = Text(" ({unit})").format(unit=panels.named(UNITS, unit)) if unit else Text.of("")
    panels.label(axes, xlim=(-0.3, len(stretches) - 0.7), xlabel=_STRETCH, ylabel=_ERROR + measured)
    figure.legend(loc="outside right center", frameon=False, fontsize=9, handlelength=3)
    return figure, alt


forecast, errors = plots.shown(draw_forecast), plots.shown(draw_errors)


def _figure(error: float) -> str:
    return f"{error:.1f}" if error >= 1 else f"{error:.3f}"


NAMES = {
    "persistence": Text("persistence"),
    "day before": Text("the day before"),
    "week before": Text("the week before"),
    "cycle before": Text("the cycle before"),
    "line": Text("linear autoregression"),
    "LSTM": Text("LSTM"),
}
UNITS = {
    "rentals": Text("rentals per hour"),
    "sunspots": Text("sunspot number of the year"),
}
_STRETCH = Text("held-out stretch")
_TRUTH = Text("truth")
_ERROR = Text("root mean square error")
_ROW = Text("{name} (error {error})")
_MEAN = Text("{name} (mean {error})")
_FORECAST_ALT = Text("Forecasts over {n} true values: ")
_ERRORS_ALT = Text("Errors on {n} held-out stretches, a line per way to forecast: ")
