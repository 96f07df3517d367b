"""One submission in, verdicts out. The learner's code runs in the sandbox; cases, references and points stay here."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np

from grader.cases import draw_exercise, draw_lesson
from grader.forbidden import written_calls
from grader.hidden import concealed, own_line, trimmed
from grader.lessons import Lesson
from grader.pictures import picture_once
from grader.sandbox import received
from grader.sandbox.process import Child, ChildDied, ChildTimeout, Worker
from grader.submission import Submission
from hocsau.judging.exercise import Exercise
from hocsau.judging.probe import Failure, Observation
from hocsau.judging.recipes import build
from hocsau.judging.request import Call, Chain, Construct, Lookup, Recipe, Request
from hocsau.judging.verdict import Verdict, blame, forbid, judge, judge_case, judge_manual
from hocsau.judging.wording import WORDS
from hocsau.language import Text

__all__ = ["Judgement", "Limits", "judge_submission", "warm_up"]

MAX_ARGUMENT = 100_000
"""Numbers in one argument of a function that the judge answers."""


@dataclass(frozen=True)
class Limits:
    """Seconds that one cell, one case and one whole submission may take.

    When the whole time is used up no further cell runs, and every case left is a timeout.
    """

    cell: float = 30.0
    case: float = 10.0
    whole: float = 300.0


@dataclass
class Judgement:
    """All verdicts on one submission, the outputs of its cells by place, and pictures by exercise."""

    lesson: str
    verdicts: list[Verdict]
    outputs: dict[int, list[dict[str, Any]]]
    pictures: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def score(self) -> float:
        return round(sum(verdict.points for verdict in self.verdicts), 2)

    @property
    def max_score(self) -> float:
        return sum(verdict.max_points for verdict in self.verdicts)


def judge_submission(
    lesson: Lesson,
    submission: Submission,
    worker: Worker,
    secret: bytes,
    limits: Limits | None = None,
) -> Judgement:
    """Run the submission, put every case of every exercise to it, and judge what comes back."""
    began = time.monotonic()
    run = _Run(submission, worker, limits or Limits())
    contract = {definition.name: definition.contract for definition in lesson.exercises}
    exercises = [
        exercise
        for exercise in _drawn(lesson, secret)
        if contract[exercise.name] or not submission.contract_only
    ]
    verdicts, pictures = {}, {}
    try:
        run.prepare()
        # Public cases of all exercises first: what they show was said before the learner's code saw a hidden input.
        # A quiz before those: nothing has run yet that could have changed its answers.
        begun = {
            exercise.name: run.begin(exercise)
            for exercise in sorted(exercises, key=lambda exercise: exercise.kind != "quiz")
        }
        passed: list[tuple[Exercise, list[Observation]]] = []
        for exercise in exercises:
            verdict, observed = _judge_one(
                exercise, run, begun[exercise.name], submission, lesson, secret
            )
            if verdict.outcome in ("passed", "partly"):
                passed.append((exercise, observed))
            verdicts[exercise.name] = verdict
            if verdict.outcome not in ("passed", "missing", "manual") and observed:
                pictures[exercise.name] = picture_once(
                    exercise, observed, submission.language, (lesson.name, secret)
                )
        for (
            exercise,
            observed,
        ) in passed:  # last of all: no case runs in a child that knows a made-up device
            if run.try_elsewhere(exercise, observed):
                verdicts[exercise.name] = judge(exercise, observed)
        _blame(exercises, verdicts, run)
    finally:
        run.close()
    ordered = [concealed(verdicts[exercise.name]) for exercise in exercises]
    return Judgement(lesson.name, ordered, run.outputs, pictures, time.monotonic() - began)


def warm_up(lesson: Lesson, secret: bytes) -> None:
    """Draw once what every submission of `lesson` needs, and what wrong answers need."""
    for exercise in _drawn(lesson, secret):
        _with_mistakes(lesson, exercise.name, secret)
    from hocsau import plots

    figure = plots.new_figure()
    figure.subplots().plot([0.0, 1.0])
    plots.image(figure, "fonts and all else that matplotlib imports for its first picture")


_WRONG = ("failed", "partly", "error", "timeout")
_ACTED = ("returned", "raised")


@lru_cache(maxsize=16)
def _drawn(lesson: Lesson, secret: bytes) -> tuple[Exercise, ...]:
    """The lesson's cases: drawn once for a whole class."""
    return draw_lesson(lesson, secret, hidden=True, mistakes=False)


@lru_cache(maxsize=64)
def _with_mistakes(lesson: Lesson, name: str, secret: bytes) -> Exercise:
    """The exercise with what every known mistake gives: drawn for wrong answers alone, and once for a whole class."""
    definition = next(exercise for exercise in lesson.exercises if exercise.name == name)
    return draw_exercise(lesson, definition, secret, hidden=True)


def _judge_one(
    exercise: Exercise,
    run: _Run,
    begun: _Begun,
    submission: Submission,
    lesson: Lesson,
    secret: bytes,
) -> tuple[Verdict, list[Observation]]:
    if exercise.kind == "written":
        verdict = judge_manual(exercise)
        if exercise.name not in submission.written:
            verdict = replace(verdict, outcome="missing", message=WORDS["manual_empty"])
        return verdict, []
    clean = begun.clean or run.untouched(exercise.name)
    observed = run.observe(exercise, begun)
    verdict = _diagnosed(lesson, exercise, observed, secret)
    if not clean and _may_be_innocent(verdict, observed, run):
        run.prepare()  # what an earlier exercise left behind must not cost this one
        observed = run.observe(exercise)
        verdict = _diagnosed(lesson, exercise, observed, secret)
    trouble = run.trouble_defining(exercise.name) if verdict.outcome == "missing" else None
    if trouble is not None:
        observed = [trouble] * len(observed)
        verdict = judge(exercise, observed)
    if exercise.not_allowed and verdict.outcome != "missing":
        used = [name for came in observed for name in came.used]
        sources = [cell.source for cell in submission.cells if cell.runs]
        written = written_calls(sources, exercise.name, exercise.not_allowed)
        verdict = forbid(exercise, verdict, [*written, *begun.library_calls, *used])
    return verdict, observed


def _diagnosed(
    lesson: Lesson, exercise: Exercise, observed: list[Observation], secret: bytes
) -> Verdict:
    """The verdict, with the mistake where it is a known one."""
    verdict = judge(exercise, observed)
    if verdict.outcome in _WRONG and any(came.outcome in _ACTED for came in observed):
        verdict = judge(_with_mistakes(lesson, exercise.name, secret), observed)
    return verdict


def _may_be_innocent(verdict: Verdict, observed: list[Observation], run: _Run) -> bool:
    """Could it be the doing of an earlier exercise? Not when nothing was done, nor when every case is a known mistake's."""
    if verdict.outcome == "missing":
        undone = all(came.outcome == "unfinished" for came in observed)
        return not undone and run.defines(verdict.exercise)
    return verdict.outcome != "passed" and verdict.diagnosis is None


def _blame(exercises: Sequence[Exercise], verdicts: dict[str, Verdict], run: _Run) -> None:
    """Where a wrong answer uses another wrong answer, say so."""
    functions = [exercise.name for exercise in exercises if exercise.kind == "function"]
    failed = [name for name in functions if verdicts[name].outcome != "passed"]
    for name in failed:
        if len(failed) > 1:
            used = run.dependencies(name, functions)
            verdicts[name] = blame(verdicts[name], [other for other in used if other in failed])


@dataclass
class _Begun:
    """What an exercise's public cases led to; None in the places of its hidden cases.

    clean   these are all its cases, and no other exercise had run any code before
    """

    observed: list[Observation | None]
    library_calls: list[str] = field(default_factory=list)
    clean: bool = False


class _Run:
    """The learner's code in a child; a new child when one has died, without the cell that killed it."""

    def __init__(self, submission: Submission, worker: Worker, limits: Limits) -> None:
        self._cells = [cell for cell in submission.cells if cell.runs]
        self._language = submission.language
        self._worker, self._limits = worker, limits
        self._end = time.monotonic() + limits.whole
        self._longest = max((cell.source.count("\n") + 1 for cell in self._cells), default=0)
        self._killers: set[int] = set()
        self._child: Child | None = None
        self._ran: set[str] = set()
        self._trouble: dict[int, Observation] = {}
        self.outputs: dict[int, list[dict[str, Any]]] = {}

    def untouched(self, name: str) -> bool:
        """Has no exercise but `name` run any code in the present child?"""
        return self._ran <= {name}

    def prepare(self) -> None:
        """A child with all cells run, save those that kill it."""
        while not self._try_cells():
            pass

    def _try_cells(self) -> bool:
        self.close()
        self._child = self._worker.fork()
        self._ran = set()
        for cell in self._cells:
            if cell.index in self._killers:
                continue
            seconds = min(self._limits.cell, self._left())
            if not seconds:
                return True
            try:
                reply = self._child.ask(
                    {"do": "cell", "source": cell.source, "language": self._language}, seconds
                )
            except ChildTimeout:
                message = WORDS["timeout"].format(seconds=round(seconds, 1))
                self._condemn(cell.index, message, Observation("timeout", seconds))
                return False
            except ChildDied:
                self._condemn(cell.index, WORDS["died"], Observation("died"))
                return False
            self.outputs.setdefault(cell.index, received.outputs(reply.get("outputs")))
            self._note_error(cell.index)
        return True

    def _left(self) -> float:
        """Seconds that this submission still has."""
        return max(self._end - time.monotonic(), 0.0)

    def _note_error(self, index: int) -> None:
        """Remember the exception that ended a cell: what it should define is not merely missing."""
        for output in self.outputs[index]:
            if output["output_type"] == "error":
                failure = Failure(output["ename"], output["evalue"][:500], "", 0)
                self._trouble[index] = Observation("broken", failure=failure)

    def defines(self, name: str) -> bool:
        """Does any cell speak of `name`?"""
        return any(name in cell.source for cell in self._cells)

    def trouble_defining(self, name: str) -> Observation | None:
        """What stopped the cell that should define `name`; None when no such cell was stopped."""
        defines = re.compile(rf"^[ \t]*(?:def|class)[ \t]+{name}\b|^{name}[ \t]*=", re.MULTILINE)
        for cell in self._cells:
            if cell.index in self._trouble and defines.search(cell.source):
                return self._trouble[cell.index]
        return None

    def _condemn(self, index: int, message: Text, observation: Observation) -> None:
        self._child = None
        self._killers.add(index)
        self._trouble[index] = observation
        said = message.say(self._language)
        self.outputs[index] = [
            {"output_type": "error", "ename": "Stopped", "evalue": said, "traceback": [said]}
        ]

    def _alive(self) -> Child:
        if self._child is None:
            self.prepare()
        assert self._child is not None
        return self._child

    def begin(self, exercise: Exercise) -> _Begun:
        """What the public cases lead to, and everything else whose words are repeated to the learner."""
        begun = _Begun([None] * max(len(exercise.cases), 1))
        if exercise.kind == "written":
            return begun
        clean = self.untouched(exercise.name)
        self._put(exercise, begun.observed, hidden=False)
        begun.clean = clean and None not in begun.observed
        if exercise.not_allowed:
            begun.library_calls = self.library_calls(exercise)
        return begun

    def observe(self, exercise: Exercise, begun: _Begun | None = None) -> list[Observation]:
        """Every case put to the learner's object, the hidden ones last; after a death the others get a new child."""
        found = (begun or self.begin(exercise)).observed
        self._put(exercise, found, hidden=True)
        return [came for came in found if came is not None]

    def _put(self, exercise: Exercise, found: list[Observation | None], *, hidden: bool) -> None:
        """Put the public cases, or the hidden ones, and note in `found` what they lead to."""
        cases = [(c.request, c.seconds, c.hidden) for c in exercise.cases] or [
            (Lookup(), None, False)
        ]
        stuck = next((came for came in found if came and came.outcome == "timeout"), None)
        for index, (request, seconds, is_hidden) in enumerate(cases):
            if is_hidden is not hidden:
                continue
            # After a timeout the others would take as long: one costs the exercise.
            came = stuck or self._probe(exercise, request, seconds or self._limits.case)
            stuck = came if came.outcome == "timeout" else None
            if not hidden:
                found[index] = came
            else:
                unnamed = ("",) if came.used else ()
                found[index] = replace(trimmed(came, self._longest), used=unnamed)

    def _probe(self, exercise: Exercise, request: Request, seconds: float) -> Observation:
        name = exercise.name
        if not self._left():
            return Observation("timeout", self._limits.whole)
        child = self._alive()
        stripped, recipes = _strip(request)
        functions = [build(recipe) for recipe in recipes]
        calls = 0

        def function(index: Any, w: Any) -> Any:
            nonlocal calls
            calls += 1
            if not isinstance(w, np.ndarray) or w.size > MAX_ARGUMENT:
                raise TypeError("this function takes an array of numbers")
            return functions[index](w)

        not_allowed = list(exercise.not_allowed)
        message = {"do": "probe", "name": name, "request": stripped, "not_allowed": not_allowed}
        try:
            reply = child.ask(message, seconds, function)
        except ChildTimeout:
            self._child = None
            return Observation("timeout", seconds)
        except ChildDied:
            self._child = None
            return Observation("died")
        came = received.observation(reply.get("observation"), request, calls)
        if came is None:
            self.close()
            return Observation("died")
        if came.outcome not in ("missing", "unfinished") and not isinstance(request, Lookup):
            self._ran.add(name)
        return came

    def try_elsewhere(self, exercise: Exercise, observed: list[Observation]) -> bool:
        """Put the cases that are meant for it, and are right, to the learner's object on a made-up device.

        Where a tensor is made on the wrong one is noted in `observed`; True when anything was. No verdict is no fault.
        """
        found = False
        for index, case in enumerate(exercise.cases):
            right = judge_case(exercise, case, observed[index], 0.0).passed
            if not case.device or not right or self._child is None or not self._left():
                continue
            message = {"do": "elsewhere", "name": exercise.name, "request": case.request}
            try:
                reply = self._child.ask(message, self._limits.case)
            except (ChildTimeout, ChildDied):
                self._child = None
                break
            place = received.strayed(reply.get("strayed"))
            if place is not None:
                place = own_line(place, [cell.source for cell in self._cells])
                observed[index], found = replace(observed[index], strayed=place), True
        return found

    def dependencies(self, name: str, names: Sequence[str]) -> list[str]:
        """Which of `names` the learner's function uses; none when the child cannot say."""
        message = {"do": "dependencies", "name": name, "names": list(names)}
        try:
            reply = self._alive().ask(message, self._limits.case)
        except (ChildTimeout, ChildDied):
            self._child = None
            return []
        return received.known_names(reply.get("names"), names)

    def library_calls(self, exercise: Exercise) -> list[str]:
        """The calls that the exercise does not allow in the learner's code; none when the child cannot say."""
        message = {
            "do": "library_calls",
            "name": exercise.name,
            "not_allowed": list(exercise.not_allowed),
        }
        try:
            reply = self._alive().ask(message, self._limits.case)
        except (ChildTimeout, ChildDied):
            self._child = None
            return []
        return received.lines(reply.get("names"))

    def close(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child = None


def _strip(request: Request) -> tuple[Request, list[Recipe]]:
    """The request without the arrays of its recipes, and the recipes in the order in which the driver builds them."""
    if not isinstance(request, (Call, Chain, Construct)):
        return request, []
    recipes = [value for value in request.arguments.values() if isinstance(value, Recipe)]
    arguments = {
        name: Recipe(value.name) if isinstance(value, Recipe) else value
        for name, value in request.arguments.items()
    }
    return replace(request, arguments=arguments), recipes
