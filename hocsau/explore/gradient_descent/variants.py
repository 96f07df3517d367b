"""Explorer 1b: batch, mini-batch and stochastic gradient descent side by side at an equal number of samples seen."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from hocsau import plots
from hocsau.explore import panels
from hocsau.explore.attempt import Array, Attempt, Learner
from hocsau.explore.live import Live, Slider
from hocsau.language import Text

__all__ = ["NAMES", "Curve", "Variants", "compute_variants", "regression", "variants"]

SAMPLES, EPOCHS, SEEDS = 200, 5, 5
TARGET = 3e-3

NAMES = {
    "batch": Text("batch"),
    "mini-batch": Text("mini-batch"),
    "stochastic": Text("stochastic"),
}


@dataclass(frozen=True)
class Curve:
    """One variant: the parameters and the loss above the least possible one, from the start and after every update."""

    samples: Array  # (T + 1,) samples seen so far
    weights: Array  # (T + 1, 2)
    excess: Array  # (T + 1,) J(w) - min J


@dataclass(frozen=True)
class Variants:
    """What 1b draws: three variants at one learning rate, and what the median of several orders reaches."""

    curves: dict[str, Curve]
    median: float  # over SEEDS orders: the chosen batch size's excess loss after EPOCHS epochs
    learner: Array | None  # (EPOCHS + 1,) the excess loss after each epoch of the learner's function
    note: Text | None

    @property
    def met(self) -> bool:
        """Whether the median ends below the target."""
        return self.median < TARGET


@functools.cache
def regression() -> tuple[Array, Array, Array]:
    """The data: two features of standard deviation 1 and 0.3, y = x1 - 3 x2 and noise of standard deviation 0.25.

    returns X (200, 2), y (200,), and the least-squares solution (2,)
    """
    random = np.random.default_rng(0)
    X = random.normal(size=(SAMPLES, 2)) * np.array([1.0, 0.3])
    y = X @ np.array([1.0, -3.0]) + 0.25 * random.normal(size=SAMPLES)
    return X, y, np.linalg.solve(X.T @ X, X.T @ y)


@functools.lru_cache(maxsize=64)
def orders(seed: int) -> NDArray[np.int64]:
    """An order of the samples for every epoch; (EPOCHS, SAMPLES)."""
    random = np.random.default_rng(1000 + seed)
    return np.stack([random.permutation(SAMPLES) for _ in range(EPOCHS)])


def excess_loss(weights: Array) -> Array:
    """J(w) - min J = (w - w*)^T (X^T X / n) (w - w*).

    weights: (..., 2)
    returns (...); inf where w is not finite
    """
    X, _, best = regression()
    with np.errstate(over="ignore", invalid="ignore"):
        away = weights - best
        values = np.einsum("...i,ij,...j->...", away, X.T @ X / len(X), away)
    result: Array = np.where(np.isfinite(values), values, np.inf)
    return result


@functools.lru_cache(maxsize=64)
def _ordered(seed: int) -> Array:
    """The matrix of each sample's update without its learning rate, in order; (EPOCHS, SAMPLES, 3, 3)."""
    X, y, _ = regression()
    matrices = np.zeros((SAMPLES, 3, 3))
    matrices[:, :2, :2] = -2 * X[:, :, None] * X[:, None, :]
    matrices[:, :2, 2] = 2 * X * y[:, None]
    ordered: Array = matrices[orders(seed)]
    return ordered


def _updates(seed: int, batch_size: int, learning_rate: float) -> tuple[Array, Array]:
    """Every update as an affine map of w, that is a 3x3 matrix on (w1, w2, 1), and the samples seen after each."""
    firsts = np.arange(0, SAMPLES, batch_size)
    sizes = np.diff(np.append(firsts, SAMPLES)).astype(np.float64)
    means = np.add.reduceat(_ordered(seed), firsts, axis=1) / sizes[:, None, None]
    seen = np.cumsum(np.tile(sizes, EPOCHS))
    return np.eye(3) + learning_rate * means.reshape(-1, 3, 3), seen


@functools.lru_cache(maxsize=256)
def _curve(seed: int, batch_size: int, learning_rate: float) -> Curve:
    """All the weights at once: prefix products of the updates' matrices, doubling their reach in every pass."""
    products, seen = _updates(seed, batch_size, learning_rate)
    reach = 1
    with np.errstate(over="ignore", invalid="ignore"):
        while reach < len(products):
            products[reach:] = products[reach:] @ products[:-reach]
            reach *= 2
    weights = np.concatenate([np.zeros((1, 2)), products[:, :2, 2]])  # w0 = 0, so only the shift is left
    return Curve(np.append(0.0, seen), weights, excess_loss(weights))


def _final(seed: int, batch_size: int, learning_rate: float) -> float:
    """The excess loss after the last epoch alone: a product in halves."""
    products, _ = _updates(seed, batch_size, learning_rate)
    with np.errstate(over="ignore", invalid="ignore"):
        while len(products) > 1:
            odd = products[-1:] if len(products) % 2 else products[:0]
            even = products[: len(products) - len(odd)]
            products = np.concatenate([even[1::2] @ even[::2], odd])
    return float(excess_loss(products[0, :2, 2]))


def compute_variants(batch_size: int, learning_rate: float, seed: int = 0, epoch: Learner = None) -> Variants:
    """Linear regression from w = 0: 5 epochs with batches of all samples, of `batch_size`, and of one.

    epoch: the learner's minibatch_epoch(w, X, y, learning_rate, order, batch_size), or None; it is run for the median
    seed:  of the order shown; the median is over this order and the next four
    """
    curves = {
        name: _curve(seed, size, learning_rate)
        for name, size in (("stochastic", 1), ("batch", SAMPLES), ("mini-batch", batch_size))
    }
    attempt = Attempt(epoch, "minibatch_epoch")
    learner = np.zeros((SEEDS, EPOCHS + 1, 2))
    for run in range(SEEDS):
        for t, order in enumerate(orders(seed + run)):
            w = attempt(learner[run, t], *regression()[:2], learning_rate, order, batch_size, shape=(2,))
            if w is None:
                break
            learner[run, t + 1] = w
    if attempt.failed:
        finals = [_final(seed + run, batch_size, learning_rate) for run in range(SEEDS)]
        return Variants(curves, float(np.median(finals)), None, attempt.note)
    excess = excess_loss(learner)
    return Variants(curves, float(np.median(excess[:, -1])), excess[0], attempt.note)


def _drawing(figure: Figure, *, mine: bool) -> panels.Drawing:
    plane, by_sample, by_update = figure.subplots(1, 3)
    x, y = (-0.9, 2.3), (-3.9, 0.7)
    best = regression()[2]
    mark = panels.plane(plane, _PLANE, x, y, (float(best[0]), float(best[1])))
    grid = np.stack(np.meshgrid(np.linspace(*x, 81), np.linspace(*y, 81)), axis=-1)
    levels = [0.02, 0.1, 0.3, 0.7, 1.3, 2.2]
    plane.contour(*np.moveaxis(grid, -1, 0), excess_loss(grid), levels=levels, colors=panels.LIGHT, linewidths=0.9)
    for axes, title, xlabel in ((by_sample, _PER_SAMPLE, _SEEN), (by_update, _PER_UPDATE, _UPDATES)):
        target = panels.level(axes, TARGET)
        panels.label(axes, title, yscale="log", ylim=(1e-5, 30), xlabel=xlabel, ylabel="J(w) − J*")
    by_sample.set(xlim=(0, SAMPLES * EPOCHS))
    by_update.set(xscale="log", xlim=(0.8, SAMPLES * EPOCHS * 1.2))
    lines = {name: [axes.plot([], [], **_LOOKS[name])[0] for axes in (plane, by_sample, by_update)] for name in NAMES}
    learner = panels.line(by_sample, "D", "black", markersize=6, fillstyle="none", zorder=5)
    names = [*_LEGEND.values(), panels.CHALLENGE, *([_MINE] if mine else [])]
    handles = [*(lines[name][1] for name in NAMES), target, *([learner] if mine else [])]
    panels.legend(figure, handles, names, handlelength=3)

    def draw(state: Variants) -> panels.Artists:
        for name, (path, samples, updates) in lines.items():
            curve = state.curves[name]
            excess = panels.visible_loss(curve.excess)
            panels.place(path, *panels.on_plane(plane, curve.weights))
            panels.place(samples, curve.samples, excess)
            panels.place(updates, np.arange(len(excess)), excess)
        shown = np.full(EPOCHS + 1, np.nan) if state.learner is None else panels.visible_loss(state.learner)
        panels.place(learner, np.arange(EPOCHS + 1) * SAMPLES, shown)
        return [mark, learner, *(artist for three in lines.values() for artist in three)]

    return draw


def _status(state: Variants, **values: float) -> Text:
    ends = {name.replace("-", ""): curve.excess[-1] for name, curve in state.curves.items()}
    return _STATUS.format(**values, last=values["seed"] + SEEDS - 1, median=state.median, **ends)


def variants(epoch: Learner = None) -> Live:
    """Who wins per sample, who per update? Sliders for the batch size, the learning rate and the seed.

    epoch: the learner's minibatch_epoch(w, X, y, learning_rate, order, batch_size); None or unfinished: our own
    """
    figure = plots.new_figure(10.4, 4.3)
    controls = [
        Slider("batch_size", Text("batch size m"), 1, SAMPLES, 1, SAMPLES, format="d"),
        Slider("learning_rate", panels.ETA, 0.0005, 1.0, 0.05, 0.1, log=True, format=".4f"),
        Slider("seed", panels.SEED, 0, 9, 1, 0, format="d"),
    ]
    compute = functools.partial(compute_variants, epoch=epoch)
    return Live(
        figure,
        controls,
        compute,
        _drawing(figure, mine=epoch is not None),
        alt=_ALT,
        status=_status,
        challenge=_CHALLENGE,
    )


_LOOKS: dict[str, dict[str, Any]] = {
    "batch": {"color": plots.COLOURS["blue"], "linestyle": "-", "linewidth": 1.6, "marker": "s", "markersize": 5,
              "zorder": 3},
    "mini-batch": {"color": plots.COLOURS["vermillion"], "linestyle": (0, (5, 1.5)), "linewidth": 1.6, "zorder": 4},
    "stochastic": {"color": plots.COLOURS["purple"], "linestyle": (0, (1, 1)), "linewidth": 1.0, "zorder": 2},
}  # fmt: skip
_PLANE = Text("The three paths")
_PER_SAMPLE = Text("Per sample seen")
_PER_UPDATE = Text("Per update")
_SEEN = Text("samples seen")
_UPDATES = Text("updates")
_MINE = Text("your minibatch_epoch")
_LEGEND = {
    "batch": Text("batch (m = 200)"),
    "mini-batch": Text("mini-batch (your m)"),
    "stochastic": Text("stochastic (m = 1)"),
}
_CHALLENGE = Text(
    "choose m and η so that the excess loss of the mini-batch variant after 5 epochs, the median of five orders, "
    "is below 3e-3."
)
_STATUS = Text(
    "m = {batch_size}, η = {learning_rate:.4f}, seed {seed}. Excess loss J − J* after 5 epochs: batch {batch:.1e}, mini-batch {minibatch:.1e}, "
    "stochastic {stochastic:.1e}; mini-batch, median of seeds {seed} to {last}: {median:.1e}."
)
_ALT = Text(
    "Three variants of gradient descent on a linear regression with 200 samples: their paths in the plane of two "
    "parameters, and the excess loss against samples seen and against updates. "
)
