"""One notebook per student, out of everything that came; each file that is not it gets a line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from grader.platforms.collect.found import Found, Refused
from grader.platforms.collect.names import Named, attempt_of, named
from grader.platforms.collect.roster import Roster
from grader.platforms.students import fault

__all__ = ["Choice", "Chosen", "choose"]

_EARLIEST = datetime.min


@dataclass(frozen=True)
class Chosen:
    """The notebook of one student."""

    student: str
    place: str
    data: bytes
    late: bool = False
    time: datetime | None = None
    platform: str = "plain"


@dataclass
class Choice:
    """What to collect, what was refused, and what was passed over without harm (an earlier attempt, other files)."""

    chosen: list[Chosen] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    notes: list[Refused] = field(default_factory=list)


@dataclass(frozen=True)
class _Candidate:
    found: Found
    said: Named
    stem: str
    attempt: int

    @property
    def order(self) -> tuple[datetime, int]:
        return self.said.time or _EARLIEST, self.attempt


def choose(
    came: Iterable[Found | Refused],
    assignment: str,
    roster: Roster | None = None,
    wrappers: Iterable[str] = (),
) -> Choice:
    """The notebook of `assignment` of everybody whose file came.

    wrappers  names of a folder that may lie around all folders; it is nobody's name. (Guessed from what came, a lone
              student's folder could pass for one, and the folders in it for other students'.)
    """
    around = frozenset({"submitted", "submissions", assignment, *wrappers})
    choice = Choice()
    people: dict[str, list[_Candidate]] = {}
    others: dict[str, list[str]] = {}
    for item in came:
        if isinstance(item, Refused):
            choice.refused.append(item)
            continue
        found = _unwrapped(item, around)
        said = named(found.parts[: found.outer], assignment)
        student = _student(found, said, roster)
        if isinstance(student, Refused) or said is None:
            assert isinstance(student, Refused)
            choice.refused.append(student)
            continue
        stem, _, suffix = found.parts[-1].rpartition(".")
        if suffix.lower() != "ipynb":
            others.setdefault(student, []).append(found.place)
            continue
        stem, attempt = attempt_of(_own(stem, said), assignment, said.platform)
        people.setdefault(student, []).append(_Candidate(found, said, stem, attempt))
    for student in sorted({*people, *others}):
        _choose_one(student, people.get(student, []), others.get(student, []), assignment, choice)
    _refuse_alike(choice)
    return choice


def _unwrapped(found: Found, wrappers: frozenset[str]) -> Found:
    """Without the folder that lies around everybody's folders."""
    if found.outer > 2 and found.parts[0] in wrappers:
        return Found(found.parts[1:], found.data, found.outer - 1)
    return found


def _own(stem: str, said: Named) -> str:
    """The student's own name of a file that the platform's words stand before."""
    if said.platform == "moodle":
        return stem.rpartition("_assignsubmission_file_")[2]
    if said.platform == "canvas":
        return stem.split(f"_{said.number}_", 1)[-1].partition("_")[2] or stem
    return stem


def _student(found: Found, said: Named | None, roster: Roster | None) -> str | Refused:
    """The student's id, or why there is none."""
    if said is None:
        return Refused(
            found.place,
            "no pattern says whose file this is. Put it into a folder named after the student",
        )
    if roster is None:
        student = said.default_id
        why = fault(student)
        advice = "Give a roster that maps this name to an id"
        return Refused(found.place, f"{student!r} cannot be a student's id: {why}. {advice}") if why else student  # fmt: skip
    people = roster.find(said.who, said.number)
    if len(people) == 1:
        return people[0].student_id
    if people:
        ids = ", ".join(person.student_id for person in people)
        return Refused(
            found.place,
            f"{said.who!r} may be any of {ids}. Put the platform's number into the roster",
        )
    return Refused(found.place, f"{said.who!r} is not in the roster. Add a row")


def _choose_one(student: str, mine: list[_Candidate], others: list[str], assignment: str, choice: Choice) -> None:
    numbers = {one.said.number for one in mine if one.said.number}
    if len(numbers) > 1:
        places = " and ".join(sorted({one.found.parts[0] for one in mine}))
        why = f"{len(numbers)} people have this name ({places}). Give a roster that tells them apart"
        choice.refused.append(Refused(student, why, student))
        return
    if not mine:
        why = f"no notebook came, only {', '.join(others)}. Ask for {assignment}.ipynb"
        choice.refused.append(Refused(student, why, student))
        return
    for place in others:
        choice.notes.append(Refused(place, "not collected: only the notebook is graded", student))
    rightly = [one for one in mine if one.stem.casefold() == assignment.casefold()]
    last = max(one.order for one in rightly or mine)
    final = [one for one in rightly or mine if one.order == last]
    if len({one.found.data for one in final}) > 1:
        places = ", ".join(one.found.place for one in final)
        why = f"{len(final)} notebooks, and nothing says which is meant: {places}. Leave one of them"
        choice.refused.append(Refused(student, why, student))
        return
    best = final[0]
    for one in mine:
        if one is not best:
            why = "the same notebook again" if one.found.data == best.found.data else "an earlier attempt"  # fmt: skip
            if rightly and one not in rightly:
                why = f"another notebook; {best.found.parts[-1]} is graded"
            choice.notes.append(Refused(one.found.place, f"not collected: {why}", student))
    choice.chosen.append(
        Chosen(
            student,
            best.found.place,
            best.found.data,
            late=best.said.late,
            time=best.said.time,
            platform=best.said.platform,
        )
    )


def _refuse_alike(choice: Choice) -> None:
    """Ids that differ in case alone would be one folder on some machines."""
    alike: dict[str, list[Chosen]] = {}
    for one in choice.chosen:
        alike.setdefault(one.student.casefold(), []).append(one)
    for group in alike.values():
        if len(group) > 1:
            ids = " and ".join(repr(one.student) for one in group)
            for one in group:
                choice.chosen.remove(one)
                why = f"the ids {ids} differ in case alone. Give a roster that tells them apart"
                choice.refused.append(Refused(one.place, why, one.student))
