"""The class that is graded: as in a class, many right, some with a mistake or two, some half done, a few lost.

Answers are the demonstration's: right ones in several styles, known mistakes, unknown ones, exceptions. Left out are the
answers that hang or end their process: stock nbgrader leaves such a submission ungraded, so there is nothing to compare.
No two submissions are alike: the engine judges identical ones once, which would flatter it.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from grader.course.lessons import Lesson, part
from grader.course.planted import Planted
from tools.demo.planted import CLASS

__all__ = ["Learner", "fill", "make_class"]

SHARES = ((0.40, "strong"), (0.30, "average"), (0.15, "half_done"), (0.10, "weak"), (0.05, "blank"))
"""How many of a class do how well."""
WRONG = {"strong": 0.0, "average": 0.25, "half_done": 0.25, "weak": 0.7, "blank": 0.0}
"""The chance that an answer is wrong."""
FATAL = ("os._exit", "while k >= 0")

TORCH = """
start = torch.tensor({start}, requires_grad=True)
optimizer = torch.optim.SGD([start], lr={rate}, momentum=0.9)
for _ in range(20):
    optimizer.zero_grad()
    loss = ((start - 1.0) ** 2).sum()
    loss.backward()
    optimizer.step()
print(f"torch's own optimizer ends at {{start.detach().numpy().round(3)}}, loss {{loss.item():.2e}}")
"""
"""What a learner might try beside the exercises; the numbers differ."""


@dataclass(frozen=True)
class Learner:
    """One submission: the code that stands in each exercise's cell, and a cell of their own."""

    id: str
    profile: str
    answers: dict[str, str]
    scratch: str


def make_class(lesson: Lesson, size: int, seed: int, *, torch: bool = False) -> list[Learner]:
    """`size` learners of one lesson, all different; with `torch`, each imports it and tries an optimizer."""
    chance = random.Random(f"{lesson.name} {seed}")
    right, wrong = _pools(lesson)
    profiles = _profiles(size)
    chance.shuffle(profiles)
    made: list[Learner] = []
    for number, profile in zip(count(1), profiles, strict=False):
        answers = _answers(lesson, profile, right, wrong, chance)
        scratch = f"print({number}, 'tries', {chance.random():.6f})\n"
        if torch:
            start = [round(chance.uniform(-2, 2), 3) for _ in range(3)]
            scratch += "import torch\n" + TORCH.format(start=start, rate=chance.choice([0.05, 0.1]))
        made.append(Learner(f"learner{number:04d}", profile, answers, scratch))
    return made


def _profiles(size: int) -> list[str]:
    """`size` profiles in the proportions of SHARES."""
    found: list[str] = []
    share = 0.0
    for share_of_it, profile in SHARES:
        share += share_of_it
        found += [profile] * (round(share * size) - len(found))
    return found


def _pools(lesson: Lesson) -> tuple[dict[str, list[Planted]], dict[str, list[Planted]]]:
    """Right and wrong answers by exercise, as the demonstration's students gave them."""
    known: dict[str, dict[str, Planted]] = part(lesson.name, "right.students").RIGHT
    right = {e.name: list(known.get(e.name, {}).values()) for e in lesson.exercises}
    wrong: dict[str, list[Planted]] = {e.name: [] for e in lesson.exercises}
    for student in CLASS:
        for name, planted in student.answers.items() if student.lesson == lesson.name else ():
            if planted.kind in ("right", "quiz", "written", "depends"):
                right[name].append(planted)
            elif planted.code and not any(sign in planted.code for sign in FATAL):
                wrong[name].append(planted)
    return right, wrong


def _answers(
    lesson: Lesson,
    profile: str,
    right: dict[str, list[Planted]],
    wrong: dict[str, list[Planted]],
    chance: random.Random,
) -> dict[str, str]:
    """The code in each exercise's cell; an exercise that is not there was not done."""
    names = [exercise.name for exercise in lesson.exercises]
    if profile == "blank":
        return {}
    if profile == "half_done":
        names = names[: chance.randint(len(names) // 3, 2 * len(names) // 3)]
    found = {}
    for name in names:
        pool = wrong[name] if wrong[name] and chance.random() < WRONG[profile] else right[name]
        if pool:
            found[name] = chance.choice(pool).code.rstrip("\n")
    return found


def fill(released: NotebookNode, learner: Learner, exercises: Sequence[str]) -> NotebookNode:
    """The released notebook as `learner` hands it in."""
    notebook: NotebookNode = copy.deepcopy(released)
    for index, cell in reversed(list(enumerate(notebook.cells))):
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in learner.answers:
            cell.source = learner.answers[name]
        if name == exercises[0]:
            own = new_code_cell(learner.scratch)
            own["id"] = "own-scratch-cell"
            notebook.cells.insert(index + 1, own)
    return notebook
