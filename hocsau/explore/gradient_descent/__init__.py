"""Explorers of lesson 1: the learning rate, the three variants, the way out of a local minimum, the race for real.

from hocsau.explore import gradient_descent as explore
explore.learning_rate(gradient_descent)     # 1a
explore.variants(minibatch_epoch)           # 1b
explore.escape()
explore.race({"batch": (samples, seconds, loss), ...})
"""

from __future__ import annotations

from hocsau.explore.gradient_descent.escape import compute_escape, escape
from hocsau.explore.gradient_descent.race import race
from hocsau.explore.gradient_descent.rate import compute_learning_rate, learning_rate
from hocsau.explore.gradient_descent.variants import compute_variants, variants

__all__ = ["compute_escape", "compute_learning_rate", "compute_variants", "escape", "learning_rate", "race", "variants"]
