"""Which cells are not run again after a child has died."""

from __future__ import annotations

from hocsau.judging.outcomes import ObservationOutcome
from hocsau.judging.probe import Observation

__all__ = ["Suspects"]


class Suspects:
    """A cell during which the child died is a killer. After two deaths others are suspected: see `after_a_death`.

    killers    the cells that are not run
    trouble    what ended each cell that did not come to its end
    busy       cells that left threads at work
    suspected  those of them that are held back in the place of others
    acquitted  those for which they are held back
    """

    def __init__(self) -> None:
        self.killers: set[int] = set()
        self.trouble: dict[int, Observation] = {}
        self.busy: set[int] = set()
        self.suspected: set[int] = set()
        self.acquitted: dict[int, Observation] = {}
        self._deaths = 0
        self._tried = False

    def condemn(self, index: int, observation: Observation) -> None:
        """The child died, or hung, in this cell."""
        self.killers.add(index)
        self.trouble[index] = observation

    def after_a_death(self) -> tuple[set[int], set[int]]:
        """The cells that are suspected now, and those that are so no more.

        After two deaths, suspect the cells that left threads at work: one of those may kill while honest code runs.
        Without them, and with the code that was condemned before, all is tried once more. Should it die again they were
        innocent, and what was condemned is so again.
        """
        self._deaths += 1
        if not self._tried and self._deaths > 1 and self.busy - self.killers:
            self._tried = True
            self.suspected = self.busy - self.killers
            self.acquitted = {index: self.trouble.pop(index) for index in self.killers}
            self.killers = set()
            for index in self.suspected:
                self.condemn(index, Observation(ObservationOutcome.DIED))
            return self.suspected, set()
        if self.suspected and self.acquitted:
            freed, self.suspected = self.suspected, set()
            for index in freed:
                del self.trouble[index]
            self.killers = (self.killers - freed) | self.acquitted.keys()
            self.trouble |= self.acquitted
            return set(), freed
        return set(), set()
