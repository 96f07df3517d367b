"""An exercise as data: its cases with what is expected, and what each known mistake gives on them.

The grader makes it (from the references, anew for each seed); the notebook reads it from a check pack.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from hocsau.judging.compare import Tolerance
from hocsau.judging.probe import Observation
from hocsau.judging.request import Request
from hocsau.judging.scoring import Score
from hocsau.judging.values import record
from hocsau.language import Text

__all__ = ["Case", "Exercise", "ExerciseKind", "KnownMistake", "Pack", "PictureKind"]

record(Text)


class ExerciseKind(StrEnum):
    """How an exercise is answered.

    FUNCTION  by a function or a class, which its cases drive
    QUIZ      by a dictionary of letters
    WRITTEN   in words, which a person marks
    """

    FUNCTION = "function"
    QUIZ = "quiz"
    WRITTEN = "written"


class PictureKind(StrEnum):
    """What is drawn of a wrong result beside the expected one.

    NONE        nothing
    TRAJECTORY  paths (T, d)
    VECTOR      bars (d,)
    """

    NONE = "none"
    TRAJECTORY = "trajectory"
    VECTOR = "vector"


@record
@dataclass(frozen=True)
class KnownMistake:
    """A misconception: what to tell the learner, and the heading of the section that explains it."""

    message: Text
    section: Text


@record
@dataclass(frozen=True)
class Case:
    """One set of inputs. `mistaken` holds what each known mistake gives on it, by id.

    With a `score` the result need not equal the expected one: it must have its shapes and reach the score.
    seconds  the time that it may take when it is graded; None is the judge's own limit
    device   it is also tried with its tensors on another device
    """

    name: Text
    request: Request
    expected: Observation
    hidden: bool = False
    weight: int = 1
    mistaken: dict[str, Observation] = field(default_factory=dict)
    score: Score | None = None
    seconds: float | None = None
    device: bool = False


@record
@dataclass(frozen=True)
class Exercise:
    """One exercise with everything a verdict needs. For a quiz, `questions` and `letters` (never the key, save in the grader).

    silent       a numerical warning is a fault
    not_allowed  libraries and functions whose use earns nothing, by dotted name (hocsau.judging.allowed)
    hints        steps that come closer to the answer; not in the grader
    """

    name: str
    points: float
    kind: ExerciseKind = ExerciseKind.FUNCTION
    cases: tuple[Case, ...] = ()
    mistakes: dict[str, KnownMistake] = field(default_factory=dict)
    tolerance: Tolerance = field(default_factory=Tolerance)
    picture: PictureKind = PictureKind.NONE
    exact_calls: bool = False
    views: bool = False
    questions: tuple[str, ...] = ()
    letters: str = ""
    key: dict[str, str] = field(default_factory=dict)
    silent: bool = False
    not_allowed: tuple[str, ...] = ()
    hints: tuple[Text, ...] = ()


@record
@dataclass(frozen=True)
class Pack:
    """The public half of a lesson's checks, as the notebook gets it."""

    lesson: str
    number: int
    title: Text
    exercises: tuple[Exercise, ...]
