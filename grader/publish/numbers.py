"""The numbers that prose prints: where they stand, how they are compared, and which of them a fact must claim.

A claim is demanded of every number with a decimal point or a power of ten, and of every integer of three digits or more.
Recognised without one, because something else holds them or they are names:

sections    the number of a heading, and "section 2.7", "mục 2.3–2.5" where the course has these headings
years       behind a name (Polyak 1964), behind a title in a list of sources, "in 1989.", "năm 1989"; nowhere else
links       their targets; an issue's number in a link's text that its target ends with; arXiv:2307.11291
shapes      tuples of sizes and names in code, `(N, 1, 28, 28)`; not the arguments of a call
versions    "Python 3.11"
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

__all__ = ["Number", "canonical", "demanded", "numbers", "section_numbers"]

_NUMBER = re.compile(
    r"""
    (?P<sign>(?<![\w)\]}])[-−])?
    (?<!\w)(?<!\d\.)
    (?:
        10\s*\^\s*(?:\{(?P<power>[-−]?\d+)\}|(?P<digit>\d))
      | (?P<mantissa>
            \d{1,3}(?:(?:\\,|[_\u2009\u202f\u00a0])\d{3})+(?!\d)(?:\.\d+)?
          | (?<![(,])\d+,\d+(?:,\d+)*(?:\.\d+)?
          | \d+(?:\.\d+)*
        )
        (?: e(?P<e>[+-]?\d+)
          | \s*[·×]\s*10\s*\^\s*(?:\{(?P<times>[-−]?\d+)\}|(?P<once>\d))
        )?
    )
    """,
    re.VERBOSE,
)
_COMMAND = re.compile(r"\\[A-Za-z]+")
_TIMES = {r"\cdot": "·", r"\times": "×"}

_HEADING = re.compile(r"^#+[ ]+(\d+(?:\.\d+)*)(?=\s)", re.MULTILINE)
_REFERENCE = re.compile(
    r"\b(?:sections?|lessons?|mục|bài)\s+(?:từ\s+)?\d+(?:\.\d+)?"
    r"(?:\s*(?:,|–|-|\b(?:to|and|or|đến|tới|và|hoặc)\b)\s*\d+\.\d+)*",
    re.IGNORECASE,
)
_SECTION = re.compile(r"\d+\.\d+")
_YEAR = r"(?P<year>(?:17|18|19|20)\d\d)"
_YEARS = (
    re.compile(rf"(?:\b[A-ZĐ]\w*[a-z]\w*|\bal\.|\bothers|\bcộng\s+sự),?\s+\(?{_YEAR}(?=[);,:\]])"),
    re.compile(rf"\(\w+,\s+{_YEAR}\)"),
    re.compile(rf"(?:[*$)]|\bin),\s+{_YEAR}(?=[.;:])"),
    re.compile(rf"\b(?:in|of)\s+{_YEAR}(?=[.,;:)])"),
    re.compile(rf"\bnăm\s+{_YEAR}\b"),
)
_LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)[^)]*\)|https?://[^\s)>]+")
_ARXIV = re.compile(r"\barXiv[:\s]\s*\d{4}\.\d{4,5}")
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_SHAPE = re.compile(r"(?<![\w)\]])\((?:\s*(?:\d+|[A-Za-z_]\w*)\s*,)+\s*(?:(?:\d+|[A-Za-z_]\w*)\s*)?\)")
_VERSION = re.compile(r"\b(?:Python|PyTorch|torch|NumPy|Keras)\s+\d+(?:\.\d+)*\b")


@dataclass(frozen=True)
class Number:
    """A number at text[start:end]; `literal` is how claims write it: -0.60, 11513, 2.5e-11."""

    start: int
    end: int
    literal: str

    @property
    def is_demanded(self) -> bool:
        """Has it a decimal point, a power of ten, or three digits?"""
        digits = self.literal.lstrip("-")
        return not digits.isdecimal() or len(digits) >= 3


def numbers(text: str) -> tuple[Number, ...]:
    r"""Every number of `text`, as a whole: no part of a longer one, none inside a name such as conv2d.

    >>> [number.literal for number in numbers(r"from $-0.9$ to $8 \cdot 10^{-6}$, 59\,492 in conv2d")]
    ['-0.9', '8e-6', '59492']
    """
    plain = _COMMAND.sub(_plain, text)
    return tuple(Number(match.start(), match.end(), _literal(match)) for match in _NUMBER.finditer(plain))


def _plain(command: re.Match[str]) -> str:
    """As long as the command itself: a dot for a product, else something that ends a term, so that \\beta-1 is a difference."""
    return _TIMES.get(command[0], ")").rjust(len(command[0]))


def _literal(match: re.Match[str]) -> str:
    sign = "-" if match["sign"] else ""
    exponent = match["power"] or match["digit"] or match["e"] or match["times"] or match["once"]
    mantissa = re.sub(r"\\,|[_\u2009\u202f\u00a0]", "", match["mantissa"] or "1")
    power = "" if exponent is None else f"e{int(exponent.replace('−', '-'))}"
    return sign + mantissa + power


def canonical(literal: str) -> str:
    """`literal` as `numbers` writes it.

    raises ValueError when it is not one number
    """
    found = numbers(literal.strip())
    if len(found) != 1 or (found[0].start, found[0].end) != (0, len(literal.strip())):
        raise ValueError(f"{literal!r} is not one number")
    return found[0].literal


def section_numbers(text: str) -> set[str]:
    """The numbers of the headings of `text`: 2, 2.7."""
    return set(_HEADING.findall(text))


def demanded(text: str, sections: Collection[str]) -> tuple[Number, ...]:
    """The numbers of `text` that a fact must claim; `sections` are those that the course has."""

    def known(reference: re.Match[str]) -> str:
        return _SECTION.sub(lambda m: _blank(m) if m[0] in sections else m[0], reference[0])

    rules: list[tuple[re.Pattern[str], Callable[[re.Match[str]], str]]] = [
        (_CODE, lambda code: _SHAPE.sub(_blank, code[0])),
        (_HEADING, _blank),
        (_REFERENCE, known),
        *((years, _blank_year) for years in _YEARS),
        (_LINK, _blank_link),
        (_ARXIV, _blank),
        (_VERSION, _blank),
    ]
    for pattern, replace in rules:
        text = pattern.sub(replace, text)
    return tuple(number for number in numbers(text) if number.is_demanded)


def _blank(match: re.Match[str]) -> str:
    return "x" * len(match[0])


def _blank_year(match: re.Match[str]) -> str:
    return match[0].replace(match["year"], "xxxx")


def _blank_link(match: re.Match[str]) -> str:
    if match["target"] is None:
        return _blank(match)
    last = re.search(r"/(\d+)$", match["target"])
    text = match["text"] if last is None else re.sub(rf"(?<!\d){last[1]}$", "x" * len(last[1]), match["text"])
    return f"[{text}]".ljust(len(match[0]), "x")
