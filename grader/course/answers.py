"""Answers as people write them, kept with a lesson: right ones in other styles, wrong ones with the name they deserve.

In solutions/<lesson>/right/ every function marked by `style`, and every text of a table RIGHT; in solutions/<lesson>/seen/
what a `Seen` has entered.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from grader.course.lessons import modules
from grader.course.reference import variant

__all__ = ["Seen", "Style", "WrongAnswer", "right_answers", "style", "wrong_answers"]


class Style(NamedTuple):
    """One right answer: whose exercise, what the style is called, the program, and its text where it is a cell."""

    exercise: str
    name: str
    program: Any
    source: str = ""


class WrongAnswer(NamedTuple):
    """One wrong answer: whose exercise, what it is called here, the program, the mistake's id (None for none), and its text
    where it was entered as a cell.
    """

    exercise: str
    label: str
    program: Any
    named: str | None
    source: str = ""


def style(exercise: str) -> Callable[[Any], Any]:
    """Mark the decorated program as a right answer to `exercise`."""

    def enter(program: Any) -> Any:
        program.styles = (Style(exercise, program.__name__, program), *vars(program).get("styles", ()))
        return program

    return enter


def right_answers(lesson: str) -> list[Style]:
    """The right answers of solutions/<lesson>/right/."""
    found: list[Style] = []
    for module in modules(lesson, "right"):
        for value in vars(module).values():
            entered = vars(value).get("styles", ()) if callable(value) and hasattr(value, "__dict__") else ()
            found += [one for one in entered if one.program.__module__ == module.__name__]
        for exercise, styles in vars(module).get("RIGHT", {}).items():
            found += [
                Style(exercise, name, variant(lesson, exercise, text.code), text.code) for name, text in styles.items()
            ]
    return found


class Seen:
    """`@seen("lstm", "c_not_carried")` enters a wrong answer with the id that it must be told by, None for no id.

    names  what the text of a cell sees besides its own names
    """

    def __init__(self, **names: Any) -> None:
        self._names = names
        self.entered: list[WrongAnswer] = []

    def __call__(self, exercise: str, named: str | None = None) -> Callable[[Any], Any]:
        """Enter the decorated program."""

        def enter(program: Any) -> Any:
            self.entered.append(WrongAnswer(exercise, program.__name__, program, named))
            return program

        return enter

    def cell(self, exercise: str, label: str, named: str | None, code: str) -> None:
        """Enter the text of a cell."""
        names = dict(self._names)
        exec(compile(code, f"<seen {exercise} {label}>", "exec"), names)
        self.entered.append(WrongAnswer(exercise, label, names[exercise], named, code))


def wrong_answers(lesson: str) -> list[WrongAnswer]:
    """The wrong answers of solutions/<lesson>/seen/."""
    return [
        one
        for module in modules(lesson, "seen")
        for value in vars(module).values()
        if isinstance(value, Seen)
        for one in value.entered
    ]
