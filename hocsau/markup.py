"""A picture as HTML, with its text."""

from __future__ import annotations

import base64
import html

from hocsau.language import Text

__all__ = ["element"]


def element(
    data: bytes,
    alt: Text | str,
    format: str,  # noqa: A002 (the word matplotlib uses)
    size: tuple[int, int] | None = None,
) -> str:
    """The HTML <img> element that carries a picture and its text.

    data:   the encoded picture
    alt:    what the picture shows, for those who cannot see it; escaped here
    format: "png", "jpeg" or "svg+xml"
    size:   (width, height) in CSS pixels, so that the page keeps the place before the picture is decoded; None leaves it
            to the browser
    raises ValueError if the text is empty
    """
    said = alt.say() if isinstance(alt, Text) else alt
    if not said.strip():
        raise ValueError("a picture needs a text (alt) that says what it shows; got an empty one")
    place = "" if size is None else f' width="{size[0]}" height="{size[1]}"'
    code = base64.b64encode(data).decode("ascii")
    text = html.escape(said, quote=True)
    return (
        f'<img alt="{text}"{place} style="max-width: 100%; height: auto; background: white" '
        f'src="data:image/{format};base64,{code}">'
    )
