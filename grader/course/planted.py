"""What a student of the demonstration class is: a name, and what was planted in each answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

__all__ = [
    "BLANK",
    "Kind",
    "Planted",
    "Points",
    "Student",
    "Tampering",
    "blank",
    "crash",
    "depends",
    "mistake",
    "other",
    "quiz",
    "right",
    "written",
]

Kind = Literal["right", "mistake", "blank", "crash", "other", "depends", "quiz", "written"]
Points = Literal["full", "some", "none"]
Tampering = Literal["check_deleted", "check_doubled", "check_edited", "metadata_removed", "points_raised"]


@dataclass(frozen=True)
class Planted:
    """One answer and the truth about it.

    code     what stands in the answer's cell; "" leaves the cell as it was released
    kind     "right", "mistake" (one of the course's list), "blank", "crash" (an exception, a dead or hanging process,
             a cell that does not run), "other" (wrong, but no known mistake: no diagnosis is right), "depends" (right
             in itself, but it calls an answer of the same student that is wrong), "quiz", "written"
    mistake  the phrase of the course's list, word for word, for a mistake; "" otherwise
    points   "full" (all cases), "some" (more than nothing, less than all), "none"; for a quiz the key decides, and a
             written answer waits for a person: there it says "none"
    note     what is special about it, in a few words
    """

    code: str
    kind: Kind
    mistake: str = ""
    points: Points = "none"
    note: str = ""


@dataclass(frozen=True)
class Student:
    """One submission: `lesson` handed in by `name` in `language`.

    story      what was planted, in one phrase
    answers    by exercise; what is not there was left as released
    tampering  what was done to the notebook besides answering
    """

    id: str
    name: str
    lesson: str
    language: Literal["en", "vi"]
    story: str
    answers: Mapping[str, Planted]
    tampering: tuple[Tampering, ...] = ()

    def with_answer(self, exercise: str, planted: Planted | None) -> Student:
        """The student with this answer too; None leaves it as it was."""
        return self if planted is None else replace(self, answers={**self.answers, exercise: planted})

    def answer(self, exercise: str) -> Planted:
        """What was planted in `exercise`."""
        return self.answers.get(exercise, BLANK)


def _cell(code: str) -> str:
    return code.strip("\n") + "\n"


def right(code: str, note: str = "") -> Planted:
    """An answer that earns everything."""
    return Planted(_cell(code), "right", points="full", note=note)


def mistake(phrase: str, points: Points, code: str, note: str = "") -> Planted:
    """A mistake of the course's list, called there `phrase`."""
    return Planted(_cell(code), "mistake", phrase, points, note)


def other(note: str, points: Points, code: str) -> Planted:
    """Wrong in a way that the course does not know."""
    return Planted(_cell(code), "other", points=points, note=note)


def crash(note: str, code: str, points: Points = "none") -> Planted:
    """An answer that raises, hangs, or kills its process."""
    return Planted(_cell(code), "crash", points=points, note=note)


def depends(note: str, points: Points, code: str) -> Planted:
    """Right, were it not for another answer that it calls."""
    return Planted(_cell(code), "depends", points=points, note=note)


def blank(code: str = "", note: str = "") -> Planted:
    """Nothing done: the cell as released, or a cell that defines nothing."""
    return Planted(_cell(code) if code else "", "blank", note=note)


def quiz(lesson: str, *letters: str | None) -> Planted:
    """The quiz of `lesson` with these letters; None leaves a question open."""
    lines = [
        f'    "q{number}": {"None" if letter is None else chr(34) + letter + chr(34)},\n'
        for number, letter in enumerate(letters, 1)
    ]
    return Planted(f"{lesson}_quiz = {{\n{''.join(lines)}}}\n", "quiz")


def written(text: str) -> Planted:
    """A written answer, as Markdown."""
    return Planted(_cell(text), "written")


BLANK = blank()
