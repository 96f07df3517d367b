"""Pictures for real: forecasts over the truth, and the errors of several ways to forecast on several stretches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from hocsau import plots
from hocsau.language import Text

__all__ = [
    "NAMES",
    "UNITS",
    "draw_errors",
    "draw_forecast",
    "errors",
    "forecast",
    "root_mean_square",
]

Array = NDArray[np.float64]


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


def forecast(
    times: ArrayLike, truth: ArrayLike, forecasts: Mapping[str, ArrayLike], unit: str = ""
) -> None:
    """Show forecasts drawn over the truth.

    times:     (n,) numbers or datetime64
    truth:     (n,) or (n, 1)
    forecasts: name -> the same shape; names as in `NAMES`, or your own
    unit:      what is forecast, as in `UNITS`, or your own word
    raises ValueError if a shape differs, or there is no forecast
    """
    figure, alt = draw_forecast(times, truth, forecasts, unit)
    plots.show(figure, alt)


def draw_forecast(
    times: ArrayLike, truth: ArrayLike, forecasts: Mapping[str, ArrayLike], unit: str = ""
) -> tuple[Figure, Text]:
    """The figure of `forecast` and its text."""
    if not forecasts:
        raise ValueError("forecast needs at least one forecast; got an empty dict")
    when, true = np.asarray(times), _array(truth).reshape(-1)
    figure = plots.new_figure(9.4, 4.0)
    axes = figure.subplots()
    axes.plot(when, true, "-", color="#9a9a9a", linewidth=4, label=_TRUTH.say(), zorder=1)
    alt = _FORECAST_ALT.format(n=len(true))
    for position, (key, values) in enumerate(forecasts.items()):
        made = _array(values).reshape(-1)
        error = root_mean_square(made, true)
        row = _ROW.format(name=_name(key), error=_figure(error))
        axes.plot(
            when, made, color=plots.PALETTE[position % 7], linestyle=plots.LINES[position % 7],
            linewidth=1.6, label=row.say(),
        )  # fmt: skip
        alt += row + Text("; ", "; ")
    axes.set_ylabel(_unit(unit).say())
    if when.dtype.kind == "M":
        for label in axes.get_xticklabels():
            label.set_rotation(20)
    figure.legend(loc="outside lower center", ncols=2, handlelength=3.5, frameon=False, fontsize=9)
    return figure, alt


def errors(table: Mapping[str, Sequence[float]], stretches: Sequence[str], unit: str = "") -> None:
    """Show the error of each way to forecast on each held-out stretch.

    table:     name -> a root mean square error per stretch; names as in `NAMES`, or your own
    stretches: what the stretches are called
    unit:      as in `UNITS`, or your own word
    raises ValueError if a row has another length
    """
    figure, alt = draw_errors(table, stretches, unit)
    plots.show(figure, alt)


def draw_errors(
    table: Mapping[str, Sequence[float]], stretches: Sequence[str], unit: str = ""
) -> tuple[Figure, Text]:
    """The figure of `errors` and its text."""
    if not table or any(len(row) != len(stretches) for row in table.values()):
        lengths = {key: len(row) for key, row in table.items()}
        raise ValueError(
            f"errors needs one number per stretch ({len(stretches)}) in each row; got {lengths}"
        )
    figure = plots.new_figure(8.8, 3.8)
    axes = figure.subplots()
    alt = _ERRORS_ALT.format(n=len(stretches))
    places = np.arange(len(stretches))
    for position, (key, row) in enumerate(table.items()):
        mean = float(np.mean(row))
        said = _MEAN.format(name=_name(key), error=_figure(mean))
        axes.plot(
            places, list(row), "osD^vPX"[position % 7], color=plots.PALETTE[position % 7],
            linestyle=plots.LINES[position % 7], linewidth=1.2, markersize=8, label=said.say(),
        )  # fmt: skip
        alt += said + Text("; ", "; ")
    axes.set_xticks(places, list(stretches))
    axes.set_ylim(bottom=0)
    axes.set_xlim(-0.3, len(stretches) - 0.7)
    axes.set_xlabel(_STRETCH.say())
    axes.set_ylabel(_ERROR.say() + (f" ({_unit(unit).say()})" if unit else ""))
    figure.legend(loc="outside right center", frameon=False, fontsize=9, handlelength=3)
    return figure, alt


def _figure(error: float) -> str:
    return f"{error:.1f}" if error >= 1 else f"{error:.3f}"


def _name(key: str) -> Text:
    return NAMES.get(key, Text(key, key))


def _unit(key: str) -> Text:
    return UNITS.get(key, Text(key, key))


NAMES = {
    "persistence": Text("persistence", "giữ nguyên giá trị cuối"),
    "day before": Text("the day before", "như ngày hôm trước"),
    "week before": Text("the week before", "như tuần trước"),
    "cycle before": Text("the cycle before", "như chu kỳ trước"),
    "line": Text("linear autoregression", "tự hồi quy tuyến tính"),
    "LSTM": Text("LSTM", "LSTM"),
}
UNITS = {
    "rentals": Text("rentals per hour", "lượt thuê mỗi giờ"),
    "sunspots": Text("sunspot number of the year", "số vết đen trong năm"),
}
_STRETCH = Text("held-out stretch", "đoạn giữ lại")
_TRUTH = Text("truth", "giá trị thật")
_ERROR = Text("root mean square error", "căn của sai số bình phương trung bình")
_ROW = Text("{name} (error {error})", "{name} (sai số {error})")
_MEAN = Text("{name} (mean {error})", "{name} (trung bình {error})")
_FORECAST_ALT = Text("Forecasts over {n} true values: ", "Các dự báo vẽ trên {n} giá trị thật: ")
_ERRORS_ALT = Text(
    "Errors on {n} held-out stretches, a line per way to forecast: ",
    "Sai số trên {n} đoạn giữ lại, mỗi cách dự báo một đường: ",
)
