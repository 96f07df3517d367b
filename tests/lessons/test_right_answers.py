"""Right answers in other styles (loops, einsum, other algebra) pass every case of every seed and are never named a mistake."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.cases import draw_exercise
from grader.demo import gradient_descent_right, momentum_right
from grader.demo.planted import CLASS
from grader.demo.student import Planted
from grader.lessons import ExerciseDefinition, Lesson, all_lessons
from hocsau.judging.diagnose import diagnose
from hocsau.judging.probe import drive
from hocsau.judging.verdict import judge

SECRETS = (b"one", b"two", b"three", b"four", b"five")
STYLES: dict[str, dict[str, Planted]] = {**gradient_descent_right.RIGHT, **momentum_right.RIGHT}
BUG_HUNTS: dict[str, dict[str, Planted]] = {}
for _student in CLASS:
    for _name, _planted in _student.answers.items():
        if _name.endswith("_bug_hunt") and _planted.kind == "right":
            BUG_HUNTS.setdefault(_name, {})[_student.id] = _planted
DEFINITIONS = {
    exercise.name: (lesson, exercise)
    for lesson in all_lessons()
    for exercise in lesson.exercises
    if exercise.kind == "function" and lesson.number <= 2
}
ANSWERS = [
    pytest.param(*DEFINITIONS[name], planted.code, id=f"{name}-{style}")
    for name, styles in {**STYLES, **BUG_HUNTS}.items()
    for style, planted in styles.items()
]


def _program(code: str, name: str) -> Any:
    """The learner's function, with the other right answers of its lesson at hand."""
    namespace: dict[str, Any] = {"np": np}
    for other, styles in STYLES.items():
        if other != name:
            exec(next(iter(styles.values())).code, namespace)
    exec(code, namespace)
    return namespace[name]


@pytest.mark.filterwarnings("ignore")  # a learner's code may warn
@pytest.mark.parametrize(("lesson", "definition", "code"), ANSWERS)
def test_a_right_answer_in_another_style_passes_and_is_no_known_mistake(
    lesson: Lesson, definition: ExerciseDefinition, code: str
) -> None:
    program = _program(code, definition.name)
    for secret in SECRETS:
        exercise = draw_exercise(lesson, definition, secret, hidden=True)
        observed = [drive(case.request, lambda: program) for case in exercise.cases]
        verdict = judge(exercise, observed)
        assert (verdict.outcome, verdict.points) == ("passed", definition.points), verdict.cases
        assert diagnose(exercise, observed) is None


@pytest.mark.parametrize("name", [name for name in DEFINITIONS if DEFINITIONS[name][1].contract])
def test_every_exercise_has_at_least_three_other_styles(name: str) -> None:
    assert len(STYLES[name]) >= 3
