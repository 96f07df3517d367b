"""Lesson 1, gradient descent: what each exercise must see."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.course.definition import CaseKind, ExerciseDefinition
from hocsau.judging.request import Call, Recipe
from hocsau.language import Text

__all__ = ["EXERCISES", "MARKING_SCHEME"]

Rng = np.random.Generator
Arguments = dict[str, Any]
Array = np.ndarray[Any, np.dtype[Any]]


def _uniform(rng: Rng, low: float, high: float) -> float:
    return float(rng.uniform(low, high))


def _away_from_zero(rng: Rng, *shape: int) -> Array:
    """Entries of random sign and size 0.5 to 1.5, so that no term of a formula can hide."""
    return np.asarray(rng.choice((-1.0, 1.0), size=shape) * rng.uniform(0.5, 1.5, size=shape))


def _table(rng: Rng, n: int, d: int, bias: bool = False) -> Array:
    X = _away_from_zero(rng, n, d)
    if bias:
        X[:, -1] = 1.0
    return X


def _regression(rng: Rng, n: int, d: int, bias: bool = False) -> Arguments:
    """w, X, y with residuals of at least 0.5, in absolute value, so that no sample is fitted by chance."""
    w, X = _away_from_zero(rng, d), _table(rng, n, d, bias)
    return {"w": w, "X": X, "y": X @ w + _away_from_zero(rng, n)}


def _regression_case(name: Text, n: int, d: int, *, bias: bool = False, hidden: bool = False) -> CaseKind:
    return CaseKind(name, lambda rng: Call(_regression(rng, n, d, bias)), hidden)


def _whole(rng: Rng, *shape: int) -> Array:
    """Whole numbers from -4 to 4, without 0: sums of their products are exact, in whatever order they are taken."""
    return np.asarray(rng.choice((-1.0, 1.0), size=shape) * rng.integers(1, 5, size=shape))


def _perfect_fit(rng: Rng) -> Call:
    w, X = _whole(rng, 2), _whole(rng, 5, 2)
    return Call({"w": w, "X": X, "y": X @ w})


def _at_the_minimum(rng: Rng) -> Call:
    """Three rows, three times each: the residuals of equal rows add up to 0, so X^T (Xw - y) is 0 to the last bit."""
    w, rows = _whole(rng, 2), np.concatenate([np.diag(_whole(rng, 2)), _whole(rng, 1, 2)])
    first, second = _whole(rng, 3), _whole(rng, 3)
    residuals = np.concatenate([first, second, -first - second])
    X, order = np.tile(rows, (3, 1)), rng.permutation(9)
    return Call({"w": w, "X": X[order], "y": (X @ w - residuals)[order]})


REGRESSION = (
    _regression_case(Text("several samples, several features"), 7, 3).seeing(
        "y of shape (n,) only", "= (2/n) X^T (Xw - y)", "agrees with central differences"
    ),
    _regression_case(Text("a single sample"), 1, 4).seeing("n=1, d=1, many", "y of shape (n,) only"),
    _regression_case(Text("a single feature"), 6, 1).seeing("n=1, d=1, many"),
    _regression_case(Text("a column of ones for the bias"), 5, 3, bias=True).seeing("= (2/n) X^T (Xw - y)"),
    _regression_case(Text("a great many samples"), 120, 4, hidden=True).seeing("n=1, d=1, many"),
)
PERFECT_FIT = CaseKind(
    Text("a perfect fit: the loss is 0"),
    _perfect_fit,
    hidden=True,
)
AT_THE_MINIMUM = CaseKind(
    Text("at the minimum the gradient is 0"),
    _at_the_minimum,
    hidden=True,
    sees=("agrees with central differences",),
)


def _bowl(rng: Rng, d: int) -> Recipe:
    """Gradient A w - b with eigenvalues of A from 0.5 to 4 and A not diagonal."""
    rotation = np.linalg.qr(rng.normal(size=(d, d)))[0]
    matrix = rotation @ np.diag(np.linspace(4.0, 0.5, d)) @ rotation.T
    return Recipe("quadratic_gradient", {"A": (matrix + matrix.T) / 2, "b": _away_from_zero(rng, d)})


def _plane(rng: Rng, d: int) -> Recipe:
    return Recipe("constant_gradient", {"g": _away_from_zero(rng, d)})


def _double_well(rng: Rng, d: int) -> Recipe:
    return Recipe("double_well_gradient", {"c": rng.uniform(-0.3, 0.3, size=d)})


def _descent_case(
    name: Text,
    surface: Callable[[Rng, int], Recipe],
    d: int,
    steps: int,
    rate: tuple[float, float] = (0.05, 0.2),
    *,
    hidden: bool = False,
) -> CaseKind:
    def draw(rng: Rng) -> Call:
        gradient, w0 = surface(rng, d), _away_from_zero(rng, d) * 1.5
        return Call({"gradient": gradient, "w0": w0, "learning_rate": _uniform(rng, *rate), "steps": steps})

    return CaseKind(name, draw, hidden)


DESCENT = (
    _descent_case(Text("a bowl, 5 steps"), _bowl, 3, 5).seeing("w0 unchanged"),
    _descent_case(Text("a tilted plane, 4 steps"), _plane, 2, 4).seeing("rows are copies"),
    _descent_case(Text("two valleys, 6 steps"), _double_well, 2, 6, (0.05, 0.15)).seeing("rows are copies"),
    _descent_case(Text("no step at all: the start alone"), _bowl, 4, 0).seeing("row 0 is w0", "steps=0"),
    _descent_case(Text("a rate too large: the numbers grow"), _bowl, 2, 30, (0.8, 1.2)).seeing("divergence gives large numbers, not an error"),
    _descent_case(Text("a single parameter, one step"), _bowl, 1, 1, hidden=True),
    _descent_case(Text("a long run, 80 steps"), _bowl, 5, 80, (0.005, 0.012), hidden=True),
)  # fmt: skip


def _shuffled(rng: Rng, n: int) -> Array:
    """A permutation of 0 .. n-1 that is neither the identity nor its reverse (for n > 2)."""
    while True:
        order = rng.permutation(n)
        if n < 3 or not (np.array_equal(order, np.arange(n)) or np.array_equal(order[::-1], np.arange(n))):
            return order


def _epoch(rng: Rng, n: int, d: int, bias: bool = False, natural: bool = False) -> Arguments:
    order = np.arange(n) if natural else _shuffled(rng, n)
    return _regression(rng, n, d, bias) | {
        "learning_rate": _uniform(rng, 0.02, 0.08),
        "order": order,
    }


def _sgd_case(name: Text, n: int, d: int, *, hidden: bool = False, **options: bool) -> CaseKind:
    return CaseKind(name, lambda rng: Call(_epoch(rng, n, d, **options)), hidden)


SGD = (
    _sgd_case(Text("six samples in a shuffled order"), 6, 3).seeing(
        "one update per sample, in `order`", "gradient of that sample alone"
    ),
    _sgd_case(Text("the natural order"), 5, 2, natural=True).seeing("one update per sample, in `order`"),
    _sgd_case(Text("a column of ones for the bias"), 7, 4, bias=True),
    _sgd_case(Text("a single sample"), 1, 3, hidden=True).seeing("gradient of that sample alone"),
    _sgd_case(Text("a great many samples"), 60, 5, hidden=True),
)


def _cut_case(name: Text, n: int, batch_size: int, *, hidden: bool = False) -> CaseKind:
    return CaseKind(
        name,
        lambda rng: Call({"order": _shuffled(rng, n), "batch_size": batch_size}),
        hidden,
    )


CUTS = (
    _cut_case(Text("the last batch is short"), 10, 4).seeing("short last batch kept"),
    _cut_case(Text("the batches come out even"), 12, 3).seeing("consecutive slices"),
    _cut_case(Text("batch_size larger than n"), 5, 8).seeing("batch_size > n"),
    _cut_case(Text("one sample a batch"), 4, 1).seeing("consecutive slices"),
    _cut_case(Text("one batch with everything"), 6, 6),
    _cut_case(Text("a single sample"), 1, 2, hidden=True),
    _cut_case(Text("one sample left over"), 41, 8, hidden=True).seeing("short last batch kept"),
)


def _batch_case(name: Text, n: int, d: int, batch_size: int, *, bias: bool = False, hidden: bool = False) -> CaseKind:
    return CaseKind(name, lambda rng: Call(_epoch(rng, n, d, bias) | {"batch_size": batch_size}), hidden)


EPOCH = (
    _batch_case(Text("the last batch is short"), 10, 3, 4).seeing(
        "mean (not sum) over the batch, the short last one too"
    ),
    _batch_case(Text("the batches come out even"), 8, 2, 4, bias=True).seeing(
        "mean (not sum) over the batch, the short last one too"
    ),
    _batch_case(Text("batch_size = n is one batch step"), 6, 4, 6).seeing("batch_size=n is one batch step"),
    _batch_case(Text("batch_size = 1 is sgd_epoch"), 5, 3, 1).seeing("batch_size=1 is sgd_epoch"),
    _batch_case(Text("batch_size larger than n"), 4, 2, 9, hidden=True),
    _batch_case(Text("many samples, one left over"), 49, 5, 8, hidden=True).seeing(
        "mean (not sum) over the batch, the short last one too"
    ),
)


def _scaled_columns(rng: Rng) -> Call:
    X = _table(rng, 8, 4)
    return Call({"X": X * np.array([100.0, 1.0, 0.1, 10.0])})


def _stable_case(name: Text, n: int, d: int, *, bias: bool = False, hidden: bool = False) -> CaseKind:
    return CaseKind(name, lambda rng: Call({"X": _table(rng, n, d, bias)}), hidden)


STABLE = (
    _stable_case(Text("several samples, several features"), 9, 3).seeing("2 / lambda_max of the Hessian (2/n) X^T X"),
    _stable_case(Text("a single feature"), 6, 1),
    _stable_case(Text("a column of ones for the bias"), 10, 4, bias=True),
    CaseKind(
        Text("features of very different scale"),
        _scaled_columns,
        sees=("2 / lambda_max of the Hessian (2/n) X^T X",),
    ),
    _stable_case(Text("a great many samples"), 90, 6, hidden=True),
    _stable_case(Text("two features"), 5, 2, hidden=True),
)


def _noise_case(name: Text, n: int, d: int, batch_size: int, *, hidden: bool = False) -> CaseKind:
    return CaseKind(name, lambda rng: Call(_regression(rng, n, d) | {"batch_size": batch_size}), hidden)


NOISE = (
    _noise_case(Text("3 samples of 7"), 7, 2, 3).seeing(
        "E of the squared norm of (batch gradient - full gradient), batch drawn without replacement: (n-m)/(m(n-1)) times the mean squared distance of the per-sample gradients from their mean"
    ),
    _noise_case(Text("one sample of 6"), 6, 3, 1).seeing("m=1"),
    _noise_case(Text("all samples: no noise at all"), 5, 4, 5).seeing("m=n gives 0"),
    _noise_case(Text("4 samples of 9, a single feature"), 9, 1, 4).seeing(
        "E of the squared norm of (batch gradient - full gradient), batch drawn without replacement: (n-m)/(m(n-1)) times the mean squared distance of the per-sample gradients from their mean"
    ),
    _noise_case(Text("all but one"), 8, 3, 7, hidden=True),
    _noise_case(Text("a great many samples"), 80, 5, 16, hidden=True),
)


def _micro_case(name: Text, d: int, batch_sizes: list[int], *, hidden: bool = False) -> CaseKind:
    def draw(rng: Rng) -> Call:
        return Call(_regression(rng, sum(batch_sizes), d) | {"batch_sizes": list(batch_sizes)})

    return CaseKind(name, draw, hidden)


BUG_HUNT = (
    _micro_case(Text("micro-batches of 5, 2 and 1"), 3, [5, 2, 1]),
    _micro_case(Text("equal micro-batches"), 2, [3, 3, 3]),
    _micro_case(Text("one micro-batch"), 4, [6]),
    _micro_case(Text("a very short last one"), 2, [7, 7, 7, 1]),
    _micro_case(Text("many micro-batches"), 5, [1, 9, 4, 16, 2, 8], hidden=True),
)

MARKING_SCHEME = Text(
    "4 points, one for each of these. (1) The noise: by (n - m) / (m (n - 1)) the expected squared error halves (ratio 0.4997), so its "
    "length shrinks by a factor of 1.41 only; 'twice as good' is right for the square alone. (2) An epoch has half as many updates (782 "
    "for 1563): far from the minimum, where the signal outweighs the noise, m = 64 is about half as fast per epoch at the same rate; near "
    "the minimum the noise decides and m = 64 has the lower floor. (3) Seconds: an update with 64 takes hardly longer where overhead "
    "rules (small CPU work, a GPU that is not full), up to twice as long where the device is full. (4) The measurement: loss, best on "
    "held-out data, against seconds, with a rate tuned for each (never above 2 / lambda_max), several seeds. Accept other sound "
    "arguments, such as scaling the rate with m; a claim without a reason earns nothing."
)

EXERCISES = (
    ExerciseDefinition("mse_loss", 2, (*REGRESSION, PERFECT_FIT)),
    ExerciseDefinition("mse_gradient", 3, (*REGRESSION, AT_THE_MINIMUM), picture="vector"),
    ExerciseDefinition("gradient_descent", 4, DESCENT, picture="trajectory"),
    ExerciseDefinition("largest_stable_learning_rate", 3, STABLE),
    ExerciseDefinition("sgd_epoch", 2, SGD, picture="vector"),
    ExerciseDefinition("minibatches", 2, CUTS, views=True),
    ExerciseDefinition("minibatch_epoch", 4, EPOCH, picture="vector"),
    ExerciseDefinition("gradient_noise", 4, NOISE),
    ExerciseDefinition("gradient_descent_bug_hunt", 3, BUG_HUNT, picture="vector", contract=False),
    ExerciseDefinition("gradient_descent_written", 4, kind="written", contract=False),
    ExerciseDefinition("gradient_descent_quiz", 4, kind="quiz", contract=False),
)
