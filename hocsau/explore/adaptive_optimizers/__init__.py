"""Explorers of lesson 3: optimizers on surfaces, rates of frequent and rare features, and how sensitive each is.

from hocsau.explore import adaptive_optimizers as explore
explore.surfaces(adam_step)                  # 3a
explore.rates(adagrad_effective_rate)        # 3b
explore.sensitivity(learning_rates, {"adam": accuracies})
"""

from __future__ import annotations

from hocsau.explore.adaptive_optimizers.rarity import compute_rates, rates
from hocsau.explore.adaptive_optimizers.sensitivity import compute_width, sensitivity
from hocsau.explore.adaptive_optimizers.surfaces import compute_surfaces, surfaces

__all__ = ["compute_rates", "compute_surfaces", "compute_width", "rates", "sensitivity", "surfaces"]
