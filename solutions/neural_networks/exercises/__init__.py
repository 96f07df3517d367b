"""Lesson 4, neural networks: what each exercise must see."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from grader.course.definition import CaseKind, ExerciseDefinition
from hocsau.judging.compare import Tolerance
from hocsau.judging.request import Call, Recipe
from hocsau.language import Text
from solutions.neural_networks.exercises.training import TRAINING, random_params

__all__ = ["EXERCISES", "MARKING_SCHEME", "NOT_ALLOWED"]

Rng = np.random.Generator
Array = np.ndarray[Any, np.dtype[Any]]


def _away_from_zero(rng: Rng, *shape: int) -> Array:
    """Entries of random sign and size 0.5 to 2, so that no term of a formula can hide."""
    return np.asarray(rng.choice((-1.0, 1.0), size=shape) * rng.uniform(0.5, 2.0, size=shape))


def _labels(rng: Rng, n: int, classes: int) -> Array:
    """(n,) labels; the first two differ when there are two."""
    labels = rng.integers(classes, size=n)
    if n > 1:
        labels[1] = (labels[0] + 1) % classes
    return labels


def _neuron(rng: Rng, *shape: int) -> Call:
    bias = float(_away_from_zero(rng))
    return Call({"x": _away_from_zero(rng, *shape), "w": _away_from_zero(rng, shape[-1]), "b": bias})


NEURON = (
    CaseKind(Text("one sample"), lambda rng: _neuron(rng, 4), sees=("one sample (d,) and a batch (n, d)",)),
    CaseKind(Text("a batch of samples"), lambda rng: _neuron(rng, 5, 3), sees=("one sample (d,) and a batch (n, d)",)),
    CaseKind(Text("as many samples as inputs"), lambda rng: _neuron(rng, 3, 3)),
    CaseKind(Text("a batch of one sample"), lambda rng: _neuron(rng, 1, 6), hidden=True),
    CaseKind(Text("a single input"), lambda rng: _neuron(rng, 7, 1), hidden=True),
)  # fmt: skip


def _entries(rng: Rng, *shape: int) -> Call:
    """Both signs, and one exact zero."""
    x = _away_from_zero(rng, *shape)
    x.flat[0], x.flat[1], x.flat[2] = -abs(x.flat[0]), abs(x.flat[1]), 0.0
    return Call({"x": x})


def _far_out(rng: Rng) -> Call:
    far = rng.uniform(750.0, 1000.0, size=2)
    return Call({"x": np.array([-1000.0, -far[0], -1.5, 0.0, 1.5, far[1], 1000.0])})


RELU = (
    CaseKind(Text("a vector"), lambda rng: _entries(rng, 6), sees=("any shape",)),
    CaseKind(Text("a matrix"), lambda rng: _entries(rng, 3, 4), sees=("any shape",)),
    CaseKind(Text("an array of three axes"), lambda rng: _entries(rng, 2, 3, 4), sees=("any shape",)),
    CaseKind(Text("very large numbers"), _far_out, hidden=True),
    CaseKind(Text("one column"), lambda rng: _entries(rng, 5, 1), hidden=True),
)  # fmt: skip

SIGMOID = (
    CaseKind(Text("a vector"), lambda rng: _entries(rng, 6), sees=("any shape",)),
    CaseKind(Text("an array of three axes"), lambda rng: _entries(rng, 2, 3, 4), sees=("any shape",)),
    CaseKind(Text("from -1000 to 1000, without a warning"), _far_out, sees=("sigmoid at +-1000 without overflow warning",)),
    CaseKind(Text("a matrix"), lambda rng: _entries(rng, 3, 5), hidden=True, sees=("any shape",)),
    CaseKind(Text("all very negative"), lambda rng: Call({"x": -rng.uniform(700.0, 2000.0, size=(2, 3))}), hidden=True, sees=("sigmoid at +-1000 without overflow warning",)),
)  # fmt: skip


def _logits(rng: Rng, n: int, classes: int, size: float = 2.0) -> Call:
    return Call({"logits": size * _away_from_zero(rng, n, classes), "labels": _labels(rng, n, classes)})  # fmt: skip


def _huge_logits(rng: Rng) -> Call:
    """Up to 1e4: rows far apart from one another, and a sample whose right class has probability 0 in float64."""
    logits = _away_from_zero(rng, 4, 3) + np.array([[1e4], [-1e4], [5e3], [0.0]])
    labels = _labels(rng, 4, 3)
    logits[3, (labels[3] + 1) % 3] += 3e3
    return Call({"logits": logits, "labels": labels})


LOSS = (
    CaseKind(Text("five samples, three classes"), lambda rng: _logits(rng, 5, 3), sees=("mean over n",)),
    CaseKind(Text("as many samples as classes"), lambda rng: _logits(rng, 4, 4)),
    CaseKind(Text("a single sample"), lambda rng: _logits(rng, 1, 5), sees=("mean over n",)),
    CaseKind(Text("logits up to 1e4"), _huge_logits, sees=("logits (n, C) up to 1e4",)),
    CaseKind(Text("many samples, two classes"), lambda rng: _logits(rng, 23, 2), hidden=True),
    CaseKind(Text("huge logits, other numbers"), _huge_logits, hidden=True, sees=("logits (n, C) up to 1e4",)),
)  # fmt: skip


def _layer(rng: Rng, n: int, inputs: int, outputs: int) -> Call:
    X, W, b = (_away_from_zero(rng, *shape) for shape in ((n, inputs), (inputs, outputs), (outputs,)))
    return Call({"X": X, "W": W, "b": b})  # fmt: skip


def _layer_back(rng: Rng, n: int, inputs: int, outputs: int) -> Call:
    dY, X, W = (_away_from_zero(rng, *shape) for shape in ((n, outputs), (n, inputs), (inputs, outputs)))
    return Call({"dY": dY, "X": X, "W": W})  # fmt: skip


FORWARD = (
    CaseKind(Text("five samples, from 3 to 4"), lambda rng: _layer(rng, 5, 3, 4), sees=("Y = X W + b", "W (d_in, d_out)",)),
    CaseKind(Text("a square weight matrix"), lambda rng: _layer(rng, 5, 3, 3)),
    CaseKind(Text("as many samples as neurons"), lambda rng: _layer(rng, 4, 3, 4)),
    CaseKind(Text("a single sample"), lambda rng: _layer(rng, 1, 2, 6), hidden=True),
    CaseKind(Text("one neuron"), lambda rng: _layer(rng, 3, 5, 1), hidden=True),
)  # fmt: skip

BACKWARD = (
    CaseKind(Text("five samples, from 3 to 4"), lambda rng: _layer_back(rng, 5, 3, 4), sees=("Y = X W + b", "W (d_in, d_out)",)),
    CaseKind(Text("a square weight matrix"), lambda rng: _layer_back(rng, 5, 3, 3)),
    CaseKind(Text("a single sample"), lambda rng: _layer_back(rng, 1, 2, 6)),
    CaseKind(Text("one neuron"), lambda rng: _layer_back(rng, 4, 5, 1), hidden=True),
    CaseKind(Text("many samples"), lambda rng: _layer_back(rng, 40, 6, 2), hidden=True),
)  # fmt: skip


def _probed(rng: Rng, name: str, *shape: int, h: tuple[float, float] = (0.05, 0.2)) -> Call:
    """A curved f, and an h so large that central, forward and backward differences differ visibly."""
    arrays = {"A": _away_from_zero(rng, *shape)}
    if name == "cubic":
        arrays["B"] = _away_from_zero(rng, *shape)
    f = Recipe(name, arrays)
    return Call({"f": f, "w": _away_from_zero(rng, *shape), "h": float(rng.uniform(*h))})


NUMERICAL = (
    CaseKind(Text("a vector"), lambda rng: _probed(rng, "cubic", 5), sees=("central", "w may be perturbed in place but is restored bit by bit",)),
    CaseKind(Text("a matrix"), lambda rng: _probed(rng, "cubic", 3, 4), sees=("any shape", "f gets an array of w's shape",)),
    CaseKind(Text("an array of three axes"), lambda rng: _probed(rng, "waves", 2, 3, 2), sees=("any shape", "w may be perturbed in place but is restored bit by bit",)),
    CaseKind(Text("a small step"), lambda rng: _probed(rng, "waves", 4, 3, h=(1e-4, 2e-4)), sees=("central",)),
    CaseKind(Text("a single number"), lambda rng: _probed(rng, "cubic", 1), hidden=True, sees=("any shape",)),
    CaseKind(Text("one row"), lambda rng: _probed(rng, "waves", 1, 6), hidden=True, sees=("f gets an array of w's shape",)),
)  # fmt: skip


def _mlp(rng: Rng, n: int, d: int, hidden: int, classes: int) -> Call:
    X, labels = _away_from_zero(rng, n, d), _labels(rng, n, classes)
    return Call({"params": random_params(rng, d, hidden, classes), "X": X, "labels": labels})


def _at_the_kink(rng: Rng) -> Call:
    """Small whole numbers, and a bias that makes the pre-activation of the first sample exactly 0 in each hidden unit."""
    call = _mlp(rng, 5, 3, 4, 3)
    params, X = call.arguments["params"], rng.integers(-2, 3, size=(5, 3)).astype(float)
    params["W1"] = rng.choice((-2.0, -1.0, 1.0, 2.0), size=(3, 4))
    params["b1"] = -(X[0] @ params["W1"])
    return Call(call.arguments | {"X": X})


MLP = (
    CaseKind(Text("six samples, all widths different"), lambda rng: _mlp(rng, 6, 3, 5, 4), sees=("grads same keys", "agrees with central differences",)),
    CaseKind(Text("as many hidden units as inputs"), lambda rng: _mlp(rng, 7, 4, 4, 3)),
    CaseKind(Text("pre-activations of exactly 0"), _at_the_kink, sees=("params {\"W1\",\"b1\",\"W2\",\"b2\"}, ReLU with ReLU'(0) = 0",)),
    CaseKind(Text("a wide hidden layer"), lambda rng: _mlp(rng, 11, 2, 16, 3), sees=("agrees with central differences",)),
    CaseKind(Text("a single sample"), lambda rng: _mlp(rng, 1, 5, 8, 3), hidden=True),
    CaseKind(Text("exactly 0, other numbers"), _at_the_kink, hidden=True, sees=("params {\"W1\",\"b1\",\"W2\",\"b2\"}, ReLU with ReLU'(0) = 0",)),
)  # fmt: skip


def _network(rng: Rng, n: int, widths: tuple[int, ...], activation: str, gain: float = 1.5) -> Call:
    layers = [(gain * rng.normal(size=(a, b)) / a**0.5, 0.3 * rng.normal(size=b)) for a, b in pairwise(widths)]
    X, labels = _away_from_zero(rng, n, widths[0]), _labels(rng, n, widths[-1])
    return Call({"layers": layers, "X": X, "labels": labels, "activation": activation})


def _network_at_the_kink(rng: Rng) -> Call:
    call = _at_the_kink(rng)
    params, X, labels = call.arguments.values()
    layers = [(params["W1"], params["b1"]), (params["W2"], params["b2"])]
    return Call({"layers": layers, "X": X, "labels": labels, "activation": "relu"})


DEEP, EQUAL = (3, 12, 10, 11, 9, 8, 4), (6, 6, 6, 6)
NETWORK = (
    CaseKind(Text("one layer"), lambda rng: _network(rng, 5, (4, 3), "relu"), sees=("one layer, two (equals the MLP), six of unequal widths",)),
    CaseKind(Text("two layers, ReLU, z exactly 0 in places"), _network_at_the_kink, sees=("grads: list of (dW, db)",)),
    CaseKind(Text("three layers of equal width, sigmoid"), lambda rng: _network(rng, 7, EQUAL, "sigmoid"), sees=("layers: list of (W, b), activation \"relu\" or \"sigmoid\" between them",)),
    CaseKind(Text("three layers of equal width, ReLU"), lambda rng: _network(rng, 7, EQUAL, "relu"), sees=("layers: list of (W, b), activation \"relu\" or \"sigmoid\" between them",)),
    CaseKind(Text("six layers of unequal widths, ReLU"), lambda rng: _network(rng, 8, DEEP, "relu"), sees=("one layer, two (equals the MLP), six of unequal widths",)),
    CaseKind(Text("six layers of unequal widths, sigmoid"), lambda rng: _network(rng, 8, DEEP, "sigmoid"), hidden=True, sees=("one layer, two (equals the MLP), six of unequal widths",)),
    CaseKind(Text("a single sample"), lambda rng: _network(rng, 1, (5, 9, 2), "sigmoid"), hidden=True),
    CaseKind(Text("two layers are the MLP"), lambda rng: _network(rng, 9, (2, 8, 3), "relu"), hidden=True, sees=("one layer, two (equals the MLP), six of unequal widths",)),
)  # fmt: skip


def _prediction(rng: Rng, n: int, d: int, hidden: int, classes: int) -> Call:
    return Call({"params": random_params(rng, d, hidden, classes), "X": _away_from_zero(rng, n, d)})


BUG_HUNT = (
    CaseKind(Text("five samples, three classes"), lambda rng: _prediction(rng, 5, 2, 6, 3)),
    CaseKind(Text("a single sample"), lambda rng: _prediction(rng, 1, 3, 5, 4)),
    CaseKind(Text("as many samples as classes"), lambda rng: _prediction(rng, 4, 3, 6, 4)),
    CaseKind(Text("many samples"), lambda rng: _prediction(rng, 30, 4, 7, 2), hidden=True),
)  # fmt: skip


MARKING_SCHEME = Text(
    "4 points, one each. (1) Without an activation the composition of linear layers is one linear layer: (X W₁ + b₁) W₂ + b₂ = "
    "X (W₁ W₂) + (b₁ W₂ + b₂); so the friend's twenty layers draw the same straight boundaries as one. (2) A counterexample with a check, "
    "for instance XOR: no single line puts more than 3 of its 4 points right, two ReLU units do (relu(x₁ + x₂) - 2 relu(x₁ + x₂ - 1)). "
    "(3) Sigmoid between twenty layers: its derivative is at most 1/4, so with weights of ordinary size the gradient of the first layers vanishes "
    "(at gain 1 and depth 20 it is 2.7e-13): they hardly learn. (4) Advice with a reason: ReLU with He's initialization (variance 2/d_in), "
    "fewer layers, or later remedies (residual connections, normalization). Accept other correct examples; half a point off for a slip in arithmetic."
)


EXERCISES = (
    ExerciseDefinition("neuron", 2, NEURON, picture="vector"),
    ExerciseDefinition("relu", 1, RELU, picture="vector"),
    ExerciseDefinition("sigmoid", 2, SIGMOID, picture="vector", silent=True),
    ExerciseDefinition("linear_forward", 2, FORWARD),
    ExerciseDefinition("numerical_gradient", 3, NUMERICAL, tolerance=Tolerance(1e-7, 1e-9)),
    ExerciseDefinition("softmax_cross_entropy", 4, LOSS),
    ExerciseDefinition("linear_backward", 3, BACKWARD),
    ExerciseDefinition("mlp_loss_and_gradients", 5, MLP),
    ExerciseDefinition("network_loss_and_gradients", 5, NETWORK),
    ExerciseDefinition("train_mlp", 4, TRAINING, tolerance=Tolerance(1e-7, 1e-10)),
    ExerciseDefinition("neural_networks_bug_hunt", 3, BUG_HUNT, contract=False),
    ExerciseDefinition("neural_networks_written", 4, kind="written", contract=False),
    ExerciseDefinition("neural_networks_quiz", 4, kind="quiz", contract=False),
)

NOT_ALLOWED = ("torch",)
"""Libraries that its answers must do without."""
