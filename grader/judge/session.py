"""The learner's code at work: its cells in a child, then the cases put to what they define; after a death, a new child.

A `Session` is the grader's subject of `hocsau.judging.examine`. Public cases of all exercises come first: what they show was
said before the learner's code saw a hidden input. A quiz comes before those: nothing has run yet that could have changed its
answers.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import repeat
from typing import Any

from grader.judge.conceal import own_line, trimmed
from grader.judge.forbidden import written_calls
from grader.judge.probes import Probe
from grader.judge.submission import Submission
from grader.judge.suspects import Suspects
from grader.sandbox import received
from grader.sandbox.process import Child, ChildDied, ChildTimeout, Worker
from hocsau.judging.elsewhere import decided
from hocsau.judging.exercise import Exercise, ExerciseKind
from hocsau.judging.outcomes import ObservationOutcome
from hocsau.judging.probe import Failure, Observation
from hocsau.judging.request import Lookup, Request
from hocsau.judging.values import record
from hocsau.judging.verdict import judge_case
from hocsau.judging.wording.verdicts import ENDINGS

__all__ = ["Limits", "Session"]

MAX_OUTPUT = 16 << 20
"""Characters of output that are kept of a whole submission."""


@record
@dataclass(frozen=True)
class Limits:
    """Seconds that one cell, one case and one whole submission may take.

    When the whole time is used up no further cell runs, and every case left is a timeout.
    """

    cell: float = 30.0
    case: float = 10.0
    whole: float = 300.0


@dataclass
class _Begun:
    """What an exercise's public cases led to; None in the places of its hidden cases.

    alone   no other exercise had run any code in the child before
    clean   the same, and these are all its cases
    """

    observed: list[Observation | None]
    library_calls: list[str] = field(default_factory=list)
    clean: bool = False
    alone: bool = False


class Session:
    """The learner's code in a child; a new child when one has died, without the cell that killed it."""

    def __init__(self, submission: Submission, worker: Worker, limits: Limits) -> None:
        self._submission, self._cells = submission, [cell for cell in submission.cells if cell.runs]
        self._worker, self._limits = worker, limits
        self._end = time.monotonic() + limits.whole
        self._longest = max((cell.source.count("\n") + 1 for cell in self._cells), default=0)
        self._suspects = Suspects()
        self._room = MAX_OUTPUT
        self._child: Child | None = None
        self._ran: set[str] = set()
        self._begun: dict[str, _Begun] = {}
        self.outputs: dict[int, list[dict[str, Any]]] = {}

    def begin(self, exercises: Sequence[Exercise]) -> None:
        """Run the cells, and put the public cases of all exercises, a quiz's before the others'."""
        self.prepare()
        for exercise in sorted(exercises, key=lambda exercise: exercise.kind != ExerciseKind.QUIZ):
            self._begun[exercise.name] = self._begin(exercise)

    def wrote(self, exercise: Exercise) -> bool:
        """Was the written answer changed?"""
        return exercise.name in self._submission.written

    def _untouched(self, name: str) -> bool:
        """Has nothing but `name` run any code in the present child, besides cells that ended with their code?"""
        return self._ran <= {name} and not self._suspects.suspected

    def prepare(self) -> None:
        """A child with all cells run, save those that kill it."""
        while not self._try_cells():
            pass

    def _try_cells(self) -> bool:
        self.close()
        self._child = self._worker.fork()
        self._ran = set()
        threads = self._child.threads()
        for cell in self._cells:
            if cell.index in self._suspects.killers:
                continue
            seconds = min(self._limits.cell, self._left())
            if not seconds:
                return True
            message = {"do": "cell", "source": cell.source, "language": self._submission.language}
            try:
                reply = self._child.ask(message, seconds)
            except ChildTimeout:
                self._condemn(cell.index, Observation(ObservationOutcome.TIMEOUT, seconds))
                return False
            except ChildDied:
                self._condemn(cell.index, Observation(ObservationOutcome.DIED))
                return False
            self._keep(cell.index, received.outputs(reply.get("outputs")))
            self._note_error(cell.index)
            now = self._child.threads()
            if now > threads:
                self._suspects.busy.add(cell.index)
            threads = now
        return True

    def _condemn(self, index: int, observation: Observation) -> None:
        """The cell has killed its child: it is not run again."""
        self._suspects.condemn(index, observation)
        self._stop(index, observation)
        self._died()

    def _died(self) -> None:
        """The child is dead: the next has other cells, when this was the second death."""
        self._child = None
        suspected, freed = self._suspects.after_a_death()
        for index in suspected:
            self._stop(index, Observation(ObservationOutcome.DIED))
        for index in freed:
            del self.outputs[index]

    def _stop(self, index: int, observation: Observation) -> None:
        """Show in the cell's place that it was stopped."""
        message = ENDINGS[observation.outcome]
        if observation.outcome == ObservationOutcome.TIMEOUT:
            message = message.format(seconds=round(observation.value, 1))
        said = message.say(self._submission.language)
        self.outputs[index] = [{"output_type": "error", "ename": "Stopped", "evalue": said, "traceback": [said]}]

    def _keep(self, index: int, outputs: list[dict[str, Any]]) -> None:
        """Keep the outputs of a cell's first run, while there is room."""
        if index not in self.outputs or index in self._suspects.acquitted:
            size = received.length(outputs)
            self.outputs[index] = outputs if size <= self._room else []
            self._room -= min(size, self._room)

    def _left(self) -> float:
        """Seconds that this submission still has."""
        return max(self._end - time.monotonic(), 0.0)

    def _note_error(self, index: int) -> None:
        """Remember the exception that ended a cell: what it should define is not merely missing."""
        for output in self.outputs[index]:
            if output["output_type"] == "error":
                failure = Failure(output["ename"], output["evalue"][:500], "", 0)
                self._suspects.trouble[index] = Observation(ObservationOutcome.BROKEN, failure=failure)

    def mentions(self, name: str) -> bool:
        """Does any cell speak of `name`?"""
        return any(name in cell.source for cell in self._cells)

    def stopped(self, exercise: Exercise) -> Observation | None:
        """What stopped the cell that should define the exercise; None when no such cell was stopped."""
        name, trouble = exercise.name, self._suspects.trouble
        defines = re.compile(rf"^[ \t]*(?:def|class)[ \t]+{name}\b|^{name}[ \t]*=", re.MULTILINE)
        for cell in self._cells:
            if cell.index in trouble and defines.search(cell.source):
                return trouble[cell.index]
        return None

    def _alive(self) -> Child:
        if self._child is None:
            self.prepare()
        assert self._child is not None
        return self._child

    def _begin(self, exercise: Exercise) -> _Begun:
        """What the public cases lead to, and everything else whose words are repeated to the learner."""
        begun = _Begun([None] * max(len(exercise.cases), 1))
        if exercise.kind == ExerciseKind.WRITTEN:
            return begun
        begun.alone = self._untouched(exercise.name)
        self._put(exercise, begun.observed, hidden=False)
        # Not when it died and a cell before it is now suspected of that.
        begun.clean = begun.alone and None not in begun.observed and not self._suspects.suspected
        if exercise.not_allowed:
            begun.library_calls = self._compiled_calls(exercise)
        return begun

    def observe(self, exercise: Exercise) -> list[Observation]:
        """Every case put to the learner's object, the hidden ones last; after a death the others get a new child."""
        begun = self._begun[exercise.name]
        begun.clean = begun.clean or (begun.alone and self._untouched(exercise.name))
        return self._observe(exercise, begun)

    def observe_alone(self, exercise: Exercise) -> list[Observation] | None:
        """The same in a new child, where it was not alone in the old one."""
        if self._begun[exercise.name].clean:
            return None
        self.prepare()
        return self._observe(exercise, self._begin(exercise))

    def _observe(self, exercise: Exercise, begun: _Begun) -> list[Observation]:
        self._put(exercise, begun.observed, hidden=True)
        return [observation for observation in begun.observed if observation is not None]

    def _put(self, exercise: Exercise, found: list[Observation | None], *, hidden: bool) -> None:
        """Put the public cases, or the hidden ones, and note in `found` what they lead to."""
        cases = [(c.request, c.seconds, c.hidden) for c in exercise.cases] or [(Lookup(), None, False)]
        left = [index for index, case in enumerate(cases) if case[2] is hidden]
        stuck = next((came for came in found if came and came.outcome == ObservationOutcome.TIMEOUT), None)
        while left:
            if stuck is None:
                asked = [(cases[i][0], cases[i][1] or self._limits.case) for i in left]
                answers = self._probe(exercise, asked)
            else:  # After a timeout the others would take as long: one costs the exercise.
                answers = repeat(stuck)
            for index, came in zip(list(left), answers, strict=False):
                left.remove(index)
                stuck = came if came.outcome == ObservationOutcome.TIMEOUT else None
                unnamed = ("",) if came.used else ()
                found[index] = replace(trimmed(came, self._longest), used=unnamed) if hidden else came

    def _probe(self, exercise: Exercise, asked: Sequence[tuple[Request, float]]) -> Iterator[Observation]:
        """What each request leads to, until one ends the child: put the others to a new one."""
        if not self._left():
            yield Observation(ObservationOutcome.TIMEOUT, self._limits.whole)
            return
        probes = [Probe(exercise, request, seconds) for request, seconds in asked]
        replies = self._alive().ask_each([probe.question for probe in probes])
        for probe in probes:
            if not self._left():
                self.close()
                return
            try:
                reply = next(replies)
            except ChildTimeout:
                self._died()
                yield Observation(ObservationOutcome.TIMEOUT, probe.seconds)
                return
            except ChildDied:
                self._died()
                yield Observation(ObservationOutcome.DIED)
                return
            came = received.observation(reply.get("observation"), probe.request, probe.calls)
            if came is None:
                self.close()
                yield Observation(ObservationOutcome.DIED)
                return
            if came.outcome not in (ObservationOutcome.MISSING, ObservationOutcome.UNFINISHED) and probe.runs:
                self._ran.add(exercise.name)
            yield came

    def elsewhere(self, exercise: Exercise, observed: list[Observation]) -> list[Observation]:
        """Put the cases that are meant for it, and are right, to the learner's object on a GPU, or on a made-up device.

        What goes wrong there is noted in the observations that are returned. No verdict is no fault.
        """
        tried = list(observed)
        for index, case in enumerate(exercise.cases):
            right = judge_case(exercise, case, observed[index], 0.0).passed
            if not case.device or not right or self._child is None or not self._left():
                continue
            message = {
                "do": "elsewhere",
                "name": exercise.name,
                "request": case.request,
                "place": self._worker.gpu,
            }
            try:
                reply = self._child.ask(message, case.seconds or self._limits.case)
            except (ChildTimeout, ChildDied):
                self._child = None
                break
            place = received.strayed(reply.get("strayed"))
            if place is not None:
                place = own_line(place, [cell.source for cell in self._cells])
            there = received.observation(reply.get("observation"), case.request, 0)
            if there is not None and case.hidden:
                there = trimmed(there, self._longest)
            tried[index] = decided(exercise, case, observed[index], place, there)
        return tried

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
        """Those in the text of the cells, read here, and those in the compiled code, of which the child says so."""
        sources = [cell.source for cell in self._cells]
        written = written_calls(sources, exercise.name, exercise.not_allowed)
        return [*written, *self._begun[exercise.name].library_calls]

    def _compiled_calls(self, exercise: Exercise) -> list[str]:
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
