"""The learner's code at work: its cells in a child, then the cases put to what they define; after a death, a new child."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import repeat
from typing import Any

from grader.hidden import own_line, trimmed
from grader.probes import Probe
from grader.sandbox import received
from grader.sandbox.process import Child, ChildDied, ChildTimeout, Worker
from grader.submission import Submission
from hocsau.judging.elsewhere import decided
from hocsau.judging.exercise import Exercise
from hocsau.judging.probe import Failure, Observation
from hocsau.judging.request import Lookup, Request
from hocsau.judging.verdict import judge_case
from hocsau.judging.wording import WORDS
from hocsau.language import Text

__all__ = ["Begun", "Limits", "Run"]

MAX_OUTPUT = 16 << 20
"""Characters of output that are kept of a whole submission."""


@dataclass(frozen=True)
class Limits:
    """Seconds that one cell, one case and one whole submission may take.

    When the whole time is used up no further cell runs, and every case left is a timeout.
    """

    cell: float = 30.0
    case: float = 10.0
    whole: float = 300.0


@dataclass
class Begun:
    """What an exercise's public cases led to; None in the places of its hidden cases.

    alone   no other exercise had run any code in the child before
    clean   the same, and these are all its cases
    """

    observed: list[Observation | None]
    library_calls: list[str] = field(default_factory=list)
    clean: bool = False
    alone: bool = False


class Run:
    """The learner's code in a child; a new child when one has died, without the cell that killed it."""

    def __init__(self, submission: Submission, worker: Worker, limits: Limits) -> None:
        self._cells = [cell for cell in submission.cells if cell.runs]
        self._language = submission.language
        self._worker, self._limits = worker, limits
        self._end = time.monotonic() + limits.whole
        self._longest = max((cell.source.count("\n") + 1 for cell in self._cells), default=0)
        self._killers: set[int] = set()
        self._deaths = 0
        self._busy: set[int] = set()
        self._acquitted: dict[int, Observation] | None = None
        self._suspected: set[int] = set()
        self._room = MAX_OUTPUT
        self._child: Child | None = None
        self._ran: set[str] = set()
        self._trouble: dict[int, Observation] = {}
        self.outputs: dict[int, list[dict[str, Any]]] = {}

    def untouched(self, name: str) -> bool:
        """Has nothing but `name` run any code in the present child, besides cells that ended with their code?"""
        return self._ran <= {name} and not self._suspected

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
                self._look_for_another()
                return False
            except ChildDied:
                self._condemn(cell.index, WORDS["died"], Observation("died"))
                self._look_for_another()
                return False
            self._keep(cell.index, received.outputs(reply.get("outputs")))
            self._note_error(cell.index)
            now = self._child.threads()
            if now > threads:
                self._busy.add(cell.index)
            threads = now
        return True

    def _look_for_another(self) -> None:
        """After two deaths, suspect the cells that left threads at work: one of those may kill while honest code runs.

        Without them, and with the code that was condemned before, all is tried once more. Should it die again they were
        innocent, and what was condemned is so again.
        """
        self._deaths += 1
        if self._acquitted is None and self._deaths > 1 and self._busy - self._killers:
            self._suspected = self._busy - self._killers
            self._acquitted = {index: self._trouble.pop(index) for index in self._killers}
            self._killers = set()
            for index in self._suspected:
                self._condemn(index, WORDS["died"], Observation("died"))
        elif self._suspected and self._acquitted:
            for index in self._suspected:
                self._killers.discard(index)
                del self._trouble[index], self.outputs[index]
            self._suspected = set()
            self._killers |= self._acquitted.keys()
            self._trouble |= self._acquitted

    def _keep(self, index: int, outputs: list[dict[str, Any]]) -> None:
        """Keep the outputs of a cell's first run, while there is room."""
        if index not in self.outputs or index in (self._acquitted or ()):
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

    def begin(self, exercise: Exercise) -> Begun:
        """What the public cases lead to, and everything else whose words are repeated to the learner."""
        begun = Begun([None] * max(len(exercise.cases), 1))
        if exercise.kind == "written":
            return begun
        begun.alone = self.untouched(exercise.name)
        self._put(exercise, begun.observed, hidden=False)
        # Not when it died and a cell before it is now suspected of that.
        begun.clean = begun.alone and None not in begun.observed and not self._suspected
        if exercise.not_allowed:
            begun.library_calls = self.library_calls(exercise)
        return begun

    def observe(self, exercise: Exercise, begun: Begun | None = None) -> list[Observation]:
        """Every case put to the learner's object, the hidden ones last; after a death the others get a new child."""
        found = (begun or self.begin(exercise)).observed
        self._put(exercise, found, hidden=True)
        return [came for came in found if came is not None]

    def _put(self, exercise: Exercise, found: list[Observation | None], *, hidden: bool) -> None:
        """Put the public cases, or the hidden ones, and note in `found` what they lead to."""
        cases = [(c.request, c.seconds, c.hidden) for c in exercise.cases] or [
            (Lookup(), None, False)
        ]
        left = [index for index, case in enumerate(cases) if case[2] is hidden]
        stuck = next((came for came in found if came and came.outcome == "timeout"), None)
        while left:
            if stuck is None:
                asked = [(cases[i][0], cases[i][1] or self._limits.case) for i in left]
                answers = self._probe(exercise, asked)
            else:  # After a timeout the others would take as long: one costs the exercise.
                answers = repeat(stuck)
            for index, came in zip(list(left), answers, strict=False):
                left.remove(index)
                stuck = came if came.outcome == "timeout" else None
                unnamed = ("",) if came.used else ()
                found[index] = (
                    replace(trimmed(came, self._longest), used=unnamed) if hidden else came
                )

    def _probe(
        self, exercise: Exercise, asked: Sequence[tuple[Request, float]]
    ) -> Iterator[Observation]:
        """What each request leads to, until one ends the child: put the others to a new one."""
        if not self._left():
            yield Observation("timeout", self._limits.whole)
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
                self._child = None
                self._look_for_another()
                yield Observation("timeout", probe.seconds)
                return
            except ChildDied:
                self._child = None
                self._look_for_another()
                yield Observation("died")
                return
            came = received.observation(reply.get("observation"), probe.request, probe.calls)
            if came is None:
                self.close()
                yield Observation("died")
                return
            if came.outcome not in ("missing", "unfinished") and probe.runs:
                self._ran.add(exercise.name)
            yield came

    def try_elsewhere(self, exercise: Exercise, observed: list[Observation]) -> bool:
        """Put the cases that are meant for it, and are right, to the learner's object on a GPU, or on a made-up device.

        What goes wrong there is noted in `observed`; True when anything was. No verdict is no fault.
        """
        before = list(observed)
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
            observed[index] = decided(exercise, case, observed[index], place, there)
        return any(now is not then for now, then in zip(observed, before, strict=True))

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
