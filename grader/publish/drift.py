"""Write what is built, or say where what is committed differs from it. Neither where a number of the prose is false."""

from __future__ import annotations

from pathlib import Path

from grader.course.lessons import Lesson
from grader.course.places import NOTEBOOKS, PACKS
from grader.errors import BuildError
from grader.publish.catalogue import catalogue_faults, catalogues, compiled
from grader.publish.facts import fact_faults
from grader.publish.packs import build_pack, same_pack
from grader.publish.release import build_release

__all__ = ["drift", "write_all"]


def write_all(lessons: tuple[Lesson, ...], notebooks: Path = NOTEBOOKS, packs: Path = PACKS) -> list[Path]:
    """Build notebooks and packs and write those that changed. The files written.

    raises BuildError with every text that a catalogue lacks, and every number of the prose that its facts don't bear out
    """
    if found := [*catalogue_faults(), *(fault for lesson in lessons for fault in fact_faults(lesson.name))]:
        raise BuildError("\n".join(found))
    written: list[Path] = []
    for path in (path for path in catalogues() if path.parent.name == "LC_MESSAGES"):
        written += _put(path.with_suffix(".mo"), compiled(path))
    for name, text in build_release(lessons).items():
        written += _put(notebooks / name, text.encode())
    for lesson in lessons:
        path = packs / f"{lesson.name}.pack"
        blob = build_pack(lesson)
        if not path.exists() or not same_pack(path.read_bytes(), blob):
            written += _put(path, blob)
    return written


def _put(path: Path, blob: bytes) -> list[Path]:
    if path.exists() and path.read_bytes() == blob:
        return []
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(blob)
    return [path]


def drift(lessons: tuple[Lesson, ...], notebooks: Path = NOTEBOOKS, packs: Path = PACKS) -> list[str]:
    """False numbers of the prose, and what is committed and would be built differently or not at all; empty when nothing is."""
    built = build_release(lessons)
    found = [*catalogue_faults(), *(fault for lesson in lessons for fault in fact_faults(lesson.name))]
    found += [
        f"{path.with_suffix('.mo')}: differs from {path.name}; run `make build`"
        for path in catalogues()
        if path.parent.name == "LC_MESSAGES"
        and not (path.with_suffix(".mo").exists() and path.with_suffix(".mo").read_bytes() == compiled(path))
    ]
    found += [
        f"{name}: differs from what solutions/ gives; run `make build`"
        for name, text in built.items()
        if not (notebooks / name).exists() or (notebooks / name).read_bytes() != text.encode()
    ]
    extra = {path.relative_to(notebooks).as_posix() for path in notebooks.rglob("*.ipynb")} - set(built)
    found += [f"{name}: no lesson gives this notebook; delete it" for name in sorted(extra) if "checkpoint" not in name]
    for lesson in lessons:
        path = packs / f"{lesson.name}.pack"
        if not path.exists() or not same_pack(path.read_bytes(), build_pack(lesson)):
            found.append(f"{path.name}: differs from what solutions/ gives; run `make build`")
    return found
