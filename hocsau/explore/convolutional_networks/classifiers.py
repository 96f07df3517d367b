"""Pictures for real: classifiers compared, a confusion matrix, and the most confident mistakes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from hocsau import plots
from hocsau.explore import panels
from hocsau.explore.activations import softmax
from hocsau.language import Text

__all__ = [
    "comparison",
    "confusion",
    "count_confusions",
    "draw_comparison",
    "draw_confusion",
    "draw_mistakes",
    "mistakes",
    "most_confident_mistakes",
]

Integers = NDArray[np.int64]


def draw_comparison(runs: Mapping[str, Sequence[float]]) -> tuple[Figure, Text]:
    """The held-out accuracy of every seed for each model, name -> accuracies; the figure and its text.

    raises ValueError if there is nothing to show
    """
    if not runs or not all(len(found) for found in runs.values()):
        raise ValueError("comparison needs at least one run for every model")
    figure = plots.new_figure(7.2, 3.8)
    axes = figure.subplots()
    alt = _COMPARED
    for position, (name, found) in enumerate(runs.items()):
        scores = np.asarray(found, dtype=np.float64)
        panels.seed_dots(axes, position, scores)
        alt += (_ROW if len(scores) > 1 else _ALONE).format(name=name, mean=scores.mean(), spread=np.ptp(scores))
    axes.set_xticks(range(len(runs)), list(runs))
    panels.label(axes, ylabel=panels.ACCURACY, xlim=(-0.5, len(runs) - 0.5))
    return figure, alt


comparison = plots.shown(draw_comparison)


def count_confusions(labels: Any, logits: Any) -> Integers:
    """How often pictures of class i (row) were taken for class j (column).

    labels: (n,) int;  logits: (n, C)
    returns (C, C)
    """
    true, scores = np.asarray(labels).astype(np.int64), np.asarray(logits)
    counts = np.zeros((scores.shape[1], scores.shape[1]), dtype=np.int64)
    np.add.at(counts, (true, scores.argmax(axis=1)), 1)
    return counts


def draw_confusion(labels: Any, logits: Any, classes: Sequence[Text]) -> tuple[Figure, Text]:
    """Which class was taken for which; the figure and its text, which names the three commonest mistakes.

    labels: (n,) int;  logits: (n, C);  classes: the C names
    """
    counts = count_confusions(labels, logits)
    figure = plots.new_figure(7.4, 6.2)
    axes = figure.subplots()
    axes.grid(False)
    axes.imshow(np.sqrt(counts), cmap="Blues")  # the root keeps small counts visible
    dark = np.sqrt(counts).max() / 2
    for (i, j), count in np.ndenumerate(counts):
        if count:
            colour = "white" if np.sqrt(count) > dark else "black"
            axes.text(j, i, str(count), ha="center", va="center", fontsize=8.5, color=colour)
    names = [name.say() for name in classes]
    axes.set_xticks(range(len(names)), names, rotation=40, ha="right")
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel=_TAKEN.say(), ylabel=_IS.say())
    wrong = counts - np.diag(np.diag(counts))
    alt = _CONFUSED.format(right=int(np.diag(counts).sum()), total=int(counts.sum()))
    for place in np.argsort(-wrong, axis=None, kind="stable")[:3]:
        i, j = divmod(int(place), len(classes))
        alt += _PAIR.format(true=classes[i], guess=classes[j], count=int(wrong[i, j]))
    return figure, alt


confusion = plots.shown(draw_confusion)


def most_confident_mistakes(labels: Any, logits: Any, count: int) -> list[tuple[int, int, int, float]]:
    """The wrong answers that were given with the largest probability: (row, class, answer, probability), largest first.

    labels: (n,) int;  logits: (n, C)
    """
    true, scores = np.asarray(labels).astype(np.int64), np.asarray(logits, dtype=np.float64)
    p = softmax(scores).max(axis=1)
    guess = scores.argmax(axis=1)
    wrong = np.flatnonzero(guess != true)
    chosen = wrong[np.argsort(-p[wrong], kind="stable")][:count]
    return [(int(row), int(true[row]), int(guess[row]), float(p[row])) for row in chosen]


def draw_mistakes(
    images: Any, labels: Any, logits: Any, classes: Sequence[Text], count: int = 10
) -> tuple[Figure, Text]:
    """The pictures that were misjudged with the greatest confidence; the figure and its text.

    images: (n, 28, 28) or (n, 1, 28, 28);  labels: (n,) int;  logits: (n, C)
    raises ValueError if nothing was misjudged
    """
    found = most_confident_mistakes(labels, logits, count)
    if not found:
        raise ValueError("there is no mistake to show: every picture was judged rightly")
    pictures = np.asarray(images).reshape(len(images), *np.asarray(images).shape[-2:])
    rows = -(-len(found) // 5)
    figure = plots.new_figure(9.6, 2.5 * rows)
    panes = np.atleast_1d(figure.subplots(rows, 5)).ravel()
    alt = _MISTAKEN
    for axes in panes:
        axes.set_axis_off()
    for axes, (row, true, guess, p) in zip(panes, found, strict=False):
        axes.imshow(pictures[row], cmap="gray_r")
        said = {"true": classes[true], "guess": classes[guess], "p": 100 * p}
        axes.set_title(_GUESS.format(**said).say(), fontsize=9)
        alt += _MISTAKE.format(**said)
    return figure, alt


mistakes = plots.shown(draw_mistakes)


_COMPARED = Text("Held-out accuracy of several models, a dot per seed and a line at the mean. ")
_ROW = Text("{name}: mean {mean:.3f}, spread {spread:.3f}; ")  # fmt: skip
_ALONE = Text("{name}: {mean:.3f}, one seed; ")
_TAKEN = Text("taken for")
_IS = Text("is")
_CONFUSED = Text("Confusion matrix: {right} of {total} pictures judged rightly. The commonest mistakes: ")
_PAIR = Text("{true} taken for {guess}, {count} times; ")  # fmt: skip
_MISTAKEN = Text("Pictures that were misjudged with the greatest confidence: ")
_GUESS = Text("{true}\ntaken for {guess}\n({p:.1f} %)")
_MISTAKE = Text("{true} taken for {guess}, {p:.1f} percent sure; ")  # fmt: skip
