"""Explorers of lesson 6: gates over time, retention, gradients through time, forecasts for real.

from hocsau.explore import recurrent_networks as explore
explore.through_time(gradient_through_time)         # 6c
explore.gates(lstm_cell)                            # 6a
explore.retention(lstm)                             # 6b
explore.errors({"persistence": [72.0], "LSTM": [32.2]}, ["autumn"])
explore.forecast(times, truth, {"LSTM": forecast})
"""

from __future__ import annotations

from hocsau.explore.recurrent_networks.forecasts import draw_errors, draw_forecast, errors, forecast, root_mean_square
from hocsau.explore.recurrent_networks.gates import compute_gates, gates
from hocsau.explore.recurrent_networks.retention import compute_retention, half_life, retention
from hocsau.explore.recurrent_networks.through_time import compute_through_time, through_time

__all__ = [
    "compute_gates",
    "compute_retention",
    "compute_through_time",
    "draw_errors",
    "draw_forecast",
    "errors",
    "forecast",
    "gates",
    "half_life",
    "retention",
    "root_mean_square",
    "through_time",
]
