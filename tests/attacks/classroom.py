"""A small lesson, honest answers to it, and attacks on it: files under submissions/, run as a learner hands them in."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from grader.course.lessons import CaseKind, ExerciseDefinition, Lesson
from grader.course.mistakes import Misconception
from grader.judge.judge import Judgement, Limits, judge_submission
from grader.judge.submission import CellSource, Submission
from grader.sandbox.process import Worker
from hocsau.judging.request import Call, Recipe
from hocsau.judging.verdict import Verdict
from hocsau.language import Text
from tests.toys import QUIZ_KEY, descend, double

__all__ = [
    "ANSWERS",
    "FULL",
    "LESSON",
    "MISTAKES",
    "PATIENT",
    "QUICK",
    "SECRET",
    "SUBMISSIONS",
    "attack",
    "cells_of",
    "everything_said",
    "judge_cells",
    "of",
    "others_are_right",
    "printed",
    "ways",
]

SUBMISSIONS = Path(__file__).parent / "submissions"
SECRET = b"the secret of a course of attacks"
QUICK = Limits(cell=1.5, case=0.6, whole=20.0)
"""For attacks that must be ended by the clock."""
PATIENT = Limits(cell=30.0, case=30.0, whole=120.0)


def _double(n: int) -> Callable[[np.random.Generator], Call]:
    return lambda rng: Call({"w": rng.uniform(1, 2, size=n)})


def _descend(steps: int) -> Callable[[np.random.Generator], Call]:
    def draw(rng: np.random.Generator) -> Call:
        recipe = Recipe("constant_gradient", {"g": rng.uniform(1, 2, size=3)})
        return Call({"gradient": recipe, "w0": rng.uniform(1, 2, size=3), "steps": steps})

    return draw


def _kind(english: str, draw: Any, hidden: bool = False) -> CaseKind:
    return CaseKind(Text.of(english, vi=english + " (vi)"), draw, hidden)


LESSON = Lesson(
    "attacked",
    1,
    Text.of("Attacked", vi="Bị tấn công"),
    (
        ExerciseDefinition("double", 2, (_kind("two", _double(2)), _kind("three", _double(3)), _kind("five", _double(5), True))),
        ExerciseDefinition("quadruple", 1, (_kind("two", _double(2)), _kind("four", _double(4)))),
        ExerciseDefinition("descend", 3, (_kind("none", _descend(0)), _kind("four", _descend(4))), exact_calls=True, picture="trajectory"),
        ExerciseDefinition("toy_quiz", 4, kind="quiz", contract=False),
    ),
    Text.of("", vi=""),
)  # fmt: skip
"""`double` is the exercise that most attacks are about; the three others are answered honestly, before and after it."""

FULL = 10.0


def quadruple(w: Any) -> Any:
    """4 w."""
    return 4 * w


ANSWERS = {"double": double, "quadruple": quadruple, "descend": descend, "toy_quiz": QUIZ_KEY}
MISTAKES = {
    "double": {
        "triple": Misconception("triple", "double", Text.of("Three times.", vi="Ba lần."), "k", lambda w: 3 * w)
    },
    "quadruple": {},
    "descend": {},
}

HONEST = {
    "quadruple": "def quadruple(w):\n    return 4 * w",
    "double": "def double(w):\n    return 2 * w",
    "descend": """\
import numpy as np
def descend(gradient, w0, steps):
    path = [w0]
    for _ in range(steps):
        path.append(path[-1] - 0.1 * gradient(path[-1]))
    return np.array(path)""",
    "toy_quiz": f"toy_quiz = {QUIZ_KEY}",
}


def cells_of(name: str) -> list[str]:
    """The cells of submissions/<name>.py: what stands between its `# %%` lines.

    Behind `#| ` stands what is no Python, a magic or half a line.
    """
    text = (SUBMISSIONS / f"{name}.py").read_text(encoding="utf-8")
    text = re.sub(r"^#\| ", "", text, flags=re.MULTILINE)
    return [cell.strip() for cell in re.split(r"^# %%(?: .*)?\n", text, flags=re.MULTILINE)]


def ways(name: str) -> list[str]:
    """The names in the WAYS or TEXTS of submissions/<name>.py."""
    tree = ast.parse((SUBMISSIONS / f"{name}.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("WAYS", "TEXTS"):
            assert isinstance(node.value, ast.Dict)
            return [ast.literal_eval(key) for key in node.value.keys if key is not None]
    raise LookupError(name)


def attack(
    worker: Worker,
    name: str,
    known: Mapping[str, Any] | None = None,
    *,
    limits: Limits = PATIENT,
    not_allowed: Collection[str] = (),
) -> Judgement:
    """The judgement on submissions/<name>.py among honest answers to all that it does not answer itself.

    known  what the attacker has found out; the file reads it as `known`
    """
    cells = cells_of(name)
    if known is not None:
        cells.insert(0, f"known = {dict(known)!r}")
    return judge_cells(worker, cells, limits=limits, not_allowed=not_allowed)


def judge_cells(
    worker: Worker,
    cells: list[str],
    *,
    limits: Limits = PATIENT,
    not_allowed: Collection[str] = (),
) -> Judgement:
    """The judgement on these cells, after an honest `quadruple` and before the other honest answers."""
    whole = "\n".join(cells)
    honest = {
        exercise: source
        for exercise, source in HONEST.items()
        if not re.search(rf"^(def|class) {exercise}\b|^{exercise} =", whole, re.MULTILINE)
    }
    before = [honest.pop("quadruple")] if "quadruple" in honest else []
    sources = [*before, *cells, *honest.values()]
    made = tuple(CellSource(index, source, True) for index, source in enumerate(sources))
    lesson = replace(LESSON, not_allowed=tuple(not_allowed))
    return judge_submission(lesson, Submission(made), worker, SECRET, limits)


def of(judgement: Judgement, exercise: str) -> Verdict:
    """The verdict on one exercise."""
    return next(verdict for verdict in judgement.verdicts if verdict.exercise == exercise)


def others_are_right(judgement: Judgement, *attacked: str) -> bool:
    """Have all exercises but the attacked ones (`double` by default) full marks?"""
    spared = [v for v in judgement.verdicts if v.exercise not in (attacked or ("double",))]
    return all(verdict.outcome == "passed" for verdict in spared)


def printed(judgement: Judgement) -> str:
    """All that the cells printed, returned or raised."""
    shown = [output for outputs in judgement.outputs.values() for output in outputs]
    texts = [o.get("text") or o.get("evalue") or o.get("data", {}).get("text/plain") for o in shown]
    return "\n".join(str(text) for text in texts if text)


def everything_said(judgement: Judgement) -> str:
    """All that anybody will read of a judgement: outputs, messages, pictures."""
    words = [repr(judgement.outputs), repr(judgement.pictures)]
    for verdict in judgement.verdicts:
        words += [verdict.message.en, verdict.message.vi, str(verdict.explanation)]
        words += [case.message.en + case.message.vi for case in verdict.cases]
    return "\n".join(words)
