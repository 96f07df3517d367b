"""Explorers of lesson 2: gradient descent beside momentum in a ravine, the map of rates, epochs to a loss for real.

from hocsau.explore import momentum as explore
explore.ravine(momentum_descent)            # 2a
explore.rate_map(convergence_rate)          # 2b
explore.epochs_to_loss({"gradient descent": loss, "momentum": loss}, target=10.0)
"""

from __future__ import annotations

from hocsau.explore.momentum.epochs import epochs_to_loss
from hocsau.explore.momentum.rate_map import compute_rate_map, rate_map
from hocsau.explore.momentum.ravine import compute_ravine, ravine

__all__ = ["compute_rate_map", "compute_ravine", "epochs_to_loss", "rate_map", "ravine"]
