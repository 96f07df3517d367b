"""A quiz and its questions."""

from __future__ import annotations

from hocsau.language import Text

QUESTION = Text("question {number}")
RIGHT = Text("{answer} is right")
WRONG = Text("{answer} is not right")
EMPTY = Text("not answered yet")
BAD_LETTER = Text("{answer} is not one of the letters {letters}")
NOTED = Text("answered: {answer}")
SHAPE = Text('write the quiz as a dictionary, {{"q1": "a", ...}}, with the keys {keys}.')
LATER = Text("{done} of {total} questions answered. The answers are graded after you hand in.")
