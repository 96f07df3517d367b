"""Explorers: one module per lesson, each a few pictures with sliders and a challenge.

    from hocsau.explore import gradient_descent as explore
    explore.learning_rate(gradient_descent)

In every module `compute_*(parameters) -> arrays` is pure; `live` keeps what it gives and hands it to the drawing.
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
