"""Where the learner stands: `begin` opens a lesson, `progress` shows what is done in it."""

from __future__ import annotations

import html
from dataclasses import dataclass

from hocsau import packs
from hocsau.checking import verdicts
from hocsau.device import describe
from hocsau.judging.exercise import Exercise, Pack
from hocsau.judging.verdict import Verdict
from hocsau.judging.wording import WORDS

__all__ = ["ProgressReport", "begin", "progress"]

_current: list[str] = []


def begin(lesson: str) -> None:
    """Start `lesson`: say its title, the language and the device in one line.

    raises PackError when the lesson's checks are not installed
    """
    pack = packs.load(lesson)
    _current[:] = [lesson]
    print(WORDS["begin"].format(number=pack.number, title=pack.title, device=describe()).say())


@dataclass(frozen=True)
class ProgressReport:
    """A row per exercise: its name, its state, its points."""

    pack: Pack
    rows: tuple[tuple[str, str, str], ...]
    summary: str

    def __repr__(self) -> str:
        title = WORDS["progress_title"].format(number=self.pack.number, title=self.pack.title).say()
        width = max((len(name) for name, _, _ in self.rows), default=0)
        return "\n".join(
            [
                title,
                *(f"  {name:<{width}}  {points:>7}  {state}" for name, state, points in self.rows),
                self.summary,
            ]
        )

    def _repr_html_(self) -> str:
        title = WORDS["progress_title"].format(number=self.pack.number, title=self.pack.title).say()
        heads = [WORDS[f"progress_{word}"].say() for word in ("exercise", "state")] + [
            WORDS["points_header"].say()
        ]
        head = "".join(
            f'<th scope="col" style="text-align:left">{html.escape(text)}</th>' for text in heads
        )
        body = "".join(
            "<tr>"
            + "".join(f'<td style="text-align:left">{html.escape(cell)}</td>' for cell in row)
            + "</tr>"
            for row in self.rows
        )
        return (
            f"<table><caption>{html.escape(title)}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{body}</tbody></table><p>{html.escape(self.summary)}</p>"
        )


def progress(lesson: str | None = None) -> ProgressReport:
    """What is done in `lesson`; None means the one that was begun.

    raises ValueError when no lesson was begun
    """
    name = lesson or (_current[0] if _current else None)
    if name is None:
        raise ValueError(
            'no lesson was begun: run the first cell, begin("..."), or give progress("...") its name'
        )
    pack = packs.load(name)
    rows = tuple(
        (
            exercise.name,
            _state(exercise, verdicts.get(exercise.name)),
            _points(exercise, verdicts.get(exercise.name)),
        )
        for exercise in pack.exercises
    )
    earned = sum(verdicts[e.name].points for e in pack.exercises if e.name in verdicts)
    total = sum(e.points for e in pack.exercises)
    summary = WORDS["progress_sum"].format(points=earned, maximum=total).say()
    following = next((e.name for e in pack.exercises if _open(e, verdicts.get(e.name))), None)
    if following:
        summary += " " + WORDS["progress_next"].format(name=following).say()
    return ProgressReport(pack, rows, summary)


def _open(exercise: Exercise, verdict: Verdict | None) -> bool:
    if exercise.kind == "written":
        return False
    return verdict is None or verdict.outcome not in ("passed", "manual")


def _state(exercise: Exercise, verdict: Verdict | None) -> str:
    if exercise.kind == "written":
        return WORDS["progress_manual"].say()
    words = {"passed": "done", "partly": "partly", "missing": "open", "manual": "later"}
    word = "open" if verdict is None else words.get(verdict.outcome, "wrong")
    return WORDS[f"progress_{word}"].say()


def _points(exercise: Exercise, verdict: Verdict | None) -> str:
    return f"{verdict.points if verdict else 0:g}/{exercise.points:g}"
