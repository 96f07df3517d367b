"""Results that must be good rather than equal: a trained model is scored by what it answers on held-out samples.

A rule has a name from a closed list, so that only the name and arrays travel. The score is computed here, from the
values that came back, never by the learner's code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hocsau.judging.compare import ANY_NUMBERS, Difference, compare
from hocsau.judging.outcomes import DifferenceKind
from hocsau.judging.request import Request
from hocsau.judging.scored_tensors import TENSOR_RULES, Rule
from hocsau.judging.states import Outline, outline
from hocsau.judging.values import record
from hocsau.judging.wording import differences, scores

__all__ = [
    "RULES",
    "Score",
    "Scored",
    "outlined",
    "reaches",
    "same_standing",
    "score_of",
    "shortfall",
]


@record
@dataclass(frozen=True)
class Score:
    """What a result is asked for: by `rule` (see RULES) on `data`, at least `least` and at most `most`."""

    rule: str
    data: dict[str, Any] = field(default_factory=dict)
    least: float = 0.0
    most: float | None = None


@dataclass(frozen=True)
class Scored:
    """What a case draws when its result is scored: the request and the score it must reach."""

    request: Request
    score: Score


def _mlp_accuracy(params: Mapping[str, Any], data: Mapping[str, Any]) -> float:
    """Share of held-out samples whose label has the largest logit: relu(X W1 + b1) W2 + b2.

    params: W1 (d, h), b1 (h,), W2 (h, C), b2 (C,);  data: X (n, d), labels (n,)
    """
    hidden = np.maximum(data["X"] @ params["W1"] + params["b1"], 0.0)
    logits = hidden @ params["W2"] + params["b2"]
    return float((logits.argmax(axis=1) == data["labels"]).mean())


RULES: dict[str, Rule] = {
    "mlp_accuracy": Rule(_mlp_accuracy, scores.MLP_ACCURACY),
    **TENSOR_RULES,
}
"""The closed list: the rules by name."""


def score_of(score: Score, value: Any) -> float:
    """The score of a value that has the expected kinds and shapes; what overflows counts as it comes.

    raises KeyError for a rule that is not on the list, ValueError for an outline that could not be read
    """
    if isinstance(value, Outline):
        if value.score is None:
            raise ValueError("the rule could not read it")
        return value.score
    with np.errstate(all="ignore"):
        return RULES[score.rule].score(value, score.data)


def reaches(score: Score, reached: float) -> bool:
    """Is a score good enough?"""
    return reached >= score.least if score.most is None else reached <= score.most


def outlined(score: Score, value: Any) -> Outline:
    """What is kept of a scored value: its kinds and shapes, and what it scores."""
    try:
        reached = score_of(score, value)
    except (ValueError, TypeError, LookupError, AttributeError):
        return Outline(outline(value), None)
    return Outline(outline(value), reached)


def same_standing(score: Score, one: Any, other: Any) -> bool:
    """Have two values the same shapes, and do both reach the score or both not?"""
    if compare(one, other, ANY_NUMBERS) is not None:
        return False
    try:
        return reaches(score, score_of(score, one)) == reaches(score, score_of(score, other))
    except (ValueError, TypeError, LookupError, AttributeError):
        return True  # neither is what the rule can read


def shortfall(score: Score, expected: Any, actual: Any) -> Difference | None:
    """What keeps `actual` from the score: a wrong kind, shape or dtype (as in `expected`), NaN, or too low a score."""
    difference = compare(expected, actual, ANY_NUMBERS)
    if difference is not None:
        return difference
    reached = score_of(score, actual)
    if reaches(score, reached):
        return None
    words = differences.SCORE_TOO_LOW if score.most is None else differences.SCORE_TOO_HIGH
    limit = f"{score.least if score.most is None else score.most:.3f}"
    message = words.format(what=RULES[score.rule].measures, reached=f"{reached:.3f}", least=limit, most=limit)
    return Difference(DifferenceKind.SCORE, lambda: message)
