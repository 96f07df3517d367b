"""Where the learner stands: `begin` opens a lesson, `progress` shows what is done in it and in the course."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hocsau import journal, packs
from hocsau.checking import verdicts
from hocsau.device import describe
from hocsau.journal import Record
from hocsau.judging.exercise import Exercise, ExerciseKind, Pack
from hocsau.judging.outcomes import Outcome
from hocsau.judging.wording import verdicts as words
from hocsau.language import Text

__all__ = ["ProgressReport", "Table", "begin", "progress"]

_BEGIN = Text("Lesson {number}: {title}. Language: English. Device: {device}.")
_TITLE = Text("Lesson {number}: {title}")
_EXERCISE_HEAD = Text("exercise")
_STATE_HEAD = Text("state")
_LESSON_HEAD = Text("lesson")
_DONE_HEAD = Text("exercises done")
_COURSE = Text("The whole course")
_SUM = Text("{points:g} of {maximum:g} points in this lesson, from the checks you ran.")
_NEXT = Text("Next: {name}")
_NEXT_LESSON = Text("Next: {name}, in lesson {number}, {title}")
_ALL = Text("Every exercise that a check can see is done. Congratulations!")
_HINTS = Text("hints read: {number}")
_REVEALED = Text("answer seen")
_UNSTORED = Text(
    "Your progress cannot be stored in {path} ({reason}), so it lasts until this notebook is closed. "
    "Set the environment variable HOCSAU_PROGRESS to a file that can be written."
)
_DONE = Text("done")
_PARTLY = Text("partly right")
_WRONG = Text("not right yet")
_OPEN = Text("not done yet")
_BY_HAND = Text("graded by hand")
_LATER = Text("answered, graded later")

_STATES: Mapping[Outcome, Text] = {
    Outcome.PASSED: _DONE,
    Outcome.PARTLY: _PARTLY,
    Outcome.FAILED: _WRONG,
    Outcome.ERROR: _WRONG,
    Outcome.TIMEOUT: _WRONG,
    Outcome.FORBIDDEN: _WRONG,
    Outcome.MISSING: _OPEN,
    Outcome.MANUAL: _LATER,
}
"""What is said of an exercise; UNREADABLE is no verdict and is passed over."""

_current: list[str] = []
Row = tuple[str, ...]


def begin(lesson: str) -> None:
    """Start `lesson`: say its title, the language and the device in one line.

    raises PackError when the lesson's checks are not installed
    """
    pack = packs.load(lesson)
    _current[:] = [lesson]
    print(_BEGIN.format(number=pack.number, title=pack.title, device=describe()).say())


@dataclass(frozen=True)
class Table:
    """A caption, column heads, rows of as many cells."""

    caption: str
    heads: Row
    rows: tuple[Row, ...]

    def text(self) -> str:
        """Lines in columns."""
        widths = [max(map(len, column), default=0) for column in zip(*self.rows, strict=True)]
        lines = [
            "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in self.rows
        ]
        return "\n".join([self.caption, *(line.rstrip() for line in lines)])

    def html(self) -> str:
        """A table with a caption and column heads, for a screen reader too."""
        left = 'style="text-align:left"'
        head = "".join(f'<th scope="col" {left}>{html.escape(text)}</th>' for text in self.heads)
        body = "".join(
            f"<tr>{''.join(f'<td {left}>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in self.rows
        )
        return (
            f"<table><caption>{html.escape(self.caption)}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{body}</tbody></table>"
        )


@dataclass(frozen=True)
class ProgressReport:
    """Tables (a lesson's exercises, the course's lessons), then lines: the points, what is next, what went wrong."""

    tables: tuple[Table, ...]
    lines: tuple[str, ...]

    def __repr__(self) -> str:
        return "\n".join([*(table.text() for table in self.tables), *self.lines])

    def _repr_html_(self) -> str:
        lines = "".join(f"<p>{html.escape(line)}</p>" for line in self.lines)
        return f'<div class="hocsau-progress">{"".join(t.html() for t in self.tables)}{lines}</div>'


def progress(lesson: str | None = None) -> ProgressReport:
    """What is done in `lesson`, by exercise; without it, in the lesson that was begun and in the whole course.

    raises PackError when `lesson` is none that is installed
    """
    known = _known()
    name = lesson or (_current[0] if _current else None)
    chosen = packs.load(name) if name is not None else None
    tables, counted = [], chosen
    if chosen is not None:
        tables.append(_lesson_table(chosen, known))
    course = () if lesson else _course()
    if course:
        tables.append(_course_table(course, known))
    lines = [] if counted is None else [_sum(counted, known)]
    following = _next(chosen, course, known)
    if following:
        lines.append(following)
    if journal.trouble():
        lines.append(_UNSTORED.format(path=journal.path(), reason=journal.trouble()).say())
    return ProgressReport(tuple(tables), tuple(lines))


def _known() -> dict[str, Record]:
    """What the journal holds, with this session's newest check of an exercise in the place of its best."""
    known = journal.read()
    for name, verdict in verdicts.items():
        if verdict.outcome == Outcome.UNREADABLE:
            continue
        before = known.get(name, Record())
        share = verdict.points / verdict.max_points if verdict.max_points else 0.0
        known[name] = Record(verdict.outcome, share, before.hints, before.tries, before.revealed)
    return known


def _course() -> tuple[Pack, ...]:
    """The lessons that are installed, in their order; a damaged pack is left out."""
    found = []
    for name in packs.lessons():
        try:
            found.append(packs.load(name))
        except packs.PackError:
            continue
    return tuple(sorted(found, key=lambda pack: pack.number))


def _title(pack: Pack) -> str:
    return _TITLE.format(number=pack.number, title=pack.title).say()


def _lesson_table(pack: Pack, known: Mapping[str, Record]) -> Table:
    heads = (
        _EXERCISE_HEAD.say(),
        words.POINTS_HEAD.say(),
        _STATE_HEAD.say(),
    )
    rows = []
    for exercise in pack.exercises:
        record = known.get(exercise.name, Record())
        points = f"{_points(exercise, record):g}/{exercise.points:g}"
        rows.append((exercise.name, points, _state(exercise, record)))
    return Table(_title(pack), heads, tuple(rows))


def _course_table(course: Sequence[Pack], known: Mapping[str, Record]) -> Table:
    heads = tuple(head.say() for head in (_LESSON_HEAD, words.POINTS_HEAD, _DONE_HEAD))
    rows = []
    for pack in course:
        done = sum(not _open(exercise, known) for exercise in pack.exercises)
        earned = sum(_points(e, known.get(e.name, Record())) for e in pack.exercises)
        total = sum(exercise.points for exercise in pack.exercises)
        rows.append((_title(pack), f"{earned:g}/{total:g}", f"{done}/{len(pack.exercises)}"))
    return Table(_COURSE.say(), heads, tuple(rows))


def _sum(pack: Pack, known: Mapping[str, Record]) -> str:
    earned = sum(_points(e, known.get(e.name, Record())) for e in pack.exercises)
    total = sum(exercise.points for exercise in pack.exercises)
    return _SUM.format(points=earned, maximum=total).say()


def _next(chosen: Pack | None, course: Sequence[Pack], known: Mapping[str, Record]) -> str:
    """The first exercise that is open: in the chosen lesson, then behind it, then anywhere."""
    after = [pack for pack in course if chosen is not None and pack.number > chosen.number]
    for pack in [*([chosen] if chosen else []), *after, *course]:
        for exercise in pack.exercises:
            if _waits(exercise, known):
                name = exercise.name
                if pack is chosen:
                    return _NEXT.format(name=name).say()
                return _NEXT_LESSON.format(name=name, number=pack.number, title=pack.title).say()
    return _ALL.say() if course else ""


def _open(exercise: Exercise, known: Mapping[str, Record]) -> bool:
    return known.get(exercise.name, Record()).outcome not in (Outcome.PASSED, Outcome.MANUAL)


def _waits(exercise: Exercise, known: Mapping[str, Record]) -> bool:
    """Is there something to do that a check can see? A written answer is left to a person."""
    return exercise.kind != ExerciseKind.WRITTEN and _open(exercise, known)


def _state(exercise: Exercise, record: Record) -> str:
    state = _BY_HAND if exercise.kind == ExerciseKind.WRITTEN else _STATES[record.outcome]
    said = [state.say()]
    if record.hints:
        said.append(_HINTS.format(number=record.hints).say())
    if record.revealed:
        said.append(_REVEALED.say())
    return ", ".join(said)


def _points(exercise: Exercise, record: Record) -> float:
    return round(record.share * exercise.points, 2)
