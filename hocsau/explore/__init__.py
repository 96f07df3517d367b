"""Explorers: one module per lesson, each a few pictures with sliders and a challenge.

    from hocsau.explore import gradient_descent as explore
    explore.learning_rate(gradient_descent)

In every module `compute_*(parameters) -> arrays` is pure, and the drawing is thin; `live` is the shared blitted picture.
"""

from __future__ import annotations

__all__ = [
    "adaptive_optimizers",
    "convolutional_networks",
    "gradient_descent",
    "momentum",
    "neural_networks",
    "recurrent_networks",
    "transformer",
]
