"""`hint("momentum_step")`: three steps that come closer, and never the answer. They travel in the lesson's pack."""

from __future__ import annotations

import html
import re

from hocsau import journal, packs
from hocsau.language import Text

__all__ = ["HintReport", "hint"]

_TITLE = Text("Hint {shown} of {total} for {name}")
_MORE = Text("Still stuck? Call `hint(\"{name}\")` again.")  # fmt: skip
_LAST = Text(
    "This was the last hint. Write what you have and `check(\"{name}\")`: the check names the mistake.")  # fmt: skip
_CODE = re.compile(r"`([^`]+)`")


class HintReport:
    """The hints read so far: a list in a notebook, lines in a terminal."""

    def __init__(self, name: str, given: tuple[Text, ...], total: int) -> None:
        self.name, self.given, self.total = name, given, total

    def _title(self) -> str:
        return _TITLE.format(shown=len(self.given), total=self.total, name=self.name).say()

    def _further(self) -> str:
        return (_MORE if len(self.given) < self.total else _LAST).format(name=self.name).say()

    def __repr__(self) -> str:
        lines = [f"  {number}. {text.say()}" for number, text in enumerate(self.given, 1)]
        return "\n".join([self._title(), *lines, f"  {self._further()}"])

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{_marked(text.say())}</li>" for text in self.given)
        return (
            f'<div class="hocsau-hint" role="status"><p><strong>{_marked(self._title())}</strong></p>'
            f"<ol>{items}</ol><p><small>{_marked(self._further())}</small></p></div>"
        )


def _marked(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", html.escape(text))


def hint(name: str) -> HintReport | None:
    """The next hint for the exercise `name`, after those already read; None (and a printed line) for an unknown name."""
    name = str(getattr(name, "__name__", name))
    try:
        _, exercise = packs.find(name)
    except (LookupError, packs.PackError) as error:
        print(str(error.args[0]))
        return None
    total = len(exercise.hints)
    step = min(journal.read().get(name, journal.Record()).hints + 1, total)
    journal.note_hint(name, step)
    return HintReport(name, exercise.hints[:step], total)
