"""Lesson 1: the known mistakes, one module per group of exercises."""

from __future__ import annotations

from grader.misconceptions import (
    gradient_descent_epochs,
    gradient_descent_loss,
    gradient_descent_minibatch,
    gradient_descent_noise,
    gradient_descent_path,
)

__all__ = [
    "gradient_descent_epochs",
    "gradient_descent_loss",
    "gradient_descent_minibatch",
    "gradient_descent_noise",
    "gradient_descent_path",
]
