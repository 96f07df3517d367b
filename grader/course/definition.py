"""What an exercise is: its points, its cases (drawn from a seed, never stored), and how close is right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from grader.course.rounding import rounded
from hocsau.judging.compare import Tolerance
from hocsau.judging.request import Request
from hocsau.judging.scoring import Scored
from hocsau.language import Text

__all__ = ["CaseKind", "ExerciseDefinition", "Lesson"]


@dataclass(frozen=True)
class CaseKind:
    """One thing a check must see: `draw(rng)` gives the inputs, anew for every seed.

    sample   makes them; a `Scored` one asks for a good result instead of an equal one (a trained model)
    Public kinds are replayed in the notebook; hidden ones are seen by the grader alone.
    seconds  what a training may take when it is graded; None is the limit of every case
    sees     what of its exercise's row in docs/contract.md it sees, phrase by phrase
    device   also tried with its tensors on another device, made-up where there is no GPU
    """

    name: Text
    sample: Callable[[np.random.Generator], Request | Scored]
    hidden: bool = False
    weight: int = 1
    seconds: float | None = None
    device: bool = False
    sees: tuple[str, ...] = ()

    def seeing(self, *phrases: str) -> CaseKind:
        """The same case, which sees these phrases of docs/contract.md."""
        return replace(self, sees=phrases)

    def draw(self, rng: np.random.Generator) -> Request | Scored:
        """The inputs, with their numbers rounded: the same on every processor."""
        return rounded(self.sample(rng))


@dataclass(frozen=True)
class ExerciseDefinition:
    """One graded exercise.

    kind        "function" (driven by cases), "quiz" (a dictionary of letters), "written" (graded by hand)
    picture     what the check draws when a case fails: "trajectory" (T, d), "vector" (d,), or "none"
    exact_calls the function handed over must be called exactly as often as the reference calls it
    views       the result may be a view of an argument
    silent      a numerical warning (an overflow) is a fault
    not_allowed libraries and functions that this answer must do without, besides the lesson's (hocsau.judging.allowed)
    contract    False for what stands outside the tables of docs/contract.md (bug hunt, quiz, written): not judged in a plain .py file
    """

    name: str
    points: float
    cases: tuple[CaseKind, ...] = ()
    kind: Literal["function", "quiz", "written"] = "function"
    tolerance: Tolerance = field(default_factory=lambda: Tolerance())
    picture: Literal["trajectory", "vector", "none"] = "none"
    exact_calls: bool = False
    views: bool = False
    contract: bool = True
    silent: bool = False
    not_allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lesson:
    """One lesson: `name` is the source's file name, `number` its place in the course.

    not_allowed  libraries that its answers must do without, by dotted name ("torch.optim")
    """

    name: str
    number: int
    title: Text
    exercises: tuple[ExerciseDefinition, ...]
    marking_scheme: Text
    not_allowed: tuple[str, ...] = ()

    @property
    def assignment(self) -> str:
        """The name nbgrader knows it by, "02_NAME"."""
        return f"{self.number:02d}_{self.name}"
