"""`reveal("momentum_step")`: the worked answer, after two honest tries, where the course hands answers out.

hocsau holds no answer. They come in files of their own, answers/<lesson>.json, made by `grader answers` and part of the
edition for those who learn alone; what an instructor releases and what a class gets has no such files, and there `reveal`
says so.
"""

from __future__ import annotations

import html
import json
import os
from pathlib import Path

from hocsau import journal, packs
from hocsau.judging.exercise import Exercise, ExerciseKind
from hocsau.judging.outcomes import Outcome
from hocsau.language import Text

__all__ = ["Notice", "folders", "reveal", "worked"]

_NONE = Text(
    "This course does not hand out worked answers here (there is no {file}). `hint(\"{name}\")` goes on helping; "
    "someone who learns alone finds the answers in the course's solo edition.")  # fmt: skip
_NOT_THIS = Text(
    "{name} has no worked answer to show: a quiz keeps its key, and a written answer is yours. `hint(\"{name}\")` helps.")  # fmt: skip
_TOO_EARLY = Text(
    "The answer of {name} is shown after {needed} honest tries; so far {made}. An honest try is an answer of your own that "
    "uses its arguments, checked with `check(\"{name}\")`; the same code counts once. `hint(\"{name}\")` may be enough.")  # fmt: skip
_DAMAGED = Text(
    "The worked answers cannot be read: {file} ({reason}). Copy the file again from the course, or make it again with "
    "`grader answers`."
)
_SHOWN = Text("One good answer to {name}. Read it, close it, and write your own from memory; then check.")


class Notice:
    """A message, and a program under it: HTML in a notebook, text in a terminal."""

    def __init__(self, text: Text, code: str = "") -> None:
        self._text, self._code = text, code

    def __repr__(self) -> str:
        return self._text.say() + (f"\n\n{self._code}" if self._code else "")

    def _repr_html_(self) -> str:
        code = f"<pre><code>{html.escape(self._code)}</code></pre>" if self._code else ""
        said = html.escape(self._text.say())
        return f'<div class="hocsau-reveal" role="status"><p>{said}</p>{code}</div>'


def folders() -> list[Path]:
    """Where answers may lie: HOCSAU_ANSWERS, else `answers` in or above the working folder."""
    chosen = os.environ.get("HOCSAU_ANSWERS")
    if chosen is not None:
        return [Path(chosen).expanduser()] if chosen else []
    here = Path.cwd()
    return [folder / "answers" for folder in (here, *here.parents)]


def worked(lesson: str, name: str) -> str | None:
    """The worked answer of one exercise; None where the course does not hand it out.

    raises ValueError when the file of the lesson is there and cannot be read; OSError likewise
    """
    for folder in folders():
        file = folder / f"{lesson}.json"
        if file.is_file():
            answers = json.loads(file.read_text(encoding="utf-8"))["answers"]
            code = answers.get(name)
            if code is not None and not isinstance(code, str):
                raise ValueError(f"{name} is no text")
            return code
    return None


def reveal(name: str) -> Notice | None:
    """Show the worked answer of `name`, or say when and why not; None (and a printed line) for an unknown name."""
    name = str(getattr(name, "__name__", name))
    try:
        pack, exercise = packs.find(name)
    except (LookupError, packs.PackError) as error:
        print(str(error.args[0]))
        return None
    return _answer(pack.lesson, exercise)


def _answer(lesson: str, exercise: Exercise) -> Notice:
    name, file = exercise.name, f"answers/{lesson}.json"
    if exercise.kind != ExerciseKind.FUNCTION:
        return Notice(_NOT_THIS.format(name=name))
    try:
        code = worked(lesson, name)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return Notice(_DAMAGED.format(file=file, reason=f"{type(error).__name__}: {error}"))
    if code is None:
        return Notice(_NONE.format(name=name, file=file))
    known = journal.read().get(name, journal.Record())
    if len(known.tries) < journal.TRIES and known.outcome != Outcome.PASSED and not known.revealed:
        made = len(known.tries)
        return Notice(_TOO_EARLY.format(name=name, needed=journal.TRIES, made=made))
    journal.note_reveal(name)
    return Notice(_SHOWN.format(name=name), code)
