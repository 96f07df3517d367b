"""Explorers of lesson 5: kernels on a picture, im2col, feature maps, shortcuts, clothes for real.

from hocsau.explore import convolutional_networks as explore
explore.windows()                                   # im2col, window by window
explore.kernels(conv2d)                             # 5a
explore.feature_maps(conv2d, max_pool2d)            # 5b
explore.depth(ResidualBlock)                        # 5c
explore.comparison({"LeNet": [0.88, 0.87]})
explore.confusion(labels, logits, clothes.classes)
explore.mistakes(images, labels, logits, clothes.classes)
"""

from __future__ import annotations

from hocsau.explore.convolutional_networks.classifiers import (
    comparison,
    confusion,
    count_confusions,
    draw_comparison,
    draw_confusion,
    draw_mistakes,
    mistakes,
    most_confident_mistakes,
)
from hocsau.explore.convolutional_networks.feature_maps import compute_maps, feature_maps
from hocsau.explore.convolutional_networks.kernels import compute_kernel, kernels
from hocsau.explore.convolutional_networks.shortcuts import compute_depth, depth
from hocsau.explore.convolutional_networks.windows import compute_windows, windows

__all__ = [
    "comparison",
    "compute_depth",
    "compute_kernel",
    "compute_maps",
    "compute_windows",
    "confusion",
    "count_confusions",
    "depth",
    "draw_comparison",
    "draw_confusion",
    "draw_mistakes",
    "feature_maps",
    "kernels",
    "mistakes",
    "most_confident_mistakes",
    "windows",
]
