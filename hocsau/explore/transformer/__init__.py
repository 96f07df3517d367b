"""Explorers of lesson 7: attention on a real sentence, a head by hand, temperature, positions, the scale; text for real.

from hocsau.explore import transformer as explore
explore.softmax_scale(scaled_dot_product_attention)      # 7d
explore.attention_map(scaled_dot_product_attention)      # a real sentence
explore.positions(positional_encoding)                   # 7c
explore.looking_back(scaled_dot_product_attention)       # 7a
explore.temperature(generate)                            # 7b
explore.bits_curves({"TinyGPT": [(100, 4.1, 3.2)]}, bigram=3.57)
"""

from __future__ import annotations

from hocsau.explore.transformer.attention_map import attention_map, compute_attention
from hocsau.explore.transformer.language_models import bits_curves, draw_bits
from hocsau.explore.transformer.positions import compute_positions, positions
from hocsau.explore.transformer.previous_token import compute_looking_back, looking_back
from hocsau.explore.transformer.small_gpt import small_gpt
from hocsau.explore.transformer.softmax_scale import compute_sharpness, softmax_scale
from hocsau.explore.transformer.temperature import compute_draws, temperature

__all__ = [
    "attention_map",
    "bits_curves",
    "compute_attention",
    "compute_draws",
    "compute_looking_back",
    "compute_positions",
    "compute_sharpness",
    "draw_bits",
    "looking_back",
    "positions",
    "small_gpt",
    "softmax_scale",
    "temperature",
]
