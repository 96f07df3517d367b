"""The chosen notebooks into submitted/<student>/<assignment>/: all of them, or, when something breaks, none."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grader.course.lessons import Lesson
from grader.errors import CollectError
from grader.platforms.collect.archives import files_in
from grader.platforms.collect.choose import Choice, Chosen, choose
from grader.platforms.collect.found import Budget, Refused
from grader.platforms.collect.roster import Roster

__all__ = ["Collected", "collect"]


@dataclass
class Collected:
    """What a collection did, by student."""

    new: list[Chosen] = field(default_factory=list)
    replaced: list[Chosen] = field(default_factory=list)
    unchanged: list[Chosen] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    notes: list[Refused] = field(default_factory=list)

    @property
    def late(self) -> list[Chosen]:
        return [one for one in (*self.new, *self.replaced) if one.late]


def collect(
    lesson: Lesson,
    sources: Sequence[Path],
    course: Path,
    *,
    roster: Roster | None = None,
    replace: bool = False,
    budget: Budget | None = None,
) -> Collected:
    """Collect everybody's notebook of `lesson` from archives, folders or files.

    replace  put a notebook in the place of one collected before
    raises CollectError when a source cannot be read or the course cannot be written; then nothing was changed
    """
    budget = budget or Budget()
    came = [found for source in sources for found in files_in(source, budget)]
    wrappers = [source.stem for source in sources if source.is_file()]
    choice = choose(came, lesson.assignment, roster, wrappers)
    return _store(choice, lesson.assignment, course, replace)


def _store(choice: Choice, assignment: str, course: Path, replace: bool) -> Collected:
    done = Collected(refused=choice.refused, notes=choice.notes)
    submitted = course / "submitted"
    writing: list[tuple[Chosen, Path]] = []
    there = _there(submitted)
    for one in choice.chosen:
        other = there.get(one.student.casefold(), one.student)
        if other != one.student:
            why = f"the course knows {other!r}, which differs from {one.student!r} in case alone. Give a roster"
            done.refused.append(Refused(one.place, why, one.student))
            continue
        folder = submitted / one.student / assignment
        before = folder / f"{assignment}.ipynb"
        if _holds(before, one.data):
            done.unchanged.append(one)
        elif folder.exists() and not replace:
            why = f"{one.student} has handed in before. Collect again with --replace to take this one"
            done.refused.append(Refused(one.place, why, one.student))
        else:
            (done.replaced if folder.exists() else done.new).append(one)
            writing.append((one, folder))
    try:
        _write(writing, assignment, submitted)
    except OSError as error:
        raise CollectError(
            f"{submitted}: cannot be written ({error}). Nothing was collected; collect again when that is mended"
        ) from error
    return done


def _there(submitted: Path) -> dict[str, str]:
    if not submitted.is_dir():
        return {}
    return {entry.name.casefold(): entry.name for entry in os.scandir(submitted)}


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def _write(writing: list[tuple[Chosen, Path]], assignment: str, submitted: Path) -> None:
    """Everything into a folder beside, then each into its place by renaming; what was moved is moved back on failure."""
    if not writing:
        return
    submitted.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".collecting-", dir=submitted))  # nbgrader's * skips it
    moved: list[tuple[Path, Path | None]] = []
    try:
        for index, (one, _) in enumerate(writing):
            made = aside / str(index)
            made.mkdir()
            (made / f"{assignment}.ipynb").write_bytes(one.data)
            if one.time is not None:
                stamp = f"{one.time:%Y-%m-%d %H:%M:%S} UTC\n"
                (made / "timestamp.txt").write_text(stamp, encoding="utf-8")
        for index, (_, folder) in enumerate(writing):
            folder.parent.mkdir(exist_ok=True)
            old = aside / f"old-{index}" if folder.exists() else None
            if old is not None:
                folder.rename(old)
            moved.append((folder, old))
            (aside / str(index)).rename(folder)
    except BaseException:
        for folder, old in reversed(moved):
            shutil.rmtree(folder, ignore_errors=True)
            if old is not None:
                old.rename(folder)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
