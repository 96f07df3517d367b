"""What a learner printed or drew, kept for the feedback and the formgrader: capped, and harmless in a page."""

from __future__ import annotations

import base64
import binascii
import io
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import nbformat
from nbformat import NotebookNode
from PIL import Image

from grader.nbgrader.printed import ends, tidy
from grader.nbgrader.safe_html import safe_html, safe_latex
from hocsau.language import Text

__all__ = ["CAPS", "Caps", "put_outputs"]


@dataclass(frozen=True)
class Caps:
    """How much of a learner's output is kept."""

    outputs: int = 40
    """Outputs of one cell."""
    lines: int = 300
    """Lines of one output's text."""
    characters: int = 20_000
    """Characters of text of one cell."""
    text: int = 400_000
    """Characters of text of the whole notebook."""
    picture: int = 2 << 20
    """Bytes of one picture, as a file."""
    pixels: int = 16_000_000
    """Pixels of one picture."""
    pictures: int = 12 << 20
    """Bytes of all pictures of the notebook."""


CAPS = Caps()

_NOTES = {
    "lines": Text("[… {count} lines left out here …]"),
    "characters": Text("[… {count} characters left out here …]"),
    "outputs": Text("[{count} further outputs of this cell left out; at most {kept} are kept]"),
    "text": Text("[text left out: this notebook prints more than {kept} characters in all]"),
    "picture": Text("[a picture left out: {size:.1f} MB, at most {kept:g} MB is kept]"),
    "pixels": Text("[a picture left out: it has more than {kept:g} million pixels]"),
    "pictures": Text("[a picture left out: this notebook holds more than {kept:g} MB of pictures]"),
    "unreadable": Text("[a picture left out: it is no readable PNG or JPEG]"),
    "active": Text("[left out, since it could run in this page: {kinds}]"),
}

_PICTURES = {"image/png": "PNG", "image/jpeg": "JPEG"}
_TEXTS = ("text/plain", "text/html", "text/markdown", "text/latex")


def put_outputs(
    nb: NotebookNode,
    outputs: Mapping[int, Sequence[dict[str, Any]]],
    language: str,
    caps: Caps = CAPS,
) -> None:
    """Give the cells of `nb` what the run left of them, by place; where something was cut, a note says so."""
    keeper = _Keeper(language, caps)
    for index, came in outputs.items():
        nb.cells[index].outputs = keeper.cell(came)


class _Keeper:
    """One notebook's outputs, with what is left of its caps."""

    def __init__(self, language: str, caps: Caps) -> None:
        self._language, self._caps = language, caps
        self._text_left, self._pictures_left = caps.text, caps.pictures
        self._cell_left = caps.characters
        self._notes: list[str] = []

    def _note(self, name: str, **values: object) -> None:
        said = _NOTES[name].format(**values).say(self._language)
        if said not in self._notes:
            self._notes.append(said)

    def cell(self, came: Sequence[dict[str, Any]]) -> list[NotebookNode]:
        """The outputs of one cell: well formed, harmless, within the caps, and the notes on what is missing."""
        self._cell_left = self._caps.characters
        kept: list[NotebookNode] = []
        merged = _merged(came)
        if len(merged) > self._caps.outputs:
            left = [one for one in merged[self._caps.outputs :] if _kind(one) == "error"][-1:]
            dropped = len(merged) - self._caps.outputs - len(left)
            merged = [*merged[: self._caps.outputs], *left]
            if dropped:
                self._note("outputs", count=dropped, kept=self._caps.outputs)
        last, self._notes = self._notes, []
        for output in merged:
            made = self._output(output)
            if made is not None:
                kept.append(made)
            kept += self._said()
        self._notes = last
        return kept + self._said()

    def _said(self) -> list[NotebookNode]:
        """The notes so far, as an output of their own."""
        notes, self._notes = self._notes, []
        if not notes:
            return []
        return [nbformat.v4.new_output("stream", name="stderr", text="\n".join(notes) + "\n")]

    def _output(self, output: dict[str, Any]) -> NotebookNode | None:
        """One output as nbformat; None when it is not well formed or nothing of it may stay."""
        try:
            made = self._made(output)
            if made is not None:
                nbformat.validate(made, ref="output", version=4)
        except (nbformat.ValidationError, AttributeError, TypeError, KeyError):
            return None
        return made

    def _made(self, output: dict[str, Any]) -> NotebookNode | None:
        kind = _kind(output)
        made: NotebookNode
        if kind == "stream":
            text = self._text(output["text"])
            made = nbformat.v4.new_output(kind, name=output["name"], text=text)
            return made if text else None
        if kind == "error":
            traceback = self._text("\n".join(map(str, output["traceback"]))).split("\n")
            name, value = (tidy(str(output[field]))[:1000] for field in ("ename", "evalue"))
            made = nbformat.v4.new_output(kind, ename=name, evalue=value, traceback=traceback)
            return made
        if kind not in ("display_data", "execute_result"):
            return None
        data = self._data(output["data"])
        made = nbformat.v4.new_output(kind, data)
        return made if data else None

    def _data(self, came: Mapping[str, Any]) -> dict[str, str]:
        data: dict[str, str] = {}
        for kind, name in _PICTURES.items():
            if isinstance(came.get(kind), str):
                picture = self._picture(came[kind], name)
                if picture is not None:
                    data[kind] = picture
        for kind in _TEXTS:
            if isinstance(came.get(kind), str):
                data |= self._rich(kind, came[kind])
        active = sorted(set(map(str, came)) - set(_PICTURES) - set(_TEXTS))
        if active and set(data) <= {"text/plain"}:  # else the same thing stands there in another form
            self._note("active", kinds=tidy(", ".join(active))[:200])
        return data

    def _rich(self, kind: str, text: str) -> dict[str, str]:
        if kind == "text/html":
            # Sanitised first, then counted: a picture in it has its own caps.
            html = safe_html(text, self._is_picture)
            self._spend(len(_IMAGE.sub("", html)))
            return {kind: html}
        text = self._text(text)
        return {kind: safe_latex(text) if kind == "text/latex" else text} if text else {}

    def _spend(self, characters: int) -> None:
        self._cell_left -= characters
        self._text_left -= characters

    def _text(self, text: str) -> str:
        """`text` tidied and cut in its middle: how it began and how it ended are both worth reading."""
        text = tidy(text)
        room = max(min(self._cell_left, self._text_left), 0)
        if self._text_left <= 0 and text:
            self._note("text", kept=self._caps.text)
            return ""
        lines = text.split("\n")
        if len(lines) > self._caps.lines:
            count = len(lines) - self._caps.lines
            note = _NOTES["lines"].format(count=count).say(self._language)
            text = "\n".join(ends(lines, self._caps.lines, [note]))
        if len(text) > room:
            note = _NOTES["characters"].format(count=len(text) - room).say(self._language)
            text = tidy(ends(text, room, f"\n{note}\n"))  # the cut may have gone through a colour code
        self._spend(min(len(text), room))
        return text

    def _is_picture(self, uri: str) -> bool:
        head, _, data = uri.partition(",")
        name = _PICTURES.get(head.removeprefix("data:").removesuffix(";base64"))
        if name is None:
            self._note("unreadable")
        return name is not None and self._picture(data, name) is not None

    def _picture(self, data: str, name: str) -> str | None:
        """A picture in base64, read far enough to know that it is one and how large; None with a note otherwise."""
        if len(data) > 2 * self._caps.picture:
            self._note("picture", size=len(data) * 0.75 / 2**20, kept=self._caps.picture / 2**20)
            return None
        try:
            blob = base64.b64decode("".join(data.split()), validate=True)
            pixels = _pixels(blob, name)
        except (binascii.Error, ValueError, OSError, SyntaxError):
            self._note("unreadable")
            return None
        if len(blob) > self._caps.picture:
            self._note("picture", size=len(blob) / 2**20, kept=self._caps.picture / 2**20)
        elif pixels > self._caps.pixels:
            self._note("pixels", kept=self._caps.pixels / 1e6)
        elif len(blob) > self._pictures_left:
            self._note("pictures", kept=self._caps.pictures / 2**20)
        else:
            self._pictures_left -= len(blob)
            return base64.b64encode(blob).decode("ascii")
        return None


_IMAGE = re.compile(r'src="data:[^"]*"')


def _pixels(blob: bytes, name: str) -> float:
    """How many pixels a picture has, by its header alone.

    raises OSError, ValueError or SyntaxError (Pillow's) when it is no picture of the format `name`
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(blob), formats=[name]) as opened:
                return float(opened.size[0] * opened.size[1])
        except (Image.DecompressionBombWarning, Image.DecompressionBombError):
            return float("inf")


def _kind(output: Mapping[str, Any]) -> Any:
    return output.get("output_type")


def _merged(came: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The outputs with neighbouring pieces of one stream put together."""
    merged: list[dict[str, Any]] = []
    for output in came:
        before = merged[-1] if merged else {}
        if _kind(output) == "stream" == _kind(before) and output["name"] == before["name"]:
            merged[-1] = {**before, "text": before["text"] + output["text"]}
        else:
            merged.append(output)
    return merged
