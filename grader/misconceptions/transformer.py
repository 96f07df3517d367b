"""Lesson 7: known mistakes. They stand in the modules imported here, exercise by exercise."""

from __future__ import annotations

from grader.misconceptions import (
    transformer_attention,
    transformer_bits,
    transformer_block,
    transformer_generate,
    transformer_gpt,
    transformer_heads,
    transformer_mask,
    transformer_norm,
    transformer_positions,
    transformer_training,
)

__all__ = [
    "transformer_attention",
    "transformer_bits",
    "transformer_block",
    "transformer_generate",
    "transformer_gpt",
    "transformer_heads",
    "transformer_mask",
    "transformer_norm",
    "transformer_positions",
    "transformer_training",
]
