"""Two languages that cannot drift apart: prose twins hold the same formulas, numbers, code and links, and the right terms."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path

from grader.course.places import ROOT
from grader.course.source import Cell

__all__ = ["GLOSSARY", "faults", "refused_terms"]

NAMES = {"vi": "Vietnamese"}
GLOSSARY = ROOT / "docs" / "glossary.md"

_FENCE = re.compile(r"```.*?```", re.DOTALL)
_CODE = re.compile(r"`[^`\n]+`")
_FORMULA = re.compile(r"\$\$.+?\$\$|\$[^$\n]+\$", re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)[^)]*\)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e-?\d+)?")


def faults(cells: Sequence[Cell], glossary: Path = GLOSSARY, complete: Sequence[str] = ("en", "vi")) -> list[str]:
    """Everything that is wrong with the prose of a lesson, one sentence each; empty when nothing is.

    complete  the languages that every piece of prose must have
    """
    prose = [cell for cell in cells if cell.role == "prose"]
    both: dict[str, dict[str, str]] = {}
    for cell in prose:
        both.setdefault(cell.key, {})[cell.language or ""] = cell.source
    found = []
    for key, sources in both.items():
        missing = sorted(set(complete) - set(sources))
        if missing:
            found.append(f"prose {key!r}: the {' and '.join(missing)} twin is missing")
            continue
        for language, source in sources.items():
            if language != "en":
                found += _differences(key, sources["en"], source, language)
        found += _terms(key, sources.get("vi", ""), glossary)
    places = [key for key, _ in groupby(cell.key for cell in prose)]
    found += [
        f"prose {key!r}: its twins do not stand side by side" for key, times in Counter(places).items() if times > 1
    ]
    return found


def _differences(key: str, english: str, translated: str, language: str) -> list[str]:
    parts_en, parts_vi = _parts(english), _parts(translated)
    found = []
    for kind, left in parts_en.items():
        right = parts_vi[kind]
        only_en, only_vi = left - right, right - left
        if only_en or only_vi:
            found.append(
                f"prose {key!r}: {kind} differ; only in English {_say(only_en)}, only in {NAMES.get(language, language)} {_say(only_vi)}"
            )
    return found


def _say(counter: Counter[str]) -> str:
    return ", ".join(repr(item) for item in counter) or "none"


def _parts(source: str) -> dict[str, Counter[str]]:
    """What must be equal in both languages, each as a multiset."""
    fences = Counter(_squeeze(_FENCE.findall(source)))
    rest = _FENCE.sub(" ", source)
    formulas = Counter(_squeeze(_FORMULA.findall(rest)))
    rest = _FORMULA.sub(" ", rest)
    code = Counter(_CODE.findall(rest))
    rest = _CODE.sub(" ", rest)
    links = Counter(_LINK.findall(rest))
    rest = _LINK.sub(" ", rest)
    return {
        "code blocks": fences,
        "formulas": formulas,
        "inline code": code,
        "links": links,
        "numbers": Counter(_NUMBER.findall(rest)),
        "headings": Counter(re.findall(r"^#+(?= )", rest, re.MULTILINE)),
    }


def _squeeze(parts: Iterable[str]) -> list[str]:
    return [" ".join(part.split()) for part in parts]


def _terms(key: str, vietnamese: str, glossary: Path) -> list[str]:
    text = _CODE.sub(" ", _FORMULA.sub(" ", vietnamese)).casefold()
    return [
        f"prose {key!r}: the glossary refuses {bad!r} in Vietnamese; use {good!r}"
        for bad, good in refused_terms(glossary).items()
        if re.search(rf"(?<!\w){re.escape(bad.casefold())}(?!\w)", text)
    ]


@cache
def refused_terms(glossary: Path = GLOSSARY) -> dict[str, str]:
    """The terms that Vietnamese prose must not use, and what to say instead: the table under "## Refused terms"."""
    text = glossary.read_text(encoding="utf-8")
    table = text.partition("## Refused terms")[2].partition("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in table.splitlines()
        if line.startswith("|")
    ]
    return {row[0].strip("`* "): row[1].strip("`* ") for row in rows[2:] if len(row) >= 2 and row[0]}
