"""What a learner has done, in one small file that outlives notebooks, upgrades and accidents.

The file is a journal: a line of JSON for each piece of news (a check that went better than before, an honest try, a hint,
a revealed answer), only ever appended to. So two notebooks can write at once, a cut or garbled line loses itself alone, and
what a later version does not know it passes over. Nothing is noted twice, so the file stays small. Where it cannot be
written (a read-only home), the news is kept until the notebook is closed, and `progress()` says so.

Where it lies: HOCSAU_PROGRESS, or progress.jsonl in the user's data folder.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from types import CodeType
from typing import Any

from hocsau.judging.outcomes import Outcome

__all__ = ["TRIES", "Record", "fingerprint", "note_check", "note_hint", "note_reveal", "path", "read", "trouble"]  # fmt: skip

TRIES = 2
"""Honest tries after which an answer may be revealed."""
LIMIT = 1 << 20
"""Bytes of the file that are read, from its end; a course leaves some ten thousand."""
_RANKED = (
    Outcome.PASSED,
    Outcome.PARTLY,
    Outcome.MANUAL,
    Outcome.FAILED,
    Outcome.ERROR,
    Outcome.TIMEOUT,
    Outcome.FORBIDDEN,
    Outcome.MISSING,
)
"""The best first, of those with one share of the points. MISSING stands in no line."""

_kept: list[dict[str, Any]] = []
_trouble: list[str] = []


@dataclass(frozen=True)
class Record:
    """What is known of one exercise: its best check, the hints read, the honest tries."""

    outcome: Outcome = Outcome.MISSING
    share: float = 0.0
    hints: int = 0
    tries: frozenset[str] = frozenset()
    revealed: bool = False


def path() -> Path:
    """The file."""
    chosen = os.environ.get("HOCSAU_PROGRESS")
    if chosen:
        return Path(chosen).expanduser()
    from platformdirs import user_data_path

    return user_data_path("hocsau", appauthor=False) / "progress.jsonl"


def trouble() -> str:
    """Why the newest news could not be stored; empty when all is stored."""
    return _trouble[-1] if _trouble else ""


def read() -> dict[str, Record]:
    """What the file and this session know, by exercise. A file that is missing, unreadable or damaged is no error."""
    found: dict[str, Record] = {}
    for line in [*_lines(), *_kept]:
        name = line.get("exercise")
        if isinstance(name, str):
            found[name] = _with(found.get(name, Record()), line)
    return found


def note_check(name: str, outcome: Outcome, share: float, answer: str | None) -> None:
    """A check of `name`: `share` of its points; `answer`, the fingerprint of an honest try that was not right, or None."""
    news = {"exercise": name, "event": "check", "outcome": outcome, "share": round(share, 4)}
    known = read().get(name, Record())
    if answer is not None and outcome != Outcome.PASSED and len(known.tries) < TRIES:
        news["answer"] = answer
    if _with(known, news) != known:
        _append(news)


def note_hint(name: str, step: int) -> None:
    """The learner has read hint `step` of `name`."""
    if read().get(name, Record()).hints < step:
        _append({"exercise": name, "event": "hint", "step": step})


def note_reveal(name: str) -> None:
    """The answer of `name` was shown."""
    if not read().get(name, Record()).revealed:
        _append({"exercise": name, "event": "reveal"})


def fingerprint(answer: Any) -> str | None:
    """What tells one try from another: the compiled code, so that comments, spaces and local names make no new try.

    None for what is no honest try: no code at all, or code that looks at none of its arguments.
    """
    import hashlib

    parts = vars(answer).values() if isinstance(answer, type) else (answer,)
    codes = [c for c in (getattr(part, "__code__", None) for part in parts) if c is not None]
    if not any(_looks(code) for code in codes):
        return None
    return hashlib.sha256(repr([_essence(code) for code in codes]).encode()).hexdigest()[:12]


def _looks(code: CodeType) -> bool:
    import dis

    arguments = {*code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]}
    return any(
        instruction.argval in arguments or (isinstance(instruction.argval, tuple) and arguments & {*instruction.argval})
        for instruction in dis.get_instructions(code)
    )


def _essence(code: CodeType) -> tuple[Any, ...]:
    constants = [
        _essence(item) if isinstance(item, CodeType) else repr(item)
        for place, item in enumerate(code.co_consts)
        if place or not isinstance(item, (str, type(None)))  # a docstring is no try
    ]
    return code.co_code, constants, code.co_names


def _with(known: Record, line: dict[str, Any]) -> Record:
    """`known` and one line more; a line of an unknown kind or with values of the wrong kind changes nothing."""
    event = line.get("event")
    if event == "reveal":
        return replace(known, revealed=True)
    if event == "hint" and isinstance(step := line.get("step"), int):
        return replace(known, hints=max(known.hints, step))
    outcome, share, answer = _outcome(line.get("outcome")), line.get("share"), line.get("answer")
    if event != "check" or outcome is None or not isinstance(share, (int, float)):
        return known
    if isinstance(answer, str):
        known = replace(known, tries=known.tries | {answer})
    if _rank(outcome, share) > _rank(known.outcome, known.share):
        known = replace(known, outcome=outcome, share=float(min(max(share, 0.0), 1.0)))
    return known


def _outcome(word: Any) -> Outcome | None:
    """The outcome in a line; None for what no check of ours notes."""
    return next((outcome for outcome in _RANKED[:-1] if outcome == word), None)


def _rank(outcome: Outcome, share: float) -> tuple[bool, float, int]:
    return outcome == Outcome.PASSED, share, -_RANKED.index(outcome)


def _lines() -> Iterable[dict[str, Any]]:
    try:
        with path().open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - LIMIT))
            content = file.read(LIMIT)
    except (OSError, RuntimeError):  # RuntimeError: no home at all
        return
    for line in content.splitlines():
        try:
            news = json.loads(line.decode("utf-8"))
        except (ValueError, RecursionError):
            continue
        if isinstance(news, dict):
            yield news


def _append(news: dict[str, Any]) -> None:
    """One write at the file's end: a system call that no other notebook's can split."""
    _kept.append(news)
    try:
        place = path()
        place.parent.mkdir(parents=True, exist_ok=True)
        whole = not place.exists() or place.stat().st_size == 0 or _ends_well(place)
        blob = b"".join(json.dumps(line).encode() + b"\n" for line in _kept)
        file = os.open(place, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600)
        try:
            os.write(file, blob if whole else b"\n" + blob)
        finally:
            os.close(file)
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        _trouble[:] = [reason]
    else:
        _kept.clear()
        _trouble.clear()


def _ends_well(place: Path) -> bool:
    with place.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
