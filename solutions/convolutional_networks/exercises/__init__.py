"""Lesson 5, convolutional networks: the exercises, their points, what they must do without."""

from __future__ import annotations

from grader.course.definition import ExerciseDefinition
from hocsau.judging.allowed import AUTOGRAD, CONVOLUTION, POOLING
from hocsau.judging.compare import Tolerance
from hocsau.language import Text
from solutions.convolutional_networks.exercises.layers import (
    BUG_HUNT,
    CONV2D,
    CONV2D_BACKWARD,
    MAX_POOL2D,
    MAX_POOL2D_BACKWARD,
    OUTPUT_SIZE,
    RECEPTIVE_FIELD,
)
from solutions.convolutional_networks.exercises.models import LENET, RESIDUAL_BLOCK, TRAINING

__all__ = ["EXERCISES", "MARKING_SCHEME"]

MARKING_SCHEME = Text(
    "4 points, one each. (1) Not overfitting: that would be a low training error with a high held-out one; here the training error itself is higher. "
    "It is degradation (He 2016), a difficulty of optimization; dropout would not help. (2) Against vanishing gradients: batch norm keeps signals at variance 1, "
    "He et al. checked that gradients of such plain networks do not vanish (4.1), or the numbers of explorer 5c (with batch norm they grow on the way back). "
    "(3) y = x + f(x) (before the last activation), so that doing nothing is f = 0; dx = dy + J^T dy: one path on which the gradient arrives unchanged. "
    "Both formulas are needed; half a point for one. (4) Half true: convolutions are equivariant, with stride or pooling exactly so for multiples only, pooling forgives about a pixel; "
    "but the network is not invariant: fully connected layers behind them learn positions, padding marks the rim. Accept any correct example (the trouser moved by 8 pixels)."
)

EXERCISES = (
    ExerciseDefinition("conv_output_size", 2, OUTPUT_SIZE),
    ExerciseDefinition("conv2d", 6, CONV2D, not_allowed=CONVOLUTION + POOLING),
    ExerciseDefinition("receptive_field", 2, RECEPTIVE_FIELD),
    ExerciseDefinition("conv2d_backward", 6, CONV2D_BACKWARD, not_allowed=CONVOLUTION + POOLING + AUTOGRAD),
    ExerciseDefinition("max_pool2d", 3, MAX_POOL2D, not_allowed=CONVOLUTION + POOLING),
    ExerciseDefinition("max_pool2d_backward", 4, MAX_POOL2D_BACKWARD, not_allowed=CONVOLUTION + POOLING + AUTOGRAD),
    ExerciseDefinition("LeNet", 4, LENET, tolerance=Tolerance(1e-8, 1e-10)),
    ExerciseDefinition("train_cnn", 5, TRAINING, tolerance=Tolerance(1e-6, 1e-9)),
    ExerciseDefinition("ResidualBlock", 5, RESIDUAL_BLOCK, tolerance=Tolerance(1e-8, 1e-10)),
    ExerciseDefinition("convolutional_networks_bug_hunt", 3, BUG_HUNT, contract=False),
    ExerciseDefinition("convolutional_networks_written", 4, kind="written", contract=False),
    ExerciseDefinition("convolutional_networks_quiz", 4, kind="quiz", contract=False),
)
