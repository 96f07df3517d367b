"""Explorers of lesson 4: one neuron's boundary, a network's decision surface, gradients layer by layer, clothes for real.

from hocsau.explore import neural_networks as explore
explore.neuron_boundary(neuron)                     # 4a
explore.decision_surface()                          # 4b
explore.layers(network_loss_and_gradients)          # 4c
explore.accuracy({32: [0.81, 0.82], 128: [0.84, 0.83]})
"""

from __future__ import annotations

from hocsau.explore.neural_networks.decision_surface import compute_surface, decision_surface
from hocsau.explore.neural_networks.held_out import accuracy, draw_accuracy
from hocsau.explore.neural_networks.layers import compute_layers, layers
from hocsau.explore.neural_networks.neuron_boundary import compute_boundary, neuron_boundary

__all__ = [
    "accuracy",
    "compute_boundary",
    "compute_layers",
    "compute_surface",
    "decision_surface",
    "draw_accuracy",
    "layers",
    "neuron_boundary",
]
