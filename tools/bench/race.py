"""One class, four ways to grade it, turn by turn on the same machine: stock, ours, the bare code, the bare pipeline."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from grader.course.lessons import Lesson, lesson_names, of_name
from grader.course.places import NOTEBOOKS, ROOT
from grader.nbgrader import grading
from grader.publish.notebook import write
from grader.sandbox.site import copy_site
from tools.bench import stock_course
from tools.bench.classroom import Learner, fill, make_class
from tools.bench.turns import Contestant, Spent
from tools.demo.run import DEMO_SECRET

__all__ = [
    "LESSONS",
    "WAYS",
    "Course",
    "as_released",
    "machine",
    "prepare",
    "race",
    "release",
    "speedup",
]

LESSONS = lesson_names()[:2]
"""Those of which stock nbgrader has a version (tools/bench/asserts.py)."""
WAYS = ("stock", "ours", "bare", "pipeline")
SITE = "site"
TURN = 4
"""Submissions in one turn."""

Say = Callable[[str], None]


@dataclass
class Course:
    """A class made and handed in: ours, and twice as courses of stock nbgrader."""

    folder: Path
    classes: dict[str, list[Learner]] = field(default_factory=dict)

    def at(self, way: str) -> Path:
        """The course's folder for one way of grading."""
        return self.folder / {"bare": "ours"}.get(way, way)


def release(folder: Path, lessons: Sequence[Lesson]) -> None:
    """Two empty courses with the lessons released: ours, and one of stock nbgrader."""
    ours, stock = folder / "ours", folder / "stock"
    for course in (ours, stock):
        course.mkdir(parents=True)
    (ours / ".course-secret").write_text(DEMO_SECRET.hex() + "\n", encoding="ascii")
    for lesson in lessons:
        grading.release(lesson, ours)
        stock_course.add_lesson(lesson, stock, DEMO_SECRET)


def prepare(
    folder: Path,
    released: Path,
    lessons: Sequence[Lesson],
    submissions: int,
    seed: int,
    *,
    torch: bool,
) -> Course:
    """Make the class and hand it in, in copies of the courses that `release` made, as many to each lesson.

    In each lesson there is one learner more, on whom every program warms up.
    """
    course = Course(folder)
    for way in ("ours", "stock", "pipeline"):
        shutil.copytree(released / ("ours" if way == "ours" else "stock"), course.at(way))
    copy_site(folder / SITE)
    for number, lesson in enumerate(lessons):
        size = (submissions + number) // len(lessons)
        learners = course.classes[lesson.name] = make_class(lesson, size + 1, seed, torch=torch)
        _hand_in(lesson, course.at("ours"), learners)
        for way in ("stock", "pipeline"):
            stock_course.hand_in(lesson, course.at(way), learners)
    return course


def _hand_in(lesson: Lesson, course: Path, learners: Sequence[Learner]) -> None:
    name = lesson.assignment
    released = nbformat.read(NOTEBOOKS / "en" / name / f"{name}.ipynb", as_version=4)
    exercises = [exercise.name for exercise in lesson.exercises]
    for learner in learners:
        path = course / "submitted" / learner.id / name / f"{name}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(write(fill(released, learner, exercises)), encoding="utf-8")


def contestant(way: str, course: Course, lesson: Lesson, jobs: int = 1) -> Contestant:
    """One way of grading, warm."""
    arguments = {
        "stock": [lesson.assignment],
        "pipeline": [lesson.assignment, "--pipeline"],
        "ours": [lesson.name, "--jobs", str(jobs)],
        "bare": [lesson.name],
    }[way]
    program = "stock" if way == "pipeline" else way
    environment = {}
    if way == "bare":  # what learners' code sees in the box, and the worker's one thread
        path = os.pathsep.join(map(str, (course.folder / SITE, ROOT)))
        environment = {"PYTHONPATH": path, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return Contestant(
        program,
        str(course.at(way)),
        *arguments,
        cwd=course.at(way),
        log=course.folder / f"{way}.log",
        environment=environment,
    )


def race(course: Course, say: Say) -> dict[str, Spent]:
    """Grade the class in every way, in turns; the order changes from turn to turn. What each took in all.

    The first submission is not counted: it finds imports and caches cold, on every side.
    """
    total = dict.fromkeys(WAYS, Spent(0.0, 0.0))
    for lesson in map(of_name, course.classes):
        first, *students = sorted(learner.id for learner in course.classes[lesson.name])
        with ExitStack() as stack:
            ways: dict[str, Contestant] = {}
            for way in WAYS:
                ways[way] = contestant(way, course, lesson)
                stack.callback(ways[way].kill)
                ways[way].turn([first])
            for number, start in enumerate(range(0, len(students), TURN)):
                turn = students[start : start + TURN]
                for way in [*WAYS[number % 4 :], *WAYS[: number % 4]]:
                    say(f"{lesson.name}: {turn[0]} to {turn[-1]}, {way}")
                    total[way] += ways[way].turn(turn)
            for one in ways.values():
                one.close()
    return total


def as_released(folder: Path, learners: Sequence[Learner], lesson: Lesson) -> Spent:
    """What stock nbgrader takes for these when their notebooks still hold the explorers and the checks."""
    folder.mkdir(parents=True)
    stock_course.add_lesson(lesson, folder, DEMO_SECRET, explore=True)
    stock_course.hand_in(lesson, folder, learners)
    found = Contestant("stock", str(folder), lesson.assignment, cwd=folder, log=folder / "log", environment={})
    try:
        return found.turn([learner.id for learner in learners])
    finally:
        found.kill()


def speedup(course: Course, repeats: int, say: Say) -> dict[str, float]:
    """Wall seconds from the first submission to the last verdict with one and with two judges, the best of each.

    The gradebook's last commit is not in it.
    """
    best = {"1": 0.0, "2": 0.0}
    for lesson in map(of_name, course.classes):
        students = [learner.id for learner in course.classes[lesson.name]]
        found: dict[str, list[float]] = {"1": [], "2": []}
        for number in range(repeats):
            for jobs in found:
                say(f"{lesson.name}: {jobs} judges, run {number + 1}")
                run = contestant("ours", course, lesson, int(jobs))
                try:
                    found[jobs].append(run.turn(students).wall)
                    run.close()
                finally:
                    run.kill()
        for jobs, walls in found.items():
            best[jobs] += min(walls)
    return best


def machine() -> str:
    """What this was measured on."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    return f"{names[0] if names else 'unknown processor'}, {os.cpu_count()} cores"
