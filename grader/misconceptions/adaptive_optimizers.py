"""Lesson 3: known mistakes, a module or two per exercise."""

from __future__ import annotations

from grader.misconceptions import (
    adaptive_optimizers_adagrad,
    adaptive_optimizers_adam,
    adaptive_optimizers_adam_correction,
    adaptive_optimizers_adam_memory,
    adaptive_optimizers_adamw,
    adaptive_optimizers_adamw_decay,
    adaptive_optimizers_bug_hunt,
    adaptive_optimizers_object,
    adaptive_optimizers_rates,
    adaptive_optimizers_rmsprop,
    adaptive_optimizers_schedule,
)

__all__ = [
    "adaptive_optimizers_adagrad",
    "adaptive_optimizers_adam",
    "adaptive_optimizers_adam_correction",
    "adaptive_optimizers_adam_memory",
    "adaptive_optimizers_adamw",
    "adaptive_optimizers_adamw_decay",
    "adaptive_optimizers_bug_hunt",
    "adaptive_optimizers_object",
    "adaptive_optimizers_rates",
    "adaptive_optimizers_rmsprop",
    "adaptive_optimizers_schedule",
]
