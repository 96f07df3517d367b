"""The catalogues: what the code says in English stands in each of them, translated, and nothing else does.

hocsau and grader have locale/<language>/LC_MESSAGES/<package>.po, compiled to .mo beside it, which is what is read; a lesson has
<language>.po in its folder. What is said is found by Babel in every `Text("...")`, and in the known mistakes.
"""

from __future__ import annotations

import io
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import grader
import hocsau
from grader.course.lessons import complete_languages, lesson_names
from grader.course.places import ROOT, SOLUTIONS
from grader.errors import BuildError

__all__ = [
    "catalogue_faults",
    "catalogues",
    "compiled",
    "faults_of",
    "new_catalogues",
    "read_catalogue",
    "said_in",
    "with_missing",
]

HOMES = (Path(hocsau.__file__).parent, Path(grader.__file__).parent)
_FIELD = re.compile(r"\{[^{}]*\}")


@cache
def said_in(folder: Path) -> tuple[str, ...]:
    """What the code and the known mistakes below `folder` say, in the order of the files, each once."""
    return tuple(dict.fromkeys(_said(folder)))


def _said(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if path.name != "lesson.py" and re.search(r"from hocsau\.language import .*\bText\b", text):
            for _, message, _, _ in extract_from_file("python", path, {"Text": None}):
                yield message if isinstance(message, str) else message[0]
    for path in sorted(folder.glob("mistakes/*.toml")):
        for table in tomllib.loads(path.read_text(encoding="utf-8")).values():
            yield from (entry["en"] for entry in table.values() if isinstance(entry, dict) and "en" in entry)


def read_catalogue(path: Path) -> Catalog:
    """The catalogue in a .po file; an empty one where there is no file yet.

    raises BuildError when it is none
    """
    if not path.exists():
        return Catalog(locale=path.parts[-3] if path.parent.name == "LC_MESSAGES" else path.stem)
    try:
        return read_po(io.BytesIO(path.read_bytes()), abort_invalid=True)
    except (OSError, ValueError) as error:
        raise BuildError(f"{path} is no catalogue ({error}); `grader texts` makes one") from error


def _homes() -> tuple[Path, ...]:
    """The packages whose texts this course translates; another course has its own lessons alone."""
    return HOMES if SOLUTIONS.parent == ROOT else ()


@cache
def catalogues() -> dict[Path, Path]:
    """Every catalogue of the course, there or to be written, and the folder whose texts it translates."""
    found = {path: home for home in _homes() for path in sorted(home.glob("locale/*/LC_MESSAGES/*.po"))}
    for folder in (SOLUTIONS / name for name in lesson_names()):
        wanted = [folder / f"{language}.po" for language in complete_languages() if language != "en"]
        paths = {*folder.glob("*.po"), *(wanted if said_in(folder) else ())}
        found |= dict.fromkeys(sorted(paths), folder)
    return found


def new_catalogues(language: str) -> dict[Path, Path]:
    """The catalogues that `language` would have; none when it is not said."""
    if not language:
        return {}
    found = {home / "locale" / language / "LC_MESSAGES" / f"{home.name}.po": home for home in _homes()}
    return found | {SOLUTIONS / name / f"{language}.po": SOLUTIONS / name for name in lesson_names()}


def catalogue_faults() -> list[str]:
    """What is missing, left over or has other fields in a catalogue, a sentence each; empty when nothing is."""
    found: list[str] = []
    said: dict[tuple[object, object], tuple[object, Path]] = {}
    for path, folder in catalogues().items():
        catalogue = read_catalogue(path)
        found += faults_of(catalogue, path, folder)
        for entry in catalogue:
            other = said.setdefault((catalogue.locale_identifier, entry.id), (entry.string, path))
            if other[0] != entry.string and entry.id:
                found.append(
                    f"{path}: {str(entry.id)[:80]!r} is translated in another way in {other[1]}; say one of them otherwise"
                )
    return found


def faults_of(catalogue: Catalog, path: Path, folder: Path) -> list[str]:
    """The faults of one catalogue of the texts in `folder`."""
    said = said_in(folder)
    known = {message.id: message for message in catalogue if message.id}
    found = [
        f"{path}: {text[:80]!r} is not translated; `grader texts` adds it"
        for text in said
        if not _string(known.get(text))
    ]
    found += [f"{path}: nobody says {str(name)[:80]!r}; take it out" for name in known.keys() - set(said)]
    for text in said:
        translation = _string(known.get(text))
        if translation and sorted(_FIELD.findall(translation)) != sorted(_FIELD.findall(text)):
            found.append(f"{path}: the fields of {text[:80]!r} and of its translation differ")
    return found


def _string(message: object) -> str:
    string = getattr(message, "string", "")
    return string if isinstance(string, str) else ""


def with_missing(path: Path, folder: Path) -> bytes:
    """The catalogue with an empty entry for each text that it lacks, and without what nobody says."""
    old = read_catalogue(path)
    new = Catalog(locale=old.locale, project="hocsau", charset="utf-8", fuzzy=False, header_comment=old.header_comment)
    new.creation_date, new.revision_date = old.creation_date, old.revision_date
    for text in said_in(folder):
        new.add(text, _string(old.get(text)))
    written = io.BytesIO()
    write_po(written, new, width=0, no_location=True)
    return written.getvalue()


def compiled(path: Path) -> bytes:
    """A catalogue as gettext reads it; the same bytes for the same entries."""
    catalogue = read_catalogue(path)
    written = io.BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()
