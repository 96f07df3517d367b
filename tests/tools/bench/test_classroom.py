"""The class is a class: all kinds of learners, no two alike, the same for the same seed."""

from __future__ import annotations

from collections import Counter

import pytest

from grader.course.lessons import of_name
from grader.judge.submission import submission_of
from tests.grader.conftest import released
from tools.bench.classroom import FATAL, Learner, fill, make_class

LESSONS = ("gradient_descent", "momentum")


@pytest.mark.parametrize("name", LESSONS)
def test_shares(name: str) -> None:
    found = Counter(one.profile for one in make_class(of_name(name), 20, 0))
    assert found == {"strong": 8, "average": 6, "half_done": 3, "weak": 2, "blank": 1}


@pytest.mark.parametrize("size", [1, 2, 3, 7, 41])
def test_every_size(size: int) -> None:
    assert len(make_class(of_name("momentum"), size, 0)) == size


@pytest.mark.parametrize("torch", [False, True])
@pytest.mark.parametrize("name", LESSONS)
def test_no_two_submissions_are_alike(name: str, torch: bool) -> None:
    lesson = of_name(name)
    names = [exercise.name for exercise in lesson.exercises]
    submissions = {
        submission_of(fill(released(lesson), learner, names), lesson)
        for learner in make_class(lesson, 40, 3, torch=torch)
    }
    assert len(submissions) == 40


def test_the_same_seed_gives_the_same_class() -> None:
    lesson = of_name("momentum")
    assert make_class(lesson, 9, 5) == make_class(lesson, 9, 5)
    assert make_class(lesson, 9, 5) != make_class(lesson, 9, 6)


def code_of(learner: Learner) -> str:
    return "\n".join([*learner.answers.values(), learner.scratch])


@pytest.mark.parametrize("name", LESSONS)
def test_nobody_hangs_or_ends_the_process(name: str) -> None:
    for learner in make_class(of_name(name), 40, 1):
        assert not any(sign in code_of(learner) for sign in FATAL)


def test_a_torch_class_uses_torch() -> None:
    lesson = of_name("momentum")
    assert all("torch.optim" in code_of(one) for one in make_class(lesson, 5, 0, torch=True))
    assert not any("torch" in one.scratch for one in make_class(lesson, 5, 0))
